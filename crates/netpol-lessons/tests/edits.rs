//! `apply`, `delete` and `label` on text as people write it: what they touch, and that they touch nothing else.

use netpol_lessons::{LabelChange, ObjectRef, edit};
use netpol_syntax::{FileId, Limits, Node, Parsed, parse};
use proptest::prelude::*;

fn applied(text: &str, manifests: &str) -> String {
    edit::manifests(manifests).into_iter().fold(text.to_owned(), |text, manifest| {
        let replaced = manifest.object.and_then(|object| edit::replace(&text, &object, &manifest.text));
        replaced.unwrap_or_else(|| edit::append(&text, &manifest.text))
    })
}

const A: &str = "kind: Pod\nmetadata:\n  name: a\n";
const B: &str = "kind: Pod\nmetadata:\n  name: b\n";
const NEW_B: &str = "kind: Pod\nmetadata:\n  name: b\nspec: 1\n";

#[test]
fn apply_replaces_in_place_or_appends() {
    let cases = [
        ("", NEW_B.to_owned()),
        ("\n", format!("\n{NEW_B}")),
        ("# mine\n", format!("# mine\n---\n{NEW_B}")),
        (A, format!("{A}---\n{NEW_B}")),
        (A.trim_end(), format!("{A}---\n{NEW_B}")),
        (B, NEW_B.to_owned()),
        (&format!("{A}---\n# old\n{B}---\n# c\n{A}"), format!("{A}---\n{NEW_B}---\n# c\n{A}")),
        (&format!("{A}--- # b\n{B}"), format!("{A}---\n{NEW_B}")),
        (&format!("{A}--- {{kind: Pod, metadata: {{name: b}}}}\n"), format!("{A}---\n{NEW_B}")),
        (&format!("{A}---\n{B}...\n"), format!("{A}---\n{NEW_B}...\n")),
        (&format!("%YAML 1.1\n---\n{B}"), format!("%YAML 1.1\n---\n{NEW_B}")),
        ("kind: [\n---\nkind: Pod\nmetadata: {name: b}", format!("kind: [\n---\n{NEW_B}")),
    ];
    for (text, expected) in cases {
        assert_eq!(applied(text, NEW_B), expected, "in {text:?}");
    }
}

#[test]
fn apply_keeps_the_line_breaks_of_the_text() {
    let text = format!("{A}---\n{B}").replace('\n', "\r\n");
    assert_eq!(applied(&text, NEW_B), format!("{A}---\n{NEW_B}").replace('\n', "\r\n"));
    let text = A.replace('\n', "\r\n");
    assert_eq!(applied(&text, NEW_B), format!("{A}---\n{NEW_B}").replace('\n', "\r\n"));
    assert_eq!(applied(A, &NEW_B.replace('\n', "\r\n")), format!("{A}---\n{NEW_B}"));
}

#[test]
fn what_is_applied_comes_in_block_style_with_its_comments() {
    let manifests = "\n# why\n\nkind: Pod\nmetadata: {name: b}\n\n---\n# nothing\n---\n--- {kind: Pod, metadata: {name: c}} # end\n";
    let texts: Vec<String> = edit::manifests(manifests).into_iter().map(|manifest| manifest.text).collect();
    let second = "kind: Pod\nmetadata:\n  name: c # end\n";
    assert_eq!(texts, ["# why\n\nkind: Pod\nmetadata:\n  name: b\n", second]);
}

#[test]
fn delete_takes_comment_and_separator_along() {
    let c = "kind: Pod\nmetadata: {name: c}\n";
    let cases = [
        (B.to_owned(), String::new()),
        (format!("# b\n{B}"), String::new()),
        (format!("# file\n---\n{B}"), "# file\n".to_owned()),
        (format!("{A}---\n# b\n{B}"), A.to_owned()),
        (format!("{B}---\n{A}"), A.to_owned()),
        (format!("{B}--- # a\n{A}"), format!("--- # a\n{A}")),
        (format!("---\n{B}---\n{A}"), format!("---\n{A}")),
        (format!("{A}---\n{B}---\n# c\n{c}"), format!("{A}---\n# c\n{c}")),
        (format!("{A}---\n{B}---\n{c}---\n{B}"), format!("{A}---\n{c}")),
        (format!("{A}---\n{B}...\n{c}"), format!("{A}...\n{c}")),
        (format!("{A}---\n{B}...\n---\n{c}"), format!("{A}---\n{c}")),
        (format!("{A}---\n{B}...\n%YAML 1.1\n---\n{c}"), format!("{A}...\n%YAML 1.1\n---\n{c}")),
        ("{\"kind\":\"Pod\",\"metadata\":{\"name\":\"b\"}}\n{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}\n".into(), "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}\n".into()),
    ];
    for (text, expected) in cases {
        for (from, to) in [("\n", "\n"), ("\n", "\r\n")] {
            let (text, expected) = (text.replace(from, to), expected.replace(from, to));
            assert_eq!(
                edit::delete(&text, &ObjectRef::parse("Pod/b").unwrap()),
                Some(expected),
                "from {text:?}"
            );
        }
    }
    for missing in ["Pod/c", "Pod/other/b", "Service/b", "Namespace/b"] {
        assert_eq!(
            edit::delete(&format!("{A}---\n{B}"), &ObjectRef::parse(missing).unwrap()),
            None,
            "{missing}"
        );
    }
}

#[test]
fn items_of_a_list_are_deleted_and_exchanged() {
    let list = |items: &str| format!("kind: List\nitems:{items}\n");
    let (a, b) = ("\n- kind: Pod\n  metadata: {name: a}", "\n- kind: Pod\n  metadata: {name: b}");
    let of = ObjectRef::parse("Pod/b").unwrap();
    assert_eq!(edit::delete_item(&list(&format!("{a}{b}")), &of), Some(list(a)));
    assert_eq!(edit::delete_item(&list(b), &of), Some(list(" []")));
    assert_eq!(edit::delete_item(&list(a), &of), None);
    let is_b = |object: &ObjectRef| *object == of;
    assert_eq!(edit::delete_items(&list(&format!("{b}{a}{b}{b}{a}")), &is_b), Some(list(&format!("{a}{a}"))));
    assert_eq!(edit::delete_items(&list(&format!("{b}{b}")), &is_b), Some(list(b)), "the first is left");
    assert_eq!(edit::delete_items(&list(a), &is_b), None);
    let flow = "{kind: List, items: [{kind: Pod, metadata: {name: b}}, {kind: Pod, metadata: {name: b}}, {kind: Pod}]}";
    let left = "{kind: List, items: [{kind: Pod}]}";
    assert_eq!(edit::delete_items(flow, &is_b).as_deref(), Some(left));
    let replaced = edit::replace_item(&list(&format!("{b}{a}")), &of, NEW_B);
    assert_eq!(replaced, Some(format!("{}---\n{NEW_B}", list(a))));
}

#[test]
fn labels_are_written_in_the_style_of_their_place() {
    let cases = [
        // Nothing there yet.
        (
            "metadata:\n  name: b\nspec: 1\n",
            "x=1",
            "metadata:\n  name: b\n  labels:\n    x: \"1\"\nspec: 1\n",
        ),
        ("metadata:\n  name: b # it\n", "x=v", "metadata:\n  name: b # it\n  labels:\n    x: v\n"),
        ("metadata:\n    name: b", "x=v", "metadata:\n    name: b\n    labels:\n      x: v"),
        ("metadata: {name: b}\n", "x=v", "metadata: {name: b, labels: {x: v}}\n"),
        ("metadata: {name: b, }\n", "x=v", "metadata: {name: b, labels: {x: v}, }\n"),
        (
            "metadata:\n  name: b\n  annotations:\n    a: |\n      text\n\n",
            "x=v",
            "metadata:\n  name: b\n  annotations:\n    a: |\n      text\n  labels:\n    x: v\n\n",
        ),
        // Empty.
        ("metadata:\n  name: b\n  labels: {}\n", "x=v", "metadata:\n  name: b\n  labels: {x: v}\n"),
        ("metadata:\n  labels:\n  name: b\n", "x=v", "metadata:\n  labels:\n    x: v\n  name: b\n"),
        ("metadata:\n  labels: null\n  name: b\n", "x=v", "metadata:\n  labels:\n    x: v\n  name: b\n"),
        ("metadata: {labels:, name: b}\n", "x=v", "metadata: {labels: {x: v}, name: b}\n"),
        (
            "metadata:\n  labels: # none\n  name: b\n",
            "x=v",
            "metadata:\n  labels:\n    x: v # none\n  name: b\n",
        ),
        // Another one.
        (
            "metadata:\n  labels:\n    a: b # why\n  name: b\n",
            "x=v",
            "metadata:\n  labels:\n    a: b # why\n    x: v\n  name: b\n",
        ),
        (
            "metadata:\n  labels: {a: b} # why\n  name: b\n",
            "x=v",
            "metadata:\n  labels: {a: b, x: v} # why\n  name: b\n",
        ),
        (
            "metadata: {labels: {\"a\":\"b\"}, name: b}\n",
            "x=on",
            "metadata: {labels: {\"a\":\"b\", x: \"on\"}, name: b}\n",
        ),
        // The same one.
        (
            "metadata:\n  labels:\n    x: old # why\n  name: b\n",
            "x=new",
            "metadata:\n  labels:\n    x: new # why\n  name: b\n",
        ),
        (
            "metadata:\n  labels:\n    x:\n  name: b\n",
            "x=new",
            "metadata:\n  labels:\n    x: new\n  name: b\n",
        ),
        ("metadata: {labels: {x : 'old'}, name: b}\n", "x=new", "metadata: {labels: {x : new}, name: b}\n"),
        // Away.
        (
            "metadata:\n  labels:\n    x: v # why\n    a: b\n  name: b\n",
            "x-",
            "metadata:\n  labels:\n    a: b\n  name: b\n",
        ),
        ("metadata:\n  labels:\n    x: v\n  name: b\n", "x-", "metadata:\n  name: b\n"),
        ("metadata:\n  name: b\n  labels:\n    x: v", "x-", "metadata:\n  name: b\n"),
        ("metadata: {labels: {x: v, a: b}, name: b}\n", "x-", "metadata: {labels: {a: b}, name: b}\n"),
        ("metadata: {labels: {a: b, x: v}, name: b}\n", "x-", "metadata: {labels: {a: b}, name: b}\n"),
        ("metadata: {labels: {x: v}, name: b}\n", "x-", "metadata: {labels: {}, name: b}\n"),
        ("metadata: {name: b}\n", "x-", "metadata: {name: b}\n"),
        ("metadata:\n  name: b\n  labels: {a: b}\n", "x-", "metadata:\n  name: b\n  labels: {a: b}\n"),
        // Several.
        ("metadata: {name: b}\n", "x=v z=1 x-", "metadata: {name: b, labels: {z: \"1\"}}\n"),
    ];
    for (metadata, labels, expected) in cases {
        for line_break in ["\n", "\r\n"] {
            let around =
                |metadata: &str| format!("# a\n{A}---\n# b\nkind: Pod\n{metadata}").replace('\n', line_break);
            let change = LabelChange::parse(&format!("Pod/b {labels}")).unwrap();
            let labelled = edit::label(&around(metadata), &change);
            assert_eq!(labelled, Some(around(expected)), "{labels} in {metadata:?}");
        }
    }
}

#[test]
fn labels_of_an_item_of_a_list_are_changed_in_place() {
    let list =
        "kind: List\nitems:\n- kind: Pod\n  metadata:\n    name: b\n- kind: Pod\n  metadata: {name: c}\n";
    let label = |text: &str| edit::label(list, &LabelChange::parse(text).unwrap());
    let first = list.replace("    name: b\n", "    name: b\n    labels:\n      x: v\n");
    assert_eq!(label("Pod/b x=v"), Some(first));
    assert_eq!(label("Pod/c x=v"), Some(list.replace("name: c", "name: c, labels: {x: v}")));
}

#[test]
fn labels_that_are_shared_or_missing_are_left_alone() {
    let shared = "kind: Pod\nspec: &l {a: b}\nmetadata:\n  name: b\n  labels: *l\n";
    let merged = "kind: Pod\nspec: &l {name: b, labels: {a: b}}\nmetadata:\n  <<: *l\n";
    let partly = "kind: Pod\nspec: &l {name: b}\nmetadata:\n  <<: *l\n";
    for text in [shared, merged, partly, A, "", "kind: ["] {
        assert_eq!(edit::label(text, &LabelChange::parse("Pod/b x=v").unwrap()), None, "in {text:?}");
    }
}

/// A few characters that matter to YAML, and manifests among them.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just(A.to_owned()),
        Just(B.to_owned()),
        Just("kind: Pod\nmetadata: {name: b, labels: {a: b}}\n".to_owned()),
        Just("---\n".to_owned()),
        Just("...\n".to_owned()),
        Just("%YAML 1.1\n".to_owned()),
        Just("# c\r\n".to_owned()),
        Just("  labels:\n    x: &a y\n".to_owned()),
        Just(
            "kind: List\nitems:\n- kind: Pod\n  metadata: {name: b}\n- kind: Pod\n  metadata: {name: a}\n"
                .to_owned()
        ),
        "[-:#{}\\[\\]*&!|>'\" \n\ra-c,]{0,8}",
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// All that is called so, among documents and the items of lists.
fn all<'p>(parsed: &'p Parsed, object: &ObjectRef) -> Vec<Node<'p>> {
    let mut found = Vec::new();
    for root in parsed.documents.iter().map(netpol_syntax::Document::root) {
        found.push(root);
        if root.get("kind").and_then(Node::as_str) == Some("List") {
            found.extend(root.get("items").into_iter().flat_map(Node::items));
        }
    }
    found.retain(|node| ObjectRef::of(*node).as_ref() == Some(object));
    found
}

fn count(text: &str, object: &ObjectRef) -> usize {
    all(&parse(FileId(0), text, &Limits::PAGE), object).len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_text_edits_do_what_they_say_or_nothing(text in text()) {
        let (a, b) = (ObjectRef::new("Pod", None, "a"), ObjectRef::new("Pod", None, "b"));
        let (those, others) = (count(&text, &b), count(&text, &a));
        if let Some(deleted) = edit::delete(&text, &b) {
            prop_assert!(count(&deleted, &b) < those);
            prop_assert!(edit::delete(&deleted, &b).is_none());
            prop_assert_eq!(count(&deleted, &a), others, "{:?}", deleted);
        }
        if let Some(deleted) = edit::delete_items(&text, &|object| *object == b) {
            prop_assert!(count(&deleted, &b) < those);
            prop_assert_eq!(count(&deleted, &a), others, "{:?}", deleted);
        }
        if let Some(deleted) = edit::delete_item(&text, &b) {
            prop_assert_eq!(count(&deleted, &b) + 1, those, "{:?}", deleted);
            prop_assert_eq!(count(&deleted, &a), others, "{:?}", deleted);
        }
        for replaced in [edit::replace(&text, &b, NEW_B), edit::replace_item(&text, &b, NEW_B)].into_iter().flatten() {
            prop_assert_eq!(count(&replaced, &b), those, "{:?}", replaced);
            prop_assert_eq!(count(&replaced, &a), others, "{:?}", replaced);
        }
        if let Some(labelled) = edit::label(&text, &LabelChange::parse("Pod/b x=1 a-").unwrap()) {
            let parsed = parse(FileId(0), labelled.as_str(), &Limits::PAGE);
            let found = all(&parsed, &b).first().copied();
            let labels = found.and_then(|root| root.get("metadata")?.get("labels"));
            prop_assert_eq!(labels.and_then(|labels| labels.get("x")).and_then(Node::as_str), Some("1"));
            prop_assert_eq!(count(&labelled, &a), others, "{:?}", labelled);
        }
    }
}
