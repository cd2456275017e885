//! All that follows from the state: the analysis, the picture, what the last edit changed.
//!
//! Each stage is computed again only when what it stands on has changed, and hands on an `Rc`, so that
//! components can tell by its pointer whether they have anything to do.

use std::rc::Rc;

use netpol_engine::{Analysis, Matrix};
use netpol_syntax::{Diagnostic, Limits, LineIndex, Location, Severity, parse_all};
use netpol_view::{Changes, Layout, PortChoice, Reach, Scene, SceneOptions};
use yew::prelude::*;

use crate::dom::timing::measured;
use crate::lessons::{self, Check};
use crate::state::{AppState, Files, Selection};

mod broken;

/// What one state of the files says, whatever is asked about it.
pub struct Evaluated {
    /// The files.
    pub files: Files,
    /// What they describe.
    pub analysis: Analysis,
    /// Who reaches whom.
    pub matrix: Matrix,
    /// Where things stand in the diagram.
    pub layout: Layout,
    /// Documents that could not be read as YAML: where.
    pub unread: Vec<Location>,
}

impl Evaluated {
    fn of(files: &Files) -> Self {
        let parsed = measured("netpol:parse", || parse_all(files, &Limits::PAGE));
        let unread = broken::unread(&parsed.diagnostics);
        let (analysis, matrix) = measured("netpol:evaluate", || {
            let analysis = Analysis::of(&parsed);
            let matrix = analysis.matrix();
            (analysis, matrix)
        });
        let layout = Layout::of(&analysis);
        Self { files: Rc::clone(files), analysis, matrix, layout, unread }
    }
}

/// Everything that components show.
#[derive(Clone)]
pub struct Derived {
    /// The files as they are.
    pub now: Rc<Evaluated>,
    /// Problems as the page lists them.
    pub problems: Rc<Problems>,
    /// What the stage shows: `now`, or what could be read last.
    pub shown: Rc<Evaluated>,
    /// The arrows of what is shown.
    pub reach: Rc<Reach>,
    /// The diagram of what is shown.
    pub scene: Rc<Scene>,
    /// What the last edit that changed any verdict opened and closed.
    pub changes: Rc<Changes>,
    /// Counts those edits, so that the same arrow can pulse twice.
    pub pulse: u32,
    /// How the lesson's step stands, expectation by expectation.
    pub checks: Rc<Vec<Check>>,
}

impl Derived {
    /// Whether the stage shows an earlier state, since the present one cannot be read.
    pub fn is_stale(&self) -> bool {
        !Rc::ptr_eq(&self.now, &self.shown)
    }
}

/// What has been on the stage.
#[derive(Default)]
struct Shown {
    opening: u32,
    shown: Option<Rc<Evaluated>>,
    /// What was there before the last edit that changed any verdict.
    before: Option<Rc<Evaluated>>,
    pulse: u32,
}

impl Shown {
    /// Takes in a new state of the files.
    fn next(&mut self, opening: u32, now: &Rc<Evaluated>, ports: PortChoice) {
        let Some(shown) = self.shown.clone().filter(|_| self.opening == opening) else {
            *self = Self {
                opening,
                shown: Some(Rc::clone(now)),
                before: None,
                pulse: self.pulse.wrapping_add(1),
            };
            return;
        };
        if Rc::ptr_eq(&shown, now) || broken::is_being_typed(&shown.files, now) {
            return;
        }
        let reach = |evaluated: &Evaluated| Reach::of(&evaluated.analysis, &evaluated.matrix, ports);
        let changes = Changes::between(&reach(&shown), &reach(now));
        if !changes.is_empty() {
            self.before = Some(shown);
            self.pulse = self.pulse.wrapping_add(1);
        }
        self.shown = Some(Rc::clone(now));
    }
}

/// Derives what `state` shows.
#[hook]
pub fn use_derived(state: &AppState) -> Derived {
    let now = use_memo(ByPointer(Rc::clone(&state.files)), |files| Evaluated::of(&files.0));
    let history = use_mut_ref(Shown::default);
    let (shown, before, pulse) = {
        let mut history = history.borrow_mut();
        history.next(state.opening, &now, state.ports);
        (history.shown.clone().unwrap_or_else(|| Rc::clone(&now)), history.before.clone(), history.pulse)
    };
    let problems = use_memo(ByPointer(Rc::clone(&now)), |now| Problems::of(&now.0));
    let reach = use_memo((ByPointer(Rc::clone(&shown)), state.ports), |(shown, ports)| {
        Reach::of(&shown.0.analysis, &shown.0.matrix, *ports)
    });
    let changes = use_memo(
        (before.map(ByPointer), ByPointer(Rc::clone(&reach)), state.ports),
        |(before, reach, ports)| {
            let before =
                before.as_ref().map(|before| Reach::of(&before.0.analysis, &before.0.matrix, *ports));
            before.map_or_else(Changes::default, |before| Changes::between(&before, &reach.0))
        },
    );
    let selected = match &state.selection {
        Some(Selection::End(end)) => Some(end.clone()),
        _ => None,
    };
    let opened = Rc::clone(&state.opened);
    let scene = use_memo(
        (ByPointer(Rc::clone(&reach)), ByPointer(Rc::clone(&changes)), ByPointer(opened), selected),
        {
            let shown = Rc::clone(&shown);
            move |(reach, changes, opened, selected)| {
                let options = SceneOptions {
                    opened: opened.0.as_ref().clone(),
                    changed: changes.0.arrows(),
                    selected: selected.clone(),
                };
                measured("netpol:scene", || Scene::of(&shown.analysis, &shown.layout, &reach.0, &options))
            }
        },
    );
    let checks = use_memo((ByPointer(Rc::clone(&now)), state.lesson), |(now, place)| {
        place.map(|place| lessons::checks(place, &now.0.analysis)).unwrap_or_default()
    });
    Derived { now, problems, shown, reach, scene, changes, pulse, checks }
}

/// An `Rc` that is compared by its pointer alone.
pub struct ByPointer<T: ?Sized>(pub Rc<T>);

impl<T: ?Sized> Clone for ByPointer<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: ?Sized> PartialEq for ByPointer<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: ?Sized> std::ops::Deref for ByPointer<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized> From<&Rc<T>> for ByPointer<T> {
    fn from(shared: &Rc<T>) -> Self {
        Self(Rc::clone(shared))
    }
}

/// The diagnostics, sorted as the page shows them, with the lines they stand at.
pub struct Problems {
    /// The worst first, then in the order of the text.
    pub listed: Vec<Problem>,
    /// For each file, how many errors and warnings it has.
    pub per_file: Vec<usize>,
}

/// A diagnostic and its line.
pub struct Problem {
    /// What there is to say.
    pub diagnostic: Diagnostic,
    /// `policies.yaml:12`, where it has a place.
    pub place: Option<String>,
}

impl Problems {
    fn of(evaluated: &Evaluated) -> Self {
        let files = &evaluated.files;
        let diagnostics = &evaluated.analysis.diagnostics;
        let mut lines: Vec<Option<LineIndex>> = files.iter().map(|_| None).collect();
        let mut place = |at: Location| {
            let (file, lines) = (files.get(at.file.index())?, lines.get_mut(at.file.index())?);
            let lines = lines.get_or_insert_with(|| LineIndex::new(&file.text));
            Some(format!("{}:{}", file.name, lines.line(at.span.start)))
        };
        let mut listed = Vec::with_capacity(diagnostics.len());
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            for diagnostic in diagnostics.iter().filter(|found| found.severity == severity) {
                listed.push(Problem {
                    place: diagnostic.at.and_then(&mut place),
                    diagnostic: diagnostic.clone(),
                });
            }
        }
        let mut per_file = vec![0; files.len()];
        for diagnostic in diagnostics.iter().filter(|found| found.severity != Severity::Note) {
            if let Some(count) = diagnostic.at.and_then(|at| per_file.get_mut(at.file.index())) {
                *count += 1;
            }
        }
        Self { listed, per_file }
    }

    /// How many there are of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.listed.iter().filter(|problem| problem.diagnostic.severity == severity).count()
    }
}
