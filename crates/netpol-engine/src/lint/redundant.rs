//! Lints of what is said twice: rules and policies that others make needless, whatever pods may come.
//!
//! Compared is what is written and not what it selects today: a rule is covered by another only where that holds for
//! every cluster.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use ipnet::IpNet;

use crate::model::{
    Block, Direction, NamespaceId, Operator, Peer, PeerKind, Policy, PolicyId, PortMatch, PortRule,
    Requirement, Rule, Section, Selector,
};

use super::covering::Covering;
use super::registry::{REDUNDANT_POLICY, REDUNDANT_RULE};
use super::{Linter, rule_node};

pub(super) fn check(linter: &mut Linter<'_>) {
    let mut namespaces: BTreeMap<NamespaceId, Vec<(PolicyId, &Policy)>> = BTreeMap::new();
    for (id, policy) in linter.policies() {
        namespaces.entry(policy.namespace).or_default().push((id, policy));
    }
    for fellows in namespaces.into_values() {
        let all = Covering::new(fellows);
        let needless: Vec<Option<&Policy>> =
            all.fellows.iter().map(|(id, policy)| covering_policy(&all, *id, policy)).collect();
        // What covers a rule must itself be there to stay.
        let kept = all.fellows.iter().zip(&needless).filter(|(_, covering)| covering.is_none());
        let kept = Covering::new(kept.map(|(fellow, _)| *fellow).collect());
        for ((id, policy), covering) in all.fellows.iter().zip(&needless) {
            if let Some(other) = covering {
                redundant_policy(linter, *id, policy, other);
                continue;
            }
            for direction in [Direction::Ingress, Direction::Egress] {
                for at in 0..policy.section(direction).rules().len() {
                    redundant_rule(linter, &kept, *id, direction, at);
                }
            }
        }
    }
}

/// The policy that makes another one needless: of two that say the same the earlier one.
fn covering_policy<'p>(fellows: &Covering<'p>, id: PolicyId, policy: &'p Policy) -> Option<&'p Policy> {
    let covers = |(other_id, other): &&(PolicyId, &Policy)| {
        *other_id != id && covers_policy(other, policy) && (!covers_policy(policy, other) || *other_id < id)
    };
    let candidates = fellows.policies(policy);
    let mut candidates = candidates.into_iter().filter_map(|at| fellows.fellows.get(at));
    candidates.find(covers).map(|(_, other)| *other)
}

fn redundant_policy(linter: &mut Linter<'_>, id: PolicyId, policy: &Policy, other: &Policy) {
    // A policy that selects no pod has another fault.
    if linter.analysis.index.compiled(id).subjects.is_empty() {
        return;
    }
    let message = format!(
        "`{}` changes nothing: `{}` selects its pods and allows all of this",
        policy.name, other.name
    );
    let found = REDUNDANT_POLICY
        .at(policy.name_at, message)
        .with_related(other.name_at, "this one")
        .with_help("it can be taken out");
    linter.say(found);
}

/// A rule that another rule covers, of the same policy or of one that selects the same pods.
fn redundant_rule<'a>(
    linter: &mut Linter<'a>,
    policies: &Covering<'a>,
    id: PolicyId,
    direction: Direction,
    at: usize,
) {
    let policy = &linter.analysis.cluster.policies[id];
    let Some(rule) = policy.section(direction).rules().get(at) else { return };
    let mut candidates =
        policies.rules(policy, direction, rule).into_iter().filter_map(|(fellow, other_at)| {
            let (other_id, other) = policies.fellows.get(fellow)?;
            Some((*other_id, other, other_at, other.section(direction).rules().get(other_at)?))
        });
    let covering = candidates.find(|(other_id, other, other_at, covering)| {
        // Of two that cover each other the later one is needless.
        let is_mutual = || is_within(&other.subject, &policy.subject) && covers(rule, covering);
        (*other_id, *other_at) != (id, at)
            && is_within(&policy.subject, &other.subject)
            && covers(covering, rule)
            && ((*other_id, *other_at) < (id, at) || !is_mutual())
    });
    let covering = covering.map(|(other_id, _, other_at, covering)| (other_id, other_at, covering.at));
    let Some((other, other_at, place)) = covering else { return };
    let whose =
        if other == id { "of this policy".to_owned() } else { format!("of {}", linter.name_of(other)) };
    let fix = linter.edit(id, |editor, object| {
        rule_node(object, direction, at)?;
        let edit = editor.remove_item(object.get("spec")?, direction.as_str(), at)?;
        Some(netpol_syntax::Fix {
            title: "Take the rule out".to_owned(),
            edits: vec![edit],
            // The last rule of a policy without `policyTypes` is also what makes it isolate egress.
            keeps_meaning: direction == Direction::Ingress || policy.egress.rules().len() > 1,
        })
    });
    let message = format!("all of this is allowed by rule {} {whose} already", other_at + 1);
    let found = REDUNDANT_RULE
        .at(rule.at, message)
        .with_related(place, "this rule")
        .with_help("it can be taken out")
        .with_fix(fix.filter(|fix| fix.keeps_meaning));
    linter.say(found);
}

/// Whether `wide` isolates whatever `narrow` does, and allows what it allows.
fn covers_policy(wide: &Policy, narrow: &Policy) -> bool {
    let section = |direction| match (wide.section(direction), narrow.section(direction)) {
        (_, Section::Untouched) => true,
        (Section::Untouched, Section::Isolates(_)) => false,
        (Section::Isolates(wide), Section::Isolates(narrow)) => {
            narrow.iter().all(|rule| wide.iter().any(|covering| covers(covering, rule)))
        }
    };
    is_within(&narrow.subject, &wide.subject) && section(Direction::Ingress) && section(Direction::Egress)
}

/// Whether every flow that `narrow` allows is allowed by `wide`, both in the same namespace.
fn covers(wide: &Rule, narrow: &Rule) -> bool {
    let peers = match (&wide.peers, &narrow.peers) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => {
            narrow.iter().all(|peer| wide.iter().any(|covering| covers_peer(covering, peer)))
        }
    };
    let ports = match (&wide.ports, &narrow.ports) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => {
            narrow.iter().all(|port| wide.iter().any(|covering| covers_port(covering, port)))
        }
    };
    peers && ports
}

fn covers_peer(wide: &Peer, narrow: &Peer) -> bool {
    use PeerKind::{Block as Addresses, Namespaces, Pods, PodsInNamespaces};
    match (&wide.kind, &narrow.kind) {
        (Pods(wide), Pods(narrow)) | (Namespaces(wide), Namespaces(narrow)) => is_within(narrow, wide),
        (Namespaces(wide), PodsInNamespaces { namespaces, .. }) => is_within(namespaces, wide),
        (Namespaces(wide), Pods(_)) => wide.is_everything(),
        (PodsInNamespaces { namespaces, pods }, Pods(narrow)) => {
            namespaces.is_everything() && is_within(narrow, pods)
        }
        (PodsInNamespaces { namespaces, pods }, PodsInNamespaces { namespaces: of, pods: narrow }) => {
            is_within(of, namespaces) && is_within(narrow, pods)
        }
        (PodsInNamespaces { namespaces, pods }, Namespaces(narrow)) => {
            pods.is_everything() && is_within(narrow, namespaces)
        }
        (Addresses(wide), Addresses(narrow)) => covers_block(wide, narrow),
        _ => false,
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

/// Whether all that `narrow` selects is selected by `wide`.
fn is_within(narrow: &Selector, wide: &Selector) -> bool {
    wide.requirements.iter().all(|wanted| narrow.requirements.iter().any(|given| implies(given, wanted)))
}

/// Whether labels that meet `given` meet `wanted`.
fn implies(given: &Requirement, wanted: &Requirement) -> bool {
    use Operator::{DoesNotExist, Equals, Exists, In, NotIn};
    given.key == wanted.key
        && match (&given.operator, &wanted.operator) {
            (Equals(one), Equals(other)) => one == other,
            (Equals(one), In(values)) => values.contains(one),
            (In(some), Equals(one)) => some.iter().all(|value| value == one),
            (In(some), In(values)) => are_among(some, values),
            (Equals(_) | In(_) | Exists, Exists) | (DoesNotExist, DoesNotExist | NotIn(_)) => true,
            (NotIn(some), NotIn(values)) => are_among(values, some),
            (Equals(one), NotIn(values)) => !values.contains(one),
            (In(some), NotIn(values)) => some.iter().all(|value| !values.contains(value)),
            _ => false,
        }
}

fn are_among(some: &[Arc<str>], values: &[Arc<str>]) -> bool {
    let values: HashSet<&Arc<str>> = values.iter().collect();
    some.iter().all(|value| values.contains(value))
}
