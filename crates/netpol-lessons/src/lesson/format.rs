//! The format of a file of steps: a title, a cluster, and what happens to it. A lesson's holds its cluster itself, a
//! suite's may name files for it.

use netpol_engine::{Outcome, Port, Protocol, UrlTarget};
use netpol_syntax::{
    Diagnostic, FileId, Limits, Location, Read, Severity, Spanned, UnknownFields, order, parse, read_at,
};

use super::{Lesson, LessonStep};
use crate::expect::{Expectation, ExpectedTarget, Place};
use crate::object::{LabelChange, ObjectRef};
use crate::reading::files;

files! {
    struct LessonFile requires ["title", "cluster", "steps"] {
        title: String = "title",
        cluster: Spanned<String> = "cluster",
        steps: Vec<StepFile> = "steps",
    }
}

files! {
    struct StepFile requires ["title"] {
        title: String = "title",
        text: Option<String> = "text",
        apply: Option<Spanned<String>> = "apply",
        delete: Vec<Spanned<String>> = "delete",
        label: Vec<Spanned<String>> = "label",
        expect: Vec<Spanned<ExpectFile>> = "expect",
    }
}

files! {
    pub(crate) struct ExpectFile requires ["from", "got"] {
        from: Spanned<String> = "from",
        curl: Option<Spanned<String>> = "curl",
        to: Option<Spanned<String>> = "to",
        port: Option<u16> = "port",
        protocol: Option<Spanned<String>> = "protocol",
        got: Spanned<String> = "got",
    }
}

/// How a probe of a lesson may end.
const OUTCOMES: [Outcome; 5] =
    [Outcome::Ok, Outcome::NoDns, Outcome::UnknownHost, Outcome::Timeout, Outcome::Refused];

pub(super) fn read(id: &str, text: &str) -> Result<Lesson, Vec<Diagnostic>> {
    let (file, diagnostics) = shape::<LessonFile>(text)?;
    let mut reader = Reader { diagnostics, objects: Vec::new() };
    reader.manifests(&file.cluster);
    let steps = reader.steps(file.steps)?;
    Ok(Lesson { id: id.to_owned(), title: file.title, cluster: file.cluster.value, steps })
}

files! {
    /// A file of expectations, of which only the outer form is known.
    pub(crate) struct SuiteFile requires ["title", "steps"] {
        pub(crate) title: String = "title",
        pub(crate) manifests: Vec<Spanned<String>> = "manifests",
        pub(crate) cluster: Option<Spanned<String>> = "cluster",
        steps: Vec<StepFile> = "steps",
    }
}

impl SuiteFile {
    pub(crate) fn read(text: &str) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let (file, mut diagnostics) = shape::<Self>(text)?;
        if file.manifests.is_empty() && file.cluster.is_none() {
            let message = "there is neither a `cluster` nor `manifests`";
            diagnostics.push(Diagnostic::error("steps-shape", start(), message));
        }
        Ok((file, diagnostics))
    }

    /// The places of the expectations, step by step.
    pub(crate) fn places(&self) -> Vec<Vec<Location>> {
        self.steps.iter().map(|step| step.expect.iter().map(|row| row.at).collect()).collect()
    }

    /// The steps, where `objects`, sorted, are there before the first, and `listed` as items of lists, where they can be labelled
    /// and replaced.
    pub(crate) fn steps(
        self,
        mut diagnostics: Vec<Diagnostic>,
        mut objects: Vec<ObjectRef>,
        listed: Vec<ObjectRef>,
    ) -> Result<Vec<LessonStep>, Vec<Diagnostic>> {
        for text in self.steps.iter().flat_map(|step| &step.delete) {
            if let Some(object) = ObjectRef::parse(text).filter(|object| listed.binary_search(object).is_ok())
            {
                let message = format!("`{object}` is an item of a `List`, of which nothing can be deleted");
                diagnostics.push(Diagnostic::error("steps-object", text.at, message));
            }
        }
        objects.extend(listed);
        order::sort_and_dedup(&mut objects);
        let mut reader = Reader { diagnostics, objects };
        if let Some(cluster) = &self.cluster {
            reader.manifests(cluster);
        }
        reader.steps(self.steps)
    }
}

/// The one document of `text`, and what is wrong with it where that hides nothing else.
pub(crate) fn shape<T: Read>(text: &str) -> Result<(T, Vec<Diagnostic>), Vec<Diagnostic>> {
    let parsed = parse(FileId(0), text, &Limits::PAGE);
    let mut diagnostics = parsed.diagnostics;
    let [document] = parsed.documents.as_slice() else {
        diagnostics.push(Diagnostic::error("steps-shape", start(), "a file of steps is one document"));
        return Err(diagnostics);
    };
    let file = read_at::<T>(document.root(), "", UnknownFields::Report);
    diagnostics.extend(file.diagnostics);
    match file.value {
        Some(file) => Ok((file, diagnostics)),
        None => Err(diagnostics),
    }
}

/// Where a file begins.
pub(crate) fn start() -> Location {
    Location { file: FileId(0), span: Default::default() }
}

pub(crate) struct Reader {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The objects that are there at this point, sorted.
    objects: Vec<ObjectRef>,
}

files! {
    /// What is done to the files, and nothing else of a step.
    pub(crate) struct AnswerFile requires [] {
        pub(crate) apply: Option<Spanned<String>> = "apply",
        pub(crate) delete: Vec<Spanned<String>> = "delete",
        pub(crate) label: Vec<Spanned<String>> = "label",
    }
}

impl Reader {
    /// Where nothing is there yet.
    pub(crate) fn new(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, objects: Vec::new() }
    }

    /// Whether an object is there at this point.
    pub(crate) fn has(&self, object: &ObjectRef) -> bool {
        self.objects.binary_search(object).is_ok()
    }

    /// What an answer does to the objects that are there; they stay for the next.
    pub(crate) fn branch(&mut self, answer: AnswerFile) -> LessonStep {
        let objects = self.objects.clone();
        let AnswerFile { apply, delete, label } = answer;
        let (title, expect) = (String::new(), Vec::new());
        let step = StepFile { title, text: None, apply, delete, label, expect };
        let step = self.step(step);
        self.objects = objects;
        step
    }

    /// `value`, where nothing is wrong.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Vec<Diagnostic>> {
        match self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            true => Err(self.diagnostics),
            false => Ok(value),
        }
    }

    /// All steps, where nothing is wrong with any.
    fn steps(mut self, steps: Vec<StepFile>) -> Result<Vec<LessonStep>, Vec<Diagnostic>> {
        if steps.is_empty() {
            self.error("steps-shape", start(), "there is at least one step");
        }
        let steps = steps.into_iter().map(|step| self.step(step)).collect();
        self.finish(steps)
    }

    fn step(&mut self, step: StepFile) -> LessonStep {
        let delete = step.delete.iter().filter_map(|object| self.deleted(object)).collect();
        if let Some(apply) = &step.apply {
            self.manifests(apply);
        }
        let label = step.label.iter().filter_map(|change| self.labelled(change)).collect();
        let expect = step.expect.iter().filter_map(|row| self.expectation(row)).collect();
        let apply = step.apply.map_or_else(String::new, |apply| apply.value);
        LessonStep { title: step.title, text: step.text, apply, delete, label, expect }
    }

    /// Checks a block of manifests. Its places are of the block's own text, so that all is told at the block, without
    /// other places and edits.
    pub(crate) fn manifests(&mut self, block: &Spanned<String>) {
        let parsed = parse(FileId(0), block.value.as_str(), &Limits::PAGE);
        let at_block =
            |it: Diagnostic| Diagnostic { at: Some(block.at), related: Vec::new(), fix: None, ..it };
        self.diagnostics.extend(parsed.diagnostics.into_iter().map(at_block));
        for document in &parsed.documents {
            match ObjectRef::of(document.root()) {
                Some(object) => {
                    order::insert(&mut self.objects, object);
                }
                None => {
                    self.error("steps-manifest", block.at, "a manifest has no `kind` or no `metadata.name`")
                }
            }
        }
    }

    fn deleted(&mut self, text: &Spanned<String>) -> Option<ObjectRef> {
        let Some(object) = ObjectRef::parse(text) else {
            let message = format!("`{}` is not `kind/[namespace/]name`", text.value);
            self.error("steps-object", text.at, message);
            return None;
        };
        if !order::remove(&mut self.objects, &object) {
            self.error("steps-object", text.at, format!("there is no `{object}` to delete"));
        }
        Some(object)
    }

    fn labelled(&mut self, text: &Spanned<String>) -> Option<LabelChange> {
        let Some(change) = LabelChange::parse(text) else {
            let message =
                format!("`{}` is not `kind/[namespace/]name` and `key=value` or `key-`", text.value);
            self.error("steps-label", text.at, message);
            return None;
        };
        if change.object.kind == "Namespace" {
            // One that nothing declares, such as `default`, comes into the text with its first label.
            order::insert(&mut self.objects, change.object.clone());
        } else if self.objects.binary_search(&change.object).is_err() {
            self.error("steps-object", text.at, format!("there is no `{}` to label", change.object));
        }
        Some(change)
    }

    pub(crate) fn expectation(&mut self, row: &Spanned<ExpectFile>) -> Option<Expectation> {
        let from = self.place(&row.from);
        let target = self.target(row);
        let got = OUTCOMES.into_iter().find(|outcome| outcome.as_str() == row.got.value);
        if got.is_none() {
            self.error("steps-expectation", row.got.at, format!("`{}` is not an outcome", row.got.value));
        }
        Some(Expectation { from: from?, target: target?, got: got? })
    }

    fn target(&mut self, row: &Spanned<ExpectFile>) -> Option<ExpectedTarget> {
        match (&row.curl, &row.to, row.port, &row.protocol) {
            (Some(url), None, None, None) => match UrlTarget::parse(url) {
                Ok(url) => Some(ExpectedTarget::Curl(url)),
                Err(error) => {
                    self.error("steps-expectation", url.at, error.to_string());
                    None
                }
            },
            (None, Some(to), Some(number @ 1..), protocol) => {
                let name = protocol.as_ref().map_or(Protocol::Tcp.as_str(), |it| it.value.as_str());
                let Some(protocol) = Protocol::from_api(name) else {
                    self.error("steps-expectation", row.at, format!("`{name}` is not a protocol"));
                    return None;
                };
                Some(ExpectedTarget::Connect { to: self.place(to)?, port: Port { protocol, number } })
            }
            _ => {
                let message = "an expectation has either `curl`, or `to` with a `port` from 1";
                self.error("steps-expectation", row.at, message);
                None
            }
        }
    }

    fn place(&mut self, text: &Spanned<String>) -> Option<Place> {
        let place = Place::parse(text);
        if place.is_none() {
            let message = format!("`{}` is neither `namespace/name` nor an address", text.value);
            self.error("steps-expectation", text.at, message);
        }
        place
    }

    pub(crate) fn error(&mut self, id: &'static str, at: Location, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(id, at, message));
    }
}
