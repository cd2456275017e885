//! What the lints find in the files, and what comes of each rule.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use netpol_engine::Analysis;
use netpol_syntax::{Diagnostic, Fix, Limits, Location, Related, Severity, SourceFile, Sources, order};

use super::lists::{Reader, Writer};

/// All that there is to say about a state of the files.
pub struct Findings {
    /// That state.
    pub files: Rc<Vec<SourceFile>>,
    /// What there is to say, in the order of the text.
    pub listed: Vec<Finding>,
    /// What comes of each rule.
    pub uses: Vec<Use>,
}

/// What comes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Where it stands.
    pub at: Location,
    /// Between so many pairs of workloads something passes by it.
    pub pairs: u32,
    /// Whether anything does to or from addresses outside.
    pub outside: bool,
    /// Whether anything does between two pods of one workload.
    pub within: bool,
}

/// A diagnostic, with its fix where it has one.
pub struct Finding {
    /// What there is to say.
    pub diagnostic: Diagnostic,
    /// Whether it is a lint's: reading the files alone does not say it.
    pub is_lint: bool,
}

/// All that there is to say about `files`, which `analysis` has read.
pub fn answer(analysis: &Analysis, files: &[SourceFile]) -> Array {
    let mut read: Vec<_> = analysis.diagnostics.iter().map(|known| (known.id, known.at)).collect();
    order::sort_and_dedup(&mut read);
    let found = Writer::default();
    for diagnostic in analysis.lint(&Sources::new(files, &Limits::PAGE)) {
        let is_lint = read.binary_search(&(diagnostic.id, diagnostic.at)).is_err();
        write(&found, &diagnostic, is_lint);
    }
    let uses = Writer::default();
    // Without workloads nothing comes of any rule, and that says nothing of the rules.
    let has_workloads = analysis.cluster.workloads.rows().iter().any(|workload| workload.at.is_some());
    for each in has_workloads.then(|| analysis.uses()).into_iter().flatten() {
        uses.place(Some(each.at));
        uses.number(each.pairs);
        uses.flag(each.outside);
        uses.flag(each.within);
    }
    Array::of2(&found.0, &uses.0)
}

impl Findings {
    /// What an answer about `files` says.
    pub fn read(files: Rc<Vec<SourceFile>>, answer: &Array) -> Self {
        let part = |at| Array::from(&answer.get(at));
        let (findings, uses) = (part(0), part(1));
        let (mut findings, mut uses) = (Reader(findings.iter()), Reader(uses.iter()));
        Self {
            files,
            listed: std::iter::from_fn(|| read(&mut findings)).collect(),
            uses: std::iter::from_fn(|| read_use(&mut uses)).collect(),
        }
    }
}

const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

fn write(to: &Writer, diagnostic: &Diagnostic, is_lint: bool) {
    to.text(Some(diagnostic.id));
    to.flag(is_lint);
    let severity = SEVERITIES.iter().position(|severity| *severity == diagnostic.severity);
    to.number(severity.unwrap_or_default());
    to.text(Some(&diagnostic.message));
    to.place(diagnostic.at);
    to.text(diagnostic.path.as_deref());
    to.text(diagnostic.help.as_deref());
    to.number(diagnostic.related.len());
    for related in &diagnostic.related {
        to.place(Some(related.at));
        to.text(Some(&related.message));
    }
    to.text(diagnostic.fix.as_ref().map(|fix| fix.title.as_str()));
    if let Some(fix) = &diagnostic.fix {
        to.flag(fix.keeps_meaning);
        to.edits(&fix.edits);
    }
}

fn read(from: &mut Reader<'_>) -> Option<Finding> {
    let id = known_id(&from.text()?);
    let is_lint = from.flag();
    let severity = SEVERITIES.get(from.number()).copied()?;
    let message = from.text()?;
    let at = from.place();
    let (path, help) = (from.text(), from.text());
    let mut related = Vec::new();
    for _ in 0..from.number() {
        let (at, message) = (from.place()?, from.text()?);
        related.push(Related { at, message });
    }
    let fix = from.text().map(|title| {
        let keeps_meaning = from.flag();
        Box::new(Fix { title, edits: from.edits(), keeps_meaning })
    });
    let diagnostic = Diagnostic { id, severity, message, at, path, help, related, fix };
    Some(Finding { diagnostic, is_lint })
}

fn read_use(from: &mut Reader<'_>) -> Option<Use> {
    Some(Use { at: from.place()?, pairs: from.offset(), outside: from.flag(), within: from.flag() })
}

/// An id as diagnostics have it: one that lasts. There are a few dozen of them in all.
fn known_id(id: &str) -> &'static str {
    thread_local! {
        static IDS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }
    IDS.with_borrow_mut(|ids| {
        if let Some(known) = ids.iter().find(|known| **known == id) {
            return *known;
        }
        let lasting: &'static str = Box::leak(id.into());
        ids.push(lasting);
        lasting
    })
}
