//! Every lint has a fixture that raises it and one near to it that does not, and its fix does what it says.
#![expect(clippy::panic, reason = "it is how a test fails")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use netpol_engine::{Analysis, Diff, LINTS, Lint};
use netpol_syntax::{Diagnostic, FileId, Limits, Severity, SourceFile, Sources, apply};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lints")
}

fn fixture(id: &str, name: &str) -> String {
    let path = folder().join(id).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(text: &str) -> (Analysis, Vec<SourceFile>) {
    let files = vec![SourceFile::new("fixture.yaml", text)];
    (Analysis::read(&files, &Limits::PAGE), files)
}

fn lint(text: &str) -> Vec<Diagnostic> {
    let (analysis, files) = read(text);
    analysis.lint(&Sources::new(&files, &Limits::PAGE))
}

fn of<'d>(found: &'d [Diagnostic], id: &str) -> Vec<&'d Diagnostic> {
    found.iter().filter(|diagnostic| diagnostic.id == id).collect()
}

fn told(found: &[Diagnostic]) -> String {
    found.iter().map(|it| format!("{} {}\n  {:?}\n", it.id, it.message, it.help)).collect()
}

#[test]
fn every_lint_is_raised_by_its_fixture_and_not_by_the_one_near_to_it() {
    for lint_of in LINTS {
        let raised = lint(&fixture(lint_of.id, "raises.yaml"));
        let own = of(&raised, lint_of.id);
        assert!(!own.is_empty(), "{}: {}", lint_of.id, told(&raised));
        for found in own {
            assert_eq!(found.severity, lint_of.severity, "{}", lint_of.id);
            assert!(found.at.is_some(), "{}: {found:?}", lint_of.id);
        }
        let near = lint(&fixture(lint_of.id, "near.yaml"));
        assert!(of(&near, lint_of.id).is_empty(), "{}: {}", lint_of.id, told(&near));
    }
}

#[test]
fn the_fixtures_are_those_of_the_lints() {
    let entries = std::fs::read_dir(folder()).unwrap();
    let folders: BTreeSet<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let ids: BTreeSet<String> = LINTS.iter().map(|lint| lint.id.to_owned()).collect();
    assert_eq!(folders, ids);
    assert_eq!(ids.len(), LINTS.len(), "an id is there twice");
}

#[test]
fn a_fix_silences_its_lint_and_changes_no_verdict_beyond_its_policy() {
    let mut with_fix = BTreeSet::new();
    for lint_of in LINTS {
        let text = fixture(lint_of.id, "raises.yaml");
        let found = lint(&text);
        let fixes: Vec<_> = of(&found, lint_of.id).into_iter().filter_map(|it| it.fix.as_deref()).collect();
        if fixes.is_empty() {
            continue;
        }
        with_fix.insert(lint_of.id);
        let edits: Vec<_> = fixes.iter().flat_map(|fix| fix.edits.clone()).collect();
        let mended = apply(FileId(0), &text, &edits);
        let left = lint(&mended);
        assert!(of(&left, lint_of.id).is_empty(), "{}: {}\n{mended}", lint_of.id, told(&left));
        let errors = |found: &[Diagnostic]| found.iter().filter(|it| it.severity == Severity::Error).count();
        assert!(errors(&left) <= errors(&found), "{}: {}\n{mended}", lint_of.id, told(&left));

        let ((before, _), (after, _)) = (read(&text), read(&mended));
        let diff = Diff::between((&before, &before.matrix()), (&after, &after.matrix()));
        let keeps_meaning = fixes.iter().all(|fix| fix.keeps_meaning);
        assert_eq!(diff.is_empty(), keeps_meaning, "{}: {diff:#?}\n{mended}", lint_of.id);
        let edited: BTreeSet<_> = diff.edits.iter().map(|edit| &edit.name).collect();
        assert!(edited.len() <= 1, "{}: more than one policy is edited: {diff:#?}", lint_of.id);
    }
    let expected = [
        "boolean-letter",
        "cidr-host-bits",
        "deny-that-allows",
        "direction-without-rules",
        "dns-forgotten",
        "dns-port",
        "dns-tcp-forgotten",
        "egress-not-isolated",
        "empty-list",
        "inert-rules",
        "match-labels-missing",
        "no-such-namespace",
        "other-version",
        "peer-other-namespace",
        "peer-selects-no-pod",
        "policy-other-namespace",
        "ports-apart",
        "redundant-rule",
        "service-port",
        "two-peers",
        "unknown-field",
        "wrong-type",
    ];
    assert_eq!(with_fix.into_iter().collect::<Vec<_>>(), expected);
}

/// `docs/lints.md` is made from the code: `NETPOL_WRITE=1 cargo test -p netpol-engine --test lints` writes it.
#[test]
fn the_table_in_the_docs_is_that_of_the_code() {
    let mut rows = String::new();
    for lint_of in LINTS {
        let Lint { id, severity, finds } = lint_of;
        let found = lint(&fixture(id, "raises.yaml"));
        let fix = of(&found, id).iter().find_map(|found| found.fix.as_ref().map(|fix| fix.title.clone()));
        let fix = fix.unwrap_or_default();
        let link = |name: &str| format!("../crates/netpol-engine/tests/lints/{id}/{name}.yaml");
        rows += &format!(
            "| `{id}` | {severity} | {finds} | {fix} | [raises]({}), [near]({}) |\n",
            link("raises"),
            link("near")
        );
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lints.md");
    let expected = format!("{}{rows}", include_str!("lints-head.md"));
    if std::env::var_os("NETPOL_WRITE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == expected, "docs/lints.md is out of date; NETPOL_WRITE=1 writes it");
}

#[test]
fn nothing_worse_than_a_note_is_said_of_sensible_policies() {
    let found = lint(include_str!("sensible.yaml"));
    let worse: Vec<_> = found.into_iter().filter(|it| it.severity != Severity::Note).collect();
    assert!(worse.is_empty(), "{}", told(&worse));
}

#[test]
fn of_rules_and_policies_that_cover_each_other_one_stays() {
    let policy = |name: &str, from: &str| {
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\nspec:\n  podSelector: {{}}\n  ingress:\n{from}"
        )
    };
    let rule = |app: &str| format!("  - from: [{{podSelector: {{matchLabels: {{app: {app}}}}}}}]\n");
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: db, labels: {app: db}}\n";
    let text = format!("{pods}{}{}", policy("a", &rule("db")), policy("b", &(rule("db") + &rule("web"))));
    let found = lint(&text);
    let needless: Vec<_> = found.iter().filter(|it| it.id.starts_with("redundant")).collect();
    assert_eq!(needless.len(), 1, "{}", told(&found));
    assert_eq!(needless[0].id, "redundant-policy");
}

#[test]
fn each_policy_is_told_of_the_namespace_that_has_its_own_pods() {
    let pod = |namespace: &str, app: &str| {
        format!(
            "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: {namespace}, labels: {{app: {app}}}}}}}\n"
        )
    };
    let policy = |app: &str| {
        format!(
            "---\n{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {app}, namespace: empty}}, \
             spec: {{podSelector: {{matchLabels: {{app: {app}}}}}}}}}\n"
        )
    };
    let found = lint(
        &(pod("front", "web") + &pod("back", "api") + &policy("web") + &policy("api") + &policy("none")),
    );
    let elsewhere: Vec<&str> =
        of(&found, "policy-other-namespace").iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        elsewhere,
        [
            "no pod of `empty` has app=web, and pods of `front` do",
            "no pod of `empty` has app=api, and pods of `back` do"
        ]
    );
    assert_eq!(of(&found, "selects-no-pod").len(), 1, "{}", told(&found));
}
