//! The documents of the files that `-f` names.

use std::collections::HashMap;
use std::sync::Arc;

use netpol_engine::Analysis;
use netpol_lessons::edit::manifests;
use netpol_lessons::{ObjectRef, pieces};
use netpol_syntax::order::Map;
use netpol_syntax::{Diagnostic, FileId, Limits, LineIndex, Parsed, Severity, Yaml, parse};

use super::Call;
use crate::parts::{Object, Part};
use crate::resource::Resource;
use crate::shell::{Done, Shell};

/// An object that is written in a file.
pub(super) struct Document {
    pub(super) object: Arc<Object>,
    /// The part of the file that holds it and nothing else; none of an item of a list.
    part: Option<Part>,
    /// What the API server does not take it for.
    pub(super) refusal: Option<Arc<Refusal>>,
}

/// What is wrong with an object, so that the API server does not take it.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    /// Fields that there are not, or that hold what they cannot: it cannot be read at all.
    decoding: Vec<String>,
    /// What the server says of the values, each behind the field's path.
    invalid: Vec<String>,
}

impl Refusal {
    /// `path` is the field's, within the object.
    fn add(&mut self, problem: &Diagnostic, path: &str) {
        // Messages tell the path within the document.
        let whole = problem.path.as_deref().unwrap_or_default();
        let message = problem.message.replace('`', "").replacen(whole, path, 1);
        match problem.id {
            "unknown-field" | "match-labels-missing" => {
                self.decoding.push(format!("strict decoding error: unknown field \"{path}\""));
            }
            "wrong-type" => {
                self.decoding
                    .push(format!("json: {}", message.replacen("into ", "into Go struct field ", 1)));
            }
            _ => {
                // As `field.Error` in `k8s.io/apimachinery/pkg/util/validation/field` begins.
                let mut letters = message.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                self.invalid.push(format!(
                    "{path}: {}{}",
                    first.map_or(String::new(), String::from),
                    letters.as_str()
                ));
            }
        }
    }

    /// As `kubectl` says it (`CheckErr` and `MultilineError` in `k8s.io/kubectl/pkg/cmd/util/helpers.go`).
    pub(super) fn text(&self, reference: &ObjectRef, version: &str, doing: &str) -> String {
        let ObjectRef { kind, name, .. } = reference;
        match (self.decoding.first(), self.invalid.as_slice()) {
            (Some(first), _) => {
                // Of unknown fields all are told.
                let strict = "strict decoding error: ";
                let more = self.decoding.iter().skip(1).filter_map(|it| it.strip_prefix(strict));
                let all: Vec<&str> = std::iter::once(first.as_str())
                    .chain(more.filter(|_| first.starts_with(strict)))
                    .collect();
                format!(
                    "Error from server (BadRequest): error when {doing}: {kind} in version \"{version}\" cannot be handled as a {kind}: {}",
                    all.join(", ")
                )
            }
            (None, [only]) => format!("The {kind} \"{name}\" is invalid: {only}"),
            (None, all) => {
                let all: String = all.iter().map(|it| format!("\n* {it}")).collect();
                format!("The {kind} \"{name}\" is invalid: {all}")
            }
        }
    }
}

impl Document {
    /// How it is written.
    pub(super) fn manifest(&self) -> String {
        let own = self.part.as_ref().and_then(|part| manifests(&part.text).into_iter().next());
        own.map_or_else(|| self.object.value.to_yaml(), |manifest| manifest.text)
    }

    /// The same in a namespace: in this one where it names none.
    pub(super) fn in_namespace(self, namespace: &str) -> Self {
        let Object { reference, value } = self.object.as_ref();
        let is_placed = namespace == "default"
            || !value.at("metadata.namespace").is_null()
            || !Resource::of_kind(&reference.kind).is_some_and(|resource| resource.is_namespaced);
        if is_placed {
            return self;
        }
        let own = Part::of(&self.manifest());
        let placed = own.set(reference, "metadata", "namespace", Some(&Yaml::text(namespace)));
        match placed.and_then(|part| Some((Arc::clone(part.objects.first()?), part))) {
            Some((object, part)) => Self { object, part: Some(part), refusal: self.refusal },
            None => self,
        }
    }
}

/// The documents of a file, and none for one that is no object.
pub(super) struct Named {
    /// What the file is called in what is said of it.
    pub(super) file: String,
    pub(super) documents: Vec<Option<Document>>,
}

/// The documents of each file that is named; what is said where one cannot be had.
///
/// What the scenario's files hold as it stands, and soundly, is not read again.
pub(super) fn documents(shell: &Shell, call: &Call<'_>) -> Result<Vec<Named>, Done> {
    let sound = shell.store.sound_parts().filter(|part| part.is_lone);
    let known: HashMap<&str, &Part> = sound.map(|part| (&*part.text, part)).collect();
    let mut all = Vec::new();
    for file in call.args.values("filename").flat_map(|files| files.split(',')) {
        if file.contains("://") {
            return Err(Done::fail(
                1,
                format!(
                    "error: unable to read URL \"{file}\": nothing is fetched here; paste its text into a file"
                ),
            ));
        }
        let name = if file == "-" { "STDIN" } else { file };
        let texts = match file {
            "-" => vec![call.input.clone().unwrap_or_default()],
            file => shell
                .read_manifests(file)
                .ok_or_else(|| Done::fail(1, format!("error: the path \"{file}\" does not exist")))?,
        };
        let mut reader = Reader::default();
        for text in texts {
            for piece in pieces(&text) {
                let part = text.get(piece.whole.clone()).unwrap_or_default();
                match known.get(part) {
                    Some(known) => reader.found.extend(of_part((*known).clone())),
                    None => reader.read(part).map_err(|(at, message)| {
                        let at = u32::try_from(piece.whole.start).unwrap_or(0) + at;
                        let line = LineIndex::new(&text).line(at);
                        Done::fail(
                            1,
                            format!(
                                "error: error parsing {name}: error converting YAML to JSON: yaml: line {line}: {message}"
                            ),
                        )
                    })?,
                }
            }
        }
        all.push(Named { file: name.to_owned(), documents: reader.finish() });
    }
    if all.iter().all(|named| named.documents.is_empty()) {
        return Err(Done::fail(1, format!("error: no objects passed to {}", call.verb)));
    }
    Ok(all)
}

/// Reads the pieces of a file.
#[derive(Default)]
struct Reader {
    found: Vec<Option<Document>>,
    /// What was parsed, each piece as a file of its own, and which of the documents found are of it.
    parsed: Parsed,
    pieces: Vec<std::ops::Range<usize>>,
}

impl Reader {
    /// Reads a piece of a file; where in it an error is, and which.
    fn read(&mut self, text: &str) -> Result<(), (u32, String)> {
        let number = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
        let mut parsed = parse(FileId(number), text, &Limits::PAGE);
        let at = |it: &Diagnostic| it.at.map_or(0, |at| at.span.start);
        if let Some(error) = parsed.diagnostics.iter().find(|it| it.severity == Severity::Error) {
            return Err((at(error), error.message.clone()));
        }
        if let Some(twice) = parsed.diagnostics.iter().find(|it| it.id == "duplicate-key") {
            let key = twice.message.split('`').nth(1).unwrap_or_default();
            return Err((at(twice), format!("key \"{key}\" already set in map")));
        }
        if parsed.documents.is_empty() {
            return Ok(());
        }
        let part = Part::read(text, &parsed);
        let start = self.found.len();
        if part.objects.is_empty() {
            self.found.push(None);
        }
        self.found.extend(of_part(part));
        self.pieces.push(start..self.found.len());
        self.parsed.documents.append(&mut parsed.documents);
        Ok(())
    }

    /// The documents, each with what is wrong with it.
    fn finish(mut self) -> Vec<Option<Document>> {
        let mut refusals: Map<usize, Refusal> = Map::new();
        let said = if self.pieces.is_empty() { Vec::new() } else { Analysis::of(&self.parsed).diagnostics };
        for problem in said.iter().filter(|it| it.severity == Severity::Error) {
            let Some(piece) = problem.at.and_then(|at| self.pieces.get(at.file.index())) else { continue };
            // Of a list each item is an object of its own.
            let path = problem.path.as_deref().unwrap_or_default();
            let (item, path) = item_of(path).unwrap_or((0, path));
            refusals.or_default(piece.start + item).add(problem, path);
        }
        for (at, refusal) in refusals {
            if let Some(Some(document)) = self.found.get_mut(at) {
                document.refusal = Some(Arc::new(refusal));
            }
        }
        self.found
    }
}

/// `items[2].spec.ingress`: which item, and the path within it.
fn item_of(path: &str) -> Option<(usize, &str)> {
    let (item, rest) = path.strip_prefix("items[")?.split_once(']')?;
    Some((item.parse().ok()?, rest.strip_prefix('.').unwrap_or(rest)))
}

/// What is wrong with a manifest, where the API server would not take it.
pub(super) fn refusal(text: &str) -> Option<Arc<Refusal>> {
    let mut reader = Reader::default();
    reader.read(text).ok()?;
    reader.finish().into_iter().flatten().find_map(|document| document.refusal)
}

/// The documents of a part, which is how it is written where that is one object.
fn of_part(part: Part) -> Vec<Option<Document>> {
    match &*part.objects {
        [only] if part.is_lone => {
            vec![Some(Document { object: Arc::clone(only), part: Some(part.clone()), refusal: None })]
        }
        all => all
            .iter()
            .map(|it| Some(Document { object: Arc::clone(it), part: None, refusal: None }))
            .collect(),
    }
}
