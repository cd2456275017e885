//! Text to trees: YAML and JSON documents in which every node knows its place, and the diagnostics
//! that every later stage hands on.
//!
//! This crate knows nothing of Kubernetes. It reads what `kubectl` reads (YAML 1.1 scalars, anchors,
//! merges, several documents a file), gives back what it could read together with what it could
//! not, and never panics, whatever the text.

mod builder;
mod de;
mod diagnostic;
mod fault;
mod limits;
mod parse;
mod path;
mod scalar;
mod source;
mod split;
mod suggest;
mod tree;

pub use de::{
    Deserialized, IntOrString, Nullable, Spanned, SpannedMap, UnknownFields, deserialize, deserialize_at,
};
pub use diagnostic::{Diagnostic, Related, Severity};
pub use limits::Limits;
pub use parse::{Budget, Documents, Parsed, parse, parse_all};
pub use scalar::{Scalar, Value};
pub use source::{FileId, LineColumn, LineIndex, Location, SourceFile, Span};
pub use suggest::closest;
pub use tree::{Document, Node, NodeKind};
