//! The footer: what there is, what the last edit changed, and a promise.

use std::rc::Rc;

use netpol_view::{Change, Changes, count};
use yew::prelude::*;

use super::Act;
use super::menu::Menu;
use crate::derive::Derived;
use crate::hooks::{Learning, open_learning};
use crate::state::{Action, Selection};

/// The footer. `pinned`: the changes are those since a state that was pinned; `terminal`: the terminal is open.
pub fn footer(derived: &Derived, pinned: bool, terminal: bool, act: &Act) -> Html {
    let cluster = &derived.shown.analysis.cluster;
    let own = cluster.workloads.rows().iter().filter(|each| !cluster.namespaces[each.namespace].is_system());
    let counts = [
        count(cluster.policies.len(), "policy", "policies"),
        count(own.count(), "workload", "workloads"),
        format!("{} outside", derived.pairs.outside().len()),
    ];
    let onpin = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::SetPinned(!pinned)))
    };
    let onterminal = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| match terminal {
            true => act.dispatch(Action::SetTerminal(false)),
            false => open_learning(Learning::Terminal, &act),
        })
    };
    html! {
        <footer class="foot">
            <button type="button" class="btn plain" aria-pressed={terminal.to_string()} onclick={onterminal}
                title="kubectl and curl, played on these files (Ctrl `)">{ "Terminal" }</button>
            <span>{ counts.join(", ") }</span>
            <button type="button" class="btn plain pin" aria-pressed={pinned.to_string()} onclick={onpin}
                title="Compare with the state as it is now, and not with the one before each edit">
                { if pinned { "Pinned" } else { "Pin" } }
            </button>
            <div aria-live="polite" class="changes">{ changes(&derived.changes, pinned, act) }</div>
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
