//! What a lesson's file may say, what it may not, and how expectations read.

use netpol_engine::{Analysis, Outcome};
use netpol_lessons::{LESSONS, Lesson, Place, UnknownPlace, check};
use netpol_syntax::{Limits, SourceFile};

const CLUSTER: &str = "title: t\ncluster: |\n  kind: Pod\n  apiVersion: v1\n  metadata: {name: a}\nsteps:\n";

fn lesson(steps: &str) -> Result<Lesson, Vec<String>> {
    let told = |it: netpol_syntax::Diagnostic| format!("{}: {}", it.id, it.message);
    Lesson::parse("l", &format!("{CLUSTER}{steps}")).map_err(|all| all.into_iter().map(told).collect())
}

#[test]
fn lesson_ids_are_fit_for_links_and_unlike() {
    for source in LESSONS {
        let lesson = source.lesson().unwrap();
        assert_eq!(
            (source.title, source.steps),
            (lesson.title.as_str(), lesson.steps.len()),
            "{}",
            source.id
        );
    }
    let mut ids = LESSONS.map(|source| source.id).to_vec();
    assert!(ids.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), LESSONS.len());
}

#[test]
fn expectations_read_as_lines() {
    let read = lesson(
        "- title: s\n  expect:\n  - {from: default/a, curl: backend, got: no-dns}\n  - {from: 10.0.0.1, curl: 'b:81', got: ok}\n  \
         - {from: fd00::1, curl: '[fd00::2]:81', got: refused}\n  - {from: d/a, to: d/b, port: 53, protocol: UDP, got: timeout}\n  \
         - {from: d/a, to: 10.0.0.1, port: 1, got: unknown-host}\n",
    );
    let lines: Vec<String> = read.unwrap().steps[0].expect.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "default/a: curl backend → no-dns",
            "10.0.0.1: curl b:81 → ok",
            "fd00::1: curl [fd00::2]:81 → refused",
            "d/a: connect to d/b on UDP 53 → timeout",
            "d/a: connect to 10.0.0.1 on TCP 1 → unknown-host",
        ]
    );
}

#[test]
fn mistakes_in_a_lesson_are_told() {
    let cases = [
        ("  []", "steps-shape: there is at least one step"),
        ("- title: s\n  delete: [Pod]\n", "steps-object: `Pod` is not `kind/[namespace/]name`"),
        ("- title: s\n  delete: [Pod/b]\n", "steps-object: there is no `Pod/default/b` to delete"),
        (
            "- title: s\n  delete: [Pod/a]\n- title: t\n  delete: [Pod/a]\n",
            "steps-object: there is no `Pod/default/a` to delete",
        ),
        (
            "- title: s\n  label: [Pod/a]\n",
            "steps-label: `Pod/a` is not `kind/[namespace/]name` and `key=value` or `key-`",
        ),
        ("- title: s\n  label: [Pod/b x=y]\n", "steps-object: there is no `Pod/default/b` to label"),
        (
            "- title: s\n  apply: 'kind: Pod'\n",
            "steps-manifest: a manifest has no `kind` or no `metadata.name`",
        ),
        (
            "- title: s\n  expect: [{from: a, curl: b, got: ok}]\n",
            "steps-expectation: `a` is neither `namespace/name` nor an address",
        ),
        (
            "- title: s\n  expect: [{from: d/a, curl: b, got: fine}]\n",
            "steps-expectation: `fine` is not an outcome",
        ),
        (
            "- title: s\n  expect: [{from: d/a, curl: 'b:0', got: ok}]\n",
            "steps-expectation: the port is a number from 1 to 65535",
        ),
        (
            "- title: s\n  expect: [{from: d/a, to: d/b, got: ok}]\n",
            "steps-expectation: an expectation has either `curl`, or `to` with a `port` from 1",
        ),
        (
            "- title: s\n  expect: [{from: d/a, curl: b, to: d/b, port: 1, got: ok}]\n",
            "steps-expectation: an expectation has either `curl`, or `to` with a `port` from 1",
        ),
        (
            "- title: s\n  expect: [{from: d/a, to: d/b, port: 1, protocol: tcp, got: ok}]\n",
            "steps-expectation: `tcp` is not a protocol",
        ),
    ];
    for (steps, expected) in cases {
        assert_eq!(lesson(steps), Err(vec![expected.to_owned()]), "{steps}");
    }
    assert!(lesson("- title: s\n  aply: x\n").is_err());
    assert!(lesson("- title: s\n  apply: 'a: ['\n").is_err());
    assert!(Lesson::parse("l", "").is_err());
    assert!(Lesson::parse("l", "a: 1\n---\nb: 2\n").is_err());
}

#[test]
fn replicas_must_agree_and_names_must_be_known() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: db, labels: {app: db}}\nspec: {containers: [{name: c}]}\n";
    let analysis = Analysis::read(&[SourceFile::new("a", text)], &Limits::PAGE);
    let rows = |row: &str| {
        lesson(&format!("- title: s\n  expect: [{{{row}}}]\n")).unwrap().steps[0].expect[0].clone()
    };
    let checked = check(&analysis, &rows("from: default/web, to: default/web, port: 80, got: ok")).unwrap();
    assert_eq!((checked.reports.len(), checked.holds, checked.got), (9, true, Outcome::Ok));
    let checked = check(&analysis, &rows("from: default/db, to: default/web, port: 81, got: ok")).unwrap();
    assert_eq!(
        (checked.reports.len(), checked.holds, checked.got, checked.wanted),
        (3, false, Outcome::Refused, Outcome::Ok)
    );
    let unknown = |row: &str| check(&analysis, &rows(row)).unwrap_err();
    let nowhere = unknown("from: nowhere/web, curl: web, got: ok");
    assert_eq!(nowhere, UnknownPlace::Namespace("nowhere".to_owned()));
    assert_eq!(nowhere.to_string(), "there is no namespace `nowhere`");
    let nobody = unknown("from: default/web, to: default/nobody, port: 80, got: ok");
    assert_eq!(nobody, UnknownPlace::Name(Place::parse("default/nobody").unwrap()));
    assert_eq!(nobody.to_string(), "there is no pod or workload `default/nobody`");
}
