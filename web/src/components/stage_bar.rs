//! What one may choose about the stage: diagram or matrix, ports, which arrows, how near.

use std::rc::Rc;
use std::sync::Arc;

use netpol_engine::{Cluster, Id as _, Namespace, Port};
use netpol_syntax::order;
use yew::prelude::*;

use super::Act;
use super::icons::{BOXES, icon};
use super::menu::Menu;
use super::ports::PortMenu;
use crate::derive::{ByPointer, Derived, Evaluated};
use crate::state::{Action, AppState, Filter, View};

/// The bar, with the ports that something in the cluster serves.
pub fn stage_bar(state: &AppState, derived: &Derived, known_ports: &[Port], act: &Act) -> Html {
    let (view, filter, counts, changed) =
        (derived.view, state.filter, &derived.counts, derived.changes.len());
    let views = [(View::Diagram, "Diagram"), (View::Matrix, "Matrix")].map(|(each, name)| {
        let act = act.clone();
        let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetView(each)));
        html! { <button type="button" aria-pressed={(view == each).to_string()} {onclick}>{ name }</button> }
    });
    let chip = |name: &str, class: &'static str, count: usize, on: bool, toggled: Filter| {
        let act = act.clone();
        let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetFilter(toggled)));
        html! {
            <button type="button" class={classes!("chip", class)} aria-pressed={on.to_string()} {onclick}>
                <i class="swatch" aria-hidden="true"></i>{ format!("{name} {count}") }
            </button>
        }
    };
    html! {
        <div class="bar" role="toolbar" aria-label="Stage">
            <div class="segments" role="group" aria-label="View">{ for views }</div>
            { namespaces(state, derived, act) }
            <PortMenu ports={state.ports} known={known_ports.to_vec()} act={act.clone()} />
            <div class="chips" role="group" aria-label="Arrows shown">
                { chip("Allowed", "allowed", counts.allowed, filter.allowed, Filter { allowed: !filter.allowed, ..filter }) }
                if counts.partial > 0 {
                    { chip("Partly", "partial", counts.partial, filter.partial, Filter { partial: !filter.partial, ..filter }) }
                }
                { chip("Blocked", "blocked", counts.blocked, filter.blocked, Filter { blocked: !filter.blocked, ..filter }) }
                { chip("Changed", "changed", changed, filter.changed_only, Filter { changed_only: !filter.changed_only, ..filter }) }
            </div>
        </div>
    }
}

/// Which namespaces the stage shows, where there is a choice.
fn namespaces(state: &AppState, derived: &Derived, act: &Act) -> Html {
    let (shown, hidden) = (&derived.shown, &state.hidden);
    let choice = choice(&shown.analysis.cluster, hidden);
    if choice.len() < 2 && hidden.is_empty() {
        return html! {};
    }
    let left = choice.iter().filter(|namespace| !hidden.contains(&namespace.name)).count();
    let label = format!("Namespaces: {left} of {}", choice.len());
    let button =
        html! { <>{ icon(BOXES) }if left < choice.len() { { format!("{left} of {}", choice.len()) } }</> };
    html! {
        <Menu {button} {label} stays=true>
            <NamespaceList shown={ByPointer(Rc::clone(shown))} hidden={Rc::clone(hidden)} act={act.clone()} />
        </Menu>
    }
}

/// Those that have workloads, and those that are left out: they can be had back, whatever has become of them.
fn choice<'a>(cluster: &'a Cluster, hidden: &[Arc<str>]) -> Vec<&'a Namespace> {
    let mut has_any = vec![false; cluster.namespaces.len()];
    for workload in cluster.workloads.rows() {
        has_any.get_mut(workload.namespace.index()).into_iter().for_each(|has_any| *has_any = true);
    }
    let known = cluster.namespaces.rows().iter().zip(has_any);
    known
        .filter(|(known, has_any)| *has_any || hidden.contains(&known.name))
        .map(|(known, _)| known)
        .collect()
}

#[derive(PartialEq, Properties)]
struct NamespaceListProps {
    shown: ByPointer<Evaluated>,
    hidden: Rc<Vec<Arc<str>>>,
    act: Act,
}

/// The list, which is made where it is open alone.
#[component]
fn NamespaceList(props: &NamespaceListProps) -> Html {
    let items = choice(&props.shown.analysis.cluster, &props.hidden).into_iter().map(|namespace| {
        let is_hidden = props.hidden.contains(&namespace.name);
        let (act, hidden, name) = (props.act.clone(), Rc::clone(&props.hidden), namespace.name.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            let mut hidden = hidden.as_ref().clone();
            if !order::remove(&mut hidden, &name) {
                order::insert(&mut hidden, name.clone());
            }
            act.dispatch(Action::SetHidden(hidden));
        });
        html! {
            <button type="button" class="item" role="menuitemcheckbox" aria-checked={(!is_hidden).to_string()} {onclick}>
                <span>{ namespace.name.to_string() }</span>
                if namespace.is_system() { <small>{ "system" }</small> }
            </button>
        }
    });
    html! { <div role="menu" aria-label="Namespaces shown">{ for items }</div> }
}
