//! What one may choose about the stage: diagram or matrix, ports, which arrows, how near.

use netpol_engine::Port;
use netpol_view::{Counts, PortChoice};
use yew::prelude::*;

use super::Act;
use super::ports::PortMenu;
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
    /// Told that all of the diagram is to be seen.
    pub onfit: Callback<()>,
    /// Takes the actions.
    pub act: Act,
}

/// The bar.
#[component]
pub fn StageBar(props: &StageBarProps) -> Html {
    let StageBarProps { view, filter, counts, changed, act, onfit, .. } = props;
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
            <PortMenu ports={props.ports} known={props.known_ports.clone()} act={act.clone()} />
            <div class="chips" role="group" aria-label="Arrows shown">
                { chip("Allowed", "allowed", counts.allowed, filter.allowed, Filter { allowed: !filter.allowed, ..*filter }) }
                if counts.partial > 0 {
                    { chip("Partly", "partial", counts.partial, filter.partial, Filter { partial: !filter.partial, ..*filter }) }
                }
                { chip("Blocked", "blocked", counts.blocked, filter.blocked, Filter { blocked: !filter.blocked, ..*filter }) }
                { chip("Changed", "changed", *changed, filter.changed_only, Filter { changed_only: !filter.changed_only, ..*filter }) }
            </div>
            if *view == View::Diagram {
                <button type="button" class="btn fit" onclick={onfit.reform(|_: MouseEvent| ())}>{ "Fit" }</button>
            }
        </div>
    }
}
