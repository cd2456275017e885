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
    /// The arrows for the ports that were asked about at the time.
    reach: (PortChoice, Rc<Reach>),
}

impl Evaluated {
    fn of(files: &Files, ports: PortChoice) -> Self {
        let parsed = measured("netpol:parse", || parse_all(files, &Limits::PAGE));
        let unread = broken::unread(&parsed.diagnostics);
        let (analysis, matrix, reach) = measured("netpol:evaluate", || {
            let analysis = Analysis::of(&parsed);
            let matrix = analysis.matrix();
            let reach = Reach::of(&analysis, &matrix, ports);
            (analysis, matrix, reach)
        });
        let layout = Layout::of(&analysis);
        Self { files: Rc::clone(files), analysis, matrix, layout, unread, reach: (ports, Rc::new(reach)) }
    }

    fn reach(&self, ports: PortChoice) -> Rc<Reach> {
        let (known, reach) = &self.reach;
        if *known == ports {
            Rc::clone(reach)
        } else {
            Rc::new(Reach::of(&self.analysis, &self.matrix, ports))
        }
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

/// A state of the files and its arrows for the ports asked about.
#[derive(Clone)]
struct Picture {
    evaluated: Rc<Evaluated>,
    reach: Rc<Reach>,
}

impl Picture {
    fn of(evaluated: &Rc<Evaluated>, ports: PortChoice) -> Self {
        Self { evaluated: Rc::clone(evaluated), reach: evaluated.reach(ports) }
    }
}

/// What is on the stage, and what was before the last edit that changed any verdict.
#[derive(Clone)]
struct Shown {
    opening: u32,
    ports: PortChoice,
    now: Picture,
    before: Option<Picture>,
    changes: Rc<Changes>,
    pulse: u32,
}

impl Shown {
    fn new(opening: u32, ports: PortChoice, now: &Rc<Evaluated>, pulse: u32) -> Self {
        Self { opening, ports, now: Picture::of(now, ports), before: None, changes: Rc::default(), pulse }
    }

    /// Takes in a new state of the files, or a question about other ports.
    fn next(&mut self, opening: u32, ports: PortChoice, now: &Rc<Evaluated>) {
        if self.opening != opening {
            *self = Self::new(opening, ports, now, self.pulse.wrapping_add(1));
            return;
        }
        if self.ports != ports {
            self.ports = ports;
            self.now = Picture::of(&self.now.evaluated, ports);
            self.before = self.before.take().map(|before| Picture::of(&before.evaluated, ports));
            self.compare();
        }
        if Rc::ptr_eq(&self.now.evaluated, now) || broken::is_being_typed(&self.now.evaluated.files, now) {
            return;
        }
        let next = Picture::of(now, ports);
        let earlier = std::mem::replace(&mut self.now, next);
        if !Changes::between(&earlier.reach, &self.now.reach).is_empty() {
            self.before = Some(earlier);
            self.pulse = self.pulse.wrapping_add(1);
        }
        self.compare();
    }

    fn compare(&mut self) {
        let changes = self.before.as_ref().map(|before| Changes::between(&before.reach, &self.now.reach));
        self.changes = Rc::new(changes.unwrap_or_default());
    }
}

/// Derives what `state` shows.
#[hook]
pub fn use_derived(state: &AppState) -> Derived {
    let ports = state.ports;
    // Other ports alone need no other evaluation: `Shown` asks for their arrows.
    let now = use_memo(ByPointer(Rc::clone(&state.files)), |files| Evaluated::of(&files.0, ports));
    let history = use_mut_ref(|| Shown::new(state.opening, ports, &now, 0));
    let Shown { now: Picture { evaluated: shown, reach }, changes, pulse, .. } = {
        let mut history = history.borrow_mut();
        history.next(state.opening, ports, &now);
        history.clone()
    };
    let problems = use_memo(ByPointer(Rc::clone(&now)), |now| Problems::of(&now.0));
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
