//! Expectation files over manifests that stand in files of their own.

use netpol_lessons::{ObjectRef, ScenarioFile, Suite, SuiteStep};
use netpol_syntax::{FileId, Limits, Severity, parse};

const BASE: &str = "# the pods\nkind: Pod\nmetadata: {name: a, namespace: net}\n---\nkind: Pod\nmetadata: {name: b, namespace: net}\n";
const LIST: &str = "kind: List\nitems:\n- kind: Pod\n  metadata:\n    name: c\n    namespace: net\n    labels:\n      app: c\n";

fn rehearse(text: &str) -> Result<Vec<SuiteStep>, Vec<String>> {
    let told = |all: Vec<netpol_syntax::Diagnostic>| {
        all.into_iter().map(|it| format!("{}: {}", it.id, it.message)).collect::<Vec<_>>()
    };
    let given = vec![ScenarioFile::new("base.yaml", BASE), ScenarioFile::new("list.yaml", LIST)];
    let rehearsal = Suite::parse(text).map_err(told)?.rehearse(given).map_err(told)?;
    Ok(rehearsal.collect())
}

/// The objects of a file, which can be read.
fn objects(file: &ScenarioFile) -> Vec<String> {
    let parsed = parse(FileId(0), file.text.as_str(), &Limits::PAGE);
    assert!(parsed.diagnostics.iter().all(|it| it.severity != Severity::Error), "{}", file.text);
    parsed.documents.iter().filter_map(|it| ObjectRef::of(it.root())).map(|it| it.to_string()).collect()
}

#[test]
fn steps_change_the_given_files_and_their_own() {
    let steps = rehearse(
        "title: t\nmanifests: [base.yaml, list.yaml]\ncluster: |\n  kind: Service\n  metadata: {name: s, namespace: net}\nsteps:\n\
         - title: one\n\
         - title: two\n  delete: [Pod/net/b]\n  apply: |\n    kind: Pod\n    metadata: {name: a, namespace: net, labels: {new: 'yes'}}\n    \
         ---\n    kind: NetworkPolicy\n    metadata: {name: p, namespace: net}\n  label: [Pod/net/c app=other, Namespace/net team=x]\n",
    )
    .unwrap();
    let [one, two] = steps.as_slice() else { panic!("{steps:?}") };
    let names: Vec<&str> = one.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["base.yaml", "list.yaml", "cluster.yaml", "policies.yaml"]);
    let of = |step: &SuiteStep| step.files.iter().map(objects).collect::<Vec<_>>();
    assert_eq!(of(one), [vec!["Pod/net/a", "Pod/net/b"], vec![], vec!["Service/net/s"], vec![]]);
    assert_eq!((one.files[0].text.as_str(), one.files[1].text.as_str()), (BASE, LIST));
    assert_eq!(
        of(two),
        [vec!["Pod/net/a"], vec![], vec!["Service/net/s", "Namespace/net"], vec!["NetworkPolicy/net/p"]]
    );
    assert!(two.files[0].text.contains("new: 'yes'") || two.files[0].text.contains("new: \"yes\""));
    assert!(two.files[1].text.contains("app: other"), "{}", two.files[1].text);
    assert_eq!((one.title.as_str(), two.title.as_str()), ("one", "two"));
}

#[test]
fn expectations_know_their_places() {
    let text = "title: t\nmanifests: [x]\nsteps:\n- title: s\n  expect:\n  - {from: net/a, curl: b, got: ok}\n  \
                - {from: net/b, to: net/a, port: 80, got: timeout}\n";
    let steps = rehearse(text).unwrap();
    let told: Vec<(String, &str)> =
        steps[0].expect.iter().map(|(it, at)| (it.to_string(), at.span.of(text))).collect();
    assert_eq!(
        told,
        [
            ("net/a: curl b → ok".to_owned(), "{from: net/a, curl: b, got: ok}"),
            (
                "net/b: connect to net/a on TCP 80 → timeout".to_owned(),
                "{from: net/b, to: net/a, port: 80, got: timeout}"
            ),
        ]
    );
}

#[test]
fn mistakes_are_told() {
    let over = |steps: &str| format!("title: t\nmanifests: [x]\nsteps:\n{steps}");
    let cases = [
        (
            "title: t\nsteps: [{title: s}]\n".to_owned(),
            "steps-shape: there is neither a `cluster` nor `manifests`",
        ),
        (over("- title: s\n  delete: [Pod/net/d]\n"), "steps-object: there is no `Pod/net/d` to delete"),
        (over("- title: s\n  label: [Pod/net/d x=y]\n"), "steps-object: there is no `Pod/net/d` to label"),
        (
            over("- title: s\n  delete: [Pod/net/c]\n"),
            "steps-object: `Pod/net/c` is an item of a `List`, of which nothing can be deleted",
        ),
        ("title: t\n---\ntitle: u\n".to_owned(), "steps-shape: a file of steps is one document"),
        ("title: t\nmanifests: net\nsteps: []\n".to_owned(), "wrong-type: "),
    ];
    for (text, message) in cases {
        let told = rehearse(&text).unwrap_err();
        assert!(told.iter().any(|it| it.starts_with(message)), "{text}{told:?}");
    }
}

#[test]
fn what_is_wrong_in_a_block_of_manifests_is_told_at_the_block_alone() {
    // The places of the block's own text are none of the file's: here one would cut a letter.
    for (block, id) in
        [("{a: 1, a: 2}", "duplicate-key"), ("{a: [1, 2", "yaml-syntax"), ("{a: 1", "yaml-syntax")]
    {
        let text = format!(
            "title: {}\ncluster: |\n  kind: Pod\n  metadata: {block}\nsteps: [{{title: s}}]\n",
            "é".repeat(30)
        );
        let told = Suite::parse(&text).and_then(|suite| suite.rehearse(Vec::new()).map(|_| ()));
        let told = told.expect_err("a pod without a name");
        let of_block = told.iter().filter(|it| it.id == id);
        assert!(of_block.clone().count() > 0, "{told:?}");
        for it in of_block {
            assert!(it.at.is_some_and(|at| at.span.of(&text).contains("kind: Pod")), "{it:?}");
            assert!(it.related.is_empty() && it.fix.is_none(), "{it:?}");
        }
    }
}
