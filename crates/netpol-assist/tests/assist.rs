//! What is offered where, and that it fits what the engine reads.

use netpol_assist::{Assistant, Insertion};
use netpol_engine::Analysis;
use netpol_syntax::{FileId, Limits, Node, SourceFile, parse};
use proptest::prelude::*;

const CLUSTER: &str = "
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: data}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}
spec: {containers: [{name: web, ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: data, labels: {app: db, release: '1'}}
spec: {containers: [{name: db, ports: [{containerPort: 5432}]}]}
";

fn read(text: &str) -> Analysis {
    Analysis::read(&[SourceFile::new("a.yaml", text)], &Limits::PAGE)
}

fn texts(node: Option<Node<'_>>) -> Option<Vec<String>> {
    Some(node?.items().filter_map(Node::as_str).map(str::to_owned).collect())
}

#[test]
fn what_is_offered() {
    let analysis = read(CLUSTER);
    let assistant = Assistant::new();
    let cases = parse(FileId(0), include_str!("cases.yaml"), &Limits::PAGE).documents;
    let mut seen = 0;
    for case in cases[0].root().items() {
        let name = case.get("name").and_then(Node::as_str).unwrap();
        let (before, after) = case.get("at").and_then(Node::as_str).unwrap().split_once('|').unwrap();
        let found = assistant.complete(before, after, &analysis.cluster);
        let labels: Vec<String> = found.options.iter().map(|offer| offer.label.clone()).collect();
        match (texts(case.get("all")), texts(case.get("has"))) {
            (Some(all), None) => assert_eq!(labels, all, "{name}"),
            (None, Some(has)) => {
                let lacks: Vec<_> = has.iter().filter(|label| !labels.contains(label)).collect();
                assert!(lacks.is_empty(), "{name}: {lacks:?} not in {labels:?}");
            }
            _ => panic!("{name}: either `all` or `has`"),
        }
        if let Some(replaces) = case.get("replaces") {
            assert_eq!(replaces.source(), found.replaces.to_string(), "{name}");
        }
        seen += 1;
    }
    assert!(seen > 20);
}

#[test]
fn what_is_written_goes_on_where_it_belongs() {
    let analysis = read(CLUSTER);
    let assistant = Assistant::new();
    let insert = |before: &str, after: &str, label: &str| {
        let found = assistant.complete(before, after, &analysis.cluster);
        match found.options.into_iter().find(|offer| offer.label == label).map(|offer| offer.insert) {
            Some(Insertion::Text(text)) => text,
            other => panic!("{label}: {other:?}"),
        }
    };
    let policy = "kind: NetworkPolicy\nspec:\n  ";
    assert_eq!(insert(policy, "", "ingress"), "ingress:\n    - ");
    assert_eq!(insert(policy, "", "podSelector"), "podSelector:\n    ");
    // What is there already has its own value.
    assert_eq!(insert(policy, ": {}\n", "podSelector"), "podSelector");
    assert_eq!(insert(&format!("{policy}ingress:\n  - "), "", "from"), "from:\n      - ");
    assert_eq!(insert(&format!("{policy}podSelector:\n    matchLabels:\n      "), "", "app"), "app: ");
    // Lists: in an item, before there is one, and in brackets or before those.
    assert_eq!(insert(&format!("{policy}ingress:\n    "), "", "from"), "- from:\n        - ");
    assert_eq!(insert(&format!("{policy}policyTypes:\n    "), "", "Ingress"), "- Ingress");
    assert_eq!(insert(&format!("{policy}policyTypes:\n    - "), "", "Ingress"), "Ingress");
    assert_eq!(insert(&format!("{policy}policyTypes: "), "", "Ingress"), "[Ingress]");
    assert_eq!(insert(&format!("{policy}policyTypes: ["), "]", "Ingress"), "Ingress");
    // Labels are texts, whatever they look like; ports are not.
    let selector = format!("{policy}podSelector:\n    matchLabels:\n      release: ");
    assert_eq!(insert(&selector, "", "1"), "\"1\"");
    let port = format!("{policy}ingress:\n    - ports:\n        - port: ");
    assert_eq!(insert(&port, "", "5432"), "5432");
}

/// Snippets are about to be filled in: by what stands in their places they are whole.
#[test]
fn snippets_are_read_without_a_word() {
    let analysis = read("");
    let found = Assistant::new().complete("", "", &analysis.cluster);
    let mut seen = 0;
    for offer in found.options {
        let Insertion::Snippet(text) = offer.insert else { continue };
        let filled = text.replace("${", "").replace("[]}", "[]").replace('}', "\u{0}");
        // Braces of their own close what they opened.
        let mut depth = 0;
        let filled: String = filled
            .chars()
            .filter_map(|c| match c {
                '{' => {
                    depth += 1;
                    Some(c)
                }
                '\u{0}' if depth > 0 => {
                    depth -= 1;
                    Some('}')
                }
                '\u{0}' => None,
                _ => Some(c),
            })
            .collect();
        let read = read(&filled);
        let said: Vec<_> = read.diagnostics.iter().map(|said| &said.message).collect();
        assert!(said.is_empty() && read.documents == 1, "{}: {said:?}\n{filled}", offer.label);
        seen += 1;
    }
    assert!(seen >= 10);
}

#[test]
fn a_field_is_described_where_it_stands() {
    let assistant = Assistant::new();
    let described = |before: &str| assistant.describe(before, ": x\n");
    let rule = "kind: NetworkPolicy\nspec:\n  ingress:\n    - from:\n        - podSelector";
    assert!(described(rule).unwrap().starts_with("Pods of the policy's own namespace"));
    assert!(
        described("kind: NetworkPolicy\nspec:\n  podSelector")
            .unwrap()
            .starts_with("The pods that the policy")
    );
    assert_eq!(described("kind: NetworkPolicy\nspec:\n  nonsense"), None);
    assert_eq!(described("spec"), None);
}

/// All fields below a kind, with something in each.
fn written(assistant: &Assistant, analysis: &Analysis, before: &str, indent: usize) -> String {
    let mut text = String::new();
    let pad = " ".repeat(indent);
    let found = assistant.complete(&format!("{before}{pad}"), "", &analysis.cluster);
    for offer in found.options {
        let Insertion::Text(insert) = offer.insert else { continue };
        if offer.label == "apiVersion" {
            continue;
        }
        text += &pad;
        text += &insert;
        if insert.ends_with("- ") || insert.ends_with(' ') && insert.contains('\n') {
            let list = insert.ends_with("- ");
            let within = indent + if list { 4 } else { 2 };
            let above = format!(
                "{before}{pad}{}:\n{}",
                offer.label,
                if list { format!("{}- \n", " ".repeat(indent + 2)) } else { String::new() }
            );
            let inner = written(assistant, analysis, &above, within);
            text += if inner.is_empty() { "x: y" } else { inner.trim_start() };
            text += "\n";
        } else {
            text += "x\n";
        }
    }
    text
}

/// Offering a field that the engine takes for a slip of the pen would be worse than offering none.
#[test]
fn the_engine_knows_every_field_of_a_policy() {
    let (assistant, analysis) = (Assistant::new(), read(""));
    let before = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n";
    let text = format!("{before}{}", written(&assistant, &analysis, before, 0));
    assert!(
        text.contains("endPort") && text.contains("matchExpressions") && text.contains("except"),
        "{text}"
    );
    let unknown: Vec<_> = read(&text)
        .diagnostics
        .into_iter()
        .filter(|said| said.id == "unknown-field")
        .map(|said| said.message)
        .collect();
    assert_eq!(unknown, [""; 0], "{text}");
}

proptest! {
    /// A text of any kind, cut anywhere.
    #[test]
    fn no_text_is_too_strange(text in "([ a-z:#|\\[\\]{}\"'é🦀\\-\t\r\n]|kind: NetworkPolicy\n|spec:\n  |- ){0,60}", cut in 0.0..1.0_f64) {
        let analysis = read(CLUSTER);
        let at = text.char_indices().map(|(at, _)| at).nth((text.chars().count() as f64 * cut) as usize).unwrap_or(text.len());
        let (before, after) = text.split_at(at);
        let assistant = Assistant::new();
        let found = assistant.complete(before, after, &analysis.cluster);
        prop_assert!(found.replaces <= before.encode_utf16().count());
        let _ = assistant.describe(before, after);
    }
}
