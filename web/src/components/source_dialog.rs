//! Asks before a file is fetched from elsewhere.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::Act;
use super::dialog::DialogBox;
use crate::dom::source::{self, Source};
use crate::dom::tab;
use crate::state::{Action, Work};

/// What the question needs.
#[derive(PartialEq, Properties)]
pub struct SourceDialogProps {
    /// Takes the actions.
    pub act: Act,
}

/// How far it has come.
#[derive(Clone, PartialEq)]
enum Progress {
    Asking,
    Fetching,
    Failed(AttrValue),
}

/// The question.
#[component]
pub fn SourceDialog(props: &SourceDialogProps) -> Html {
    let asked = use_memo((), |()| source::asked());
    let progress = use_state_eq(|| Progress::Asking);
    // Who does not agree any more is asked nothing, and given nothing.
    let is_open = use_mut_ref(|| true);
    use_effect_with((), {
        let is_open = Rc::clone(&is_open);
        move |()| move || *is_open.borrow_mut() = false
    });
    let close = {
        let act = props.act.clone();
        Callback::from(move |()| {
            source::forget();
            act.dispatch(Action::SetDialog(None));
        })
    };
    let Some(Source { url, host, .. }) = asked.as_ref() else { return html! {} };
    let fetch = {
        let (act, asked, close, progress) =
            (props.act.clone(), asked.clone(), close.clone(), progress.setter());
        let is_open = Rc::clone(&is_open);
        Callback::from(move |_: MouseEvent| {
            let Some(source) = asked.as_ref().clone() else { return };
            let (act, close, progress) = (act.clone(), close.clone(), progress.clone());
            let is_open = Rc::clone(&is_open);
            progress.set(Progress::Fetching);
            spawn_local(async move {
                let fetched = source.fetch().await;
                if !*is_open.borrow() {
                    return;
                }
                match fetched {
                    Ok(text) => {
                        close.emit(());
                        act.dispatch(Action::Open(Box::new(Work::file(&source.name, &text))));
                    }
                    Err(why) => progress.set(Progress::Failed(why.into())),
                }
            });
        })
    };
    let keep = close.reform(|_: MouseEvent| ());
    let is_fetching = *progress == Progress::Fetching;
    html! {
        <DialogBox title={format!("Open a file from {host}?")} onclose={close}>
            <p>
                { "The link that you followed asks for it." }
                if !tab::is_embedded() { { " What is on the page now stays among the recent drafts." } }
            </p>
            <p><code class="address">{ url.clone() }</code></p>
            if let Progress::Failed(why) = &*progress { <p class="failed" role="alert">{ why.clone() }</p> }
            <div class="actions">
                <button type="button" class="btn" onclick={keep}>{ "Do not open it" }</button>
                <button type="button" class="btn pri" disabled={is_fetching} onclick={fetch}>
                    { if is_fetching { "Fetching…" } else if *progress == Progress::Asking { "Open it" } else { "Try again" } }
                </button>
            </div>
        </DialogBox>
    }
}
