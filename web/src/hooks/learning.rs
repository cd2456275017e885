//! The way into the course, the challenges and the terminal, whose code is fetched when somebody wants them.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::Act;
use crate::dom::{rest, tab};
use crate::learn;
use crate::lessons;
use crate::state::{Action, AppState};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learning {
    /// The course, the challenges and the exams.
    Course,
    /// The terminal.
    Terminal,
}

/// Fetches what it needs and opens it.
pub fn open_learning(what: Learning, act: &Act) {
    let act = act.clone();
    spawn_local(async move {
        let Some(texts) = rest::load_learning().await else {
            return act.dispatch(Action::SetNotice(Some(lessons::MISSING.into())));
        };
        learn::begin(texts, &act);
        act.dispatch(match what {
            Learning::Course => Action::SetLearning(true),
            Learning::Terminal => Action::SetTerminal(true),
        });
    });
}

/// Goes on with what this tab was learning before a reload, opens the challenge that a link holds, and fetches the text of a lesson
/// that a draft or a link is about.
#[hook]
pub fn use_learning(state: &UseReducerHandle<AppState>) {
    let act = state.dispatcher();
    use_effect_with(state.lesson.map(|place| place.lesson), {
        let act = act.clone();
        move |lesson| {
            if lesson.is_some_and(|lesson| lessons::lesson_at(lesson).is_none()) {
                spawn_local(async move {
                    if lessons::fetch().await {
                        act.dispatch(Action::LessonCame);
                    }
                });
            }
        }
    });
    use_effect_with((), move |()| {
        if tab::is_part() {
            return;
        }
        if tab::is_challenge() || tab::fragment().is_empty() && tab::is_learning() {
            open_learning(Learning::Course, &act);
        } else {
            // A link is another work than the one that was being learned from.
            tab::forget_learning();
        }
    });
}
