//! Earlier works that this browser keeps.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::Act;
use super::dialog::DialogBox;
use super::icons::{CLOSE, icon};
use crate::drafts::{self, Draft};
use crate::state::Action;

/// What the list needs.
#[derive(PartialEq, Properties)]
pub struct DraftsDialogProps {
    /// Told of the draft that is to be opened.
    pub onopen: Callback<Draft>,
    /// Takes the actions.
    pub act: Act,
}

/// The list.
#[component]
pub fn DraftsDialog(props: &DraftsDialogProps) -> Html {
    let listed = use_state(|| None::<Rc<Vec<Draft>>>);
    let read = {
        let listed = listed.clone();
        Callback::from(move |()| {
            let listed = listed.clone();
            spawn_local(async move { listed.set(Some(Rc::new(drafts::list().await))) });
        })
    };
    use_effect_with((), {
        let read = read.clone();
        move |()| read.emit(())
    });
    let close = {
        let act = props.act.clone();
        Callback::from(move |()| act.dispatch(Action::SetDialog(None)))
    };
    let items = listed.iter().flat_map(|drafts| drafts.iter()).map(|draft| {
        let open = {
            let (onopen, draft) = (props.onopen.clone(), draft.clone());
            Callback::from(move |_: MouseEvent| onopen.emit(draft.clone()))
        };
        let forget = {
            let (id, read) = (draft.id.clone(), read.clone());
            Callback::from(move |_: MouseEvent| {
                let (id, read) = (id.clone(), read.clone());
                spawn_local(async move {
                    drafts::forget(&id).await;
                    read.emit(());
                });
            })
        };
        let size: usize = draft.scenario.files.iter().map(|file| file.text.lines().count()).sum();
        html! {
            <li key={draft.id.clone()}>
                <button type="button" class="item" onclick={open}>
                    <span>{ draft.title.clone() }</span>
                    <small>{ format!("{}, {size} lines", moment(draft.saved)) }</small>
                </button>
                <button type="button" class="btn quiet" aria-label={format!("Delete {}", draft.title)} onclick={forget}>{ icon(CLOSE) }</button>
            </li>
        }
    });
    html! {
        <DialogBox title="Recent drafts" onclose={close}>
            if listed.as_ref().is_some_and(|drafts| drafts.is_empty()) {
                <p>{ "Nothing yet. What you edit is kept in this browser, and in no other place." }</p>
            }
            <ul class="drafts">{ for items }</ul>
        </DialogBox>
    }
}

/// A moment as the reader's own country writes it.
#[expect(clippy::cast_precision_loss, reason = "exact for the next 285,000 years")]
fn moment(milliseconds: u64) -> String {
    let date = js_sys::Date::new(&(milliseconds as f64).into());
    String::from(date.to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED))
}
