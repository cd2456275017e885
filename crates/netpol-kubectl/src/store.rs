//! What the API server would hold: the objects of the scenario's files, and changes of them, which are changes of the text.
//!
//! Each file is kept in the pieces that its document markers cut it into, so that a command reads and changes one document
//! and not all of them.

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use netpol_engine::{Analysis, Session};
use netpol_lessons::{CLUSTER_FILE, LabelChange, ObjectRef, POLICIES_FILE, ScenarioFile, edit};
use netpol_syntax::order::Map;
use netpol_syntax::{Limits, Severity, SourceFile, Yaml};

use crate::parts::{File, Object, Part};
use crate::resource::Resource;

/// The objects, and what follows from them.
#[derive(Debug)]
pub struct Store {
    files: Vec<File>,
    /// What follows from the files; empty from a change of them until somebody asks.
    session: OnceCell<Session>,
    /// The state before that change, from which the session goes on.
    earlier: Earlier,
    /// Where everything is written, by file and part: of two that are the same the later, as the engine has it. Empty from a
    /// change that moves it until somebody asks.
    places: OnceCell<HashMap<ObjectRef, (usize, usize)>>,
    /// What there are namespaces of, likewise: those that are written, and those that something is in.
    namespaces: OnceCell<HashSet<String>>,
    /// The objects that the shell has told of, as they were then, and none for what it deleted: `kubectl apply` says what
    /// is new to it.
    told: Map<ObjectRef, Option<Arc<Object>>>,
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
            places: OnceCell::new(),
            namespaces: OnceCell::new(),
            told: Map::new(),
        };
        store.set_files(files);
        store.evaluate();
        store.told =
            store.shared().map(|object| (object.reference.clone(), Some(Arc::clone(object)))).collect();
        store
    }

    /// What the files say together.
    #[must_use]
    pub fn analysis(&self) -> &Analysis {
        self.session().analysis()
    }

    /// Finds out what the files say together, so that nobody who asks has to wait for it.
    pub(crate) fn evaluate(&self) {
        self.session();
    }

    fn session(&self) -> &Session {
        self.session.get_or_init(|| {
            let files =
                self.files.iter().map(|file| SourceFile::new(file.name.as_str(), Arc::clone(file.text())));
            let mut session = self.earlier.0.take().unwrap_or_else(|| Session::new(&Limits::PAGE));
            session.update(&files.collect::<Vec<_>>());
            session
        })
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
        self.places.take();
        self.namespaces.take();
        self.has_changed();
    }

    /// All objects, in the order of the text.
    pub fn objects(&self) -> impl DoubleEndedIterator<Item = &Object> + use<'_> {
        self.shared().map(Arc::as_ref)
    }

    fn shared(&self) -> impl DoubleEndedIterator<Item = &Arc<Object>> + use<'_> {
        self.parts().flat_map(|part| part.objects.iter())
    }

    pub(crate) fn parts(&self) -> impl DoubleEndedIterator<Item = &Part> + use<'_> {
        self.files.iter().flat_map(|file| &file.parts)
    }

    /// Those in which the engine found nothing wrong.
    pub(crate) fn sound_parts(&self) -> impl Iterator<Item = &Part> + use<'_> {
        let errors = self.analysis().diagnostics.iter().filter(|it| it.severity == Severity::Error);
        let mut places: Vec<(usize, usize)> =
            errors.filter_map(|error| error.at.map(|at| (at.file.index(), at.span.start as usize))).collect();
        netpol_syntax::order::sort_by_key(&mut places, |place| *place);
        self.files.iter().enumerate().flat_map(move |(number, file)| {
            let mut end = 0;
            let sound = file.parts.iter().filter(|part| {
                let start = end;
                end += part.text.len();
                let first = places.partition_point(|place| *place < (number, start));
                places.get(first).is_none_or(|place| *place >= (number, end))
            });
            sound.collect::<Vec<_>>()
        })
    }

    fn places(&self) -> &HashMap<ObjectRef, (usize, usize)> {
        self.places.get_or_init(|| {
            let mut places = HashMap::new();
            for (file, parts) in self.files.iter().enumerate() {
                for (at, part) in parts.parts.iter().enumerate() {
                    places.extend(part.objects.iter().map(|object| (object.reference.clone(), (file, at))));
                }
            }
            places
        })
    }

    /// An object by what it is; of two that are the same the later, as the engine has it.
    #[must_use]
    pub fn object(&self, reference: &ObjectRef) -> Option<&Object> {
        let (file, part) = *self.places().get(reference)?;
        self.files.get(file)?.parts.get(part)?.object(reference).map(Arc::as_ref)
    }

    /// The name of the file that an object is written in.
    #[must_use]
    pub fn file_of(&self, reference: &ObjectRef) -> Option<&str> {
        let (file, _) = *self.places().get(reference)?;
        self.files.get(file).map(|file| file.name.as_str())
    }

    /// Whether there is a namespace of this name: it is written, or something is in it.
    #[must_use]
    pub fn has_namespace(&self, name: &str) -> bool {
        let all = || {
            let named = self.objects().filter_map(|object| namespace_of(&object.reference));
            named.collect::<HashSet<&String>>().into_iter().cloned().collect()
        };
        // The engine knows more: objects that are to get a name.
        self.namespaces.get_or_init(all).contains(name) || self.analysis().cluster.namespace(name).is_some()
    }

    /// Puts an object in the place of the one that is called the same, or behind the others; `manifest` is how it is
    /// written. What of the files was written by hand and not told of yet is new all the same.
    pub(crate) fn apply(&mut self, object: &Arc<Object>, manifest: impl FnOnce() -> String) -> Applied {
        let Object { reference, value } = object.as_ref();
        let told = self.told.insert(reference.clone(), Some(Arc::clone(object))).flatten();
        let is_there = self.object(reference).map(|there| there.value == *value);
        match is_there {
            Some(true) => {}
            Some(false) => self.replace(reference, &manifest()),
            None => self.append(reference, &manifest()),
        }
        match (is_there, told) {
            (None, _) | (_, None) => Applied::Created,
            (Some(true), Some(told)) if told.value == *value => Applied::Unchanged,
            _ => Applied::Configured,
        }
    }

    /// Whether an object is there and the shell has told of it.
    #[must_use]
    pub fn is_told(&self, reference: &ObjectRef) -> bool {
        self.told.get(reference).is_some_and(Option::is_some) && self.object(reference).is_some()
    }

    /// Takes objects away; whether any of them was there.
    pub fn delete(&mut self, gone: &[ObjectRef]) -> bool {
        self.told.extend(gone.iter().map(|reference| (reference.clone(), None)));
        let gone: HashSet<&ObjectRef> = gone.iter().collect();
        let mut found = false;
        for (number, file) in self.files.iter_mut().enumerate() {
            let is_gone = |object: &Arc<Object>| gone.contains(&object.reference);
            if !file.parts.iter().any(|part| part.objects.iter().any(is_gone)) {
                continue;
            }
            found = true;
            file.whole.take();
            let is_left = |part: &Part| !(part.is_lone && part.objects.iter().all(is_gone));
            // Where each part stands then: so many are left before it.
            let mut left = 0;
            let moved = file.parts.iter().map(|part| {
                left += usize::from(is_left(part));
                left.saturating_sub(1)
            });
            let moved: Vec<usize> = moved.collect();
            if let Some(places) = self.places.get_mut() {
                places.retain(|reference, (file, part)| {
                    if *file == number {
                        *part = moved.get(*part).copied().unwrap_or_default();
                    }
                    !gone.contains(reference)
                });
            }
            file.parts.retain(is_left);
            for part in file.parts.iter_mut().filter(|part| part.objects.iter().any(is_gone)) {
                // What an alias holds may be there still.
                self.places.take();
                if let Some(text) = edit::delete_items(&part.text, &|it| gone.contains(it)) {
                    *part = Part::of(&text);
                }
                let here: Vec<Arc<Object>> = part.objects.iter().filter(|it| is_gone(it)).cloned().collect();
                for object in here {
                    let reference = &object.reference;
                    let documents = edit::delete(&part.text, reference);
                    if let Some(text) = documents.or_else(|| edit::delete_item(&part.text, reference)) {
                        *part = Part::of(&text);
                    }
                }
                if part.is_nothing_but_empty_lists() {
                    *part = Part::of("");
                }
            }
            file.parts.retain(|part| !part.text.is_empty());
            file.put_markers_right();
        }
        if found {
            self.namespaces.take();
            self.has_changed();
        }
        found
    }

    /// Changes the labels of an object; whether it could.
    pub fn label(&mut self, change: &LabelChange) -> bool {
        self.change(&change.object, |part| {
            let (text, parsed) = edit::labelled(&part.text, change)?;
            Some(Part::read(&text, &parsed))
        })
    }

    /// Puts `value` under `key` within the map at `path`, which dots join, or takes the key away; whether it could.
    pub fn set(&mut self, reference: &ObjectRef, path: &str, key: &str, value: Option<&Yaml>) -> bool {
        self.change(reference, |part| part.set(reference, path, key, value))
    }

    fn change(&mut self, reference: &ObjectRef, change: impl FnOnce(&Part) -> Option<Part>) -> bool {
        let Some((file, at)) = self.places().get(reference).copied() else { return false };
        let Some(file) = self.files.get_mut(file) else { return false };
        let Some(part) = file.parts.get_mut(at) else { return false };
        let Some(changed) = change(part) else { return false };
        let names = |part: &Part| part.objects.iter().map(|it| it.reference.clone()).collect::<Vec<_>>();
        if names(part) != names(&changed) {
            self.places.take();
            self.namespaces.take();
        }
        *part = changed;
        file.whole.take();
        if let Some(object) = part.object(reference) {
            self.told.insert(reference.clone(), Some(Arc::clone(object)));
        }
        self.has_changed();
        true
    }

    fn replace(&mut self, reference: &ObjectRef, manifest: &str) {
        self.change(reference, |part| {
            let document = edit::replace(&part.text, reference, manifest);
            Some(Part::of(&document.or_else(|| edit::replace_item(&part.text, reference, manifest))?))
        });
    }

    fn append(&mut self, reference: &ObjectRef, manifest: &str) {
        let name = if reference.is_policy() { POLICIES_FILE } else { CLUSTER_FILE };
        let at = self.files.iter().position(|file| file.name == name).unwrap_or_else(|| {
            self.files.push(File::read(&ScenarioFile::new(name, ""), Vec::new()));
            self.files.len() - 1
        });
        let Some(file) = self.files.get_mut(at) else { return };
        file.whole.take();
        let last = file.parts.pop();
        let first = file.parts.len();
        // Comments alone, where nothing else is, and a last line without an end are the text's to join.
        let text = edit::append(last.as_ref().map_or("", |part| &part.text), manifest);
        let joined = File::read(&ScenarioFile::new(name, text), last.into_iter().collect());
        if let Some(places) = self.places.get_mut() {
            for (part, place) in joined.parts.iter().zip(first..) {
                for object in part.objects.iter() {
                    // One that is called the same may stand later.
                    let known = places.entry(object.reference.clone()).or_insert((at, place));
                    *known = (*known).max((at, place));
                }
            }
        }
        if let Some(namespaces) = self.namespaces.get_mut() {
            namespaces.extend(namespace_of(reference).cloned());
        }
        file.parts.extend(joined.parts);
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

/// The namespace that an object is, or is in. Kinds that there are not here are in none.
fn namespace_of(reference: &ObjectRef) -> Option<&String> {
    Resource::of_kind(&reference.kind)?;
    reference.namespace.as_ref().or((reference.kind == "Namespace").then_some(&reference.name))
}

impl fmt::Debug for Earlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Earlier").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::value::Value;

    use super::*;

    fn store(text: &str) -> Store {
        Store::new(&[ScenarioFile::new(CLUSTER_FILE, text)])
    }

    fn pod(name: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n")
    }

    fn apply(store: &mut Store, text: &str) -> Applied {
        store.apply(&Part::of(text).objects[0], || text.to_owned())
    }

    #[test]
    fn what_is_applied_is_new_changed_or_as_before() {
        let mut store = store(&format!("# pods\n{}", pod("a")));
        assert_eq!(apply(&mut store, &pod("a")), Applied::Unchanged);
        assert_eq!(apply(&mut store, &pod("b")), Applied::Created);
        let labelled = format!("{}  labels: {{app: b}}\n", pod("b"));
        assert_eq!(apply(&mut store, &labelled), Applied::Configured);
        let text = store.text(CLUSTER_FILE).unwrap();
        assert!(text.starts_with("# pods\n") && text.contains("---\n"), "{text}");
        assert_eq!(store.objects().count(), 2);
        // Written by hand, it counts already, and is new to the shell.
        let mut files = store.files();
        files[0].text.push_str(&format!("---\n{}", pod("c")));
        store.set_files(&files);
        assert_eq!(apply(&mut store, &pod("c")), Applied::Created);
        assert_eq!(apply(&mut store, &pod("c")), Applied::Unchanged);
    }

    #[test]
    fn what_is_deleted_is_gone_with_its_marker() {
        let mut store = store(&format!("{}---\n{}---\n{}", pod("a"), pod("b"), pod("c")));
        let a = ObjectRef::new("Pod", None, "a");
        assert!(store.delete(std::slice::from_ref(&a)) && !store.delete(&[a]));
        assert_eq!(store.text(CLUSTER_FILE).unwrap(), format!("{}---\n{}", pod("b"), pod("c")));
        // What is left is found where it stands now.
        for name in ["b", "c"] {
            let reference = ObjectRef::new("Pod", None, name);
            assert_eq!(store.object(&reference).map(|object| &object.reference), Some(&reference));
        }
        assert!(store.delete(&[ObjectRef::new("Pod", None, "c")]));
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
