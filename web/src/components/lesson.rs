//! The lesson: what this step is about, what must hold, and all the steps.

use netpol_lessons::opening;
use yew::prelude::*;

use super::Act;
use super::empty::lesson_lists;
use super::words::with_code;
use crate::hooks::{Learning, open_learning};
use crate::lessons::{Check, Place, lesson_at};
use crate::state::Action;

/// The panel, at a place of a lesson, with whether what must hold there does.
pub fn lesson(place: Option<Place>, checks: &[Check], act: &Act) -> Html {
    let Some((place, lesson)) = place.and_then(|place| Some((place, lesson_at(place.lesson)?))) else {
        return html! {
            <div class="hint-box">
                <h2>{ "Learn by example" }</h2>
                <p>{ "Each lesson builds a cluster and closes it step by step." }</p>
                { to_course(act) }
                { lesson_lists(act) }
            </div>
        };
    };
    let words = opening(&lesson);
    let step = words.steps.get(place.step).copied();
    let count = words.steps.len();
    let go = |step: Option<usize>| {
        let act = act.clone();
        step.filter(|step| *step < count).map(|step| {
            Callback::from(move |_: MouseEvent| act.dispatch(Action::GoToStep(Place { step, ..place })))
        })
    };
    let (back, next) = (go(place.step.checked_sub(1)), go(Some(place.step + 1)));
    let held = checks.iter().filter(|check| check.holds).count();
    let steps = words.steps.iter().enumerate().map(|(index, step)| {
        let current = (index == place.step).then_some("step");
        html! {
            <li key={index}>
                <button type="button" class="item" aria-current={current} onclick={go(Some(index))}>
                    <span class="number">{ step.number }</span><span>{ with_code(step.title) }</span>
                </button>
            </li>
        }
    });
    let is_gone = is_gone(checks);
    html! {
        <article class="lesson">
            <p class="subtitle">{ words.title.to_owned() }</p>
            if let Some(step) = step {
                <h2>{ format!("Step {} of {count}: ", step.number) }{ with_code(step.title) }</h2>
                if let Some(body) = step.body {
                    { for body.split("\n\n").map(|paragraph| html! { <p>{ with_code(paragraph) }</p> }) }
                }
            }
            if is_gone {
                <p>{ "The files hold none of this lesson's pods any more." }</p>
                { leave(act) }
            } else {
                <section aria-live="polite">
                    <h3>{ "What must hold" }<span class="count">{ format!("{held} of {}", checks.len()) }</span></h3>
                    <ul class="checks">{ for checks.iter().map(check) }</ul>
                </section>
            }
            <p class="more">
                <button type="button" class="btn" disabled={back.is_none()} onclick={back}>{ "Back" }</button>
                <button type="button" class="btn pri" disabled={next.is_none()} onclick={next}>{ "Next step" }</button>
            </p>
            <h3>{ "Steps" }</h3>
            <ol class="step-list">{ for steps }</ol>
            if !is_gone { { leave(act) } }
            { to_course(act) }
        </article>
    }
}

/// Whether nobody whom the expectations are about is there: the files have become something else.
fn is_gone(checks: &[Check]) -> bool {
    let mut pods = checks.iter().filter(|check| check.from.contains('/')).peekable();
    pods.peek().is_some() && pods.all(|check| check.got.is_err())
}

/// The way out of the lesson, with the files as they are.
fn leave(act: &Act) -> Html {
    let act = act.clone();
    let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::LeaveLesson));
    html! { <p class="more"><button type="button" class="btn" {onclick}>{ "Leave the lesson, keep the files" }</button></p> }
}

/// The way to lessons that are typed.
fn to_course(act: &Act) -> Html {
    let act = act.clone();
    let onclick = Callback::from(move |_: MouseEvent| open_learning(Learning::Course, &act));
    html! { <p class="more"><button type="button" class="btn" {onclick}>{ "Course, challenges, exams" }</button></p> }
}

/// An expectation, how it must end, and how it ends now where that is otherwise.
pub fn check(check: &Check) -> Html {
    let got = match &check.got {
        _ if check.holds => String::new(),
        Ok(got) => format!("now {}", got.as_str()),
        Err(unknown) => unknown.clone(),
    };
    html! {
        <li data-holds={check.holds.to_string()}>
            <span class="tick" role="img" aria-label={if check.holds { "holds" } else { "does not hold" }}>
                { if check.holds { "✓" } else { "✕" } }
            </span>
            <span class="what"><span>{ check.from.clone() }</span><code>{ check.target.clone() }</code></span>
            <b class={classes!("chip-outcome", check.wanted.as_str())}>{ check.wanted.as_str() }</b>
            if !got.is_empty() { <small>{ with_code(&got) }</small> }
        </li>
    }
}
