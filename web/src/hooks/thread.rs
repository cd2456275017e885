//! Has the second thread look at what is typed, and find what is asked for.

use std::cell::RefCell;
use std::mem::discriminant;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use js_sys::Array;
use netpol_syntax::SourceFile;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::derive::ByPointer;
use crate::dom::background::{self, Thread};
use crate::dom::{rest, tab};
use crate::thread::{About, Findings, Proposals, examine, question, read_proposals};

/// How long the text stands still before it is looked at, in milliseconds.
const PAUSE: u32 = 120;

/// So many threads are started in all: where each breaks off, something is wrong that another will not mend.
const TRIES: u32 = 3;

type Files = Rc<Vec<SourceFile>>;

/// Told the answer; nothing where there will be none.
type Tell = Box<dyn FnOnce(Option<&Array>)>;

/// A question that is to be asked, or that has yet to be answered.
struct Question {
    about: About,
    files: Files,
    tell: Tell,
}

/// What the second thread was asked, and what it is to be asked next.
#[derive(Default)]
struct Asking {
    thread: Option<Thread>,
    started: u32,
    on_answer: Option<Closure<dyn FnMut(Option<Array>)>>,
    /// What it was told last.
    told: Option<Files>,
    /// What it has yet to answer.
    asked: Option<Question>,
    /// What to ask when it has: of each kind the latest.
    next: Vec<Question>,
}

thread_local! {
    static ASKING: RefCell<Asking> = RefCell::default();
}

/// What the lints found in `files`, or in an earlier state of them, as soon as there is anything.
#[hook]
pub fn use_findings(files: &Files) -> Option<Rc<Findings>> {
    let found = use_state(|| None::<Rc<Findings>>);
    use_effect_with(ByPointer(Rc::clone(files)), {
        let found = found.setter();
        move |files: &ByPointer<Vec<SourceFile>>| {
            let files = Rc::clone(&files.0);
            let look = move || {
                let of = Rc::clone(&files);
                // Where it broke off, what was found before may not hold any more.
                let tell = move |answer: Option<&Array>| {
                    found.set(answer.map(|answer| Rc::new(Findings::read(of, answer))));
                };
                ask(About::Findings, files, Box::new(tell));
            };
            let timer = (!tab::is_without_editor()).then(|| Timeout::new(PAUSE, look));
            move || drop(timer)
        }
    });
    found.as_ref().map(Rc::clone)
}

/// What was proposed, and to which question about which files.
#[derive(Clone, PartialEq)]
pub struct Proposed {
    about: About,
    files: ByPointer<Vec<SourceFile>>,
    found: ByPointer<Proposals>,
}

impl Proposed {
    /// What was found about this; `None` where that is not known yet, or was asked about something else.
    pub fn of(&self, about: &About, files: &Files) -> Option<&Proposals> {
        (self.about == *about && Rc::ptr_eq(&self.files.0, files)).then_some(&*self.found.0)
    }
}

/// Asks for changes of the files; what is proposed goes to `to`.
pub fn propose(about: About, files: &Files, to: UseStateSetter<Option<Proposed>>) {
    let (asked, of) = (about.clone(), Rc::clone(files));
    let tell = move |answer: Option<&Array>| {
        // Where there is no second thread, the page looks itself: it was asked to.
        let found = match answer {
            Some(answer) => read_proposals(answer),
            None => read_proposals(&examine(&question(&asked, &of, &[]))),
        };
        let found = ByPointer(Rc::new(found));
        to.set(Some(Proposed { about: asked, files: ByPointer(of), found }));
    };
    ask(about, Rc::clone(files), Box::new(tell));
}

/// Asks, once the code that does so has come.
fn ask(about: About, files: Files, tell: Tell) {
    spawn_local(async move {
        rest::came().await;
        ASKING.with_borrow_mut(|asking| {
            asking.on_answer.get_or_insert_with(|| Closure::new(answered));
            // An earlier one of the kind that was not asked yet is of no use any more.
            asking.next.retain(|known| discriminant(&known.about) != discriminant(&about));
            asking.next.push(Question { about, files, tell });
        });
        go_on();
    });
}

/// Takes an answer, or that there will be none.
fn answered(answer: Option<Array>) {
    let asked = ASKING.with_borrow_mut(|asking| {
        if answer.is_none() {
            // What broke it off is not asked again.
            asking.thread = None;
        }
        asking.asked.take()
    });
    if let Some(question) = asked {
        (question.tell)(answer.as_ref());
    }
    go_on();
}

/// Asks what is to be asked next, unless the thread is at work. Where there is none to be had, there are no answers.
fn go_on() {
    let unanswered = ASKING.with_borrow_mut(|asking| match asking.go_on() {
        true => Vec::new(),
        false => std::mem::take(&mut asking.next),
    });
    for question in unanswered {
        (question.tell)(None);
    }
}

impl Asking {
    /// Whether there is a thread to go on with.
    fn go_on(&mut self) -> bool {
        let Some(on_answer) = self.on_answer.as_ref().filter(|_| self.asked.is_none()) else { return true };
        if self.next.is_empty() {
            return true;
        }
        if self.thread.is_none() && self.started < TRIES {
            self.started += 1;
            self.told = None;
            self.thread = background::start(on_answer).ok();
        }
        let Some(thread) = &self.thread else { return false };
        let next = self.next.remove(0);
        let told = self.told.as_ref().map_or(&[][..], |told| told.as_slice());
        thread.ask(&question(&next.about, &next.files, told));
        self.told = Some(Rc::clone(&next.files));
        self.asked = Some(next);
        true
    }
}
