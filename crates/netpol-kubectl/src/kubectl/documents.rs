//! The documents of the files that `-f` names.

use std::collections::HashMap;
use std::sync::Arc;

use netpol_lessons::edit::manifests;
use netpol_lessons::pieces;
use netpol_syntax::{FileId, Limits, LineIndex, Severity, Yaml, parse};

use super::Call;
use crate::parts::{Object, Part};
use crate::resource::Resource;
use crate::shell::{Done, Shell};

/// An object that is written in a file.
pub(super) struct Document {
    pub(super) object: Arc<Object>,
    /// The part of the file that holds it and nothing else; none of an item of a list.
    part: Option<Part>,
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
            Some((object, part)) => Self { object, part: Some(part) },
            None => self,
        }
    }
}

/// The documents, and none for one that is no object; what is said where one cannot be had.
///
/// What the scenario's files hold as it stands is not read again.
pub(super) fn documents(shell: &Shell, call: &Call<'_>) -> Result<Vec<Option<Document>>, Done> {
    let lone = shell.store.parts().filter(|part| part.is_lone);
    let known: HashMap<&str, &Part> = lone.map(|part| (&*part.text, part)).collect();
    let mut found = Vec::new();
    for file in call.args.values("filename").flat_map(|files| files.split(',')) {
        if file.contains("://") {
            return Err(Done::fail(
                1,
                format!(
                    "error: unable to read URL \"{file}\": nothing is fetched here; paste its text into a file"
                ),
            ));
        }
        let texts = match file {
            "-" => vec![call.input.clone().unwrap_or_default()],
            file => shell
                .read_manifests(file)
                .ok_or_else(|| Done::fail(1, format!("error: the path \"{file}\" does not exist")))?,
        };
        for text in texts {
            for piece in pieces(&text) {
                let part = text.get(piece.whole.clone()).unwrap_or_default();
                match known.get(part) {
                    Some(known) => found.extend(of_part((*known).clone())),
                    None => read(part, &mut found).map_err(|(at, message)| {
                        let name = if file == "-" { "STDIN" } else { file };
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
    }
    if found.is_empty() {
        return Err(Done::fail(1, "error: no objects passed to apply"));
    }
    Ok(found)
}

/// Reads a piece of a file; where in it an error is, and which.
fn read(text: &str, found: &mut Vec<Option<Document>>) -> Result<(), (u32, String)> {
    let parsed = parse(FileId(0), text, &Limits::PAGE);
    if let Some(error) = parsed.diagnostics.iter().find(|it| it.severity == Severity::Error) {
        return Err((error.at.map_or(0, |at| at.span.start), error.message.clone()));
    }
    if parsed.documents.is_empty() {
        return Ok(());
    }
    let part = Part::read(text, &parsed);
    if part.objects.is_empty() {
        found.push(None);
    }
    found.extend(of_part(part));
    Ok(())
}

/// The documents of a part, which is how it is written where that is one object.
fn of_part(part: Part) -> Vec<Option<Document>> {
    match &*part.objects {
        [only] if part.is_lone => {
            vec![Some(Document { object: Arc::clone(only), part: Some(part.clone()) })]
        }
        all => all.iter().map(|it| Some(Document { object: Arc::clone(it), part: None })).collect(),
    }
}
