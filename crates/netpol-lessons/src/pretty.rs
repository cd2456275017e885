//! Documents in the style in which tutorials and `kubectl` write them.
//!
//! Block style, two spaces a level, `- ` of a list under its key and not indented further. Keys keep their
//! order and scalars their spelling, and so do comments. A document that is in block style already is left
//! alone, so that what somebody wrote on purpose (`to:` with nothing behind it, a space before a colon) stays.

use std::ops::Range;

use netpol_syntax::{Document, FileId, Limits, Node, NodeKind, parse};

use crate::pieces;
use crate::scalar;

/// `text` with each of its documents in block style; one that cannot be is left as it is written.
///
/// That is one with aliases, merges or tags that matter, or one that is broken: laying it out anew would lose
/// something.
#[must_use]
pub fn in_block_style(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (piece, documents) in pieces::documents(text) {
        let pretty = match documents.as_slice() {
            [document] => body(text, document, &piece.body),
            _ => None,
        };
        match pretty {
            Some(pretty) => {
                out.push_str(text.get(piece.whole.start..piece.body.start).unwrap_or(""));
                out.push_str(&pretty);
                out.push_str(text.get(piece.body.end..piece.whole.end).unwrap_or(""));
            }
            None => out.push_str(text.get(piece.whole).unwrap_or("")),
        }
    }
    out
}

/// The part of `text` at `range`, which holds `document` and its comments, in block style; `None` where it is
/// so already, or where it cannot be without losing something.
pub(crate) fn body(text: &str, document: &Document, range: &Range<usize>) -> Option<String> {
    let root = document.root();
    if !root.is_mapping() || !has_flow(root) {
        return None;
    }
    let at = pieces::range(document);
    let mut printer = Printer {
        text,
        line_break: pieces::line_break(text),
        cursor: at.start,
        out: text.get(range.start..at.start)?.trim_end_matches([' ', '\t']).to_owned(),
        same_line: None,
        own_line: Vec::new(),
    };
    // What stands on the line of a `---` moves to the next.
    let before = text.get(..at.start)?.trim_end_matches([' ', '\t']);
    if !before.is_empty() && !before.ends_with(['\n', '\r']) {
        printer.out.push_str(printer.line_break);
    }
    printer.entries(root, 0)?;
    printer.comments_until(at.end)?;
    printer.flush_comments(0);
    let mut out = printer.out;
    out.push_str(text.get(at.end..range.end)?);
    // The proof of it: it reads as before, or else what was written stays.
    let again = parse(FileId(0), out.as_str(), &Limits::PAGE);
    let [printed] = again.documents.as_slice() else { return None };
    means_the_same(printed.root(), root).then_some(out)
}

/// Whether `node` holds a list or map in flow style that is not empty. Reading stops at
/// [`Limits::depth`], so recursion is bounded.
fn has_flow(node: Node<'_>) -> bool {
    let is_empty = node.entries().len() == 0 && node.items().len() == 0;
    let is_collection = node.is_mapping() || node.is_sequence();
    is_collection
        && !is_empty
        && (node.source().starts_with(['{', '['])
            || node.entries().any(|(_, value)| has_flow(value))
            || node.items().any(has_flow))
}

/// Whether two trees hold the same values in the same order.
pub(crate) fn means_the_same(one: Node<'_>, other: Node<'_>) -> bool {
    match (one.kind(), other.kind()) {
        (NodeKind::Scalar(one), NodeKind::Scalar(other)) => one.value == other.value,
        (NodeKind::Sequence, NodeKind::Sequence) => {
            one.items().len() == other.items().len()
                && one.items().zip(other.items()).all(|(one, other)| means_the_same(one, other))
        }
        (NodeKind::Mapping, NodeKind::Mapping) => {
            let same =
                |((key, value), (other_key, other_value)): ((Node<'_>, Node<'_>), (Node<'_>, Node<'_>))| {
                    key.as_str() == other_key.as_str() && means_the_same(value, other_value)
                };
            one.entries().len() == other.entries().len() && one.entries().zip(other.entries()).all(same)
        }
        _ => false,
    }
}

struct Printer<'a> {
    text: &'a str,
    line_break: &'static str,
    /// Up to where the text has been carried over.
    cursor: usize,
    out: String,
    /// The comment that stood behind what was printed last.
    same_line: Option<&'a str>,
    /// Comments that stood on lines of their own since then.
    own_line: Vec<&'a str>,
}

impl<'a> Printer<'a> {
    fn entries(&mut self, map: Node<'a>, indent: usize) -> Option<()> {
        for (at, (key, value)) in map.entries().enumerate() {
            if at > 0 {
                self.line(indent, key)?;
            }
            self.scalar(key, indent)?;
            self.out.push(':');
            match value.kind() {
                NodeKind::Mapping if value.entries().len() > 0 => {
                    self.line(indent + 2, first(value)?)?;
                    self.entries(value, indent + 2)?;
                }
                NodeKind::Sequence if value.items().len() > 0 => {
                    self.line(indent, first(value)?)?;
                    self.items(value, indent)?;
                }
                _ => self.leaf(value, indent)?,
            }
        }
        Some(())
    }

    fn items(&mut self, list: Node<'a>, indent: usize) -> Option<()> {
        for (at, item) in list.items().enumerate() {
            if at > 0 {
                self.line(indent, first(item).unwrap_or(item))?;
            }
            self.out.push('-');
            match item.kind() {
                NodeKind::Mapping if item.entries().len() > 0 => {
                    self.out.push(' ');
                    self.entries(item, indent + 2)?;
                }
                NodeKind::Sequence if item.items().len() > 0 => {
                    self.out.push(' ');
                    self.items(item, indent + 2)?;
                }
                _ => self.leaf(item, indent)?,
            }
        }
        Some(())
    }

    /// A scalar or an empty collection, behind its `:` or `-`. A null that nothing stands for stays nothing.
    fn leaf(&mut self, node: Node<'a>, indent: usize) -> Option<()> {
        if node.is_null() && node.source().is_empty() {
            return Some(());
        }
        self.out.push(' ');
        let empty = match node.kind() {
            NodeKind::Scalar(_) => return self.scalar(node, indent),
            NodeKind::Mapping => "{}",
            NodeKind::Sequence => "[]",
        };
        self.move_to(node)?;
        self.out.push_str(empty);
        Some(())
    }

    fn scalar(&mut self, node: Node<'a>, indent: usize) -> Option<()> {
        self.move_to(node)?;
        let source = node.source();
        if !source.is_empty() && !source.contains(['\n', '\r']) {
            self.out.push_str(source);
            return Some(());
        }
        let text = node.as_str()?;
        if !self.literal(text, indent) {
            self.out.push_str(&scalar::string(text, scalar::Style::Block));
        }
        Some(())
    }

    /// Prints `text` as a literal block (`|`), where it has the looks for one.
    fn literal(&mut self, text: &str, indent: usize) -> bool {
        let Some(lines) = text.strip_suffix('\n').or(Some(text)).filter(|lines| lines.contains('\n')) else {
            return false;
        };
        let is_odd = lines.starts_with([' ', '\n']) || lines.ends_with('\n');
        if is_odd || lines.chars().any(|char| char.is_control() && !matches!(char, '\n' | '\t')) {
            return false;
        }
        self.out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
        for line in lines.split('\n') {
            self.out.push_str(self.line_break);
            if !line.is_empty() {
                self.out.push_str(&" ".repeat(indent + 2));
                self.out.push_str(line);
            }
        }
        true
    }

    /// Begins the line of `next`, with the comments before it.
    fn line(&mut self, indent: usize, next: Node<'a>) -> Option<()> {
        self.comments_until(next.location().span.start as usize)?;
        self.flush_comments(indent);
        self.out.push_str(self.line_break);
        self.out.push_str(&" ".repeat(indent));
        Some(())
    }

    /// Goes past `node`; `None` where it stands elsewhere, as what an alias or a merge brings does.
    fn move_to(&mut self, node: Node<'a>) -> Option<()> {
        let span = node.location().span;
        self.comments_until(span.start as usize)?;
        self.cursor = span.end as usize;
        Some(())
    }

    /// Gathers the comments up to `end`. No scalar stands between, so that a `#` after white space is one.
    fn comments_until(&mut self, end: usize) -> Option<()> {
        let gap = self.text.get(self.cursor..end)?;
        let is_after_content = self.cursor > 0 && !self.text.get(..self.cursor)?.ends_with(['\n', '\r']);
        for (at, line) in gap.split(['\n', '\r']).enumerate() {
            let mut before = None;
            let hash = line.char_indices().find(|(_, char)| {
                let begins = *char == '#' && before.is_none_or(char::is_whitespace);
                before = Some(*char);
                begins
            });
            let Some(comment) = hash.and_then(|(hash, _)| line.get(hash..)) else { continue };
            if at == 0 && is_after_content && self.same_line.is_none() {
                self.same_line = Some(comment.trim_end());
            } else {
                self.own_line.push(comment.trim_end());
            }
        }
        self.cursor = end;
        Some(())
    }

    fn flush_comments(&mut self, indent: usize) {
        if let Some(comment) = self.same_line.take() {
            self.out.push(' ');
            self.out.push_str(comment);
        }
        for comment in std::mem::take(&mut self.own_line) {
            self.out.push_str(self.line_break);
            self.out.push_str(&" ".repeat(indent));
            self.out.push_str(comment);
        }
    }
}

/// The key or item that a collection begins with, all the way down to a scalar.
fn first(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        NodeKind::Scalar(_) => Some(node),
        NodeKind::Mapping => node.entries().next().map(|(key, _)| key).or(Some(node)),
        NodeKind::Sequence => match node.items().next() {
            Some(item) => first(item),
            None => Some(node),
        },
    }
}
