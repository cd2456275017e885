//! What can be done, and what it does.

use std::rc::Rc;
use std::sync::Arc;

use netpol_syntax::{FileId, Location, SourceFile, TextEdit, apply};
use netpol_view::{Cell, EndKey, PortChoice};

use super::files::{self, free_name, normalise};
use super::{AppState, Dialog, Filter, Pane, Panel, Question, Selection, ThemeChoice, View, Work};
use crate::lessons::Place;

/// Something that the user did, or that was found for them.
#[derive(Clone)]
pub enum Action {
    /// Something about the files.
    File(FileAction),
    /// Begins another work.
    Open(Box<Work>),
    /// Goes to a step of the lesson; asks first where that would replace edits.
    GoToStep(Place),
    /// Goes there, whatever is replaced.
    ReplaceByStep(Place),
    /// Selects something on the stage, or nothing.
    Select(Option<Selection>),
    /// Begins to allow something from an end: the next one that is selected is where it goes. Or gives that up.
    Allow(Option<EndKey>),
    /// Draws the bundles of a namespace one by one, or together again.
    ToggleBundles(EndKey),
    /// Puts a workload into another cell of its namespace.
    Move {
        /// The workload.
        node: EndKey,
        /// Where it stands.
        from: Cell,
        /// Where it is to stand.
        to: Cell,
    },
    /// Lets a workload stand where it would by itself again; or all of them.
    PutBack(Option<EndKey>),
    /// Asks about other ports.
    SetPorts(PortChoice),
    /// Shows other arrows.
    SetFilter(Filter),
    /// Leaves namespaces of these names out of the stage, and no others; sorted.
    SetHidden(Vec<Arc<str>>),
    /// Compares with what is on the stage now, whatever is edited from here on; or with what was before each edit again.
    SetPinned(bool),
    /// Shows the stage in another way.
    SetView(View),
    /// Turns to a tab of the side panel.
    SetPanel(Panel),
    /// Turns to a pane, on a narrow screen.
    SetPane(Pane),
    /// Changes the colours.
    SetTheme(ThemeChoice),
    /// Opens a dialog, or closes it.
    SetDialog(Option<Dialog>),
    /// Says something, or takes it back.
    SetNotice(Option<Rc<str>>),
    /// Shows lines in the editor.
    GoTo(Location),
    /// Asks what `curl` in a pod would see.
    Ask(Question),
    /// Keeps the files, and they are no lesson's any more.
    LeaveLesson,
    /// The text of the lesson is there, which was not yet when it was opened.
    LessonCame,
    /// Turns to the course, the challenges and the exams, or away from them. Their code has to be there.
    SetLearning(bool),
    /// Opens the terminal, or closes it. Its code has to be there.
    SetTerminal(bool),
}

/// Something about the files.
#[derive(Clone)]
pub enum FileAction {
    /// Puts it into the editor.
    Show(usize),
    /// Its text is now this.
    Edit {
        /// Which file.
        file: usize,
        /// All of it, lines ended by `\n`.
        text: Arc<str>,
    },
    /// A change that was asked for. What changed is shown.
    Change {
        /// The files that it was made for; others it leaves alone.
        of: Rc<Vec<SourceFile>>,
        /// What changes in them.
        edits: Vec<TextEdit>,
    },
    /// Puts these in the place of all; what changed is shown.
    Set(Vec<SourceFile>),
    /// Adds an empty one and shows it.
    AddEmpty,
    /// Adds some, and shows the first; one of a known name replaces that one's text where it is empty.
    Add(Vec<SourceFile>),
    /// Gives it another name.
    Rename(usize, String),
    /// Takes it away.
    Remove(usize),
}

impl AppState {
    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::File(action) => self.act_on_files(action),
            Action::Open(work) => self.open(*work),
            Action::GoToStep(place) if self.is_edited() => self.dialog = Some(Dialog::Replace(place)),
            Action::GoToStep(place) | Action::ReplaceByStep(place) => self.step_to(place),
            Action::Select(selection) => self.select(selection),
            Action::Allow(end) => {
                let from = end.filter(|end| !self.read_only && !matches!(end, EndKey::Namespace(_)));
                if from.is_some() {
                    self.pane = Pane::Stage;
                }
                self.allowing = from;
            }
            Action::ToggleBundles(end) => {
                let mut opened = self.opened.as_ref().clone();
                match opened.iter().position(|known| *known == end) {
                    Some(at) => drop(opened.remove(at)),
                    None => opened.push(end),
                }
                self.opened = Rc::new(opened);
            }
            Action::Move { node, from, to } => Rc::make_mut(&mut self.moved).pin(node, to, from),
            Action::PutBack(Some(node)) => Rc::make_mut(&mut self.moved).unpin(&node),
            Action::PutBack(None) => self.moved = Rc::default(),
            Action::SetPorts(ports) => self.ports = ports,
            Action::SetFilter(filter) => self.filter = filter,
            Action::SetHidden(hidden) => {
                self.allowing = None;
                self.hidden = Rc::new(hidden);
            }
            Action::SetPinned(pinned) => self.pinned = pinned,
            Action::SetView(view) => self.view = Some(view),
            Action::SetPanel(panel) => {
                self.panel = panel;
                self.pane = if panel == Panel::Lesson { Pane::Lesson } else { Pane::Why };
            }
            Action::SetPane(pane) => {
                self.pane = pane;
                match pane {
                    Pane::Lesson => self.panel = Panel::Lesson,
                    Pane::Why if self.panel == Panel::Lesson => self.panel = Panel::Why,
                    Pane::Why | Pane::Files | Pane::Stage => {}
                }
            }
            Action::SetTheme(theme) => self.theme = theme,
            Action::SetDialog(Some(Dialog::Rename(_))) if self.read_only => {}
            Action::SetDialog(dialog) => self.dialog = dialog,
            Action::SetNotice(notice) => self.notice = notice,
            Action::GoTo(at) => self.go_to(at),
            Action::Ask(question) => self.ask(question),
            Action::LeaveLesson => {
                self.lesson = None;
                self.panel = Panel::Why;
                self.pane = Pane::Stage;
            }
            // Nothing changes that the user did; but the lesson can be shown.
            Action::LessonCame => {}
            Action::SetLearning(learning) => {
                self.learning = learning;
                if learning {
                    self.act(Action::SetPanel(Panel::Lesson));
                }
            }
            Action::SetTerminal(open) => self.terminal = open && !self.read_only,
        }
    }

    fn act_on_files(&mut self, action: FileAction) {
        if self.read_only && !matches!(action, FileAction::Show(_)) {
            return;
        }
        match action {
            FileAction::Show(file) => self.shown = file.min(self.files.len().saturating_sub(1)),
            FileAction::Edit { file, text } => {
                self.change_files(|files| {
                    if let Some(file) = files.get_mut(file) {
                        file.text = text;
                    }
                });
            }
            FileAction::Change { of, edits } => {
                if !Rc::ptr_eq(&of, &self.files) {
                    return;
                }
                self.change_files(|files| {
                    for (id, file) in (0..).map(FileId).zip(files) {
                        if edits.iter().any(|edit| edit.at.file == id) {
                            file.text = apply(id, &file.text, &edits).into();
                        }
                    }
                });
                if let Some((file, span)) = files::last_change(&of, &self.files) {
                    self.show_lines(file, span, false);
                }
            }
            FileAction::Set(files) => {
                let before = Rc::clone(&self.files);
                self.change_files(|known| *known = files);
                self.shown = self.shown.min(self.files.len().saturating_sub(1));
                if let Some((file, span)) = files::last_change(&before, &self.files) {
                    self.show_lines(file, span, false);
                }
            }
            FileAction::AddEmpty => {
                let name = free_name(&self.files, "more.yaml");
                self.change_files(|files| files.push(SourceFile::new(name, "")));
                self.shown = self.files.len().saturating_sub(1);
            }
            FileAction::Add(added) => self.add(added),
            FileAction::Rename(file, name) => {
                let name = name.trim();
                if name.is_empty() || self.files.iter().any(|other| other.name.as_ref() == name) {
                    return;
                }
                self.change_files(|files| {
                    if let Some(file) = files.get_mut(file) {
                        file.name = name.into();
                    }
                });
            }
            FileAction::Remove(file) => {
                if self.files.len() < 2 || file >= self.files.len() {
                    return;
                }
                self.change_files(|files| drop(files.remove(file)));
                let shown = if self.shown > file { self.shown - 1 } else { self.shown };
                self.shown = shown.min(self.files.len() - 1);
                // Its lines stand elsewhere now, or nowhere.
                self.reveal = None;
            }
        }
    }

    fn add(&mut self, added: Vec<SourceFile>) {
        let mut first = None;
        self.change_files(|files| {
            for file in added {
                let text: Arc<str> = normalise(&file.text);
                let known = files.iter().position(|known| known.name == file.name);
                let at = match known {
                    Some(at) if files.get(at).is_some_and(files::is_blank) => at,
                    _ => files.len(),
                };
                match files.get_mut(at) {
                    Some(known) => known.text = text,
                    None => {
                        let name = free_name(files, &file.name);
                        files.push(SourceFile::new(name, text));
                    }
                }
                first.get_or_insert(at);
            }
        });
        if let Some(first) = first {
            self.shown = first;
        }
    }

    fn change_files(&mut self, change: impl FnOnce(&mut Vec<SourceFile>)) {
        // From where something was to be allowed may be gone, or called otherwise.
        self.allowing = None;
        change(Rc::make_mut(&mut self.files));
    }
}
