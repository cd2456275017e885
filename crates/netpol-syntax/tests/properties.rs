//! Whatever the text: no panic, nothing past the limits, every span within the text and on its characters.

mod common;

use std::collections::BTreeMap;

use netpol_syntax::{
    Diagnostic, FileId, IntOrString, Limits, Node, Nullable, Spanned, SpannedMap, UnknownFields, deserialize,
    parse,
};
use proptest::prelude::*;
use serde::Deserialize;

const LIMITS: Limits = Limits { bytes: 4096, nodes: 300, documents: 20, depth: 12 };

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "only that it can be read matters")]
struct Manifest {
    kind: Option<Spanned<String>>,
    metadata: Option<Spanned<Metadata>>,
    #[serde(default)]
    ports: Vec<IntOrString>,
    #[serde(default)]
    spec: Nullable<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only that it can be read matters")]
struct Metadata {
    name: String,
    #[serde(default)]
    labels: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    annotations: SpannedMap<Option<String>>,
}

/// Nodes below and with `node`, aliases counted as often as they are used; every span checked.
fn walk(node: Node<'_>, text: &str, depth: usize) -> usize {
    check(node.location().span, text);
    assert!(depth <= LIMITS.depth + 1, "deeper than the limit");
    let items: usize = node.items().map(|item| walk(item, text, depth + 1)).sum();
    let entries: usize = node
        .entries()
        .map(|(key, value)| {
            assert!(key.as_str().is_some(), "a key that is no string");
            walk(key, text, depth + 1) + walk(value, text, depth + 1)
        })
        .sum();
    1 + items + entries
}

fn check(span: netpol_syntax::Span, text: &str) {
    assert!(
        span.start <= span.end && text.get(span.start as usize..span.end as usize).is_some(),
        "{span:?} in {text:?}"
    );
}

fn check_all(diagnostics: &[Diagnostic], text: &str) {
    for diagnostic in diagnostics {
        let related = diagnostic.related.iter().map(|related| related.at);
        diagnostic.at.into_iter().chain(related).for_each(|at| check(at.span, text));
    }
}

fn survives(text: &str) {
    let parsed = parse(FileId(0), text, &LIMITS);
    check_all(&parsed.diagnostics, text);
    assert!(parsed.documents.len() <= LIMITS.documents);
    let nodes: usize = parsed.documents.iter().map(|document| walk(document.root(), text, 1)).sum();
    assert!(nodes <= LIMITS.nodes, "{nodes} nodes from {text:?}");
    for document in &parsed.documents {
        assert!(!document.root().is_null());
        for fields in [UnknownFields::Report, UnknownFields::Ignore] {
            let read = deserialize::<Manifest>(document.root(), fields);
            check_all(&read.diagnostics, text);
            assert!(
                read.value.is_some() || !read.diagnostics.is_empty(),
                "no value and no reason from {text:?}"
            );
        }
    }
}

/// Pieces of which manifests are made, whole and broken ones, put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a: ",
        "a:\n",
        "  ",
        "\n",
        "\r\n",
        "- ",
        "? ",
        ": ",
        ",",
        "[",
        "]",
        "{",
        "}",
        "&x ",
        "*x",
        "<<: ",
        "<<: *x\n",
        "\"",
        "'",
        "|\n",
        ">-\n",
        "---\n",
        "...\n",
        "# c\n",
        "\t",
        "é",
        "😀",
        "\u{feff}",
        "\\u00e9",
        "1",
        "0x1",
        "yes",
        "~",
        "!!int ",
        "!!binary ",
        "!",
        "%YAML 1.1\n",
        "@",
        "metadata:\n",
        "  name: x\n",
        "  labels: {a: b}\n",
        "kind: Pod\n",
        "ports: [80, http]\n",
        "spec: ",
        "\u{0}",
        "\u{85}",
        "\u{2028}",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A sound manifest with a few bytes replaced, added or left out.
fn mutated() -> impl Strategy<Value = String> {
    const SOUND: &str = "# é\nkind: Pod\nmetadata: &m\n  name: \"x\\ty\"\n  labels: {a: b, 😀: 'c'}\n  annotations:\n    k: |\n      \
                         text\n---\nmetadata:\n  <<: *m\nports:\n- 80\n- http\n";
    prop::collection::vec((0..SOUND.len(), any::<u8>(), 0..3_u8), 1..6).prop_map(|edits| {
        let mut bytes = SOUND.as_bytes().to_vec();
        for (at, byte, edit) in edits {
            let at = at.min(bytes.len() - 1);
            match edit {
                0 => drop(bytes.splice(at..=at, [byte])),
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Lists of aliases of lists of aliases, and the same with merges.
fn bombs() -> impl Strategy<Value = String> {
    (1..30_usize, 1..6_usize, any::<bool>()).prop_map(|(levels, width, merges)| {
        let first = if merges { "l0: &l0 {k: 1, m: 2}\n" } else { "l0: &l0 [x]\n" };
        (1..levels).fold(first.to_owned(), |text, level| {
            let aliases = vec![format!("*l{}", level - 1); width].join(", ");
            let value =
                if merges { format!("{{<<: [{aliases}], k{level}: 1}}") } else { format!("[{aliases}]") };
            format!("{text}l{level}: &l{level} {value}\n")
        })
    })
}

/// Opened again and again, and perhaps closed.
fn nested() -> impl Strategy<Value = String> {
    let pair = prop::sample::select(vec![
        ("[", "]"),
        ("{a: ", "}"),
        ("- ", ""),
        ("? ", ""),
        ("a:\n ", ""),
        ("[{a: [", "]}]"),
    ]);
    (pair, 0..400_usize, 0..400_usize)
        .prop_map(|((open, close), opened, closed)| open.repeat(opened) + &close.repeat(closed))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn pieces_of_manifests(text in pieces()) {
        survives(&text);
    }

    #[test]
    fn mutated_manifests(text in mutated()) {
        survives(&text);
    }

    #[test]
    fn alias_bombs(text in bombs()) {
        survives(&text);
    }

    #[test]
    fn deep_nesting(text in nested()) {
        survives(&text);
    }

    #[test]
    fn json_is_yaml(value in json()) {
        let text = value.to_string();
        if value.is_null() {
            return Ok(());
        }
        let parsed = parse(FileId(0), text.as_str(), &Limits::PAGE);
        prop_assert_eq!(&parsed.diagnostics[..], &[], "in {}", text);
        let read = deserialize::<serde_json::Value>(parsed.documents[0].root(), UnknownFields::Report);
        prop_assert_eq!(read.value, Some(value));
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~é😀\t\n\"\\\\]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z \"\\\\é]{0,5}", inner, 0..5)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}
