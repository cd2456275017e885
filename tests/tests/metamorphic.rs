//! What must not change when a cluster is written another way, and what may change in one direction only.
#![expect(clippy::expect_used, reason = "it is how a test fails")]

use std::collections::BTreeMap;

use netpol_engine::{Analysis, Endpoint, Port, Protocol};
use netpol_syntax::{Limits, SourceFile};
use netpol_tests::oracle::{Cluster, Direction, Labels, Peer, Policy, Rule, Selector, render};
use netpol_tests::random::{addresses, clusters, config, rule};
use proptest::prelude::*;
use proptest::sample::Index;

const PORTS: [Port; 6] = [
    Port { protocol: Protocol::Tcp, number: 80 },
    Port { protocol: Protocol::Tcp, number: 443 },
    Port { protocol: Protocol::Tcp, number: 8081 },
    Port { protocol: Protocol::Udp, number: 53 },
    Port { protocol: Protocol::Udp, number: 80 },
    Port { protocol: Protocol::Sctp, number: 65535 },
];

/// Whether each flow between two pods or addresses passes. The ends are in the cluster's order, so that the
/// verdicts of two clusters can be held against each other where only policies and labels differ.
fn verdicts(cluster: &Cluster, style: u64) -> Vec<bool> {
    let text = render(cluster, style);
    let analysis = Analysis::read(&[SourceFile::new("cluster.yaml", text)], &Limits::PAGE);
    let matrix = analysis.matrix();
    let pods =
        cluster.pods.iter().map(|pod| analysis.cluster.pod(&pod.namespace, &pod.name).map(Endpoint::Pod));
    let mut ends: Vec<Endpoint> = pods.map(|pod| pod.expect("every pod is read")).collect();
    ends.extend(addresses(cluster).into_iter().map(|address| Endpoint::at(&analysis.cluster, address)));
    let mut verdicts = Vec::new();
    for from in &ends {
        for to in ends.iter().filter(|to| *to != from) {
            let (from, to) = (analysis.index.class_of(*from), analysis.index.class_of(*to));
            verdicts.extend(PORTS.map(|port| matrix.allows(from, to, port)));
        }
    }
    verdicts
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn order_and_style_change_nothing(cluster in clusters(), one: u64, other: u64) {
        prop_assert_eq!(verdicts(&cluster, one), verdicts(&cluster, other));
    }

    #[test]
    fn a_further_rule_of_an_isolated_direction_closes_nothing(
        (cluster, rule) in clusters().prop_flat_map(|cluster| (Just(cluster.clone()), rule(&cluster))),
        policy: Index,
        egress: bool,
        style: u64,
    ) {
        prop_assume!(!cluster.policies.is_empty());
        let mut more = cluster.clone();
        let policy = policy.index(more.policies.len());
        let policy = &mut more.policies[policy];
        let direction = if egress { Direction::Egress } else { Direction::Ingress };
        prop_assume!(isolates(policy, direction));
        rules(policy, direction).push(rule);
        let closed = verdicts(&cluster, style).into_iter().zip(verdicts(&more, style)).any(|(before, after)| before && !after);
        prop_assert!(!closed, "{}", render(&more, style));
    }

    #[test]
    fn other_names_for_all_labels_change_nothing(cluster in clusters(), style: u64) {
        prop_assert_eq!(verdicts(&cluster, style), verdicts(&renamed(&cluster), style));
    }

    #[test]
    fn a_policy_about_nobody_changes_nothing(cluster in clusters(), style: u64) {
        let mut more = cluster.clone();
        for namespace in ["default", "blue", "elsewhere"] {
            more.policies.push(Policy {
                namespace: namespace.to_owned(),
                name: "about-nobody".to_owned(),
                pod_selector: Selector { labels: BTreeMap::from([("nobody".to_owned(), "has-it".to_owned())]), expressions: vec![] },
                policy_types: Some(vec![Direction::Ingress, Direction::Egress]),
                ingress: vec![],
                egress: vec![],
            });
        }
        prop_assert_eq!(verdicts(&cluster, style), verdicts(&more, style));
    }

    #[test]
    fn a_policy_for_each_rule_changes_nothing(cluster in clusters(), style: u64) {
        let policies = cluster.policies.iter().flat_map(one_by_one).collect();
        prop_assert_eq!(verdicts(&cluster, style), verdicts(&Cluster { policies, ..cluster.clone() }, style));
    }

    #[test]
    fn a_rule_for_each_peer_and_port_changes_nothing(cluster in clusters(), style: u64) {
        let mut apart = cluster.clone();
        for policy in &mut apart.policies {
            policy.ingress = policy.ingress.iter().flat_map(singles).collect();
            policy.egress = policy.egress.iter().flat_map(singles).collect();
        }
        prop_assert_eq!(verdicts(&cluster, style), verdicts(&apart, style));
    }

    #[test]
    fn without_policies_only_ended_pods_are_closed(cluster in clusters(), style: u64) {
        use netpol_tests::oracle::Phase;
        let mut open = Cluster { policies: vec![], ..cluster };
        open.pods.retain(|pod| !matches!(pod.phase, Phase::Succeeded | Phase::Failed));
        prop_assert!(verdicts(&open, style).into_iter().all(|allowed| allowed));
    }
}

/// Whether a policy isolates in `direction` (API types, `policyTypes`).
fn isolates(policy: &Policy, direction: Direction) -> bool {
    // An empty list is defaulted like none.
    match policy.policy_types.as_deref() {
        None | Some([]) => direction == Direction::Ingress || !policy.egress.is_empty(),
        Some(types) => types.contains(&direction),
    }
}

fn rules(policy: &mut Policy, direction: Direction) -> &mut Vec<Rule> {
    match direction {
        Direction::Ingress => &mut policy.ingress,
        Direction::Egress => &mut policy.egress,
    }
}

/// The policy as one policy for each of its rules, and one without any that isolates alike.
fn one_by_one(policy: &Policy) -> Vec<Policy> {
    let directions = [Direction::Ingress, Direction::Egress];
    let types = directions.into_iter().filter(|direction| isolates(policy, *direction)).collect();
    let bare = Policy { policy_types: Some(types), ingress: vec![], egress: vec![], ..policy.clone() };
    // Neither direction is not what an empty list says, so that such a policy stays away altogether.
    if bare.policy_types.as_deref() == Some(&[]) {
        return vec![];
    }
    let ingress = policy.ingress.iter().map(|rule| Policy { ingress: vec![rule.clone()], ..bare.clone() });
    let egress = policy.egress.iter().map(|rule| Policy { egress: vec![rule.clone()], ..bare.clone() });
    let all = std::iter::once(bare.clone()).chain(ingress).chain(egress);
    all.enumerate().map(|(at, policy)| Policy { name: format!("{}-{at}", policy.name), ..policy }).collect()
}

/// A rule as one rule for each pair of a peer and a port.
fn singles(rule: &Rule) -> Vec<Rule> {
    let one_of = |list: Vec<Rule>| if list.is_empty() { vec![rule.clone()] } else { list };
    let by_peer = rule.peers.iter().map(|peer| Rule { peers: vec![peer.clone()], ports: rule.ports.clone() });
    let by_peer = one_of(by_peer.collect());
    let by_port = |rule: &Rule| -> Vec<Rule> {
        if rule.ports.is_empty() {
            return vec![rule.clone()];
        }
        rule.ports.iter().map(|port| Rule { ports: vec![port.clone()], ..rule.clone() }).collect()
    };
    by_peer.iter().flat_map(by_port).collect()
}

/// The cluster with every label's key and value under another name, but for the one that the API server sets.
fn renamed(cluster: &Cluster) -> Cluster {
    let mut other = cluster.clone();
    other.namespaces.iter_mut().for_each(|namespace| rename(&mut namespace.labels));
    other.pods.iter_mut().for_each(|pod| rename(&mut pod.labels));
    for policy in &mut other.policies {
        rename_in(&mut policy.pod_selector);
        let rules = policy.ingress.iter_mut().chain(&mut policy.egress);
        for peer in rules.flat_map(|rule| &mut rule.peers) {
            match peer {
                Peer::Pods(pods) => rename_in(pods),
                Peer::Namespaces(namespaces) => rename_in(namespaces),
                Peer::PodsOfNamespaces { pods, namespaces } => {
                    rename_in(pods);
                    rename_in(namespaces);
                }
                Peer::IpBlock { .. } => {}
            }
        }
    }
    other
}

const OF_THE_API: &str = "kubernetes.io/metadata.name";

fn rename(labels: &mut Labels) {
    let renamed = std::mem::take(labels).into_iter().map(|(key, value)| match key.as_str() {
        OF_THE_API => (key, value),
        _ => (format!("{key}-2"), format!("v{value}")),
    });
    labels.extend(renamed);
}

fn rename_in(selector: &mut Selector) {
    rename(&mut selector.labels);
    for requirement in selector.expressions.iter_mut().filter(|it| it.key != OF_THE_API) {
        requirement.key.push_str("-2");
        requirement.values.iter_mut().for_each(|value| value.insert(0, 'v'));
    }
}
