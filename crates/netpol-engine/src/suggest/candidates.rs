//! The changes that may open a side, each as edits of the text.

use std::sync::Arc;

use netpol_syntax::{Editor, FileId, Location, Node, Span, Style, TextEdit, Yaml, order};

use crate::evaluate::Side;
use crate::index::ClassId;
use crate::miss::{Lack, Miss};
use crate::model::{
    Backends, Block, Cluster, Direction, NamespaceId, Operator, PodId, PolicyId, ServiceId, WorkloadId,
};
use crate::outside::INTERNET;

use super::bench::Bench;
use super::needs::{Need, Other};
use super::{Change, write};

/// A change that may work.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) change: Change,
    pub(super) edits: Vec<TextEdit>,
    /// How many others the policy is about that gets it: they are opened as well, on this side at least.
    pub(super) spread: usize,
}

/// Of the policies that select a pod, so many are tried with a further rule: those that select the fewest pods.
const POLICIES_TRIED: usize = 3;

/// The candidates for a need.
pub(super) fn of(bench: &Bench<'_>, need: &Need<'_>) -> Vec<Candidate> {
    let Some(flow) = need.flows.first() else { return Vec::new() };
    let evaluation = bench.analysis.evaluate(*flow);
    let Side::Isolated { by, .. } = evaluation.side(need.direction) else { return Vec::new() };
    let subjects = |policy: &PolicyId| bench.analysis.index.compiled(*policy).subjects.len();
    let mut policies = by.clone();
    order::sort_by_key(&mut policies, subjects);
    let tried = policies.iter().take(POLICIES_TRIED);
    let mut candidates: Vec<Candidate> = tried.filter_map(|policy| rules(bench, need, *policy)).collect();
    if let [_] = need.wants.as_slice() {
        for miss in bench.analysis.misses(&evaluation, need.direction) {
            candidates.extend(into_rule(bench, need, &miss));
            candidates.extend(labels(bench, need, &miss));
        }
    }
    candidates.extend(policy(bench, need));
    candidates
}

/// The rules that a need asks for, as items of a section of a policy in namespace `own`.
pub(super) fn rules_for(cluster: &Cluster, own: NamespaceId, need: &Need<'_>) -> Vec<Yaml> {
    let rules = need
        .wants
        .iter()
        .map(|(other, ports)| write::rule(need.direction, vec![peer(cluster, own, *other)], ports));
    rules.collect()
}

pub(super) fn peer(cluster: &Cluster, own: NamespaceId, other: Other<'_>) -> Yaml {
    match other {
        Other::Workload(workload) => write::workload_peer(cluster, own, workload),
        Other::Address(address) => write::address(address),
        Other::Block(block) => write::block(block),
    }
}

/// Further rules in a policy that selects the pods.
fn rules(bench: &Bench<'_>, need: &Need<'_>, policy: PolicyId) -> Option<Candidate> {
    let cluster = &bench.analysis.cluster;
    let rules = rules_for(cluster, cluster.policies[policy].namespace, need);
    let edits = edit(bench, cluster.policies[policy].at, |editor, object| {
        editor.append(object.get("spec")?, need.direction.as_str(), rules)
    })?;
    let spread = spread(bench, need, policy);
    Some(Candidate { change: Change::Rules { policy, direction: need.direction }, edits, spread })
}

/// How many classes of pods a policy selects that are not the need's own.
fn spread(bench: &Bench<'_>, need: &Need<'_>, policy: PolicyId) -> usize {
    let index = &bench.analysis.index;
    let own = &bench.analysis.cluster.workloads[need.subject].pods;
    let subjects = index.compiled(policy).subjects.iter();
    subjects
        .filter(|class: &ClassId| !index.classes()[*class].pods().iter().any(|pod| own.contains(pod)))
        .count()
}

/// The port or the peer that a rule lacks, where it lacks nothing else.
fn into_rule(bench: &Bench<'_>, need: &Need<'_>, miss: &Miss) -> Option<Candidate> {
    let cluster = &bench.analysis.cluster;
    let (policy, direction, rule) = (miss.policy, need.direction, miss.rule?);
    let (other, ports) = need.wants.first()?;
    let at = cluster.policies[policy].at;
    if let [Lack::Port { .. }] = miss.lacks.as_slice() {
        let Some(Yaml::List(items)) = write::ports(ports) else { return None };
        let edits = edit(bench, at, |editor, object| {
            let rule = object.get("spec")?.get(direction.as_str())?.item(rule)?;
            editor.append(rule, "ports", items)
        })?;
        let spread = spread(bench, need, policy);
        return Some(Candidate { change: Change::Ports { policy, direction, rule }, edits, spread });
    }
    // A further peer is what is asked for only where the rule is for these ports alone.
    let written = cluster.policies[policy].section(direction).rules().get(rule)?;
    let is_peer_alone = !miss.lacks.iter().any(|lack| matches!(lack, Lack::Port { .. }));
    if !is_peer_alone || written.ports_on(&[]) != *ports {
        return None;
    }
    let peer = peer(cluster, cluster.policies[policy].namespace, *other);
    let edits = edit(bench, at, |editor, object| {
        let rule = object.get("spec")?.get(direction.as_str())?.item(rule)?;
        editor.append(rule, direction.peers_field(), vec![peer])
    })?;
    let spread = spread(bench, need, policy);
    Some(Candidate { change: Change::Peer { policy, direction, rule }, edits, spread })
}

/// Labels that a rule asks for and the other end's pods do not have at all. A label that they have with another value
/// is left alone: it may be what their controller or a service selects them by.
fn labels(bench: &Bench<'_>, need: &Need<'_>, miss: &Miss) -> Option<Candidate> {
    let cluster = &bench.analysis.cluster;
    let (Other::Workload(workload), _) = need.wants.first()? else { return None };
    let wanted: Option<Vec<(Arc<str>, Arc<str>)>> = miss.lacks.iter().map(missing_label).collect();
    let labels = wanted.filter(|labels| !labels.is_empty())?;
    let pods = cluster.workloads[*workload].pods.iter().map(|pod| &cluster.pods[*pod]);
    let places: Option<Vec<Location>> = pods.map(|pod| pod.labels_at).collect();
    let mut places = places?;
    order::sort_and_dedup(&mut places);
    let mut edits = Vec::new();
    for place in places {
        edits.extend(edit(bench, place, |editor, map| {
            let edits =
                labels.iter().map(|(key, value)| editor.insert(map, key, &Yaml::text(value.as_ref())));
            edits.collect::<Option<Vec<_>>>()
        })?);
    }
    let services = selected_by(bench, &edits, *workload)?;
    let change = Change::Labels { workload: *workload, labels, policy: miss.policy, services };
    Some(Candidate { change, edits, spread: 0 })
}

/// The services that select a workload's pods after `edits` and did not before.
fn selected_by(bench: &Bench<'_>, edits: &[TextEdit], workload: WorkloadId) -> Option<Vec<ServiceId>> {
    let before = &bench.analysis.cluster;
    let own = &before.workloads[workload];
    bench.after(edits, |after, _| {
        let after = &after.cluster;
        let names = own.pods.iter().map(|pod| &before.pods[*pod].name);
        let namespace = &before.namespaces[own.namespace].name;
        let pods: Vec<PodId> = names.filter_map(|name| after.pod(namespace, name)).collect();
        let selects = |cluster: &Cluster, service: ServiceId, own: &[PodId]| match &cluster.services[service]
            .backends
        {
            Backends::Selected(pods) => own.iter().any(|pod| pods.contains(pod)),
            Backends::Listed(_) => false,
        };
        let comes = |id: &ServiceId| {
            let service = &before.services[*id];
            let later = after.service(&before.namespaces[service.namespace].name, &service.name);
            !selects(before, *id, &own.pods) && later.is_some_and(|later| selects(after, later, &pods))
        };
        Some(before.services.ids().filter(comes).collect())
    })
}

fn missing_label(lack: &Lack) -> Option<(Arc<str>, Arc<str>)> {
    match lack {
        Lack::PodLabel { wanted, found: None } => match &wanted.operator {
            Operator::Equals(value) => Some((wanted.key.clone(), value.clone())),
            Operator::In(values) => values.first().map(|value| (wanted.key.clone(), value.clone())),
            Operator::NotIn(_) | Operator::Exists | Operator::DoesNotExist => None,
        },
        _ => None,
    }
}

/// A policy of its own.
fn policy(bench: &Bench<'_>, need: &Need<'_>) -> Option<Candidate> {
    let cluster = &bench.analysis.cluster;
    let subject = &cluster.workloads[need.subject];
    let rules = rules_for(cluster, subject.namespace, need);
    let others: Vec<String> = need.wants.iter().map(|(other, _)| other_name(cluster, *other)).collect();
    let stem = match (need.direction, others.as_slice()) {
        (Direction::Egress, [other]) => format!("{}-to-{other}", subject.name),
        (Direction::Ingress, [other]) => format!("{}-from-{other}", subject.name),
        (direction, _) => format!("{}-{}", subject.name, direction.as_str()),
    };
    let name = free_name(cluster, subject.namespace, &format!("allow-{stem}"));
    let sections = [(need.direction, rules)];
    let object = policy_object(cluster, need.subject, &name, &sections)?;
    let edit = add_document(bench, &object)?;
    let change = Change::Policy { namespace: subject.namespace, name: name.into() };
    let spread = write::Selection::of(cluster, need.subject).besides.len();
    Some(Candidate { change, edits: vec![edit], spread })
}

fn other_name(cluster: &Cluster, other: Other<'_>) -> String {
    match other {
        Other::Workload(workload) => cluster.workloads[workload].name.to_string(),
        Other::Block(Block { cidr: INTERNET, .. }) => "internet".to_owned(),
        Other::Address(address) => dashed(&address.to_string()),
        Other::Block(block) => dashed(&block.cidr.to_string()),
    }
}

/// Addresses as a part of a name.
fn dashed(addresses: &str) -> String {
    addresses.replace([':', '.', '/'], "-").trim_matches('-').to_owned()
}

/// A name that no policy of the namespace has, and that fits.
pub(super) fn free_name(cluster: &Cluster, namespace: NamespaceId, stem: &str) -> String {
    /// What a name may have, with room for a number (`apimachinery/pkg/util/validation`).
    const LONGEST: usize = 240;
    let stem = stem.get(..LONGEST).unwrap_or(stem).trim_end_matches(['-', '.']);
    let is_taken = |name: &str| {
        let in_namespace =
            cluster.policies.rows().iter().any(|it| it.namespace == namespace && it.name.as_ref() == name);
        let refused = cluster.refused.iter().any(|it| it.name.as_ref() == name);
        in_namespace || refused
    };
    let numbered = (2_u32..).map(|number| format!("{stem}-{number}"));
    let mut names = std::iter::once(stem.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_default()
}

/// A policy for a workload; `None` where no label selects its pods.
pub(super) fn policy_object(
    cluster: &Cluster,
    subject: WorkloadId,
    name: &str,
    sections: &[(Direction, Vec<Yaml>)],
) -> Option<Yaml> {
    let workload = &cluster.workloads[subject];
    let selection = write::Selection::of(cluster, subject);
    if selection.labels.is_empty() && !selection.besides.is_empty() {
        return None;
    }
    let namespace = cluster.namespaces[workload.namespace].name.as_ref();
    let types = sections.iter().map(|(direction, _)| match direction {
        Direction::Egress => Yaml::text("Egress"),
        Direction::Ingress => Yaml::text("Ingress"),
    });
    let mut spec = vec![("podSelector", selection.selector()), ("policyTypes", Yaml::List(types.collect()))];
    for (direction, rules) in sections {
        spec.push((direction.as_str(), Yaml::List(rules.clone())));
    }
    Some(Yaml::map([
        ("apiVersion", Yaml::text("networking.k8s.io/v1")),
        ("kind", Yaml::text("NetworkPolicy")),
        ("metadata", Yaml::map([("name", Yaml::text(name)), ("namespace", Yaml::text(namespace))])),
        ("spec", Yaml::map(spec)),
    ]))
}

/// Adds a document at the end of the file that holds the policies, or else of the last one; `None` where that is JSON,
/// to which YAML cannot be added.
pub(super) fn add_document(bench: &Bench<'_>, object: &Yaml) -> Option<TextEdit> {
    let cluster = &bench.analysis.cluster;
    let files = bench.sources.files();
    // Behind a marker YAML may follow all the same.
    let is_json = |file: FileId| {
        let text = bench.sources.text(file);
        text.trim_start().starts_with(['{', '[']) && !text.contains("\n---")
    };
    let policies = cluster.policies.rows().iter().map(|policy| policy.at);
    let last = policies.filter(|at| !is_json(at.file)).max();
    let called_so = || files.iter().position(|file| file.name.contains("polic"));
    let all = (0..).map(FileId).zip(files).map(|(id, _)| id);
    let file = match last {
        Some(at) => at.file,
        None => {
            let named = called_so().and_then(|at| u32::try_from(at).ok()).map(FileId);
            named.filter(|file| !is_json(*file)).or_else(|| all.filter(|file| !is_json(*file)).last())?
        }
    };
    let document = last.and_then(|at| bench.sources.document(at));
    let style = document.map_or_else(Style::default, |document| Editor::new(document).style());
    let style = Style { is_quoted: false, ..style };
    let text = bench.sources.text(file);
    let newline = style.newline;
    let before = match text {
        "" => String::new(),
        text if text.ends_with(['\n', '\r']) => format!("---{newline}"),
        _ => format!("{newline}---{newline}"),
    };
    let end = u32::try_from(text.len()).ok()?;
    let at = Location { file, span: Span::new(end, end) };
    Some(TextEdit { at, text: format!("{before}{}{newline}", style.block(object, 0)) })
}

fn edit<T>(
    bench: &Bench<'_>,
    at: Location,
    edit: impl FnOnce(&Editor<'_>, Node<'_>) -> Option<T>,
) -> Option<T> {
    let document = bench.sources.document(at)?;
    edit(&Editor::new(document), document.node_at(at)?)
}
