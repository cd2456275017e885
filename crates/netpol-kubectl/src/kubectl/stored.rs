//! Objects as the API server gives them back: what is written, what it leaves to be understood, and what came of it.

use std::net::IpAddr;

use netpol_engine::{Backends, Cluster, Node, Phase, Service, ServiceKind, TargetPort};

use super::rows;
use crate::pods::PodView;
use crate::print::{Shown, set};
use crate::value::Value;

/// Labels as an object has them.
fn labels<'s>(labels: impl Iterator<Item = (&'s str, &'s str)>) -> Shown<'s> {
    Shown::Map(labels.map(|(key, value)| (key, Shown::text(value))).collect())
}

/// An object with its namespace, and what a policy leaves to be understood.
pub(super) fn object<'s>(value: &'s Value, namespace: &'s str) -> Shown<'s> {
    if value.get("metadata").is_null() {
        return Shown::Written(value);
    }
    Shown::Map(entries(value, namespace))
}

/// The entries of an object that has `metadata`.
fn entries<'s>(value: &'s Value, namespace: &'s str) -> Vec<(&'s str, Shown<'s>)> {
    let mut object = Shown::entries(value);
    if !namespace.is_empty() {
        let mut metadata = Shown::entries(value.get("metadata"));
        set(&mut metadata, "namespace", Shown::text(namespace));
        set(&mut object, "metadata", Shown::Map(metadata));
    }
    if value.get("kind").as_str() == Some("NetworkPolicy") && matches!(value.get("spec"), Value::Map(_)) {
        set(&mut object, "spec", Shown::Map(policy_spec(value.get("spec"))));
    }
    object
}

/// A policy's `spec` with what it leaves to be understood (`pkg/apis/networking/v1/defaults.go`).
fn policy_spec(spec: &Value) -> Vec<(&str, Shown<'_>)> {
    let mut shown = Shown::entries(spec);
    if spec.get("policyTypes").items().is_empty() {
        let types = policy_types(spec).into_iter().map(Shown::text);
        set(&mut shown, "policyTypes", Shown::List(types.collect()));
    }
    for direction in ["ingress", "egress"] {
        let rules = spec.get(direction).items();
        if rules.iter().any(|rule| rule.get("ports").items().iter().any(names_no_protocol)) {
            set(&mut shown, direction, Shown::List(rules.iter().map(policy_rule).collect()));
        }
    }
    shown
}

fn policy_rule(rule: &Value) -> Shown<'_> {
    let ports = rule.get("ports").items();
    if !ports.iter().any(names_no_protocol) {
        return Shown::Written(rule);
    }
    let ports = ports.iter().map(|port| {
        let mut shown = Shown::entries(port);
        if names_no_protocol(port) {
            set(&mut shown, "protocol", Shown::text("TCP"));
        }
        Shown::Map(shown)
    });
    let mut shown = Shown::entries(rule);
    set(&mut shown, "ports", Shown::List(ports.collect()));
    Shown::Map(shown)
}

fn names_no_protocol(port: &Value) -> bool {
    matches!(port, Value::Map(_)) && port.get("protocol").is_null()
}

/// The directions that a policy is about: the API server writes them down where the manifest does not.
pub(super) fn policy_types(spec: &Value) -> Vec<&str> {
    let written: Vec<&str> = spec.get("policyTypes").items().iter().filter_map(Value::as_str).collect();
    match written.as_slice() {
        [] if spec.get("egress").items().is_empty() => vec!["Ingress"],
        [] => vec!["Ingress", "Egress"],
        _ => written,
    }
}

/// What is set of a map unless it is written.
fn default<'s>(entries: &mut Vec<(&'s str, Shown<'s>)>, key: &'s str, value: impl FnOnce() -> Shown<'s>) {
    if entries.iter().all(|(known, _)| *known != key) {
        entries.push((key, value()));
    }
}

/// An object of the server's own making.
fn made<'s>(
    api_version: &'s str,
    kind: &'s str,
    metadata: Vec<(&'s str, Shown<'s>)>,
) -> Vec<(&'s str, Shown<'s>)> {
    vec![
        ("apiVersion", Shown::text(api_version)),
        ("kind", Shown::text(kind)),
        ("metadata", Shown::Map(metadata)),
    ]
}

fn named<'s>(name: &'s str, namespace: &'s str) -> Vec<(&'s str, Shown<'s>)> {
    vec![("name", Shown::text(name)), ("namespace", Shown::text(namespace))]
}

fn texts<'s>(addresses: &[IpAddr], key: &'s str) -> Shown<'s> {
    let entry = |address: &IpAddr| Shown::Map(vec![(key, Shown::text(address.to_string()))]);
    Shown::List(addresses.iter().map(entry).collect())
}

/// A pod, with its node, its addresses and its phase.
pub(super) fn pod<'s>(pod: &PodView<'s>) -> Shown<'s> {
    let own = pod.own().map(|own| &own.value);
    let mut object = match own {
        Some(own) => entries(own, pod.namespace),
        None => {
            let mut metadata = named(pod.name, pod.namespace);
            metadata.push(("labels", labels(pod.labels.iter())));
            made("v1", "Pod", metadata)
        }
    };
    let mut spec = Shown::entries(pod.spec);
    if let Some(node) = pod.node {
        default(&mut spec, "nodeName", || Shown::text(node));
    }
    set(&mut object, "spec", Shown::Map(spec));
    let mut status = own.map(|own| Shown::entries(own.get("status"))).unwrap_or_default();
    let phase = if pod.phase == Phase::Finished { "Succeeded" } else { "Running" };
    default(&mut status, "phase", || Shown::text(phase));
    if let Some(first) = pod.addresses.first() {
        default(&mut status, "podIP", || Shown::text(first.to_string()));
        default(&mut status, "podIPs", || texts(pod.addresses, "ip"));
    }
    set(&mut object, "status", Shown::Map(status));
    Shown::Map(object)
}

/// A service, with its type and its addresses.
pub(super) fn service<'s>(cluster: &'s Cluster, service: &'s Service, value: &'s Value) -> Shown<'s> {
    let namespace = cluster.namespaces[service.namespace].name.as_ref();
    let mut object = match value {
        Value::Null => made("v1", "Service", named(&service.name, namespace)),
        value => entries(value, namespace),
    };
    let mut spec = Shown::entries(value.get("spec"));
    let (kind, address, _) = rows::addresses(service);
    if !matches!(service.kind, ServiceKind::ExternalName(_)) {
        default(&mut spec, "clusterIP", || Shown::text(address));
    }
    if let ServiceKind::Proxied { cluster_ips, .. } = &service.kind {
        let addresses = cluster_ips.iter().map(|it| Shown::text(it.to_string()));
        default(&mut spec, "clusterIPs", || Shown::List(addresses.collect()));
    }
    default(&mut spec, "ports", || {
        Shown::List(
            service
                .ports
                .iter()
                .map(|port| {
                    let mut shown = vec![
                        ("port", Shown::number(port.port.number)),
                        ("protocol", Shown::text(port.port.protocol.to_string())),
                    ];
                    if !port.name.is_empty() {
                        shown.push(("name", Shown::text(port.name.as_ref())));
                    }
                    shown.push((
                        "targetPort",
                        match &port.target {
                            TargetPort::Number(number) => Shown::number(*number),
                            TargetPort::Name(name) => Shown::text(name.as_ref()),
                        },
                    ));
                    Shown::Map(shown)
                })
                .collect(),
        )
    });
    default(&mut spec, "type", || Shown::text(kind));
    set(&mut object, "spec", Shown::Map(spec));
    Shown::Map(object)
}

/// Where a service leads, ready ends alone.
pub(super) fn endpoints<'s>(cluster: &'s Cluster, service: &'s Service, _: &'s Value) -> Shown<'s> {
    let namespace = cluster.namespaces[service.namespace].name.as_ref();
    let mut object = made("v1", "Endpoints", named(&service.name, namespace));
    let (addresses, ports): (Vec<Shown<'s>>, Vec<Shown<'s>>) = match &service.backends {
        Backends::Selected(pods) => {
            let ready = || pods.iter().filter(|pod| cluster.pods[**pod].phase == Phase::Ready);
            let address = |pod| {
                let pod = &cluster.pods[pod];
                let target = Shown::Map(
                    [("kind", Shown::text("Pod"))].into_iter().chain(named(&pod.name, namespace)).collect(),
                );
                Some(Shown::Map(vec![
                    ("ip", Shown::text(pod.addresses.first()?.to_string())),
                    ("targetRef", target),
                ]))
            };
            let ports = service.ports.iter().filter_map(|port| {
                let number = ready().find_map(|pod| cluster.target_on(port, *pod))?.number;
                Some(end_port(&port.name, number, &port.port.protocol.to_string()))
            });
            (ready().filter_map(|pod| address(*pod)).collect(), ports.collect())
        }
        Backends::Listed(listed) => {
            let address = |end: &netpol_engine::ListedEndpoint| {
                Shown::Map(vec![("ip", Shown::text(end.address.to_string()))])
            };
            let ports = listed.first().into_iter().flat_map(|end| end.ports.iter());
            let ports = ports.map(|(name, port)| end_port(name, port.number, &port.protocol.to_string()));
            (listed.iter().map(address).collect(), ports.collect())
        }
    };
    if !addresses.is_empty() {
        let subset = vec![("addresses", Shown::List(addresses)), ("ports", Shown::List(ports))];
        object.push(("subsets", Shown::List(vec![Shown::Map(subset)])));
    }
    Shown::Map(object)
}

fn end_port<'s>(name: &'s str, number: u16, protocol: &str) -> Shown<'s> {
    let mut shown = vec![("port", Shown::number(number)), ("protocol", Shown::text(protocol.to_owned()))];
    if !name.is_empty() {
        shown.push(("name", Shown::text(name)));
    }
    Shown::Map(shown)
}

/// The ReplicaSet that a Deployment made for its pods, of which this is one.
pub(super) fn replica_set<'s>(name: &'s str, deployment: &'s Value, pod: &PodView<'s>) -> Shown<'s> {
    let mut metadata = named(name, pod.namespace);
    metadata.push(("labels", labels(pod.labels.iter())));
    let mut object = made("apps/v1", "ReplicaSet", metadata);
    let spec = deployment.get("spec");
    let kept = ["replicas", "selector", "template"].into_iter().filter(|key| !spec.get(key).is_null());
    object.push(("spec", Shown::Map(kept.map(|key| (key, Shown::Written(spec.get(key)))).collect())));
    Shown::Map(object)
}

pub(super) fn namespace<'s>(name: &'s str, own: &[(&'s str, &'s str)]) -> Shown<'s> {
    let metadata = vec![("labels", labels(own.iter().copied())), ("name", Shown::text(name))];
    let mut object = made("v1", "Namespace", metadata);
    object.push(("spec", Shown::Map(vec![("finalizers", Shown::List(vec![Shown::text("kubernetes")]))])));
    object.push(("status", Shown::Map(vec![("phase", Shown::text("Active"))])));
    Shown::Map(object)
}

pub(super) fn node(node: &Node) -> Shown<'_> {
    let address = |kind, address: String| {
        Shown::Map(vec![("address", Shown::text(address)), ("type", Shown::text(kind))])
    };
    let own = node.addresses.iter().map(|it| address("InternalIP", it.to_string()));
    let addresses = own.chain([address("Hostname", node.name.to_string())]);
    let mut object = made("v1", "Node", vec![("name", Shown::text(node.name.as_ref()))]);
    object.push(("status", Shown::Map(vec![("addresses", Shown::List(addresses.collect()))])));
    Shown::Map(object)
}
