//! The parser's errors in words for people who write manifests, not parsers.

use netpol_events::{ErrorKind, ScanError};

use crate::{Diagnostic, Location, Span};

/// Message and help for the fault that cannot be seen.
pub(crate) const TAB: (&str, &str) =
    ("a tab is used for indentation", "indent with spaces: YAML allows no tabs there");

/// The word at `offset`, or what stands last before it where the text is at its end there.
pub(crate) fn span(text: &str, offset: usize) -> Span {
    let offset = text.floor_char_boundary(offset);
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    let word = after.find(char::is_whitespace).unwrap_or(after.len());
    let (start, end) = if word > 0 {
        (offset, offset + word)
    } else if let Some(blank) = after.chars().next().filter(|blank| !matches!(blank, '\n' | '\r')) {
        (offset, offset + blank.len_utf8())
    } else {
        let before = before.trim_end();
        (before.char_indices().next_back().map_or(0, |(at, _)| at), before.len())
    };
    Span::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

/// The diagnostic of `error`, which lies at `at` in `text`; `piece` is where the document begins and
/// `open` the innermost bracket that is still open there.
pub(crate) fn explain(
    error: &ScanError,
    at: Location,
    text: &str,
    piece: usize,
    open: Option<Span>,
) -> Diagnostic {
    let is_colon = at.span.of(text).starts_with(':');
    let at = if is_colon { Location { span: with_word_before(text, at.span), ..at } } else { at };
    let here = at.span.of(text);
    if let (Some(open), true) = (open, suggests_missing_bracket(error.kind())) {
        let bracket = open.of(text);
        let closing = if bracket == "[" { "]" } else { "}" };
        return Diagnostic::error(
            "yaml-syntax",
            at,
            format!("a `,` or the closing `{closing}` is missing before this"),
        )
        .with_related(Location { span: open, ..at }, format!("the `{bracket}` is opened here"));
    }
    let (message, help) = words(error, at.span, here, text, piece);
    let diagnostic = Diagnostic::error("yaml-syntax", at, message);
    match help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

fn suggests_missing_bracket(kind: &ErrorKind) -> bool {
    use ErrorKind as E;
    matches!(
        kind,
        E::InvalidColonPlacement
            | E::ExpectedFlowMappingSeparator
            | E::ExpectedFlowSequenceSeparator
            | E::UnexpectedEofFlowMapping
            | E::UnexpectedEofFlowSequence
            | E::UnexpectedEofImplicitFlowMapping
            | E::BlockEntryInFlowCollection
            | E::MappingValueNotAllowed
            | E::InvalidFlowScalarIndent
    )
}

fn words(
    error: &ScanError,
    at: Span,
    here: &str,
    text: &str,
    piece: usize,
) -> (String, Option<&'static str>) {
    use ErrorKind as E;
    let line_before = || line_before(text, piece, at);
    let (message, help): (&str, &str) = match error.kind() {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabAtBlockScalarStart => TAB,
        E::MappingValueNotAllowed | E::InvalidColonPlacement => {
            return (
                "a `:` that makes a key is not allowed here".to_owned(),
                Some(if has_key_before(text, at) {
                    "quote the value if it holds `: `, or put the key on a line of its own"
                } else if !line_before().is_some_and(|line| line.contains(": ") || line.ends_with(':')) {
                    "the line before is no `key: value`: is its `:` missing, or the space behind it?"
                } else {
                    "line it up with the keys above: the value before it seems to go on here"
                }),
            );
        }
        E::SimpleKeyExpected | E::InvalidSimpleKey => {
            ("expected a `:` behind this key", "is the `:` missing, or the space behind it?")
        }
        E::ExpectedBlockMappingKey => {
            ("expected a key here", "line it up with the keys above, as `key: value`")
        }
        E::ExpectedBlockSequenceEntry => (
            "expected a list item here",
            "begin it with `- `, or indent the line as the map that it belongs to",
        ),
        E::BlockSequenceEntryNotAllowed => {
            ("a list item is not allowed here", "put the `-` on a line of its own, indented below its key")
        }
        E::ExpectedDocumentStart => (
            "the document's value has ended before this",
            "line it up with the first key, or begin a new document with `---`",
        ),
        E::InvalidIndentation => {
            ("the indentation of this line fits nothing above it", "line it up with what it belongs to")
        }
        E::UnclosedQuotedScalar => {
            return (
                format!("the quote `{}` is opened here and never closed", here.get(..1).unwrap_or("\"")),
                None,
            );
        }
        E::DocumentIndicatorInQuotedScalar => {
            ("a document ends within a quoted string", "close the quote before the line with `---` or `...`")
        }
        E::InvalidQuotedScalarIndent if at.end as usize == text.trim_end().len() => {
            ("a quoted string that ends here is never closed", "is a quote missing at the end of its line?")
        }
        E::InvalidQuotedScalarIndent => (
            "a quoted string goes on in this line, which is not indented",
            "is the closing quote missing above?",
        ),
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            ("text follows a closed quote", "quote the whole value, or escape the quote within it")
        }
        E::UnclosedFlowCollection { open } => {
            return (format!("the bracket `{open}` is opened here and never closed"), None);
        }
        E::MisplacedFlowCollectionEnd => {
            return (format!("the bracket `{}` closes nothing", here.get(..1).unwrap_or("]")), None);
        }
        E::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("the bracket `{open}` is closed by `{close}`"), None);
        }
        E::UnknownQuotedScalarEscape => (
            "an unknown escape in this string: `\\` begins one within double quotes",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        E::UnknownAnchor => {
            return (
                format!("`{here}` stands for an anchor that is not defined above it"),
                Some("a `*` at the start of a value makes it an alias: quote it if the text is meant"),
            );
        }
        E::UnexpectedCharacter { character } if character.is_control() => {
            return (format!("the control character U+{:04X} is not allowed", u32::from(*character)), None);
        }
        E::UnexpectedCharacter { character: '`' } => ("a value cannot begin with a backtick", "quote it"),
        E::UnexpectedCharacter { character } => {
            return (format!("a value cannot begin with `{character}`"), Some("quote it"));
        }
        E::CommentNotSeparated => {
            ("a comment needs a space before its `#`", "put a space there, or quote the value")
        }
        E::UnsupportedYamlMajorVersion => ("this version of YAML is not known", "remove the `%YAML` line"),
        E::InvalidBlockScalarIndent => {
            ("the lines of this block of text are indented less than its first", "indent them alike")
        }
        _ => return (error.info(), None),
    };
    (message.to_owned(), Some(help))
}

/// The span from where its word begins: a `:` alone is hardly seen, the key before it is.
fn with_word_before(text: &str, span: Span) -> Span {
    let before = text.get(..span.start as usize).unwrap_or("");
    let word = before.trim_end_matches(|c: char| !c.is_whitespace()).len();
    Span::new(u32::try_from(word).unwrap_or(span.start), span.end)
}

/// Whether a key stands before `at` on the same line.
fn has_key_before(text: &str, at: Span) -> bool {
    let before = text.get(..at.start as usize).unwrap_or("");
    before.rsplit('\n').next().is_some_and(|line| line.contains(": "))
}

/// The last line with content before the one `at` is on, within the document.
fn line_before(text: &str, piece: usize, at: Span) -> Option<&str> {
    let before = text.get(piece..at.start as usize)?;
    before.lines().rev().skip(1).map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))
}
