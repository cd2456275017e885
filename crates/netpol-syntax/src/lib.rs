//! Text to trees: YAML and JSON documents in which every node knows its place, and the diagnostics
//! that every later stage hands on.
//!
//! This crate knows nothing of Kubernetes. It reads what `kubectl` reads (YAML 1.1 scalars, anchors,
//! merges, several documents a file), gives back what it could read together with what it could
//! not, and never panics, whatever the text.

mod diagnostic;
mod limits;
mod source;

pub use diagnostic::{Diagnostic, Related, Severity};
pub use limits::Limits;
pub use source::{FileId, LineColumn, LineIndex, Location, SourceFile, Span};
