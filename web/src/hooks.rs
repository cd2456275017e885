//! Where the page meets the browser: everything that is neither state nor markup.

mod camera;
mod drafts;
mod dropped;
mod editor;
mod keys;
mod learning;
mod link;
mod rest;
mod task;
mod theme;
mod thread;

pub use camera::{Camera, use_camera};
pub use drafts::use_drafts;
pub use dropped::use_dropped_files;
pub use editor::{EditorInput, use_editor};
pub use keys::use_keys;
pub use learning::{Learning, open_learning, use_learning};
pub use link::use_link;
pub use rest::use_rest;
pub use task::use_next_task;
pub use theme::use_theme;
pub use thread::{Proposed, propose, use_findings};
