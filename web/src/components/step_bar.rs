//! Where one is in the lesson: as dots in the header, as a bar on a narrow screen.

use yew::prelude::*;

use super::Act;
use super::icons::{BACK, NEXT, icon};
use super::words::with_code;
use crate::lessons::{Place, lesson_at, short_title};
use crate::state::Action;

/// The lesson's name, the step's, and a dot for each step. `edited`: whether the files differ from what the
/// step made of them; `holds`: whether all that it expects holds.
pub fn step_dots(place: Option<Place>, edited: bool, holds: bool, act: &Act) -> Html {
    let Some((place, lesson)) = place.and_then(|place| Some((place, lesson_at(place.lesson)?))) else {
        return html! {};
    };
    let Some(step) = lesson.steps.get(place.step) else { return html! {} };
    let dots = lesson.steps.iter().enumerate().map(|(index, step)| {
        let onclick = go(act, Place { step: index, ..place });
        let now = index == place.step;
        let class = classes!((index < place.step || now && holds).then_some("done"), now.then_some("now"));
        let title = format!("Step {}: {}", index + 1, step.title.replace('`', ""));
        html! { <i key={index} {class} {title} {onclick}></i> }
    });
    let count = lesson.steps.len();
    // For the keyboard one control, not one for each step; the Lesson panel has them as buttons.
    html! {
        <div class="lesson-place">
            <span class="lesson-name">{ short_title(&lesson).to_owned() }</span>
            <strong>
                { format!("Step {}: ", place.step + 1) }{ with_code(&step.title) }
                if edited { <em class="edited">{ " edited" }</em> }
            </strong>
            <span class="dots" role="slider" tabindex="0" aria-label="Lesson step" aria-valuemin="1"
                aria-valuemax={count.to_string()} aria-valuenow={(place.step + 1).to_string()}
                aria-valuetext={format!("{} of {count}: {}", place.step + 1, step.title.replace('`', ""))}
                onkeydown={keys(act, place, count)}>{ for dots }</span>
        </div>
    }
}

/// Back, the step's name, next.
pub fn step_bar(place: Option<Place>, act: &Act) -> Html {
    let Some((place, lesson)) = place.and_then(|place| Some((place, lesson_at(place.lesson)?))) else {
        return html! {};
    };
    let count = lesson.steps.len();
    let Some(step) = lesson.steps.get(place.step) else { return html! {} };
    let to =
        |step: Option<usize>| step.filter(|step| *step < count).map(|step| go(act, Place { step, ..place }));
    let (back, next) = (to(place.step.checked_sub(1)), to(Some(place.step + 1)));
    html! {
        <nav class="step-bar" aria-label="Lesson" onkeydown={keys(act, place, count)}>
            <button type="button" class="btn square" aria-label="Previous step" disabled={back.is_none()} onclick={back}>{ icon(BACK) }</button>
            <span class="where">
                <small>{ format!("{}, {} of {count}", short_title(&lesson), place.step + 1) }</small>
                <b>{ with_code(&step.title) }</b>
            </span>
            <button type="button" class="btn square" aria-label="Next step" disabled={next.is_none()} onclick={next}>{ icon(NEXT) }</button>
        </nav>
    }
}

fn go(act: &Act, place: Place) -> Callback<MouseEvent> {
    let act = act.clone();
    Callback::from(move |_| act.dispatch(Action::GoToStep(place)))
}

/// The arrow keys step, wherever in the bar the focus is.
fn keys(act: &Act, place: Place, count: usize) -> Callback<KeyboardEvent> {
    let act = act.clone();
    Callback::from(move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowLeft" => place.step.checked_sub(1),
            "ArrowRight" => Some(place.step + 1),
            _ => return,
        };
        event.prevent_default();
        if let Some(step) = step.filter(|step| *step < count) {
            act.dispatch(Action::GoToStep(Place { step, ..place }));
        }
    })
}
