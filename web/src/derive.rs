//! All that follows from the state: the analysis, the picture, what the last edit changed.
//!
//! Each stage is computed again only when what it stands on has changed, and hands on an `Rc`, so that
//! components can tell by its pointer whether they have anything to do.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use netpol_engine::{Analysis, Matrix, Session};
use netpol_syntax::{Limits, Location};
use netpol_view::{Changes, Counts, Layout, Pairs, Pins, PortChoice, Reach, Scene, SceneOptions};
use yew::prelude::*;

use crate::dom::rest;
use crate::dom::timing::{clock, measure, measured};
use crate::hooks::use_findings;
use crate::lessons::{self, Check};
use crate::state::{AppState, Files, Selection, View};

mod broken;
mod problems;

pub use problems::{Problem, Problems};

/// With more ends than this, a table tells more at first sight than a diagram.
const LARGE: usize = 40;

/// What one state of the files says, whatever is asked about it.
pub struct Evaluated {
    /// The files.
    pub files: Files,
    /// What they describe.
    pub analysis: Analysis,
    /// Who reaches whom.
    pub matrix: Arc<Matrix>,
    /// Documents that could not be read as YAML: where.
    pub unread: Vec<Location>,
    /// All pairs for the ports that were asked about at the time.
    pairs: (PortChoice, Rc<Pairs>),
}

impl Evaluated {
    /// What `files` say, the next text of a `session`.
    fn next(session: &mut Session, files: &Files, ports: PortChoice) -> Self {
        // What takes over from an earlier state comes with the rest of the code.
        if !rest::is_here() {
            *session = Session::new(&Limits::PAGE);
        }
        let read = measured("netpol:parse", || session.read(files));
        let began = clock();
        read.evaluate();
        let (analysis, matrix) = (session.analysis().clone(), Arc::clone(session.matrix()));
        let unread = broken::unread(&analysis.diagnostics);
        let pairs = Rc::new(Pairs::of(&analysis, &matrix, ports));
        measure("netpol:evaluate", began);
        Self { files: Rc::clone(files), analysis, matrix, unread, pairs: (ports, pairs) }
    }

    fn pairs(&self, ports: PortChoice) -> Rc<Pairs> {
        let (known, pairs) = &self.pairs;
        if *known == ports {
            Rc::clone(pairs)
        } else {
            Rc::new(Pairs::of(&self.analysis, &self.matrix, ports))
        }
    }
}

/// The files as they were read last, and what the next reading takes over from that.
pub struct Reading {
    session: Session,
    last: Rc<Evaluated>,
}

impl Reading {
    /// Reads files, about some ports at first.
    pub fn new(files: &Files, ports: PortChoice) -> Self {
        let mut session = Session::new(&Limits::PAGE);
        let last = Rc::new(Evaluated::next(&mut session, files, ports));
        Self { session, last }
    }

    /// What `files` say: as known, where they are those that were read last.
    fn of(&mut self, files: &Files, ports: PortChoice) -> Rc<Evaluated> {
        if !Rc::ptr_eq(&self.last.files, files) {
            self.last = Rc::new(Evaluated::next(&mut self.session, files, ports));
        }
        Rc::clone(&self.last)
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
    /// All pairs of what is shown.
    pub pairs: Rc<Pairs>,
    /// How many of them there are of each verdict.
    pub counts: Counts,
    /// How it is shown.
    pub view: View,
    /// Its diagram, where that is how.
    pub scene: Option<Rc<Scene>>,
    /// What the last edit that changed any verdict opened and closed, or all edits since a state was pinned.
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

/// A state of the files and its pairs for the ports asked about.
#[derive(Clone)]
struct Picture {
    evaluated: Rc<Evaluated>,
    pairs: Rc<Pairs>,
    counts: Counts,
}

impl Picture {
    fn of(evaluated: &Rc<Evaluated>, ports: PortChoice) -> Self {
        let pairs = evaluated.pairs(ports);
        Self { evaluated: Rc::clone(evaluated), counts: pairs.counts(), pairs }
    }

    /// The same state, asked about other ports.
    fn about(&self, ports: PortChoice) -> Self {
        Self::of(&self.evaluated, ports)
    }
}

/// What is on the stage, and what it is compared with.
#[derive(Clone)]
struct Shown {
    opening: u32,
    ports: PortChoice,
    now: Picture,
    /// What was before the last edit that changed any verdict.
    before: Option<Picture>,
    /// What the user held on to.
    pinned: Option<Picture>,
    changes: Rc<Changes>,
    pulse: u32,
}

impl Shown {
    fn new(opening: u32, ports: PortChoice, now: &Rc<Evaluated>, pulse: u32) -> Self {
        let now = Picture::of(now, ports);
        Self { opening, ports, now, before: None, pinned: None, changes: Rc::default(), pulse }
    }

    /// Takes in a new state of the files, a question about other ports, or the wish to compare with what is shown.
    fn next(&mut self, state: &AppState, now: &Rc<Evaluated>) {
        let AppState { opening, ports, .. } = *state;
        if self.opening != opening {
            *self = Self::new(opening, ports, now, self.pulse.wrapping_add(1));
            return;
        }
        if self.ports != ports {
            self.ports = ports;
            self.now = self.now.about(ports);
            self.before = self.before.as_ref().map(|before| before.about(ports));
            self.pinned = self.pinned.as_ref().map(|pinned| pinned.about(ports));
            self.compare();
        }
        if self.pinned.is_some() != state.pinned {
            self.pinned = state.pinned.then(|| self.now.clone());
            self.compare();
        }
        if Rc::ptr_eq(&self.now.evaluated, now) || broken::is_being_typed(&self.now.evaluated.files, now) {
            return;
        }
        let next = Picture::of(now, ports);
        let earlier = std::mem::replace(&mut self.now, next);
        let changes = Changes::between(&earlier.pairs, &self.now.pairs);
        if !changes.is_empty() {
            self.before = Some(earlier);
            self.pulse = self.pulse.wrapping_add(1);
            if self.pinned.is_none() {
                self.changes = Rc::new(changes);
                return;
            }
        }
        self.compare();
    }

    fn compare(&mut self) {
        let with = self.pinned.as_ref().or(self.before.as_ref());
        let changes = with.map(|with| Changes::between(&with.pairs, &self.now.pairs));
        self.changes = Rc::new(changes.unwrap_or_default());
    }
}

/// Derives what `state` shows.
#[hook]
pub fn use_derived(state: &AppState, reading: &RefCell<Reading>) -> Derived {
    let ports = state.ports;
    // Other ports alone need no other evaluation: `Shown` asks for their arrows.
    let now = reading.borrow_mut().of(&state.files, ports);
    let history = use_mut_ref(|| Shown::new(state.opening, ports, &now, 0));
    let Shown { now: Picture { evaluated: shown, pairs, counts }, changes, pulse, .. } = {
        let mut history = history.borrow_mut();
        history.next(state, &now);
        history.clone()
    };
    let findings = use_findings(&now.files);
    let problems = use_memo((ByPointer(Rc::clone(&now)), findings.map(ByPointer)), |(now, findings)| {
        Problems::of(&now.0, findings.as_ref().map(|findings| &*findings.0))
    });
    let large = if pairs.destinations().len() > LARGE { View::Matrix } else { View::Diagram };
    let view = state.view.unwrap_or(large);
    let scene = use_scene(state, &shown, &pairs, &changes, view);
    let checks = use_memo((ByPointer(Rc::clone(&now)), state.lesson), |(now, place)| {
        place.map(|place| lessons::checks(place, &now.0.analysis)).unwrap_or_default()
    });
    Derived { now, problems, shown, pairs, counts, view, scene, changes, pulse, checks }
}

/// The diagram, where it is shown.
#[hook]
fn use_scene(
    state: &AppState,
    shown: &Rc<Evaluated>,
    pairs: &Rc<Pairs>,
    changes: &Rc<Changes>,
    view: View,
) -> Option<Rc<Scene>> {
    let pairs = (view == View::Diagram).then(|| ByPointer(Rc::clone(pairs)));
    let selected = match &state.selection {
        Some(Selection::End(end)) => Some(end.clone()),
        _ => None,
    };
    // Where things stand and which arrows there are depends on the state alone, and not on what is selected.
    let kept = use_mut_ref(|| None::<Drawn>);
    let opened = ByPointer(Rc::clone(&state.opened));
    let hidden = ByPointer(Rc::clone(&state.hidden));
    let moved = ByPointer(Rc::clone(&state.moved));
    let scene =
        use_memo((pairs, ByPointer(Rc::clone(changes)), opened, (hidden, moved), selected), |given| {
            let (pairs, changes, opened, placed, selected) = given;
            let (hidden, moved) = placed;
            let Some(pairs) = pairs else {
                kept.take();
                return None;
            };
            let scene = measured("netpol:scene", || {
                let mut kept = kept.borrow_mut();
                if kept.as_ref().is_none_or(|kept| kept.pairs != *pairs || kept.placed != *placed) {
                    let mut reach = Reach::drawn(&shown.analysis, &shown.matrix, pairs);
                    reach.arrows.retain(|arrow| !arrow.from.is_in(hidden) && !arrow.to.is_in(hidden));
                    *kept = Some(Drawn {
                        pairs: pairs.clone(),
                        placed: placed.clone(),
                        layout: Layout::arranged(&shown.analysis, hidden, moved),
                        reach,
                    });
                }
                let Drawn { layout, reach, .. } = kept.as_ref()?;
                let options = SceneOptions {
                    opened: opened.0.as_ref().clone(),
                    changed: changes.arrows(pairs),
                    selected: selected.clone(),
                };
                Some(Scene::of(&shown.analysis, layout, reach, &options))
            });
            scene.map(Rc::new)
        });
    scene.as_ref().clone()
}

/// What a diagram is made of.
struct Drawn {
    pairs: ByPointer<Pairs>,
    /// Which namespaces are left out, and what the user put elsewhere.
    placed: (ByPointer<Vec<Arc<str>>>, ByPointer<Pins>),
    layout: Layout,
    reach: Reach,
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
