//! Policies, as types.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use netpol_syntax::Location;

use crate::ports::{PortSet, Protocol};

use super::{ContainerPort, NamespaceId, Selector};

/// A NetworkPolicy that the API server would take.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its namespace, whose pods it can select.
    pub namespace: NamespaceId,
    /// Its name.
    pub name: Arc<str>,
    /// Which pods of its namespace it is about.
    pub subject: Selector,
    /// What it does to traffic into them.
    pub ingress: Section,
    /// What it does to traffic out of them.
    pub egress: Section,
    /// The whole object.
    pub at: Location,
    /// Its name in the text.
    pub name_at: Location,
}

/// One of the two ways that traffic goes, seen from the pod that a policy selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Out of it.
    Egress,
    /// Into it.
    Ingress,
}

impl Direction {
    /// The field of a rule that names its peers: `to` or `from`.
    #[must_use]
    pub fn peers_field(self) -> &'static str {
        match self {
            Self::Egress => "to",
            Self::Ingress => "from",
        }
    }

    /// `egress` or `ingress`, as the field is called.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Egress => "egress",
            Self::Ingress => "ingress",
        }
    }
}

/// What a policy does in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// Its `policyTypes` leave this direction out: nothing is isolated, and rules, if there are any, are inert.
    Untouched,
    /// Its pods are isolated, but for what these rules allow.
    Isolates(Vec<Rule>),
}

impl Section {
    /// The rules that count.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        match self {
            Self::Untouched => &[],
            Self::Isolates(rules) => rules,
        }
    }
}

impl Policy {
    /// Whether it does the same as `other` of the same namespace, wherever the two stand in the text.
    #[must_use]
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.subject.says_the_same(&other.subject)
            && sections(&self.ingress, &other.ingress)
            && sections(&self.egress, &other.egress)
    }

    /// What it does in `direction`.
    #[must_use]
    pub fn section(&self, direction: Direction) -> &Section {
        match direction {
            Direction::Egress => &self.egress,
            Direction::Ingress => &self.ingress,
        }
    }
}

/// One rule: it allows what one of its peers and one of its ports match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Who is at the other end; `None` for a missing or empty list, which means anyone.
    pub peers: Option<Vec<Peer>>,
    /// Which ports; `None` for a missing or empty list, which means all.
    pub ports: Option<Vec<PortRule>>,
    /// Where it is written.
    pub at: Location,
}

impl Rule {
    /// The ports it allows on a destination that declares `declared`.
    #[must_use]
    pub fn ports_on(&self, declared: &[ContainerPort]) -> PortSet {
        match &self.ports {
            None => PortSet::all(),
            Some(ports) => PortSet::union_of(&ports.iter().map(|port| port.on(declared)).collect::<Vec<_>>()),
        }
    }
}

/// One item of `from` or `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Whom it matches.
    pub kind: PeerKind,
    /// Where it is written.
    pub at: Location,
}

/// Whom a peer matches (API types, `NetworkPolicyPeer`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerKind {
    /// `podSelector` alone: such pods of the policy's own namespace.
    Pods(Selector),
    /// `namespaceSelector` alone: every pod of such namespaces.
    Namespaces(Selector),
    /// Both: such pods of such namespaces.
    PodsInNamespaces {
        /// Of the namespace.
        namespaces: Selector,
        /// Of the pod.
        pods: Selector,
    },
    /// `ipBlock`: addresses.
    Block(Block),
}

/// `ipBlock`: a block of addresses with holes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block {
    /// The block, host bits cleared.
    pub cidr: IpNet,
    /// What is taken out of this block, and of no other.
    pub except: Vec<IpNet>,
}

impl Block {
    /// Whether `address` lies in the block and in none of its exceptions; never across families.
    #[must_use]
    pub fn contains(&self, address: &IpAddr) -> bool {
        self.cidr.contains(address) && !self.except.iter().any(|hole| hole.contains(address))
    }
}

/// One item of `ports`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortRule {
    /// TCP where it is absent.
    pub protocol: Protocol,
    /// Which ports of that protocol.
    pub ports: PortMatch,
    /// Where it is written.
    pub at: Location,
}

/// Which ports an item of `ports` matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortMatch {
    /// No `port`: all of the protocol's.
    All,
    /// `port`, or `port` to `endPort`, both included.
    Range(u16, u16),
    /// Whatever port the destination pod gives this name.
    Named(Arc<str>),
}

impl PortRule {
    /// The ports it matches on a destination that declares `declared`; none for an unknown name.
    #[must_use]
    pub fn on(&self, declared: &[ContainerPort]) -> PortSet {
        match &self.ports {
            PortMatch::All => PortSet::protocol(self.protocol),
            PortMatch::Range(first, last) => PortSet::range(self.protocol, *first, *last),
            PortMatch::Named(name) => declared
                .iter()
                .filter(|port| port.port.protocol == self.protocol && port.name.as_ref() == Some(name))
                .map(|port| port.port)
                .collect(),
        }
    }
}

fn sections(one: &Section, other: &Section) -> bool {
    match (one, other) {
        (Section::Untouched, Section::Untouched) => true,
        (Section::Isolates(one), Section::Isolates(other)) => all(one, other, rules),
        _ => false,
    }
}

fn rules(one: &Rule, other: &Rule) -> bool {
    lists(one.peers.as_deref(), other.peers.as_deref(), peers)
        && lists(one.ports.as_deref(), other.ports.as_deref(), |one: &PortRule, other: &PortRule| {
            (one.protocol, &one.ports) == (other.protocol, &other.ports)
        })
}

fn peers(one: &Peer, other: &Peer) -> bool {
    match (&one.kind, &other.kind) {
        (PeerKind::Pods(one), PeerKind::Pods(other))
        | (PeerKind::Namespaces(one), PeerKind::Namespaces(other)) => one.says_the_same(other),
        (
            PeerKind::PodsInNamespaces { namespaces, pods },
            PeerKind::PodsInNamespaces { namespaces: other_namespaces, pods: other_pods },
        ) => namespaces.says_the_same(other_namespaces) && pods.says_the_same(other_pods),
        (PeerKind::Block(one), PeerKind::Block(other)) => one == other,
        _ => false,
    }
}

fn lists<T>(one: Option<&[T]>, other: Option<&[T]>, same: impl Fn(&T, &T) -> bool) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => all(one, other, same),
        _ => false,
    }
}

fn all<T>(one: &[T], other: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}
