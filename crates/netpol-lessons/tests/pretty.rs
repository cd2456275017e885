//! Block style: what it looks like, what stays as written, and that it never means anything else.

use netpol_lessons::in_block_style;
use netpol_syntax::{FileId, Limits, Node, NodeKind, parse};
use proptest::prelude::*;

#[test]
fn flow_style_becomes_block_style() {
    let cases = [
        (
            "a: {b: 1, c: [x, {d: e, f: g}, []], h: {}}\n",
            "a:\n  b: 1\n  c:\n  - x\n  - d: e\n    f: g\n  - []\n  h: {}\n",
        ),
        ("{\"a\": \"b\", \"c\": [[1, 2], [3]]}", "\"a\": \"b\"\n\"c\":\n- - 1\n  - 2\n- - 3"),
        // A null that is nothing stays nothing; one that is written stays written.
        ("a: [{to: , ports: ~}]\n", "a:\n- to:\n  ports: ~\n"),
        // Scalars keep their spelling.
        (
            "a: {b: '80', c: 0x50, d: \"x\\ty\", on: 1_000}\n",
            "a:\n  b: '80'\n  c: 0x50\n  d: \"x\\ty\"\n  on: 1_000\n",
        ),
        ("a: {b: \"x\\\n  y\", c: 'p\n\n  q'}\n", "a:\n  b: xy\n  c: |-\n    p\n    q\n"),
        ("x: [1]\nb: |\n  one\n  two\n", "x:\n- 1\nb: |\n  one\n  two\n"),
        // Comments go along.
        (
            "# head\na: [1, # one\n  # two\n  2] # end\n# tail\n",
            "# head\na:\n- 1 # one\n# two\n- 2 # end\n# tail\n",
        ),
        ("a: # why\n  {b: c#d}\n", "a: # why\n  b: c#d\n"),
        // Each document for itself, and markers as they are.
        (
            "--- # x\na: [1]\n---\nb: [2\n---\nc: {d: 1}\n...\n",
            "--- # x\na:\n- 1\n---\nb: [2\n---\nc:\n  d: 1\n...\n",
        ),
        ("--- {a: 1}\n", "---\na: 1\n"),
        ("a: {b: 1}\r\nc: 2\r\n", "a:\r\n  b: 1\r\nc: 2\r\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(in_block_style(text), expected, "from {text:?}");
        assert_eq!(in_block_style(expected), expected);
    }
}

#[test]
fn what_is_in_block_style_or_would_lose_something_stays() {
    let texts = [
        "",
        "egress:\n- to:\n  ports:\n  - port : 53 # dns\n  x: {}\n",
        "a: &x {b: 1}\nc: *x\n",
        "a: &x {b: 1}\nc:\n  <<: *x\n",
        "a: [!!str 1]\n",
        "a: {b: \n",
        "[1, 2]\n",
        "{\"a\": [1]} {\"b\": [2]}",
    ];
    for text in texts {
        assert_eq!(in_block_style(text), text);
    }
}

/// Some value in flow style, spread over lines and commented as the depth allows.
fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just(String::new()),
        "[a-z]{1,5}",
        "[0-9]{1,3}",
        Just("'it''s'".to_owned()),
        Just("\"a\\nb\\u0007\"".to_owned()),
        Just("\"two\n  lines\"".to_owned()),
        Just("\"#\"".to_owned()),
        Just("yes".to_owned()),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        let space = prop_oneof![Just(" "), Just("\n "), Just(" # c\n "), Just("\n # c\n ")];
        let items = proptest::collection::vec((inner, space), 0..4);
        (items, any::<bool>()).prop_map(|(items, is_map)| {
            let parts =
                items.into_iter().enumerate().map(|(at, (value, space))| match (is_map, value.as_str()) {
                    (true, value) => format!("k{at}: {value},{space}"),
                    (false, "") => format!("~,{space}"),
                    (false, value) => format!("{value},{space}"),
                });
            let parts: String = parts.collect();
            if is_map { format!("{{{parts}}}") } else { format!("[{parts}]") }
        })
    })
}

fn same(one: Node<'_>, other: Node<'_>) -> bool {
    match (one.kind(), other.kind()) {
        (NodeKind::Scalar(one), NodeKind::Scalar(other)) => one.value == other.value,
        _ => {
            one.entries().len() == other.entries().len()
                && one.items().len() == other.items().len()
                && one.is_mapping() == other.is_mapping()
                && one
                    .entries()
                    .zip(other.entries())
                    .all(|(one, other)| same(one.0, other.0) && same(one.1, other.1))
                && one.items().zip(other.items()).all(|(one, other)| same(one, other))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_means_the_same_loses_no_comment_and_is_done_once(value in value(), other in value()) {
        let text = format!("# head\na: {value}\nb: {other}\n");
        let before = parse(FileId(0), text.as_str(), &Limits::PAGE);
        prop_assert_eq!(&before.diagnostics, &[], "{}", text);
        let pretty = in_block_style(&text);
        let after = parse(FileId(0), pretty.as_str(), &Limits::PAGE);
        prop_assert_eq!(&after.diagnostics, &[], "{}", pretty);
        prop_assert!(same(before.documents[0].root(), after.documents[0].root()), "{}\n{}", text, pretty);
        let flow = pretty.lines().find(|line| line.contains(['{', '[']) && !line.contains("{}") && !line.contains("[]"));
        prop_assert_eq!(flow, None, "{}\n{}", text, pretty);
        let comments = |text: &str| text.matches("# c").count();
        prop_assert_eq!(comments(&pretty), comments(&text), "{}\n{}", text, pretty);
        prop_assert_eq!(in_block_style(&pretty), pretty);
    }

    #[test]
    fn no_text_is_too_odd(text in "([-:#{}\\[\\]*&!|>'\"%?~ \n\ra-c,]|---\n|\\.\\.\\.\n){0,60}") {
        let _ = in_block_style(&text);
    }
}
