//! What changed between two states of the text.

use netpol_engine::{Analysis, Diff, DiffEnd, EditKind, FlowChange, WorkloadName};
use netpol_syntax::{Limits, Severity, SourceFile};

const CLUSTER: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{ports: [{containerPort: 80, name: http}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {containers: [{ports: [{containerPort: 8080, name: http}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec:
  replicas: 2
  template: {metadata: {labels: {app: db}}, spec: {containers: [{ports: [{containerPort: 5432}]}]}}
";

const DENY_API: &str = "
metadata: {name: api, namespace: shop}
spec: {podSelector: {matchLabels: {app: api}}, policyTypes: [Ingress]}
";

const ALLOW_WEB: &str = "
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: http}]}]
";

const EVERYWHERE: &str = "0.0.0.0-255.255.255.255,::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

fn analysis(cluster: &str, policies: &[&str]) -> Analysis {
    let text = policies.iter().fold(cluster.to_owned(), |text, policy| {
        text + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy" + policy
    });
    let analysis = Analysis::read(&[SourceFile::new("all.yaml", text)], &Limits::PAGE);
    let is_error = |severity| severity == Severity::Error;
    assert!(!analysis.diagnostics.iter().any(|it| is_error(it.severity)), "{:?}", analysis.diagnostics);
    analysis
}

fn compare(old: &Analysis, new: &Analysis) -> Diff {
    Diff::between((old, &old.matrix()), (new, &new.matrix()))
}

fn between(old: &[&str], new: &[&str]) -> Diff {
    compare(&analysis(CLUSTER, old), &analysis(CLUSTER, new))
}

/// `shop/web > shop/api +TCP 80 -UDP, partly, by p`.
fn line(diff: &Diff, change: &FlowChange) -> String {
    let end = |end: &DiffEnd| match end {
        DiffEnd::Workload(name) => format!("{}/{}", name.namespace, name.name),
        DiffEnd::Outside(ranges) => {
            let ranges = ranges.iter().map(|(first, last)| format!("{first}-{last}"));
            ranges.collect::<Vec<_>>().join(",")
        }
    };
    let mut text = format!("{} > {}", end(&change.from), end(&change.to));
    for (sign, set) in [("+", &change.opened), ("-", &change.closed)] {
        if !set.is_none() {
            text += &format!(" {sign}{set}");
        }
    }
    if change.is_partial {
        text += ", partly";
    }
    let causes: Vec<&str> =
        change.causes.iter().filter_map(|at| Some(diff.edits.get(*at)?.name.as_ref())).collect();
    if causes.is_empty() { text } else { text + ", by " + &causes.join(" and ") }
}

fn lines(diff: &Diff) -> Vec<String> {
    diff.changes.iter().map(|change| line(diff, change)).collect()
}

#[test]
fn the_same_state_has_no_difference() {
    for state in [&[][..], &[DENY_API], &[ALLOW_WEB]] {
        let diff = between(state, state);
        assert_eq!(diff, Diff::default());
        assert!(diff.is_empty());
    }
}

#[test]
fn a_new_policy_closes_what_it_isolates() {
    let diff = between(&[], &[DENY_API]);
    let from_outside = format!("{EVERYWHERE} > shop/api -all, by api");
    let expected = [
        "kube-system/coredns > shop/api -all, by api",
        "shop/db > shop/api -all, by api",
        "shop/web > shop/api -all, by api",
        &from_outside,
    ];
    assert_eq!(lines(&diff), expected);
    assert!(matches!(diff.edits.as_slice(), [edit] if matches!(edit.kind, EditKind::Added(_))));
    assert_eq!(diff.without_effect().count(), 0);
}

#[test]
fn a_changed_rule_opens_exactly_its_ports() {
    let diff = between(&[DENY_API], &[ALLOW_WEB]);
    assert_eq!(lines(&diff), ["shop/web > shop/api +TCP 8080, by api"]);
    assert!(matches!(diff.edits.as_slice(), [edit] if matches!(edit.kind, EditKind::Changed { .. })));
    assert_eq!(lines(&between(&[ALLOW_WEB], &[DENY_API])), ["shop/web > shop/api -TCP 8080, by api"]);
}

#[test]
fn only_the_edit_that_tells_on_a_flow_is_its_cause() {
    let other = "
metadata: {name: other, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{}]}
";
    let diff = between(&[DENY_API], &[ALLOW_WEB, other]);
    assert_eq!(lines(&diff), ["shop/web > shop/api +TCP 8080, by api"]);
    let idle: Vec<&str> = diff.without_effect().map(|edit| edit.name.as_ref()).collect();
    assert_eq!(idle, ["other"]);
}

#[test]
fn how_a_policy_is_written_is_no_edit_but_its_name_is() {
    let spread = DENY_API.replace("spec: {", "spec:\n  {");
    assert_eq!(between(&[DENY_API], &[&spread]), Diff::default());
    let renamed = DENY_API.replace("name: api,", "name: other,");
    let diff = between(&[DENY_API], &[&renamed]);
    assert!(diff.is_empty());
    assert_eq!((diff.edits.len(), diff.without_effect().count()), (2, 2));
}

#[test]
fn outside_ranges_are_those_that_changed() {
    let block = |cidr: &str| {
        format!(
            "
metadata: {{name: db, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: db}}}}
  policyTypes: [Egress]
  egress: [{{to: [{{ipBlock: {{cidr: {cidr}}}}}], ports: [{{port: 443}}]}}]
"
        )
    };
    let diff = between(&[&block("203.0.113.0/25")], &[&block("203.0.113.0/24")]);
    assert_eq!(lines(&diff), ["shop/db > 203.0.113.128-203.0.113.255 +TCP 443, by db"]);
}

#[test]
fn some_pods_of_a_workload_make_a_change_partial() {
    // Only the first of the two has the address.
    let cluster = "
apiVersion: v1
kind: Pod
metadata: {name: one, labels: {app: a}, ownerReferences: [{kind: ReplicaSet, name: a, controller: true}]}
status: {podIP: 10.0.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: a}, ownerReferences: [{kind: ReplicaSet, name: a, controller: true}]}
status: {podIP: 10.0.0.2}
---
apiVersion: v1
kind: Pod
metadata: {name: to, labels: {app: to}}
status: {podIP: 10.0.0.3}
";
    let policy = |rules: &str| {
        format!(
            "\nmetadata: {{name: p}}\nspec: {{podSelector: {{matchLabels: {{app: to}}}}, ingress: {rules}}}\n"
        )
    };
    let old = analysis(cluster, &[&policy("[]")]);
    let new = analysis(cluster, &[&policy("[{from: [{ipBlock: {cidr: 10.0.0.1/32}}]}]")]);
    let lines = lines(&compare(&old, &new));
    assert_eq!(
        lines,
        ["default/a > default/to +all, partly, by p", "10.0.0.1-10.0.0.1 > default/to +all, by p"]
    );
}

#[test]
fn workloads_that_come_and_go_are_told_apart() {
    let (old, new) =
        (analysis(CLUSTER, &[]), analysis(&CLUSTER.replace("name: web", "name: shopfront"), &[]));
    let diff = compare(&old, &new);
    let names = |names: &[WorkloadName]| -> Vec<String> {
        names.iter().map(|name| format!("{}/{}", name.namespace, name.name)).collect()
    };
    assert_eq!(
        (names(&diff.added).join(" "), names(&diff.removed).join(" ")),
        ("shop/shopfront".into(), "shop/web".into())
    );
    assert!(diff.changes.is_empty() && !diff.is_empty());
}

#[test]
fn a_label_that_moves_is_a_change_without_an_edit() {
    let moved = CLUSTER.replace("labels: {app: web}", "labels: {app: shopfront}");
    let diff = compare(&analysis(CLUSTER, &[ALLOW_WEB]), &analysis(&moved, &[ALLOW_WEB]));
    assert_eq!(lines(&diff), ["shop/web > shop/api -TCP 8080"]);
}
