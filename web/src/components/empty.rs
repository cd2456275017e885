//! What the stage says where there is nothing to draw.

use netpol_lessons::{LESSONS, LessonSet};
use yew::prelude::*;

use super::Act;
use crate::lessons::{self, Place};

/// An invitation to begin. No component of its own, which would weigh more than it says.
pub fn empty_stage(act: &Act) -> Html {
    html! {
        <div class="empty">
            <h2>{ "Paste your pods and policies" }</h2>
            <p>
                { "Put what " }<code>{ "kubectl get pods,services,networkpolicies -A -o yaml" }</code>
                { " prints into the editor, drop files on it, or begin with an example:" }
            </p>
            <ul>{ for lesson_items(act, LessonSet::Walkthrough) }</ul>
        </div>
    }
}

/// Both sets of lessons, each below its name.
pub fn lesson_lists(act: &Act) -> Html {
    let list = |name: &'static str, set: LessonSet| {
        html! { <><p class="list-title">{ name }</p><ul class="lessons">{ for lesson_items(act, set) }</ul></> }
    };
    html! { <>{ list("Walkthroughs", LessonSet::Walkthrough) }{ list("Recipes", LessonSet::Recipe) }</> }
}

/// A button for each lesson of a set, which begins it.
pub fn lesson_items(act: &Act, set: LessonSet) -> impl Iterator<Item = Html> {
    let act = act.clone();
    let lessons = LESSONS.iter().enumerate().filter(move |(_, lesson)| lesson.set == set);
    lessons.map(move |(index, lesson)| {
        let act = act.clone();
        let onclick =
            Callback::from(move |_: MouseEvent| lessons::begin(Place { lesson: index, step: 0 }, &act));
        html! {
            <li key={index}>
                <button type="button" class="item" {onclick}>
                    <span>{ lesson.title }</span><small>{ format!("{} steps", lesson.steps) }</small>
                </button>
            </li>
        }
    })
}
