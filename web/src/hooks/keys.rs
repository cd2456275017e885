//! Keys that work wherever the focus is.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::window;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::{Learning, open_learning};
use crate::dom::{focus, tab};
use crate::state::{Action, AppState, Dialog};

/// Ctrl K, or Command K, opens the palette, and closes it; Ctrl ` the terminal; Escape gives up allowing something.
#[hook]
pub fn use_keys(state: &UseReducerHandle<AppState>) {
    let act = state.dispatcher();
    let asked = (state.dialog == Some(Dialog::Palette), state.allowing.is_some(), state.terminal);
    use_effect_with(asked, move |(is_open, allowing, terminal)| {
        let (next, allowing, terminal) = ((!*is_open).then_some(Dialog::Palette), *allowing, *terminal);
        let listener = (!tab::is_part()).then(|| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window(), "keydown", options, move |event| {
                // The editor has keys of its own: on a Mac, Ctrl K deletes.
                let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|key| !key.default_prevented())
                else {
                    return;
                };
                match key.key().as_str() {
                    "k" if (key.ctrl_key() || key.meta_key()) && !key.alt_key() => {
                        key.prevent_default();
                        act.dispatch(Action::SetDialog(next));
                    }
                    "`" if key.ctrl_key() && terminal => {
                        let document = gloo::utils::document();
                        let is_there =
                            document.active_element().is_some_and(|it| it.id() == "terminal-input");
                        if is_there {
                            act.dispatch(Action::SetTerminal(false));
                        } else {
                            focus("#terminal-input");
                        }
                    }
                    "`" if key.ctrl_key() => open_learning(Learning::Terminal, &act),
                    "Escape" if allowing => act.dispatch(Action::Allow(None)),
                    _ => {}
                }
            })
        });
        move || drop(listener)
    });
}
