//! What the lints find in the files: looked for by the page's second thread, so that nothing of it delays what is typed.
//!
//! Both threads run the same code. The page asks with the texts that changed since it asked last; the answer is all that
//! there is to say about them. Both go over the border as flat lists.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::{Array, ArrayIter};
use netpol_engine::Session;
use netpol_syntax::{
    Diagnostic, FileId, Fix, Limits, Location, Related, Severity, SourceFile, Sources, Span, TextEdit, order,
};
use wasm_bindgen::prelude::*;

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

/// What the second thread is asked: each file's name, and its text where that is not the one it was told before.
pub fn question(files: &[SourceFile], told: &[SourceFile]) -> Array {
    let question = Array::new();
    for (at, file) in files.iter().enumerate() {
        let is_told = told.get(at).is_some_and(|told| Arc::ptr_eq(&told.text, &file.text));
        question.push(&JsValue::from_str(&file.name));
        question.push(&if is_told { JsValue::UNDEFINED } else { JsValue::from_str(&file.text) });
    }
    question
}

/// What the second thread knows of the page.
struct Known {
    files: Vec<SourceFile>,
    session: Session,
}

thread_local! {
    static KNOWN: RefCell<Known> =
        RefCell::new(Known { files: Vec::new(), session: Session::new(&Limits::PAGE) });
}

/// The second thread's answer to a [`question`].
#[wasm_bindgen]
pub fn examine(question: &Array) -> Array {
    KNOWN.with_borrow_mut(|Known { files, session }| {
        let mut values = question.iter();
        let mut told = std::mem::take(files).into_iter();
        while let (Some(name), Some(text)) = (values.next(), values.next()) {
            let before = told.next();
            let name = name.as_string().unwrap_or_default();
            files.push(match (text.as_string(), before) {
                (Some(text), _) => SourceFile::new(name, text),
                (None, Some(before)) => SourceFile { name: name.into(), ..before },
                (None, None) => SourceFile::new(name, ""),
            });
        }
        session.read(files).evaluate();
        let analysis = session.analysis();
        let mut read: Vec<_> = analysis.diagnostics.iter().map(|known| (known.id, known.at)).collect();
        order::sort_and_dedup(&mut read);
        let answer = Writer(Array::new());
        for diagnostic in analysis.lint(&Sources::new(files, &Limits::PAGE)) {
            answer.finding(&diagnostic, read.binary_search(&(diagnostic.id, diagnostic.at)).is_err());
        }
        let uses = Writer(Array::new());
        // Without workloads nothing comes of any rule, and that says nothing of the rules.
        let has_workloads = analysis.cluster.workloads.rows().iter().any(|workload| workload.at.is_some());
        for each in has_workloads.then(|| analysis.uses()).into_iter().flatten() {
            uses.place(Some(each.at));
            uses.number(each.pairs);
            uses.flag(each.outside);
            uses.flag(each.within);
        }
        Array::of2(&answer.0, &uses.0)
    })
}

impl Findings {
    /// What an answer about `files` says.
    pub fn read(files: Rc<Vec<SourceFile>>, answer: &Array) -> Self {
        let part = |at| Array::from(&answer.get(at));
        let (findings, uses) = (part(0), part(1));
        let (mut findings, mut uses) = (Reader(findings.iter()), Reader(uses.iter()));
        Self {
            files,
            listed: std::iter::from_fn(|| findings.finding()).collect(),
            uses: std::iter::from_fn(|| uses.usage()).collect(),
        }
    }
}

const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// Puts an answer together.
struct Writer(Array);

impl Writer {
    fn finding(&self, diagnostic: &Diagnostic, is_lint: bool) {
        self.text(Some(diagnostic.id));
        self.flag(is_lint);
        let severity = SEVERITIES.iter().position(|severity| *severity == diagnostic.severity);
        self.number(severity.unwrap_or_default());
        self.text(Some(&diagnostic.message));
        self.place(diagnostic.at);
        self.text(diagnostic.path.as_deref());
        self.text(diagnostic.help.as_deref());
        self.number(diagnostic.related.len());
        for related in &diagnostic.related {
            self.place(Some(related.at));
            self.text(Some(&related.message));
        }
        self.text(diagnostic.fix.as_ref().map(|fix| fix.title.as_str()));
        if let Some(fix) = &diagnostic.fix {
            self.flag(fix.keeps_meaning);
            self.number(fix.edits.len());
            for edit in &fix.edits {
                self.place(Some(edit.at));
                self.text(Some(&edit.text));
            }
        }
    }

    fn text(&self, text: Option<&str>) {
        self.0.push(&text.map_or(JsValue::UNDEFINED, JsValue::from_str));
    }

    fn flag(&self, flag: bool) {
        self.0.push(&JsValue::from_bool(flag));
    }

    fn number(&self, number: usize) {
        self.0.push(&JsValue::from(u32::try_from(number).unwrap_or(u32::MAX)));
    }

    /// Files are counted from 1 here: none is 0.
    fn place(&self, at: Option<Location>) {
        let Some(Location { file, span }) = at else { return self.number(0) };
        self.number(file.index() + 1);
        self.number(span.start as usize);
        self.number(span.end as usize);
    }
}

/// Takes an answer apart, in the order in which it was put together.
struct Reader<'a>(ArrayIter<'a>);

impl Reader<'_> {
    fn finding(&mut self) -> Option<Finding> {
        let id = known_id(&self.text()?);
        let is_lint = self.flag();
        let severity = SEVERITIES.get(self.number()).copied()?;
        let message = self.text()?;
        let at = self.place();
        let (path, help) = (self.text(), self.text());
        let mut related = Vec::new();
        for _ in 0..self.number() {
            let (at, message) = (self.place()?, self.text()?);
            related.push(Related { at, message });
        }
        let fix = self.text().map(|title| {
            let keeps_meaning = self.flag();
            let mut edits = Vec::new();
            for _ in 0..self.number() {
                if let (Some(at), Some(text)) = (self.place(), self.text()) {
                    edits.push(TextEdit { at, text });
                }
            }
            Box::new(Fix { title, edits, keeps_meaning })
        });
        let diagnostic = Diagnostic { id, severity, message, at, path, help, related, fix };
        Some(Finding { diagnostic, is_lint })
    }

    fn usage(&mut self) -> Option<Use> {
        Some(Use { at: self.place()?, pairs: self.offset(), outside: self.flag(), within: self.flag() })
    }

    fn text(&mut self) -> Option<String> {
        self.0.next()?.as_string()
    }

    fn flag(&mut self) -> bool {
        self.0.next().is_some_and(|flag| flag.is_truthy())
    }

    fn number(&mut self) -> usize {
        self.offset() as usize
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "these were made of a `u32`")]
    fn offset(&mut self) -> u32 {
        self.0.next().and_then(|number| number.as_f64()).unwrap_or_default() as u32
    }

    fn place(&mut self) -> Option<Location> {
        let file = self.offset().checked_sub(1)?;
        let span = Span::new(self.offset(), self.offset());
        Some(Location { file: FileId(file), span })
    }
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
