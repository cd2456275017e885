//! Asks before a file is fetched from elsewhere.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::Act;
use super::dialog::DialogBox;
use crate::dom::source::{self, Source};
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
        Callback::from(move |_: MouseEvent| {
            let Some(source) = asked.as_ref().clone() else { return };
            let (act, close, progress) = (act.clone(), close.clone(), progress.clone());
            progress.set(Progress::Fetching);
            spawn_local(async move {
                match source.fetch().await {
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
            <p>{ "The link that you followed asks for it. What is on the page now stays among the recent drafts." }</p>
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
