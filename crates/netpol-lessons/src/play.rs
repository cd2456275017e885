//! The files as a lesson leaves them.

use netpol_syntax::Span;

use crate::edit::{Manifest, append, delete, label, locate, manifests, replace};
use crate::lesson::{Lesson, LessonStep};
use crate::object::{LabelChange, ObjectRef};
use crate::scenario::ScenarioFile;

/// Where a lesson puts everything that is not a NetworkPolicy.
pub const CLUSTER_FILE: &str = "cluster.yaml";
/// Where a lesson puts NetworkPolicies.
pub const POLICIES_FILE: &str = "policies.yaml";

/// The files after the steps of `lesson` up to and including `step`, counted from 0; past the last step they
/// are as after it.
///
/// [`CLUSTER_FILE`] and [`POLICIES_FILE`], in this order.
#[must_use]
pub fn state(lesson: &Lesson, step: usize) -> Vec<ScenarioFile> {
    let mut desk = Desk::default();
    desk.apply(&lesson.cluster);
    for step in lesson.steps.iter().take(step.saturating_add(1)) {
        desk.play(step);
    }
    desk.own().into()
}

/// A document that a step has brought or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// What it is.
    pub object: ObjectRef,
    /// The file that it stands in, by its position in [`state`].
    pub file: usize,
    /// Where, its comments not included.
    pub span: Span,
}

/// Where `step` of `lesson`, from 0, shows in the files of [`state`]: what it applied and what it labelled, each
/// once. What it deleted shows nowhere.
#[must_use]
pub fn touched(lesson: &Lesson, step: usize) -> Vec<Touched> {
    let Some(played) = lesson.steps.get(step) else { return Vec::new() };
    let files = state(lesson, step);
    let applied = manifests(&played.apply).into_iter().filter_map(|manifest| manifest.object);
    let labelled = played.label.iter().map(|change| change.object.clone());
    let mut touched: Vec<Touched> = Vec::new();
    for object in applied.chain(labelled) {
        let mut places = files.iter().enumerate();
        let place = places.find_map(|(file, it)| locate(&it.text, &object).map(|span| (file, span)));
        if let Some((file, span)) = place.filter(|_| touched.iter().all(|it| it.object != object)) {
            touched.push(Touched { object, file, span });
        }
    }
    touched
}

/// The texts that steps change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desk {
    cluster: String,
    policies: String,
    /// Files that were there before; what is not in them goes into the two.
    given: Vec<ScenarioFile>,
}

impl Desk {
    /// Over files that are there already.
    pub(crate) fn over(given: Vec<ScenarioFile>) -> Self {
        Self { given, ..Self::default() }
    }

    /// The files that it is over, as they are now.
    pub(crate) fn given(&self) -> &[ScenarioFile] {
        &self.given
    }

    /// [`CLUSTER_FILE`] and [`POLICIES_FILE`].
    pub(crate) fn own(&self) -> [ScenarioFile; 2] {
        let file = |name, text: &String| ScenarioFile::new(name, text.as_str());
        [file(CLUSTER_FILE, &self.cluster), file(POLICIES_FILE, &self.policies)]
    }

    fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let given = self.given.iter_mut().map(|file| &mut file.text);
        [&mut self.cluster, &mut self.policies].into_iter().chain(given)
    }

    /// Deletes first and labels last, so that an object may be made anew, and labelled as soon as it is there.
    pub(crate) fn play(&mut self, step: &LessonStep) {
        for object in &step.delete {
            for text in self.texts() {
                if let Some(edited) = delete(text, object) {
                    *text = edited;
                }
            }
        }
        self.apply(&step.apply);
        for change in &step.label {
            self.label(change);
        }
    }

    pub(crate) fn apply(&mut self, text: &str) {
        for manifest in manifests(text) {
            self.put(&manifest);
        }
    }

    fn put(&mut self, manifest: &Manifest) {
        if let Some(object) = &manifest.object {
            for text in self.texts() {
                if let Some(edited) = replace(text, object, &manifest.text) {
                    *text = edited;
                    return;
                }
            }
        }
        let is_policy = manifest.object.as_ref().is_some_and(ObjectRef::is_policy);
        let text = if is_policy { &mut self.policies } else { &mut self.cluster };
        *text = append(text, &manifest.text);
    }

    fn label(&mut self, change: &LabelChange) {
        for text in self.texts() {
            if let Some(edited) = label(text, change) {
                *text = edited;
                return;
            }
        }
        // A namespace may be used without being declared, as `default` is.
        if change.object.kind == "Namespace" {
            let bare =
                format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {}\n", change.object.name);
            if let Some(namespace) = label(&bare, change) {
                self.cluster = append(&self.cluster, &namespace);
            }
        }
    }
}
