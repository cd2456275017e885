//! On a narrow screen, which pane is shown.

use yew::prelude::*;

use super::Act;
use crate::state::{Action, Pane};

/// What the bar needs.
#[derive(PartialEq, Properties)]
pub struct PaneTabsProps {
    /// The pane that is shown.
    pub pane: Pane,
    /// Takes the actions.
    pub act: Act,
}

/// The bar.
#[component]
pub fn PaneTabs(props: &PaneTabsProps) -> Html {
    let panes =
        [(Pane::Files, "Files"), (Pane::Stage, "Stage"), (Pane::Why, "Why"), (Pane::Lesson, "Lesson")];
    let buttons = panes.map(|(pane, name)| {
        let act = props.act.clone();
        let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetPane(pane)));
        let current = (pane == props.pane).then_some("page");
        html! { <button type="button" aria-current={current} {onclick}>{ name }</button> }
    });
    html! { <nav class="pane-tabs" aria-label="Panes">{ for buttons }</nav> }
}
