//! What a learner is at. One for the page; components look at it, and are drawn again when it changes.

use std::cell::RefCell;
use std::rc::Rc;

use netpol_kubectl::{Shell, Tutor};
use netpol_lessons::{
    Challenge, ExamPlan, ExamReport, Grade, Guide, POLICIES_FILE, Progress, ScenarioFile, Scope, share,
};
use netpol_syntax::SourceFile;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::author::Desk;
use super::exam;
use super::keep::{self, KeptExam};
use super::library::Library;
use crate::components::Act;
use crate::dom::tab;
use crate::state::{Action, Files, Work};

/// All of it.
pub struct Store {
    /// The texts.
    pub library: Library,
    /// What was reached.
    pub progress: Progress,
    /// What the panel shows.
    pub view: View,
    /// What was left, to be gone on with, and its files; the latest last.
    paused: Vec<(View, Vec<ScenarioFile>)>,
    /// What the last exam came to.
    pub report: Option<View>,
    /// Which of the page's works it is about, once that is open.
    pub opening: Option<u32>,
    /// Whether that work is the exam's.
    pub is_exam_open: bool,
    /// The terminal's shell.
    pub shell: Shell,
    /// Whether that is still to be given the files that are open: all of them are known to it then.
    pub shell_is_blank: bool,
    /// What stands in the terminal.
    pub screen: Vec<Entry>,
    /// The exam that is under way.
    pub exam: Option<KeptExam>,
    /// What is being written.
    pub desk: Desk,
}

/// What the panel shows.
#[derive(Clone)]
pub enum View {
    /// All that there is.
    Home,
    /// A guided lesson.
    Guide(Rc<Guide>, Tutor),
    /// A challenge.
    Challenge(Attempt),
    /// An exam that may be begun.
    Plan(Rc<ExamPlan>),
    /// The exam that is under way.
    Exam,
    /// What an exam came to: its title, what it took, and the report.
    Report(Rc<str>, u8, Rc<ExamReport>),
    /// A challenge that is being written.
    Author,
}

/// A learner's work on a challenge.
#[derive(Clone)]
pub struct Attempt {
    /// Which one.
    pub challenge: Rc<Challenge>,
    /// How many hints were unfolded.
    pub hints: usize,
    /// Whether the solution was shown: then nothing is scored until it is begun anew.
    pub revealed: bool,
    /// What the last answer was worth, and which it was.
    pub grade: Option<(Rc<Grade>, Files)>,
}

/// A command in the terminal, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What stood before it.
    pub prompt: Rc<str>,
    /// What was typed.
    pub typed: Rc<str>,
    /// What was printed.
    pub output: Rc<str>,
}

thread_local! {
    static STORE: RefCell<Option<Store>> = const { RefCell::new(None) };
    static WATCHING: RefCell<Vec<Callback<()>>> = const { RefCell::new(Vec::new()) };
}

/// Looks at it, once it is there.
pub fn with<R>(look: impl FnOnce(&Store) -> R) -> Option<R> {
    STORE.with_borrow(|store| store.as_ref().map(look))
}

/// Changes it, and has everything drawn again that looks at it.
pub fn change<R>(change: impl FnOnce(&mut Store) -> R) -> Option<R> {
    let done = quietly(change);
    let watching = WATCHING.with_borrow(Clone::clone);
    watching.iter().for_each(|watching| watching.emit(()));
    done
}

/// Changes what nothing shows.
pub fn quietly<R>(change: impl FnOnce(&mut Store) -> R) -> Option<R> {
    STORE.with_borrow_mut(|store| store.as_mut().map(change))
}

/// Has a component drawn again whenever the store changes.
#[hook]
pub fn use_store() {
    let update = use_force_update();
    use_effect_with((), move |()| {
        let watching = Callback::from(move |()| update.force_update());
        WATCHING.with_borrow_mut(|all| all.push(watching.clone()));
        move || WATCHING.with_borrow_mut(|all| all.retain(|it| *it != watching))
    });
}

/// Begins with these texts, unless it has begun: with what this tab was at, or what its link asks for.
#[inline(never)]
pub fn begin(texts: JsValue, act: &Act) {
    let is_new = STORE.with_borrow(Option::is_none);
    if is_new {
        let mut library = Library::new(texts);
        for files in keep::shared().into_iter().rev() {
            let _ = library.share(files);
        }
        let mut store = Store {
            library,
            progress: keep::progress(),
            view: View::Home,
            paused: Vec::new(),
            report: None,
            opening: None,
            is_exam_open: false,
            shell: Shell::new(&[]),
            shell_is_blank: true,
            screen: Vec::new(),
            exam: keep::exam(),
            desk: Desk::kept(),
        };
        if !tab::is_challenge() {
            store.resume();
        }
        let (is_guide, is_exam) = (matches!(store.view, View::Guide(..)), matches!(store.view, View::Exam));
        let files =
            matches!(store.view, View::Guide(..) | View::Challenge(_)).then(keep::study_files).flatten();
        STORE.set(Some(store));
        if is_exam {
            exam::go_on(act);
        } else if let Some(files) = files {
            // The page may have begun with others: what was opened and not edited is no draft.
            open_files(&files, false, act);
        }
        if is_guide {
            act.dispatch(Action::SetTerminal(true));
        }
    }
    open_link(act);
}

/// Opens the challenge that the page's address holds, where it holds one.
fn open_link(act: &Act) {
    match share::decode_challenge(&tab::fragment()) {
        None => {}
        Some(Err(error)) => {
            tab::clear_fragment();
            act.dispatch(Action::SetNotice(Some(error.to_string().into())));
        }
        Some(Ok(files)) => {
            tab::clear_fragment();
            let shared = quietly(|store| {
                let shared = store.library.share(files);
                keep::set_shared(store.library.shared.iter().map(|(.., files)| files));
                shared
            });
            match shared {
                Some(Ok(id)) => open_challenge(&id, act),
                Some(Err(message)) => {
                    let notice = format!("The challenge in this link cannot be opened: {message}");
                    act.dispatch(Action::SetNotice(Some(notice.into())));
                }
                None => {}
            }
        }
    }
}

impl Store {
    /// Goes on with what this tab was at before a reload, where its files were kept.
    fn resume(&mut self) {
        let study = keep::study().unwrap_or_default();
        let has_files = keep::study_files().is_some();
        let mut words = study.split(' ');
        self.view = match (words.next(), words.next()) {
            (Some("guide"), Some(id)) if has_files => {
                let step = words.next().and_then(|step| step.parse().ok()).unwrap_or_default();
                match self.library.guide(id) {
                    Some(guide) => View::Guide(guide, Tutor::at(step)),
                    None => View::Home,
                }
            }
            (Some("challenge"), Some(id)) if has_files => match self.library.challenge(id) {
                Some(challenge) => {
                    let revealed = words.next() == Some("revealed");
                    View::Challenge(Attempt { challenge, hints: 0, revealed, grade: None })
                }
                None => View::Home,
            },
            (Some("author"), _) => View::Author,
            (Some("exam"), _) if self.exam.is_some() => View::Exam,
            _ => View::Home,
        };
    }

    /// Remembers what this tab is at.
    pub fn remember(&self) {
        let study = match &self.view {
            View::Guide(guide, tutor) => Some(format!("guide {} {}", guide.id, tutor.step())),
            View::Challenge(attempt) => {
                let revealed = if attempt.revealed { " revealed" } else { "" };
                Some(format!("challenge {}{revealed}", attempt.challenge.id))
            }
            View::Exam => Some("exam".to_owned()),
            View::Author => Some("author".to_owned()),
            View::Home | View::Plan(_) | View::Report(..) => None,
        };
        keep::set_study(study.as_deref());
    }

    /// Gives the shell the files as they are, and `shell_is_blank` an end.
    pub fn settle(&mut self, files: &Files) {
        if std::mem::take(&mut self.shell_is_blank) {
            self.shell = Shell::new(&scenario_files(files));
        }
    }

    /// Begins another shell, on another screen, over these files, which are the exam's or not.
    pub fn begin_shell(&mut self, files: &[ScenarioFile], is_exam: bool) {
        self.is_exam_open = is_exam;
        self.shell = Shell::new(files);
        self.shell_is_blank = false;
        self.screen.clear();
        self.opening = None;
    }

    /// Shows something else in the panel; what is left can be gone on with.
    pub fn turn_to(&mut self, view: View) {
        let left = std::mem::replace(&mut self.view, view);
        if let (Some(_), Some(files)) = (left.id(), keep::study_files()) {
            self.forget(&left);
            self.paused.push((left, files));
        }
        self.remember();
    }

    /// What was left of the same lesson or challenge is not gone on with.
    fn forget(&mut self, view: &View) {
        self.paused.retain(|(known, _)| known.id() != view.id());
    }
}

impl View {
    /// Which lesson or challenge it is; none where there is nothing to go on with.
    fn id(&self) -> Option<(bool, &str)> {
        match self {
            Self::Guide(guide, tutor) if tutor.step() < guide.steps.len() => Some((true, &guide.id)),
            Self::Challenge(attempt) => Some((false, &attempt.challenge.id)),
            _ => None,
        }
    }
}

/// Goes on with a lesson or a challenge that was left; whether it was.
fn resume(is_guide: bool, id: &str, act: &Act) -> bool {
    let left = quietly(|store| {
        let at = store.paused.iter().position(|(view, _)| view.id() == Some((is_guide, id)))?;
        Some(store.paused.remove(at))
    });
    let Some(Some((view, files))) = left else { return false };
    let policies_first = matches!(&view, View::Challenge(it) if it.challenge.bounds.scope == Scope::Policies);
    open_files(&files, policies_first, act);
    if is_guide {
        act.dispatch(Action::SetTerminal(true));
    }
    change(|store| {
        store.begin_shell(&files, false);
        store.turn_to(view);
    });
    true
}

/// Goes on with a guided lesson where it was left, or begins it.
pub fn go_to_guide(id: &str, act: &Act) {
    if !resume(true, id, act) {
        open_guide(id, act);
    }
}

/// Goes on with a challenge as it was left, or begins it.
pub fn go_to_challenge(id: &str, act: &Act) {
    if !resume(false, id, act) {
        open_challenge(id, act);
    }
}

/// Opens files as a new work, with the panel beside it; in the editor the policies, where those are what is to be written.
/// What the store has to say of it comes after.
pub fn open_files(files: &[ScenarioFile], policies_first: bool, act: &Act) {
    let mut work = Work::empty();
    if !files.is_empty() {
        let files: Vec<SourceFile> = files.iter().map(source_file).collect();
        let written =
            if policies_first { files.iter().position(|it| it.name.as_ref() == POLICIES_FILE) } else { None };
        work.shown = written.or_else(|| files.iter().rposition(|it| !it.text.is_empty())).unwrap_or(0);
        work.files = Rc::new(files);
    }
    act.dispatch(Action::Open(Box::new(work)));
    act.dispatch(Action::SetLearning(true));
}

/// Begins a guided lesson.
pub fn open_guide(id: &str, act: &Act) {
    let Some(Some(guide)) = quietly(|store| store.library.guide(id)) else { return };
    open_files(&guide.files, false, act);
    act.dispatch(Action::SetTerminal(true));
    change(|store| {
        store.begin_shell(&guide.files, false);
        store.turn_to(View::Guide(guide, Tutor::at(0)));
        let begun = store.view.clone();
        store.forget(&begun);
    });
}

/// Begins a challenge.
pub fn open_challenge(id: &str, act: &Act) {
    let Some(Some(challenge)) = quietly(|store| store.library.challenge(id)) else { return };
    open_files(&challenge.start, challenge.bounds.scope == Scope::Policies, act);
    change(|store| {
        store.begin_shell(&challenge.start, false);
        store.turn_to(View::Challenge(Attempt { challenge, hints: 0, revealed: false, grade: None }));
        let begun = store.view.clone();
        store.forget(&begun);
    });
}

/// The page's files as the shell and the grader take them.
pub fn scenario_files(files: &[SourceFile]) -> Vec<ScenarioFile> {
    files.iter().map(|file| ScenarioFile::new(file.name.as_ref(), file.text.as_ref())).collect()
}

/// And back.
pub fn source_file(file: &ScenarioFile) -> SourceFile {
    SourceFile::new(file.name.as_str(), file.text.as_str())
}
