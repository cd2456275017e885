//! Keeps the work as a draft of this tab.
//!
//! A draft belongs to the one tab that holds its lock. A tab that was duplicated finds the lock of its draft
//! taken and goes on under an id of its own; so two tabs never write the same draft.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use gloo::utils::window;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::dom::locks::{self, Lock};
use crate::dom::{rest, tab, timing};
use crate::drafts::{self, Draft};
use crate::state::{Action, AppState, Work};

/// How long typing must pause before it is written, in milliseconds: not at every key, and before one looks up.
const PAUSE: u32 = 400;

/// What this tab writes, and where.
#[derive(Default)]
struct Desk {
    /// The draft that this tab may write; none until its lock is held.
    id: Option<String>,
    /// The locks that this tab holds.
    held: Vec<String>,
    /// The draft that is being opened.
    wanted: Option<String>,
    /// The work as it was opened or written last.
    written: Option<Work>,
    /// The work as it is, where it is still to be written.
    pending: Option<Work>,
    /// Whether the work is another than the page began with: opened since, or edited.
    is_own: bool,
    timer: Option<Timeout>,
}

/// Keeps the work of `state`, which began as `draft`. The callback opens an earlier draft in this tab: itself
/// where no other tab has it open, else a copy.
#[hook]
pub fn use_drafts(state: &UseReducerHandle<AppState>, draft: Option<Rc<str>>) -> Callback<Draft> {
    let desk = use_mut_ref(|| Desk { wanted: draft.map(|id| id.to_string()), ..Desk::default() });
    let keeps = *use_memo((), |()| !tab::is_embedded());

    use_effect_with(state.opening, {
        let (desk, work) = (Rc::clone(&desk), state.work());
        move |opening| {
            if keeps {
                begin(&desk, work, *opening == 1);
            }
        }
    });
    use_effect_with(state.work(), {
        let desk = Rc::clone(&desk);
        move |work| {
            if keeps {
                later(&desk, work);
            }
        }
    });
    use_effect_with((), {
        let desk = Rc::clone(&desk);
        move |()| {
            let listener = EventListener::new(&window(), "pagehide", move |_| leave(&desk));
            move || drop(listener)
        }
    });

    let act = state.dispatcher();
    use_callback((), move |draft: Draft, ()| {
        write(&desk);
        desk.borrow_mut().wanted = Some(draft.id);
        act.dispatch(Action::Open(Box::new(Work::of(&draft.scenario))));
    })
}

/// A work was opened, the `first` with the page: what is pending belongs to the one before, and this one gets a draft of its
/// own.
fn begin(desk: &Rc<RefCell<Desk>>, work: Work, first: bool) {
    keep_if_due(desk);
    let wanted = {
        let mut desk = desk.borrow_mut();
        desk.id = None;
        // A draft is kept as it is until it is edited.
        desk.is_own = !first && desk.wanted.is_none();
        desk.written = Some(work);
        desk.wanted.take()
    };
    let desk = Rc::clone(desk);
    spawn_local(async move {
        // Nothing is written before it is edited or left, and the picture comes first.
        timing::next_task().await;
        rest::came().await;
        find_id(desk, wanted, first && tab::was_reloaded()).await;
    });
}

/// Finds the draft that this tab may write. In a box, so that the code of it is its own.
fn find_id(
    desk: Rc<RefCell<Desk>>,
    wanted: Option<String>,
    reloaded: bool,
) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        let known = match wanted {
            Some(id) if desk.borrow().held.contains(&id) => Some(id),
            // The page before a reload may be about to let go of it.
            Some(id) if locks::hold(&name(&id), reloaded).await == Lock::Held => Some(id),
            _ => None,
        };
        let id = match known {
            Some(id) => id,
            None => {
                let id = drafts::fresh_id();
                locks::hold(&name(&id), false).await;
                id
            }
        };
        tab::set_draft(&id);
        {
            let mut desk = desk.borrow_mut();
            desk.held.push(id.clone());
            desk.id = Some(id);
        }
        // What was edited meanwhile.
        keep_if_due(&desk);
        drafts::forget_old().await;
    })
}

fn later(desk: &Rc<RefCell<Desk>>, work: &Work) {
    let timer = Timeout::new(PAUSE, {
        let desk = Rc::clone(desk);
        move || keep_if_due(&desk)
    });
    let mut desk = desk.borrow_mut();
    if desk.written.as_ref() == Some(work) {
        desk.pending = None;
        desk.timer = None;
    } else {
        desk.is_own = true;
        desk.pending = Some(work.clone());
        desk.timer = Some(timer);
    }
}

/// The page is being left, and what is written to the database from now on may come too late.
fn leave(desk: &Rc<RefCell<Desk>>) {
    let latest = {
        let desk = desk.borrow();
        let latest = desk.pending.as_ref().or(desk.written.as_ref().filter(|_| desk.is_own));
        latest.cloned().map(|work| (desk.id.clone(), work))
    };
    if let Some((id, work)) = latest {
        // One that is still without an id was opened a moment ago, and nobody else knows of it.
        let id = id.unwrap_or_else(drafts::fresh_id);
        tab::set_draft(&id);
        drafts::leave(id, &work);
    }
    keep_if_due(desk);
}

/// Writes what is pending, where there is something and a draft to write it to. Most often there is not; then
/// the code for it need not be there yet.
fn keep_if_due(desk: &Rc<RefCell<Desk>>) {
    let is_due = {
        let desk = desk.borrow();
        desk.id.is_some() && desk.pending.is_some()
    };
    if is_due {
        write(desk);
    }
}

/// Writes what is pending.
#[inline(never)]
fn write(desk: &Rc<RefCell<Desk>>) {
    let (id, work) = {
        let mut desk = desk.borrow_mut();
        desk.timer = None;
        let Some(id) = desk.id.clone() else { return };
        let Some(work) = desk.pending.take() else { return };
        desk.written = Some(work.clone());
        (id, work)
    };
    spawn_local(async move {
        // Where there is no room, the page works on; the next edit tries again.
        drafts::save(id, &work).await;
    });
}

fn name(id: &str) -> String {
    format!("netpol-draft-{id}")
}
