//! What would open an arrow that is blocked, to be read and put into the files.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use netpol_syntax::{Limits, TextEdit};
use netpol_view::{EndKey, Hunk, NoOpening, Opening, PortChoice, openings};
use yew::prelude::*;

use super::Act;
use super::words::{link, words};
use crate::derive::{ByPointer, Evaluated};
use crate::dom::tab;
use crate::state::{Action, FileAction};

/// With more workloads than this, changes are looked for when asked to: each is tried on the whole cluster.
const MANY: usize = 100;

/// How long the text stands still before changes are looked for, in milliseconds: typing must not wait for them.
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

type Found = Rc<Result<Vec<Opening>, NoOpening>>;

/// The section.
#[component]
pub fn Openings(props: &OpeningsProps) -> Html {
    let asked = (props.shown.clone(), props.from.clone(), props.to.clone(), props.ports);
    let found = use_state(|| None::<((ByPointer<Evaluated>, EndKey, EndKey, PortChoice), Found)>);
    let look = {
        let (found, asked) = (found.clone(), asked.clone());
        move || {
            let (shown, from, to, ports) = &asked;
            let files = (shown.files.as_slice(), &Limits::PAGE);
            let openings = openings((&shown.analysis, &shown.matrix), files, (from, to), *ports);
            found.set(Some((asked, Rc::new(openings))));
        }
    };
    let is_large = props.shown.analysis.cluster.workloads.len() > MANY;
    use_effect_with(asked.clone(), {
        let look = look.clone();
        move |_| {
            let timer = (!is_large).then(|| Timeout::new(PAUSE, look));
            move || drop(timer)
        }
    });
    let body = match found
        .as_ref()
        .filter(|(known, _)| *known == asked)
        .map(|(_, openings)| openings.as_ref())
    {
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

fn way(opening: &Opening, button: &'static str, props: &OpeningsProps) -> Html {
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
            { change(button, &opening.hunks, &opening.edits, &props.shown, &props.act) }
        </li>
    }
}

/// A change of the files, to be read and made.
pub fn change(
    button: &'static str,
    hunks: &[Hunk],
    edits: &[TextEdit],
    shown: &ByPointer<Evaluated>,
    act: &Act,
) -> Html {
    let onclick = {
        let (act, shown, edits) = (act.clone(), shown.clone(), edits.to_vec());
        Callback::from(move |_: MouseEvent| {
            let change = FileAction::Change { of: Rc::clone(&shown.files), edits: edits.clone() };
            act.dispatch(Action::File(change));
        })
    };
    html! {
        <>
            <details>
                <summary>{ "Show the change" }</summary>
                { for hunks.iter().map(|each| hunk(each, act)) }
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
