//! Lints of how a policy is written: dashes, empty lists and `policyTypes`.

use netpol_syntax::{Fix, Yaml};

use crate::model::{Direction, PeerKind, Policy, PolicyId, PortMatch, Rule, Section};

use super::registry::{
    DENY_ALLOWS, DIRECTION_WITHOUT_RULES, EGRESS_NOT_ISOLATED, EMPTY_LIST, PORTS_APART, TWO_PEERS,
};
use super::{Linter, RuleAt, rule_node};

/// What names are asked on.
const DNS_PORT: u16 = 53;

pub(super) fn check(linter: &mut Linter<'_>) {
    for rule in linter.rules() {
        two_peers(linter, rule);
        empty_list(linter, rule);
    }
    for (id, policy) in linter.policies() {
        for direction in [Direction::Ingress, Direction::Egress] {
            ports_apart(linter, id, direction);
            deny_that_allows(linter, id, policy, direction);
            direction_without_rules(linter, id, policy, direction);
        }
        egress_not_isolated(linter, id, policy);
    }
}

/// Two peers next to each other, of which one is about namespaces and the other about pods, and together they would
/// match some: `- namespaceSelector` and `- podSelector` where the second dash is too many.
fn two_peers(linter: &mut Linter<'_>, RuleAt { policy, direction, at, rule, .. }: RuleAt<'_>) {
    let cluster = &linter.analysis.cluster;
    let peers = rule.peers.as_deref().unwrap_or_default();
    for (second, pair) in (1..).zip(peers.windows(2)) {
        let [one, other] = pair else { continue };
        let (namespaces, pods) = match (&one.kind, &other.kind) {
            (PeerKind::Namespaces(namespaces), PeerKind::Pods(pods))
            | (PeerKind::Pods(pods), PeerKind::Namespaces(namespaces)) => (namespaces, pods),
            _ => continue,
        };
        let is_there = |pod| {
            let namespace = cluster.pods[pod].namespace;
            namespaces.matches(&cluster.namespaces[namespace].labels)
        };
        if pods.is_everything() || !linter.known.pods().matching(pods).iter().any(is_there) {
            continue;
        }
        let own = &cluster.namespaces[cluster.policies[policy].namespace].name;
        let edits = linter.edit(policy, |editor, object| {
            let list = rule_node(object, direction, at)?.get(direction.peers_field())?;
            Some(vec![editor.join_items(list, second)?])
        });
        let fix = edits.map(|edits| Fix {
            title: "Make it one peer: such pods of such namespaces".to_owned(),
            edits,
            keeps_meaning: false,
        });
        let all = match namespaces {
            all if all.is_everything() => "all namespaces".to_owned(),
            some => format!("the namespaces with {some}"),
        };
        let message =
            format!("these are two peers: every pod of {all}, and every pod of `{own}` with {pods}");
        let found = TWO_PEERS
            .at(other.at, message)
            .with_related(one.at, "the other peer")
            .with_help("leave out the second dash to mean such pods of such namespaces")
            .with_fix(fix);
        linter.say(found);
    }
}

/// A rule with peers alone next to one with ports alone.
fn ports_apart(linter: &mut Linter<'_>, policy: PolicyId, direction: Direction) {
    let rules = linter.analysis.cluster.policies[policy].section(direction).rules();
    for (second, pair) in (1..).zip(rules.windows(2)) {
        let [one, other] = pair else { continue };
        let has_peers_alone = |rule: &Rule| rule.peers.is_some() && rule.ports.is_none();
        let has_ports_alone = |rule: &Rule| rule.peers.is_none() && rule.ports.is_some();
        // DNS is what one allows to anyone on purpose.
        let is_dns = |rule: &Rule| {
            rule.ports.iter().flatten().all(|port| port.ports == PortMatch::Range(DNS_PORT, DNS_PORT))
        };
        let ports = match (has_peers_alone(one), has_ports_alone(other)) {
            (true, true) => other,
            _ if has_ports_alone(one) && has_peers_alone(other) => one,
            _ => continue,
        };
        if is_dns(ports) {
            continue;
        }
        let edits = linter.edit(policy, |editor, object| {
            let list = object.get("spec")?.get(direction.as_str())?;
            Some(vec![editor.join_items(list, second)?])
        });
        let fix = edits.map(|edits| Fix {
            title: "Make it one rule: these peers on these ports".to_owned(),
            edits,
            keeps_meaning: false,
        });
        let (anyone, peers) = match direction {
            Direction::Ingress => ("lets anyone in", "from"),
            Direction::Egress => ("lets pods send to anyone", "to"),
        };
        let message =
            format!("this rule {anyone} on these ports, and the one beside it allows its peers every port");
        let found = PORTS_APART
            .at(ports.at, message)
            .with_help(format!(
                "put `{peers}` and `ports` into one rule, with one dash before the first of them"
            ))
            .with_fix(fix);
        linter.say(found);
    }
}

/// An empty list that is written out.
fn empty_list(linter: &mut Linter<'_>, RuleAt { policy, direction, at, .. }: RuleAt<'_>) {
    for key in [direction.peers_field(), "ports"] {
        let found = linter.edit(policy, |editor, object| {
            let rule = rule_node(object, direction, at)?;
            let (name, list) = rule.entry(key)?;
            if list.items().len() > 0 {
                return None;
            }
            let edit = match rule.entries().len() {
                1 => Some(editor.replace(rule, &Yaml::Map(Vec::new()))),
                _ => editor.remove_entry(rule, key),
            };
            Some((name.location(), edit))
        });
        let Some((place, edit)) = found else { continue };
        let means = match (key, direction) {
            ("ports", _) => "every port",
            (_, Direction::Ingress) => "anyone, and not no one",
            (_, Direction::Egress) => "all destinations, and not none",
        };
        let fix = edit.map(|edit| Fix {
            title: format!("Leave out the empty `{key}`"),
            edits: vec![edit],
            keeps_meaning: true,
        });
        let help = "leave it out if that is meant; to allow nothing, take the whole rule out";
        linter.say(
            EMPTY_LIST.at(place, format!("an empty `{key}` allows {means}")).with_help(help).with_fix(fix),
        );
    }
}

/// A rule that allows everything in a policy called deny.
fn deny_that_allows(linter: &mut Linter<'_>, id: PolicyId, policy: &Policy, direction: Direction) {
    if !is_deny(&policy.name, direction) {
        return;
    }
    let rules = policy.section(direction).rules().iter().enumerate();
    for (at, rule) in rules.filter(|(_, rule)| rule.peers.is_none() && rule.ports.is_none()) {
        let edits = linter.edit(id, |editor, object| {
            Some(vec![editor.remove_item(object.get("spec")?, direction.as_str(), at)?])
        });
        let fix =
            edits.map(|edits| Fix { title: "Take the rule out".to_owned(), edits, keeps_meaning: false });
        let section = direction.as_str();
        let message = format!(
            "`{}` allows all {section}: a rule without peers and ports matches everything",
            policy.name
        );
        let help = format!("write `{section}: []` to deny it");
        linter.say(DENY_ALLOWS.at(rule.at, message).with_help(help).with_fix(fix));
    }
}

/// Whether a name promises to deny a direction: deny, and neither the other direction alone nor something left out.
fn is_deny(name: &str, direction: Direction) -> bool {
    let name = name.to_ascii_lowercase();
    let other = match direction {
        Direction::Egress => "ingress",
        Direction::Ingress => "egress",
    };
    let is_of_other = name.contains(other) && !name.contains(direction.as_str());
    name.contains("deny")
        && !is_of_other
        && !["allow", "except", "but", "only"].iter().any(|word| name.contains(word))
}

/// `policyTypes` names a direction of which nothing is said, while something is said of the other.
fn direction_without_rules(linter: &mut Linter<'_>, id: PolicyId, policy: &Policy, direction: Direction) {
    let (other, named) = match direction {
        Direction::Ingress => (Direction::Egress, "Ingress"),
        Direction::Egress => (Direction::Ingress, "Egress"),
    };
    let is_closed = matches!(policy.section(direction), Section::Isolates(rules) if rules.is_empty());
    if !is_closed || policy.section(other).rules().is_empty() || is_deny(&policy.name, direction) {
        return;
    }
    let found = linter.edit(id, |editor, object| {
        let spec = object.get("spec")?;
        if spec.get(direction.as_str()).is_some() {
            return None;
        }
        let types = spec.get("policyTypes")?;
        let at = types.items().position(|item| item.as_str() == Some(named))?;
        let place = types.item(at)?.location();
        Some((place, editor.remove_item(spec, "policyTypes", at)))
    });
    let Some((place, edit)) = found else { return };
    let fix = edit.map(|edit| Fix {
        title: format!("Take `{named}` out of `policyTypes`"),
        edits: vec![edit],
        keeps_meaning: false,
    });
    let section = direction.as_str();
    let message =
        format!("`{named}` is named here and there is no `{section}`: its pods' {section} is closed");
    let help = format!("write `{section}: []` if that is meant, or take `{named}` out");
    linter.say(DIRECTION_WITHOUT_RULES.at(place, message).with_help(help).with_fix(fix));
}

/// `egress: []` isolates only where `policyTypes` says so (API types, `policyTypes`).
fn egress_not_isolated(linter: &mut Linter<'_>, id: PolicyId, policy: &Policy) {
    if policy.egress != Section::Untouched {
        return;
    }
    let found = linter.edit(id, |editor, object| {
        let spec = object.get("spec")?;
        let (key, rules) = spec.entry("egress")?;
        let is_given = spec.get("policyTypes").is_some_and(|types| types.items().len() > 0);
        if is_given || rules.items().len() > 0 {
            return None;
        }
        let types = Yaml::List(vec![Yaml::text("Ingress"), Yaml::text("Egress")]);
        let edit =
            if spec.get("policyTypes").is_some() { None } else { editor.insert(spec, "policyTypes", &types) };
        Some((key.location(), edit))
    });
    let Some((place, edit)) = found else { return };
    let fix = edit.map(|edit| Fix {
        title: "Add `policyTypes` with both directions".to_owned(),
        edits: vec![edit],
        keeps_meaning: false,
    });
    let message = "an empty `egress` isolates nothing without `policyTypes`: egress stays open";
    let help = "add `policyTypes: [Ingress, Egress]` to close it";
    linter.say(EGRESS_NOT_ISOLATED.at(place, message).with_help(help).with_fix(fix));
}
