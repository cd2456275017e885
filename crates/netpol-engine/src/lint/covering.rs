//! Which policies and rules of a namespace may cover others, found by marks of what they say, so that not every pair of
//! them is compared.
//!
//! What is wide is filed under its marks, and what is narrow is looked up under its own: those that cover it are among
//! what is found, and few others. Whether one does is for `redundant` to say.

use ipnet::IpNet;
use netpol_syntax::order::{self, Map};

use crate::model::{
    Direction, Operator, Peer, PeerKind, Policy, PolicyId, PortMatch, PortRule, Rule, Selector,
};
use crate::ports::Protocol;

use super::effort::Effort;

/// What selectors are about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Pods,
    Namespaces,
}

/// Something that a peer or a selector says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark<'p> {
    Anyone,
    /// A label with this value, or by a key alone.
    Label(Of, &'p str, Option<&'p str>),
    Block(IpNet),
}

/// Something that a port says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PortMark<'p> {
    Any,
    Number(Protocol, u16),
    Name(Protocol, &'p str),
}

/// A rule with more marks than these is filed without its ports.
const MOST_MARKS: usize = 64;

/// A policy by its place among its fellows, and a rule by its own in the policy.
type RulePlace = (usize, usize);

/// The policies of a namespace, in order, and where to find those that may cover others.
pub(super) struct Covering<'p> {
    pub(super) fellows: Vec<(PolicyId, &'p Policy)>,
    subjects: Map<Mark<'p>, Vec<usize>>,
    rules: Map<(Direction, Mark<'p>, PortMark<'p>), Vec<RulePlace>>,
}

impl<'p> Covering<'p> {
    pub(super) fn new(fellows: Vec<(PolicyId, &'p Policy)>) -> Self {
        let mut subjects: Map<Mark<'_>, Vec<usize>> = Map::new();
        let mut rules: Map<_, Vec<RulePlace>> = Map::new();
        for (fellow, (_, policy)) in fellows.iter().enumerate() {
            for mark in marks_of_selector(Of::Pods, &policy.subject) {
                subjects.or_default(mark).push(fellow);
            }
            for direction in [Direction::Ingress, Direction::Egress] {
                for (at, rule) in policy.section(direction).rules().iter().enumerate() {
                    for (peer, port) in marks_of_rule(rule) {
                        rules.or_default((direction, peer, port)).push((fellow, at));
                    }
                }
            }
        }
        Self { fellows, subjects, rules }
    }

    /// The policies that may select all that `policy` selects and allow all that it allows, in order; none of them where
    /// they are too many.
    pub(super) fn policies(&self, policy: &'p Policy, effort: &Effort) -> Vec<usize> {
        let by_subject = self.by_subject(policy);
        let first = |direction| Some((direction, policy.section(direction).rules().first()?));
        let first = first(Direction::Ingress).or_else(|| first(Direction::Egress));
        let by_rule = first.map(|(direction, rule)| self.by_rule(direction, rule));
        match by_rule.filter(|by_rule| count(by_rule) < count(&by_subject)) {
            Some(by_rule) => in_order(by_rule, effort).into_iter().map(|(fellow, _)| fellow).collect(),
            None => in_order(by_subject, effort),
        }
    }

    /// The rules that may allow all that `rule` of `policy` allows, in order; none of them where they are too many.
    pub(super) fn rules(
        &self,
        policy: &'p Policy,
        direction: Direction,
        rule: &'p Rule,
        effort: &Effort,
    ) -> Vec<RulePlace> {
        let (by_rule, by_subject) = (self.by_rule(direction, rule), self.by_subject(policy));
        if count(&by_rule) <= count(&by_subject) {
            return in_order(by_rule, effort);
        }
        let mut rules = Vec::new();
        for fellow in in_order(by_subject, effort) {
            let fellows = self.fellows.get(fellow).map(|(_, policy)| policy.section(direction).rules().len());
            let fellows = fellows.filter(|count| effort.allows(*count)).unwrap_or_default();
            rules.extend((0..fellows).map(|at| (fellow, at)));
        }
        rules
    }

    fn by_subject(&self, policy: &'p Policy) -> Vec<&[usize]> {
        let marks = under_marks(Of::Pods, &policy.subject).into_iter();
        marks.filter_map(|mark| self.subjects.get(&mark)).map(Vec::as_slice).collect()
    }

    fn by_rule(&self, direction: Direction, rule: &'p Rule) -> Vec<&[RulePlace]> {
        let mut peers = vec![Mark::Anyone];
        peers.extend(rule.peers.iter().flatten().take(1).flat_map(under_marks_of_peer));
        let mut ports = vec![PortMark::Any];
        ports.extend(rule.ports.iter().flatten().take(1).map(mark_of_port));
        ports.dedup();
        let both = peers.iter().flat_map(|peer| ports.iter().map(|port| (direction, *peer, *port)));
        both.filter_map(|mark| self.rules.get(&mark)).map(Vec::as_slice).collect()
    }
}

fn count<T>(lists: &[&[T]]) -> usize {
    lists.iter().map(|list| list.len()).sum()
}

/// Those of all lists, each once, in order; none where they are too many.
fn in_order<T: Copy + Ord>(lists: Vec<&[T]>, effort: &Effort) -> Vec<T> {
    if !effort.allows(count(&lists)) {
        return Vec::new();
    }
    let mut all: Vec<T> = lists.into_iter().flatten().copied().collect();
    order::sort_and_dedup(&mut all);
    all
}

fn marks_of_rule(rule: &Rule) -> Vec<(Mark<'_>, PortMark<'_>)> {
    let peers = match &rule.peers {
        None => vec![Mark::Anyone],
        Some(peers) => peers.iter().flat_map(marks_of_peer).collect(),
    };
    let ports = match &rule.ports {
        Some(ports) if ports.len() * peers.len() <= MOST_MARKS => ports.iter().map(mark_of_port).collect(),
        _ => vec![PortMark::Any],
    };
    let mut marks: Vec<_> = peers.iter().flat_map(|peer| ports.iter().map(|port| (*peer, *port))).collect();
    // A rule that is there twice is compared once.
    marks.dedup();
    marks
}

/// Where a peer is filed: one of these is looked up for every peer that it covers.
fn marks_of_peer(peer: &Peer) -> Vec<Mark<'_>> {
    match &peer.kind {
        PeerKind::Pods(pods) => marks_of_selector(Of::Pods, pods),
        PeerKind::PodsInNamespaces { namespaces, pods } if pods.is_everything() => {
            marks_of_selector(Of::Namespaces, namespaces)
        }
        PeerKind::PodsInNamespaces { pods, .. } => marks_of_selector(Of::Pods, pods),
        PeerKind::Namespaces(namespaces) => marks_of_selector(Of::Namespaces, namespaces),
        PeerKind::Block(block) => vec![Mark::Block(block.cidr)],
    }
}

/// Where what covers a peer is filed, but for what is about anyone.
fn under_marks_of_peer(peer: &Peer) -> Vec<Mark<'_>> {
    match &peer.kind {
        PeerKind::Pods(pods) => under_marks(Of::Pods, pods),
        PeerKind::Namespaces(namespaces) => under_marks(Of::Namespaces, namespaces),
        PeerKind::PodsInNamespaces { namespaces, pods } => {
            let mut marks = under_marks(Of::Pods, pods);
            marks.extend(under_marks(Of::Namespaces, namespaces));
            marks
        }
        PeerKind::Block(block) => {
            let wider = (0..=block.cidr.prefix_len())
                .filter_map(|length| Some(Mark::Block(IpNet::new(block.cidr.addr(), length).ok()?.trunc())));
            wider.collect()
        }
    }
}

/// Where a selector is filed: by its first requirement, which what it covers must imply.
fn marks_of_selector(of: Of, selector: &Selector) -> Vec<Mark<'_>> {
    let Some(first) = selector.requirements.first() else { return vec![Mark::Anyone] };
    match &first.operator {
        Operator::Equals(value) => vec![Mark::Label(of, &first.key, Some(value))],
        Operator::In(values) => values.iter().map(|value| Mark::Label(of, &first.key, Some(value))).collect(),
        Operator::NotIn(_) | Operator::Exists | Operator::DoesNotExist => {
            vec![Mark::Label(of, &first.key, None)]
        }
    }
}

/// Where what covers a selector is filed.
fn under_marks(of: Of, selector: &Selector) -> Vec<Mark<'_>> {
    let mut marks = vec![Mark::Anyone];
    for requirement in &selector.requirements {
        marks.push(Mark::Label(of, &requirement.key, None));
        let value = match &requirement.operator {
            Operator::Equals(value) => Some(value),
            // All of them are among those of what covers it.
            Operator::In(values) => values.first(),
            Operator::NotIn(_) | Operator::Exists | Operator::DoesNotExist => None,
        };
        marks.extend(value.map(|value| Mark::Label(of, &requirement.key, Some(value))));
    }
    marks
}

/// Where a port is filed, and looked up.
fn mark_of_port(port: &PortRule) -> PortMark<'_> {
    match &port.ports {
        PortMatch::Range(first, last) if first == last => PortMark::Number(port.protocol, *first),
        PortMatch::Named(name) => PortMark::Name(port.protocol, name),
        PortMatch::All | PortMatch::Range(..) => PortMark::Any,
    }
}
