//! Exams: tasks against the clock, and what they came to.

use std::rc::Rc;

use gloo::timers::callback::Interval;
use netpol_lessons::{Challenge, ExamPlan, ExamReport, ExamResult, Progress, ScenarioFile, Scope};
use yew::prelude::*;

use super::challenge::{bounds, lesson_button};
use super::guide::paragraphs;
use super::keep::{self, KeptExam};
use super::store::{self, View, open_files, scenario_files};
use crate::components::{Act, with_code};
use crate::derive::ByPointer;
use crate::state::AppState;

/// What the exam needs.
#[derive(PartialEq, Properties)]
pub struct ExamViewProps {
    /// The state.
    pub state: ByPointer<AppState>,
    /// Takes the actions.
    pub act: Act,
}

fn now() -> f64 {
    js_sys::Date::now()
}

/// The way into an exam.
pub fn plan_item(plan: &ExamPlan, progress: &Progress, act: &Act) -> Html {
    let best =
        progress.exams.iter().filter(|it| it.exam == plan.id && it.of > 0).map(|it| it.points * 100 / it.of);
    let under_way = store::with(|store| store.exam.as_ref().map(|exam| exam.id.clone())).flatten();
    let is_on = under_way.as_ref() == Some(&plan.id);
    // One at a time: beginning another would throw away what was answered.
    let is_other = under_way.is_some() && !is_on;
    let state = match (is_on, best.max()) {
        (true, _) => "under way".to_owned(),
        (_, Some(best)) => format!("best {best} %"),
        _ => format!("{} tasks, {} min", plan.tasks.len(), plan.minutes),
    };
    let (act, plan) = (act.clone(), Rc::new(plan.clone()));
    let title = plan.title.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        if is_on {
            go_on(&act);
        } else {
            store::change(|store| store.turn_to(View::Plan(Rc::clone(&plan))));
        }
    });
    html! {
        <li>
            <button type="button" class="item" disabled={is_other} {onclick}>
                <span>{ title }</span><small>{ state }</small>
            </button>
        </li>
    }
}

/// What an exam is, before its clock runs.
pub fn plan(plan: &ExamPlan, act: &Act) -> Html {
    let (act, id) = (act.clone(), plan.id.clone());
    let onclick = Callback::from(move |_: MouseEvent| begin(&id, &act));
    html! {
        <article class="exam">
            <h2 tabindex="-1">{ plan.title.clone() }</h2>
            <p>{ format!("{} tasks in {} minutes. {} % of the points are needed.", plan.tasks.len(), plan.minutes, plan.pass) }</p>
            <p class="hint">{ "Tasks can be taken in any order, and points count only for what is wholly right. The clock runs on while the page is closed." }</p>
            <p class="more"><button type="button" class="btn pri" {onclick}>{ "Begin" }</button></p>
        </article>
    }
}

fn begin(id: &str, act: &Act) {
    let plan = store::with(|store| store.library.catalogue.exams.iter().find(|plan| plan.id == id).cloned());
    let Some(Some(plan)) = plan else { return };
    store::change(|store| {
        let ends = now() + f64::from(plan.minutes) * 60_000.0;
        let answers = vec![None; plan.tasks.len()];
        store.exam = Some(KeptExam { id: plan.id.clone(), ends, task: 0, answers });
    });
    go_to(0, None, act);
}

/// The plan of the exam that is on, and its challenges.
fn on() -> Option<(ExamPlan, Vec<Rc<Challenge>>)> {
    store::quietly(|store| {
        let exam = store.exam.as_ref()?;
        let plan = store.library.catalogue.exams.iter().find(|plan| plan.id == exam.id).cloned()?;
        let challenges = plan.tasks.iter().filter_map(|id| store.library.challenge(id)).collect();
        Some((plan, challenges))
    })
    .flatten()
}

/// Goes to a task, with the files that it was left with, or those that it begins with. `left` are those of the task before.
fn go_to(task: usize, left: Option<Vec<ScenarioFile>>, act: &Act) {
    let Some((_, challenges)) = on() else { return };
    let Some(challenge) = challenges.get(task) else { return };
    let files = store::quietly(|store| {
        let exam = store.exam.as_mut()?;
        put_away(exam, left);
        exam.task = task;
        let slot = exam.answers.get_mut(task)?;
        Some(slot.get_or_insert_with(|| challenge.start.clone()).clone())
    });
    let Some(Some(files)) = files else { return };
    open_files(&files, challenge.bounds.scope == Scope::Policies, act);
    store::change(|store| {
        store.begin_shell(&files, true);
        store.turn_to(View::Exam);
        keep::set_exam(store.exam.as_ref());
    });
}

/// Opens the task again that was open.
pub fn go_on(act: &Act) {
    if let Some(task) = store::with(|store| store.exam.as_ref().map(|exam| exam.task)).flatten() {
        go_to(task, None, act);
    }
}

/// Keeps the files of the task that is open.
fn put_away(exam: &mut KeptExam, files: Option<Vec<ScenarioFile>>) {
    if let (Some(files), Some(slot)) = (files, exam.answers.get_mut(exam.task)) {
        *slot = Some(files);
    }
}

/// Grades all tasks.
fn finish(state: &AppState) {
    let Some((plan, challenges)) = on() else { return };
    store::change(|store| {
        let Some(mut exam) = store.exam.take() else { return };
        if exam.ends > now() && store.is_exam_open && store.opening == Some(state.opening) {
            put_away(&mut exam, Some(scenario_files(&state.files)));
        }
        // What was opened and left as it was is no answer.
        let answers = challenges.iter().zip(&exam.answers).map(|(challenge, answer)| {
            let answer = answer.as_deref().filter(|answer| *answer != challenge.start.as_slice());
            (challenge.as_ref(), answer)
        });
        let report = ExamReport::of(answers);
        store.progress.took(ExamResult {
            at: now().max(0.0) as u64,
            exam: plan.id.clone(),
            points: report.points(),
            of: report.all_points(),
        });
        keep::set_progress(&mut store.progress);
        keep::set_exam(None);
        store.turn_to(View::Report(plan.title.as_str().into(), plan.pass, Rc::new(report)));
        store.report = Some(store.view.clone());
    });
}

/// Ends the exam when its time is up, whatever is looked at.
#[hook]
pub fn use_clock(state: &ByPointer<AppState>) {
    let latest = use_mut_ref(|| state.clone());
    *latest.borrow_mut() = state.clone();
    use_effect_with((), move |()| {
        let clock = Interval::new(1_000, move || {
            let is_over = store::with(|store| store.exam.as_ref().is_some_and(|exam| exam.ends <= now()));
            if is_over.unwrap_or_default() {
                let state = latest.borrow().clone();
                finish(&state);
            }
        });
        move || drop(clock)
    });
}

/// An exam that is under way.
#[component]
pub fn ExamView(props: &ExamViewProps) -> Html {
    store::use_store();
    let ExamViewProps { state, act } = props;
    let tick = use_force_update();
    let asks = use_state_eq(|| false);
    // The clock is drawn each second; what ends the exam is `use_clock`.
    use_effect_with((), move |()| {
        let clock = Interval::new(1_000, move || tick.force_update());
        move || drop(clock)
    });
    let task = store::with(|store| store.exam.as_ref().map(|exam| exam.task)).flatten();
    use_effect_with(task, {
        let asks = asks.clone();
        move |_| asks.set(false)
    });
    // What was typed so far is kept, for the tab may be closed.
    use_effect_with(Rc::clone(&state.files), {
        let opening = state.opening;
        move |files: &crate::state::Files| {
            store::quietly(|store| {
                if store.opening == Some(opening)
                    && store.is_exam_open
                    && let Some(exam) = store.exam.as_mut().filter(|exam| exam.ends > now())
                {
                    put_away(exam, Some(scenario_files(files)));
                    keep::set_exam(store.exam.as_ref());
                }
            });
        }
    });
    let (Some((plan, challenges)), Some(Some(exam))) = (on(), store::with(|store| store.exam.clone())) else {
        return html! {};
    };
    let Some(challenge) = challenges.get(exam.task) else { return html! {} };
    let all: u32 = challenges.iter().map(|it| u32::from(it.weight)).sum();
    let tasks = challenges.iter().enumerate().map(|(at, task)| {
        let is_begun = exam.answers.get(at).is_some_and(|answer| {
            answer.as_ref().is_some_and(|answer| *answer != task.start)
        });
        let onclick = move_to(at, state, act);
        html! {
            <li>
                <button type="button" class="item" {onclick} aria-current={(at == exam.task).then_some("step")}>
                    <span class="number">{ at + 1 }</span><span>{ task.words.title.clone() }</span>
                    <small>{ if is_begun { "begun · " } else { "" } }{ percent(u32::from(task.weight), all) }</small>
                </button>
            </li>
        }
    });
    let on_again = {
        let (act, start, task) = (act.clone(), challenge.start.clone(), exam.task);
        Callback::from(move |_: MouseEvent| go_to(task, Some(start.clone()), &act))
    };
    let open = exam
        .answers
        .iter()
        .zip(&challenges)
        .filter(|(answer, task)| answer.as_ref().is_none_or(|answer| *answer == task.start));
    let open = open.count();
    let on_finish = {
        let (state, asks) = (state.clone(), asks.clone());
        Callback::from(move |_: MouseEvent| if *asks { finish(&state) } else { asks.set(true) })
    };
    let finish_text = match (*asks, open) {
        (false, _) => "Finish the exam".to_owned(),
        (true, 0) => "Really finish".to_owned(),
        (true, 1) => "Really finish: 1 task is not begun".to_owned(),
        (true, open) => format!("Really finish: {open} tasks are not begun"),
    };
    let next = (exam.task + 1 < challenges.len()).then(|| move_to(exam.task + 1, state, act));
    html! {
        <article class="exam">
            <p class="subtitle">{ plan.title.clone() }<span class="clock" role="timer" aria-label="Time left">{ clock(exam.ends - now()) }</span></p>
            <h2 tabindex="-1">{ format!("Task {} of {}: ", exam.task + 1, challenges.len()) }{ challenge.words.title.clone() }</h2>
            <p class="hint">{ format!("{} of the points", percent(u32::from(challenge.weight), all)) }</p>
            <div class="assignment">{ paragraphs(&challenge.words.task) }{ bounds(challenge) }</div>
            <p class="more">
                if let Some(onclick) = next { <button type="button" class="btn pri" {onclick}>{ "Next task" }</button> }
                <button type="button" class="btn" onclick={on_again}>{ "Start task over" }</button>
            </p>
            <h3>{ "Tasks" }</h3>
            <ol class="step-list">{ for tasks }</ol>
            <p class="more"><button type="button" class="btn" onclick={on_finish}>{ finish_text }</button></p>
        </article>
    }
}

fn move_to(task: usize, state: &ByPointer<AppState>, act: &Act) -> Callback<MouseEvent> {
    let (state, act) = (state.clone(), act.clone());
    Callback::from(move |_| {
        let is_ours = store::with(|store| store.is_exam_open && store.opening == Some(state.opening));
        let is_ours = is_ours.unwrap_or_default();
        go_to(task, is_ours.then(|| scenario_files(&state.files)), &act);
    })
}

fn percent(part: u32, all: u32) -> String {
    format!("{} %", (part * 100 + all / 2).checked_div(all).unwrap_or_default())
}

/// `12:05`.
fn clock(left: f64) -> String {
    let seconds = (left.max(0.0) / 1000.0) as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// What an exam came to.
pub fn report(title: &str, pass: u8, report: &ExamReport, act: &Act) -> Html {
    let passed = report.reaches(pass);
    let (points, all) = (report.points(), report.all_points());
    let tasks = report.tasks.iter().map(|task| {
        let passes = task.passes();
        let fault = task.grade.as_ref().and_then(|grade| grade.first_fault());
        let onclick = {
            let (act, id) = (act.clone(), task.id.clone());
            Callback::from(move |_: MouseEvent| {
                store::go_to_challenge(&id, &act);
            })
        };
        html! {
            <li data-holds={passes.to_string()}>
                <span class="tick" role="img" aria-label={if passes { "right" } else { "not right" }}>{ if passes { "✓" } else { "✕" } }</span>
                <span class="what">
                    <b>{ task.title.clone() }</b>
                    if task.grade.is_none() {
                        <span>{ "Not answered." }</span>
                    } else if let Some(fault) = fault {
                        <span>{ with_code(&format!("First fault: `{fault}`")) }</span>
                    }
                </span>
                <b class="points">{ format!("{} of {}", if passes { task.weight } else { 0 }, task.weight) }</b>
                if !passes {
                    <small class="more">
                        <button type="button" class="btn" {onclick}>{ "Practise it" }</button>
                        if let Some(lesson) = &task.lesson { { lesson_button(lesson, act) } }
                    </small>
                }
            </li>
        }
    });
    html! {
        <article class="report">
            <p class="subtitle">{ title.to_owned() }</p>
            <h2 tabindex="-1">{ if passed { "Passed" } else { "Not passed" } }</h2>
            <p class={classes!("verdict", (!passed).then_some("blocked"))}>
                { format!("{points} of {all} points, {}", percent(points, all)) }
            </p>
            <p class="hint">{ format!("{pass} % are needed.") }</p>
            <ul class="checks">{ for tasks }</ul>
        </article>
    }
}
