//! Lints of selectors: those that select nothing, and what was probably meant.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use netpol_syntax::{Diagnostic, Fix, Location, Node, TextEdit, Yaml, closest};

use crate::model::{
    Cluster, Direction, Labels, NAMESPACE_NAME_LABEL, NamespaceId, Operator, Peer, PeerKind, PodId, Policy,
    PolicyId, Requirement, Rule, Selector, Workload, WorkloadId,
};

use super::carriers::Carriers;

use super::registry::{
    CONTROLLER_LABELS, HOST_NETWORK, Lint, NO_NAMESPACE, NOT_IN_BESIDE_ALL, PEER_NAMESPACE, PEER_NO_POD,
    POLICY_NAMESPACE, SELECTS_NO_POD,
};
use super::spellings::Spellings;
use super::{Linter, ancestors_of, is_selectable, rule_node};

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
                rule_node(object, direction, rule)?.get(direction.peers_field())?.item(peer)
            }
        }
    }
}

pub(super) fn check(linter: &mut Linter<'_>) {
    let controllers = Controllers::default();
    let has_pods = linter.has_pods();
    if has_pods {
        for (id, policy) in linter.policies() {
            subject(linter, &controllers, id, policy);
        }
    }
    for rule in linter.rules() {
        for (at, (peer, compiled)) in rule.rule.peers.iter().flatten().zip(&rule.compiled.peers).enumerate() {
            let place = |key| Place::Peer { direction: rule.direction, rule: rule.at, peer: at, key };
            let mut nobody = |pods, namespaces| {
                if has_pods && compiled.is_empty() {
                    peer_pods(linter, &controllers, rule.policy, place(PODS), pods, namespaces);
                }
            };
            match &peer.kind {
                PeerKind::Pods(pods) => nobody(pods, None),
                PeerKind::Namespaces(namespaces) => {
                    no_namespace(linter, rule.policy, place(NAMESPACES), namespaces)
                }
                PeerKind::PodsInNamespaces { namespaces, pods } => {
                    nobody(pods, Some(namespaces));
                    no_namespace(linter, rule.policy, place(NAMESPACES), namespaces);
                }
                PeerKind::Block(_) => {}
            }
        }
    }
    for (_, policy) in linter.policies() {
        not_in_beside_all(linter, policy);
    }
    host_network(linter);
}

/// A policy that selects no pod.
fn subject(linter: &mut Linter<'_>, controllers: &Controllers, id: PolicyId, policy: &Policy) {
    let cluster = &linter.analysis.cluster;
    let known = Rc::clone(&linter.known);
    let selector = &policy.subject;
    let is_here = |pod| cluster.pods[pod].namespace == policy.namespace;
    // What only pods in their node's network carry is another lint's.
    if !linter.analysis.index.compiled(id).subjects.is_empty()
        || known.hosts().matching(selector).iter().any(is_here)
    {
        return;
    }
    let own = &cluster.namespaces[policy.namespace];
    if selector.is_everything() {
        if own.at.is_none() {
            empty_namespace(linter, policy);
        }
        return;
    }
    if let Some(elsewhere) = known.matches(selector) {
        let first = &cluster.pods[elsewhere.first];
        let there = &cluster.namespaces[first.namespace].name;
        let message = format!("no pod of `{}` has {selector}, and pods of `{there}` do", own.name);
        let fix = elsewhere.is_one_namespace.then(|| {
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
    let whom = Whom { pods: selector, own: policy.namespace, namespaces: None };
    nothing_selected(linter, controllers, id, Place::Subject, whom, (&SELECTS_NO_POD, message));
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
    controllers: &Controllers,
    policy: PolicyId,
    place: Place,
    pods: &Selector,
    namespaces: Option<&Selector>,
) {
    let cluster = &linter.analysis.cluster;
    let known = Rc::clone(&linter.known);
    let own = cluster.policies[policy].namespace;
    let whom = Whom { pods, own, namespaces };
    // Where no namespace is selected, that is what is wrong.
    let is_anywhere = namespaces.is_none_or(|selector| !known.namespaces().matching(selector).is_empty());
    if pods.is_everything() || !is_anywhere {
        return;
    }
    if known.hosts().matching(pods).iter().any(|pod| whom.is_in(cluster, cluster.pods[pod].namespace)) {
        return;
    }
    let own_name = &cluster.namespaces[own].name;
    if let (None, Some(elsewhere)) = (namespaces, known.matches(pods)) {
        let first = &cluster.pods[elsewhere.first];
        let there = &cluster.namespaces[first.namespace].name;
        let fix = elsewhere.is_one_namespace.then(|| {
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
    nothing_selected(linter, controllers, policy, place, whom, (&PEER_NO_POD, message));
}

/// Pods that a selector asks for: of the policy's own namespace, or of those that another selector asks for.
#[derive(Clone, Copy)]
struct Whom<'s> {
    pods: &'s Selector,
    own: NamespaceId,
    namespaces: Option<&'s Selector>,
}

impl Whom<'_> {
    fn is_in(self, cluster: &Cluster, namespace: NamespaceId) -> bool {
        match self.namespaces {
            None => namespace == self.own,
            Some(namespaces) => namespaces.matches(&cluster.namespaces[namespace].labels),
        }
    }
}

/// Says that a pod selector selects nothing, and what comes nearest to it among the pods it may select.
fn nothing_selected(
    linter: &mut Linter<'_>,
    controllers: &Controllers,
    policy: PolicyId,
    place: Place,
    whom: Whom<'_>,
    (lint, message): (&Lint, String),
) {
    let cluster = &linter.analysis.cluster;
    let known = Rc::clone(&linter.known);
    let selector = whom.pods;
    let is_meant = |namespace| whom.is_in(cluster, namespace);
    let meant = controllers.of(linter).matching(selector);
    let controller = meant.iter().find(|at| is_meant(cluster.workloads[at.workload].namespace));
    let controller = controller.map(|found| (&cluster.workloads[found.workload], found.at));
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
    let spellings = known.spellings(whom.namespaces.is_none().then_some(whom.own));
    let labelled = |namespace: &NamespaceId| known.labelled().get(namespace)?.first().copied();
    let example = match whom.namespaces {
        None => labelled(&whom.own),
        Some(namespaces) => {
            known.namespaces().matching(namespaces).iter().find_map(|namespace| labelled(&namespace))
        }
    };
    let example = example.map(|pod| &cluster.pods[pod].labels);
    let near = nearest(selector, &spellings, is_meant);
    let found = offer_nearest(linter, policy, place, near, example, lint.at(selector.at, message));
    linter.say(found);
}

/// The labels of the controllers of workloads, read when they are first asked for.
#[derive(Default)]
struct Controllers(OnceCell<Carriers<ControllerAt>>);

#[derive(Clone, Copy)]
struct ControllerAt {
    workload: WorkloadId,
    /// Its labels.
    at: Location,
}

impl Controllers {
    fn of(&self, linter: &Linter<'_>) -> &Carriers<ControllerAt> {
        self.0.get_or_init(|| {
            let workloads = linter.analysis.cluster.workloads.iter();
            let labels = workloads.filter_map(|(id, workload)| {
                let (labels, at) = controller_labels(linter, workload)?;
                Some((ControllerAt { workload: id, at }, labels))
            });
            Carriers::new(labels)
        })
    }
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
    let known = Rc::clone(&linter.known);
    if !known.namespaces().matching(selector).is_empty() {
        return;
    }
    let found = NO_NAMESPACE.at(selector.at, format!("no namespace has {selector}"));
    let is_by_name = selector.requirements.iter().any(|it| it.key.as_ref() == NAMESPACE_NAME_LABEL);
    let mut requirements = selector.requirements.iter().filter(|_| !is_by_name);
    let named = requirements.find_map(|requirement| match &requirement.operator {
        Operator::Equals(value) => cluster.namespace(value).map(|_| (requirement, value)),
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
    let near = nearest(selector, known.of_namespaces(), |_| true);
    let example = namespaces.iter().map(|namespace| &namespace.labels).find(|labels| !labels.is_empty());
    let found = offer_nearest(linter, policy, place, near, example, found);
    // A name that nothing here comes near to is that of a namespace which the input does not have.
    if !is_by_name || found.fix.is_some() {
        linter.say(found);
    }
}

/// A label that is asked for and nobody has, and the one that comes nearest to it.
struct Near<'s, 'l> {
    requirement: &'s Requirement,
    value: &'s str,
    near: (&'l str, &'l str),
}

/// The first requirement that nobody meets and to which some label comes near, by edit distance: another value of the
/// key that is asked for, or another key.
fn nearest<'s, 'l>(
    selector: &'s Selector,
    spellings: &Spellings<'l>,
    is_meant: impl Fn(NamespaceId) -> bool,
) -> Option<Near<'s, 'l>> {
    selector.requirements.iter().find_map(|requirement| {
        let value = match &requirement.operator {
            Operator::Equals(value) => value,
            Operator::In(values) => match values.as_slice() {
                [one] => one,
                _ => return None,
            },
            Operator::NotIn(_) | Operator::Exists | Operator::DoesNotExist => return None,
        };
        let key = &requirement.key;
        if spellings.has(key, value, &is_meant) {
            return None;
        }
        let near = spellings.nearest(key, value, &is_meant)?;
        Some(Near { requirement, value, near })
    })
}

/// Adds what comes nearest; where nothing does, what there is.
fn offer_nearest(
    linter: &Linter<'_>,
    policy: PolicyId,
    place: Place,
    near: Option<Near<'_, '_>>,
    example: Option<&Labels>,
    found: Diagnostic,
) -> Diagnostic {
    if let Some(Near { requirement, value, near: (key, near) }) = near {
        let fix = linter.edit(policy, |editor, object| {
            let (key_node, value_node) = place.node(object)?.get("matchLabels")?.entry(&requirement.key)?;
            let mut edits: Vec<TextEdit> = Vec::new();
            if key != requirement.key.as_ref() {
                edits.push(editor.rename(key_node, key));
            }
            if near != value {
                edits.push(editor.replace(value_node, &Yaml::text(near)));
            }
            let title = format!("Select `{key}: {near}`");
            Some(Fix { title, edits, keeps_meaning: false })
        });
        return found.with_help(format!("did you mean `{key}: {near}`?")).with_fix(fix);
    }
    match example {
        Some(labels) => found.with_help(format!("one that is there has {}", shown(labels))),
        None => found.with_help("nothing that is there carries a label"),
    }
}

fn shown(labels: &Labels) -> String {
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("`{key}: {value}`")).collect();
    super::list(&labels)
}

/// `NotIn` beside `namespaceSelector: {}`, in one rule, or in one that allows every port: peers add up.
fn not_in_beside_all(linter: &mut Linter<'_>, policy: &Policy) {
    let leaves_out = |selector: &Selector| {
        let mut operators = selector.requirements.iter().map(|requirement| &requirement.operator);
        operators.any(|operator| matches!(operator, Operator::NotIn(_) | Operator::DoesNotExist))
    };
    let everyone_of = |rule: &Rule| {
        let mut peers = rule.peers.iter().flatten();
        let everyone = peers.find(|peer| match &peer.kind {
            PeerKind::Namespaces(namespaces) => namespaces.is_everything(),
            PeerKind::PodsInNamespaces { namespaces, pods } => {
                namespaces.is_everything() && pods.is_everything()
            }
            PeerKind::Pods(_) | PeerKind::Block(_) => false,
        });
        everyone.map(|peer| peer.at)
    };
    for direction in [Direction::Ingress, Direction::Egress] {
        let rules = policy.section(direction).rules();
        let on_every_port = rules.iter().filter(|rule| rule.ports.is_none()).find_map(everyone_of);
        for rule in rules {
            let Some(everyone) = on_every_port.or_else(|| everyone_of(rule)) else { continue };
            let is_meant = |peer: &&Peer| match &peer.kind {
                PeerKind::Pods(selector) | PeerKind::Namespaces(selector) => leaves_out(selector),
                PeerKind::PodsInNamespaces { namespaces, pods } => leaves_out(namespaces) || leaves_out(pods),
                PeerKind::Block(_) => false,
            };
            for peer in rule.peers.iter().flatten().filter(is_meant) {
                let found = NOT_IN_BESIDE_ALL
                    .at(
                        peer.at,
                        "what this leaves out is let through all the same: peers add up, and no rule denies",
                    )
                    .with_related(everyone, "this one means every pod")
                    .with_help("take the other peer out, or put its selectors into this one");
                linter.say(found);
            }
        }
    }
}

/// Selectors with the labels of pods that they do not select, for want of a network of their own.
fn host_network(linter: &mut Linter<'_>) {
    let cluster = &linter.analysis.cluster;
    let known = Rc::clone(&linter.known);
    if cluster.pods.rows().iter().all(is_selectable) {
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
        if pods.is_everything() {
            continue;
        }
        let whom = Whom { pods, own, namespaces };
        let is_there = |pod: &PodId| whom.is_in(cluster, cluster.pods[*pod].namespace);
        let Some(pod) = known.hosts().matching(pods).iter().find(is_there) else { continue };
        let pod = &cluster.pods[pod];
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
