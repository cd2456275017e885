//! What serde finds wrong, and how it is told.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use crate::path::Path;
use crate::{Diagnostic, Node, NodeKind, Value, scalar};

/// An error on its way to the nearest place that knows the node it is about; `None` once it was told.
///
/// A pointer, since every result of reading carries one: with the fault itself in it the page's code would be
/// larger.
#[derive(Debug)]
pub(crate) struct Error(pub(super) Option<Box<Fault>>);

/// What is wrong.
#[derive(Debug)]
pub(super) enum Fault {
    /// Another type is wanted: `string`, `int32`, `array`, `object`.
    WrongType(String),
    /// A required field is missing.
    Missing(&'static str),
    /// Null as an item of a list or a value of a map.
    NullMember,
    /// What a type of the caller's own says.
    Invalid(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_deref() {
            None => f.write_str("reported already"),
            Some(Fault::WrongType(wanted)) => write!(f, "expected {wanted}"),
            Some(Fault::Missing(field)) => write!(f, "missing required field `{field}`"),
            Some(Fault::NullMember) => f.write_str("unexpected null"),
            Some(Fault::Invalid(message)) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault::Invalid(message.to_string()).into()
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Fault::WrongType(expected.to_string()).into()
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Fault::WrongType(expected.to_string()).into()
    }

    fn missing_field(field: &'static str) -> Self {
        Fault::Missing(field).into()
    }
}

impl From<Fault> for Error {
    #[cold]
    #[inline(never)]
    fn from(fault: Fault) -> Self {
        Self(Some(Box::new(fault)))
    }
}

impl Error {
    /// What was told already.
    pub(super) const REPORTED: Self = Self(None);

    /// Another type is wanted.
    #[cold]
    #[inline(never)]
    pub(super) fn wrong_type(wanted: &str) -> Self {
        Fault::WrongType(wanted.to_owned()).into()
    }
}

impl Fault {
    /// How it is told.
    pub(super) fn diagnostic(self, node: Node<'_>, path: &Path<'_>) -> Diagnostic {
        let at = node.location();
        let here = path.to_string();
        let named = if here.is_empty() { "the document".to_owned() } else { format!("`{here}`") };
        match self {
            Self::WrongType(wanted) => {
                let found = describe(node, &wanted);
                let message = format!("cannot unmarshal {found} into {named} of type {wanted}");
                let diagnostic = Diagnostic::error("wrong-type", at, message);
                let diagnostic = with_path(diagnostic, here);
                match help(node, &wanted) {
                    Some(help) => diagnostic.with_help(help),
                    None => diagnostic,
                }
            }
            Self::Missing(field) => {
                let missing = Path::Key(path, field).to_string();
                Diagnostic::error("missing-field", at, format!("missing required field `{missing}`"))
                    .with_path(missing)
            }
            Self::NullMember => {
                Diagnostic::error("wrong-type", at, format!("unknown object type \"nil\" in {named}"))
                    .with_path(here)
                    .with_help("write a value, or remove it")
            }
            Self::Invalid(message) => Diagnostic::error("invalid-value", at, message).with_path(here),
        }
    }
}

/// Names the field, unless it is the document itself.
fn with_path(diagnostic: Diagnostic, path: String) -> Diagnostic {
    if path.is_empty() { diagnostic } else { diagnostic.with_path(path) }
}

/// The JSON type of a node, as Go names it, with the number where that is what does not fit.
fn describe(node: Node<'_>, wanted: &str) -> String {
    let is_number_wanted = wanted.starts_with("int") || wanted.starts_with("uint");
    match node.kind() {
        NodeKind::Sequence => "array".to_owned(),
        NodeKind::Mapping => "object".to_owned(),
        NodeKind::Scalar(scalar) => match scalar.value {
            Value::Null => "null".to_owned(),
            Value::Bool(_) => "bool".to_owned(),
            Value::Str(_) => "string".to_owned(),
            Value::Int(_) | Value::UInt(_) | Value::Float(_) if is_number_wanted => {
                format!("number {}", scalar.text)
            }
            Value::Int(_) | Value::UInt(_) | Value::Float(_) => "number".to_owned(),
        },
    }
}

fn help(node: Node<'_>, wanted: &str) -> Option<String> {
    match (node.value(), wanted) {
        (Some(Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_)), "string") => {
            Some(format!("quote it: `\"{}\"`", node.source()))
        }
        (Some(Value::Str(text)), "bool") if matches!(scalar::resolve(text), Value::Bool(_)) => {
            Some(format!("remove the quotes: `{text}`"))
        }
        (Some(Value::Str(text)), _)
            if wanted.contains("int") && matches!(scalar::resolve(text), Value::Int(_)) =>
        {
            Some(format!("remove the quotes: `{text}`"))
        }
        (_, "array") => Some("a list is wanted here: begin each item with `- `".to_owned()),
        (None, "object") if node.source().starts_with('-') => {
            Some("a map is wanted here: leave out the `- ` before its keys".to_owned())
        }
        _ => None,
    }
}
