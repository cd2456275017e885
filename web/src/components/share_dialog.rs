//! The link that holds the work.

use netpol_lessons::share;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::Act;
use super::dialog::DialogBox;
use crate::dom::{clipboard, tab};
use crate::state::{Action, Work};

/// What the dialog needs.
#[derive(PartialEq, Properties)]
pub struct ShareDialogProps {
    /// What the link is to hold.
    pub work: Work,
    /// Takes the actions.
    pub act: Act,
}

/// The dialog.
#[component]
pub fn ShareDialog(props: &ShareDialogProps) -> Html {
    let copied = use_state_eq(|| None::<bool>);
    let link = use_memo(props.work.clone(), |work| {
        share::encode(&work.to_scenario()).map(|fragment| tab::address() + &fragment)
    });
    // Opening the dialog is the wish to share: the link is on the clipboard at once.
    let copy = {
        let (copied, link) = (copied.clone(), link.clone());
        Callback::from(move |()| {
            let (copied, link) = (copied.clone(), link.clone());
            if let Ok(link) = link.as_ref().clone() {
                spawn_local(async move { copied.set(Some(clipboard::copy(&link).await)) });
            }
        })
    };
    use_effect_with((), {
        let copy = copy.clone();
        move |()| copy.emit(())
    });
    let close = {
        let act = props.act.clone();
        Callback::from(move |()| act.dispatch(Action::SetDialog(None)))
    };
    let body = match link.as_ref() {
        Err(error) => html! { <p class="fault" role="alert">{ error.to_string() }</p> },
        Ok(link) => {
            let length = link.chars().count();
            let said = match *copied {
                Some(true) => "Copied.",
                Some(false) => "The browser did not let it be copied: select it and copy it yourself.",
                None => "",
            };
            html! {
                <>
                    <label class="field">{ "Link" }
                        <textarea class="mono" readonly=true rows="4" value={link.clone()} spellcheck="false" />
                    </label>
                    <p class="hint" role="status">{ format!("{} characters. {said}", thousands(length)) }</p>
                    if length > share::WARN_CHARACTERS {
                        <p class="warn">
                            { format!("Longer than {}: some mail and chat programs cut such links. Try yours before you rely on it.", thousands(share::WARN_CHARACTERS)) }
                        </p>
                    }
                </>
            }
        }
    };
    html! {
        <DialogBox title="Share this scenario" onclose={close.clone()}>
            <p>{ "The link holds all files and what is selected. Nothing is uploaded: whoever has the link has the files." }</p>
            { body }
            <div class="actions">
                <button type="button" class="btn" onclick={close.reform(|_: MouseEvent| ())}>{ "Done" }</button>
                <button type="button" class="btn pri" disabled={link.is_err()} onclick={copy.reform(|_: MouseEvent| ())}>{ "Copy link" }</button>
            </div>
        </DialogBox>
    }
}

/// `12,345`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_by_thousands() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
