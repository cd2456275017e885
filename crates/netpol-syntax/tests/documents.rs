//! Several documents in one text: markers, directives, byte order marks, and faults that stay where they are.

mod common;

use common::{read, show_all};
use netpol_syntax::{FileId, Limits, SourceFile, parse_all};

#[test]
fn texts_split_into_documents() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        ("\n# nothing\n", &[]),
        ("null", &[]),
        ("---\n---\n~\n---\n", &[]),
        ("a: 1", &["{\"a\": 1}"]),
        ("\u{feff}a: 1", &["{\"a\": 1}"]),
        ("a: 1\n---\nb: 2\n", &["{\"a\": 1}", "{\"b\": 2}"]),
        ("---\r\na: 1\r\n---\r\nb: 2\r\n", &["{\"a\": 1}", "{\"b\": 2}"]),
        ("a: 1\r---\rb: 2\r", &["{\"a\": 1}", "{\"b\": 2}"]),
        ("--- {a: 1}\n--- # second\nb: 2", &["{\"a\": 1}", "{\"b\": 2}"]),
        ("a: 1\n...\nb: 2\n", &["{\"a\": 1}", "{\"b\": 2}"]),
        ("# c\n%YAML 1.1\n---\na: 1\n...\n%YAML 1.2\n# c\n---\nb: 2", &["{\"a\": 1}", "{\"b\": 2}"]),
        ("a: ---\nb: |\n  ---\n  x\n", &["{\"a\": \"---\", \"b\": \"---\\nx\\n\"}"]),
        ("a: x---\n---x: 1\n", &["{\"a\": \"x---\", \"---x\": 1}"]),
        ("{\"a\": 1}\n---\n{\"b\":\t[true,\n\t2]}\n", &["{\"a\": 1}", "{\"b\": [true, 2]}"]),
        ("{\"a\": 1}\n{\"b\": 2}\n\n{\"c\": 3}", &["{\"a\": 1}", "{\"b\": 2}", "{\"c\": 3}"]),
        ("&a [x]\n---\n&a [z]", &["[\"x\"]", "[\"z\"]"]),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).diagnostics, [], "in {text:?}");
        assert_eq!(show_all(text), *expected, "in {text:?}");
    }
}

#[test]
fn a_broken_document_leaves_the_others_whole() {
    let broken = [
        "b: [", "b: {", "b: \"x", "b: 'x", "b: c: d", "\tb: 1", "b: *c", "b: }", "b: @", "x\ny: 1",
        "b: \u{1}",
    ];
    for text in broken {
        let text = format!("a: é\n---\n{text}\n---\nc: 3\n");
        assert_eq!(show_all(&text), ["{\"a\": \"é\"}", "{\"c\": 3}"], "in {text:?}");
        let [diagnostic] = &read(&text).diagnostics[..] else { panic!("one fault in {text:?}") };
        assert_eq!(diagnostic.id, "yaml-syntax", "in {text:?}");
        let span = diagnostic.at.expect("a place").span;
        assert!((10..text.len() - 9).contains(&(span.start as usize)), "{span:?} in {text:?}");
        assert!(span.start < span.end, "{span:?} in {text:?}");
    }
}

#[test]
fn files_are_told_apart_and_share_the_limits() {
    let file = |text: &str| SourceFile::new("file", text);
    let parsed = parse_all(&[file("a: 1"), file("b: ["), file("c: 1")], &Limits::PAGE);
    let ids: Vec<_> = parsed.documents.iter().map(|document| document.location().file).collect();
    assert_eq!(ids, [FileId(0), FileId(2)]);
    assert_eq!(parsed.diagnostics[0].at.map(|at| at.file), Some(FileId(1)));

    let limits = Limits { bytes: 10, ..Limits::PAGE };
    let parsed = parse_all(&[file("a: 1"), file("long: text"), file("c: 1")], &limits);
    assert_eq!(parsed.documents.len(), 2);
    assert_eq!(parsed.diagnostics[0].id, "too-large");

    let limits = Limits { nodes: 5, ..Limits::PAGE };
    let parsed = parse_all(&[file("a: 1"), file("b: 1"), file("c: 1")], &limits);
    assert_eq!(parsed.documents.len(), 1);
    let ids: Vec<_> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.id).collect();
    assert_eq!(ids, ["too-many-nodes"]);
}
