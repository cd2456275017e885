//! Isolating a workload as it is: the policy that keeps what is drawn, to be read and put into the files.

use std::rc::Rc;

use netpol_view::EndKey;
use yew::prelude::*;

use super::Act;
use super::opening::change;
use super::words::words;
use crate::derive::{ByPointer, Evaluated};
use crate::hooks::{Proposed, propose};
use crate::thread::About;

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
    let about = About::Keeping { end: end.clone() };
    let proposed = use_state(|| None::<Proposed>);
    let known = proposed.as_ref().and_then(|proposed| proposed.of(&about, &shown.files));
    let body = match known.map(|found| found.as_ref().ok().and_then(|found| found.first())) {
        None => {
            let (about, files, to) = (about.clone(), Rc::clone(&shown.files), proposed.setter());
            let onclick = Callback::from(move |_: MouseEvent| propose(about.clone(), &files, to.clone()));
            html! { <p><button type="button" class="btn" {onclick}>{ "Isolate, keep what is drawn" }</button></p> }
        }
        Some(None) => {
            html! { <p>{ "No policy would: no label selects it, or it is in its node's network." }</p> }
        }
        Some(Some(keeping)) => html! {
            <div class="ways">
                { for keeping.does.iter().map(|each| html! { <p class="does">{ words(each, act) }</p> }) }
                if keeping.is_exact { <p class="exact">{ "Nothing that is drawn changes; nothing else passes." }</p> }
                <ul class="besides">{ for keeping.besides.iter().map(|note| html! { <li>{ note.clone() }</li> }) }</ul>
                { change("Add this policy", keeping, shown, act) }
            </div>
        },
    };
    let class = known.is_some().then_some("openings");
    html! { <section {class} aria-live="polite">{ body }</section> }
}
