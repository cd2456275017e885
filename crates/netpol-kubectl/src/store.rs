//! What the API server would hold: the objects of the scenario's files, and changes of them, which are changes of the text.
//!
//! Each file is kept in the pieces that its document markers cut it into, so that a command reads and changes one document
//! and not all of them.

use std::cell::{Cell, OnceCell};
use std::fmt;
use std::sync::Arc;

use netpol_engine::{Analysis, Session};
use netpol_lessons::{CLUSTER_FILE, LabelChange, ObjectRef, POLICIES_FILE, ScenarioFile, edit, pieces};
use netpol_syntax::order::Map;
use netpol_syntax::{Editor, FileId, Limits, Node, SourceFile, Yaml, apply, parse};

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
struct Part {
    /// From its marker to the next.
    text: Arc<str>,
    objects: Arc<[Object]>,
}

#[derive(Clone, Debug)]
struct File {
    name: String,
    parts: Vec<Part>,
    /// All parts together, once somebody asked for that: the engine compares no text with itself.
    text: OnceCell<Arc<str>>,
}

/// The objects, and what follows from them.
#[derive(Debug)]
pub struct Store {
    files: Vec<File>,
    /// What follows from the files; empty from a change of them until somebody asks.
    session: OnceCell<Session>,
    /// The state before that change, from which the session goes on.
    earlier: Earlier,
    /// The objects that the shell has told of, as they were then, and `Null` for what it deleted: `kubectl apply` says what
    /// is new to it.
    told: Map<ObjectRef, Value>,
}

#[derive(Default)]
struct Earlier(Cell<Option<Session>>);

/// What `kubectl apply` says of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It was not there.
    Created,
    /// It was another.
    Configured,
    /// It was the same.
    Unchanged,
}

impl Applied {
    /// `created`, `configured` or `unchanged`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Configured => "configured",
            Self::Unchanged => "unchanged",
        }
    }
}

impl Store {
    /// The objects of `files`, all of them known.
    #[must_use]
    pub fn new(files: &[ScenarioFile]) -> Self {
        let mut store = Self {
            files: Vec::new(),
            session: OnceCell::new(),
            earlier: Earlier::default(),
            told: Map::new(),
        };
        store.set_files(files);
        store.analysis();
        store.told = store.objects().map(|object| (object.reference.clone(), object.value.clone())).collect();
        store
    }

    /// What the files say together.
    #[must_use]
    pub fn analysis(&self) -> &Analysis {
        let session = self.session.get_or_init(|| {
            let files =
                self.files.iter().map(|file| SourceFile::new(file.name.as_str(), Arc::clone(file.text())));
            let mut session = self.earlier.0.take().unwrap_or_else(|| Session::new(&Limits::PAGE));
            session.update(&files.collect::<Vec<_>>());
            session
        });
        session.analysis()
    }

    /// The files as they are.
    #[must_use]
    pub fn files(&self) -> Vec<ScenarioFile> {
        self.files.iter().map(|file| ScenarioFile::new(file.name.as_str(), &**file.text())).collect()
    }

    /// The text of a file, where there is one of this name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.files.iter().find(|file| file.name == name).map(|file| file.text().to_string())
    }

    /// Takes `files` for the text; what of them is as before is not read again.
    pub fn set_files(&mut self, files: &[ScenarioFile]) {
        let is_same =
            |(file, known): (&ScenarioFile, &File)| file.name == known.name && *file.text == **known.text();
        if files.len() == self.files.len() && files.iter().zip(&self.files).all(is_same) {
            return;
        }
        let mut earlier = std::mem::take(&mut self.files);
        for file in files {
            let before =
                earlier.iter().position(|known| known.name == file.name).map(|at| earlier.swap_remove(at));
            self.files.push(File::read(file, before.map(|file| file.parts).unwrap_or_default()));
        }
        self.has_changed();
    }

    /// All objects, in the order of the text.
    pub fn objects(&self) -> impl DoubleEndedIterator<Item = &Object> + use<'_> {
        self.files.iter().flat_map(|file| &file.parts).flat_map(|part| part.objects.iter())
    }

    /// An object by what it is; of two that are the same the later, as the engine has it.
    #[must_use]
    pub fn object(&self, reference: &ObjectRef) -> Option<&Object> {
        self.objects().rev().find(|object| object.reference == *reference)
    }

    /// The name of the file that an object is written in.
    #[must_use]
    pub fn file_of(&self, reference: &ObjectRef) -> Option<&str> {
        let holds = |file: &&File| {
            file.parts.iter().any(|part| part.objects.iter().any(|object| object.reference == *reference))
        };
        self.files.iter().rev().find(holds).map(|file| file.name.as_str())
    }

    /// Puts a manifest in the place of the object that it is, or behind the others. What of the files was written by
    /// hand and not told of yet is new all the same.
    pub fn apply(&mut self, manifest: &edit::Manifest) -> Option<Applied> {
        let reference = manifest.object.clone()?;
        let value = objects(&manifest.text).into_iter().next()?.value;
        let told = self.told.insert(reference.clone(), value.clone()).filter(|told| !told.is_null());
        let is_there = self.object(&reference).map(|object| object.value == value);
        match is_there {
            Some(true) => {}
            Some(false) => self.replace(&reference, &manifest.text),
            None => self.append(&reference, &manifest.text),
        }
        Some(match (is_there, told) {
            (None, _) | (_, None) => Applied::Created,
            (Some(true), Some(told)) if told == value => Applied::Unchanged,
            _ => Applied::Configured,
        })
    }

    /// Whether an object is there and the shell has told of it.
    #[must_use]
    pub fn is_told(&self, reference: &ObjectRef) -> bool {
        self.told.get(reference).is_some_and(|told| !told.is_null()) && self.object(reference).is_some()
    }

    /// Takes an object away; whether it was there.
    pub fn delete(&mut self, reference: &ObjectRef) -> bool {
        self.told.insert(reference.clone(), Value::Null);
        let mut found = false;
        for file in &mut self.files {
            let holds = |part: &Part| part.objects.iter().any(|object| object.reference == *reference);
            if !file.parts.iter().any(holds) {
                continue;
            }
            found = true;
            file.text.take();
            for part in file.parts.iter_mut().filter(|part| part.objects.len() > 1) {
                if let Some(text) = edit::delete(&part.text, reference) {
                    *part = Part::of(&text);
                }
            }
            file.parts.retain(|part| !matches!(&*part.objects, [only] if only.reference == *reference));
            file.begin_without_marker();
        }
        if found {
            self.has_changed();
        }
        found
    }

    /// Changes the labels of an object; whether it could.
    pub fn label(&mut self, change: &LabelChange) -> bool {
        self.change(&change.object, |text| edit::label(text, change))
    }

    /// Puts `value` under `key` within the map at `path`, which dots join, or takes the key away; whether it could.
    pub fn set(&mut self, reference: &ObjectRef, path: &str, key: &str, value: Option<&Yaml>) -> bool {
        self.change(reference, |text| set(text, reference, path, key, value))
    }

    fn change(&mut self, reference: &ObjectRef, change: impl Fn(&str) -> Option<String>) -> bool {
        let holds = |part: &&mut Part| part.objects.iter().any(|object| object.reference == *reference);
        let mut files = self.files.iter_mut().rev();
        let found = files.find_map(|file| Some((file.parts.iter_mut().rev().find(holds)?, &mut file.text)));
        let Some((part, whole)) = found else { return false };
        let Some(text) = change(&part.text) else { return false };
        *part = Part::of(&text);
        whole.take();
        if let Some(object) = part.objects.iter().find(|object| object.reference == *reference) {
            self.told.insert(reference.clone(), object.value.clone());
        }
        self.has_changed();
        true
    }

    fn replace(&mut self, reference: &ObjectRef, manifest: &str) {
        self.change(reference, |text| edit::replace(text, reference, manifest));
    }

    fn append(&mut self, reference: &ObjectRef, manifest: &str) {
        let name = if reference.is_policy() { POLICIES_FILE } else { CLUSTER_FILE };
        if !self.files.iter().any(|file| file.name == name) {
            self.files.push(File { name: name.to_owned(), parts: Vec::new(), text: OnceCell::new() });
        }
        if let Some(file) = self.files.iter_mut().find(|file| file.name == name) {
            file.text.take();
            let last = file.parts.pop().map(|part| part.text);
            // Comments alone, where nothing else is, and a last line without an end are the text's to join.
            let joined = edit::append(last.as_deref().unwrap_or_default(), manifest);
            file.parts.extend(File::read(&ScenarioFile::new(name, joined), Vec::new()).parts);
        }
        self.has_changed();
    }

    /// What follows from the files is not known any more: it is evaluated once somebody asks, or at the end of the line, so
    /// that of many changes in turn only the last costs that.
    fn has_changed(&mut self) {
        if let Some(session) = self.session.take() {
            self.earlier.0.set(Some(session));
        }
    }
}

impl fmt::Debug for Earlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Earlier").finish_non_exhaustive()
    }
}

impl File {
    /// `earlier` are the parts of the text before, of which those are kept that are the same.
    fn read(file: &ScenarioFile, earlier: Vec<Part>) -> Self {
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
        Self { name: file.name.clone(), parts: first, text: OnceCell::new() }
    }

    fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| {
            let mut text = String::with_capacity(self.parts.iter().map(|part| part.text.len()).sum());
            self.parts.iter().for_each(|part| text.push_str(&part.text));
            text.into()
        })
    }

    /// A first document that had another before it.
    fn begin_without_marker(&mut self) {
        if let Some(first) = self.parts.first_mut()
            && let Some(rest) = first.text.strip_prefix("---\n")
        {
            *first = Part { text: rest.into(), objects: Arc::clone(&first.objects) };
        }
    }
}

impl Part {
    fn of(text: &str) -> Self {
        Self { text: text.into(), objects: objects(text).into() }
    }
}

/// The objects of a text, those of a `List` one by one.
#[must_use]
pub fn objects(text: &str) -> Vec<Object> {
    let parsed = parse(FileId(0), text, &Limits::PAGE);
    let roots = parsed.documents.iter().map(netpol_syntax::Document::root);
    let object = |node: Node<'_>| Some(Object { reference: ObjectRef::of(node)?, value: Value::of(node) });
    let with_items = |root| std::iter::once(root).chain(items(root));
    roots.flat_map(|root| with_items(root).filter_map(object).collect::<Vec<_>>()).collect()
}

fn items(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let is_list = root.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    root.get("items").filter(|_| is_list).into_iter().flat_map(Node::items)
}

/// `text` with `value` under `key` within the map at `path` of one of its objects, or without the key.
#[must_use]
pub fn set(text: &str, reference: &ObjectRef, path: &str, key: &str, value: Option<&Yaml>) -> Option<String> {
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
        let edited = apply(FileId(0), text, &[edit]);
        // What came of it has to be the same object still, wherever it stands.
        let is_it = |object: &Object| {
            (&object.reference.kind, &object.reference.name) == (&reference.kind, &reference.name)
        };
        return objects(&edited).iter().any(is_it).then_some(edited);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(text: &str) -> Store {
        Store::new(&[ScenarioFile::new(CLUSTER_FILE, text)])
    }

    fn pod(name: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n")
    }

    fn only(text: &str) -> edit::Manifest {
        edit::manifests(text).remove(0)
    }

    #[test]
    fn what_is_applied_is_new_changed_or_as_before() {
        let mut store = store(&format!("# pods\n{}", pod("a")));
        assert_eq!(store.apply(&only(&pod("a"))), Some(Applied::Unchanged));
        assert_eq!(store.apply(&only(&pod("b"))), Some(Applied::Created));
        let labelled = format!("{}  labels: {{app: b}}\n", pod("b"));
        assert_eq!(store.apply(&only(&labelled)), Some(Applied::Configured));
        let text = store.text(CLUSTER_FILE).unwrap();
        assert!(text.starts_with("# pods\n") && text.contains("---\n"), "{text}");
        assert_eq!(store.objects().count(), 2);
        // Written by hand, it counts already, and is new to the shell.
        let mut files = store.files();
        files[0].text.push_str(&format!("---\n{}", pod("c")));
        store.set_files(&files);
        assert_eq!(store.apply(&only(&pod("c"))), Some(Applied::Created));
        assert_eq!(store.apply(&only(&pod("c"))), Some(Applied::Unchanged));
    }

    #[test]
    fn what_is_deleted_is_gone_with_its_marker() {
        let mut store = store(&format!("{}---\n{}---\n{}", pod("a"), pod("b"), pod("c")));
        let a = ObjectRef::new("Pod", None, "a");
        assert!(store.delete(&a) && !store.delete(&a));
        assert_eq!(store.text(CLUSTER_FILE).unwrap(), format!("{}---\n{}", pod("b"), pod("c")));
        assert!(store.delete(&ObjectRef::new("Pod", None, "c")));
        assert_eq!(store.text(CLUSTER_FILE).unwrap(), pod("b"));
        assert_eq!(store.analysis().cluster.pods.iter().filter(|(_, it)| it.at.is_some()).count(), 1);
    }

    #[test]
    fn fields_are_set_where_they_belong() {
        let mut store = store(&pod("a"));
        let a = ObjectRef::new("Pod", None, "a");
        assert!(store.set(&a, "metadata.annotations", "note", Some(&Yaml::text("yes"))));
        assert!(store.set(&a, "metadata.annotations", "more", Some(&Yaml::text("1"))));
        let at = |store: &Store, key: &str| {
            store.object(&a).unwrap().value.at("metadata.annotations").get(key).clone()
        };
        assert_eq!((at(&store, "note"), at(&store, "more")), (Value::text("yes"), Value::text("1")));
        assert!(store.set(&a, "metadata.annotations", "note", None));
        assert!(store.set(&a, "metadata.annotations", "more", None));
        assert!(!store.set(&a, "metadata.annotations", "more", None));
        assert!(store.set(&a, "spec", "replicas", Some(&Yaml::Int(3))));
        assert_eq!(store.object(&a).unwrap().value.at("spec.replicas").printed(), Some("3"));
    }

    #[test]
    fn only_what_changed_is_read_again() {
        let text = |names: &[&str]| names.iter().map(|name| pod(name)).collect::<Vec<_>>().join("---\n");
        let mut store = store(&text(&["a", "b", "c"]));
        let parts = |store: &Store| {
            store.files[0].parts.iter().map(|part| Arc::clone(&part.objects)).collect::<Vec<_>>()
        };
        let before = parts(&store);
        store.set_files(&[ScenarioFile::new(CLUSTER_FILE, text(&["a", "x", "y", "c"]))]);
        let after = parts(&store);
        assert!(Arc::ptr_eq(&before[0], &after[0]) && Arc::ptr_eq(&before[2], &after[3]));
        assert_eq!(store.objects().count(), 4);
        store.set_files(&[ScenarioFile::new(CLUSTER_FILE, "")]);
        assert_eq!(store.objects().count(), 0);
    }
}
