//! The side panel: why, what is wrong, what a shell would see, and the lesson.

use std::rc::Rc;

use gloo::utils::document;
use netpol_syntax::Severity;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::Act;
use super::lesson::lesson;
use super::probe::ProbePanel;
use super::problems;
use super::tabs::{Tab, Tabs};
use super::why::why_panel;
use crate::derive::{ByPointer, Derived};
use crate::dom::{focus, timing};
use crate::learn::LearningPanel;
use crate::state::{Action, AppState, Panel};

const PANELS: [Panel; 4] = [Panel::Why, Panel::Problems, Panel::Probe, Panel::Lesson];

/// The panel.
pub fn side_panel(state: &ByPointer<AppState>, derived: &ByPointer<Derived>, act: &Act) -> Html {
    let problems = derived.problems.count(Severity::Error) + derived.problems.count(Severity::Warning);
    let tabs = PANELS.map(|panel| match panel {
        Panel::Why => Tab { label: "Why".into(), problems: 0 },
        Panel::Problems => Tab { label: "Problems".into(), problems },
        Panel::Probe => Tab { label: "Probe".into(), problems: 0 },
        Panel::Lesson => Tab { label: "Lesson".into(), problems: 0 },
    });
    let selected = PANELS.iter().position(|panel| *panel == state.panel);
    let onselect = {
        let act = act.clone();
        Callback::from(move |index: usize| {
            if let Some(panel) = PANELS.get(index) {
                act.dispatch(Action::SetPanel(*panel));
            }
        })
    };
    let body = match state.panel {
        Panel::Why => why_panel(state, derived, act),
        Panel::Problems => problems::problems(&derived.problems, &state.files, act),
        Panel::Probe => html! {
            <ProbePanel now={ByPointer(Rc::clone(&derived.now))} probes={ByPointer(Rc::clone(&state.probes))}
                act={act.clone()} />
        },
        // That is kept, whatever else is looked at: an exam's clock goes on, and a step may be to read Why.
        Panel::Lesson if state.learning => html! {},
        Panel::Lesson => lesson(state.lesson, &derived.checks, act),
    };
    html! {
        <section class="pane side" aria-label="Details">
            <Tabs id="panel" label="Details" tabs={Vec::from(tabs)} {selected} controls="panel-body" {onselect} />
            <div id="panel-body" class="panel" role="tabpanel" tabindex="0" onclick={keep_focus}
                aria-labelledby={format!("panel-{}", selected.unwrap_or(0))}>
                { body }
                // The course, the challenges and the exams.
                if state.learning {
                    <div hidden={state.panel != Panel::Lesson}>
                        <LearningPanel state={state.clone()} derived={derived.clone()} act={act.clone()} />
                    </div>
                }
            </div>
        </section>
    }
}

/// What was clicked may be gone by what it does. The focus stays in the panel all the same, so that the keyboard goes on there.
fn keep_focus(_: MouseEvent) {
    spawn_local(async {
        timing::next_task().await;
        if document().query_selector(":focus").is_ok_and(|focused| focused.is_none()) {
            focus("#panel-body");
        }
    });
}
