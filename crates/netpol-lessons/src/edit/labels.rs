//! Labels, set and removed where they are written and in the style in which they are.

use netpol_syntax::{FileId, Limits, Node, Parsed, parse};

use super::items;
use crate::object::{LabelChange, ObjectRef};
use crate::pieces::{line_break, line_end, line_start, next_line};
use crate::scalar::{Style, string};

/// `text` with the labels of one of its objects changed.
///
/// `None` where `text` does not hold the object, or where its labels come by an alias or a merge, so that
/// changing them would change others.
#[must_use]
pub fn label(text: &str, change: &LabelChange) -> Option<String> {
    labelled(text, change).map(|(text, _)| text)
}

/// The same, parsed.
#[must_use]
pub fn labelled(text: &str, change: &LabelChange) -> Option<(String, Parsed)> {
    let mut text = text.to_owned();
    let mut parsed = parse(FileId(0), text.as_str(), &Limits::COMMAND);
    for (key, value) in &change.labels {
        let object = find(&parsed, &change.object)?;
        let edit = match value {
            Some(value) => set(&text, object, key, value),
            None => remove(&text, object, key),
        };
        text = edit?.apply(&text)?;
        parsed = parse(FileId(0), text.as_str(), &Limits::COMMAND);
        let labels = find(&parsed, &change.object)?.get("metadata")?.get("labels");
        if labels.and_then(|labels| labels.get(key)).and_then(Node::as_str) != value.as_deref() {
            return None;
        }
    }
    Some((text, parsed))
}

/// Some bytes of a text and what takes their place.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

impl Edit {
    fn insert(at: usize, text: String) -> Self {
        Self { start: at, end: at, text }
    }

    fn apply(&self, text: &str) -> Option<String> {
        Some(format!("{}{}{}", text.get(..self.start)?, self.text, text.get(self.end..)?))
    }
}

/// `object`, a document or an item of a `List` in one.
fn find<'p>(parsed: &'p Parsed, object: &ObjectRef) -> Option<Node<'p>> {
    let roots = parsed.documents.iter().map(netpol_syntax::Document::root);
    let mut all = roots.flat_map(|root| std::iter::once(root).chain(items(root)));
    all.find(|node| ObjectRef::of(*node).as_ref() == Some(object))
}

/// The metadata of `object` and, where it has any, the key and value of its labels; `None` where something
/// of it is written elsewhere, for an alias or a merge.
fn metadata(object: Node<'_>) -> Option<(Node<'_>, Option<(Node<'_>, Node<'_>)>)> {
    let metadata = object.get("metadata").filter(|metadata| is_within(object, *metadata))?;
    let labels = metadata.entry("labels");
    let is_own = metadata.entries().all(|(key, _)| is_within(metadata, key))
        && labels.is_none_or(|(key, labels)| {
            (labels.is_null() || is_within(metadata, labels) && start(labels) >= end(key))
                && labels.entries().all(|(key, _)| is_within(labels, key))
        });
    is_own.then_some((metadata, labels))
}

fn is_within(outer: Node<'_>, inner: Node<'_>) -> bool {
    start(outer) <= start(inner) && end(inner) <= end(outer)
}

fn set(text: &str, object: Node<'_>, key: &str, value: &str) -> Option<Edit> {
    let (metadata, labels) = metadata(object)?;
    let entry = labels.and_then(|(_, labels)| labels.entry(key));
    if let Some((_, old)) = entry {
        let style = labels.map_or(Style::Block, |(_, labels)| style(labels));
        let value = string(value, style);
        let (start, end) = (start(old), end(old));
        // A value of nothing has no space before it.
        let space = if start == end && text.get(..start)?.ends_with(':') { " " } else { "" };
        return Some(Edit { start, end, text: format!("{space}{value}") });
    }
    match labels {
        Some((_, labels)) if labels.entries().len() > 0 => {
            Some(add(text, labels, &[Line { deeper: 0, key, value: Some(value) }]))
        }
        // `labels: {}`: braces that are there get filled.
        Some((_, labels)) if labels.is_mapping() => {
            let entry = format!("{}: {}", string(key, Style::Flow), string(value, Style::Flow));
            Some(Edit { start: start(labels), end: end(labels), text: format!("{{{entry}}}") })
        }
        // `labels:` with nothing behind it, or null.
        Some((labels_key, null)) if null.is_null() => {
            let colon = end(labels_key) + text.get(end(labels_key)..)?.find(':')? + 1;
            let entry = match style(metadata) {
                Style::Flow => format!(" {{{}: {}}}", string(key, Style::Flow), string(value, Style::Flow)),
                Style::Block => {
                    let indent = " ".repeat(column(text, labels_key) + 2);
                    let entry = format!("{}: {}", string(key, Style::Block), string(value, Style::Block));
                    format!("{}{indent}{entry}", line_break(text))
                }
            };
            let end = if null.source().is_empty() { colon } else { end(null) };
            Some(Edit { start: colon, end, text: entry })
        }
        Some(_) => None,
        None => Some(add(
            text,
            metadata,
            &[Line { deeper: 0, key: "labels", value: None }, Line { deeper: 2, key, value: Some(value) }],
        )),
    }
}

/// A line of block style: how much deeper than the map's own keys, and what stands there.
struct Line<'a> {
    deeper: usize,
    key: &'a str,
    value: Option<&'a str>,
}

/// Adds entries behind the last one of `map`, which is not empty.
fn add(text: &str, map: Node<'_>, lines: &[Line<'_>]) -> Edit {
    let mut added = String::new();
    let last = map.entries().next_back();
    let last_end = last.map_or(end(map), |(key, value)| end(key).max(end(value)));
    if style(map) == Style::Flow {
        added.push_str(", ");
        let mut open = 0;
        for line in lines {
            added.push_str(&string(line.key, Style::Flow));
            added.push_str(": ");
            match line.value {
                Some(value) => added.push_str(&string(value, Style::Flow)),
                None => {
                    added.push('{');
                    open += 1;
                }
            }
        }
        added.push_str(&"}".repeat(open));
        return Edit::insert(last_end, added);
    }
    let indent = map.entries().next().map_or(0, |(key, _)| column(text, key));
    for line in lines {
        added.push_str(line_break(text));
        added.push_str(&" ".repeat(indent + line.deeper));
        added.push_str(&string(line.key, Style::Block));
        added.push(':');
        if let Some(value) = line.value {
            added.push(' ');
            added.push_str(&string(value, Style::Block));
        }
    }
    // Behind a comment that the last line may have.
    let content = text.get(..last_end).unwrap_or("").trim_end().len();
    Edit::insert(line_end(text, content), added)
}

fn remove(text: &str, object: Node<'_>, key: &str) -> Option<Edit> {
    let nothing = Edit::insert(0, String::new());
    let (_, Some((labels_key, labels))) = metadata(object)? else { return Some(nothing) };
    let Some(at) = labels.entries().position(|(name, _)| name.as_str() == Some(key)) else {
        return Some(nothing);
    };
    let (entry_key, value) = labels.entries().nth(at)?;
    let gone = |start, end| Some(Edit { start, end, text: String::new() });
    if style(labels) == Style::Flow {
        let next = labels.entries().nth(at + 1);
        let before = at.checked_sub(1).and_then(|at| labels.entries().nth(at));
        let entry_end = end(entry_key).max(end(value));
        return match (next, before) {
            (Some((next, _)), _) => gone(start(entry_key), start(next)),
            (None, Some((key, value))) => gone(end(key).max(end(value)), entry_end),
            (None, None) => Some(Edit { start: start(labels), end: end(labels), text: "{}".to_owned() }),
        };
    }
    // The last label takes the word `labels` with it.
    let first = if labels.entries().len() == 1 { labels_key } else { entry_key };
    let content = text.get(..end(entry_key).max(end(value)))?.trim_end().len();
    gone(line_start(text, start(first)), next_line(text, content))
}

fn style(map: Node<'_>) -> Style {
    if map.source().starts_with('{') { Style::Flow } else { Style::Block }
}

fn start(node: Node<'_>) -> usize {
    node.location().span.start as usize
}

fn end(node: Node<'_>) -> usize {
    node.location().span.end as usize
}

/// How many characters stand before `node` on its line.
fn column(text: &str, node: Node<'_>) -> usize {
    let at = start(node);
    text.get(line_start(text, at)..at).map_or(0, |before| before.chars().count())
}
