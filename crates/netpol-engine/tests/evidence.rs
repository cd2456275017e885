//! What a verdict rests on: which peer and which port of a rule let a flow pass, and what is told beside it.
#![expect(clippy::expect_used, reason = "it is how a test fails")]

use netpol_engine::{Analysis, Caveat, Direction, Endpoint, Evaluation, Flow, Grant, Port, Protocol, Side};
use netpol_syntax::{Limits, SourceFile};

const PODS: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: app, labels: {app: app}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, labels: {app: agent}}
spec: {nodeName: node-1, hostNetwork: true, containers: [{name: c, image: i}]}
status: {podIP: 192.168.0.10, hostIP: 192.168.0.10}
---
";

fn read(rules: &str) -> Analysis {
    let text = format!(
        "{PODS}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\nspec: {{podSelector: {{matchLabels: {{app: web}}}}, ingress: {rules}}}\n"
    );
    let analysis = Analysis::read(&[SourceFile::new("cluster.yaml", text)], &Limits::PAGE);
    assert_eq!(analysis.diagnostics, [], "{rules}");
    analysis
}

/// A pod of namespace `default`.
fn pod(analysis: &Analysis, name: &str) -> Endpoint {
    Endpoint::Pod(analysis.cluster.pod("default", name).expect(name))
}

/// What becomes of TCP 80 from a pod to `web`.
fn from(analysis: &Analysis, name: &str) -> Evaluation {
    let port = Port { protocol: Protocol::Tcp, number: 80 };
    analysis.evaluate(Flow { from: pod(analysis, name), to: pod(analysis, "web"), port })
}

fn ids(evaluation: &Evaluation) -> Vec<&'static str> {
    evaluation.caveats.iter().map(Caveat::id).collect()
}

#[test]
fn a_grant_names_the_first_peer_and_the_first_port_that_match() {
    let app = "{podSelector: {matchLabels: {app: app}}}";
    let web = "{podSelector: {matchLabels: {app: web}}}";
    let analysis = read(&format!(
        "[{{from: [{web}]}}, {{from: [{web}, {app}, {{podSelector: {{}}}}], ports: [{{port: 443}}, {{port: 80}}, {{}}]}}, {{}}]"
    ));
    let evaluation = from(&analysis, "app");
    let Side::Isolated { grants, .. } = evaluation.side(Direction::Ingress) else { panic!("{evaluation:?}") };
    let said: Vec<_> = grants.iter().map(|Grant { rule, peer, port, .. }| (*rule, *peer, *port)).collect();
    assert_eq!(said, [(1, Some(1), Some(1)), (2, None, None)]);
}

#[test]
fn what_is_told_beside_a_verdict_is_told_once() {
    let blocks = "{ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: 0.0.0.0/0}}";
    let evaluation = from(&read(&format!("[{{from: [{blocks}]}}]")), "app");
    assert_eq!(ids(&evaluation), ["ip-block-over-pods", "ip-block-over-pods", "made-up-address"]);
}

#[test]
fn a_block_around_a_node_is_not_one_around_the_pods_in_its_network() {
    let evaluation = from(&read("[{from: [{ipBlock: {cidr: 192.168.0.0/24}}]}]"), "agent");
    assert!(evaluation.verdict().is_allowed());
    assert_eq!(ids(&evaluation), ["host-network"]);
}

#[test]
fn addresses_of_the_two_families_are_never_alike() {
    let analysis = read("[]");
    let classes = analysis.index.classes();
    for range in analysis.index.outside_ranges() {
        let Endpoint::Address(example) = classes[range.class].example() else { panic!("{range:?}") };
        assert_eq!(example.is_ipv6(), range.first.is_ipv6(), "{range:?}");
        assert_eq!(range.last.is_ipv6(), range.first.is_ipv6(), "{range:?}");
    }
}
