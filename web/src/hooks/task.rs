//! What is put off until the first picture is drawn.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::dom::timing::next_task;

/// Whether the task is over in which the page was drawn first.
#[hook]
pub fn use_next_task() -> bool {
    let is_over = use_state_eq(|| false);
    use_effect_with((), {
        let is_over = is_over.clone();
        move |()| {
            spawn_local(async move {
                next_task().await;
                is_over.set(true);
            });
        }
    });
    *is_over
}
