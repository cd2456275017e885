//! What the page says of a lesson. Words are asked for here alone and never among the structure, so that a
//! translation has one place to come in.

use crate::lesson::Lesson;

/// The words of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening<'a> {
    /// Its name in menus.
    pub title: &'a str,
    /// What is said at each step, one for each of [`Lesson::steps`].
    pub steps: Vec<StepText<'a>>,
}

/// The words of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepText<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// What happens in it, in one line.
    pub title: &'a str,
    /// What there is to know about it, where more is said: paragraphs with blank lines between.
    pub body: Option<&'a str>,
}

/// The words of `lesson`.
#[must_use]
pub fn opening(lesson: &Lesson) -> Opening<'_> {
    let steps = (1..).zip(&lesson.steps).map(|(number, step)| StepText {
        number,
        title: &step.title,
        body: step.text.as_deref(),
    });
    Opening { title: &lesson.title, steps: steps.collect() }
}
