//! Has the second thread look at what is typed.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo::timers::callback::Timeout;
use js_sys::Array;
use netpol_syntax::SourceFile;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::derive::ByPointer;
use crate::dom::background::{self, Thread};
use crate::dom::{rest, tab};
use crate::findings::{Findings, question};

/// How long the text stands still before it is looked at, in milliseconds.
const PAUSE: u32 = 120;

/// So many threads are started in all: where each breaks off, something is wrong that another will not mend.
const TRIES: u32 = 3;

type Files = Rc<Vec<SourceFile>>;
type OnAnswer = Closure<dyn FnMut(Option<Array>)>;
type Found = UseStateSetter<Option<Rc<Findings>>>;

/// What the second thread was asked, and what it is to be asked next.
#[derive(Default)]
struct Asking {
    thread: Option<Thread>,
    started: u32,
    on_answer: Option<OnAnswer>,
    /// What it was told last.
    told: Option<Files>,
    /// What it has yet to answer.
    asked: Option<Files>,
    /// What to ask when it has.
    next: Option<Files>,
}

/// What the lints found in `files`, or in an earlier state of them, as soon as there is anything.
#[hook]
pub fn use_findings(files: &Files) -> Option<Rc<Findings>> {
    let found = use_state(|| None::<Rc<Findings>>);
    let asking = use_mut_ref(Asking::default);
    use_effect_with(ByPointer(Rc::clone(files)), {
        let found = found.setter();
        move |files: &ByPointer<Vec<SourceFile>>| {
            asking.borrow_mut().next = Some(Rc::clone(&files.0));
            let timer = (!tab::is_without_editor()).then(|| Timeout::new(PAUSE, move || ask(asking, found)));
            move || drop(timer)
        }
    });
    found.as_ref().map(Rc::clone)
}

/// Asks what is to be asked next, once the code that does so has come.
fn ask(asking: Rc<RefCell<Asking>>, found: Found) {
    spawn_local(async move {
        rest::came().await;
        if asking.borrow().on_answer.is_none() {
            let on_answer = on_answer(Rc::downgrade(&asking), found);
            asking.borrow_mut().on_answer = Some(on_answer);
        }
        asking.borrow_mut().go_on();
    });
}

fn on_answer(asking: Weak<RefCell<Asking>>, found: Found) -> OnAnswer {
    Closure::new(move |answer: Option<Array>| {
        let Some(asking) = asking.upgrade() else { return };
        let mut asking = asking.borrow_mut();
        let asked = asking.asked.take();
        match (asked, answer) {
            (Some(files), Some(answer)) => found.set(Some(Rc::new(Findings::read(files, &answer)))),
            // What broke it off is not asked again, and what was found before may not hold any more.
            _ => {
                asking.thread = None;
                found.set(None);
            }
        }
        asking.go_on();
    })
}

impl Asking {
    /// Asks what is to be asked next, unless the thread is at work.
    fn go_on(&mut self) {
        let Some(on_answer) = self.on_answer.as_ref().filter(|_| self.asked.is_none()) else { return };
        let Some(next) = self.next.take() else { return };
        if self.thread.is_none() && self.started < TRIES {
            self.started += 1;
            self.told = None;
            self.thread = background::start(on_answer).ok();
        }
        let Some(thread) = &self.thread else { return };
        thread.ask(&question(&next, self.told.as_ref().map_or(&[], |told| told.as_slice())));
        self.told = Some(Rc::clone(&next));
        self.asked = Some(next);
    }
}
