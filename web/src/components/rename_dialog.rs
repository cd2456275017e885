//! Asks for a file's new name.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Act;
use super::dialog::DialogBox;
use crate::state::{Action, FileAction, Files};

/// What the question needs.
#[derive(PartialEq, Properties)]
pub struct RenameDialogProps {
    /// The file.
    pub file: usize,
    /// All files, whose names are taken.
    pub files: Files,
    /// Takes the actions.
    pub act: Act,
}

/// The question.
#[component]
pub fn RenameDialog(props: &RenameDialogProps) -> Html {
    let old = props.files.get(props.file).map(|file| file.name.to_string()).unwrap_or_default();
    let name = use_state_eq(|| old.clone());
    let taken = name.trim() != old && props.files.iter().any(|file| file.name.as_ref() == name.trim());
    let refused = taken || name.trim().is_empty();
    let close = {
        let act = props.act.clone();
        Callback::from(move |()| act.dispatch(Action::SetDialog(None)))
    };
    let rename = {
        let (act, file, name) = (props.act.clone(), props.file, name.clone());
        move || {
            if !refused {
                act.dispatch(Action::File(FileAction::Rename(file, name.to_string())));
                act.dispatch(Action::SetDialog(None));
            }
        }
    };
    let oninput = {
        let name = name.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            {
                name.set(input.value());
            }
        })
    };
    let onkeydown = {
        let rename = rename.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                // Else it would press the button that the focus goes back to.
                event.prevent_default();
                rename();
            }
        })
    };
    let onclick = Callback::from(move |_: MouseEvent| rename());
    html! {
        <DialogBox title="Rename the file" onclose={close.clone()}>
            <label class="field">{ "Name" }
                <input type="text" value={name.to_string()} autofocus=true maxlength="255" {oninput} {onkeydown}
                    aria-invalid={refused.to_string()} aria-describedby="rename-help" />
            </label>
            <p class="hint" id="rename-help" role={taken.then_some("alert")}>
                { if taken { "There is a file of this name." } else { "Any name will do; the kind of object decides what is read." } }
            </p>
            <div class="actions">
                <button type="button" class="btn" onclick={close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                <button type="button" class="btn pri" disabled={refused} {onclick}>{ "Rename" }</button>
            </div>
        </DialogBox>
    }
}
