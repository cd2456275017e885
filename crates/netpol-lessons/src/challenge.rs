//! Challenges: a cluster, a task, and what traffic must do once it is solved.
//!
//! An answer is whatever the files say. It is graded by what passes between all ends of the cluster ([`Goal`]) and by what
//! had to stay as it was ([`Bounds`]), never by its text: any right answer passes.

mod bounds;
mod capture;
mod compose;
mod format;
mod goal;
mod grade;

use netpol_syntax::Diagnostic;

use crate::lesson::LessonStep;
use crate::object::ObjectRef;
use crate::play::Desk;
use crate::scenario::ScenarioFile;

pub use bounds::{Broken, Scope};
pub use capture::capture;
pub use compose::{ChallengeFiles, Draft, goal_from_text, goal_to_text};
pub use goal::{Goal, GoalError, Want};
pub use grade::{Fault, Grade, Off, OffFlow};

/// A cluster, a task, and when it is solved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Stable: progress and links name the challenge by it.
    pub id: String,
    /// The exams that it belongs to; none of a challenge that somebody wrote for others.
    pub sets: Vec<ExamSet>,
    /// How hard it is, from 1 to 3.
    pub level: u8,
    /// What it counts for in an exam.
    pub weight: u8,
    /// The lesson that teaches it, by its id.
    pub lesson: Option<String>,
    /// The files as they are at the start: [`CLUSTER_FILE`](crate::CLUSTER_FILE) and
    /// [`POLICIES_FILE`](crate::POLICIES_FILE).
    pub start: Vec<ScenarioFile>,
    /// What must pass then, what must not, and what does not matter.
    pub goal: Goal,
    /// What must stay as it is.
    pub bounds: Bounds,
    /// A solution.
    pub solution: LessonStep,
    /// Answers that people give, and that are wrong.
    pub wrong: Vec<Wrong>,
    /// What is said.
    pub words: ChallengeWords,
}

/// An exam that a challenge prepares for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExamSet {
    /// Certified Kubernetes Application Developer.
    Ckad,
    /// Certified Kubernetes Administrator.
    Cka,
    /// Certified Kubernetes Security Specialist.
    Cks,
}

impl ExamSet {
    /// All of them, the easiest first.
    pub const ALL: [Self; 3] = [Self::Ckad, Self::Cka, Self::Cks];

    /// Its name: `CKAD`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ckad => "CKAD",
            Self::Cka => "CKA",
            Self::Cks => "CKS",
        }
    }
}

/// What an answer may touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// What may change at all.
    pub scope: Scope,
    /// How many policies there may be in the end.
    pub most_policies: Option<usize>,
    /// How many labels may change.
    pub most_labels: Option<usize>,
    /// Objects that must be as they were.
    pub keep: Vec<ObjectRef>,
}

/// An answer that people give, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What it does to the start.
    pub answer: LessonStep,
    /// Its first fault, as [`Grade::first_fault`] words it.
    pub fails: String,
}

/// What is said of a challenge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChallengeWords {
    /// Its name in lists.
    pub title: String,
    /// What is to be done: paragraphs with blank lines between.
    pub task: String,
    /// Hints, each of which says more than the one before.
    pub hints: Vec<String>,
    /// Why each of the wrong answers is wrong, in their order.
    pub wrong: Vec<String>,
    /// What is worth remembering, once it is solved.
    pub solved: String,
}

impl Challenge {
    /// Reads a challenge's two files: its structure and its words. All that it names is checked.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn parse(id: &str, structure: &str, words: &str) -> Result<Self, Vec<Diagnostic>> {
        format::read(id, structure, words)
    }

    /// Holds an answer against the goal.
    #[must_use]
    pub fn grade(&self, answer: &[ScenarioFile]) -> Grade {
        Grade::of(self, answer)
    }

    /// The files of the solution.
    #[must_use]
    pub fn solved(&self) -> Vec<ScenarioFile> {
        self.after(&self.solution)
    }

    /// The files of an answer that is made of the start.
    #[must_use]
    pub fn after(&self, answer: &LessonStep) -> Vec<ScenarioFile> {
        let mut desk = Desk::default();
        for file in &self.start {
            desk.apply(&file.text);
        }
        desk.play(answer);
        desk.own().into()
    }
}
