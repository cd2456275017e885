//! What formatting does, and that it changes nothing that is said.

use netpol_assist::format;
use proptest::prelude::*;

#[test]
fn indentation_is_two_columns_a_level() {
    let text = "spec:\n    podSelector:\n            matchLabels:\n                app:   web   # The shop.\n    ingress:\n    - from:\n      -   podSelector: {}\n          namespaceSelector:\n              matchLabels: {a: b}\n      ports:\n      - port: 80\n        protocol: TCP\n";
    let wanted = "spec:\n  podSelector:\n    matchLabels:\n      app:   web   # The shop.\n  ingress:\n    - from:\n        - podSelector: {}\n          namespaceSelector:\n            matchLabels: {a: b}\n      ports:\n        - port: 80\n          protocol: TCP\n";
    assert_eq!(format(text).as_deref(), Some(wanted));
    assert_eq!(format(wanted).as_deref(), Some(wanted));
}

#[test]
fn comments_go_with_the_line_below_them() {
    let text = "# Head.\na:\n        # About b.\n   # More.\n    b: 1\n\n\n# Tail.\n\n";
    assert_eq!(format(text).as_deref(), Some("# Head.\na:\n  # About b.\n  # More.\n  b: 1\n\n\n# Tail.\n"));
}

#[test]
fn comments_without_such_a_line_stay_in_their_level() {
    let text = "spec:\n    ingress:\n    - from: []\n    # - from: [{podSelector: {}}]\n---\n# licence\n{\n  \"a\": 1\n}\n";
    let wanted = "spec:\n  ingress:\n    - from: []\n    # - from: [{podSelector: {}}]\n---\n# licence\n{\n  \"a\": 1\n}\n";
    assert_eq!(format(text).as_deref(), Some(wanted));
    assert_eq!(
        format("a:\n    # why\n    [1, 2]\nb: 1\n").as_deref(),
        Some("a:\n    # why\n    [1, 2]\nb: 1\n")
    );
    assert_eq!(
        format("a:\n    b: 1\n    # Section.\n\n    c: 2\n").as_deref(),
        Some("a:\n  b: 1\n  # Section.\n\n  c: 2\n")
    );
}

#[test]
fn texts_and_brackets_keep_their_shape() {
    let text = "a:\n    b: |\n          one\n            two\n\n          three\n    c: [1,\n        2]\n    d: {x: [\n          1],\n        y: 2}\n- x\n";
    assert_eq!(format(text), None, "a list cannot follow a map");
    let text = text.strip_suffix("- x\n").unwrap();
    let wanted = "a:\n  b: |\n    one\n      two\n\n    three\n  c: [1,\n      2]\n  d: {x: [\n        1],\n      y: 2}\n";
    assert_eq!(format(text).as_deref(), Some(wanted));
}

#[test]
fn documents_and_lists_at_the_top() {
    let text = "---\n-   a: 1\n    b: 2\n- - 1\n  - 2\n---\nx:\n- y\n...\n";
    assert_eq!(format(text).as_deref(), Some("---\n- a: 1\n  b: 2\n- - 1\n  - 2\n---\nx:\n  - y\n...\n"));
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    for text in ["a: [", "a: b: c", "\ta: 1", "a: \"x\n  y\"", "a: |2\n    x\n"] {
        assert_eq!(format(text), None, "{text:?}");
    }
    assert_eq!(format("").as_deref(), Some(""));
}

/// Every manifest of the lints' fixtures, which come in all styles.
#[test]
fn doing_it_twice_changes_nothing() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../netpol-engine/tests/lints");
    let mut files = Vec::new();
    let mut open = vec![std::path::PathBuf::from(root)];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                None => open.push(path),
                Some(extension) if extension == "yaml" => files.push(path),
                _ => {}
            }
        }
    }
    assert!(files.len() > 60);
    let mut formatted = 0;
    for path in &files {
        let text = std::fs::read_to_string(path).unwrap();
        let Some(once) = format(&text) else { continue };
        assert_eq!(format(&once).as_deref(), Some(once.as_str()), "{}", path.display());
        formatted += 1;
    }
    // Those that cannot be read are there as well.
    assert!(formatted * 10 > files.len() * 9, "{formatted} of {}", files.len());
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "([ a-z:#|>\\[\\]{}\"'é\\-\t\r\n]|a: |  |\n- |\n){0,60}") {
        if let Some(once) = format(&text) {
            prop_assert_eq!(format(&once), Some(once.clone()));
        }
    }
}
