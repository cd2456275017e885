//! Near misses: of the rules that do not let a flow pass, the nearest of each policy, and what it lacks.

use std::sync::Arc;

use ipnet::IpNet;
use netpol_syntax::order;

use crate::evaluate::{Evaluation, Side};
use crate::model::{
    Block, Cluster, Direction, Endpoint, Labels, NamespaceId, Peer, PeerKind, PodNetwork, PolicyId,
    PortMatch, Requirement, Rule, Selector,
};
use crate::ports::Protocol;

/// A policy that does not let a flow pass, and how near it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// The policy.
    pub policy: PolicyId,
    /// Its nearest rule, from 0; `None` where it has no rule in this direction.
    pub rule: Option<usize>,
    /// The nearest peer of that rule, from 0, where the peers are what is missed.
    pub peer: Option<usize>,
    /// What that rule lacks; empty only where there is no rule.
    pub lacks: Vec<Lack>,
}

/// One thing that a rule wants and a flow does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The pod at the other end has other labels.
    PodLabel {
        /// What is wanted.
        wanted: Requirement,
        /// The value that the pod has under that key.
        found: Option<Arc<str>>,
    },
    /// Its namespace has other labels.
    NamespaceLabel {
        /// What is wanted.
        wanted: Requirement,
        /// The value that the namespace has under that key.
        found: Option<Arc<str>>,
        /// The namespace.
        namespace: NamespaceId,
    },
    /// A peer without `namespaceSelector` means the policy's own namespace.
    OtherNamespace {
        /// The policy's namespace.
        wanted: NamespaceId,
        /// The other end's.
        found: NamespaceId,
    },
    /// The peer is about pods, and the other end is an address outside.
    NotAPod,
    /// The peer is about pods, and the other end uses its node's network, which selectors do not see.
    HostNetwork,
    /// The address does not lie in the block.
    OutsideBlock {
        /// The block.
        cidr: IpNet,
    },
    /// The address lies in one of the block's exceptions.
    InException {
        /// The block.
        cidr: IpNet,
        /// The exception.
        hole: IpNet,
    },
    /// None of the rule's ports is the flow's.
    Port {
        /// What the rule allows.
        wanted: Vec<(Protocol, PortMatch)>,
    },
}

/// For the side of `evaluation` in `direction`, if it blocks: each policy that isolates the pod there, nearest first.
pub(crate) fn misses(cluster: &Cluster, evaluation: &Evaluation, direction: Direction) -> Vec<Miss> {
    let Side::Isolated { by, grants } = evaluation.side(direction) else { return Vec::new() };
    if !grants.is_empty() {
        return Vec::new();
    }
    let mut misses: Vec<Miss> =
        by.iter().map(|policy| nearest(cluster, evaluation, direction, *policy)).collect();
    // Policies without any rule come last; otherwise what lacks least is nearest. The sort is stable.
    order::sort_by_key(&mut misses, |miss| (miss.rule.is_none(), miss.lacks.len()));
    misses
}

fn nearest(cluster: &Cluster, evaluation: &Evaluation, direction: Direction, policy: PolicyId) -> Miss {
    let rules = cluster.policies[policy].section(direction).rules();
    let misses = rules.iter().enumerate().map(|(at, rule)| {
        let (peer, mut lacks) = nearest_peer(cluster, evaluation, direction, policy, rule);
        lacks.extend(port_lack(cluster, evaluation, rule));
        Miss { policy, rule: Some(at), peer, lacks }
    });
    // Of two that lack as much, the one that knows the other end and only misses the port is what one looks for.
    let nearest =
        misses.min_by_key(|miss| (miss.lacks.len(), !matches!(miss.lacks.as_slice(), [Lack::Port { .. }])));
    nearest.unwrap_or(Miss { policy, rule: None, peer: None, lacks: Vec::new() })
}

fn nearest_peer(
    cluster: &Cluster,
    evaluation: &Evaluation,
    direction: Direction,
    policy: PolicyId,
    rule: &Rule,
) -> (Option<usize>, Vec<Lack>) {
    let other = match direction {
        Direction::Egress => evaluation.flow.to,
        Direction::Ingress => evaluation.flow.from,
    };
    let peers = rule.peers.iter().flatten().enumerate();
    let lacks = peers.map(|(at, peer)| (Some(at), peer_lacks(cluster, policy, peer, other)));
    lacks.min_by_key(|(_, lacks)| lacks.len()).unwrap_or_default()
}

fn peer_lacks(cluster: &Cluster, policy: PolicyId, peer: &Peer, other: Endpoint) -> Vec<Lack> {
    let block = |block: &Block, addresses: &[std::net::IpAddr]| {
        if addresses.iter().any(|address| block.contains(address)) {
            return Vec::new();
        }
        let within = addresses.iter().filter(|address| block.cidr.contains(*address));
        let mut holes = within.filter_map(|address| block.except.iter().find(|hole| hole.contains(address)));
        vec![match holes.next() {
            Some(hole) => Lack::InException { cidr: block.cidr, hole: *hole },
            None => Lack::OutsideBlock { cidr: block.cidr },
        }]
    };
    let pod = match (&peer.kind, other) {
        (PeerKind::Block(wanted), Endpoint::Address(address)) => return block(wanted, &[address]),
        (PeerKind::Block(wanted), Endpoint::Pod(pod)) => return block(wanted, &cluster.pods[pod].addresses),
        (_, Endpoint::Address(_)) => return vec![Lack::NotAPod],
        (_, Endpoint::Pod(pod)) => &cluster.pods[pod],
    };
    if pod.network == PodNetwork::Host {
        return vec![Lack::HostNetwork];
    }
    let own = cluster.policies[policy].namespace;
    let mut lacks = Vec::new();
    let namespaces = match &peer.kind {
        PeerKind::Namespaces(namespaces) | PeerKind::PodsInNamespaces { namespaces, .. } => Some(namespaces),
        PeerKind::Pods(_) | PeerKind::Block(_) => None,
    };
    match namespaces {
        Some(namespaces) => {
            let labels = &cluster.namespaces[pod.namespace].labels;
            lacks.extend(unmet(namespaces, labels).map(|(wanted, found)| Lack::NamespaceLabel {
                wanted,
                found,
                namespace: pod.namespace,
            }));
        }
        None if own != pod.namespace => {
            lacks.push(Lack::OtherNamespace { wanted: own, found: pod.namespace });
        }
        None => {}
    }
    if let PeerKind::Pods(pods) | PeerKind::PodsInNamespaces { pods, .. } = &peer.kind {
        lacks.extend(unmet(pods, &pod.labels).map(|(wanted, found)| Lack::PodLabel { wanted, found }));
    }
    lacks
}

fn unmet<'a>(
    selector: &'a Selector,
    labels: &'a Labels,
) -> impl Iterator<Item = (Requirement, Option<Arc<str>>)> + 'a {
    let unmet = selector.requirements.iter().filter(|requirement| !requirement.matches(labels));
    unmet.map(|requirement| (requirement.clone(), labels.get(&requirement.key).map(Arc::from)))
}

fn port_lack(cluster: &Cluster, evaluation: &Evaluation, rule: &Rule) -> Option<Lack> {
    let ports = rule.ports.as_ref()?;
    let declared = match evaluation.flow.to {
        Endpoint::Pod(pod) => cluster.pods[pod].ports.as_slice(),
        Endpoint::Address(_) => &[],
    };
    if ports.iter().any(|port| port.on(declared).contains(evaluation.flow.port)) {
        return None;
    }
    Some(Lack::Port { wanted: ports.iter().map(|port| (port.protocol, port.ports.clone())).collect() })
}
