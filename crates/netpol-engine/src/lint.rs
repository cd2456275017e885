//! What a policy says that its author hardly meant: findings beyond what makes an input invalid.
//!
//! Each lint has an entry in [`LINTS`], two fixtures under `tests/lints/<id>` and a line in `docs/lints.md`. A lint
//! looks at the model and at verdicts; it never decides a verdict again. It speaks where it can be sure: a lint
//! that is wrong once is switched off for good.

mod blocks;
mod carriers;
mod comparing;
mod covering;
mod dns;
mod effort;
mod fixes;
mod ports;
mod reach;
mod redundant;
mod registry;
mod selectors;
mod shape;
mod spellings;

use std::rc::Rc;

use netpol_syntax::{Diagnostic, Editor, Location, Node, Sources, order};

use crate::Analysis;
use crate::index::CompiledRule;
use crate::model::{Direction, PodNetwork, Policy, PolicyId, Rule, WorkloadId};

use carriers::Known;
pub use registry::{LINTS, Lint};

/// Everything there is to say about an input: its diagnostics with their fixes, and what the lints find, in the
/// order of the text.
pub(crate) fn run(analysis: &Analysis, sources: &Sources<'_>) -> Vec<Diagnostic> {
    let known = Rc::new(Known::new(analysis));
    let mut linter = Linter { analysis, sources, known, found: Vec::new() };
    shape::check(&mut linter);
    selectors::check(&mut linter);
    ports::check(&mut linter);
    dns::check(&mut linter);
    blocks::check(&mut linter);
    redundant::check(&mut linter);
    reach::check(&mut linter);
    let mut found = without_echoes(linter.found);
    found.extend(analysis.diagnostics.iter().cloned().map(|diagnostic| fixes::add(sources, diagnostic)));
    fixes::keep_sound(sources, &mut found);
    order::sort_by(&mut found, |one, other| {
        (one.at, one.severity, one.id).cmp(&(other.at, other.severity, other.id))
    });
    found
}

/// Two peers where one was meant say it all: that the second of them is no one here is why.
fn without_echoes(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_peer = |diagnostic: &&Diagnostic| diagnostic.id == registry::TWO_PEERS.id;
    // Peers lie apart from each other.
    let mut peers: Vec<Location> =
        found.iter().filter(is_peer).filter_map(|diagnostic| diagnostic.at).collect();
    order::sort_by_key(&mut peers, |at| *at);
    found.retain(|diagnostic| {
        let echoes = [registry::PEER_NAMESPACE.id, registry::PEER_NO_POD.id].contains(&diagnostic.id);
        let is_within = |at: Location| {
            let after =
                peers.partition_point(|peer| (peer.file, peer.span.start) <= (at.file, at.span.start));
            let peer = after.checked_sub(1).and_then(|before| peers.get(before));
            peer.is_some_and(|peer| at.file == peer.file && at.span.end <= peer.span.end)
        };
        !echoes || !diagnostic.at.is_some_and(is_within)
    });
    found
}

/// What all lints look at, and where they put what they find.
struct Linter<'a> {
    analysis: &'a Analysis,
    sources: &'a Sources<'a>,
    known: Rc<Known<'a>>,
    found: Vec<Diagnostic>,
}

/// A rule, and where it stands.
#[derive(Clone, Copy)]
struct RuleAt<'a> {
    policy: PolicyId,
    direction: Direction,
    /// From 0, in the policy's section for the direction.
    at: usize,
    rule: &'a Rule,
    compiled: &'a CompiledRule,
}

impl<'a> Linter<'a> {
    fn say(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    fn policies(&self) -> impl Iterator<Item = (PolicyId, &'a Policy)> + use<'a> {
        self.analysis.cluster.policies.iter()
    }

    /// Every rule that counts, in the order of policies, ingress first.
    fn rules(&self) -> impl Iterator<Item = RuleAt<'a>> + use<'a> {
        let analysis = self.analysis;
        self.policies().flat_map(move |(id, policy)| {
            [Direction::Ingress, Direction::Egress].into_iter().flat_map(move |direction| {
                let compiled = analysis.index.compiled(id).rules(direction);
                let rules = policy.section(direction).rules().iter().zip(compiled).enumerate();
                rules.map(move |(at, (rule, compiled))| RuleAt { policy: id, direction, at, rule, compiled })
            })
        })
    }

    /// Whether the input has any pods of its own: where it has policies alone, nothing can be said of whom they mean.
    fn has_pods(&self) -> bool {
        self.analysis.cluster.pods.rows().iter().any(|pod| pod.at.is_some())
    }

    /// Asks `edit` for a change within a policy's text.
    fn edit<T>(&self, policy: PolicyId, edit: impl FnOnce(&Editor<'_>, Node<'_>) -> Option<T>) -> Option<T> {
        edit_at(self.sources, self.analysis.cluster.policies[policy].at, edit)
    }

    /// `namespace/name` in backticks.
    fn name_of(&self, policy: PolicyId) -> String {
        format!("`{}`", self.analysis.cluster.policy_name(policy))
    }

    /// The names of workloads, in backticks; of many only the first.
    fn names_of(&self, workloads: &[WorkloadId]) -> String {
        /// More than these are counted.
        const NAMED: usize = 3;
        let names = workloads.iter().take(NAMED);
        let mut names: Vec<String> =
            names.map(|id| format!("`{}`", self.analysis.cluster.workload_name(*id))).collect();
        if let Some(more) = workloads.len().checked_sub(NAMED).filter(|more| *more > 0) {
            names.push(format!("{more} more"));
        }
        list(&names)
    }
}

/// Asks `edit` for a change within the object at `at`, with an editor for its document.
fn edit_at<T>(
    sources: &Sources<'_>,
    at: Location,
    edit: impl FnOnce(&Editor<'_>, Node<'_>) -> Option<T>,
) -> Option<T> {
    let document = sources.document(at)?;
    let object = document.node_at(at)?;
    edit(&Editor::new(document), object)
}

/// The nodes around a place, outermost first.
fn ancestors_of(root: Node<'_>, at: Location) -> Vec<Node<'_>> {
    let holds = |node: &Node<'_>| {
        let span = node.location().span;
        span.start <= at.span.start && at.span.end <= span.end && node.location().file == at.file
    };
    let mut found = Vec::new();
    let mut next = Some(root).filter(|root| holds(root));
    while let Some(node) = next {
        // A place that an alias leads back to lies within itself.
        if found.iter().any(|known: &Node<'_>| known.location() == node.location()) {
            break;
        }
        found.push(node);
        let values = node.entries().map(|(_, value)| value);
        next = values.chain(node.items()).find(|node| holds(node));
    }
    found
}

/// The node of a rule within its policy's object.
fn rule_node<'n>(object: Node<'n>, direction: Direction, at: usize) -> Option<Node<'n>> {
    object.get("spec")?.get(direction.as_str())?.item(at)
}

/// "a", "a and b", "a, b and c".
fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Whether selectors see a pod.
fn is_selectable(pod: &crate::model::Pod) -> bool {
    pod.network == PodNetwork::Own
}
