//! The link that holds the work, and what to put into other pages.

use netpol_lessons::share;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::Act;
use super::dialog::DialogBox;
use crate::dom::editor::{QrCode, qr_code};
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

/// What the dialog offers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The bare link.
    Link,
    /// A picture for a README, which leads to it.
    Badge,
    /// The stage within another page.
    Frame,
}

impl Form {
    /// Its text, for what `link` leads to.
    fn text(self, link: &str) -> String {
        let (page, fragment) = link.split_once('#').unwrap_or((link, ""));
        match self {
            Self::Link => link.to_owned(),
            Self::Badge => {
                let folder = page.trim_end_matches("index.html");
                format!("[![Open in the NetworkPolicy Playground]({folder}badge.svg)]({link})")
            }
            Self::Frame => format!(
                "<iframe src=\"{}?embed=1#{fragment}\" title=\"NetworkPolicy Playground\" width=\"100%\" height=\"480\" \
                 loading=\"lazy\" style=\"border: 0\"></iframe>",
                page.replace('&', "&amp;")
            ),
        }
    }

    /// What is said when it is on the clipboard.
    fn copied(self) -> &'static str {
        match self {
            Self::Link => "Copied.",
            Self::Badge => "Badge copied.",
            Self::Frame => "HTML copied.",
        }
    }
}

/// The dialog.
#[component]
pub fn ShareDialog(props: &ShareDialogProps) -> Html {
    let copied = use_state_eq(|| None::<(Form, bool)>);
    let link = use_memo(props.work.clone(), |work| {
        share::encode(&work.to_scenario()).map(|fragment| tab::page() + &fragment)
    });
    // Opening the dialog is the wish to share: the link is on the clipboard at once.
    let copy = {
        let (copied, link) = (copied.clone(), link.clone());
        Callback::from(move |form: Form| {
            if let Ok(link) = link.as_ref() {
                let (copied, text) = (copied.clone(), form.text(link));
                spawn_local(async move { copied.set(Some((form, clipboard::copy(&text).await))) });
            }
        })
    };
    use_effect_with((), {
        let copy = copy.reform(|()| Form::Link);
        move |()| copy.emit(())
    });
    let qr = use_state(|| None::<Option<QrCode>>);
    let close = {
        let act = props.act.clone();
        Callback::from(move |()| act.dispatch(Action::SetDialog(None)))
    };
    let copying = |form: Form| copy.reform(move |_: MouseEvent| form);
    let body = match link.as_ref() {
        Err(error) => html! { <p class="fault" role="alert">{ error.to_string() }</p> },
        Ok(link) => {
            let length = link.chars().count();
            let said = match *copied {
                Some((form, true)) => form.copied(),
                Some((_, false)) => "The browser did not let it be copied: select it and copy it yourself.",
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
                    { code(link, &qr) }
                    { snippet("Markdown badge", Form::Badge.text(link), copying(Form::Badge)) }
                    { snippet("HTML to embed it", Form::Frame.text(link), copying(Form::Frame)) }
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
                <button type="button" class="btn pri" disabled={link.is_err()} onclick={copying(Form::Link)}>{ "Copy link" }</button>
            </div>
        </DialogBox>
    }
}

/// The link as a QR code, for those who open it.
fn code(link: &str, qr: &UseStateHandle<Option<Option<QrCode>>>) -> Html {
    let ontoggle = {
        let (link, qr) = (link.to_owned(), qr.clone());
        Callback::from(move |_: Event| {
            if !matches!(&*qr, Some(Some(_))) {
                let (link, qr) = (link.clone(), qr.clone());
                spawn_local(async move { qr.set(Some(qr_code(&link).await)) });
            }
        })
    };
    let shown = match &**qr {
        None => html! {},
        Some(None) => {
            html! { <p class="hint">{ "There is none: the link is too long for a QR code, or what draws it could not be fetched." }</p> }
        }
        Some(Some(QrCode { size, path })) => html! {
            <svg class="qr" viewBox={format!("0 0 {size} {size}")} role="img" aria-label="The link as a QR code">
                <path d={path.clone()} />
            </svg>
        },
    };
    html! { <details {ontoggle}><summary>{ "QR code" }</summary>{ shown }</details> }
}

/// A line to be copied.
fn snippet(label: &str, value: String, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <label class="field">{ label.to_owned() }
            <span class="with-button">
                <input type="text" class="mono" readonly=true {value} spellcheck="false" />
                <button type="button" class="btn" {onclick}>{ "Copy" }</button>
            </span>
        </label>
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
    fn a_badge_and_a_frame_lead_to_the_scenario() {
        let text = |form: Form, page| form.text(&format!("{page}#v1=abc"));
        let page = "https://example.org/a&b/index.html";
        assert_eq!(text(Form::Link, page), "https://example.org/a&b/index.html#v1=abc");
        assert_eq!(
            text(Form::Badge, page),
            "[![Open in the NetworkPolicy Playground](https://example.org/a&b/badge.svg)]\
             (https://example.org/a&b/index.html#v1=abc)"
        );
        let frame = text(Form::Frame, page);
        assert!(
            frame.starts_with("<iframe src=\"https://example.org/a&amp;b/index.html?embed=1#v1=abc\" title="),
            "{frame}"
        );
    }

    #[test]
    fn groups_by_thousands() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
