//! One state of the text after another: what an edit did not touch is not read, compiled or computed again.
//!
//! Each stage takes over from the state before what its input did not change, and makes the rest by the very
//! functions that [`Analysis::read`] calls:
//!
//! 1. *Pieces* (documents) whose text is there as before are not read again, wherever they stand now.
//! 2. Where only policies changed, the rest of the *cluster* stays, its places in the text moved.
//! 3. Where the policies' blocks are the same, too, the *classes* stay, and policies that say the same are not
//!    compiled again.
//! 4. Of the *matrix*, once somebody asks for it, those columns stay that come of the same rules.

mod pieces;

use std::cell::OnceCell;
use std::mem;
use std::sync::Arc;

use netpol_syntax::{Budget, Diagnostic, Limits, Location, SourceFile, order};

use crate::Analysis;
use crate::index::{Compiler, Earlier, Index};
use crate::manifest::{self, Manifests};
use crate::matrix::Matrix;
use crate::model::{self, Base, Cluster, Policy, PolicyId, SettledPolicies};
use crate::places::Places;
use crate::table::Table;

use pieces::{Place, ReadFile, ReadPiece};

/// The state of a text that is being edited.
///
/// An input that is one `List` is one document, which is read again as a whole.
///
/// ```
/// use netpol_engine::Session;
/// use netpol_syntax::{Limits, SourceFile};
///
/// let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web}}\n---\n";
/// let policy = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny}}\n";
/// let mut session = Session::new(&Limits::PAGE);
/// session.update(&[SourceFile::new("all.yaml", pod)]);
/// assert_eq!(session.analysis().cluster.policies.len(), 0);
/// session.update(&[SourceFile::new("all.yaml", format!("{pod}{policy}"))]);
/// assert_eq!(session.analysis().cluster.policies.len(), 1);
/// ```
#[derive(Debug)]
pub struct Session {
    limits: Limits,
    files: Vec<ReadFile>,
    next_serial: u32,
    base: KeptBase,
    compiler: Compiler,
    analysis: Analysis,
    /// Empty from a change of the text until somebody asks.
    matrix: OnceCell<Arc<Matrix>>,
    /// The last state of the same classes of which somebody asked for the matrix, which the next takes over from.
    earlier: Option<(Arc<Index>, Arc<Matrix>)>,
    /// How many port sets there were in the first matrix since last everything was compiled anew: numbers are never given
    /// back.
    port_sets: Option<usize>,
}

/// A session whose text has been read and that does not know yet what follows from it.
#[must_use = "the session is at odds with its text until it is evaluated"]
#[derive(Debug)]
pub struct Reading<'s> {
    session: &'s mut Session,
}

impl Reading<'_> {
    /// The second half of [`Session::update`].
    pub fn evaluate(self) {
        self.session.evaluate();
    }
}

/// What is known of a cluster without its policies.
#[derive(Debug)]
struct KeptBase {
    /// The pieces that it was built from.
    pieces: Vec<u32>,
    /// What building it said.
    diagnostics: Vec<Diagnostic>,
    /// So many namespaces come from its own objects, the others from policies.
    namespaces: usize,
}

impl Session {
    /// A session that begins without any text.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let Base { cluster, diagnostics, namespaces } = model::build_base(&[], &SettledPolicies::of(&[]));
        let compiler = Compiler::new(&cluster);
        let index = compiler.compile(&cluster, None);
        Self {
            limits: *limits,
            files: Vec::new(),
            next_serial: 0,
            base: KeptBase { pieces: Vec::new(), diagnostics, namespaces },
            compiler,
            analysis: Analysis {
                cluster: Arc::new(cluster),
                index: Arc::new(index),
                diagnostics: Vec::new(),
                documents: 0,
            },
            matrix: OnceCell::new(),
            earlier: None,
            port_sets: None,
        }
    }

    /// What is known of the text. A clone stays as it is when the text changes.
    #[must_use]
    pub fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    /// What may pass between all pairs. A clone stays as it is when the text changes.
    #[must_use]
    pub fn matrix(&self) -> &Arc<Matrix> {
        self.matrix.get_or_init(|| {
            let Analysis { cluster, index, .. } = &self.analysis;
            let earlier = self.earlier.as_ref().map(|(index, matrix)| (index.as_ref(), matrix.as_ref()));
            Arc::new(Matrix::compute_after(cluster, index, earlier))
        })
    }

    /// Takes `files` for the text. The result is that of [`Analysis::read`].
    pub fn update(&mut self, files: &[SourceFile]) {
        self.read(files).evaluate();
    }

    /// The first half of [`Session::update`]: takes `files` for the text, and reads what of them is new.
    pub fn read(&mut self, files: &[SourceFile]) -> Reading<'_> {
        let earlier = mem::take(&mut self.files);
        let mut budget = Budget::new(&self.limits);
        self.files = pieces::read(files, &mut budget, earlier, &mut self.next_serial);
        let pieces = self.files.iter_mut().flat_map(ReadFile::pieces_mut);
        pieces.filter(|piece| piece.has_more).for_each(ReadPiece::put_right);
        Reading { session: self }
    }

    /// Brings everything that follows from the text up to it.
    fn evaluate(&mut self) {
        let serials: Vec<u32> =
            self.pieces().filter(|piece| piece.has_objects).map(|piece| piece.serial).collect();
        let is_same_base = serials == self.base.pieces && {
            let policies = SettledPolicies::of(&self.parts(|piece| piece.has_more));
            policies.speak_of_namespaces(&self.analysis.cluster, self.base.namespaces)
        };
        let has_moved = |piece: &ReadPiece| piece.has_objects && piece.earlier != piece.place;
        if is_same_base {
            if self.pieces().any(has_moved) {
                self.move_base();
            }
        } else {
            self.files.iter_mut().flat_map(ReadFile::pieces_mut).for_each(ReadPiece::put_right);
            let objects = self.parts(|piece| piece.has_objects);
            let policies = SettledPolicies::of(&self.parts(|piece| piece.has_more));
            let Base { cluster, diagnostics, namespaces } = model::build_base(&objects, &policies);
            self.base = KeptBase { pieces: serials, diagnostics, namespaces };
            self.analysis.cluster = Arc::new(cluster);
        }
        let mut cluster = self.take_cluster();
        let policies = mem::take(&mut cluster.policies);
        self.set_policies(&mut cluster);
        self.analysis.cluster = Arc::new(cluster);
        self.compile(&policies, is_same_base);
    }

    fn pieces(&self) -> impl Iterator<Item = &ReadPiece> {
        self.files.iter().flat_map(ReadFile::pieces)
    }

    /// What those pieces hold that `wanted` chooses.
    fn parts(&self, wanted: impl Fn(&ReadPiece) -> bool) -> Vec<&Manifests> {
        self.pieces().filter(|piece| wanted(piece)).map(|piece| &piece.content.manifests).collect()
    }

    /// Gives the cluster its policies, and says what is wrong with all of the text.
    fn set_policies(&mut self, cluster: &mut Cluster) {
        let pieces = || self.files.iter().flat_map(ReadFile::pieces);
        let talking = || pieces().filter(|piece| piece.has_more).map(|piece| piece.content.as_ref());
        let parts: Vec<&Manifests> = talking().map(|content| &content.manifests).collect();
        let mut diagnostics: Vec<Diagnostic> =
            talking().flat_map(|content| &content.diagnostics).cloned().collect();
        diagnostics.extend(parts.iter().flat_map(|part| &part.diagnostics).cloned());
        diagnostics.extend(manifest::passed_over(&parts));
        diagnostics.extend_from_slice(&self.base.diagnostics);
        diagnostics.extend(model::set_policies(cluster, SettledPolicies::of(&parts), &parts));
        order::sort_by_key(&mut diagnostics, |diagnostic| diagnostic.at);
        self.analysis.diagnostics = diagnostics;
        self.analysis.documents = pieces().map(|piece| piece.documents).sum();
    }

    /// Compiles the cluster. `policies` are those of the state before.
    fn compile(&mut self, policies: &Table<PolicyId, Policy>, is_same_base: bool) {
        let cluster = &self.analysis.cluster;
        if !is_same_base || !self.compiler.fits(cluster) {
            self.compiler = Compiler::new(cluster);
        }
        let known = &self.analysis.index;
        // All that were met: those of the matrix, where there is one, are the index's and more.
        let port_sets = self.matrix.get().map_or(&known.port_sets, |matrix| matrix.port_sets());
        if self.matrix.get().is_some() {
            self.port_sets.get_or_insert(port_sets.len());
        }
        let has_many_sets = port_sets.len() > 2 * self.port_sets.unwrap_or_default() + 1024;
        let earlier = Earlier { policies, index: known, port_sets };
        let index = Arc::new(self.compiler.compile(cluster, (!has_many_sets).then_some(earlier)));
        let known = mem::replace(&mut self.analysis.index, index);
        let matrix = self.matrix.take();
        if has_many_sets || !self.analysis.index.has_classes_of(&known) {
            self.earlier = None;
            self.port_sets = None;
        } else if let Some(matrix) = matrix {
            self.earlier = Some((known, matrix));
        }
    }

    /// The cluster, to be put back: a copy where a clone of the analysis still has it.
    fn take_cluster(&mut self) -> Cluster {
        Arc::try_unwrap(mem::take(&mut self.analysis.cluster)).unwrap_or_else(|shared| copied(&shared))
    }

    /// Moves the places of the cluster, but for those of its policies, to where its pieces now stand.
    #[inline(never)]
    fn move_base(&mut self) {
        let mut moves: Vec<(Place, Place)> = Vec::new();
        for piece in self.pieces().filter(|piece| piece.has_objects) {
            let (from, to) = (piece.earlier, piece.place);
            // Pieces that moved together are one.
            let is_with = |(start, now): &(Place, Place)| {
                start.file == from.file
                    && now.file == to.file
                    && from.start.wrapping_sub(start.start) == to.start.wrapping_sub(now.start)
            };
            if !moves.last().is_some_and(is_with) {
                moves.push((from, to));
            }
        }
        // The pieces' order is what it was, so that the list is sorted by where they stood.
        let mut go = |at: &mut Location| {
            let place = Place { file: at.file, start: at.span.start };
            let after = moves.partition_point(|(from, _)| *from <= place);
            if let Some((from, to)) = after.checked_sub(1).and_then(|last| moves.get(last)) {
                *at = from.moved(*to, *at);
            }
        };
        let mut cluster = self.take_cluster();
        cluster.each_place(&mut go);
        self.analysis.cluster = Arc::new(cluster);
        self.base.diagnostics.each_place(&mut go);
    }
}

#[inline(never)]
fn copied(cluster: &Cluster) -> Cluster {
    cluster.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PODS: &str = "---
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, labels: {app: api}}}
";

    fn policy(name: &str, spec: &str) -> String {
        format!(
            "---\n{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}}}, spec: {spec}}}\n"
        )
    }

    fn ingress(app: &str, rules: &str) -> String {
        policy(app, &format!("{{podSelector: {{matchLabels: {{app: {app}}}}}, ingress: {rules}}}"))
    }

    fn session(text: String) -> Session {
        let mut session = Session::new(&Limits::PAGE);
        session.update(&[SourceFile::new("all.yaml", text)]);
        session
    }

    /// The numbers of the compiled policies, by name.
    fn serials(session: &Session) -> Vec<(String, u32)> {
        let Analysis { cluster, index, .. } = session.analysis();
        let policies = cluster.policies.iter();
        policies.map(|(id, policy)| (policy.name.to_string(), index.compiled(id).serial)).collect()
    }

    #[test]
    fn an_edited_policy_is_all_that_is_read_compiled_and_computed_again() {
        let (web, api) = (ingress("web", "[]"), ingress("api", "[]"));
        let mut session = session(format!("{web}{PODS}{api}"));
        let (pieces, before) = (session.next_serial, session.analysis().index.clone());
        let class = |session: &Session, name| {
            let Analysis { cluster, index, .. } = session.analysis();
            cluster.pod("default", name).map(|pod| index.class_of_pod(pod))
        };
        let [web_class, api_class] = ["web", "api"].map(|name| class(&session, name).unwrap());
        let column = |session: &Session, class| session.matrix().column_address(class);
        let (web_column, api_column) = (column(&session, web_class), column(&session, api_class));
        assert_eq!(serials(&session), [("web".to_owned(), 0), ("api".to_owned(), 1)]);

        let web = ingress("web", "[{ports: [{port: 80}]}]");
        session.update(&[SourceFile::new("all.yaml", format!("{web}{PODS}{api}"))]);
        assert_eq!(session.next_serial, pieces + 1);
        assert!(session.analysis().index.has_classes_of(&before));
        assert_eq!(serials(&session), [("web".to_owned(), 2), ("api".to_owned(), 1)]);
        assert_eq!(column(&session, api_class), api_column);
        assert_ne!(column(&session, web_class), web_column);
        assert_eq!(session.matrix().connections(api_class, web_class).to_string(), "TCP 80");
    }

    #[test]
    fn other_blocks_make_other_classes_of_the_same_pods() {
        let block = |cidr| ingress("web", &format!("[{{from: [{{ipBlock: {{cidr: {cidr}}}}}]}}]"));
        let mut session = session(format!("{PODS}{}", block("192.0.2.0/24")));
        let (pieces, before) = (session.next_serial, session.analysis().index.clone());
        session.update(&[SourceFile::new("all.yaml", format!("{PODS}{}", block("198.51.100.0/24")))]);
        assert_eq!(session.next_serial, pieces + 1);
        assert!(!session.analysis().index.has_classes_of(&before));
    }

    #[test]
    fn documents_that_only_change_places_are_not_read_again() {
        let (web, api) = (ingress("web", "[]"), ingress("api", "[]"));
        let mut session = session(format!("{web}{PODS}{api}"));
        let pieces = session.next_serial;
        let files = [SourceFile::new("b.yaml", api), SourceFile::new("all.yaml", format!("{PODS}{web}"))];
        session.update(&files);
        assert_eq!(session.next_serial, pieces);
        let policies = session.analysis().cluster.policies.rows();
        let texts: Vec<&str> = policies
            .iter()
            .map(|policy| policy.name_at.span.of(&files[policy.name_at.file.index()].text))
            .collect();
        assert_eq!(texts, ["api", "web"]);
    }

    #[test]
    fn port_sets_that_nothing_names_any_more_do_not_pile_up() {
        let mut session = session(PODS.to_owned());
        for port in 1..4_000 {
            let text = ingress("web", &format!("[{{ports: [{{port: {port}}}]}}]"));
            session.update(&[SourceFile::new("all.yaml", format!("{PODS}{text}"))]);
        }
        assert!(session.matrix().port_sets().iter().count() < 1_100);
    }
}
