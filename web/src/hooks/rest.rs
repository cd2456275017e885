//! The rest of the page's code, fetched once the first picture is there.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::dom::{rest, source};
use crate::state::{Action, AppState, Dialog};

/// Fetches it, and says so for as long as that fails. Then asks what the page's address wants to have asked.
#[hook]
pub fn use_rest(state: &UseReducerHandle<AppState>) {
    let act = state.dispatcher();
    use_effect_with((), move |()| {
        spawn_local(async move {
            if !rest::load().await {
                act.dispatch(Action::SetNotice(Some(rest::MISSING.into())));
                rest::came().await;
                act.dispatch(Action::SetNotice(None));
            }
            if source::asked().is_some() {
                act.dispatch(Action::SetDialog(Some(Dialog::Source)));
            }
        });
    });
}
