//! A whole work, as lessons begin it and as drafts and links hold it.

use std::net::IpAddr;
use std::rc::Rc;

use netpol_lessons::{Pin, Scenario, ScenarioFile};
use netpol_syntax::SourceFile;
use netpol_view::{Cell, EndKey, EndKind, Pins, PortChoice};

use super::Selection;
use super::files::{Files, normalise};
use crate::lessons::{self, Place};

/// Files, and what of them is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The texts.
    pub files: Files,
    /// The file in the editor.
    pub shown: usize,
    /// Where in which lesson.
    pub lesson: Option<Place>,
    /// The ports asked about.
    pub ports: PortChoice,
    /// What is selected.
    pub selection: Option<Selection>,
    /// Workloads that stand where the user put them.
    pub moved: Rc<Pins>,
}

impl Work {
    /// A lesson at one of its steps.
    pub fn lesson(place: Place) -> Option<Self> {
        let files = lessons::files(place)?;
        // Policies are what lessons are about, as soon as there are any.
        let shown = files.iter().rposition(|file| !file.text.is_empty()).unwrap_or(0);
        Some(Self { files, shown, lesson: Some(place), ..Self::empty() })
    }

    /// Two empty files, named as everywhere.
    pub fn empty() -> Self {
        let files = ["cluster.yaml", "policies.yaml"].map(|name| SourceFile::new(name, ""));
        Self {
            files: Rc::new(files.into()),
            shown: 0,
            lesson: None,
            ports: PortChoice::AsServed,
            selection: None,
            moved: Rc::default(),
        }
    }

    /// A file alone.
    pub fn file(name: &str, text: &str) -> Self {
        let file = SourceFile { name: name.into(), text: normalise(text) };
        Self { files: Rc::new(vec![file]), ..Self::empty() }
    }

    /// What a draft or a link holds.
    pub fn of(scenario: &Scenario) -> Self {
        let files = scenario.files.iter();
        let files =
            files.map(|file| SourceFile { name: file.name.as_str().into(), text: normalise(&file.text) });
        let active = scenario.active.as_deref();
        Self {
            shown: scenario.files.iter().position(|file| Some(file.name.as_str()) == active).unwrap_or(0),
            files: Rc::new(files.collect()),
            lesson: scenario.lesson.as_ref().and_then(Place::of),
            ports: scenario.port.map_or(PortChoice::AsServed, PortChoice::One),
            selection: scenario.selection.as_ref().map(|selection| match selection {
                netpol_lessons::Selection::Arrow { from, to } => Selection::Arrow(end(from), end(to)),
                netpol_lessons::Selection::Node(node) => Selection::End(end(node)),
            }),
            moved: Rc::new(moved(&scenario.pins)),
        }
    }

    /// The form that drafts and links hold.
    pub fn to_scenario(&self) -> Scenario {
        let files = self.files.iter().map(|file| ScenarioFile::new(file.name.as_ref(), file.text.as_ref()));
        Scenario {
            active: self.files.get(self.shown).map(|file| file.name.to_string()),
            files: files.collect(),
            port: match self.ports {
                PortChoice::AsServed => None,
                PortChoice::One(port) => Some(port),
            },
            selection: self.selection.as_ref().map(|selection| match selection {
                Selection::Arrow(from, to) => {
                    netpol_lessons::Selection::Arrow { from: from.to_string(), to: to.to_string() }
                }
                Selection::End(end) => netpol_lessons::Selection::Node(end.to_string()),
            }),
            lesson: self.lesson.and_then(Place::to_link),
            pins: self.moved.iter().map(pin).collect(),
        }
    }

    /// What people would call it: its lesson, or its files.
    pub fn title(&self) -> String {
        match self.lesson.and_then(|place| Some((lessons::lesson_at(place.lesson)?, place.step))) {
            Some((lesson, step)) => format!("{}, step {}", lessons::short_title(&lesson), step + 1),
            None => {
                let names = self.files.iter().filter(|file| !file.text.trim().is_empty());
                let names: Vec<&str> = names.map(|file| file.name.as_ref()).collect();
                if names.is_empty() { "Empty".to_owned() } else { names.join(", ") }
            }
        }
    }
}

fn pin((node, cell): &(EndKey, Cell)) -> Pin {
    Pin { node: node.to_string(), column: cell.column, row: cell.row }
}

fn moved(pins: &[Pin]) -> Pins {
    let mut moved = Pins::default();
    for pin in pins {
        let cell = Cell { column: pin.column, row: pin.row };
        moved.pin(end(&pin.node), cell, cell);
    }
    moved
}

/// An end by its name alone, whose form tells what it is.
fn end(name: &str) -> EndKey {
    let kind = match name.split_once('/') {
        Some((address, _)) if address.parse::<IpAddr>().is_ok() => EndKind::Outside,
        Some(_) => EndKind::Workload,
        None => EndKind::Namespace,
    };
    EndKey::new(kind, name)
}
