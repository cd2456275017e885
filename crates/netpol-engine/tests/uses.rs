//! What comes of each rule.

use netpol_engine::{Analysis, Direction};
use netpol_syntax::{Limits, Severity, SourceFile};

const CLUSTER: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b, labels: {app: b}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: c, labels: {app: c}}, spec: {containers: [{name: c, ports: [{name: web, containerPort: 80}]}]}}
---
";

/// Of each rule of the policies, in their order: its direction's first letter, its pairs, and whether it goes outside.
fn uses(policies: &str) -> Vec<String> {
    let analysis =
        Analysis::read(&[SourceFile::new("a.yaml", format!("{CLUSTER}{policies}"))], &Limits::PAGE);
    assert!(analysis.diagnostics.iter().all(|said| said.severity != Severity::Error));
    let letter = |direction| if direction == Direction::Ingress { "in" } else { "out" };
    let uses = analysis.uses();
    uses.iter()
        .map(|each| {
            let outside = if each.outside { " outside" } else { "" };
            let within = if each.within { " within" } else { "" };
            format!("{} {}{outside}{within}", letter(each.direction), each.pairs)
        })
        .collect()
}

fn policy(name: &str, app: &str, rules: &str) -> String {
    format!(
        "{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}}}, \
         spec: {{podSelector: {{matchLabels: {{app: {app}}}}}, {rules}}}}}\n---\n"
    )
}

#[test]
fn pairs_are_counted_rule_by_rule() {
    let from = |app: &str| format!("from: [{{podSelector: {{matchLabels: {{app: {app}}}}}}}]");
    let c = policy("c", "c", &format!("ingress: [{{{}}}, {{{}}}]", from("a"), from("nobody")));
    assert_eq!(uses(&c), ["in 1", "in 0"]);
    // By the first rule both others and all outside come in, and cluster DNS.
    let all = policy("c", "c", "ingress: [{ports: [{port: 80}]}]");
    assert_eq!(uses(&all), ["in 3 outside"]);
}

#[test]
fn what_the_other_end_blocks_does_not_count() {
    let c = policy("c", "c", "ingress: [{from: [{podSelector: {}}]}]");
    let shut = policy("a", "a", "policyTypes: [Egress]");
    assert_eq!(uses(&c), ["in 2"]);
    assert_eq!(uses(&format!("{c}{shut}")), ["in 1"]);
}

#[test]
fn ports_by_name_are_those_of_the_destination() {
    let named = |name: &str| {
        policy("a", "a", &format!("policyTypes: [Egress], egress: [{{ports: [{{port: {name}}}]}}]"))
    };
    assert_eq!(uses(&named("web")), ["out 1"]);
    assert_eq!(uses(&named("nothing")), ["out 0"]);
}

#[test]
fn pods_of_one_workload_count_as_such() {
    let replicas = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: etcd}
spec:
  replicas: 3
  selector: {matchLabels: {app: etcd}}
  template: {metadata: {labels: {app: etcd}}}
---
";
    let among = policy("etcd", "etcd", "ingress: [{from: [{podSelector: {matchLabels: {app: etcd}}}]}]");
    assert_eq!(uses(&format!("{replicas}{among}")), ["in 0 within"]);
    // One alone has none to reach.
    let alone = policy("a", "a", "ingress: [{from: [{podSelector: {matchLabels: {app: a}}}]}]");
    assert_eq!(uses(&alone), ["in 0"]);
}
