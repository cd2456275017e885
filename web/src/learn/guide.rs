//! A guided lesson in the panel: what this step is about, what to type or click, what came of it.

use std::rc::Rc;

use netpol_engine::Analysis;
use netpol_kubectl::{Output, Shell, Tutor};
use netpol_lessons::{Guide, GuideStep, GuideTask};
use yew::prelude::*;

use super::pointing;
use super::store::{self, Store, View};
use super::terminal;
use crate::components::{Act, check, with_code};
use crate::derive::{ByPointer, Derived};
use crate::lessons::Check;
use crate::state::{Action, AppState};

/// What a step needs.
#[derive(PartialEq, Properties)]
pub struct GuideViewProps {
    /// The state.
    pub state: ByPointer<AppState>,
    /// What follows from it.
    pub derived: ByPointer<Derived>,
    /// Takes the actions.
    pub act: Act,
}

/// A shell in which what the lesson would type can be tried, where a lesson is on.
pub fn rehearsal(store: &Store) -> Option<Shell> {
    match &store.view {
        View::Guide(guide, tutor) => {
            let step = guide.steps.get(tutor.step())?;
            (!tutor.open(step).is_empty()).then(|| store.shell.rehearsal())
        }
        _ => None,
    }
}

/// Takes note of what was typed.
pub fn typed(store: &mut Store, before: Option<Shell>, line: &str, output: &Output) {
    if let (View::Guide(guide, tutor), Some(before)) = (&mut store.view, before) {
        tutor.typed(guide, before, line, output);
    }
}

/// Goes to the next step, where this one is done; whether it did.
pub fn go_on(state: &AppState) -> bool {
    store::change(|store| {
        let View::Guide(guide, tutor) = &mut store.view else { return false };
        store.shell.set_files(&store::scenario_files(&state.files));
        let is_open = tutor.step() < guide.steps.len();
        if !is_open || !tutor.is_done(guide, store.shell.store().analysis()) {
            return false;
        }
        store.progress.done(&guide.id, tutor.step());
        tutor.advance();
        super::keep::set_progress(&mut store.progress);
        store.remember();
        pointing::show(None);
        true
    })
    .unwrap_or_default()
}

/// The step that is on.
#[component]
pub fn GuideView(props: &GuideViewProps) -> Html {
    store::use_store();
    let GuideViewProps { state, derived, act } = props;
    let analysis = &derived.shown.analysis;
    let seen = store::with(|store| match &store.view {
        View::Guide(guide, tutor) => Some((Rc::clone(guide), tutor.clone())),
        _ => None,
    });
    let mut seen = seen.flatten();
    // What is selected is the learner's doing as much as what is typed.
    if let Some((guide, tutor)) = &mut seen
        && let Some(GuideStep { task: GuideTask::Select(point), .. }) = guide.steps.get(tutor.step())
        && state.selection.is_some()
        && pointing::selection(point, analysis) == state.selection
    {
        tutor.selected(guide, point);
        let tutor = tutor.clone();
        store::quietly(|store| {
            if let View::Guide(_, known) = &mut store.view {
                *known = tutor;
            }
        });
    }
    let pointed = seen.as_ref().and_then(|(guide, tutor)| {
        let point =
            guide.steps.get(tutor.step()).filter(|_| tutor.is_done(guide, analysis))?.point.as_ref()?;
        pointing::selection(point, analysis)
    });
    use_effect_with(pointed, |pointed| pointing::show(pointed.as_ref()));

    let Some((guide, tutor)) = seen else { return html! {} };
    let is_done = tutor.is_done(&guide, analysis);
    let step = guide.steps.get(tutor.step());
    let Some(step) = step else { return end(&guide, act) };
    let count = guide.steps.len();
    let on_next = {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| {
            go_on(&state);
        })
    };
    html! {
        <article class="guide">
            <p class="subtitle">{ guide.title.clone() }</p>
            <progress max={count.to_string()} value={(tutor.step() + usize::from(is_done)).to_string()}
                aria-label={format!("Step {} of {count}", tutor.step() + 1)}></progress>
            <h2 tabindex="-1">{ format!("{}. ", tutor.step() + 1) }{ with_code(&step.title) }</h2>
            { paragraphs(&step.text) }
            { task(&guide, &tutor, step, props) }
            { checks(step, analysis) }
            <div role="status">
                if is_done {
                    <div class="remark">
                        <p><b>{ "Done. " }</b>{ step.notice.as_deref().map(with_code).unwrap_or_default() }</p>
                        <p class="more">
                            <button type="button" class="btn pri" onclick={on_next}>
                                { if tutor.step() + 1 == count { "Finish" } else { "Next step" } }
                            </button>
                            if state.terminal { <span class="hint">{ "or Enter on an empty line" }</span> }
                        </p>
                    </div>
                }
            </div>
        </article>
    }
}

/// What is to be done, how it can be looked up, and how it is done for one.
fn task(guide: &Rc<Guide>, tutor: &Tutor, step: &GuideStep, props: &GuideViewProps) -> Html {
    let GuideViewProps { state, derived, act } = props;
    match &step.task {
        GuideTask::Type(commands) | GuideTask::Make(commands) => {
            let open = tutor.open(step).to_vec();
            let typed = commands.len() - open.len();
            let on_run = {
                let (state, act, open) = (state.clone(), act.clone(), open.clone());
                Callback::from(move |_: MouseEvent| {
                    act.dispatch(Action::SetTerminal(true));
                    terminal::run_all(&state, &act, &open);
                })
            };
            let lines = commands.iter().enumerate().map(|(at, command)| {
                html! { <pre class={classes!((at < typed).then_some("typed"))}>{ command.clone() }</pre> }
            });
            html! {
                <div class="task">
                    <details key={format!("{} {}", guide.id, step.id)}>
                        <summary>{ if commands.len() == 1 { "Show the command" } else { "Show the commands" } }</summary>
                        { for lines }
                    </details>
                    if !open.is_empty() {
                        <p class="more">
                            <button type="button" class="btn" onclick={on_run}>{ "Run it for me" }</button>
                            if commands.len() > 1 {
                                <span class="hint">{ format!("{typed} of {} typed", commands.len()) }</span>
                            }
                        </p>
                    }
                </div>
            }
        }
        GuideTask::Select(point) => {
            let selection = pointing::selection(point, &derived.shown.analysis);
            let on_select = {
                let act = act.clone();
                Callback::from(move |_: MouseEvent| {
                    act.dispatch(Action::Select(selection.clone()));
                    // It has turned to Why, where the reason is; the lesson is one tab away.
                })
            };
            html! {
                <div class="task">
                    <p class="more"><button type="button" class="btn" onclick={on_select}>{ "Select it for me" }</button></p>
                </div>
            }
        }
    }
}

/// What must be seen, and whether it is.
fn checks(step: &GuideStep, analysis: &Analysis) -> Html {
    if step.expect.is_empty() {
        return html! {};
    }
    let row = |expectation| check(&Check::of(expectation, analysis));
    html! { <><h3>{ "Then" }</h3><ul class="checks">{ for step.expect.iter().map(row) }</ul></> }
}

/// The last page: what comes next.
fn end(guide: &Guide, act: &Act) -> Html {
    let (next, practice) = store::with(|store| {
        let catalogue = &store.library.catalogue;
        let lists = [&catalogue.course, &catalogue.walkthroughs];
        let next = lists.into_iter().find_map(|list| {
            let at = list.iter().position(|id| *id == guide.id)?;
            list.get(at + 1).cloned()
        });
        (next, catalogue.challenges.clone())
    })
    .unwrap_or_default();
    let practice: Vec<_> = practice
        .into_iter()
        .filter_map(|id| store::quietly(|store| store.library.challenge(&id)).flatten())
        .filter(|challenge| challenge.lesson.as_ref() == Some(&guide.id))
        .take(3)
        .collect();
    let on_next = next.map(|id| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| {
            store::open_guide(&id, &act);
        })
    });
    html! {
        <article class="guide">
            <p class="subtitle">{ guide.title.clone() }</p>
            <h2 tabindex="-1">{ "Lesson done" }</h2>
            <p class="more">
                if let Some(onclick) = on_next { <button type="button" class="btn pri" {onclick}>{ "Next lesson" }</button> }
            </p>
            if !practice.is_empty() {
                <h3>{ "Try it yourself" }</h3>
                <ul class="study-list">{ for practice.iter().map(|challenge| super::home::challenge_item(challenge, act)) }</ul>
            }
        </article>
    }
}

/// A text's paragraphs, in which `backticks` hold code.
pub fn paragraphs(text: &str) -> Html {
    html! { <>{ for text.trim().split("\n\n").map(|paragraph| html! { <p>{ with_code(paragraph) }</p> }) }</> }
}
