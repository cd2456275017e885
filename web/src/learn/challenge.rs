//! A challenge in the panel: its task, hints, and what an answer is worth.

use std::net::IpAddr;
use std::rc::Rc;

use netpol_engine::{Analysis, DiffEnd, FlowChange};
use netpol_lessons::{Broken, Challenge, Fault, Grade, LessonStep, Off, OffFlow};
use netpol_view::{PortChoice, tell, why};
use yew::prelude::*;

use super::guide::paragraphs;
use super::keep;
use super::pointing;
use super::store::{self, Attempt, View, scenario_files};
use crate::components::{Act, story, with_code};
use crate::derive::{ByPointer, Derived};
use crate::dom::focus;
use crate::state::{Action, AppState, Selection};

/// So many flows are told that an answer opens besides; the others are counted.
const TOLD: usize = 5;

/// What a challenge needs.
#[derive(PartialEq, Properties)]
pub struct ChallengeViewProps {
    /// The state.
    pub state: ByPointer<AppState>,
    /// What follows from it.
    pub derived: ByPointer<Derived>,
    /// Takes the actions.
    pub act: Act,
}

/// Changes the attempt that is on.
fn change_attempt(change: impl FnOnce(&mut Attempt)) {
    store::change(|store| {
        if let View::Challenge(attempt) = &mut store.view {
            change(attempt);
        }
        store.remember();
    });
}

/// The challenge.
#[component]
pub fn ChallengeView(props: &ChallengeViewProps) -> Html {
    store::use_store();
    let ChallengeViewProps { state, derived, act } = props;
    let seen = store::with(|store| match &store.view {
        View::Challenge(attempt) => {
            let best = store.progress.challenges.get(&attempt.challenge.id).copied();
            Some((attempt.clone(), best))
        }
        _ => None,
    });
    let Some(Some((attempt, best))) = seen else { return html! {} };
    let challenge = &attempt.challenge;
    let words = &challenge.words;

    let on_check = {
        let state = state.clone();
        Callback::from(move |_: MouseEvent| {
            check(&state);
            focus(".grade");
        })
    };
    let on_reveal = Callback::from(|_: MouseEvent| change_attempt(|attempt| attempt.revealed = true));
    let on_hint = Callback::from(|_: MouseEvent| change_attempt(|attempt| attempt.hints += 1));
    let on_again = {
        let (act, id) = (act.clone(), challenge.id.clone());
        Callback::from(move |_: MouseEvent| store::open_challenge(&id, &act))
    };
    let hints = words.hints.iter().take(attempt.hints);
    let solved = attempt.grade.as_ref().is_some_and(|(grade, _)| grade.passes());
    html! {
        <article class="challenge">
            <p class="subtitle">
                { facts(challenge) }
                if let Some(best) = best { <span class="best">{ stars(best) }</span> }
            </p>
            <h2 tabindex="-1">{ words.title.clone() }</h2>
            <div class="assignment">{ paragraphs(&words.task) }{ bounds(challenge) }</div>
            <p class="more">
                <button type="button" class="btn pri" onclick={on_check}>{ "Check" }</button>
                if attempt.hints < words.hints.len() {
                    <button type="button" class="btn" onclick={on_hint}>
                        { format!("Hint {} of {}", attempt.hints + 1, words.hints.len()) }
                    </button>
                }
                <button type="button" class="btn" onclick={on_again}>{ "Start over" }</button>
            </p>
            if attempt.hints > 0 {
                <ol class="hints" aria-live="polite">{ for hints.map(|hint| html! { <li>{ with_code(hint) }</li> }) }</ol>
            }
            <div role="status" class="grade" tabindex="-1">
                if let Some((grade, files)) = &attempt.grade {
                    if !Rc::ptr_eq(files, &state.files) {
                        <p class="hint">{ "The files have changed since. Check again." }</p>
                    }
                    { verdict(grade, &attempt, derived, act) }
                }
            </div>
            if solved && !words.solved.trim().is_empty() {
                <div class="remark">{ paragraphs(&words.solved) }</div>
            }
            { solution(&attempt, on_reveal) }
            <p class="more">
                if solved || attempt.revealed { { next_button(&challenge.id, act) } }
                if let Some(lesson) = &challenge.lesson { { lesson_button(lesson, act) } }
            </p>
        </article>
    }
}

/// Grades what the files say now.
fn check(state: &AppState) {
    let answer = scenario_files(&state.files);
    let files = Rc::clone(&state.files);
    store::change(|store| {
        let View::Challenge(attempt) = &mut store.view else { return };
        let grade = attempt.challenge.grade(&answer);
        if grade.passes() && !attempt.revealed {
            store.progress.solved(&attempt.challenge.id, grade.stars());
            keep::set_progress(&mut store.progress);
        }
        attempt.grade = Some((Rc::new(grade), files));
    });
}

/// What an answer is worth.
fn verdict(grade: &Grade, attempt: &Attempt, derived: &Derived, act: &Act) -> Html {
    let (all, right) = grade.flows;
    if let Some(fault) = grade.faults.first() {
        return html! {
            <>
                <p class="verdict blocked"><span aria-hidden="true">{ "✕" }</span>{ "Not yet" }
                    if right < all { <small>{ format!("{right} of {all} flows are right") }</small> }</p>
                { self::fault(fault, attempt, derived, act) }
            </>
        };
    }
    let stars = grade.stars();
    html! {
        <>
            <p class="verdict"><span aria-hidden="true">{ "✓" }</span>{ "Solved" }
                if !attempt.revealed { { self::stars(stars) } }</p>
            if attempt.revealed {
                <p class="hint">{ "The solution was shown, so this does not count. Start over to solve it yourself." }</p>
            }
            <ul class="criteria">
                <li data-holds="true">{ "Every flow does what it must." }</li>
                <li data-holds={grade.loose.is_empty().to_string()}>
                    if grade.loose.is_empty() {
                        { "Least privilege: nothing is open that need not be." }
                    } else {
                        { "It also opens:" }<ul>{ for grade.loose.iter().take(TOLD).map(loose) }</ul>
                        if grade.loose.len() > TOLD { { format!("and {} more", grade.loose.len() - TOLD) } }
                    }
                </li>
                <li data-holds={(grade.lines <= grade.model_lines).to_string()}>
                    if grade.lines <= grade.model_lines {
                        { "Fewest lines." }
                    } else {
                        { format!("It works with {} fewer.", lines(grade.lines - grade.model_lines)) }
                    }
                </li>
            </ul>
        </>
    }
}

fn lines(count: usize) -> String {
    netpol_view::count(count, "line", "lines")
}

/// `web → db on TCP 80`.
fn loose(change: &FlowChange) -> Html {
    let end = |end: &DiffEnd| match end {
        DiffEnd::Workload(name) => format!("{}/{}", name.namespace, name.name),
        DiffEnd::Outside(ranges) => match ranges.first() {
            Some((first, last)) if ranges.len() == 1 && first == last => first.to_string(),
            Some((first, last)) if ranges.len() == 1 => format!("{first} to {last}"),
            _ => "addresses outside".to_owned(),
        },
    };
    let ports = if change.opened.is_all() { "every port".to_owned() } else { change.opened.to_string() };
    html! { <li><code>{ end(&change.from) }</code>{ " → " }<code>{ end(&change.to) }</code>{ format!(" on {ports}") }</li> }
}

/// What keeps an answer from passing, and the rule that decides it.
fn fault(fault: &Fault, attempt: &Attempt, derived: &Derived, act: &Act) -> Html {
    let analysis = &derived.shown.analysis;
    match fault {
        Fault::Invalid(diagnostic) => {
            let at = diagnostic.at;
            let onclick = at.map(|at| {
                let act = act.clone();
                Callback::from(move |_: MouseEvent| act.dispatch(Action::GoTo(at)))
            });
            html! {
                <>
                    <p>{ "A cluster would refuse this: " }{ with_code(&diagnostic.message) }</p>
                    if let Some(onclick) = onclick {
                        <p class="more"><button type="button" class="btn" {onclick}>{ "Show the line" }</button></p>
                    }
                </>
            }
        }
        Fault::Missing(end) => {
            html! { <p>{ "There is no " }<code>{ end.clone() }</code>{ " any more." }</p> }
        }
        Fault::Broken(broken) => html! { <p>{ self::broken(broken, &attempt.challenge) }</p> },
        // What it was graded by may be gone by now; then Check says anew.
        Fault::Off(off) if attempt.grade.as_ref().is_some_and(|(_, files)| *files == derived.shown.files) => {
            html! { <>{ off_words(off) }{ reason(off, analysis, derived, act) }</> }
        }
        Fault::Off(off) => off_words(off),
    }
}

fn broken(broken: &Broken, challenge: &Challenge) -> Html {
    let keeps = |object| challenge.bounds.keep.contains(object);
    match broken {
        Broken::Changed(object) if keeps(object) => with_code(&format!("`{object}` has to stay as it was.")),
        Broken::Gone(object) if keeps(object) => with_code(&format!("`{object}` has to stay.")),
        Broken::Changed(object) => with_code(&format!("`{object}` is not to be changed.")),
        Broken::Gone(object) => with_code(&format!("`{object}` is not to be deleted.")),
        Broken::Added(object) => with_code(&format!("`{object}` is not to be added.")),
        Broken::Policies { count, most } => {
            html! { { format!("There are {count} policies, and may be {most} at most.") } }
        }
        Broken::Labels { count, most } => {
            html! { { format!("{count} labels have changed, and {most} may.") } }
        }
    }
}

/// A flow that is off, in words.
fn off_words(off: &Off) -> Html {
    let text = match (&off.flow, off.must_pass) {
        (OffFlow::Direct { from, to, flow }, true) => {
            format!("{} has to reach {} on {}, and does not.", end_words(from), end_words(to), flow.port)
        }
        (OffFlow::Direct { from, to, flow }, false) => {
            format!("{} reaches {} on {}, and must not.", end_words(from), end_words(to), flow.port)
        }
        (OffFlow::Curl(expectation, checked), true) => {
            let (from, target, got) = (&expectation.from, &expectation.target, checked.got.as_str());
            format!("From `{from}`, `{target}` has to answer. It ends with `{got}`.")
        }
        (OffFlow::Curl(expectation, _), false) => {
            format!("From `{}`, `{}` answers, and must not.", expectation.from, expectation.target)
        }
    };
    html! { <p class="off">{ with_code(&text) }</p> }
}

/// An end's name; of an address that stands for others it is said where it is.
fn end_words(name: &str) -> String {
    let is_public = match name.parse() {
        Ok(IpAddr::V4(address)) => !address.is_private() && !address.is_link_local(),
        Ok(IpAddr::V6(_)) | Err(_) => false,
    };
    if is_public { format!("`{name}` on the internet") } else { format!("`{name}`") }
}

/// The evidence, as Why has it, and the way there.
fn reason(off: &Off, analysis: &Analysis, derived: &Derived, act: &Act) -> Html {
    let (told, selection) = match &off.flow {
        OffFlow::Direct { flow, .. } => {
            let (from, to) = (pointing::key(analysis, flow.from), pointing::key(analysis, flow.to));
            let told = why(analysis, &derived.shown.matrix, &from, &to, PortChoice::One(flow.port));
            (told, Some(Selection::Arrow(from, to)))
        }
        OffFlow::Curl(_, checked) => {
            let told = checked.reports.first().map(|played| tell(analysis, &played.probe, &played.report));
            (told, None)
        }
    };
    let on_show = selection.map(|selection| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::Select(Some(selection.clone()))))
    });
    html! {
        <>
            if let Some(told) = told { <div class="because">{ story(&told, None, act) }</div> }
            if let Some(onclick) = on_show {
                <p class="more"><button type="button" class="btn" {onclick}>{ "Show it on the stage" }</button></p>
            }
        </>
    }
}

/// A solution, once it is asked for; and what typical wrong answers get wrong.
fn solution(attempt: &Attempt, on_reveal: Callback<MouseEvent>) -> Html {
    let challenge = &attempt.challenge;
    if !attempt.revealed {
        return html! {
            <details class="solution">
                <summary>{ "Solution" }</summary>
                <p>{ "Once you have seen it, this attempt does not count any more." }</p>
                <p class="more"><button type="button" class="btn" onclick={on_reveal}>{ "Show the solution" }</button></p>
            </details>
        };
    }
    let LessonStep { apply, delete, label, .. } = &challenge.solution;
    let mut commands = Vec::new();
    commands.extend(delete.iter().map(|object| {
        let namespace = object.namespace.as_ref().map_or_else(String::new, |it| format!(" -n {it}"));
        format!("kubectl delete {} {}{namespace}", object.kind.to_ascii_lowercase(), object.name)
    }));
    commands.extend(label.iter().map(|change| {
        let object = &change.object;
        let namespace = object.namespace.as_ref().map_or_else(String::new, |it| format!(" -n {it}"));
        let labels = change.labels.iter().map(|(key, value)| match value {
            Some(value) => format!(" {key}={value}"),
            None => format!(" {key}-"),
        });
        format!(
            "kubectl label {} {}{namespace} --overwrite{}",
            object.kind.to_ascii_lowercase(),
            object.name,
            labels.collect::<String>()
        )
    }));
    html! {
        <section class="solution">
            <h3>{ "Solution" }</h3>
            if !commands.is_empty() { <pre>{ commands.join("\n") }</pre> }
            if !apply.trim().is_empty() { <pre>{ apply.trim_end().to_owned() }</pre> }
            if !challenge.words.wrong.is_empty() {
                <h3>{ "What often goes wrong" }</h3>
                <ul class="often">{ for challenge.words.wrong.iter().map(|text| html! { <li>{ with_code(text) }</li> }) }</ul>
            }
        </section>
    }
}

/// What is said of what may be touched.
pub fn bounds(challenge: &Challenge) -> Html {
    use netpol_lessons::Scope;
    let mut rules: Vec<String> = Vec::new();
    match challenge.bounds.scope {
        Scope::Policies => rules.push("Change nothing but policies.".to_owned()),
        Scope::Labels => rules.push(match challenge.bounds.most_labels {
            Some(1) => "Change one label, and nothing else.".to_owned(),
            Some(most) => format!("Change {most} labels at most, and nothing else."),
            None => "Change nothing but labels.".to_owned(),
        }),
        Scope::Anything => {}
    }
    if let Some(most) = challenge.bounds.most_policies {
        rules.push(if most == 1 {
            "One policy in the end.".to_owned()
        } else {
            format!("{most} policies at most.")
        });
    }
    for object in &challenge.bounds.keep {
        rules.push(format!("Keep `{object}` as it is."));
    }
    if rules.is_empty() {
        return html! {};
    }
    html! { <p class="bounds">{ with_code(&rules.join(" ")) }</p> }
}

/// `CKA, CKS · hard`.
pub fn facts(challenge: &Challenge) -> String {
    let sets: Vec<&str> = challenge.sets.iter().map(|set| set.as_str()).collect();
    let level = level_name(challenge.level);
    if sets.is_empty() { "Shared with you".to_owned() } else { format!("{} · {level}", sets.join(", ")) }
}

/// How hard something is.
pub fn level_name(level: u8) -> &'static str {
    match level {
        ..=1 => "easy",
        2 => "medium",
        _ => "hard",
    }
}

/// Stars that were reached, of three.
pub fn stars(count: u8) -> Html {
    let count = usize::from(count.min(3));
    let label = netpol_view::count(count, "star of 3", "stars of 3");
    let (reached, missing) = ("★".repeat(count), "★".repeat(3 - count));
    html! { <span class="stars" role="img" aria-label={label}>{ reached }<i>{ missing }</i></span> }
}

fn next_button(id: &str, act: &Act) -> Html {
    let next = store::with(|store| {
        let all = &store.library.catalogue.challenges;
        let at = all.iter().position(|known| known == id)?;
        all.get(at + 1).cloned()
    });
    let Some(Some(next)) = next else { return html! {} };
    let act = act.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        store::go_to_challenge(&next, &act);
    });
    html! { <button type="button" class="btn pri" {onclick}>{ "Next challenge" }</button> }
}

/// The way to the lesson that teaches it.
pub fn lesson_button(id: &str, act: &Act) -> Html {
    let Some(Some(guide)) = store::quietly(|store| store.library.guide(id)) else { return html! {} };
    let (act, id) = (act.clone(), id.to_owned());
    let onclick = Callback::from(move |_: MouseEvent| store::go_to_guide(&id, &act));
    html! { <button type="button" class="btn" {onclick}>{ format!("Lesson: {}", guide.title) }</button> }
}
