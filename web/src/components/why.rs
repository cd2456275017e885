//! The reason for what is selected: a story for an arrow, the facts and the arrows of an end.

use std::rc::Rc;

use netpol_engine::Outcome;
use netpol_view::{About, Arrow, ArrowVerdict, EndKey, Pairs, Story, about, why};
use yew::prelude::*;

use super::Act;
use super::keeping::Isolating;
use super::moving::moving;
use super::opening::Openings;
use super::scene_line::mark;
use super::words::{link, words};
use crate::derive::{ByPointer, Derived};
use crate::dom::{focus, tab};
use crate::state::{Action, AppState, Selection};

/// More arrows than this are counted, not listed: the diagram and the table have them all.
const LISTED: usize = 200;

/// The panel: what is selected of what is on the stage.
pub fn why_panel(state: &AppState, derived: &Derived, act: &Act) -> Html {
    let (shown, ports) = (&derived.shown, state.ports);
    match &state.selection {
        None => html! {
            <div class="hint-box">
                <h2>{ "Why does it pass, why not?" }</h2>
                <p>{ "Select an arrow to read which policy, rule and line decided it, or a workload to see all of its arrows." }</p>
                <p>{ "By keyboard: Tab to a workload in the diagram, Enter, then choose one of its arrows here." }</p>
            </div>
        },
        Some(Selection::End(end)) => match about(&shown.analysis, &shown.matrix, end, ports) {
            Some(about) => end_story((state, derived), end, &about, act),
            None => gone(end.short()),
        },
        Some(Selection::Arrow(from, to)) => {
            if [from, to].iter().any(|end| matches!(end, EndKey::Namespace(_))) {
                let members = arrows(&derived.pairs, Some(from), Some(to));
                return if members.is_empty() {
                    gone(&from.pair(to))
                } else {
                    bundle(from, to, &members, act)
                };
            }
            match why(&shown.analysis, &shown.matrix, from, to, ports) {
                Some(told) => html! {
                    <>
                        { story(&told, None, act) }
                        if told.verdict != ArrowVerdict::Allowed && !derived.is_stale() {
                            <Openings shown={ByPointer(Rc::clone(shown))} from={from.clone()} to={to.clone()} {ports} act={act.clone()} />
                        }
                        { end_links(from, to, act) }
                    </>
                },
                None => gone(&from.pair(to)),
            }
        }
    }
}

/// What was selected and is no longer there.
fn gone(name: &str) -> Html {
    html! { <div class="hint-box"><h2>{ name.to_owned() }</h2><p>{ "This is no longer in the files." }</p></div> }
}

/// A story: its verdict, for a probe how it ended, its stages in order, and where clusters differ.
pub fn story(story: &Story, outcome: Option<Outcome>, act: &Act) -> Html {
    let stages = story.stages.iter().map(|stage| {
        html! {
            <li class={classes!("step", stage.status.as_str())}>
                <h3>{ stage.headline.clone() }</h3>
                { for stage.lines.iter().map(|line| html! { <p>{ words(line, act) }</p> }) }
            </li>
        }
    });
    html! {
        <article class="story">
            <h2>{ story.title.clone() }</h2>
            <p class="subtitle">{ words(&story.subtitle, act) }</p>
            <p class={classes!("verdict", story.verdict.as_str())} data-verdict={story.verdict.as_str()}>
                <span aria-hidden="true">{ mark(story.verdict) }</span>{ story.verdict_text.clone() }
                if let Some(outcome) = outcome { <code class="outcome" data-outcome={outcome.as_str()}>{ outcome.as_str() }</code> }
            </p>
            <ol class="steps">{ for stages }</ol>
            if !story.caveats.is_empty() {
                <aside class="caveats" aria-label="Where clusters differ">
                    { for story.caveats.iter().map(|caveat| html! { <p>{ words(caveat, act) }</p> }) }
                </aside>
            }
        </article>
    }
}

/// Both ends of an arrow, and the way back.
fn end_links(from: &EndKey, to: &EndKey, act: &Act) -> Html {
    let button = |text: String, selection: Selection| {
        let onclick = select(act, selection);
        html! { <button type="button" class="btn" {onclick}>{ text }</button> }
    };
    let about = |end: &EndKey, other: &EndKey| {
        format!("All about {}", if end.short() == other.short() { end.as_str() } else { end.short() })
    };
    html! {
        <p class="more">
            { button("The way back".to_owned(), Selection::Arrow(to.clone(), from.clone())) }
            { button(about(from, to), Selection::End(from.clone())) }
            { button(about(to, from), Selection::End(to.clone())) }
        </p>
    }
}

/// An end: its facts, then its arrows.
fn end_story((state, derived): (&AppState, &Derived), end: &EndKey, about: &About, act: &Act) -> Html {
    let facts = about.facts.iter().map(|fact| {
        html! {
            <><dt>{ fact.label.clone() }</dt><dd>{ words(&fact.words, act) }</dd></>
        }
    });
    let out = arrows(&derived.pairs, Some(end), None);
    let into = arrows(&derived.pairs, None, Some(end));
    let bundles = matches!(end, EndKey::Namespace(_)).then(|| {
        let opened = state.opened.contains(end);
        let onclick = {
            let (act, end) = (act.clone(), end.clone());
            Callback::from(move |_: MouseEvent| act.dispatch(Action::ToggleBundles(end.clone())))
        };
        let text = if opened { "Draw its arrows together" } else { "Draw its arrows one by one" };
        html! { <p class="more"><button type="button" class="btn" {onclick}>{ text }</button></p> }
    });
    html! {
        <article class="story">
            <h2>{ about.title.clone() }</h2>
            <p class="subtitle">
                { words(&about.subtitle, act) }
                if let Some(at) = about.at { <span class="aside">{ link("Show in the editor", at, act) }</span> }
            </p>
            <dl class="facts">{ for facts }</dl>
            { bundles }
            { allow_from(end, act) }
            if matches!(end, EndKey::Workload(_)) && !derived.is_stale() && !tab::is_read_only() {
                <Isolating shown={ByPointer(Rc::clone(&derived.shown))} end={end.clone()} act={act.clone()} />
            }
            if let Some(scene) = &derived.scene { { moving(scene, end, &state.moved, act) } }
            { arrow_list("Can reach", &out, end, act) }
            { arrow_list("Can be reached from", &into, end, act) }
        </article>
    }
}

/// The way to allow something that is not: it is to be said to whom.
fn allow_from(end: &EndKey, act: &Act) -> Html {
    if matches!(end, EndKey::Namespace(_)) || tab::is_read_only() {
        return html! {};
    }
    let (act, end) = (act.clone(), end.clone());
    let onclick = Callback::from(move |_: MouseEvent| {
        act.dispatch(Action::Allow(Some(end.clone())));
        focus("#stage :is(.diagram, .matrix)");
    });
    html! { <p class="more"><button type="button" class="btn" {onclick}>{ "Allow traffic to…" }</button></p> }
}

/// Arrows as buttons, so that each can be selected by keyboard.
fn arrow_list(title: &str, arrows: &[Arrow], end: &EndKey, act: &Act) -> Html {
    if arrows.is_empty() {
        return html! {};
    }
    let other = |arrow: &'_ Arrow| -> Option<EndKey> {
        if arrow.from == *end {
            Some(arrow.to.clone())
        } else {
            (arrow.to == *end).then(|| arrow.from.clone())
        }
    };
    let more = arrows.len().saturating_sub(LISTED);
    let items = arrows.iter().take(LISTED).map(|arrow| {
        let text = match other(arrow) {
            // Those that are called the same are told apart by their namespaces.
            Some(it)
                if arrows.iter().filter_map(other).filter(|other| other.short() == it.short()).count()
                    > 1 =>
            {
                it.to_string()
            }
            Some(it) => it.short().to_owned(),
            None => arrow.from.pair(&arrow.to),
        };
        arrow_item(&text, arrow, act)
    });
    html! { <section><h3>{ title.to_owned() }</h3><ul class="arrows">{ for items }</ul>if more > 0 { <p class="hint">{ format!("and {more} more") }</p> }</section> }
}

fn arrow_item(text: &str, arrow: &Arrow, act: &Act) -> Html {
    let onclick = select(act, Selection::Arrow(arrow.from.clone(), arrow.to.clone()));
    let passes = match arrow.verdict {
        ArrowVerdict::Blocked => "blocked".to_owned(),
        ArrowVerdict::Allowed | ArrowVerdict::Partial => arrow.passes.to_string(),
    };
    html! {
        <li>
            <button type="button" class={classes!("item", arrow.verdict.as_str())} {onclick}>
                <span class="mark" aria-hidden="true">{ mark(arrow.verdict) }</span>
                <span>{ text.to_owned() }</span><small>{ passes }</small>
            </button>
        </li>
    }
}

/// The arrows from an end to another, or all of one: those of all that is in it, where it is a namespace.
fn arrows(pairs: &Pairs, from: Option<&EndKey>, to: Option<&EndKey>) -> Vec<Arrow> {
    let within = |ends: &[EndKey], of: Option<&EndKey>| -> Vec<usize> {
        let is_in = |end: &EndKey| {
            of.is_none_or(|of| {
                end == of || matches!(of, EndKey::Namespace(_)) && end.namespace() == of.namespace()
            })
        };
        ends.iter().enumerate().filter(|(_, end)| is_in(end)).map(|(at, _)| at).collect()
    };
    pairs.arrows(&within(pairs.sources(), from), &within(pairs.destinations(), to)).collect()
}

/// A bundle: what all of its arrows have in common, and each of them.
fn bundle(from: &EndKey, to: &EndKey, members: &[Arrow], act: &Act) -> Html {
    let all = |verdict: ArrowVerdict| members.iter().all(|arrow| arrow.verdict == verdict);
    let (verdict, text) = if all(ArrowVerdict::Allowed) {
        (ArrowVerdict::Allowed, "All of them pass")
    } else if all(ArrowVerdict::Blocked) {
        (ArrowVerdict::Blocked, "All of them are blocked")
    } else if all(ArrowVerdict::Partial) {
        (ArrowVerdict::Partial, "All of them pass in part")
    } else {
        (ArrowVerdict::Partial, "Some of them pass")
    };
    let items = members.iter().take(LISTED).map(|arrow| arrow_item(&arrow.from.pair(&arrow.to), arrow, act));
    let more = members.len().saturating_sub(LISTED);
    let ends = [from, to].into_iter().filter(|end| matches!(end, EndKey::Namespace(_)));
    let opening = ends.take(1).map(|end| {
        let (act, end) = (act.clone(), end.clone());
        let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::ToggleBundles(end.clone())));
        html! { <p class="more"><button type="button" class="btn" {onclick}>{ "Draw them one by one" }</button></p> }
    });
    html! {
        <article class="story">
            <h2>{ from.pair(to) }</h2>
            <p class="subtitle">{ format!("{} arrows between them", members.len()) }</p>
            <p class={classes!("verdict", verdict.as_str())} data-verdict={verdict.as_str()}>
                <span aria-hidden="true">{ mark(verdict) }</span>{ text }
            </p>
            <ul class="arrows">{ for items }</ul>
            if more > 0 { <p class="hint">{ format!("and {more} more") }</p> }
            { for opening }
        </article>
    }
}

fn select(act: &Act, selection: Selection) -> Callback<MouseEvent> {
    let act = act.clone();
    Callback::from(move |_| act.dispatch(Action::Select(Some(selection.clone()))))
}
