//! Whether what one policy, rule or selector says holds for all that another one does, in every cluster.

use std::sync::Arc;

use ipnet::IpNet;
use netpol_syntax::order::Set;

use crate::model::{
    Block, Direction, Operator, Peer, PeerKind, Policy, PolicyId, PortMatch, PortRule, Requirement, Rule,
    Section, Selector,
};

use super::covering::Covering;
use super::effort::Effort;

/// Holds policies against each other, for as long as there is effort left: then nothing covers anything.
#[derive(Debug)]
pub(super) struct Comparing(pub(super) Effort);

impl Comparing {
    /// The policy that makes another one needless: of two that say the same the earlier one.
    pub(super) fn covering_policy<'p>(
        &self,
        fellows: &Covering<'p>,
        id: PolicyId,
        policy: &'p Policy,
    ) -> Option<&'p Policy> {
        let candidates = fellows.policies(policy, &self.0).into_iter();
        let mut candidates = candidates.filter_map(|at| fellows.fellows.get(at));
        let covering = candidates.find(|(other_id, other)| {
            *other_id != id
                && self.covers_policy(other, policy)
                && (!self.covers_policy(policy, other) || *other_id < id)
        });
        covering.map(|(_, other)| *other)
    }

    /// Whether `wide` isolates whatever `narrow` does, and allows what it allows.
    fn covers_policy(&self, wide: &Policy, narrow: &Policy) -> bool {
        let section = |direction| match (wide.section(direction), narrow.section(direction)) {
            (_, Section::Untouched) => true,
            (Section::Untouched, Section::Isolates(_)) => false,
            (Section::Isolates(wide), Section::Isolates(narrow)) => {
                narrow.iter().all(|rule| wide.iter().any(|covering| self.covers(covering, rule)))
            }
        };
        self.is_within(&narrow.subject, &wide.subject)
            && section(Direction::Ingress)
            && section(Direction::Egress)
    }

    /// Whether every flow that `narrow` allows is allowed by `wide`, both in the same namespace.
    pub(super) fn covers(&self, wide: &Rule, narrow: &Rule) -> bool {
        let peers = match (&wide.peers, &narrow.peers) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(wide), Some(narrow)) => {
                narrow.iter().all(|peer| wide.iter().any(|covering| self.covers_peer(covering, peer)))
            }
        };
        let ports = match (&wide.ports, &narrow.ports) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(wide), Some(narrow)) => narrow
                .iter()
                .all(|port| wide.iter().any(|covering| self.0.allows(1) && covers_port(covering, port))),
        };
        peers && ports
    }

    fn covers_peer(&self, wide: &Peer, narrow: &Peer) -> bool {
        use PeerKind::{Block as Addresses, Namespaces, Pods, PodsInNamespaces};
        match (&wide.kind, &narrow.kind) {
            (Pods(wide), Pods(narrow)) | (Namespaces(wide), Namespaces(narrow)) => {
                self.is_within(narrow, wide)
            }
            (Namespaces(wide), PodsInNamespaces { namespaces, .. }) => self.is_within(namespaces, wide),
            (Namespaces(wide), Pods(_)) => wide.is_everything(),
            (PodsInNamespaces { namespaces, pods }, Pods(narrow)) => {
                namespaces.is_everything() && self.is_within(narrow, pods)
            }
            (PodsInNamespaces { namespaces, pods }, PodsInNamespaces { namespaces: of, pods: narrow }) => {
                self.is_within(of, namespaces) && self.is_within(narrow, pods)
            }
            (PodsInNamespaces { namespaces, pods }, Namespaces(narrow)) => {
                pods.is_everything() && self.is_within(narrow, namespaces)
            }
            (Addresses(wide), Addresses(narrow)) => {
                self.0.allows(1 + wide.except.len() * (1 + narrow.except.len())) && covers_block(wide, narrow)
            }
            _ => false,
        }
    }

    /// Whether all that `narrow` selects is selected by `wide`.
    pub(super) fn is_within(&self, narrow: &Selector, wide: &Selector) -> bool {
        self.0.allows(1 + narrow.requirements.len() * wide.requirements.len())
            && wide
                .requirements
                .iter()
                .all(|wanted| narrow.requirements.iter().any(|given| self.implies(given, wanted)))
    }

    /// Whether labels that meet `given` meet `wanted`.
    fn implies(&self, given: &Requirement, wanted: &Requirement) -> bool {
        use Operator::{In, NotIn};
        let values = |requirement: &Requirement| match &requirement.operator {
            In(values) | NotIn(values) => values.len(),
            _ => 0,
        };
        given.key == wanted.key
            && self.0.allows(values(given) + values(wanted))
            && implies(&given.operator, &wanted.operator)
    }
}

fn covers_block(wide: &Block, narrow: &Block) -> bool {
    let is_apart = |one: &IpNet, other: &IpNet| !one.contains(other) && !other.contains(one);
    wide.cidr.contains(&narrow.cidr)
        && wide
            .except
            .iter()
            .all(|hole| is_apart(hole, &narrow.cidr) || narrow.except.iter().any(|own| own.contains(hole)))
}

fn covers_port(wide: &PortRule, narrow: &PortRule) -> bool {
    wide.protocol == narrow.protocol
        && match (&wide.ports, &narrow.ports) {
            (PortMatch::All, _) => true,
            (PortMatch::Range(from, to), PortMatch::Range(first, last)) => from <= first && last <= to,
            (PortMatch::Named(one), PortMatch::Named(other)) => one == other,
            _ => false,
        }
}

/// Whether a label that meets `given` meets `wanted`.
fn implies(given: &Operator, wanted: &Operator) -> bool {
    use Operator::{DoesNotExist, Equals, Exists, In, NotIn};
    match (given, wanted) {
        (Equals(one), Equals(other)) => one == other,
        (Equals(one), In(values)) => values.contains(one),
        (In(some), Equals(one)) => some.iter().all(|value| value == one),
        (In(some), In(values)) => are_among(some, values),
        (Equals(_) | In(_) | Exists, Exists) | (DoesNotExist, DoesNotExist | NotIn(_)) => true,
        (NotIn(some), NotIn(values)) => are_among(values, some),
        (Equals(one), NotIn(values)) => !values.contains(one),
        (In(some), NotIn(values)) => are_none_among(some, values),
        _ => false,
    }
}

fn are_among(some: &[Arc<str>], values: &[Arc<str>]) -> bool {
    let values: Set<&Arc<str>> = values.iter().collect();
    some.iter().all(|value| values.contains(&value))
}

fn are_none_among(some: &[Arc<str>], values: &[Arc<str>]) -> bool {
    let values: Set<&Arc<str>> = values.iter().collect();
    !some.iter().any(|value| values.contains(&value))
}
