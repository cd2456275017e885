//! Pods: those of the input, those that its controllers make, and the cluster's DNS.

use std::net::IpAddr;
use std::sync::Arc;

use netpol_syntax::order::{self, Set};
use netpol_syntax::{Diagnostic, Location};

use crate::manifest::{self, Body, ControllerSpec, declared_ports, field, network_of};
use crate::ports::{Port, Protocol};

use super::build::{Builder, ByKind, MAX_PODS, Named, Placed, labels, place_of_name};
use super::owners::{Owner, Owners};
use super::{ContainerPort, Labels, NamespaceId, NodeId, Phase, PodNetwork, SYSTEM_NAMESPACE, workloads};

/// What the cluster's DNS pods carry, in every distribution that follows kubeadm.
pub(super) const DNS_LABEL: (&str, &str) = ("k8s-app", "kube-dns");

/// A pod before it has its address and its workload.
pub(super) struct Draft {
    pub(super) namespace: NamespaceId,
    pub(super) namespace_name: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) owner: Option<Owner>,
    pub(super) labels: Labels,
    pub(super) labels_at: Option<Location>,
    pub(super) ports: Vec<ContainerPort>,
    /// The addresses that the input gives; none where one is to be made up.
    pub(super) addresses: Vec<IpAddr>,
    pub(super) node: Option<NodeId>,
    pub(super) network: PodNetwork,
    pub(super) phase: Phase,
    pub(super) dns_name: Option<(Arc<str>, Arc<str>)>,
    pub(super) at: Option<Location>,
    /// The controller, where there is one.
    pub(super) controller_at: Option<Location>,
}

/// Adds all pods and workloads, and the DNS pods where the input brings none.
pub(super) fn add(builder: &mut Builder, objects: &ByKind<'_>) {
    let nodes = nodes(builder, objects);
    let owners = Owners::of(objects);
    let mut drafts: Vec<Draft> = Vec::with_capacity(objects.pods.len() + 1);
    let mut owned: Set<Owner> = Set::new();
    for (pod, node) in objects.pods.iter().zip(nodes) {
        let mut draft = real_pod(pod, &owners, node);
        match drafts.last() {
            Some(last) if last.owner == draft.owner => {}
            _ => owned.extend(draft.owner.clone()),
        }
        // Pods of one workload stand together and carry the same: of one copy that is seen at once.
        if let Some(last) = drafts.last().filter(|last| last.labels == draft.labels) {
            draft.labels = last.labels.clone();
        }
        drafts.push(draft);
    }
    for maker in &objects.makers {
        if let Some(owner) = owners.makes_pods(maker.object)
            && !owned.contains(&owner)
        {
            let room = MAX_PODS.saturating_sub(drafts.len());
            drafts.extend(from_template(builder, maker, owner, room));
        }
    }
    // Pods and controllers in the order of the text, so that the picture follows it.
    order::sort_by_key(&mut drafts, |draft| draft.at);
    let system = builder.system_namespace();
    if !brings_dns(objects) {
        drafts.push(made_up_dns(system));
    }
    workloads::add(builder, drafts);
}

fn real_pod(pod: &Placed<'_, manifest::Pod>, owners: &Owners, node: Option<NodeId>) -> Draft {
    let Placed { object, namespace, content: pod } = *pod;
    let labels = labels(&pod.metadata);
    let owner = owners.of_pod(&pod.metadata, &labels, &object.namespace);
    Draft {
        namespace,
        namespace_name: object.namespace.clone(),
        name: object.name.clone(),
        owner,
        labels,
        labels_at: pod.metadata.labels.as_ref().map(|labels| labels.at),
        ports: pod.ports.clone(),
        addresses: pod.addresses.clone(),
        node,
        network: pod.network,
        phase: pod.phase,
        dns_name: pod.dns_name.clone(),
        at: Some(object.object.at),
        controller_at: None,
    }
}

/// Adds the nodes that the input's pods speak of, and says which each is on, where the input tells: those with a name
/// first, so that an address alone finds its node wherever in the input that is named.
fn nodes(builder: &mut Builder, objects: &ByKind<'_>) -> Vec<Option<NodeId>> {
    let mut on = vec![None; objects.pods.len()];
    for is_named in [true, false] {
        for (Placed { content: pod, .. }, on) in objects.pods.iter().zip(&mut on) {
            if pod.node_name.is_some() != is_named {
                continue;
            }
            let addresses = &pod.node_addresses;
            let known = || addresses.iter().find_map(|address| builder.cluster.node_at(*address));
            let name = match (&pod.node_name, addresses.first()) {
                (Some(name), _) => Arc::clone(name),
                (None, None) => continue,
                (None, Some(first)) => match known() {
                    Some(node) => Arc::clone(&builder.cluster.nodes[node].name),
                    None => first.to_string().into(),
                },
            };
            let node = builder.node(&name, addresses);
            *on = is_named.then_some(node);
        }
    }
    // Of several addresses the first counts that any node has, once all are known.
    for (Placed { content: pod, .. }, on) in objects.pods.iter().zip(&mut on) {
        if pod.node_name.is_none() {
            *on = pod.node_addresses.iter().find_map(|address| builder.cluster.node_at(*address));
        }
    }
    on
}

/// The pods that a controller makes.
fn from_template(
    builder: &mut Builder,
    maker: &Placed<'_, ControllerSpec>,
    owner: Owner,
    room: usize,
) -> Vec<Draft> {
    let Placed { object, namespace, content: spec } = *maker;
    let kind = object.object.kind;
    let wanted = match kind {
        "DaemonSet" => 1,
        "Job" | "CronJob" => spec.parallelism.as_ref().map_or(1, |count| count.value),
        _ => spec.replicas.as_ref().map_or(1, |count| count.value),
    };
    let wanted = if at_rest(object, spec) { 0 } else { usize::try_from(wanted).unwrap_or(0) };
    if wanted > room {
        let at = spec.replicas.as_ref().or(spec.parallelism.as_ref()).map_or(object.object.at, |it| it.at);
        let message = format!("{wanted} pods are more than fit: {room} of them are drawn");
        builder.diagnostics.push(
            Diagnostic::warning("too-many-pods", at, message)
                .with_path(field(&object.object.path, "spec.replicas"))
                .with_help(format!("a cluster may have {MAX_PODS} pods here")),
        );
    }
    let template = &spec.template;
    let labels = labels(&template.metadata);
    let ports = declared_ports(&template.spec, &object.object.path, &mut builder.diagnostics);
    let node = template.spec.node_name.as_ref().filter(|name| !name.is_empty());
    let node = node.map(|name| builder.node(name, &[]));
    let stateful = kind == "StatefulSet";
    let subdomain = if stateful { spec.service_name.as_deref() } else { template.spec.subdomain.as_deref() };
    let mut name = format!("{}-", object.name);
    let stem = name.len();
    (0..wanted.min(room))
        .map(|at| {
            let ordinal = if stateful { at } else { at + 1 };
            name.truncate(stem);
            name.push_str(&ordinal.to_string());
            let name: Arc<str> = Arc::from(name.as_str());
            let mut labels = labels.clone();
            if stateful {
                // Written by the controller; policies use them to pick one replica (the page "StatefulSets").
                labels.insert("statefulset.kubernetes.io/pod-name", name.clone());
                labels.insert("apps.kubernetes.io/pod-index", at.to_string());
            }
            Draft {
                namespace,
                namespace_name: object.namespace.clone(),
                owner: Some(owner.clone()),
                labels,
                labels_at: template.metadata.labels.as_ref().map(|labels| labels.at),
                ports: ports.clone(),
                addresses: Vec::new(),
                node,
                network: network_of(&template.spec),
                phase: Phase::Ready,
                dns_name: subdomain
                    .filter(|subdomain| !subdomain.is_empty())
                    .map(|subdomain| (name.clone(), Arc::from(subdomain))),
                name,
                at: Some(object.object.at),
                controller_at: Some(place_of_name(object.object)),
            }
        })
        .collect()
}

/// Whether a Job or CronJob makes no pods: it is suspended, or it has ended.
fn at_rest(object: &Named<'_>, spec: &ControllerSpec) -> bool {
    let (suspended, ended) = match &object.object.body {
        Body::CronJob(job) => (job.spec.suspend, false),
        Body::Controller(controller) => {
            let mut conditions = controller.status.conditions.iter().flatten();
            let ended =
                conditions.any(|it| matches!(it.kind.as_str(), "Complete" | "Failed") && it.status == "True");
            (spec.suspend, ended && object.object.kind == "Job")
        }
        _ => (None, false),
    };
    suspended == Some(true) || ended
}

/// Whether the input has thought of DNS itself: it has DNS pods, labelled as everywhere or as its own service
/// for UDP 53 selects them.
fn brings_dns(objects: &ByKind<'_>) -> bool {
    fn system<'o, T>(all: &'o [Placed<'_, T>]) -> impl Iterator<Item = &'o T> {
        all.iter().filter(|it| *it.object.namespace == *SYSTEM_NAMESPACE).map(|it| it.content)
    }
    let (key, value) = DNS_LABEL;
    let mut wanted: Vec<Labels> = vec![[(key, value)].into_iter().collect()];
    for service in system(&objects.services) {
        let mut ports = service.spec.ports.iter().flatten();
        let asked = ports.any(|port| {
            port.port.value == 53 && port.protocol.as_ref().is_some_and(|protocol| protocol.value == "UDP")
        });
        if let (true, Some(selector)) = (asked, &service.spec.selector) {
            wanted.push(Labels::from(selector));
        }
    }
    let makers = system(&objects.makers).map(|spec| &spec.template.metadata);
    let metadata = system(&objects.pods).map(|pod| &pod.metadata).chain(makers);
    let mut carried = metadata.map(labels);
    carried.any(|labels| {
        let fits = |wanted: &Labels| {
            !wanted.is_empty() && wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
        };
        wanted.iter().any(fits)
    })
}

/// The pod of Deployment `coredns` that every cluster is taken to have.
fn made_up_dns(namespace: NamespaceId) -> Draft {
    let port = |name: &str, protocol| ContainerPort {
        name: Some(Arc::from(name)),
        port: Port { protocol, number: 53 },
    };
    let namespace_name: Arc<str> = Arc::from(SYSTEM_NAMESPACE);
    Draft {
        namespace,
        owner: Some(("Deployment", namespace_name.clone(), Arc::from("coredns"))),
        namespace_name,
        name: Arc::from("coredns-1"),
        labels: [DNS_LABEL].into_iter().collect(),
        labels_at: None,
        ports: vec![port("dns-tcp", Protocol::Tcp), port("dns", Protocol::Udp)],
        addresses: Vec::new(),
        node: None,
        network: PodNetwork::Own,
        phase: Phase::Ready,
        dns_name: None,
        at: None,
        controller_at: None,
    }
}
