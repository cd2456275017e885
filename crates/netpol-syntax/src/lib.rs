//! Text to trees: YAML and JSON documents in which every node knows its place, and the diagnostics
//! that every later stage hands on.
//!
//! This crate knows nothing of Kubernetes. It reads what `kubectl` reads (YAML 1.1 scalars, anchors,
//! merges, several documents a file), gives back what it could read together with what it could
//! not, and never panics, whatever the text.
//!
//! ```
//! use netpol_syntax::{FileId, Limits, Spanned, UnknownFields, deserialize, parse};
//!
//! #[derive(serde::Deserialize)]
//! struct Named {
//!     name: Spanned<String>,
//! }
//!
//! let text = "name: web\n---\nname: yes\n---\nname: [\n---\nname: db\nnmae: db\n";
//! let parsed = parse(FileId(0), text, &Limits::PAGE);
//! assert_eq!(parsed.documents.len(), 3); // The broken one is told, and hides no other.
//! assert_eq!(parsed.diagnostics[0].id, "yaml-syntax");
//!
//! let read = |at: usize| deserialize::<Named>(parsed.documents[at].root(), UnknownFields::Report);
//! let name = read(0).value.unwrap().name;
//! assert_eq!((name.value.as_str(), name.at.span.of(text)), ("web", "web"));
//! assert_eq!(read(1).diagnostics[0].message, "cannot unmarshal bool into `name` of type string");
//! assert_eq!(read(2).diagnostics[0].help.as_deref(), Some("did you mean `name`?"));
//! ```
//!
//! # From text to values
//!
//! 1. `split` cuts a text into its documents, so that each is parsed on its own.
//! 2. [`parse`] feeds the events of `granit-parser` to a `builder`, which resolves anchors, merges and keys
//!    and keeps within the [`Limits`]; `fault` puts the parser's errors into plain words.
//! 3. A [`Document`] owns its tree, an arena that borrows most strings from the text. Every [`Node`] has a
//!    [`Location`]; keys are strings, as in JSON, and each occurs once.
//! 4. [`deserialize()`] reads a node as any serde type, [`read_at`] as one that is [`Read`] in place. Every
//!    error has a field path and a span, and one wrong field hides no other. [`Spanned`], [`SpannedMap`] and
//!    [`Nullable`] keep what plain types lose.
//!
//! # Architecture invariants
//!
//! - All offsets are bytes of the whole file, on character boundaries, even within a later document.
//! - Nothing recurses over the text or a tree; only the types that are read recurse, at most
//!   [`Limits::depth`] levels deep.
//! - What a text costs grows with its length, never with what its aliases would expand to.
//!
//! # Where it is not `kubectl`
//!
//! - Null as an item of a list is an error, as with `kubectl`'s own validation; the API server alone would
//!   take it as an empty item, which in a policy may mean "everything".
//! - With `<<`, a map's own keys win wherever they stand, as YAML says; `kubectl` lets a `<<` that comes later
//!   override the keys before it.

mod builder;
mod de;
mod diagnostic;
mod edit;
mod fault;
mod float;
mod limits;
pub mod order;
mod parse;
mod path;
mod scalar;
mod source;
mod split;
mod suggest;
mod tree;

pub use de::{
    Deserialized, IntOrString, Nullable, Read, Reader, Spanned, SpannedMap, UnknownFields, deserialize,
    deserialize_at, read_at,
};
pub use diagnostic::{Diagnostic, Related, Severity};
pub use edit::{Editor, Fix, Sources, Style, TextEdit, Yaml, apply};
pub use limits::Limits;
pub use parse::{Budget, Cost, Documents, Parsed, Piece, parse, parse_all};
pub use scalar::{Scalar, Value, is_text};
pub use source::{FileId, LineColumn, LineIndex, Location, SourceFile, Span};
pub use suggest::{Names, closest};
pub use tree::{Document, Node, NodeKind};
