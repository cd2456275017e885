//! A text cut at its document markers, so that one document can be exchanged and the rest stays as it is.

use std::ops::Range;

use netpol_syntax::{Document, FileId, Limits, parse};

/// One document's part of a text. All pieces in order are the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// From its `---` to the next, a `...` that ends it included.
    pub whole: Range<usize>,
    /// The same without both markers: comments and content.
    pub body: Range<usize>,
}

impl Piece {
    /// Whether `---` opens it.
    #[must_use]
    pub fn has_marker(&self) -> bool {
        self.body.start > self.whole.start
    }

    /// Whether `...` ends it.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.body.end < self.whole.end
    }
}

/// Cuts `text`. Comments before a first `---` are a piece of their own, for they speak of the file; directives
/// (`%YAML`) stay with the document whose marker they need.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut open = Piece { whole: 0..0, body: 0..0 };
    let mut has_directive = false;
    let mut at = 0;
    while let Some(line) = text.get(at..next_line(text, at)).filter(|line| !line.is_empty()) {
        let end = at + line.len();
        if is_marker(line, "---") {
            if has_directive {
                has_directive = false;
            } else {
                let next = Piece { whole: at..at, body: at..at };
                pieces.push(close(std::mem::replace(&mut open, next), at, at));
            }
            let is_bare = line.get("---".len()..).is_some_and(|rest| rest.trim().is_empty());
            open.body.start = if is_bare { end } else { at + "---".len() };
        } else if is_marker(line, "...") {
            let next = Piece { whole: end..end, body: end..end };
            pieces.push(close(std::mem::replace(&mut open, next), at, end));
            has_directive = false;
        } else if line.starts_with('%') && !open.has_marker() {
            has_directive = true;
        }
        at = end;
    }
    pieces.push(close(open, text.len(), text.len()));
    pieces.retain(|piece| !piece.whole.is_empty());
    pieces
}

fn close(mut piece: Piece, body_end: usize, end: usize) -> Piece {
    piece.whole.end = end;
    piece.body.end = body_end.max(piece.body.start);
    piece
}

/// The documents of `text`, each with the piece that it stands in.
pub(crate) fn documents(text: &str) -> Vec<(Piece, Vec<Document>)> {
    let mut documents = parse(FileId(0), text, &Limits::COMMAND).documents.into_iter().peekable();
    let mut found = Vec::new();
    for piece in pieces(text) {
        let mut here = Vec::new();
        while let Some(document) = documents.next_if(|it| range(it).start < piece.whole.end) {
            here.push(document);
        }
        found.push((piece, here));
    }
    found
}

/// Where the value of a document stands.
pub(crate) fn range(document: &Document) -> Range<usize> {
    let span = document.location().span;
    span.start as usize..span.end as usize
}

/// Where the line that `at` lies in ends, its line break included.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let rest = text.get(end..).unwrap_or("");
    let line_break = if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
    end + line_break
}

/// Where the line that `at` lies in ends, without its line break.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    rest.find(['\n', '\r']).map_or(text.len(), |found| at + found)
}

/// Where the line that `at` lies in begins.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |found| found + 1)
}

/// The line break that a text uses: that of its first line.
pub(crate) fn line_break(text: &str) -> &'static str {
    match text.find(['\n', '\r']).and_then(|at| text.get(at..)) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_whole_text() {
        let cases: [(&str, &[&str]); 10] = [
            ("", &[]),
            ("a: 1", &["a: 1"]),
            ("a: 1\n---\nb: 2\n", &["a: 1\n", "b: 2\n"]),
            ("# file\n---\na: 1\n", &["# file\n", "a: 1\n"]),
            ("%YAML 1.2\n---\na: 1\n---\nb: 2\n", &["a: 1\n", "b: 2\n"]),
            ("%YAML 1.2\n...\na: 1\n---\nb: 2\n", &["%YAML 1.2\n", "a: 1\n", "b: 2\n"]),
            ("--- {a: 1}\n--- # why\nb: 2", &[" {a: 1}\n", " # why\nb: 2"]),
            ("a: 1\r\n---\r\nb: 2\r\n", &["a: 1\r\n", "b: 2\r\n"]),
            ("a: 1\n...\nb: 2\n...\n", &["a: 1\n", "b: 2\n"]),
            ("a: |\n  ---\n---x: 1\n", &["a: |\n  ---\n---x: 1\n"]),
        ];
        for (text, bodies) in cases {
            let pieces = pieces(text);
            let found: Vec<&str> = pieces.iter().map(|piece| &text[piece.body.clone()]).collect();
            assert_eq!(found, bodies, "{text:?}");
            let whole: String = pieces.iter().map(|piece| &text[piece.whole.clone()]).collect();
            assert_eq!(whole, text);
        }
    }
}
