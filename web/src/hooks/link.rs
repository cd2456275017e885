//! Links that are opened while the page stands, and an address that tells the truth.

use std::rc::Rc;

use gloo::events::EventListener;
use gloo::utils::window;
use netpol_lessons::share;
use yew::prelude::*;

use super::{Learning, open_learning};
use crate::dom::tab;
use crate::state::{Action, AppState, Files, Work};

/// Opens a link when the address changes to one; `was_read` is whether the one that the page was opened with, if
/// any, could be looked at. The link stays in the address for as long as it says what
/// is on the page, and goes with the first edit, so that a reload brings back the edited work.
#[hook]
pub fn use_link(state: &UseReducerHandle<AppState>, was_read: bool) {
    let linked = use_mut_ref(|| {
        (was_read && !tab::fragment().is_empty() && !tab::is_challenge()).then(|| Rc::clone(&state.files))
    });
    use_effect_with((), {
        let (linked, act) = (Rc::clone(&linked), state.dispatcher());
        move |()| {
            let listener =
                EventListener::new(&window(), "hashchange", move |_| match share::decode(&tab::fragment()) {
                    Ok(Some(scenario)) => {
                        let work = Work::of(&scenario);
                        *linked.borrow_mut() = Some(Rc::clone(&work.files));
                        act.dispatch(Action::SetNotice(None));
                        act.dispatch(Action::Open(Box::new(work)));
                    }
                    Ok(None) => {}
                    // That is looked at where challenges are.
                    Err(_) if tab::is_challenge() => open_learning(Learning::Course, &act),
                    Err(error) => act.dispatch(Action::SetNotice(Some(error.to_string().into()))),
                });
            move || drop(listener)
        }
    });
    use_effect_with(Rc::clone(&state.files), move |files: &Files| {
        let mut linked = linked.borrow_mut();
        if linked.as_ref().is_some_and(|linked| linked != files) {
            *linked = None;
            tab::clear_fragment();
        }
    });
}
