//! Nodes and their places, aliases, merges, duplicate keys.

mod common;

use common::{document, read, show};
use netpol_syntax::Node;

/// The node that a path such as `a.0.b` leads to.
#[expect(clippy::expect_used, reason = "a test whose path leads nowhere fails")]
fn at<'a>(node: Node<'a>, path: &str) -> Node<'a> {
    path.split('.').filter(|step| !step.is_empty()).fold(node, |node, step| match step.parse::<usize>() {
        Ok(index) => node.item(index).expect(path),
        Err(_) => node.get(step).expect(path),
    })
}

#[test]
fn spans_cover_what_is_written() {
    let cases = [
        ("a: 1 # c\n\n", "", "a: 1"),
        ("a: 1 # c\n\n", "a", "1"),
        ("a:\n  - x: 1\n    z: 2\n\n  - v\n\n# end\nb: 1", "a", "- x: 1\n    z: 2\n\n  - v"),
        ("a:\n  - x: 1\n    z: 2\n\n  - v\n\n# end\nb: 1", "a.0", "x: 1\n    z: 2"),
        ("a:\n- b:\n  - c\n", "a.0.b", "- c"),
        ("a: {b: \"x\", c: [1, 2] } # c", "a", "{b: \"x\", c: [1, 2] }"),
        ("a: {b: \"x\", c: [1, 2] } # c", "a.b", "\"x\""),
        ("a: {b: \"x\", c: [1, 2] } # c", "a.c", "[1, 2]"),
        ("é: 😀 # c\r\nb: ü\r\n", "é", "😀"),
        ("é: 😀 # c\r\nb: ü\r\n", "b", "ü"),
        ("é: 😀 # c\r\nb: ü\r\n", "", "é: 😀 # c\r\nb: ü"),
        ("😀: '😀'\n---\n", "😀", "'😀'"),
        ("\u{feff}a: b", "a", "b"),
        ("a: |\n  x\n  y\n\n\nb: 1", "a", "x\n  y"),
        ("a: one\n  two\nb: 1", "a", "one\n  two"),
        ("a: &x\n  b: 1\n", "a", "b: 1"),
        ("a: !!str 12", "a", "12"),
        ("a: &x [1]\nb:\n  c: *x\n", "b", "c: *x"),
        ("a: &x [1]\nb:\n  c: *x\n", "b.c", "[1]"),
        ("a:\n  b:\nc: 1", "a", "b:"),
        ("a:\n  - \nc: 1", "a", "-"),
        ("a :\n  ", "", "a :"),
    ];
    for (text, path, expected) in cases {
        let document = document(text);
        assert_eq!(at(document.root(), path).source(), expected, "`{path}` in {text:?}");
    }
}

#[test]
fn spans_count_from_the_start_of_the_file() {
    let text = "a: 😀\n---\n# é\nb: c\n";
    let parsed = read(text);
    let sources: Vec<_> = parsed.documents.iter().map(|document| document.location().span.of(text)).collect();
    assert_eq!(sources, ["a: 😀", "b: c"]);
}

#[test]
fn an_absent_value_stands_behind_its_colon() {
    let document = document("a:\nb: 1\n");
    let span = document.root().get("a").expect("a").location().span;
    assert_eq!((span.start, span.end), (2, 2));
}

#[test]
fn aliases_and_merges_resolve() {
    let cases = [
        ("a: &x {k: 1}\nb: *x", "{\"a\": {\"k\": 1}, \"b\": {\"k\": 1}}"),
        ("a: &x 1\nb: &x 2\nc: *x", "{\"a\": 1, \"b\": 2, \"c\": 2}"),
        ("a: &x k\n*x : 1", "{\"a\": \"k\", \"k\": 1}"),
        (
            "a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}",
            "{\"a\": {\"k\": 1, \"l\": 2}, \"b\": {\"k\": 3, \"l\": 2}}",
        ),
        // As `kubectl` reads them, one after the other: what is merged takes the place of what stands before it.
        ("b: {k: 3, <<: {k: 1, l: 2}}", "{\"b\": {\"k\": 1, \"l\": 2}}"),
        ("b: {<<: {k: 1, l: 1}, <<: {l: 2, m: 2}}", "{\"b\": {\"l\": 2, \"m\": 2, \"k\": 1}}"),
        ("b: {k: 0, <<: {k: 1}, l: 3, <<: {k: 2, l: 2}}", "{\"b\": {\"k\": 2, \"l\": 2}}"),
        ("b: {<<: [{k: 1}, {k: 2, l: 3}]}", "{\"b\": {\"k\": 1, \"l\": 3}}"),
        (
            "a: &x {k: 1}\nb: &z {<<: *x, l: 2}\nc: {<<: *z}",
            "{\"a\": {\"k\": 1}, \"b\": {\"l\": 2, \"k\": 1}, \"c\": {\"l\": 2, \"k\": 1}}",
        ),
        ("\"<<\": 1", "{\"<<\": 1}"),
    ];
    for (text, expected) in cases {
        assert_eq!(show(document(text).root()), expected, "in {text:?}");
    }
}

#[test]
fn of_duplicate_keys_the_last_wins_with_a_warning() {
    let many = |to: usize| (0..to).map(|at| format!("k{at}: 0\n")).collect::<String>();
    let cases = [
        ("a: 1\na: 2\nb: 3".to_owned(), "a", "2", 1),
        ("a: 1\n\"a\": 2\na: 3".to_owned(), "a", "3", 2),
        ("on: 1\ntrue: 2".to_owned(), "true", "2", 1),
        (format!("{}k3: 1\n", many(15)), "k3", "1", 1),
        (format!("{}k3: 1\n", many(16)), "k3", "1", 1),
        (format!("{}k3: 1\n", many(500)), "k3", "1", 1),
    ];
    for (text, key, value, warnings) in &cases {
        let parsed = read(text);
        let root = parsed.documents[0].root();
        assert_eq!(root.get(key).map(show).as_deref(), Some(*value), "in {text:?}");
        assert_eq!(root.entries().filter(|(node, _)| node.as_str() == Some(key)).count(), 1);
        assert_eq!(parsed.diagnostics.len(), *warnings, "in {text:?}");
        for diagnostic in &parsed.diagnostics {
            assert_eq!(diagnostic.id, "duplicate-key");
            let earlier = diagnostic.related[0].at.span;
            assert!(earlier.end <= diagnostic.at.expect("a place").span.start, "in {text:?}");
        }
    }
}
