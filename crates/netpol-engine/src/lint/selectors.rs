//! Lints of selectors: those that select nothing, and what was probably meant.

use std::collections::BTreeSet;
use std::sync::Arc;

use netpol_syntax::{Diagnostic, Fix, Location, Node, TextEdit, Yaml, closest};

use crate::model::{
    Direction, Labels, NAMESPACE_NAME_LABEL, NamespaceId, Operator, PeerKind, Pod, PodNetwork, Policy,
    PolicyId, Requirement, Selector, Workload,
};

use super::registry::{
    CONTROLLER_LABELS, HOST_NETWORK, Lint, NO_NAMESPACE, NOT_IN_BESIDE_ALL, PEER_NAMESPACE, PEER_NO_POD,
    POLICY_NAMESPACE, SELECTS_NO_POD,
};
use super::{Linter, RuleAt, ancestors_of, is_selectable, rule_node};

/// Where a selector stands within its policy.
#[derive(Clone, Copy)]
enum Place {
    Subject,
    Peer { direction: Direction, rule: usize, peer: usize, key: &'static str },
}

const PODS: &str = "podSelector";
const NAMESPACES: &str = "namespaceSelector";

impl Place {
    /// The selector's node within the policy's object.
    fn node<'n>(self, object: Node<'n>) -> Option<Node<'n>> {
        match self {
            Self::Subject => object.get("spec")?.get(PODS),
            Self::Peer { key, .. } => self.peer(object)?.get(key),
        }
    }

    fn peer<'n>(self, object: Node<'n>) -> Option<Node<'n>> {
        match self {
            Self::Subject => None,
            Self::Peer { direction, rule, peer, .. } => {
                rule_node(object, direction, rule)?.get(direction.peers_field())?.items().nth(peer)
            }
        }
    }
}

pub(super) fn check(linter: &mut Linter<'_>) {
    if linter.has_pods() {
        for (id, policy) in linter.policies() {
            subject(linter, id, policy);
        }
    }
    for rule in linter.rules() {
        for (at, peer) in rule.rule.peers.iter().flatten().enumerate() {
            let place = |key| Place::Peer { direction: rule.direction, rule: rule.at, peer: at, key };
            match &peer.kind {
                PeerKind::Pods(pods) => peer_pods(linter, rule.policy, place(PODS), pods, None),
                PeerKind::Namespaces(namespaces) => {
                    no_namespace(linter, rule.policy, place(NAMESPACES), namespaces)
                }
                PeerKind::PodsInNamespaces { namespaces, pods } => {
                    no_namespace(linter, rule.policy, place(NAMESPACES), namespaces);
                    peer_pods(linter, rule.policy, place(PODS), pods, Some(namespaces));
                }
                PeerKind::Block(_) => {}
            }
        }
        not_in_beside_all(linter, rule);
    }
    host_network(linter);
}

/// A policy that selects no pod.
fn subject(linter: &mut Linter<'_>, id: PolicyId, policy: &Policy) {
    let cluster = &linter.analysis.cluster;
    let selector = &policy.subject;
    let pods = cluster.pods.rows();
    let is_here = |pod: &&Pod| pod.namespace == policy.namespace;
    // What only pods in their node's network carry is another lint's.
    if pods.iter().filter(is_here).any(|pod| selector.matches(&pod.labels)) {
        return;
    }
    let own = &cluster.namespaces[policy.namespace];
    if selector.is_everything() {
        if own.at.is_none() {
            empty_namespace(linter, policy);
        }
        return;
    }
    let elsewhere: Vec<&Pod> =
        pods.iter().filter(|pod| is_selectable(pod) && selector.matches(&pod.labels)).collect();
    if let Some(first) = elsewhere.first() {
        let there = &cluster.namespaces[first.namespace].name;
        let message = format!("no pod of `{}` has {selector}, and pods of `{there}` do", own.name);
        let fix = elsewhere.iter().all(|pod| pod.namespace == first.namespace).then(|| {
            linter.edit(id, |editor, object| {
                let metadata = object.get("metadata")?;
                let name = Yaml::text(there.as_ref());
                let edit = match metadata.get("namespace") {
                    Some(written) => editor.replace(written, &name),
                    None => editor.insert(metadata, "namespace", &name)?,
                };
                let title = format!("Put the policy into `{there}`");
                Some(Fix { title, edits: vec![edit], keeps_meaning: false })
            })
        });
        let mut found = POLICY_NAMESPACE
            .at(selector.at, message)
            .with_help("a policy selects pods of its own namespace only")
            .with_fix(fix.flatten());
        if let Some(at) = first.labels_at {
            found = found.with_related(at, "such a pod");
        }
        linter.say(found);
        return;
    }
    let message = format!("no pod of `{}` has {selector}, so this policy does nothing", own.name);
    nothing_selected(linter, id, Place::Subject, selector, (&SELECTS_NO_POD, message), |namespace| {
        namespace == policy.namespace
    });
}

/// A policy for all pods of a namespace that is nowhere declared and has none.
fn empty_namespace(linter: &mut Linter<'_>, policy: &Policy) {
    let cluster = &linter.analysis.cluster;
    let own = &cluster.namespaces[policy.namespace].name;
    let others = cluster.namespaces.iter().filter(|(id, _)| *id != policy.namespace);
    let near = closest(own, others.map(|(_, namespace)| namespace.name.as_ref()));
    let found = SELECTS_NO_POD.at(policy.name_at, format!("nothing of the input is in namespace `{own}`"));
    linter.say(match near {
        Some(near) => found.with_help(format!("did you mean `{near}`?")),
        None => found.with_help("name the namespace that its pods are in"),
    });
}

/// A peer that selects no pod, though it selects namespaces.
fn peer_pods(
    linter: &mut Linter<'_>,
    policy: PolicyId,
    place: Place,
    pods: &Selector,
    namespaces: Option<&Selector>,
) {
    let cluster = &linter.analysis.cluster;
    let own = cluster.policies[policy].namespace;
    let is_meant = |namespace: NamespaceId| match namespaces {
        None => namespace == own,
        Some(namespaces) => namespaces.matches(&cluster.namespaces[namespace].labels),
    };
    // Where no namespace is selected, that is what is wrong.
    if pods.is_everything() || !linter.has_pods() || !cluster.namespaces.ids().any(is_meant) {
        return;
    }
    let all = cluster.pods.rows();
    if all.iter().any(|pod| is_meant(pod.namespace) && pods.matches(&pod.labels)) {
        return;
    }
    let elsewhere: Vec<&Pod> =
        all.iter().filter(|pod| is_selectable(pod) && pods.matches(&pod.labels)).collect();
    let own_name = &cluster.namespaces[own].name;
    if let (None, Some(first)) = (namespaces, elsewhere.first()) {
        let there = &cluster.namespaces[first.namespace].name;
        let fix = elsewhere.iter().all(|pod| pod.namespace == first.namespace).then(|| {
            linter.edit(policy, |editor, object| {
                let labels = Yaml::map([(NAMESPACE_NAME_LABEL, Yaml::text(there.as_ref()))]);
                let selector = Yaml::map([("matchLabels", labels)]);
                let edit = editor.insert(place.peer(object)?, NAMESPACES, &selector)?;
                let title = format!("Add a `namespaceSelector` for `{there}`");
                Some(Fix { title, edits: vec![edit], keeps_meaning: false })
            })
        });
        let message = format!("no pod of `{own_name}` has {pods}, and pods of `{there}` do");
        let mut found = PEER_NAMESPACE
            .at(pods.at, message)
            .with_help(
                "`podSelector` alone means pods of the policy's own namespace: add a `namespaceSelector`",
            )
            .with_fix(fix.flatten());
        if let Some(at) = first.labels_at {
            found = found.with_related(at, "such a pod");
        }
        linter.say(found);
        return;
    }
    let message = match namespaces {
        None => format!("no pod of `{own_name}` has {pods}, so this peer is no one"),
        Some(namespaces) if namespaces.is_everything() => {
            format!("no pod has {pods}, so this peer is no one")
        }
        Some(namespaces) => {
            format!("no pod of the namespaces with {namespaces} has {pods}, so this peer is no one")
        }
    };
    nothing_selected(linter, policy, place, pods, (&PEER_NO_POD, message), is_meant);
}

/// Says that a pod selector selects nothing, and what comes nearest to it among the pods it may select.
fn nothing_selected(
    linter: &mut Linter<'_>,
    policy: PolicyId,
    place: Place,
    selector: &Selector,
    (lint, message): (&Lint, String),
    is_meant: impl Fn(NamespaceId) -> bool,
) {
    let cluster = &linter.analysis.cluster;
    let mut workloads = cluster.workloads.rows().iter().filter(|workload| is_meant(workload.namespace));
    let controller = workloads.find_map(|workload| {
        let (labels, at) = controller_labels(linter, workload)?;
        selector.matches(&labels).then_some((workload, at))
    });
    if let Some((workload, at)) = controller {
        let message = format!(
            "these are the labels of {} `{}` itself: its pods have those of its template",
            workload.kind, workload.name
        );
        let help = format!("its pods have {}", shown(&workload.labels));
        let mut found = CONTROLLER_LABELS.at(selector.at, message).with_related(at, "here").with_help(help);
        let template = workload.pods.first().and_then(|pod| cluster.pods[*pod].labels_at);
        if let Some(at) = template {
            found = found.with_related(at, "these count");
        }
        linter.say(found);
        return;
    }
    let labels: Vec<&Labels> = cluster
        .pods
        .rows()
        .iter()
        .filter(|pod| is_meant(pod.namespace) && is_selectable(pod))
        .map(|pod| &pod.labels)
        .collect();
    let found = offer_nearest(linter, policy, place, selector, &labels, lint.at(selector.at, message));
    linter.say(found);
}

/// The labels of a workload's controller itself, and where they are written: read again from the text, since nothing
/// that passes or not depends on them.
fn controller_labels(linter: &Linter<'_>, workload: &Workload) -> Option<(Labels, Location)> {
    let at = workload.at.filter(|_| workload.kind != "Pod")?;
    let document = linter.sources.document(at)?;
    let objects = ancestors_of(document.root(), at);
    let object = objects.iter().rev().find(|node| node.get("kind").is_some())?;
    let labels = object.get("metadata")?.get("labels")?;
    let pairs = labels.entries().filter_map(|(key, value)| Some((key.as_str()?, value.as_str()?)));
    Some((pairs.collect(), labels.location()))
}

/// A selector of namespaces that selects none.
fn no_namespace(linter: &mut Linter<'_>, policy: PolicyId, place: Place, selector: &Selector) {
    let cluster = &linter.analysis.cluster;
    let namespaces = cluster.namespaces.rows();
    // Where the input declares none and has no pods, it is one of policies alone.
    if !linter.has_pods() && namespaces.iter().all(|namespace| namespace.at.is_none()) {
        return;
    }
    if namespaces.iter().any(|namespace| selector.matches(&namespace.labels)) {
        return;
    }
    let found = NO_NAMESPACE.at(selector.at, format!("no namespace has {selector}"));
    let is_by_name = selector.requirements.iter().any(|it| it.key.as_ref() == NAMESPACE_NAME_LABEL);
    let mut requirements = selector.requirements.iter().filter(|_| !is_by_name);
    let named = requirements.find_map(|requirement| match &requirement.operator {
        Operator::Equals(value) => {
            let exists = namespaces.iter().any(|namespace| namespace.name == *value);
            exists.then_some((requirement, value))
        }
        _ => None,
    });
    if let Some((requirement, name)) = named {
        let fix = linter.edit(policy, |editor, object| {
            let (key, _) = place.node(object)?.get("matchLabels")?.entry(&requirement.key)?;
            let title = format!("Select by `{NAMESPACE_NAME_LABEL}`");
            Some(Fix { title, edits: vec![editor.rename(key, NAMESPACE_NAME_LABEL)], keeps_meaning: false })
        });
        let help = format!("every namespace carries its name as `{NAMESPACE_NAME_LABEL}: {name}`");
        linter.say(found.with_help(help).with_fix(fix));
        return;
    }
    let labels: Vec<&Labels> = namespaces.iter().map(|namespace| &namespace.labels).collect();
    let found = offer_nearest(linter, policy, place, selector, &labels, found);
    // A name that nothing here comes near to is that of a namespace which the input does not have.
    if !is_by_name || found.fix.is_some() {
        linter.say(found);
    }
}

/// Adds what comes nearest, by edit distance: another value of the key that is asked for, or another key.
fn offer_nearest(
    linter: &Linter<'_>,
    policy: PolicyId,
    place: Place,
    selector: &Selector,
    labels: &[&Labels],
    found: Diagnostic,
) -> Diagnostic {
    let unmet = selector.requirements.iter().filter(|it| !labels.iter().any(|labels| it.matches(labels)));
    for requirement in unmet {
        let value = match &requirement.operator {
            Operator::Equals(value) => value,
            Operator::In(values) => match values.as_slice() {
                [one] => one,
                _ => continue,
            },
            Operator::NotIn(_) | Operator::Exists | Operator::DoesNotExist => continue,
        };
        let Some((key, near)) = nearest(requirement, value, labels) else { continue };
        let fix = linter.edit(policy, |editor, object| {
            let (key_node, value_node) = place.node(object)?.get("matchLabels")?.entry(&requirement.key)?;
            let mut edits: Vec<TextEdit> = Vec::new();
            if key != requirement.key.as_ref() {
                edits.push(editor.rename(key_node, key));
            }
            if near != value.as_ref() {
                edits.push(editor.replace(value_node, &Yaml::text(near)));
            }
            let title = format!("Select `{key}: {near}`");
            Some(Fix { title, edits, keeps_meaning: false })
        });
        return found.with_help(format!("did you mean `{key}: {near}`?")).with_fix(fix);
    }
    match labels.iter().find(|labels| !labels.is_empty()) {
        Some(labels) => found.with_help(format!("one that is there has {}", shown(labels))),
        None => found.with_help("nothing that is there carries a label"),
    }
}

/// The label that comes nearest to what is asked for.
fn nearest<'l>(requirement: &Requirement, value: &str, labels: &[&'l Labels]) -> Option<(&'l str, &'l str)> {
    // Most pods share their labels with others.
    let distinct: BTreeSet<(&str, &str)> = labels.iter().flat_map(|labels| labels.iter()).collect();
    let all = || distinct.iter().copied();
    let same_key = || all().filter(|(key, _)| *key == requirement.key.as_ref());
    if let Some(near) = closest(value, same_key().map(|(_, value)| value)) {
        return same_key().find(|(_, value)| *value == near);
    }
    if let Some(key) = closest(&requirement.key, all().map(|(key, _)| key)) {
        let of_key = || all().filter(|(other, _)| *other == key);
        if let Some(near) = closest(value, of_key().map(|(_, value)| value)) {
            return of_key().find(|(_, value)| *value == near);
        }
    }
    // The right value under another key: `run` where `app` is meant.
    all().find(|(_, other)| *other == value)
}

fn shown(labels: &Labels) -> String {
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("`{key}: {value}`")).collect();
    super::list(&labels)
}

/// `NotIn` beside `namespaceSelector: {}`, in one rule, or in one that allows every port: peers add up.
fn not_in_beside_all(linter: &mut Linter<'_>, rule: RuleAt<'_>) {
    let leaves_out = |selector: &Selector| {
        let mut operators = selector.requirements.iter().map(|requirement| &requirement.operator);
        operators.any(|operator| matches!(operator, Operator::NotIn(_) | Operator::DoesNotExist))
    };
    let rules = linter.analysis.cluster.policies[rule.policy].section(rule.direction).rules();
    let all = rules.iter().enumerate().filter(|(at, other)| *at == rule.at || other.ports.is_none());
    let all = all.flat_map(|(_, other)| other.peers.iter().flatten());
    let everyone: Vec<Location> = all
        .filter(|peer| match &peer.kind {
            PeerKind::Namespaces(namespaces) => namespaces.is_everything(),
            PeerKind::PodsInNamespaces { namespaces, pods } => {
                namespaces.is_everything() && pods.is_everything()
            }
            PeerKind::Pods(_) | PeerKind::Block(_) => false,
        })
        .map(|peer| peer.at)
        .collect();
    let Some(everyone) = everyone.first() else { return };
    for peer in rule.rule.peers.iter().flatten() {
        let is_meant = match &peer.kind {
            PeerKind::Pods(selector) | PeerKind::Namespaces(selector) => leaves_out(selector),
            PeerKind::PodsInNamespaces { namespaces, pods } => leaves_out(namespaces) || leaves_out(pods),
            PeerKind::Block(_) => false,
        };
        if is_meant {
            let found = NOT_IN_BESIDE_ALL
                .at(
                    peer.at,
                    "what this leaves out is let through all the same: peers add up, and no rule denies",
                )
                .with_related(*everyone, "this one means every pod")
                .with_help("take the other peer out, or put its selectors into this one");
            linter.say(found);
        }
    }
}

/// Selectors with the labels of pods that they do not select, for want of a network of their own.
fn host_network(linter: &mut Linter<'_>) {
    let cluster = &linter.analysis.cluster;
    let hosts: Vec<&Pod> = cluster.pods.rows().iter().filter(|pod| pod.network == PodNetwork::Host).collect();
    if hosts.is_empty() {
        return;
    }
    let mut selectors: Vec<(&Selector, Option<&Selector>, NamespaceId)> =
        linter.policies().map(|(_, policy)| (&policy.subject, None, policy.namespace)).collect();
    for rule in linter.rules() {
        let own = cluster.policies[rule.policy].namespace;
        selectors.extend(rule.rule.peers.iter().flatten().filter_map(|peer| match &peer.kind {
            PeerKind::Pods(pods) => Some((pods, None, own)),
            PeerKind::PodsInNamespaces { namespaces, pods } => Some((pods, Some(namespaces), own)),
            PeerKind::Namespaces(_) | PeerKind::Block(_) => None,
        }));
    }
    for (pods, namespaces, own) in selectors {
        let is_match = |pod: &&&Pod| {
            let is_there = match namespaces {
                None => pod.namespace == own,
                Some(namespaces) => namespaces.matches(&cluster.namespaces[pod.namespace].labels),
            };
            is_there && pods.matches(&pod.labels)
        };
        let Some(pod) = hosts.iter().find(is_match).filter(|_| !pods.is_everything()) else { continue };
        let name: Arc<str> = cluster.workload_name(pod.workload).into();
        let message =
            format!("`{name}` has these labels, and uses its node's network: this does not select it");
        let mut found = HOST_NETWORK.at(pods.at, message).with_help(
            "its traffic counts as its node's, in the most common reading: use an `ipBlock` for the nodes",
        );
        if let Some(at) = pod.at {
            found = found.with_related(at, "this pod");
        }
        linter.say(found);
    }
}
