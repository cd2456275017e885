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

/// Longer values are not looked through for their end.
const SHORT: usize = 1 << 10;

/// Where a short JSON object that `text` begins with ends, and where the next one begins, if one follows. It may be wrong
/// of what is not JSON: what it cuts off must be read to its end.
///
/// A parser looks as far ahead as a key may be long for the colon behind it. Where objects follow each other, that would
/// be hundreds of them for each.
pub(crate) fn short_object(text: &str) -> Option<(usize, usize)> {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate().take(SHORT) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            let after = text.get(at + 1..).filter(|_| byte == b'}')?;
            let next = after.trim_start();
            return next.starts_with('{').then_some((at + 1, text.len() - next.len()));
        }
    }
    None
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{FileId, Limits, parse};

    #[test]
    fn objects_are_cut_where_another_one_follows() {
        let cases = [
            (r#"{}{}"#, Some((2, 2))),
            ("{\"a\": {}} \n {", Some((9, 12))),
            (r#"{"}": "\"}"}{}"#, Some((12, 12))),
            ("{}", None),
            ("{} # {", None),
            ("{{}", None),
            ("}{", None),
            ("[]{}", None),
            ("a {}{", None),
        ];
        for (text, cut) in cases {
            assert_eq!(short_object(text), cut, "{text}");
        }
        assert_eq!(short_object(&format!("{{\"a\": \"{}\"}}{{}}", "b".repeat(SHORT))), None);
    }

    /// Told apart by a look at brackets, or by the parser: with a comment before it, what follows is never cut.
    #[test]
    fn what_is_cut_off_is_read_as_it_would_be_uncut() {
        let pieces = [
            "{}",
            "{a: b}",
            "{a: '}'}",
            "{a: '{'}",
            "{\"a\": \"}{\"}",
            "{a: [1, {b: c}]}",
            "{a: b",
            "{a: # }\n 1}",
        ];
        let mut texts: Vec<String> = pieces.map(str::to_owned).into();
        for one in pieces {
            for between in ["", " ", "\n", " # x\n"] {
                for other in pieces {
                    texts.push(format!("{one}{between}{other}"));
                    texts.push(format!("{one}{other}{between}{one}"));
                }
            }
        }
        let read = |text: &str, before: usize| {
            let parsed = parse(FileId(0), Arc::from(text), &Limits::PAGE);
            let place = |at: u32| at as usize - before;
            let documents = parsed.documents.iter().map(|it| {
                let span = it.location().span;
                (place(span.start), place(span.end))
            });
            let told = parsed.diagnostics.iter().map(|it| (it.id, it.at.map(|at| place(at.span.start))));
            (documents.collect::<Vec<_>>(), told.collect::<Vec<_>>())
        };
        for text in texts {
            let (cut, uncut) = (read(&text, 0), read(&format!("#\n{text}"), 2));
            if uncut.1.is_empty() {
                assert_eq!(cut, uncut, "{text}");
            } else {
                // Looking ahead, the parser meets a fault before it is done with what comes before it.
                assert!(!cut.1.is_empty() && cut.0.len() >= uncut.0.len(), "{text}: {cut:?}, {uncut:?}");
            }
        }
    }
}
