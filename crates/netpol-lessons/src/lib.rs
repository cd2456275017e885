//! Scenarios and the links that carry them; lessons, what their steps do to the text, and what must hold then.
//!
//! - A [`Scenario`] is the work a user has: files and what of them is looked at. [`share`] puts it into a link.
//! - A [`Lesson`] is read from data ([`LESSONS`]). [`state`] gives the files after any of its steps, [`touched`]
//!   where the step shows in them, [`opening`] what the page says there, and [`check`] whether an [`Expectation`] holds in an analysed text.
//! - A [`Suite`] is a file of a team's own expectations, in the lessons' format, about manifests of its own.
//! - [`edit`] is what a step is made of: `apply`, `delete` and `label` as changes of text, which leave comments
//!   and layout of everything else as they are.
//!
//! Architecture invariant: nothing here decides what traffic may do; that is asked of the engine. Nothing does
//! I/O or panics, and whatever comes from outside (a link, a draft) is bounded before it is believed.

pub mod archive;
mod challenge;
pub mod edit;
mod exam;
mod expect;
mod guide;
mod json;
mod lesson;
mod object;
mod opening;
mod pieces;
mod play;
mod pretty;
mod progress;
mod reading;
mod scalar;
mod scenario;
pub mod share;
mod suite;

pub use challenge::{
    Bounds, Broken, Challenge, ChallengeFiles, ChallengeWords, Draft, ExamSet, Fault, Goal, GoalError, Grade,
    Off, OffFlow, Scope, Want, Wrong, capture, goal_from_text, goal_to_text,
};
pub use exam::{ExamReport, TaskReport};
pub use expect::{Checked, Expectation, ExpectedTarget, Place, Played, UnknownPlace, check};
pub use guide::{Catalogue, ExamPlan, Guide, GuideStep, GuideTask, Point, Spot};
pub use json::to_json;
pub use lesson::{LESSONS, Lesson, LessonSet, LessonSource, LessonStep};
pub use object::{LabelChange, ObjectRef};
pub use opening::{Opening, StepText, opening};
pub use pieces::{Piece, pieces};
pub use play::{CLUSTER_FILE, POLICIES_FILE, Touched, state, touched};
pub use pretty::in_block_style;
pub use progress::{ExamResult, Progress, ProgressError};
pub use scenario::{LessonPlace, Pin, Scenario, ScenarioError, ScenarioFile, Selection};
pub use suite::{Rehearsal, Suite, SuiteStep};
