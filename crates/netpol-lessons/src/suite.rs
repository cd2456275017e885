//! Expectation files: steps as a lesson has them, over a cluster whose manifests may stand in files of their own,
//! so that a team tests the manifests that it applies.

use std::iter::Zip;
use std::vec::IntoIter;

use netpol_syntax::{Diagnostic, FileId, Limits, Location, Node, Spanned, order, parse};

use crate::expect::Expectation;
use crate::lesson::LessonStep;
use crate::lesson::format::SuiteFile;
use crate::object::ObjectRef;
use crate::play::Desk;
use crate::scenario::ScenarioFile;

/// An expectation file.
#[derive(Clone, Debug)]
pub struct Suite {
    file: SuiteFile,
    /// What is wrong with it so far.
    diagnostics: Vec<Diagnostic>,
}

/// A step that has been played.
#[derive(Clone, Debug)]
pub struct SuiteStep {
    /// What happens, in one line.
    pub title: String,
    /// The files as the step leaves them: the given ones, then [`CLUSTER_FILE`](crate::CLUSTER_FILE) and
    /// [`POLICIES_FILE`](crate::POLICIES_FILE).
    pub files: Vec<ScenarioFile>,
    /// What must be seen then, each with its place in the expectation file.
    pub expect: Vec<(Expectation, Location)>,
}

/// The steps of a suite, each played when it is asked for.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    desk: Desk,
    steps: Zip<IntoIter<LessonStep>, IntoIter<Vec<Location>>>,
}

impl Suite {
    /// Reads the outer form of an expectation file.
    ///
    /// # Errors
    /// What is wrong with it, where it has not even that.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (file, diagnostics) = SuiteFile::read(text)?;
        Ok(Self { file, diagnostics })
    }

    /// What it shows.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.file.title
    }

    /// The files and folders that hold its manifests, as they are written.
    #[must_use]
    pub fn manifests(&self) -> &[Spanned<String>] {
        &self.file.manifests
    }

    /// Its steps over `given`, the files that [`Self::manifests`] names. All that the steps name is checked, so that
    /// playing them cannot fail.
    ///
    /// # Errors
    /// All that is wrong with it. What is wrong with `given` is not told: reading its manifests does.
    pub fn rehearse(self, given: Vec<ScenarioFile>) -> Result<Rehearsal, Vec<Diagnostic>> {
        let mut desk = Desk::over(given);
        if let Some(cluster) = &self.file.cluster {
            desk.apply(cluster);
        }
        let (objects, listed) = objects(desk.given());
        let places = self.file.places();
        let steps = self.file.steps(self.diagnostics, objects, listed)?;
        Ok(Rehearsal { desk, steps: steps.into_iter().zip(places) })
    }
}

impl Iterator for Rehearsal {
    type Item = SuiteStep;

    fn next(&mut self) -> Option<SuiteStep> {
        let (step, places) = self.steps.next()?;
        self.desk.play(&step);
        let files = self.desk.given().iter().cloned().chain(self.desk.own());
        let expect = step.expect.into_iter().zip(places);
        Some(SuiteStep { title: step.title, files: files.collect(), expect: expect.collect() })
    }
}

/// The objects of `files`, sorted: documents, and the items of lists.
fn objects(files: &[ScenarioFile]) -> (Vec<ObjectRef>, Vec<ObjectRef>) {
    let (mut objects, mut listed) = (Vec::new(), Vec::new());
    for file in files {
        for document in &parse(FileId(0), file.text.as_str(), &Limits::COMMAND).documents {
            objects.extend(ObjectRef::of(document.root()));
            let items = document.root().get("items").into_iter().flat_map(Node::items);
            listed.extend(items.filter_map(ObjectRef::of));
        }
    }
    [&mut objects, &mut listed].into_iter().for_each(order::sort_and_dedup);
    (objects, listed)
}
