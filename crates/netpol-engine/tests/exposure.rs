//! How far workloads are open, to pods that are there and to pods that are not.
#![expect(clippy::expect_used, reason = "it is how a test fails")]

use netpol_engine::{Admitted, Analysis, Direction, Namespaces, Openness};
use netpol_syntax::{Limits, SourceFile};

const CLUSTER: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i}]}
---
";

/// `cluster; internet; admitted pods` of `web` in one direction under a policy's spec.
fn told(direction: Direction, spec: &str) -> String {
    let policy = match spec {
        "" => String::new(),
        spec => format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: shop}}\nspec: {{podSelector: {{matchLabels: {{app: web}}}}, {spec}}}\n"
        ),
    };
    let files = [SourceFile::new("cluster.yaml", format!("{CLUSTER}{policy}"))];
    let analysis = Analysis::read(&files, &Limits::PAGE);
    assert_eq!(analysis.diagnostics, [], "{spec}");
    let web = analysis.cluster.workload("shop", "web").expect("web");
    let exposure = analysis.exposure();
    let exposure = exposure.iter().find(|it| it.workload == web).expect("web is exposed or not");
    let Openness { is_isolated, cluster, internet, internet_partly, blocks, admits } =
        exposure.side(direction);
    let blocks = blocks.iter().map(|it| {
        let named: String = it.named.iter().map(|(protocol, name)| format!(" {protocol} {name}")).collect();
        format!(" {}: {}{named};", it.block.cidr, it.ports)
    });
    let admits = admits.iter().map(|Admitted { namespaces, pods, ports, named, is_seen, .. }| {
        let namespaces = match namespaces {
            Namespaces::Own(id) => analysis.cluster.namespaces[*id].name.to_string(),
            Namespaces::Selected(selector) => format!("[{selector}]"),
        };
        let named: String = named.iter().map(|(protocol, name)| format!(" {protocol} {name}")).collect();
        let seen = if *is_seen { "" } else { " unseen" };
        format!(" {namespaces}/{pods}: {ports}{named}{seen};")
    });
    let isolated = if *is_isolated { "isolated" } else { "open" };
    let partly =
        if internet_partly.is_none() { String::new() } else { format!(" (partly {internet_partly})") };
    let admits: String = blocks.chain(admits).collect();
    format!("{isolated}; cluster {cluster}; internet {internet}{partly};{admits}")
}

#[test]
fn exposure_is_told_for_pods_that_are_there_and_for_those_that_are_not() {
    let cases = [
        (Direction::Ingress, "", "open; cluster all; internet all;"),
        (Direction::Egress, "", "open; cluster all; internet all;"),
        (Direction::Ingress, "ingress: []", "isolated; cluster none; internet none;"),
        (Direction::Egress, "ingress: []", "open; cluster all; internet all;"),
        (Direction::Ingress, "ingress: [{}]", "isolated; cluster all; internet all;"),
        (
            Direction::Ingress,
            "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: http}]}]",
            "isolated; cluster TCP 8080; internet none;",
        ),
        (
            Direction::Ingress,
            "ingress: [{from: [{podSelector: {matchLabels: {app: db}}}, {podSelector: {matchLabels: {app: cron}}}], ports: [{port: 80}]}]",
            "isolated; cluster none; internet none; shop/app=db: TCP 80; shop/app=cron: TCP 80 unseen;",
        ),
        (
            Direction::Ingress,
            "ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]",
            "isolated; cluster none; internet none; [team=ops]/everything: all unseen;",
        ),
        (
            Direction::Ingress,
            "ingress: [{ports: [{port: 80}]}, {from: [{podSelector: {}}], ports: [{port: 80}]}]",
            "isolated; cluster TCP 80; internet TCP 80;",
        ),
        // Blocks of private addresses, and ports by name that are open to everyone.
        (
            Direction::Ingress,
            "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]}]",
            "isolated; cluster none; internet none; 10.0.0.0/8: TCP 8080;",
        ),
        (
            Direction::Egress,
            "policyTypes: [Egress], egress: [{ports: [{port: http}]}]",
            "isolated; cluster none; internet none; [everything]/everything: none TCP http;",
        ),
        (
            Direction::Ingress,
            "ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]",
            "isolated; cluster none; internet none (partly all); 203.0.113.0/24: all;",
        ),
        (
            Direction::Egress,
            "policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}, {to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]",
            "isolated; cluster TCP 443; internet TCP 443; shop/app=db: TCP 5432;",
        ),
    ];
    for (direction, spec, expected) in cases {
        assert_eq!(told(direction, spec), expected, "{} {spec}", direction.as_str());
    }
}
