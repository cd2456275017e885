//! What an exam comes to.

use crate::challenge::{Challenge, Grade};
use crate::scenario::ScenarioFile;

/// What each task of an exam came to.
#[derive(Clone, Debug)]
pub struct ExamReport {
    /// The tasks, in their order.
    pub tasks: Vec<TaskReport>,
}

/// What a task came to.
#[derive(Clone, Debug)]
pub struct TaskReport {
    /// The challenge's id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The lesson that teaches it.
    pub lesson: Option<String>,
    /// The points that there are for it.
    pub weight: u32,
    /// What the answer is worth; `None` where nothing was answered.
    pub grade: Option<Grade>,
}

impl TaskReport {
    /// Whether it was solved: there are all of its points, or none.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.grade.as_ref().is_some_and(Grade::passes)
    }
}

impl ExamReport {
    /// Grades answers, each to one challenge; `None` where it was not begun.
    #[must_use]
    pub fn of<'a>(answers: impl IntoIterator<Item = (&'a Challenge, Option<&'a [ScenarioFile]>)>) -> Self {
        let tasks = answers.into_iter().map(|(challenge, answer)| TaskReport {
            id: challenge.id.clone(),
            title: challenge.words.title.clone(),
            lesson: challenge.lesson.clone(),
            weight: u32::from(challenge.weight),
            grade: answer.map(|answer| challenge.grade(answer)),
        });
        Self { tasks: tasks.collect() }
    }

    /// The points that were reached.
    #[must_use]
    pub fn points(&self) -> u32 {
        self.tasks.iter().filter(|task| task.passes()).map(|task| task.weight).sum()
    }

    /// The points that there are.
    #[must_use]
    pub fn all_points(&self) -> u32 {
        self.tasks.iter().map(|task| task.weight).sum()
    }

    /// Whether so many percent of the points were reached.
    #[must_use]
    pub fn reaches(&self, percent: u8) -> bool {
        self.points() * 100 >= self.all_points() * u32::from(percent)
    }
}
