//! Asks before a lesson's step replaces what was edited.

use yew::prelude::*;

use super::Act;
use super::dialog::DialogBox;
use crate::lessons::Place;
use crate::state::Action;

/// The question; `place` is the step that is to come.
pub fn confirm_dialog(place: Place, act: &Act) -> Html {
    let close = {
        let act = act.clone();
        Callback::from(move |()| act.dispatch(Action::SetDialog(None)))
    };
    let replace = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::ReplaceByStep(place)))
    };
    let keep = close.reform(|_: MouseEvent| ());
    html! {
        <DialogBox title="Replace your edits?" onclose={close}>
            <p>{ format!("Step {} brings its own files. What you changed since the last step will be gone.", place.step + 1) }</p>
            <div class="actions">
                <button type="button" class="btn" onclick={keep}>{ "Keep my edits" }</button>
                <button type="button" class="btn pri" onclick={replace}>{ format!("Go to step {}", place.step + 1) }</button>
            </div>
        </DialogBox>
    }
}
