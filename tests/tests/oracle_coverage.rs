//! Random clusters that never get to a rule cannot find a difference in it.

use std::collections::BTreeSet;

use netpol_tests::oracle::{Endpoint, OracleVerdict, Reason, verdict};
use netpol_tests::random::{addresses, boundary_ports, clusters, protocols};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

/// What a verdict is an example of.
fn sort(verdict: &OracleVerdict) -> &'static str {
    let isolated = (!verdict.egress.isolating.is_empty(), !verdict.ingress.isolating.is_empty());
    match (verdict.reason, verdict.egress_blocks, verdict.ingress_blocks, isolated) {
        (Reason::Itself, ..) => "itself",
        (Reason::OwnNode, ..) => "own node",
        (Reason::Finished, ..) => "finished",
        (Reason::Policies, true, true, _) => "blocked by both",
        (Reason::Policies, true, false, _) => "blocked by egress",
        (Reason::Policies, false, true, _) => "blocked by ingress",
        (Reason::Policies, false, false, (true, true)) => "allowed by both",
        (Reason::Policies, false, false, (true, false)) => "allowed by egress",
        (Reason::Policies, false, false, (false, true)) => "allowed by ingress",
        (Reason::Policies, false, false, (false, false)) => "not isolated",
    }
}

#[test]
fn random_clusters_have_every_sort_of_verdict() {
    let mut runner = TestRunner::deterministic();
    let strategy = (clusters(), boundary_ports(), protocols());
    let mut seen = BTreeSet::new();
    for _ in 0..200 {
        let (cluster, port, protocol) = strategy.new_tree(&mut runner).unwrap().current();
        let mut ends: Vec<Endpoint> = (0..cluster.pods.len()).map(Endpoint::Pod).collect();
        ends.extend(addresses(&cluster).into_iter().map(Endpoint::Address));
        for from in &ends {
            for to in &ends {
                seen.insert(sort(&verdict(&cluster, from, to, port, protocol)));
            }
        }
    }
    assert_eq!(seen.len(), 10, "only {seen:?}");
}
