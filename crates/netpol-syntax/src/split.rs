//! A text cut into its documents before any of it is parsed, so that a fault in one cannot reach the others.

use std::ops::Range;

/// The byte range of the first document of `text` from `start` on, `None` at the end; it parses on its own.
///
/// A line that begins with `---` opens a document, one that begins with `...` ends it, both only at
/// column 0 and followed by white space or nothing: there YAML allows them nowhere else, not even
/// within quotes or block scalars. Directives (`%YAML`) and comments stay with the document they
/// stand before.
pub(crate) fn next_document(text: &str, start: usize) -> Option<Range<usize>> {
    // A byte order mark is no part of the first line.
    let start = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start };
    let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
    let mut at = start;
    // Whether only directives, comments and blank lines were seen, which belong to a `---` to come.
    let mut in_prologue = true;
    for line in rest.split_inclusive(['\n', '\r']) {
        let end = at + line.len();
        if is_marker(line, "...") {
            return Some(start..end);
        }
        if is_marker(line, "---") {
            if !in_prologue {
                return Some(start..at);
            }
            in_prologue = false;
        } else if in_prologue {
            let content = line.trim_start();
            in_prologue = content.is_empty() || content.starts_with('#') || line.starts_with('%');
        }
        at = end;
    }
    Some(start..text.len())
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}
