//! The lessons as the page has them: each read once, each step's files made once.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use js_sys::Reflect;

use netpol_engine::{Analysis, Outcome};
use netpol_lessons::{Expectation, LESSONS, Lesson, LessonPlace, check, state};
use netpol_syntax::SourceFile;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::components::Act;
use crate::dom::rest;
use crate::state::{Action, Files, Work, normalise};

/// A step of a lesson, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of [`LESSONS`].
    pub lesson: usize,
    /// Which of its steps.
    pub step: usize,
}

impl Place {
    /// From the form that drafts and links hold; nothing where there is no such lesson or step.
    pub fn of(place: &LessonPlace) -> Option<Self> {
        let (lesson, source) = LESSONS.iter().enumerate().find(|(_, source)| source.id == place.id)?;
        (place.step < source.steps).then_some(Self { lesson, step: place.step })
    }

    /// In the form that drafts and links hold.
    pub fn to_link(self) -> Option<LessonPlace> {
        let id = LESSONS.get(self.lesson)?.id.to_owned();
        Some(LessonPlace { id, step: self.step })
    }
}

/// The step that the page begins with: the cluster of three tiers, all open.
pub fn first() -> Option<Place> {
    Place::of(&LessonPlace { id: "three-tier".to_owned(), step: 0 })
}

thread_local! {
    static READ: [OnceCell<Option<Rc<Lesson>>>; LESSONS.len()] = const { [const { OnceCell::new() }; LESSONS.len()] };
    static TEXTS: RefCell<Option<JsValue>> = const { RefCell::new(None) };
    static STEPS: RefCell<Vec<(Place, Files)>> = const { RefCell::new(Vec::new()) };
}

/// A lesson by its position in [`LESSONS`], where its text is there: that of the first is, and the others' once one of them
/// has been asked for.
pub fn lesson_at(index: usize) -> Option<Rc<Lesson>> {
    let source = LESSONS.get(index)?;
    READ.with(|read| {
        let known = read.get(index)?;
        if known.get().is_none() {
            let text = match source.text {
                "" => fetched(source.id)?.into(),
                text => Cow::Borrowed(text),
            };
            let _ = known.set(Lesson::parse(source.id, &text).ok().map(Rc::new));
        }
        known.get().cloned().flatten()
    })
}

/// A lesson's text, where it has been fetched.
fn fetched(id: &str) -> Option<String> {
    let texts = TEXTS.with_borrow(Clone::clone)?;
    Reflect::get(&texts, &format!("lessons/{id}.yaml").into()).ok()?.as_string()
}

/// Fetches the texts of lessons; whether they are there now.
pub async fn fetch() -> bool {
    let texts = rest::lesson_texts().await;
    let came = texts.is_some();
    TEXTS.set(texts);
    came
}

/// Begins a lesson, once its text is there.
pub fn begin(place: Place, act: &Act) {
    let act = act.clone();
    spawn_local(async move {
        if lesson_at(place.lesson).is_none() && !fetch().await {
            return act.dispatch(Action::SetNotice(Some(MISSING.into())));
        }
        if let Some(work) = Work::lesson(place) {
            act.dispatch(Action::Open(Box::new(work)));
        }
    });
}

/// What to say where texts could not be fetched.
pub const MISSING: &str = "The lessons could not be fetched. Check the connection, then try again.";

/// The lesson's name in short, for where there is little room: what stands before the first comma.
pub fn short_title(lesson: &Lesson) -> &str {
    lesson.title.split(',').next().unwrap_or(&lesson.title)
}

/// The files at a step, the same `Rc` each time.
pub fn files(place: Place) -> Option<Files> {
    let known = |steps: &Vec<(Place, Files)>| {
        steps.iter().find(|(known, _)| *known == place).map(|(_, files)| Rc::clone(files))
    };
    if let Some(files) = STEPS.with_borrow(known) {
        return Some(files);
    }
    let lesson = lesson_at(place.lesson)?;
    lesson.steps.get(place.step)?;
    let files = state(&lesson, place.step).into_iter();
    let files = files.map(|file| SourceFile { name: file.name.into(), text: normalise(&file.text) });
    let files: Files = Rc::new(files.collect());
    STEPS.with_borrow_mut(|steps| steps.push((place, Rc::clone(&files))));
    Some(files)
}

/// An expectation of a step and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Who asks: `frontend-tier/frontend`.
    pub from: String,
    /// What for: `curl backend`.
    pub target: String,
    /// How it must end.
    pub wanted: Outcome,
    /// How it ends, or why that cannot be said.
    pub got: Result<Outcome, String>,
    /// Whether it does, for every replica at both ends.
    pub holds: bool,
}

/// The expectations of a step, held against what the files say now.
pub fn checks(place: Place, analysis: &Analysis) -> Vec<Check> {
    let Some(lesson) = lesson_at(place.lesson) else { return Vec::new() };
    let expectations = lesson.steps.get(place.step).map(|step| step.expect.iter()).into_iter().flatten();
    expectations.map(|expectation| Check::of(expectation, analysis)).collect()
}

impl Check {
    /// An expectation, held against what the files say.
    pub fn of(expectation: &Expectation, analysis: &Analysis) -> Self {
        let checked = check(analysis, expectation);
        Self {
            from: expectation.from.to_string(),
            target: expectation.target.to_string(),
            wanted: expectation.got,
            holds: checked.as_ref().is_ok_and(|checked| checked.holds),
            got: checked.map(|checked| checked.got).map_err(|unknown| unknown.to_string()),
        }
    }
}
