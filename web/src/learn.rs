//! Learning: guided lessons, challenges, exams, and the terminal in which `kubectl` plays.
//!
//! All of it is fetched when it is asked for (`web/learning.txt`). What a learner does is kept in one store, apart from the
//! page's own state: files and selection stay where they are, and the store looks at them.

mod author;
mod challenge;
mod exam;
mod guide;
mod home;
mod keep;
mod library;
mod panel;
mod pointing;
mod store;
mod terminal;

pub use panel::LearningPanel;
pub use store::begin;
pub use terminal::Terminal;
