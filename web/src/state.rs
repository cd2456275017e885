//! What the user did, and what each further action makes of it. Input alone: everything else is derived.
//!
//! Architecture invariant: nothing in here touches the DOM, a clock, storage or the network, so that a state
//! and an action always give the same state.

use std::rc::Rc;
use std::sync::Arc;

use netpol_syntax::{Location, Span};
use netpol_view::{ArrowVerdict, EndKey, Pins, PortChoice};
use yew::Reducible;

use crate::lessons::{self, Place};

mod action;
mod files;
mod work;

pub use action::{Action, FileAction};
pub use files::{Files, normalise};
pub use work::Work;

/// Everything that the user chose.
#[derive(Clone, Debug, PartialEq)]
pub struct AppState {
    /// The texts, in the order of their tabs; never empty.
    pub files: Files,
    /// The file in the editor.
    pub shown: usize,
    /// Counts what was opened as a whole: a lesson, a link, a draft. What came before is another work.
    pub opening: u32,
    /// The lesson and its step that the files come from, edited or not.
    pub lesson: Option<Place>,
    /// The ports that the arrows are about.
    pub ports: PortChoice,
    /// Which arrows are shown.
    pub filter: Filter,
    /// Whether what is shown is compared with a state that the user held on to, and not with that before the last edit.
    pub pinned: bool,
    /// The namespaces that the stage leaves out, by name, sorted.
    pub hidden: Rc<Vec<Arc<str>>>,
    /// Namespaces whose bundled arrows are drawn one by one.
    pub opened: Rc<Vec<EndKey>>,
    /// Workloads that stand where the user put them.
    pub moved: Rc<Pins>,
    /// What the panel tells about.
    pub selection: Option<Selection>,
    /// From where something is to be allowed, as long as it is open to whom.
    pub allowing: Option<EndKey>,
    /// How the stage shows the cluster; as its size suggests, until chosen.
    pub view: Option<View>,
    /// The side panel's tab.
    pub panel: Panel,
    /// What a narrow screen shows, which has room for one pane.
    pub pane: Pane,
    /// The colours.
    pub theme: ThemeChoice,
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// Something that the user should know, until dismissed.
    pub notice: Option<Rc<str>>,
    /// Whether the files are to stay as they are: the page that this one stands in wants it so.
    pub read_only: bool,
    /// The lines that a link led to last.
    pub reveal: Option<Reveal>,
    /// How often lines were asked for.
    reveals: u32,
    /// The questions asked in the Probe panel, the latest first.
    pub probes: Rc<Vec<Question>>,
    /// Whether the Lesson panel has the course, the challenges and the exams; only once their code is there.
    pub learning: bool,
    /// Whether the terminal is open; only once its code is there.
    pub terminal: bool,
}

/// Which arrows the stage shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Those along which all passes.
    pub allowed: bool,
    /// Those along which some passes.
    pub partial: bool,
    /// Those along which nothing does.
    pub blocked: bool,
    /// Of those, only what changed.
    pub changed_only: bool,
}

impl Filter {
    /// Whether an arrow is shown.
    pub fn shows(self, verdict: ArrowVerdict, changed: bool) -> bool {
        let shown = match verdict {
            ArrowVerdict::Allowed => self.allowed,
            ArrowVerdict::Partial => self.partial,
            ArrowVerdict::Blocked => self.blocked,
        };
        shown && (changed || !self.changed_only)
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self { allowed: true, partial: true, blocked: true, changed_only: false }
    }
}

/// What is selected on the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// A workload, a namespace, or something outside.
    End(EndKey),
    /// An arrow, from and to.
    Arrow(EndKey, EndKey),
}

/// How the stage shows the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum View {
    /// Boxes, nodes and arrows.
    #[default]
    Diagram,
    /// A table of all pairs.
    Matrix,
}

/// A tab of the side panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Panel {
    /// The reason for what is selected.
    #[default]
    Why,
    /// All diagnostics.
    Problems,
    /// `curl` from a pod.
    Probe,
    /// The lesson's steps.
    Lesson,
}

/// A pane of a narrow screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Pane {
    /// The editor.
    Files,
    /// The diagram.
    #[default]
    Stage,
    /// Why, Problems and Probe.
    Why,
    /// The lesson.
    Lesson,
}

/// Which colours the page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl ThemeChoice {
    /// `system`, `light` or `dark`, as it is remembered.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// From its name; the system's for any other.
    pub fn from_name(name: &str) -> Self {
        [Self::Light, Self::Dark].into_iter().find(|choice| choice.as_str() == name).unwrap_or_default()
    }

    /// The one that the switch gives after this one.
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// A dialog that asks or shows something before all else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The link that holds the work.
    Share,
    /// Earlier works.
    Drafts,
    /// Whether a lesson's step may replace what was edited.
    Replace(Place),
    /// A file's new name.
    Rename(usize),
    /// What to go to or do.
    Palette,
    /// Whether a file may be fetched that the page's address asks for.
    Source,
}

/// Lines to be shown in the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// The file, by its position.
    pub file: usize,
    /// The bytes.
    pub span: Span,
    /// Counts the requests, so that the same lines can be asked for twice.
    pub count: u32,
    /// Whether the user asked to go there, and is not only shown what came.
    pub focus: bool,
}

/// A question for the Probe panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// `namespace/pod`, or an address outside.
    pub from: Rc<str>,
    /// What was typed: `curl backend`.
    pub command: Rc<str>,
}

impl AppState {
    /// The state in which a work has just been opened.
    pub fn new(work: Work, theme: ThemeChoice, notice: Option<Rc<str>>) -> Self {
        let mut state = Self {
            files: Rc::new(Vec::new()),
            shown: 0,
            opening: 0,
            lesson: None,
            ports: PortChoice::AsServed,
            filter: Filter::default(),
            pinned: false,
            hidden: Rc::default(),
            opened: Rc::default(),
            moved: Rc::default(),
            selection: None,
            allowing: None,
            view: None,
            panel: Panel::default(),
            pane: Pane::default(),
            theme,
            dialog: None,
            notice,
            read_only: false,
            reveal: None,
            reveals: 0,
            probes: Rc::default(),
            learning: false,
            terminal: false,
        };
        state.open(work);
        state
    }

    /// The work in it, to be kept or shared.
    pub fn work(&self) -> Work {
        Work {
            files: Rc::clone(&self.files),
            shown: self.shown,
            lesson: self.lesson,
            ports: self.ports,
            selection: self.selection.clone(),
            moved: Rc::clone(&self.moved),
        }
    }

    /// Whether the files differ from what the lesson's step made of them.
    pub fn is_edited(&self) -> bool {
        self.lesson
            .and_then(lessons::files)
            .is_some_and(|files| !Rc::ptr_eq(&files, &self.files) && files != self.files)
    }

    /// Whether there is nothing in any file.
    pub fn is_blank(&self) -> bool {
        self.files.iter().all(|file| file.text.trim().is_empty())
    }

    fn open(&mut self, work: Work) {
        self.shown = work.shown.min(work.files.len().saturating_sub(1));
        self.files = if work.files.is_empty() { Work::empty().files } else { work.files };
        self.opening += 1;
        self.lesson = work.lesson;
        self.panel = if self.lesson.is_some() { Panel::Lesson } else { Panel::Why };
        self.learning &= self.lesson.is_none();
        self.allowing = None;
        self.select(work.selection);
        self.ports = work.ports;
        self.moved = work.moved;
        self.filter = Filter::default();
        self.pinned = false;
        self.view = None;
        self.hidden = Rc::default();
        self.opened = Rc::default();
        self.probes = Rc::default();
        self.reveal = None;
        self.dialog = None;
    }

    /// Goes to a step, and shows what it changed: that is what the step is about.
    fn step_to(&mut self, place: Place) {
        let Some(files) = lessons::files(place) else { return };
        let change = files::last_change(&self.files, &files);
        self.files = files;
        self.lesson = Some(place);
        self.allowing = None;
        self.dialog = None;
        self.shown = self.shown.min(self.files.len().saturating_sub(1));
        match change {
            Some((file, span)) => self.show_lines(file, span, false),
            None => self.reveal = None,
        }
    }

    /// Selects it; or, where something is to be allowed, what leads there.
    fn select(&mut self, selection: Option<Selection>) {
        let selection = match (self.allowing.take(), selection) {
            (Some(from), Some(Selection::End(to))) if from != to && !matches!(to, EndKey::Namespace(_)) => {
                Some(Selection::Arrow(from, to))
            }
            // Whoever thinks better of it keeps what was selected.
            (Some(_), None) => return,
            (_, selection) => selection,
        };
        if selection.is_some() {
            self.panel = Panel::Why;
        }
        self.selection = selection;
    }

    fn go_to(&mut self, at: Location) {
        if at.file.index() < self.files.len() {
            self.pane = Pane::Files;
            self.show_lines(at.file.index(), at.span, true);
        }
    }

    fn show_lines(&mut self, file: usize, span: Span, focus: bool) {
        self.shown = file;
        let count = self.reveals + 1;
        self.reveals = count;
        self.reveal = Some(Reveal { file, span, count, focus });
    }

    fn ask(&mut self, question: Question) {
        /// As many as a person would scroll back to.
        const KEPT: usize = 12;
        let earlier = self.probes.iter().filter(|known| **known != question).take(KEPT - 1).cloned();
        self.probes = Rc::new(std::iter::once(question.clone()).chain(earlier).collect());
    }
}

impl Reducible for AppState {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = Rc::unwrap_or_clone(self);
        state.act(action);
        Rc::new(state)
    }
}

#[cfg(test)]
mod tests;
