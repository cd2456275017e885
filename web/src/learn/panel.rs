//! The panel beside the stage: whatever is being learned.

use std::rc::Rc;

use yew::prelude::*;

use super::author::AuthorView;
use super::challenge::ChallengeView;
use super::exam::{self, ExamView};
use super::guide::GuideView;
use super::home::HomeView;
use super::keep;
use super::pointing;
use super::store::{self, View, go_to_challenge, go_to_guide, open_challenge, open_guide, scenario_files};
use crate::components::Act;
use crate::derive::{ByPointer, Derived};
use crate::dom::focus;
use crate::state::AppState;

/// What the panel needs.
#[derive(PartialEq, Properties)]
pub struct LearningPanelProps {
    /// The state.
    pub state: ByPointer<AppState>,
    /// What follows from it.
    pub derived: ByPointer<Derived>,
    /// Takes the actions.
    pub act: Act,
}

/// The panel.
#[component]
pub fn LearningPanel(props: &LearningPanelProps) -> Html {
    store::use_store();
    let LearningPanelProps { state, derived, act } = props;
    let opening = state.opening;
    let seen = store::quietly(|store| {
        // What was begun has come with the state that this shows.
        let ours = *store.opening.get_or_insert(opening);
        let is_ours = ours == opening && store.is_exam_open == matches!(store.view, View::Exam);
        (store.view.clone(), is_ours)
    });
    let (view, is_ours) = seen.unwrap_or((View::Home, true));
    exam::use_clock(state);
    // What is learned is learned on with the same files after a reload.
    let kept = is_ours && matches!(view, View::Guide(..) | View::Challenge(_));
    use_effect_with((Rc::clone(&state.files), kept), |(files, kept)| {
        if *kept {
            keep::set_study_files(Some(&scenario_files(files)));
        }
    });
    // What comes next is read from its beginning, and by keyboard too where what had the focus is gone.
    use_effect_with(place(&view), |_| {
        let document = gloo::utils::document();
        if let Some(panel) = document.get_element_by_id("panel-body") {
            panel.set_scroll_top(0);
        }
        if document.active_element().is_none_or(|element| element.tag_name() == "BODY") {
            focus(".learning h2");
        }
    });
    let needs_files = matches!(view, View::Guide(..) | View::Challenge(_) | View::Exam);
    let body = match &view {
        _ if needs_files && !is_ours => elsewhere(&view, act),
        View::Home => html! { <HomeView act={act.clone()} /> },
        View::Guide(..) => {
            html! { <GuideView state={state.clone()} derived={derived.clone()} act={act.clone()} /> }
        }
        View::Challenge(_) => {
            html! { <ChallengeView state={state.clone()} derived={derived.clone()} act={act.clone()} /> }
        }
        View::Plan(plan) => exam::plan(plan, act),
        View::Exam => html! { <ExamView state={state.clone()} act={act.clone()} /> },
        View::Report(title, pass, report) => exam::report(title, *pass, report, act),
        View::Author => html! { <AuthorView state={state.clone()} act={act.clone()} /> },
    };
    html! {
        <div class="learning">
            if !matches!(view, View::Home) { { back() } }
            { body }
        </div>
    }
}

/// What is shown, so that something else can be told from it.
fn place(view: &View) -> String {
    match view {
        View::Home => String::new(),
        View::Guide(guide, tutor) => format!("guide {} {}", guide.id, tutor.step()),
        View::Challenge(attempt) => format!("challenge {}", attempt.challenge.id),
        View::Exam => {
            let task = store::with(|store| store.exam.as_ref().map(|exam| exam.task)).flatten();
            format!("exam {}", task.unwrap_or_default())
        }
        View::Plan(plan) => format!("plan {}", plan.id),
        View::Report(..) => "report".to_owned(),
        View::Author => "author".to_owned(),
    }
}

/// The way back to all that there is.
fn back() -> Html {
    let onclick = Callback::from(|_: MouseEvent| {
        pointing::show(None);
        store::change(|store| store.turn_to(View::Home));
    });
    html! { <p class="back"><button type="button" class="link" {onclick}><span aria-hidden="true">{ "‹ " }</span>{ "All lessons" }</button></p> }
}

/// Other files have been opened in the meantime.
fn elsewhere(view: &View, act: &Act) -> Html {
    let on_again = {
        let (act, view) = (act.clone(), view.clone());
        Callback::from(move |_: MouseEvent| {
            pointing::show(None);
            match &view {
                View::Guide(guide, _) => open_guide(&guide.id, &act),
                View::Challenge(attempt) => open_challenge(&attempt.challenge.id, &act),
                View::Exam => exam::go_on(&act),
                View::Home | View::Plan(_) | View::Report(..) | View::Author => {}
            }
        })
    };
    let on_resume = {
        let (act, view) = (act.clone(), view.clone());
        Callback::from(move |_: MouseEvent| {
            pointing::show(None);
            store::change(|store| store.turn_to(View::Home));
            match &view {
                View::Guide(guide, _) => go_to_guide(&guide.id, &act),
                View::Challenge(attempt) => go_to_challenge(&attempt.challenge.id, &act),
                _ => {}
            }
        })
    };
    let title = match view {
        View::Guide(guide, _) => guide.title.clone(),
        View::Challenge(attempt) => attempt.challenge.words.title.clone(),
        _ => "Your exam".to_owned(),
    };
    let is_exam = matches!(view, View::Exam);
    html! {
        <div class="hint-box">
            <h2>{ title }</h2>
            <p>{ "Other files are open now." }</p>
            <p class="more">
                if is_exam {
                    <button type="button" class="btn pri" onclick={on_again}>{ "Go on" }</button>
                } else {
                    <button type="button" class="btn pri" onclick={on_resume}>{ "Go on" }</button>
                    <button type="button" class="btn" onclick={on_again}>{ "Start over" }</button>
                }
            </p>
        </div>
    }
}
