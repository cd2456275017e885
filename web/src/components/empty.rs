//! What the stage says where there is nothing to draw.

use netpol_lessons::LESSONS;
use yew::prelude::*;

use super::Act;
use crate::lessons::Place;
use crate::state::{Action, Work};

/// What the invitation needs.
#[derive(PartialEq, Properties)]
pub struct EmptyStageProps {
    /// Takes the actions.
    pub act: Act,
}

/// An invitation to begin.
#[component]
pub fn EmptyStage(props: &EmptyStageProps) -> Html {
    html! {
        <div class="empty">
            <h2>{ "Paste your pods and policies" }</h2>
            <p>
                { "Put what " }<code>{ "kubectl get pods,services,networkpolicies -A -o yaml" }</code>
                { " prints into the editor, drop files on it, or begin with an example:" }
            </p>
            <ul>{ for lesson_items(&props.act) }</ul>
        </div>
    }
}

/// A button for each lesson, which begins it.
pub fn lesson_items(act: &Act) -> impl Iterator<Item = Html> {
    let act = act.clone();
    LESSONS.iter().enumerate().map(move |(index, lesson)| {
        let act = act.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            if let Some(work) = Work::lesson(Place { lesson: index, step: 0 }) {
                act.dispatch(Action::Open(Box::new(work)));
            }
        });
        html! {
            <li key={index}>
                <button type="button" class="item" {onclick}>
                    <span>{ lesson.title }</span><small>{ format!("{} steps", lesson.steps) }</small>
                </button>
            </li>
        }
    })
}
