//! What one may choose about the stage: diagram or matrix, ports, which arrows, how near.

use std::rc::Rc;
use std::sync::Arc;

use netpol_engine::Port;
use netpol_syntax::order;
use netpol_view::{Counts, PortChoice};
use yew::prelude::*;

use super::Act;
use super::icons::{BOXES, icon};
use super::menu::Menu;
use super::ports::PortMenu;
use crate::derive::{ByPointer, Evaluated};
use crate::state::{Action, Filter, View};

/// What the bar needs.
#[derive(PartialEq, Properties)]
pub struct StageBarProps {
    /// How the stage shows the cluster.
    pub view: View,
    /// The ports asked about.
    pub ports: PortChoice,
    /// The ports that something in the cluster serves.
    pub known_ports: Vec<Port>,
    /// Which arrows are shown.
    pub filter: Filter,
    /// How many arrows there are.
    pub counts: Counts,
    /// How many of them changed.
    pub changed: usize,
    /// What is on the stage.
    pub shown: ByPointer<Evaluated>,
    /// The namespaces that it leaves out.
    pub hidden: Rc<Vec<Arc<str>>>,
    /// Takes the actions.
    pub act: Act,
}

/// The bar.
#[component]
pub fn StageBar(props: &StageBarProps) -> Html {
    let StageBarProps { view, filter, counts, changed, act, .. } = props;
    let views = [(View::Diagram, "Diagram"), (View::Matrix, "Matrix")].map(|(each, name)| {
        let act = act.clone();
        let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetView(each)));
        html! { <button type="button" aria-pressed={(*view == each).to_string()} {onclick}>{ name }</button> }
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
            { namespaces(props) }
            <PortMenu ports={props.ports} known={props.known_ports.clone()} act={act.clone()} />
            <div class="chips" role="group" aria-label="Arrows shown">
                { chip("Allowed", "allowed", counts.allowed, filter.allowed, Filter { allowed: !filter.allowed, ..*filter }) }
                if counts.partial > 0 {
                    { chip("Partly", "partial", counts.partial, filter.partial, Filter { partial: !filter.partial, ..*filter }) }
                }
                { chip("Blocked", "blocked", counts.blocked, filter.blocked, Filter { blocked: !filter.blocked, ..*filter }) }
                { chip("Changed", "changed", *changed, filter.changed_only, Filter { changed_only: !filter.changed_only, ..*filter }) }
            </div>
        </div>
    }
}

/// Which namespaces the stage shows, where there is a choice.
fn namespaces(props: &StageBarProps) -> Html {
    let cluster = &props.shown.analysis.cluster;
    let has_any = |id| cluster.workloads.rows().iter().any(|workload| workload.namespace == id);
    // What is left out can be had back, whatever has become of it.
    let is_choice = |id, name| has_any(id) || props.hidden.contains(name);
    let known = cluster.namespaces.iter().filter(|(id, known)| is_choice(*id, &known.name));
    let known: Vec<_> = known.map(|(_, known)| known).collect();
    if known.len() < 2 && props.hidden.is_empty() {
        return html! {};
    }
    let items = known.iter().map(|namespace| {
        let is_hidden = props.hidden.contains(&namespace.name);
        let mut hidden = props.hidden.as_ref().clone();
        if !order::remove(&mut hidden, &namespace.name) {
            order::insert(&mut hidden, namespace.name.clone());
        }
        let act = props.act.clone();
        let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetHidden(hidden.clone())));
        html! {
            <button type="button" class="item" role="menuitemcheckbox" aria-checked={(!is_hidden).to_string()} {onclick}>
                <span>{ namespace.name.to_string() }</span>
                if namespace.is_system() { <small>{ "system" }</small> }
            </button>
        }
    });
    let left = known.iter().filter(|namespace| !props.hidden.contains(&namespace.name)).count();
    let label = format!("Namespaces: {left} of {}", known.len());
    let button =
        html! { <>{ icon(BOXES) }if left < known.len() { { format!("{left} of {}", known.len()) } }</> };
    html! { <Menu {button} {label} stays=true><div role="menu" aria-label="Namespaces shown">{ for items }</div></Menu> }
}
