//! On a narrow screen, which pane is shown.

use yew::prelude::*;

use super::Act;
use crate::state::{Action, Pane};

/// The bar.
pub fn pane_tabs(shown: Pane, act: &Act) -> Html {
    let panes =
        [(Pane::Files, "Files"), (Pane::Stage, "Stage"), (Pane::Why, "Why"), (Pane::Lesson, "Lesson")];
    let buttons = panes.map(|(pane, name)| {
        let act = act.clone();
        let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetPane(pane)));
        let current = (pane == shown).then_some("page");
        html! { <button type="button" aria-current={current} {onclick}>{ name }</button> }
    });
    html! { <nav class="pane-tabs" aria-label="Panes">{ for buttons }</nav> }
}
