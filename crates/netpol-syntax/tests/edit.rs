//! Edits keep to the style of the text and touch nothing else.

use netpol_syntax::{Document, Editor, FileId, Limits, Node, TextEdit, Yaml, apply, parse};

type Edit = fn(&Editor<'_>, Node<'_>) -> Option<Vec<TextEdit>>;

fn edited(text: &str, edit: Edit) -> Option<String> {
    let parsed = parse(FileId(0), text, &Limits::PAGE);
    let document: &Document = parsed.documents.first()?;
    let edits = edit(&Editor::new(document), document.root())?;
    Some(apply(FileId(0), text, &edits))
}

fn port() -> Yaml {
    Yaml::map([("ports", Yaml::List(vec![Yaml::map([("port", Yaml::Int(53))])]))])
}

fn append(editor: &Editor<'_>, root: Node<'_>) -> Option<Vec<TextEdit>> {
    editor.append(root.get("spec")?, "egress", vec![port()])
}

#[test]
fn an_item_is_appended_in_the_style_of_the_document() {
    let cases = [
        (
            "after the last item, past its comment",
            "spec:\n  egress:\n  - to: []  # one\n  # two\n  other: 1\n",
            "spec:\n  egress:\n  - to: []  # one\n  - ports:\n    - port: 53\n  # two\n  other: 1\n",
        ),
        (
            "set in, as the other lists are",
            "spec:\n    types:\n      - Egress\n    egress:\n      - to: []\n",
            "spec:\n    types:\n      - Egress\n    egress:\n      - to: []\n      - ports:\n          - port: 53\n",
        ),
        (
            "in place of an empty list",
            "spec:\n  types:\n  - Egress\n  egress: [] # none\n  last: 1\n",
            "spec:\n  types:\n  - Egress\n  egress: # none\n  - ports:\n    - port: 53\n  last: 1\n",
        ),
        (
            "in place of nothing",
            "spec:\n  egress:\n  last: 1",
            "spec:\n  egress:\n    - ports:\n        - port: 53\n  last: 1",
        ),
        (
            "under a key of its own",
            "spec:\n  types: [Egress]\nstatus: {}\n",
            "spec:\n  types: [Egress]\n  egress:\n    - ports:\n        - port: 53\nstatus: {}\n",
        ),
        (
            "with the line ends of the text, which has none at its end",
            "spec:\r\n  egress:\r\n  - to: []",
            "spec:\r\n  egress:\r\n  - to: []\r\n  - ports:\r\n    - port: 53",
        ),
        (
            "within brackets",
            "spec:\n  egress: [{to: []}]\n",
            "spec:\n  egress: [{to: []}, {ports: [{port: 53}]}]\n",
        ),
        ("into JSON", r#"{"spec": {"egress": []}}"#, r#"{"spec": {"egress": [{"ports": [{"port": 53}]}]}}"#),
        (
            "into JSON without the key",
            "{\"spec\": {\n  \"a\": 1\n}}",
            "{\"spec\": {\n  \"a\": 1, \"egress\": [{\"ports\": [{\"port\": 53}]}]\n}}",
        ),
        (
            "before a comment within brackets",
            "spec:\n  egress: [\n    {to: []}, # keep\n  ]\n",
            "spec:\n  egress: [\n    {to: []}, {ports: [{port: 53}]}, # keep\n  ]\n",
        ),
        (
            "with quotes where the map has them",
            "spec: {\"egress\": []}\n",
            "spec: {\"egress\": [{\"ports\": [{\"port\": 53}]}]}\n",
        ),
        (
            "after a block scalar",
            "spec:\n  note: |\n    text\nother: 1\n",
            "spec:\n  note: |\n    text\n  egress:\n    - ports:\n        - port: 53\nother: 1\n",
        ),
    ];
    for (name, text, expected) in cases {
        assert_eq!(edited(text, append).as_deref(), Some(expected), "{name}");
    }
}

#[test]
fn items_and_entries_are_taken_out_by_whole_lines() {
    let text = "list:\n  - a: 1\n    b: 2 # two\n  # of the next\n  - c: 3\nlast: 1\n";
    let first: Edit = |editor, root| Some(vec![editor.remove_item(root, "list", 0)?]);
    assert_eq!(edited(text, first).as_deref(), Some("list:\n  # of the next\n  - c: 3\nlast: 1\n"));
    assert_eq!(edited("list:\n  - a: 1\nlast: 1\n", first).as_deref(), Some("list: []\nlast: 1\n"));
    assert_eq!(edited("list: [a, b]\n", first).as_deref(), Some("list: [b]\n"));
    assert_eq!(edited("list: [a]\n", first).as_deref(), Some("list: []\n"));
    let entry: Edit = |editor, root| Some(vec![editor.remove_entry(root, "list")?]);
    assert_eq!(edited(text, entry).as_deref(), Some("last: 1\n"));
    assert_eq!(edited("list: 1", entry), None);
    let of_item: Edit = |editor, root| Some(vec![editor.remove_entry(root.items().next()?, "a")?]);
    assert_eq!(edited("- a: []\n  b: 1\n", of_item).as_deref(), Some("- b: 1\n"));
    assert_eq!(edited("- a: [] # one\n  b: 1\n", of_item), None, "the comment would be lost");
}

#[test]
fn a_dash_too_many_is_taken_out_where_that_makes_one_map() {
    let join: Edit = |editor, root| Some(vec![editor.join_items(root.get("from")?, 1)?]);
    let text = "from:\n  - a: 1\n  # both\n  - b: 2\n    c: 3\n";
    assert_eq!(edited(text, join).as_deref(), Some("from:\n  - a: 1\n  # both\n    b: 2\n    c: 3\n"));
    assert_eq!(edited("from:\n  - a: 1\n  -  b: 2\n", join), None, "the columns differ");
    assert_eq!(edited("from: [{a: 1}, {b: 2}]\n", join), None);
}

#[test]
fn what_stands_elsewhere_is_left_alone() {
    let alias = "base: &all\n- a: 1\nspec:\n  egress: *all\n";
    assert_eq!(edited(alias, append), None);
    let remove: Edit = |editor, root| Some(vec![editor.remove_item(root.get("spec")?, "egress", 0)?]);
    assert_eq!(edited(alias, remove), None);
    assert_eq!(edited("spec:\n  egress: &all\n  - {}\n", remove), None, "the anchor would be lost");
    assert_eq!(edited("spec:\n  egress: # who\n  - {}\n", remove), None, "the comment would be lost");
    assert_eq!(edited("spec:\n  egress: [{},]\n", remove).as_deref(), Some("spec:\n  egress: []\n"));
    let merged = "base: &all\n  egress: [1]\nspec:\n  <<: *all\n  a: 1\n";
    assert_eq!(edited(merged, append), None);
    let join: Edit = |editor, root| Some(vec![editor.join_items(root.get("from")?, 1)?]);
    assert_eq!(edited("from:\n- a: 1\n- a: 2\n", join), None, "the key would be there twice");
    let name: Edit = |editor, root| Some(vec![editor.replace(root.get("name")?, &Yaml::text("web"))]);
    assert_eq!(edited("name:\nlast: 1\n", name).as_deref(), Some("name: web\nlast: 1\n"));
}

#[test]
fn a_level_is_put_between() {
    let nest: Edit = |editor, root| Some(vec![editor.nest(root.get("selector")?, "matchLabels")?]);
    let text = "selector:\n  app: web # it\n  tier: a\nlast: 1\n";
    let expected = "selector:\n  matchLabels:\n    app: web # it\n    tier: a\nlast: 1\n";
    assert_eq!(edited(text, nest).as_deref(), Some(expected));
    let expected = "selector: {matchLabels: {app: web}}\n";
    assert_eq!(edited("selector: {app: web}\n", nest).as_deref(), Some(expected));
    let expected = "{\"selector\": {\"matchLabels\": {\"app\": \"web\"}}}";
    assert_eq!(edited("{\"selector\": {\"app\": \"web\"}}", nest).as_deref(), Some(expected));
}
