//! What several test files share: a tree in one line, and a document from a text.
#![allow(dead_code, reason = "each test file uses a part of it")]

use netpol_syntax::{Document, FileId, Limits, Node, NodeKind, Parsed, Value, parse};

/// Parses `text` within the page's limits.
pub(crate) fn read(text: &str) -> Parsed {
    parse(FileId(0), text, &Limits::PAGE)
}

/// The one document of `text`, which must be without fault.
pub(crate) fn document(text: &str) -> Document {
    let mut parsed = read(text);
    assert_eq!(parsed.diagnostics, [], "in {text:?}");
    assert_eq!(parsed.documents.len(), 1, "in {text:?}");
    parsed.documents.remove(0)
}

/// A tree as JSON would have it, strings in quotes.
pub(crate) fn show(node: Node<'_>) -> String {
    match node.kind() {
        NodeKind::Scalar(scalar) => match scalar.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Int(int) => int.to_string(),
            Value::UInt(int) => format!("{int}u"),
            Value::Float(float) => format!("{float:?}"),
            Value::Str(text) => format!("{text:?}"),
        },
        NodeKind::Sequence => format!("[{}]", node.items().map(show).collect::<Vec<_>>().join(", ")),
        NodeKind::Mapping => {
            let entries = node.entries().map(|(key, value)| format!("{}: {}", show(key), show(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The trees of all documents.
pub(crate) fn show_all(text: &str) -> Vec<String> {
    read(text).documents.iter().map(|document| show(document.root())).collect()
}
