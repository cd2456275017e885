//! Keys that work wherever the focus is.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::window;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::dom::tab;
use crate::state::{Action, AppState, Dialog};

/// Ctrl K, or Command K, opens the palette, and closes it.
#[hook]
pub fn use_palette_key(state: &UseReducerHandle<AppState>) {
    let act = state.dispatcher();
    let is_open = state.dialog == Some(Dialog::Palette);
    use_effect_with(is_open, move |is_open| {
        let next = (!*is_open).then_some(Dialog::Palette);
        let listener = (!tab::is_part()).then(|| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window(), "keydown", options, move |event| {
                let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
                if (key.ctrl_key() || key.meta_key()) && !key.alt_key() && key.key() == "k" {
                    event.prevent_default();
                    act.dispatch(Action::SetDialog(next));
                }
            })
        });
        move || drop(listener)
    });
}
