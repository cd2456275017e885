//! Services: where a connection to one leads.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use netpol_syntax::order::{self, Map, sort_by};
use netpol_syntax::{Diagnostic, IntOrString, Spanned};

use crate::manifest::{self, EndpointSlice, EndpointSubset, SlicePort, address, addresses, field, protocol};
use crate::ports::{Port, Protocol};
use crate::table::Id;

use super::addresses::{Addresses, DNS_SERVICE, SERVICE_NETWORK};
use super::build::{Builder, ByKind, Named, Placed};
use super::pods::DNS_LABEL;
use super::{
    AddressOrigin, Backends, Cluster, ExposedBy, Exposure, ExternalTraffic, Labels, ListedEndpoint,
    NamespaceId, Pod, PodId, Serves, Service, ServiceId, ServiceKind, ServicePort, TargetPort,
};

/// The name of the cluster's DNS service, in every distribution that follows kubeadm.
pub(crate) const DNS_SERVICE_NAME: &str = "kube-dns";

/// How many endpoints all services may have together, each a port of a pod: a hundred services in front of all of 10,000
/// pods. Past that they would take gigabytes.
const MAX_ENDPOINTS: usize = 1_000_000;

/// The label by which an `EndpointSlice` names its service.
const SERVICE_NAME_LABEL: &str = "kubernetes.io/service-name";

/// Adds all services, the DNS service where the input brings none, and what workloads serve because of them.
pub(super) fn add(builder: &mut Builder, objects: &ByKind<'_>) {
    let slices = slices(builder, objects);
    let mut selectors = Vec::new();
    for Placed { namespace, content: service, .. } in &objects.services {
        let wanted: Labels = service.spec.selector.as_ref().map(Labels::from).unwrap_or_default();
        let ports = service.spec.ports.as_ref().map_or(0, Vec::len);
        selectors.push(Wanted { namespace: *namespace, labels: wanted, ports });
    }
    let system = builder.system_namespace();
    selectors.push(Wanted { namespace: system, labels: [DNS_LABEL].into_iter().collect(), ports: 2 });
    let mut selected = selected(&builder.cluster, &selectors).into_iter();
    for service in &objects.services {
        let service = read(builder, service, selected.next().flatten(), &slices);
        builder.cluster.services.push(service);
    }
    if builder.cluster.dns_service().is_none() {
        let service = made_up_dns(system, selected.next().flatten().unwrap_or_default());
        builder.cluster.services.push(service);
    }
    give_addresses(&mut builder.cluster);
    settle_served(&mut builder.cluster);
}

fn read(
    builder: &mut Builder,
    service: &Placed<'_, manifest::Service>,
    selected: Option<Vec<PodId>>,
    slices: &Map<(Arc<str>, String), Vec<ListedEndpoint>>,
) -> Service {
    let Placed { object, namespace, content: service } = *service;
    let spec = &service.spec;
    let type_of = spec.kind.as_ref().map_or("ClusterIP", |kind| kind.value.as_str());
    let headless = spec.cluster_ip.as_ref().is_some_and(|ip| ip.value == "None");
    let kind = if type_of == "ExternalName" {
        ServiceKind::ExternalName(
            spec.external_name.as_deref().unwrap_or_default().trim_end_matches('.').into(),
        )
    } else if headless {
        ServiceKind::Headless
    } else {
        let mut given = spec.cluster_ip.iter().chain(spec.cluster_ips.iter().flatten());
        let cluster_ips = addresses(&mut given, &mut builder.diagnostics);
        let origin = if cluster_ips.is_empty() { AddressOrigin::MadeUp } else { AddressOrigin::Given };
        let exposure = exposure(builder, service, type_of);
        ServiceKind::Proxied { cluster_ips, address_origin: origin, exposure }
    };
    let backends = match &spec.selector {
        Some(selector) if !selector.is_empty() => {
            if selected.is_none() {
                builder.diagnostics.push(
                    Diagnostic::warning(
                        "too-many-endpoints",
                        object.object.at,
                        "this service is left without endpoints",
                    )
                    .with_path(field(&object.object.path, "spec.selector"))
                    .with_help(format!("all services together may have {MAX_ENDPOINTS} here")),
                );
            }
            Backends::Selected(selected.unwrap_or_default())
        }
        _ => {
            let key = (object.namespace.clone(), object.name.to_string());
            Backends::Listed(slices.get(&key).cloned().unwrap_or_default())
        }
    };
    let ports = spec.ports.iter().flatten().filter_map(|port| service_port(builder, object, port)).collect();
    Service {
        namespace,
        name: object.name.clone(),
        kind,
        backends,
        publishes_not_ready: spec.publish_not_ready_addresses == Some(true),
        ports,
        at: Some(object.object.at),
    }
}

/// How clients outside reach a service.
fn exposure(builder: &mut Builder, service: &manifest::Service, type_of: &str) -> Exposure {
    let spec = &service.spec;
    let given =
        service.status.load_balancer.ingress.iter().flatten().filter_map(|ingress| ingress.ip.as_ref());
    let balancer = given.chain(&spec.load_balancer_ip).filter(|_| type_of == "LoadBalancer");
    let mut given = balancer.chain(spec.external_ips.iter().flatten());
    let addresses = addresses(&mut given, &mut builder.diagnostics);
    let by = match type_of {
        "LoadBalancer" => ExposedBy::LoadBalancer,
        "NodePort" => ExposedBy::NodePort,
        _ if !addresses.is_empty() => ExposedBy::ExternalIps,
        _ => ExposedBy::Nothing,
    };
    let traffic = match spec.external_traffic_policy.as_deref() {
        Some("Local") => ExternalTraffic::Local,
        _ => ExternalTraffic::Cluster,
    };
    Exposure { addresses, by, traffic }
}

/// What a service asks of the pods behind it.
struct Wanted {
    namespace: NamespaceId,
    labels: Labels,
    /// How many ports lead to each of them.
    ports: usize,
}

/// For each of `services` the pods of its namespace that carry all of its labels, ascending; none for one without labels,
/// and `None` for one that could go past [`MAX_ENDPOINTS`].
///
/// A service looks only at those pods that carry its rarest label: all pairs of services and pods, by the thousand, would
/// take seconds.
fn selected(cluster: &Cluster, services: &[Wanted]) -> Vec<Option<Vec<PodId>>> {
    let mut keys: Vec<&str> =
        services.iter().flat_map(|wanted| wanted.labels.iter()).map(|(key, _)| key).collect();
    order::sort_and_dedup(&mut keys);
    // Pods of one workload stand together, so that most are like the one before: such a run is looked at as one.
    let mut runs: Vec<(&Pod, Range<usize>)> = Vec::new();
    for (at, pod) in cluster.pods.rows().iter().enumerate() {
        match runs.last_mut() {
            Some((first, run)) if (first.namespace, &first.labels) == (pod.namespace, &pod.labels) => {
                run.end = at + 1;
            }
            _ => runs.push((pod, at..at + 1)),
        }
    }
    let mut carriers: Vec<(NamespaceId, &str, &str, usize)> = Vec::new();
    for (at, (pod, _)) in runs.iter().enumerate() {
        // Labels that no service asks for need no place in the order.
        let asked = pod.labels.iter().filter(|(key, _)| keys.binary_search(key).is_ok());
        carriers.extend(asked.map(|(key, value)| (pod.namespace, key, value, at)));
    }
    sort_by(&mut carriers, Ord::cmp);
    let carrying = |namespace: NamespaceId, key: &str, value: &str| {
        let from = carriers.partition_point(|it| (it.0, it.1, it.2) < (namespace, key, value));
        let rest = carriers.get(from..).unwrap_or_default();
        let count = rest.partition_point(|it| (it.0, it.1, it.2) == (namespace, key, value));
        rest.get(..count).unwrap_or_default()
    };
    let mut room = MAX_ENDPOINTS;
    let pods = |wanted: &Wanted| {
        let lists = wanted.labels.iter().map(|(key, value)| carrying(wanted.namespace, key, value));
        let rarest = lists.min_by_key(|list| list.len()).unwrap_or_default();
        let ports = wanted.ports.max(1);
        // Before anything is looked at: a service in front of too much costs nothing.
        room.checked_sub(rarest.len().saturating_mul(ports))?;
        let fits = |labels: &Labels| wanted.labels.iter().all(|(key, value)| labels.get(key) == Some(value));
        let runs = rarest.iter().filter_map(|(.., run)| runs.get(*run));
        let runs: Vec<Range<usize>> =
            runs.filter(|(pod, _)| fits(&pod.labels)).map(|(_, run)| run.clone()).collect();
        let count: usize = runs.iter().map(Range::len).sum();
        room = room.checked_sub(count.saturating_mul(ports))?;
        Some(runs.into_iter().flatten().map(PodId::new).collect())
    };
    services.iter().map(pods).collect()
}

fn service_port(
    builder: &mut Builder,
    object: &Named<'_>,
    given: &manifest::ServicePort,
) -> Option<ServicePort> {
    let number = u16::try_from(given.port.value).ok().filter(|number| *number > 0);
    let protocol = protocol(given.protocol.as_ref().map(|protocol| protocol.value.as_str()));
    let target = match given.target_port.as_ref().map(|target| &target.value) {
        // 0 is what a printed object may hold for "the same".
        None | Some(IntOrString::Int(0)) => number.map(TargetPort::Number),
        Some(IntOrString::Int(number)) => u16::try_from(*number).ok().map(TargetPort::Number),
        Some(IntOrString::String(name)) => match name.parse() {
            Ok(number) => Some(TargetPort::Number(number)),
            Err(_) => Some(TargetPort::Name(name.as_str().into())),
        },
    };
    let (Some(number), Some(protocol), Some(target)) = (number, protocol, target) else {
        builder.diagnostics.push(
            Diagnostic::warning("invalid-port", given.port.at, "this service port is left out")
                .with_path(field(&object.object.path, "spec.ports"))
                .with_help("a port is a number from 1 to 65535, its protocol `TCP`, `UDP` or `SCTP`"),
        );
        return None;
    };
    Some(ServicePort {
        name: given.name.as_deref().unwrap_or_default().into(),
        port: Port { protocol, number },
        target,
        node_port: given.node_port.and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0),
        at: Some(given.port.at),
    })
}

/// What `EndpointSlice` and `Endpoints` objects say of services without a selector, by namespace and service. The API server
/// mirrors the latter to the former
/// (<https://kubernetes.io/docs/concepts/services-networking/service/#mirroring>).
fn slices(builder: &mut Builder, objects: &ByKind<'_>) -> Map<(Arc<str>, String), Vec<ListedEndpoint>> {
    let mut services: Map<(Arc<str>, String), Vec<ListedEndpoint>> = Map::new();
    for Placed { object, content: slice, .. } in &objects.slices {
        let EndpointSlice { metadata, endpoints, ports } = slice;
        let labels = metadata.labels.as_ref().map(|labels| &labels.value);
        let Some(service) = labels.and_then(|labels| labels.get(SERVICE_NAME_LABEL)) else { continue };
        let listed = services.or_default((object.namespace.clone(), service.to_owned()));
        let ready = endpoints.iter().flatten().filter(|it| it.conditions.ready != Some(false));
        list(builder, listed, ports, &mut ready.flat_map(|it| it.addresses.iter().flatten()));
    }
    for Placed { object, content, .. } in &objects.endpoints {
        let key = (object.namespace.clone(), object.name.to_string());
        // What a cluster gives out holds both.
        if services.contains_key(&key) {
            continue;
        }
        let listed = services.or_default(key);
        for EndpointSubset { addresses, ports } in content.subsets.iter().flatten() {
            list(builder, listed, ports, &mut addresses.iter().flatten().filter_map(|it| it.ip.as_ref()));
        }
    }
    services
}

/// Adds endpoints that have the same ports.
fn list(
    builder: &mut Builder,
    listed: &mut Vec<ListedEndpoint>,
    ports: &Option<Vec<SlicePort>>,
    ready: &mut dyn Iterator<Item = &Spanned<String>>,
) {
    let ports: Arc<[(Arc<str>, Port)]> = ports.iter().flatten().filter_map(listed_port).collect();
    for text in ready {
        if let Some(address) = address(text, &mut builder.diagnostics) {
            listed.push(ListedEndpoint { address, ports: Arc::clone(&ports) });
        }
    }
}

/// A port of endpoints, with its name.
fn listed_port(port: &SlicePort) -> Option<(Arc<str>, Port)> {
    let number = u16::try_from(port.port?).ok()?;
    let protocol = protocol(port.protocol.as_deref())?;
    Some((port.name.as_deref().unwrap_or_default().into(), Port { protocol, number }))
}

/// The service `kube-dns` that every cluster is taken to have.
fn made_up_dns(namespace: NamespaceId, selected: Vec<PodId>) -> Service {
    let port = |name: &str, protocol| ServicePort {
        name: name.into(),
        port: Port { protocol, number: 53 },
        target: TargetPort::Number(53),
        node_port: None,
        at: None,
    };
    Service {
        namespace,
        name: DNS_SERVICE_NAME.into(),
        kind: ServiceKind::Proxied {
            cluster_ips: Vec::new(),
            address_origin: AddressOrigin::MadeUp,
            exposure: Exposure::default(),
        },
        backends: Backends::Selected(selected),
        publishes_not_ready: false,
        ports: vec![port("dns", Protocol::Udp), port("dns-tcp", Protocol::Tcp)],
        at: None,
    }
}

/// Gives each service without an address one.
fn give_addresses(cluster: &mut Cluster) {
    let given = cluster.services.rows().iter().filter_map(|service| match &service.kind {
        ServiceKind::Proxied { cluster_ips, exposure, .. } => {
            Some(cluster_ips.iter().chain(&exposure.addresses))
        }
        ServiceKind::Headless | ServiceKind::ExternalName(_) => None,
    });
    let mut addresses = Addresses::new(SERVICE_NETWORK, &mut cluster.holders.keys().chain(given.flatten()));
    let dns_is_free = addresses.take(DNS_SERVICE);
    let services = cluster.services.rows().iter();
    let names = services.map(|service| (service.namespace, Arc::clone(&service.name))).collect();
    for at in cluster.by_name(names) {
        let service = &mut cluster.services[ServiceId::new(at)];
        let namespace = &cluster.namespaces[service.namespace];
        let ServiceKind::Proxied { cluster_ips, .. } = &mut service.kind else { continue };
        if cluster_ips.is_empty() {
            let is_dns = namespace.is_system() && *service.name == *DNS_SERVICE_NAME;
            cluster_ips.push(match is_dns && dns_is_free {
                true => IpAddr::V4(DNS_SERVICE),
                false => addresses.give(&namespace.name, &service.name),
            });
        }
    }
}

/// A workload serves what its pods declare and what services lead to on them.
fn settle_served(cluster: &mut Cluster) {
    let mut served: Vec<(super::WorkloadId, Port)> = Vec::new();
    // Most pods serve what the one before them does: of thousands of replicas one is enough.
    let mut last: Option<&Pod> = None;
    for pod in cluster.pods.rows() {
        if last.is_none_or(|last| (last.workload, &last.ports) != (pod.workload, &pod.ports)) {
            served.extend(pod.ports.iter().map(|declared| (pod.workload, declared.port)));
        }
        last = Some(pod);
    }
    for service in cluster.services.rows() {
        let Backends::Selected(pods) = &service.backends else { continue };
        for port in &service.ports {
            let mut last = None;
            for pod in pods {
                let target = cluster.target_on(port, *pod).map(|port| (cluster.pods[*pod].workload, port));
                if target != last {
                    served.extend(target);
                    last = target;
                }
            }
        }
    }
    order::sort_and_dedup(&mut served);
    for (workload, ports) in order::groups(served) {
        cluster.workloads[workload].serves = Serves::Ports(ports);
    }
}
