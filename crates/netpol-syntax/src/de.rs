//! Trees to Rust values, with serde or in place, every error with its field path and its place.

mod access;
mod error;
mod int_or_string;
mod node;
mod nullable;
mod read;
mod spanned;

use std::cell::RefCell;

use serde::Deserialize;

pub use int_or_string::IntOrString;
pub use nullable::Nullable;
pub use read::{Read, Reader, read_at};
pub use spanned::{Spanned, SpannedMap};

use crate::order::Set;
use crate::path::Path;
use crate::tree::NodeId;
use crate::{Diagnostic, Node, Span, order};
use error::{Error, Fault};
use node::NodeDeserializer;

/// What to do about a key that a struct has no field for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownFields {
    /// An error, as `kubectl apply` has it. The value is given all the same.
    Report,
    /// Nothing.
    Ignore,
}

/// What became of a node.
#[derive(Clone, Debug)]
pub struct Deserialized<T> {
    /// The value, unless something in it has the wrong type or is missing.
    pub value: Option<T>,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// How many wrong fields of one value are looked for: each takes another pass over it.
const PASSES: usize = 16;

/// How many diagnostics one value gives; past them the user has seen enough to begin with.
const DIAGNOSTICS_TOLD: usize = 100;

/// Reads `node` as a `T`, its field paths starting at the node.
#[must_use]
pub fn deserialize<'a, T: Deserialize<'a>>(node: Node<'a>, fields: UnknownFields) -> Deserialized<T> {
    deserialize_at(node, "", fields)
}

/// Reads `node` as a `T`, with field paths that go on from `base`, such as `items[3]`.
///
/// Types are as strict as Go's JSON reader is: a string field takes no number and a number field no
/// string. Null is what Go makes of it: `None` for an option, an empty list, map, string or struct,
/// zero; but it is an error as an item of a list or as a value of a map, as it is to `kubectl`.
#[must_use]
pub fn deserialize_at<'a, T: Deserialize<'a>>(
    node: Node<'a>,
    base: &str,
    fields: UnknownFields,
) -> Deserialized<T> {
    let context = Context { fields, findings: RefCell::default() };
    let path = Path::Root(base);
    let mut value = None;
    // A struct gives up at its first wrong field. So it is read again without that field, and so on, until
    // nothing new turns up.
    for _ in 0..PASSES {
        let known = context.failures();
        let root = NodeDeserializer { node, path: &path, context: &context, is_member: false };
        value = match T::deserialize(root) {
            Ok(value) => Some(value),
            Err(error) => {
                context.report(error, node, &path);
                None
            }
        };
        if value.is_some() || context.failures() == known {
            break;
        }
    }
    context.deserialized(value)
}

/// What all deserializers of one value share.
pub(crate) struct Context {
    fields: UnknownFields,
    findings: RefCell<Findings>,
}

#[derive(Default)]
struct Findings {
    diagnostics: Vec<Diagnostic>,
    /// What was told, since later passes come by the same places.
    told: Set<(&'static str, Span, String)>,
    /// The keys of struct fields that could not be read, to be left out in later passes.
    failed: Set<NodeId>,
    /// Whether anything could not be read, so that there is no value.
    is_unreadable: bool,
}

impl Context {
    /// What became of a node in the end.
    fn deserialized<T>(self, value: Option<T>) -> Deserialized<T> {
        let Findings { mut diagnostics, is_unreadable, .. } = self.findings.into_inner();
        order::sort_by_key(&mut diagnostics, |diagnostic| diagnostic.at.map(|at| at.span));
        Deserialized { value: value.filter(|_| !is_unreadable), diagnostics }
    }

    fn failures(&self) -> usize {
        self.findings.borrow().failed.len()
    }

    /// Whether the field with this key could not be read in an earlier pass.
    pub(crate) fn has_failed(&self, key: NodeId) -> bool {
        self.findings.borrow().failed.contains(&key)
    }

    /// Leaves the field with this key out from now on.
    pub(crate) fn fail(&self, key: NodeId) {
        self.findings.borrow_mut().failed.insert(key);
    }

    /// Warns of a lone letter that kubectl reads as a boolean.
    pub(crate) fn warn_of_letter(&self, node: Node<'_>, letter: &str, path: &Path<'_>) {
        let message =
            format!("kubectl reads `{letter}` as a boolean here; it is taken as the text \"{letter}\"");
        self.tell(
            Diagnostic::warning("boolean-letter", node.location(), message)
                .with_path(path.to_string())
                .with_help(format!("quote it: \"{letter}\"")),
        );
    }

    fn tell(&self, diagnostic: Diagnostic) {
        let mut findings = self.findings.borrow_mut();
        if findings.diagnostics.len() >= DIAGNOSTICS_TOLD {
            return;
        }
        let span = diagnostic.at.map(|at| at.span).unwrap_or_default();
        if findings.told.insert((diagnostic.id, span, diagnostic.path.clone().unwrap_or_default())) {
            findings.diagnostics.push(diagnostic);
        }
    }

    /// Tells what is wrong with `node`, once.
    #[cold]
    #[inline(never)]
    pub(crate) fn report(&self, error: Error, node: Node<'_>, path: &Path<'_>) {
        self.findings.borrow_mut().is_unreadable = true;
        let Some(fault) = error.0 else { return };
        if let Fault::Missing(field) = *fault
            && node.entry(field).is_some_and(|(key, _)| self.has_failed(key.id()))
        {
            // It is there, only unreadable, which has been told.
            return;
        }
        self.tell(fault.diagnostic(node, path));
    }
}
