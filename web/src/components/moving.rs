//! Where a workload stands among those of its namespace, for who does not drag it.

use netpol_view::{EndKey, Pins, Scene, Way};
use yew::prelude::*;

use super::Act;
use super::icons::{DOWN, LEFT, RIGHT, UP, icon};
use crate::dom::tab;
use crate::state::Action;

/// A button for each way that `end` can be moved, and one that puts it back.
pub fn moving(scene: &Scene, end: &EndKey, moved: &Pins, act: &Act) -> Html {
    if tab::is_part() || scene.nodes.iter().all(|node| node.key != *end || node.cell.is_none()) {
        return html! {};
    }
    let ways = [
        (Way::Left, LEFT, "Move it left"),
        (Way::Right, RIGHT, "Move it right"),
        (Way::Up, UP, "Move it up"),
        (Way::Down, DOWN, "Move it down"),
    ];
    let ways = ways.map(|(way, sign, says)| {
        let to = scene.moved(end, way);
        let onclick = {
            let (act, node) = (act.clone(), end.clone());
            Callback::from(move |_: MouseEvent| {
                if let Some((from, to)) = to {
                    act.dispatch(Action::Move { node: node.clone(), from, to });
                }
            })
        };
        html! {
            <button type="button" class="btn square" aria-label={says} title={says} disabled={to.is_none()} {onclick}>{ icon(sign) }</button>
        }
    });
    let back = {
        let (act, node) = (act.clone(), end.clone());
        Callback::from(move |_: MouseEvent| act.dispatch(Action::PutBack(Some(node.clone()))))
    };
    html! {
        <p class="more" role="group" aria-label="Where it stands in the diagram">
            <span class="hint">{ "Move" }</span>
            { for ways }
            if moved.get(end).is_some() {
                <button type="button" class="btn" onclick={back}>{ "Put it back" }</button>
            }
        </p>
    }
}
