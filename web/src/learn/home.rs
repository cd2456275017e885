//! All that there is to learn, and what was reached of it.

use std::rc::Rc;

use netpol_lessons::{Challenge, ExamSet, Guide, Progress};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::challenge::{level_name, stars};
use super::keep;
use super::store::{self, View};
use super::{exam, pointing};
use crate::components::Act;
use crate::dom::download;
use crate::state::Action;

/// What the list needs.
#[derive(PartialEq, Properties)]
pub struct HomeViewProps {
    /// Takes the actions.
    pub act: Act,
}

/// The list.
#[component]
pub fn HomeView(props: &HomeViewProps) -> Html {
    store::use_store();
    let act = &props.act;
    let set = use_state_eq(|| None::<ExamSet>);
    let Some(all) = store::quietly(|store| {
        let catalogue = Rc::clone(&store.library.catalogue);
        let guides = |store: &mut store::Store, ids: &[String]| -> Vec<Rc<Guide>> {
            ids.iter().filter_map(|id| store.library.guide(id)).collect()
        };
        let course = guides(store, &catalogue.course);
        let walkthroughs = guides(store, &catalogue.walkthroughs);
        let challenges: Vec<Rc<Challenge>> =
            catalogue.challenges.iter().filter_map(|id| store.library.challenge(id)).collect();
        let shared: Vec<Rc<Challenge>> =
            store.library.shared.iter().map(|(_, challenge, _)| Rc::clone(challenge)).collect();
        (catalogue, course, walkthroughs, challenges, shared)
    }) else {
        return html! {};
    };
    let (catalogue, course, walkthroughs, challenges, shared) = all;
    let progress = store::with(|store| store.progress.clone()).unwrap_or_default();
    let chosen: Vec<&Rc<Challenge>> =
        challenges.iter().filter(|it| set.is_none_or(|set| it.sets.contains(&set))).collect();
    let reached: u32 =
        chosen.iter().filter_map(|it| progress.challenges.get(&it.id)).map(|stars| u32::from(*stars)).sum();
    let filter = |which: Option<ExamSet>, name: &'static str| {
        let chosen = *set == which;
        let set = set.clone();
        let onclick = Callback::from(move |_: MouseEvent| set.set(which));
        html! { <button type="button" class="btn" aria-pressed={chosen.to_string()} {onclick}>{ name }</button> }
    };
    let on_author = Callback::from(|_: MouseEvent| {
        store::change(|store| store.turn_to(View::Author));
    });
    let on_close = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| {
            pointing::show(None);
            act.dispatch(Action::SetLearning(false));
        })
    };
    html! {
        <article class="study">
            <h2 tabindex="-1">{ "Learn NetworkPolicies" }</h2>
            <p class="hint">{ "No cluster needed: the terminal plays kubectl, and traffic decides what is right." }</p>
            <h3>{ "Course" }</h3>
            <ol class="study-list">{ for course.iter().map(|guide| guide_item(guide, &progress, act)) }</ol>
            <h3>{ "Walkthroughs, typed" }</h3>
            <ul class="study-list">{ for walkthroughs.iter().map(|guide| guide_item(guide, &progress, act)) }</ul>
            <h3>{ "Challenges" }<span class="count">{ format!("{reached} of {} stars", chosen.len() * 3) }</span></h3>
            <p class="sets" role="group" aria-label="Exam">
                { filter(None, "All") }
                { for ExamSet::ALL.into_iter().map(|set| filter(Some(set), set.as_str())) }
            </p>
            { for (1..=3).map(|level| {
                let of_level: Vec<_> = chosen.iter().filter(|it| it.level == level).collect();
                if of_level.is_empty() {
                    return html! {};
                }
                html! {
                    <><p class="list-title">{ level_title(level) }</p>
                    <ul class="study-list">{ for of_level.into_iter().map(|it| challenge_item(it, act)) }</ul></>
                }
            }) }
            if !shared.is_empty() {
                <p class="list-title">{ "Shared with you" }</p>
                <ul class="study-list">{ for shared.iter().map(|it| challenge_item(it, act)) }</ul>
            }
            <p class="more"><button type="button" class="btn" onclick={on_author}>{ "Write a challenge" }</button></p>
            <h3>{ "Exams" }</h3>
            <p class="hint">{ "Tasks against the clock, graded at the end. Points count only for what is wholly right." }</p>
            <ul class="study-list">{ for catalogue.exams.iter().map(|plan| exam::plan_item(plan, &progress, act)) }</ul>
            if let Some(report) = last_report() {
                <p class="more"><button type="button" class="btn" onclick={report}>{ "Last report" }</button></p>
            }
            <h3>{ "Your progress" }</h3>
            <p class="hint">{ "It is kept in this browser alone." }</p>
            <KeepingButtons />
            <p class="more"><button type="button" class="btn plain" onclick={on_close}>{ "Back to examples" }</button></p>
        </article>
    }
}

/// The way to what the last exam came to, where one was taken since the page was opened.
fn last_report() -> Option<Callback<MouseEvent>> {
    let report = store::with(|store| store.report.clone())??;
    Some(Callback::from(move |_| {
        store::change(|store| store.turn_to(report.clone()));
    }))
}

fn level_title(level: u8) -> String {
    let name = level_name(level);
    let (first, rest) = name.split_at_checked(1).unwrap_or((name, ""));
    first.to_ascii_uppercase() + rest
}

/// The way to a guided lesson.
fn guide_item(guide: &Guide, progress: &Progress, act: &Act) -> Html {
    let done = progress.lessons.get(&guide.id).copied().unwrap_or_default().min(guide.steps.len());
    let is_done = done == guide.steps.len();
    let (act, id) = (act.clone(), guide.id.clone());
    let onclick = Callback::from(move |_: MouseEvent| {
        store::go_to_guide(&id, &act);
    });
    let state = match done {
        _ if is_done => "done".to_owned(),
        0 => format!("{} min", guide.minutes),
        done => format!("{done} of {}", guide.steps.len()),
    };
    html! {
        <li>
            <button type="button" class="item" {onclick} title={guide.about.clone()}>
                <span>{ guide.title.clone() }</span>
                <small class={classes!(is_done.then_some("done"))}>{ state }</small>
            </button>
        </li>
    }
}

/// The way to a challenge.
pub fn challenge_item(challenge: &Challenge, act: &Act) -> Html {
    let best = store::with(|store| store.progress.challenges.get(&challenge.id).copied()).flatten();
    let (act, id) = (act.clone(), challenge.id.clone());
    let onclick = Callback::from(move |_: MouseEvent| {
        store::go_to_challenge(&id, &act);
    });
    html! {
        <li>
            <button type="button" class="item" {onclick}>
                <span>{ challenge.words.title.clone() }</span><small>{ stars(best.unwrap_or_default()) }</small>
            </button>
        </li>
    }
}

/// Taking progress along, and bringing it back.
#[component]
fn KeepingButtons() -> Html {
    let input = use_node_ref();
    let said = use_state_eq(|| None::<String>);
    let asks = use_state_eq(|| false);
    let on_export = {
        let said = said.clone();
        Callback::from(move |_: MouseEvent| {
            let Some(text) = store::with(|store| store.progress.to_json()) else { return };
            let saved = download::save("netpol-progress.json", "application/json", &text);
            said.set(saved.err().map(|_| "The browser did not save the file.".to_owned()));
        })
    };
    let on_import = {
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let onchange = {
        let said = said.clone();
        Callback::from(move |event: Event| {
            let field: HtmlInputElement = event.target_unchecked_into();
            let file = field.files().and_then(|files| files.get(0));
            let said = said.clone();
            spawn_local(async move {
                let Some(file) = file else { return };
                // A file that went away since it was chosen holds nothing.
                let text = JsFuture::from(file.text())
                    .await
                    .ok()
                    .and_then(|text| text.as_string())
                    .unwrap_or_default();
                // The same file can be chosen again.
                field.set_value("");
                let told = match Progress::from_json(&text) {
                    Ok(progress) => {
                        store::change(|store| {
                            store.progress.merge(progress);
                            keep::set_progress(&mut store.progress);
                        });
                        "Imported. What you had reached already is still there.".to_owned()
                    }
                    Err(error) => error.to_string(),
                };
                said.set(Some(told));
            });
        })
    };
    let on_forget = {
        let (asks, said) = (asks.clone(), said.clone());
        Callback::from(move |_: MouseEvent| {
            if !*asks {
                return asks.set(true);
            }
            asks.set(false);
            keep::forget_progress();
            store::change(|store| store.progress = Progress::default());
            said.set(Some("Forgotten.".to_owned()));
        })
    };
    html! {
        <>
            <p class="more">
                <button type="button" class="btn" onclick={on_export}>{ "Export" }</button>
                <button type="button" class="btn" onclick={on_import}>{ "Import" }</button>
                <input ref={input} type="file" accept=".json,application/json" hidden=true aria-label="Progress to import" {onchange} />
                <button type="button" class="btn" onclick={on_forget}>{ if *asks { "Really forget all of it" } else { "Forget" } }</button>
            </p>
            <p role="status" class="hint">{ said.as_deref().unwrap_or_default().to_owned() }</p>
        </>
    }
}
