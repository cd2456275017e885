//! Writing a challenge: how it begins, how it is solved, and what is said.

use netpol_lessons::{
    Challenge, ChallengeFiles, ChallengeWords, Draft, ScenarioFile, Scope, capture, goal_from_text,
    goal_to_text, share,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::keep;
use super::store::{self, scenario_files};
use crate::components::{Act, with_code};
use crate::derive::ByPointer;
use crate::dom::{clipboard, tab};
use crate::state::AppState;

/// What is being written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desk {
    start: Option<Vec<ScenarioFile>>,
    solution: Option<Vec<ScenarioFile>>,
    goal: String,
    scope: Scope,
    title: String,
    task: String,
    /// One a line.
    hints: String,
    solved: String,
}

impl Desk {
    /// What was being written before a reload.
    pub fn kept() -> Self {
        let mut texts = keep::desk().into_iter();
        let mut next = || texts.next().unwrap_or_default();
        Self {
            start: keep::files_from_text(&next()),
            solution: keep::files_from_text(&next()),
            goal: next(),
            scope: scope(&next()),
            title: next(),
            task: next(),
            hints: next(),
            solved: next(),
        }
    }

    /// Keeps it.
    fn keep(&self) {
        let files = |files: &Option<Vec<ScenarioFile>>| {
            files.as_deref().map_or_else(String::new, keep::files_to_text)
        };
        let Self { start, solution, goal, scope, title, task, hints, solved } = self.clone();
        let scope = scope.as_str().to_owned();
        keep::set_desk(&[files(&start), files(&solution), goal, scope, title, task, hints, solved]);
    }

    /// The challenge's files; or what is missing or wrong.
    fn compose(&self) -> Result<ChallengeFiles, String> {
        let missing = |what: &str| Err(what.to_owned());
        let Some(start) = &self.start else { return missing("Take a start first.") };
        let Some(solution) = &self.solution else { return missing("Take a solution first.") };
        if self.title.trim().is_empty() {
            return missing("Give it a title.");
        }
        if self.task.trim().is_empty() {
            return missing("Say what is to be done.");
        }
        let goal = goal_from_text(&self.goal).map_err(|(line, why)| format!("Goal, line {line}: {why}"))?;
        let hints = self.hints.lines().map(str::trim).filter(|line| !line.is_empty());
        let draft = Draft {
            start: start.clone(),
            solution: solution.clone(),
            goal,
            scope: self.scope,
            words: ChallengeWords {
                title: self.title.trim().to_owned(),
                task: self.task.trim().to_owned(),
                hints: hints.map(str::to_owned).collect(),
                wrong: Vec::new(),
                solved: self.solved.trim().to_owned(),
            },
        };
        let files = draft.compose();
        let challenge = Challenge::parse("draft", &files.structure, &files.words)
            .map_err(|told| told.first().map_or_else(String::new, |first| first.message.clone()))?;
        if let Some(fault) = challenge.grade(solution).first_fault() {
            return Err(format!("The solution does not meet the goal: `{fault}`"));
        }
        if challenge.grade(&challenge.start).passes() {
            return missing("The start is a solution already.");
        }
        Ok(files)
    }
}

/// What it needs.
#[derive(PartialEq, Properties)]
pub struct AuthorViewProps {
    /// The state.
    pub state: ByPointer<AppState>,
    /// Takes the actions.
    pub act: Act,
}

/// What may change, by its name.
fn scope(name: &str) -> Scope {
    match name {
        "labels" => Scope::Labels,
        "anything" => Scope::Anything,
        _ => Scope::Policies,
    }
}

fn write(change: impl FnOnce(&mut Desk)) {
    store::change(|store| {
        change(&mut store.desk);
        store.desk.keep();
    });
}

/// The form.
#[component]
pub fn AuthorView(props: &AuthorViewProps) -> Html {
    store::use_store();
    let AuthorViewProps { state, act } = props;
    let copied = use_state_eq(|| None::<bool>);
    let Some(desk) = store::with(|store| store.desk.clone()) else { return html! {} };
    let take = |change: fn(&mut Desk, Vec<ScenarioFile>)| {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| {
            let files = scenario_files(&state.files);
            write(|desk| change(desk, files));
        })
    };
    let on_start = take(|desk, files| desk.start = Some(files));
    let on_solution = take(|desk, files| {
        desk.goal = goal_to_text(&capture(&files));
        desk.solution = Some(files);
    });
    let text = |change: fn(&mut Desk, String)| {
        Callback::from(move |event: InputEvent| {
            let value = event.target_dyn_into::<HtmlTextAreaElement>().map(|field| field.value());
            let value =
                value.or_else(|| event.target_dyn_into::<HtmlInputElement>().map(|field| field.value()));
            write(|desk| change(desk, value.unwrap_or_default()));
        })
    };
    let on_scope = Callback::from(|event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        write(|desk| desk.scope = scope(&value));
    });
    let composed = desk.compose();
    let on_copy = composed.clone().ok().map(|files| {
        let copied = copied.clone();
        Callback::from(move |_: MouseEvent| {
            let (copied, link) = (copied.clone(), share::encode_challenge(&files));
            spawn_local(async move {
                let is_copied = match link {
                    Ok(fragment) => clipboard::copy(&(tab::page() + &fragment)).await,
                    Err(_) => false,
                };
                copied.set(Some(is_copied));
            });
        })
    });
    let link = composed.as_ref().ok().and_then(|files| share::encode_challenge(files).ok());
    let on_try = composed.clone().ok().map(|files| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| {
            let id = store::quietly(|store| {
                let id = store.library.share(files.clone());
                keep::set_shared(store.library.shared.iter().map(|(.., files)| files));
                id
            });
            if let Some(Ok(id)) = id {
                store::open_challenge(&id, &act);
            }
        })
    });
    let scopes = [Scope::Policies, Scope::Labels, Scope::Anything];
    html! {
        <article class="author">
            <h2 tabindex="-1">{ "Write a challenge" }</h2>
            <h3>{ "1. How it begins" }</h3>
            <p>{ "Put the cluster and its policies into the editor." }</p>
            <p class="more">
                <button type="button" class="btn" onclick={on_start}>{ "Take the files as the start" }</button>
                if desk.start.is_some() { <span class="taken">{ "✓ taken" }</span> }
            </p>
            <h3>{ "2. How it is solved" }</h3>
            <p>{ "Solve it in the editor or the terminal. What passes then has to pass, and nothing else may." }</p>
            <p class="more">
                <button type="button" class="btn" onclick={on_solution} disabled={desk.start.is_none()}>{ "Take the files as the solution" }</button>
                if desk.solution.is_some() { <span class="taken">{ "✓ taken" }</span> }
            </p>
            <label class="field">{ "Goal: the first row about a flow decides" }
                <textarea rows="5" spellcheck="false" class="code" value={desk.goal.clone()} oninput={text(|desk, value| desk.goal = value)} />
            </label>
            <label class="field">{ "What may change" }
                <select onchange={on_scope}>
                    { for scopes.into_iter().map(|scope| html! {
                        <option value={scope.as_str()} selected={scope == desk.scope}>
                            { match scope { Scope::Policies => "Policies only", Scope::Labels => "Labels only", Scope::Anything => "Anything" } }
                        </option>
                    }) }
                </select>
            </label>
            <h3>{ "3. What is said" }</h3>
            <label class="field">{ "Title" }
                <input type="text" maxlength="80" value={desk.title.clone()} oninput={text(|desk, value| desk.title = value)} />
            </label>
            <label class="field">{ "Task" }
                <textarea rows="4" value={desk.task.clone()} oninput={text(|desk, value| desk.task = value)} />
            </label>
            <label class="field">{ "Hints, one a line" }
                <textarea rows="3" value={desk.hints.clone()} oninput={text(|desk, value| desk.hints = value)} />
            </label>
            <label class="field">{ "Worth remembering, once it is solved" }
                <textarea rows="2" value={desk.solved.clone()} oninput={text(|desk, value| desk.solved = value)} />
            </label>
            <h3>{ "4. Share it" }</h3>
            <div role="status">
                { match &composed {
                    Err(why) => html! { <p class="hint">{ with_code(why) }</p> },
                    Ok(_) => html! { <p class="hint">{ "The solution meets the goal, and the start does not." }</p> },
                } }
                if *copied == Some(true) { <p class="hint">{ "Copied." }</p> }
                if *copied == Some(false) { <p class="hint">{ "The link could not be copied: select it below." }</p> }
            </div>
            <p class="more">
                <button type="button" class="btn pri" disabled={on_copy.is_none()} onclick={on_copy}>{ "Copy the link" }</button>
                <button type="button" class="btn" disabled={on_try.is_none()} onclick={on_try}>{ "Try it" }</button>
            </p>
            if let Some(link) = link {
                <label class="field">{ "Link" }<input type="text" readonly=true value={tab::page() + &link} /></label>
            }
        </article>
    }
}
