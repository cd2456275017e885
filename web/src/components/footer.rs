//! The footer: what there is, what the last edit changed, and a promise.

use std::rc::Rc;

use netpol_view::{Change, Changes};
use yew::prelude::*;

use super::Act;
use super::menu::Menu;
use crate::derive::{ByPointer, Derived};
use crate::hooks::{Learning, open_learning};
use crate::state::{Action, Selection};

/// What the footer needs.
#[derive(PartialEq, Properties)]
pub struct FooterProps {
    /// What follows from the state.
    pub derived: ByPointer<Derived>,
    /// Whether the changes are those since a state that was pinned.
    pub pinned: bool,
    /// Whether the terminal is open.
    pub terminal: bool,
    /// Takes the actions.
    pub act: Act,
}

/// The footer.
#[component]
pub fn Footer(props: &FooterProps) -> Html {
    let derived = &props.derived;
    let cluster = &derived.shown.analysis.cluster;
    let own = cluster.workloads.rows().iter().filter(|each| !cluster.namespaces[each.namespace].is_system());
    let counts = [
        counted(cluster.policies.len(), "policy", "policies"),
        counted(own.count(), "workload", "workloads"),
        format!("{} outside", derived.pairs.outside().len()),
    ];
    let onpin = {
        let (act, pinned) = (props.act.clone(), !props.pinned);
        Callback::from(move |_: MouseEvent| act.dispatch(Action::SetPinned(pinned)))
    };
    let onterminal = {
        let (act, is_open) = (props.act.clone(), props.terminal);
        Callback::from(move |_: MouseEvent| match is_open {
            true => act.dispatch(Action::SetTerminal(false)),
            false => open_learning(Learning::Terminal, &act),
        })
    };
    html! {
        <footer class="foot">
            <button type="button" class="btn plain" aria-pressed={props.terminal.to_string()} onclick={onterminal}
                title="kubectl and curl, played on these files (Ctrl `)">{ "Terminal" }</button>
            <span>{ counts.join(", ") }</span>
            <button type="button" class="btn plain pin" aria-pressed={props.pinned.to_string()} onclick={onpin}
                title="Compare with the state as it is now, and not with the one before each edit">
                { if props.pinned { "Pinned" } else { "Pin" } }
            </button>
            <div aria-live="polite" class="changes">{ changes(&derived.changes, props.pinned, &props.act) }</div>
            <span class="space"></span>
            <span class="promise">{ "Everything stays in this page" }</span>
        </footer>
    }
}

fn changes(changes: &Rc<Changes>, pinned: bool, act: &Act) -> Html {
    if changes.is_empty() {
        return html! { if pinned { { "nothing changed since then" } } };
    }
    let more = changes.len() - changes.opened.len() - changes.closed.len();
    let list = |title: &str, class: &'static str, changes: &[Change]| {
        if changes.is_empty() {
            return html! {};
        }
        let items = changes.iter().map(|change| {
            let (act, selection) = (act.clone(), Selection::Arrow(change.from.clone(), change.to.clone()));
            let onclick =
                Callback::from(move |_: MouseEvent| act.dispatch(Action::Select(Some(selection.clone()))));
            html! { <li><button type="button" class="item" {onclick}>{ change.text.clone() }</button></li> }
        });
        html! { <section {class}><h3>{ title.to_owned() }</h3><ul>{ for items }</ul></section> }
    };
    let class = match (changes.opened.is_empty(), changes.closed.is_empty()) {
        (false, true) => "plain opened",
        (true, false) => "plain closed",
        _ => "plain",
    };
    html! {
        <Menu button={html! { <>{ summary(changes) }if pinned { { " since then" } }</> }} {class}>
            { list("Opened", "opened", &changes.opened) }
            { list("Closed", "closed", &changes.closed) }
            if more > 0 { <p class="hint">{ format!("and {more} more") }</p> }
        </Menu>
    }
}

/// "2 opened, 5 closed"; one alone is named.
fn summary(changes: &Changes) -> String {
    match changes.opened.iter().chain(&changes.closed).collect::<Vec<_>>().as_slice() {
        [one] => format!("{}: {}", changes.summary(), one.from.pair(&one.to)),
        _ => changes.summary(),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
