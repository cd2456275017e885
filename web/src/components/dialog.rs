//! A dialog over the page: the browser keeps the focus in it and closes it at Escape; then the focus goes back.

use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

/// What a dialog needs.
#[derive(PartialEq, Properties)]
pub struct DialogBoxProps {
    /// Its heading.
    pub title: AttrValue,
    /// Told when it is closed, by whatever means.
    pub onclose: Callback<()>,
    /// What it holds. A button of the class `close` closes it.
    pub children: Html,
}

/// The dialog, open as soon as it is on the page.
#[component]
pub fn DialogBox(props: &DialogBoxProps) -> Html {
    let element = use_node_ref();
    use_effect_with((), {
        let element = element.clone();
        move |()| {
            let dialog = element.cast::<HtmlDialogElement>();
            let before = document().active_element().and_then(|active| active.dyn_into::<HtmlElement>().ok());
            if let Some(dialog) = &dialog {
                // Refused only for one that is open.
                let _ = dialog.show_modal();
            }
            move || {
                if let Some(dialog) = dialog.filter(HtmlDialogElement::open) {
                    dialog.close();
                }
                // The browser does so only for a dialog that outlives its closing.
                if let Some(before) = before {
                    let _ = before.focus();
                }
            }
        }
    });
    let onclose = props.onclose.reform(|_: Event| ());
    let dismiss = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <dialog ref={element} aria-labelledby="dialog-title" {onclose}>
            <header>
                <h2 id="dialog-title">{ &props.title }</h2>
                <button type="button" class="btn quiet" aria-label="Close" onclick={dismiss}>
                    { super::icons::icon(super::icons::CLOSE) }
                </button>
            </header>
            { props.children.clone() }
        </dialog>
    }
}
