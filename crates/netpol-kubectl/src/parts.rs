//! Files in the pieces that their document markers cut them into, each with what it holds.

use std::cell::OnceCell;
use std::sync::Arc;

use netpol_lessons::edit::{is_list, items};
use netpol_lessons::{ObjectRef, ScenarioFile, pieces};
use netpol_syntax::{Document, Editor, FileId, Limits, Node, Parsed, Severity, Yaml, apply, parse};

use crate::value::Value;

/// An object and what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its kind, namespace and name.
    pub reference: ObjectRef,
    /// As it is written.
    pub value: Value,
}

/// A document's part of a file.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// From its marker to the next.
    pub(crate) text: Arc<str>,
    /// What it holds, the items of a `List` one by one.
    pub(crate) objects: Arc<[Arc<Object>]>,
    /// Whether it is one object and nothing else, and read without an error.
    pub(crate) is_lone: bool,
}

impl Part {
    pub(crate) fn of(text: &str) -> Self {
        Self::read(text, &parse(FileId(0), text, &Limits::PAGE))
    }

    /// A text that has been parsed.
    pub(crate) fn read(text: &str, parsed: &Parsed) -> Self {
        let object = |node: Node<'_>| {
            Some(Arc::new(Object { reference: ObjectRef::of(node)?, value: Value::of(node) }))
        };
        let roots = parsed.documents.iter().map(Document::root);
        let nodes = roots.flat_map(|root| std::iter::once(root).chain(items(root)));
        let objects: Arc<[Arc<Object>]> = nodes.filter_map(object).collect();
        let is_error = |it: &netpol_syntax::Diagnostic| it.severity == Severity::Error;
        let is_lone = objects.len() == 1
            && matches!(parsed.documents.as_slice(), [only] if ObjectRef::of(only.root()).is_some())
            && !parsed.diagnostics.iter().any(is_error);
        Self { text: text.into(), objects, is_lone }
    }

    /// Whether it is a `List` of which nothing is left.
    pub(crate) fn is_nothing_but_empty_lists(&self) -> bool {
        if !self.objects.is_empty() {
            return false;
        }
        let parsed = parse(FileId(0), &*self.text, &Limits::PAGE);
        let is_empty = |root: Node<'_>| {
            is_list(root) && root.get("items").is_some_and(|items| items.items().next().is_none())
        };
        !parsed.documents.is_empty() && parsed.documents.iter().all(|document| is_empty(document.root()))
    }

    /// The last of its objects that is called so.
    pub(crate) fn object(&self, reference: &ObjectRef) -> Option<&Arc<Object>> {
        self.objects.iter().rev().find(|object| object.reference == *reference)
    }

    /// The same with `value` under `key` within the map at `path` of one of its objects, or without the key.
    pub(crate) fn set(
        &self,
        reference: &ObjectRef,
        path: &str,
        key: &str,
        value: Option<&Yaml>,
    ) -> Option<Self> {
        let changed = Self::of(&set(&self.text, reference, path, key, value)?);
        // What came of it has to be the same object still, wherever it stands.
        let is_it = |object: &Arc<Object>| {
            (&object.reference.kind, &object.reference.name) == (&reference.kind, &reference.name)
        };
        changed.objects.iter().any(is_it).then_some(changed)
    }
}

/// A file, in parts.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) parts: Vec<Part>,
    /// All parts together, once somebody asked for that: the engine compares no text with itself.
    pub(crate) whole: OnceCell<Arc<str>>,
}

impl File {
    /// `earlier` are the parts of the text before, of which those are kept that are the same.
    pub(crate) fn read(file: &ScenarioFile, earlier: Vec<Part>) -> Self {
        let texts =
            pieces(&file.text).into_iter().map(|piece| file.text.get(piece.whole).unwrap_or_default());
        let texts: Vec<&str> = texts.collect();
        let kept = texts.iter().zip(&earlier).take_while(|(text, part)| **text == &*part.text).count();
        let room = texts.len().min(earlier.len()) - kept;
        let ends = texts.iter().rev().zip(earlier.iter().rev()).take(room);
        let after = ends.take_while(|(text, part)| **text == &*part.text).count();
        let (gone, came) = (earlier.len() - after, texts.len() - after);
        let (mut first, mut last) = (earlier, Vec::new());
        last.extend(first.drain(gone..));
        first.truncate(kept);
        first.extend(texts.get(kept..came).unwrap_or_default().iter().map(|text| Part::of(text)));
        first.extend(last);
        Self { name: file.name.clone(), parts: first, whole: OnceCell::new() }
    }

    pub(crate) fn text(&self) -> &Arc<str> {
        self.whole.get_or_init(|| {
            let mut text = String::with_capacity(self.parts.iter().map(|part| part.text.len()).sum());
            self.parts.iter().for_each(|part| text.push_str(&part.text));
            text.into()
        })
    }

    /// What keeps documents apart, after some are gone: the first needs no marker, and what has none needs one where nothing
    /// ends what now stands before it.
    pub(crate) fn put_markers_right(&mut self) {
        if let Some(first) = self.parts.first_mut()
            && let Some(rest) = first.text.strip_prefix("---\n")
        {
            first.text = rest.into();
        }
        let mut is_ended = true;
        for part in &mut self.parts {
            if !is_ended && !part.text.starts_with("---") {
                let marker = if part.text.starts_with('%') { "...\n" } else { "---\n" };
                part.text = format!("{marker}{}", part.text).into();
            }
            is_ended = part.text.lines().last().is_some_and(|line| line.starts_with("..."));
        }
    }
}

/// `text` with `value` under `key` within the map at `path` of one of its objects, or without the key.
fn set(text: &str, reference: &ObjectRef, path: &str, key: &str, value: Option<&Yaml>) -> Option<String> {
    let parsed = parse(FileId(0), text, &Limits::PAGE);
    for document in &parsed.documents {
        let root = document.root();
        let mut nodes = std::iter::once(root).chain(items(root));
        let Some(object) = nodes.find(|node| ObjectRef::of(*node).as_ref() == Some(reference)) else {
            continue;
        };
        let editor = Editor::new(document);
        let mut map = object;
        let mut steps = path.split('.').filter(|step| !step.is_empty()).peekable();
        while let Some(step) = steps.peek() {
            match map.get(step).filter(|inner| inner.is_mapping() && inner.entries().len() > 0) {
                Some(inner) => map = inner,
                None => break,
            }
            steps.next();
        }
        let missing: Vec<&str> = steps.collect();
        let edit = match (value, missing.split_first()) {
            (Some(value), None) => match map.get(key) {
                Some(known) => editor.replace(known, value),
                None => editor.insert(map, key, value)?,
            },
            (Some(value), Some((first, rest))) => {
                let leaf = Yaml::map([(key, value.clone())]);
                let value = rest.iter().rev().fold(leaf, |inner, step| Yaml::map([(*step, inner)]));
                match map.get(first) {
                    Some(known) => editor.replace(known, &value),
                    None => editor.insert(map, first, &value)?,
                }
            }
            (None, None) => {
                map.get(key)?;
                match map.entries().len() {
                    1 => editor.replace(map, &Yaml::Map(Vec::new())),
                    _ => editor.remove_entry(map, key)?,
                }
            }
            (None, Some(_)) => return None,
        };
        return Some(apply(FileId(0), text, &[edit]));
    }
    None
}
