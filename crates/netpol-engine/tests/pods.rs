//! How many pods workloads come to, and in which order.

use netpol_engine::Analysis;
use netpol_syntax::{Limits, SourceFile};

/// The names of the pods that a text brings, in order.
fn pods(text: &str) -> Vec<String> {
    let analysis = Analysis::read(&[SourceFile::new("cluster.yaml", text)], &Limits::PAGE);
    assert_eq!(analysis.diagnostics, [], "{text}");
    let own = analysis.cluster.pods.iter().filter(|(_, pod)| pod.at.is_some());
    own.map(|(_, pod)| pod.name.to_string()).collect()
}

/// One where the field is absent (API types, `DeploymentSpec.replicas` and its like, `JobSpec.parallelism`); of a
/// DaemonSet one for each node, of which one stands for all here.
#[test]
fn workloads_have_the_pods_that_their_fields_say() {
    let cases = [
        ("apps/v1", "Deployment", "", 1),
        ("apps/v1", "Deployment", "replicas: 3, ", 3),
        ("apps/v1", "StatefulSet", "replicas: 2, ", 2),
        ("apps/v1", "ReplicaSet", "replicas: 0, ", 0),
        ("v1", "ReplicationController", "replicas: 2, ", 2),
        ("apps/v1", "DaemonSet", "", 1),
        ("batch/v1", "Job", "", 1),
        ("batch/v1", "Job", "parallelism: 2, ", 2),
    ];
    for (version, kind, field, expected) in cases {
        let text = format!(
            "{{apiVersion: {version}, kind: {kind}, metadata: {{name: w}}, spec: {{{field}template: {{spec: {{containers: [{{name: c}}]}}}}}}}}"
        );
        assert_eq!(pods(&text).len(), expected, "{text}");
    }
}

#[test]
fn pods_and_workloads_stand_in_the_order_of_the_text() {
    let pod = |name| format!("---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}}}\n");
    let workload = "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: w}, spec: {replicas: 2}}\n";
    assert_eq!(pods(&format!("{}{workload}{}", pod("b"), pod("a"))), ["b", "w-1", "w-2", "a"]);
}

/// A pod without `nodeName` is on the node that has the first of its node's addresses, whichever pod told of it.
#[test]
fn a_node_is_found_by_its_address_wherever_that_is_told() {
    let named = "---\n{apiVersion: v1, kind: Pod, metadata: {name: c}, spec: {nodeName: n}, status: {hostIP: 10.0.0.2}}\n";
    let one = "---\n{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {hostIP: 10.0.0.1}}\n";
    let both = "---\n{apiVersion: v1, kind: Pod, metadata: {name: b}, status: {hostIP: 10.0.0.2, hostIPs: [{ip: 10.0.0.2}, {ip: 10.0.0.1}]}}\n";
    for text in [format!("{named}{one}{both}"), format!("{both}{one}{named}"), format!("{one}{both}{named}")]
    {
        let cluster =
            Analysis::read(&[SourceFile::new("cluster.yaml", text.as_str())], &Limits::PAGE).cluster;
        for name in ["a", "b", "c"] {
            let pod = &cluster.pods[cluster.pod("default", name).unwrap()];
            assert_eq!(
                pod.node.map(|node| cluster.nodes[node].name.to_string()).as_deref(),
                Some("n"),
                "{name}: {text}"
            );
        }
    }
}
