//! What cannot be read: the place, and words that say what to mend.

mod common;

use common::read;
use netpol_syntax::{FileId, Limits, parse};

#[test]
fn faults_are_told_in_plain_words_at_their_place() {
    let cases = [
        ("a:\n\tb: 1", "b:", "a tab is used for indentation"),
        ("a: b: c", "b:", "a `:` that makes a key is not allowed here"),
        ("a: 1\n  b: 2", "b:", "a `:` that makes a key is not allowed here"),
        ("a:b\nc: 1", "c:", "a `:` that makes a key is not allowed here"),
        ("a: [1, 2\nb: 3", "b:", "a `,` or the closing `]` is missing before this"),
        ("a: {x: 1\nb: 3", "b:", "a `,` or the closing `}` is missing before this"),
        ("a: [1, 2", "[1,", "the bracket `[` is opened here and never closed"),
        ("a: [1}", "[1}", "the bracket `[` is closed by `}`"),
        ("a: ]", "]", "the bracket `]` closes nothing"),
        ("a: \"x", "\"x", "the quote `\"` is opened here and never closed"),
        ("a: \"x\nb: 1", "b:", "a quoted string goes on in this line, which is not indented"),
        ("a: 'x' z", "z", "text follows a closed quote"),
        ("a: \"\\q\"", "\"\\q\"", "an unknown escape in this string: `\\` begins one within double quotes"),
        ("a:\n  b: 1\n c: 2", "c:", "expected a key here"),
        ("- a\nb: 1", "b:", "expected a list item here"),
        ("  a: 1\n b: 2", "b:", "the document's value has ended before this"),
        ("a: 1\nfoo\n", "foo", "expected a `:` behind this key"),
        ("a: - b", "-", "a list item is not allowed here"),
        ("a: *x", "*x", "`*x` stands for an anchor that is not defined above it"),
        ("&x [*x]", "*x", "`*x` stands within the value that it stands for"),
        ("a: @x", "@x", "a value cannot begin with `@`"),
        ("a: é\u{1}", "é\u{1}", "the control character U+0001 is not allowed"),
        ("a: {{ .x }}", "{ .x }", "a key must be a string, not a map or a list"),
        ("? [a]\n: b", "[a]", "a key must be a string, not a map or a list"),
        ("~: 1", "~", "`~` cannot be a key"),
        ("a: !!int x", "x", "cannot read `x` as the `!!int` that its tag says"),
        ("a: !!binary a-b", "a-b", "`!!binary` is not followed by valid base64"),
        ("<<: 1", "1", "`<<` merges maps: its value must be a map or a list of maps"),
    ];
    for (text, place, message) in cases {
        let [diagnostic] = &read(text).diagnostics[..] else { panic!("one fault in {text:?}") };
        let told =
            (diagnostic.id, diagnostic.at.expect("a place").span.of(text), diagnostic.message.as_str());
        assert_eq!(told, ("yaml-syntax", place, message), "in {text:?}");
    }
}

#[test]
fn a_bracket_that_is_missing_is_told_with_the_one_that_is_open() {
    // A pair within a list is a map that no bracket opens.
    for (text, at, bracket) in [
        ("a: [1, 2\nb: 3", 3, "["),
        ("a: {x: 1\nb: 3", 3, "{"),
        ("a: [é: {}{", 3, "["),
        ("a: [b: [1 2: {}{", 7, "["),
        ("a: [{b: 1}: {}{", 3, "["),
        ("a: [[b]: {}{", 3, "["),
    ] {
        let [diagnostic] = &read(text).diagnostics[..] else { panic!("one fault in {text:?}") };
        let [open] = &diagnostic.related[..] else { panic!("no bracket in {diagnostic:?}") };
        assert_eq!((open.at.span.start, open.at.span.of(text)), (at, bracket), "in {text:?}");
        assert_eq!(open.message, format!("the `{bracket}` is opened here"));
    }
}

/// Twenty lists of two, each of the one before: a million values in 400 bytes.
fn bomb() -> String {
    (1..20).fold("a0: &a0 [x, x]\n".to_owned(), |text, at| {
        format!("{text}a{at}: &a{at} [*a{before}, *a{before}]\n", before = at - 1)
    })
}

/// A list in a list in a list, never nested in the text itself.
fn chain(length: usize) -> String {
    (1..length).fold("- &a0 [x]\n".to_owned(), |text, at| format!("{text}- &a{at} [*a{}]\n", at - 1))
}

#[test]
fn what_exceeds_the_limits_is_refused() {
    let keys: String = (0..1000).map(|at| format!("k{at}: 1, ")).collect();
    let merges =
        (0..600).fold(format!("m: &m {{{keys}}}\n"), |text, at| format!("{text}x{at}: {{<<: *m}}\n"));
    let cases = [
        ("[".repeat(1_000_000), "too-deep"),
        ("{a: ".repeat(1_000_000), "too-deep"),
        ("- ".repeat(1_000_000), "too-deep"),
        ("? ".repeat(1_000_000), "too-deep"),
        ((0..200).map(|at| format!("{}a:\n", " ".repeat(at))).collect(), "too-deep"),
        (format!("{}{}", "[".repeat(101), "]".repeat(101)), "too-deep"),
        (chain(101), "too-deep"),
        (bomb(), "too-many-nodes"),
        (merges, "too-many-nodes"),
        (format!("[{}]", "a,".repeat(600_000)), "too-many-nodes"),
        ("x".repeat(Limits::PAGE.bytes + 1), "too-large"),
        ("---\n".repeat(30_000), "too-many-documents"),
        ("{}\n".repeat(30_000), "too-many-documents"),
        ("a: ]\n---\n".repeat(30_000), "too-many-documents"),
    ];
    for (text, expected) in &cases {
        let start: String = text.chars().take(30).collect();
        let last = read(text).diagnostics.last().map(|diagnostic| diagnostic.id);
        assert_eq!(last, Some(*expected), "for {start:?}");
    }
}

#[test]
fn what_lies_within_the_limits_is_read() {
    for text in [format!("{}{}", "[".repeat(100), "]".repeat(100)), chain(99), "[]\n---\n".repeat(19_999)] {
        assert_eq!(read(&text).diagnostics, [], "in {:?}", text.chars().take(30).collect::<String>());
    }
}

#[test]
fn a_document_of_aliases_is_refused_alone() {
    let limits = Limits { nodes: 100, ..Limits::PAGE };
    let parsed = parse(FileId(0), format!("a: 1\n---\n{}---\nb: 1\n", bomb()), &limits);
    assert_eq!(parsed.documents.len(), 2);
    assert_eq!(parsed.diagnostics.len(), 1);
}

/// `kubectl` reads JSON values one behind the other. Nothing else may stand between them, and what does is said.
#[test]
fn what_stands_between_two_objects_is_not_passed_over() {
    for (text, fault) in [
        ("{}\n |\n{}\n", Some(4)),
        ("{}\n# {\nx\n{}\n", Some(7)),
        ("{a: 1} ]\n{}", Some(7)),
        ("{}\n# one\n\n  # two\n {}\n", None),
        ("a\n# one\n{}", None),
    ] {
        let parsed = parse(FileId(0), text, &Limits::PAGE);
        let at = parsed.diagnostics.iter().map(|told| told.at.map(|at| at.span.start)).next();
        assert_eq!(at.flatten(), fault, "{text:?}: {:?}", parsed.diagnostics);
    }
}
