//! The panel beside the stage: whatever is being learned.

use yew::prelude::*;

use super::author::AuthorView;
use super::challenge::ChallengeView;
use super::exam::{self, ExamView};
use super::guide::GuideView;
use super::home::HomeView;
use super::pointing;
use super::store::{self, View, open_challenge, open_guide};
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
        (store.view.clone(), ours == opening)
    });
    let Some((view, is_ours)) = seen else { return html! {} };
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

/// The way back to all that there is.
fn back() -> Html {
    let onclick = Callback::from(|_: MouseEvent| {
        pointing::show(None);
        store::change(|store| store.turn_to(View::Home));
        focus(".study h2");
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
                View::Home | View::Report(..) | View::Author => {}
            }
        })
    };
    let title = match view {
        View::Guide(guide, _) => guide.title.clone(),
        View::Challenge(attempt) => attempt.challenge.words.title.clone(),
        _ => "Your exam".to_owned(),
    };
    let text = if matches!(view, View::Exam) { "Go on" } else { "Start over" };
    html! {
        <div class="hint-box">
            <h2>{ title }</h2>
            <p>{ "Other files are open now." }</p>
            <p class="more"><button type="button" class="btn pri" onclick={on_again}>{ text }</button></p>
        </div>
    }
}
