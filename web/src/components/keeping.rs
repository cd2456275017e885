//! Isolating a workload as it is: the policy that keeps what is drawn, to be read and put into the files.

use netpol_syntax::Limits;
use netpol_view::{EndKey, Keeping, keeping};
use yew::prelude::*;

use super::Act;
use super::opening::change;
use super::words::words;
use crate::derive::{ByPointer, Evaluated};

/// What the section needs.
#[derive(PartialEq, Properties)]
pub struct IsolatingProps {
    /// What is on the stage, which is what the files say.
    pub shown: ByPointer<Evaluated>,
    /// The workload.
    pub end: EndKey,
    /// Takes the actions.
    pub act: Act,
}

/// The section: a button, and what it found. Each policy is tried on the whole cluster, so it is looked for when asked to.
#[component]
pub fn Isolating(props: &IsolatingProps) -> Html {
    let IsolatingProps { shown, end, act } = props;
    let asked = (shown.clone(), end.clone());
    let found = use_state(|| None::<((ByPointer<Evaluated>, EndKey), Option<Keeping>)>);
    let known = found.as_ref().filter(|(known, _)| *known == asked).map(|(_, found)| found.as_ref());
    let body = match known {
        None => {
            let found = found.setter();
            let onclick = Callback::from(move |_: MouseEvent| {
                let (shown, end) = &asked;
                let files = (shown.files.as_slice(), &Limits::PAGE);
                found.set(Some((asked.clone(), keeping((&shown.analysis, &shown.matrix), files, end))));
            });
            html! { <p><button type="button" class="btn" {onclick}>{ "Isolate, keep what is drawn" }</button></p> }
        }
        Some(None) => {
            html! { <p>{ "No policy would: no label selects it, or it is in its node's network." }</p> }
        }
        Some(Some(keeping)) => html! {
            <div class="ways">
                <p class="does">{ words(&keeping.does, act) }</p>
                if keeping.notes.is_empty() { <p class="exact">{ "Nothing that is drawn changes; nothing else passes." }</p> }
                <ul class="besides">{ for keeping.notes.iter().map(|note| html! { <li>{ note.clone() }</li> }) }</ul>
                { change("Add this policy", &keeping.hunks, &keeping.edits, shown, act) }
            </div>
        },
    };
    let class = known.is_some().then_some("openings");
    html! { <section {class} aria-live="polite">{ body }</section> }
}
