//! Whether a connection passes, and which policies say so.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::model::{
    Cluster, Container, Direction, Labels, Operator, Peer, Phase, Pod, Policy, PolicyPort, PortRef, Protocol,
    Rule, Selector,
};

/// One end of a connection, as one asks for it.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// The pod at this place in [`Cluster::pods`].
    Pod(usize),
    /// An address: a pod's (then it is that pod), a node's, or one outside the cluster.
    Address(IpAddr),
}

/// What became of a connection.
#[derive(Clone, Debug)]
pub struct OracleVerdict {
    /// Whether it passes.
    pub allowed: bool,
    /// Whether the source may not send it.
    pub egress_blocks: bool,
    /// Whether the destination may not receive it.
    pub ingress_blocks: bool,
    /// What decided. The sides are empty but for [`Reason::Policies`].
    pub reason: Reason,
    /// The source's side.
    pub egress: Side,
    /// The destination's side.
    pub ingress: Side,
}

/// What decided about a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The policies of both sides, of which there may be none.
    Policies,
    /// A pod reaches itself.
    Itself,
    /// A node and the pods on it reach each other.
    OwnNode,
    /// A pod that has ended sends and receives nothing.
    Finished,
}

/// One side of a connection. Policies are named `namespace/name`.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// The policies that isolate the pod in this direction.
    pub isolating: BTreeSet<String>,
    /// Those rules of them that allow the connection, by their place in the policy.
    pub allowing: BTreeSet<(String, usize)>,
}

impl Side {
    /// A side blocks when somebody isolates the pod and nobody allows the connection.
    fn blocks(&self) -> bool {
        !self.isolating.is_empty() && self.allowing.is_empty()
    }
}

/// What an endpoint turned out to be.
#[derive(Clone, Copy)]
enum Party<'a> {
    Pod(&'a Pod),
    Address(IpAddr),
}

/// Asks whether `from` can open a connection to `port` of `to`.
///
/// An [`Endpoint::Pod`] beyond the cluster's pods is nothing that can be reached.
pub fn verdict(
    cluster: &Cluster,
    from: &Endpoint,
    to: &Endpoint,
    port: u16,
    protocol: Protocol,
) -> OracleVerdict {
    let (Some(source), Some(destination)) = (party(cluster, from), party(cluster, to)) else {
        return decided(Reason::Finished, false);
    };
    if is_finished(source) || is_finished(destination) {
        return decided(Reason::Finished, false);
    }
    if let (Party::Pod(a), Party::Pod(b)) = (source, destination)
        && is_same_pod(a, b)
    {
        return decided(Reason::Itself, true);
    }
    if is_node_of(cluster, source, destination) || is_node_of(cluster, destination, source) {
        return decided(Reason::OwnNode, true);
    }
    let connection = Connection { cluster, destination, port, protocol };
    let egress = connection.side(source, destination, Direction::Egress);
    let ingress = connection.side(destination, source, Direction::Ingress);
    OracleVerdict {
        allowed: !egress.blocks() && !ingress.blocks(),
        egress_blocks: egress.blocks(),
        ingress_blocks: ingress.blocks(),
        reason: Reason::Policies,
        egress,
        ingress,
    }
}

fn decided(reason: Reason, allowed: bool) -> OracleVerdict {
    OracleVerdict {
        allowed,
        egress_blocks: false,
        ingress_blocks: false,
        reason,
        egress: Side::default(),
        ingress: Side::default(),
    }
}

/// Who answers to an endpoint. A finished pod has given its address back: nothing says whose it is now.
fn party<'a>(cluster: &'a Cluster, endpoint: &Endpoint) -> Option<Party<'a>> {
    let address = match endpoint {
        Endpoint::Pod(place) => return cluster.pods.get(*place).map(Party::Pod),
        Endpoint::Address(address) => *address,
    };
    let has_it = |pod: &&Pod| !pod.host_network && !is_over(pod) && pod.ips.contains(&address);
    Some(cluster.pods.iter().find(has_it).map_or(Party::Address(address), Party::Pod))
}

/// Whether the pod has ended.
fn is_over(pod: &Pod) -> bool {
    matches!(pod.phase, Phase::Succeeded | Phase::Failed)
}

fn is_finished(party: Party<'_>) -> bool {
    matches!(party, Party::Pod(pod) if is_over(pod))
}

fn is_same_pod(a: &Pod, b: &Pod) -> bool {
    a.namespace == b.namespace && a.name == b.name
}

/// Whether `node` is a node, or a pod in a node's network, and `other` is a pod on that very node.
fn is_node_of(cluster: &Cluster, node: Party<'_>, other: Party<'_>) -> bool {
    let Party::Pod(Pod { node: Some(placed_on), .. }) = other else { return false };
    match node {
        Party::Pod(pod) => pod.host_network && pod.node.as_ref() == Some(placed_on),
        Party::Address(address) => {
            cluster.nodes.iter().any(|node| node.name == *placed_on && node.ips.contains(&address))
        }
    }
}

/// What both sides of one connection are asked about.
struct Connection<'a> {
    cluster: &'a Cluster,
    destination: Party<'a>,
    port: u16,
    protocol: Protocol,
}

impl Connection<'_> {
    /// What the policies about `subject` say of traffic with `other`.
    fn side(&self, subject: Party<'_>, other: Party<'_>, direction: Direction) -> Side {
        let mut side = Side::default();
        let Party::Pod(subject) = subject else { return side };
        if subject.host_network {
            return side;
        }
        for policy in &self.cluster.policies {
            if policy.namespace != subject.namespace
                || !selects(&policy.pod_selector, &subject.labels)
                || !types_of(policy).contains(&direction)
            {
                continue;
            }
            let name = format!("{}/{}", policy.namespace, policy.name);
            side.isolating.insert(name.clone());
            let rules = match direction {
                Direction::Ingress => &policy.ingress,
                Direction::Egress => &policy.egress,
            };
            for (place, rule) in rules.iter().enumerate() {
                if self.rule_allows(policy, rule, other) {
                    side.allowing.insert((name.clone(), place));
                }
            }
        }
        side
    }

    fn rule_allows(&self, policy: &Policy, rule: &Rule, other: Party<'_>) -> bool {
        let peer = rule.peers.is_empty() || rule.peers.iter().any(|peer| self.peer_is(policy, peer, other));
        let port = rule.ports.is_empty() || rule.ports.iter().any(|port| self.port_is(port));
        peer && port
    }

    fn peer_is(&self, policy: &Policy, peer: &Peer, other: Party<'_>) -> bool {
        if let Peer::IpBlock { cidr, except } = peer {
            let addresses = match other {
                Party::Pod(pod) => pod.ips.clone(),
                Party::Address(address) => vec![address],
            };
            return addresses.iter().any(|address| {
                cidr.contains(*address) && !except.iter().any(|hole| hole.contains(*address))
            });
        }
        let Party::Pod(pod) = other else { return false };
        if pod.host_network {
            return false;
        }
        let namespace = namespace_labels(self.cluster, &pod.namespace);
        match peer {
            Peer::Pods(pods) => pod.namespace == policy.namespace && selects(pods, &pod.labels),
            Peer::Namespaces(namespaces) => selects(namespaces, &namespace),
            Peer::PodsOfNamespaces { pods, namespaces } => {
                selects(namespaces, &namespace) && selects(pods, &pod.labels)
            }
            Peer::IpBlock { .. } => false,
        }
    }

    fn port_is(&self, port: &PolicyPort) -> bool {
        if port.protocol.unwrap_or(Protocol::Tcp) != self.protocol {
            return false;
        }
        match &port.port {
            None => true,
            Some(PortRef::Number(first)) => {
                *first <= self.port && self.port <= port.end_port.unwrap_or(*first)
            }
            Some(PortRef::Name(name)) => {
                let Party::Pod(destination) = self.destination else { return false };
                destination.ports.iter().any(|declared| {
                    declared.container != Container::Init
                        && declared.name.as_ref() == Some(name)
                        && declared.protocol == self.protocol
                        && declared.number == self.port
                })
            }
        }
    }
}

/// `policyTypes`, or its default: ingress always, and egress where there is an egress rule.
fn types_of(policy: &Policy) -> Vec<Direction> {
    match &policy.policy_types {
        Some(types) if !types.is_empty() => types.clone(),
        _ if policy.egress.is_empty() => vec![Direction::Ingress],
        _ => vec![Direction::Ingress, Direction::Egress],
    }
}

/// The labels of a namespace, declared or not.
fn namespace_labels(cluster: &Cluster, name: &str) -> Labels {
    let mut labels = Labels::new();
    for namespace in &cluster.namespaces {
        if namespace.name == name {
            labels.extend(namespace.labels.clone());
        }
    }
    labels.insert("kubernetes.io/metadata.name".to_owned(), name.to_owned());
    labels
}

/// Whether a selector matches labels: all of its parts must.
fn selects(selector: &Selector, labels: &Labels) -> bool {
    selector.labels.iter().all(|(key, value)| labels.get(key) == Some(value))
        && selector.expressions.iter().all(|wanted| {
            let value = labels.get(&wanted.key);
            match wanted.operator {
                Operator::In => value.is_some_and(|value| wanted.values.contains(value)),
                Operator::NotIn => !value.is_some_and(|value| wanted.values.contains(value)),
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
            }
        })
}
