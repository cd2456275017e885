//! What would open an arrow that is blocked, to be read and put into the files.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use netpol_view::{EndKey, Hunk, NoOpening, PortChoice, Proposal, hunks};
use yew::prelude::*;

use super::Act;
use super::words::{link, words};
use crate::derive::{ByPointer, Evaluated};
use crate::dom::tab;
use crate::hooks::{Proposed, propose};
use crate::state::{Action, FileAction};
use crate::thread::About;

/// With more workloads than this, changes are looked for when asked to: each is tried on the whole cluster, and as long as
/// the second thread does so it says nothing else.
const MANY: usize = 400;

/// How long the text stands still before changes are looked for, in milliseconds.
const PAUSE: u32 = 150;

/// So many things that a change does besides are listed.
const LISTED: usize = 5;

/// What the section needs.
#[derive(PartialEq, Properties)]
pub struct OpeningsProps {
    /// What is on the stage, which is what the files say.
    pub shown: ByPointer<Evaluated>,
    /// The arrow's source.
    pub from: EndKey,
    /// The arrow's destination.
    pub to: EndKey,
    /// The ports asked about.
    pub ports: PortChoice,
    /// Takes the actions.
    pub act: Act,
}

/// The section.
#[component]
pub fn Openings(props: &OpeningsProps) -> Html {
    let about = About::Openings { from: props.from.clone(), to: props.to.clone(), ports: props.ports };
    let files = &props.shown.files;
    let proposed = use_state(|| None::<Proposed>);
    let look = {
        let (about, files, to) = (about.clone(), Rc::clone(files), proposed.setter());
        move || propose(about, &files, to)
    };
    let is_large = props.shown.analysis.cluster.workloads.len() > MANY;
    use_effect_with((about.clone(), props.shown.clone()), {
        let look = look.clone();
        move |_| {
            let timer = (!is_large).then(|| Timeout::new(PAUSE, look));
            move || drop(timer)
        }
    });
    let body = match proposed.as_ref().and_then(|proposed| proposed.of(&about, files)) {
        None if is_large => {
            let onclick = Callback::from(move |_: MouseEvent| look.clone()());
            html! { <p><button type="button" class="btn" {onclick}>{ "Find a change" }</button></p> }
        }
        None => html! {},
        Some(Err(NoOpening::NoPorts)) => {
            html! { <p>{ "Choose a port above the diagram: nothing says which ones are served here." }</p> }
        }
        Some(Err(NoOpening::Hopeless)) => html! { <p>{ "No change of a policy or label would." }</p> },
        Some(Ok(openings)) => {
            let ways = openings.iter().enumerate().map(|(at, opening)| {
                way(opening, if at == 0 { "Allow this" } else { "Insert instead" }, props)
            });
            html! { <ol class="ways">{ for ways }</ol> }
        }
    };
    html! {
        <section class="openings" aria-live="polite">
            <h3>{ "What would open it" }</h3>
            { body }
        </section>
    }
}

fn way(opening: &Proposal, button: &'static str, props: &OpeningsProps) -> Html {
    let more = opening.besides.len().saturating_sub(LISTED);
    let besides =
        opening.besides.iter().take(LISTED).map(|each| html! { <li>{ format!("also {each}") }</li> });
    html! {
        <li>
            { for opening.does.iter().map(|each| html! { <p class="does">{ words(each, &props.act) }</p> }) }
            if opening.is_exact { <p class="exact">{ "Nothing else opens or closes." }</p> }
            if !opening.besides.is_empty() {
                <ul class="besides">{ for besides }if more > 0 { <li>{ format!("and {more} more") }</li> }</ul>
            }
            { change(button, opening, &props.shown, &props.act) }
        </li>
    }
}

/// A change of the files, to be read and made.
pub fn change(button: &'static str, proposal: &Proposal, shown: &ByPointer<Evaluated>, act: &Act) -> Html {
    let onclick = {
        let (act, shown, edits) = (act.clone(), shown.clone(), proposal.edits.clone());
        Callback::from(move |_: MouseEvent| {
            let change = FileAction::Change { of: Rc::clone(&shown.files), edits: edits.clone() };
            act.dispatch(Action::File(change));
        })
    };
    html! {
        <>
            <details>
                <summary>{ "Show the change" }</summary>
                { for hunks(&shown.files, &proposal.edits).iter().map(|each| hunk(each, act)) }
            </details>
            if !tab::is_read_only() { <button type="button" class="btn" {onclick}>{ button }</button> }
        </>
    }
}

fn hunk(hunk: &Hunk, act: &Act) -> Html {
    let line = |mark: &'static str, class: &'static str, text: &String| {
        html! { <span {class}><i aria-hidden="true">{ mark }</i>{ text.clone() }{ "\n" }</span> }
    };
    html! {
        <>
            <p class="place">{ link(&format!("{}:{}", hunk.file, hunk.line), hunk.at, act) }</p>
            <pre class="diff" tabindex="0">
                { for hunk.old.iter().map(|text| line("−", "old", text)) }
                { for hunk.new.iter().map(|text| line("+", "new", text)) }
            </pre>
        </>
    }
}
