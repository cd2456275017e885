//! Text to trees.

use std::collections::BTreeSet;

use netpol_syntax::{
    FileId, Limits, LineIndex, Node, NodeKind, Parsed, SourceFile, Span, UnknownFields, Value, deserialize,
};

use super::swell::{swells, swollen};
use crate::whole_way::Places;

/// Parses a text within the limits of the page. Every place must lie in it, trees must be what is said of them, and
/// what is JSON must be read as JSON.
pub fn parse(data: &[u8]) {
    let text = swollen(data);
    let parsed = netpol_syntax::parse(FileId(0), &*text, &Limits::PAGE);
    let files = [SourceFile::new("input.yaml", &*text)];
    let mut walk =
        Walk { places: Places { files: &files }, lines: LineIndex::new(&text), text: &text, nodes: 0 };
    walk.places.diagnostics(&parsed.diagnostics);
    for diagnostic in &parsed.diagnostics {
        assert!(diagnostic.at.is_some(), "{diagnostic:?} has no place");
        diagnostic.at.iter().for_each(|at| walk.line(at.span));
    }
    assert!(parsed.documents.len() <= Limits::PAGE.documents);
    if swells(data) {
        // What is looked for in a long text is how long it takes; what short ones are read as says all else.
        return;
    }
    let mut end = 0;
    for document in &parsed.documents {
        let span = document.location().span;
        assert!(span.start >= end, "a document at {span:?} begins before the one before it ends");
        end = span.end;
        assert!(!document.root().is_null(), "an empty document");
        walk.node(document.root(), 1);
        // Any type does: this one takes whatever there is.
        let read = deserialize::<serde_json::Value>(document.root(), UnknownFields::Report);
        walk.places.diagnostics(&read.diagnostics);
        assert!(read.value.is_some() || !read.diagnostics.is_empty(), "neither a value nor a reason");
    }
    assert!(walk.nodes <= Limits::PAGE.nodes);
    let again = netpol_syntax::parse(FileId(0), &*text, &Limits::PAGE);
    assert_eq!(parsed.diagnostics, again.diagnostics);
    json(&text, &parsed);
}

/// Goes through the trees of one text.
struct Walk<'a> {
    places: Places<'a>,
    lines: LineIndex,
    text: &'a str,
    nodes: usize,
}

impl Walk<'_> {
    /// Depth first, aliases as often as they are used: no more than the limits allow.
    fn node(&mut self, root: Node<'_>, depth: usize) {
        let within = root.location().span;
        let mut left = vec![(root, depth)];
        while let Some((node, depth)) = left.pop() {
            self.nodes += 1;
            let at = node.location();
            self.places.holds(at);
            assert!(within.start <= at.span.start && at.span.end <= within.end, "{at:?} outside {within:?}");
            assert!(depth <= Limits::PAGE.depth + 1, "deeper than the limit");
            assert_eq!(node.source(), at.span.of(self.text));
            if let NodeKind::Scalar(scalar) = node.kind() {
                assert!(scalar.text.len() <= self.text.len() * 4, "a string longer than what it is made of");
            }
            let mut keys = BTreeSet::new();
            for (key, value) in node.entries() {
                let name = key.as_str();
                assert!(name.is_some_and(|name| keys.insert(name)), "{key:?} is no string, or there twice");
                left.extend([(key, depth + 1), (value, depth + 1)]);
            }
            left.extend(node.items().map(|item| (item, depth + 1)));
        }
    }

    /// A place can be told to people.
    fn line(&self, span: Span) {
        for offset in [span.start, span.end] {
            let place = self.lines.line_column(self.text, offset);
            assert!(place.line >= 1 && place.column >= 1 && place.line as usize <= self.lines.len());
            assert!(self.lines.start_of(place.line) <= offset);
        }
    }
}

/// JSON is YAML: `serde_json` reads the same from an object, where the limits leave it whole.
fn json(text: &str, parsed: &Parsed) {
    // An object is what links hold and `kubectl` takes for JSON. In YAML `<<` merges, and some characters must be escaped
    // that JSON lets stand.
    if !text.starts_with('{') || text.contains("<<") || !text.chars().all(is_printable) {
        return;
    }
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return };
    let refused = parsed.diagnostics.iter().any(|found| found.id.starts_with("too-"));
    if refused {
        return;
    }
    assert_eq!(parsed.documents.len(), 1, "JSON is read as {:?}, {:?}", parsed.documents, parsed.diagnostics);
    parsed.documents.iter().for_each(|document| same(document.root(), &value));
}

/// What a YAML text may consist of (YAML 1.2.2, `c-printable`).
fn is_printable(character: char) -> bool {
    let is_control = character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}');
    !is_control && !matches!(character, '\u{fffe}' | '\u{ffff}')
}

fn same(node: Node<'_>, value: &serde_json::Value) {
    use serde_json::Value as Json;
    let is_same = match (node.kind(), value) {
        (NodeKind::Sequence, Json::Array(items)) => {
            node.items().zip(items).for_each(|(node, value)| same(node, value));
            node.items().len() == items.len()
        }
        (NodeKind::Mapping, Json::Object(fields)) => {
            for (key, value) in node.entries() {
                let field = key.as_str().and_then(|key| fields.get(key));
                assert!(field.is_some(), "{key:?} is not in {fields:?}");
                field.iter().for_each(|field| same(value, field));
            }
            node.entries().len() == fields.len()
        }
        (NodeKind::Scalar(scalar), value) => match (scalar.value, value) {
            (Value::Null, Json::Null) => true,
            (Value::Bool(found), Json::Bool(wanted)) => found == *wanted,
            (Value::Str(found), Json::String(wanted)) => found == wanted,
            (Value::Int(found), Json::Number(wanted)) => is_near(found as f64, wanted),
            (Value::UInt(found), Json::Number(wanted)) => is_near(found as f64, wanted),
            (Value::Float(found), Json::Number(wanted)) => is_near(found, wanted),
            _ => false,
        },
        _ => false,
    };
    assert!(is_same, "{node:?} is not {value:?}");
}

/// Equal but for what the last bits of a float say: `netpol_syntax` reads exactly what people write.
fn is_near(found: f64, wanted: &serde_json::Number) -> bool {
    let wanted = wanted.as_f64().unwrap_or(f64::NAN);
    (found - wanted).abs() <= wanted.abs() * 1e-12
}
