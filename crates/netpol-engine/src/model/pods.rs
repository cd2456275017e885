//! Pods: those of the input, those that its controllers make, and the cluster's DNS.

use std::net::IpAddr;
use std::sync::Arc;

use netpol_syntax::order::{self, Set};
use netpol_syntax::{Diagnostic, Location, Spanned};

use crate::manifest::{Body, ControllerSpec, PodObject, PodSpec};
use crate::ports::{Port, Protocol};

use super::build::{Builder, ByKind, MAX_PODS, Named, field, labels, place_of_name};
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
    for ((object, pod), node) in objects.pods.iter().zip(nodes) {
        let mut draft = real_pod(builder, object, pod, &owners, node);
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
    for (object, spec) in &objects.makers {
        if let Some(owner) = owners.makes_pods(object)
            && !owned.contains(&owner)
        {
            let room = MAX_PODS.saturating_sub(drafts.len());
            drafts.extend(from_template(builder, object, owner, spec, room));
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

fn real_pod(
    builder: &mut Builder,
    object: &Named<'_>,
    pod: &PodObject,
    owners: &Owners,
    node: Option<NodeId>,
) -> Draft {
    let PodObject { metadata, spec, status } = pod;
    let labels = labels(metadata);
    let ips = status.pod_ips.iter().flatten().filter_map(|ip| ip.ip.as_ref());
    let addresses = addresses(builder, status.pod_ip.iter().chain(ips));
    let not_ready = status.conditions.iter().flatten().any(|it| it.kind == "Ready" && it.status != "True");
    let ending = metadata.deletion_timestamp.is_some();
    let phase = match status.phase.as_deref() {
        Some("Succeeded" | "Failed") => Phase::Finished,
        Some("Pending" | "Unknown") => Phase::NotReady,
        _ if not_ready || ending => Phase::NotReady,
        _ => Phase::Ready,
    };
    let owner = owners.of_pod(metadata, &labels, &object.namespace);
    let hostname = spec.hostname.as_deref().filter(|hostname| !hostname.is_empty());
    let subdomain = spec.subdomain.as_deref().filter(|subdomain| !subdomain.is_empty());
    let dns_name = hostname.zip(subdomain).map(|(hostname, subdomain)| (hostname.into(), subdomain.into()));
    Draft {
        namespace: builder.namespace(&object.namespace),
        namespace_name: object.namespace.clone(),
        name: object.name.clone(),
        owner,
        labels,
        labels_at: metadata.labels.as_ref().map(|labels| labels.at),
        ports: declared_ports(builder, object, spec),
        addresses,
        node,
        network: network(spec),
        phase,
        dns_name,
        at: Some(object.object.at),
        controller_at: None,
    }
}

/// Adds the nodes that the input's pods speak of, and says which each is on, where the input tells: those with a name
/// first, so that an address alone finds its node wherever in the input that is named.
fn nodes(builder: &mut Builder, objects: &ByKind<'_>) -> Vec<Option<NodeId>> {
    let mut on = vec![None; objects.pods.len()];
    for is_named in [true, false] {
        for ((_, pod), on) in objects.pods.iter().zip(&mut on) {
            let name = pod.spec.node_name.as_ref().filter(|name| !name.is_empty());
            if name.is_some() != is_named {
                continue;
            }
            let ips = pod.status.host_ips.iter().flatten().filter_map(|ip| ip.ip.as_ref());
            let addresses = addresses(builder, pod.status.host_ip.iter().chain(ips));
            let known = || addresses.iter().find_map(|address| builder.cluster.node_at(*address));
            let name = match (name, addresses.first()) {
                (Some(name), _) => Arc::clone(name),
                (None, None) => continue,
                (None, Some(first)) => match known() {
                    Some(node) => Arc::clone(&builder.cluster.nodes[node].name),
                    None => first.to_string().into(),
                },
            };
            *on = Some(builder.node(&name, &addresses));
        }
    }
    on
}

/// The addresses that fields hold, each once.
fn addresses<'t>(builder: &mut Builder, texts: impl Iterator<Item = &'t Spanned<String>>) -> Vec<IpAddr> {
    let mut addresses = Vec::new();
    for text in texts {
        if let Some(address) = builder.address(text)
            && !addresses.contains(&address)
        {
            addresses.push(address);
        }
    }
    addresses
}

/// The pods that a controller makes.
fn from_template(
    builder: &mut Builder,
    object: &Named<'_>,
    owner: Owner,
    spec: &ControllerSpec,
    room: usize,
) -> Vec<Draft> {
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
    let namespace = builder.namespace(&object.namespace);
    let labels = labels(&template.metadata);
    let ports = declared_ports(builder, object, &template.spec);
    let node = template.spec.node_name.as_ref().filter(|name| !name.is_empty());
    let node = node.map(|name| builder.node(name, &[]));
    let stateful = kind == "StatefulSet";
    let subdomain = if stateful { spec.service_name.as_deref() } else { template.spec.subdomain.as_deref() };
    (0..wanted.min(room))
        .map(|at| {
            let ordinal = if stateful { at } else { at + 1 };
            let name: Arc<str> = format!("{}-{ordinal}", object.name).into();
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
                network: network(&template.spec),
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

fn network(spec: &PodSpec) -> PodNetwork {
    if spec.host_network == Some(true) { PodNetwork::Host } else { PodNetwork::Own }
}

/// The ports that a pod declares, ascending. An init container's count where it keeps running beside the
/// others (`restartPolicy: Always`).
fn declared_ports(builder: &mut Builder, object: &Named<'_>, spec: &PodSpec) -> Vec<ContainerPort> {
    let sidecars = spec.init_containers.iter().flatten();
    let sidecars = sidecars.filter(|container| container.restart_policy.as_deref() == Some("Always"));
    let containers = spec.containers.iter().flatten().chain(sidecars);
    let mut ports = Vec::new();
    for declared in containers.flat_map(|container| container.ports.iter().flatten()) {
        let number = u16::try_from(declared.container_port.value).ok().filter(|number| *number > 0);
        let protocol = protocol(declared.protocol.as_ref().map(|protocol| protocol.value.as_str()));
        let (Some(number), Some(protocol)) = (number, protocol) else {
            let at = match &declared.protocol {
                Some(protocol) if number.is_some() => protocol.at,
                _ => declared.container_port.at,
            };
            builder.diagnostics.push(
                Diagnostic::warning("invalid-port", at, "this container port is left out")
                    .with_path(field(&object.object.path, "spec"))
                    .with_help("a port is a number from 1 to 65535, its protocol `TCP`, `UDP` or `SCTP`"),
            );
            continue;
        };
        let name = declared.name.as_ref().filter(|name| !name.is_empty()).cloned();
        ports.push(ContainerPort { name, port: Port { protocol, number } });
    }
    order::sort_and_dedup(&mut ports);
    ports
}

/// The protocol that a field names: TCP where it is absent.
pub(super) fn protocol(text: Option<&str>) -> Option<Protocol> {
    text.map_or(Some(Protocol::Tcp), Protocol::from_api)
}

/// Whether the input has thought of DNS itself: it has DNS pods, labelled as everywhere or as its own service
/// for UDP 53 selects them.
fn brings_dns(objects: &ByKind<'_>) -> bool {
    let is_system = |object: &Named<'_>| *object.namespace == *SYSTEM_NAMESPACE;
    let (key, value) = DNS_LABEL;
    let mut wanted: Vec<Labels> = vec![[(key, value)].into_iter().collect()];
    for (_, service) in objects.services.iter().filter(|(object, _)| is_system(object)) {
        let mut ports = service.spec.ports.iter().flatten();
        let asked = ports.any(|port| {
            port.port.value == 53 && port.protocol.as_ref().is_some_and(|protocol| protocol.value == "UDP")
        });
        if let (true, Some(selector)) = (asked, &service.spec.selector) {
            wanted.push(Labels::from(selector));
        }
    }
    let pods = objects.pods.iter().filter(|(object, _)| is_system(object)).map(|(_, pod)| &pod.metadata);
    let makers = objects.makers.iter().filter(|(object, _)| is_system(object));
    let metadata = pods.chain(makers.map(|(_, spec)| &spec.template.metadata));
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
