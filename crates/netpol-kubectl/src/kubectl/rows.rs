//! The rows of `kubectl get`, as the API server's printers make them
//! (`pkg/printers/internalversion/printers.go`), and the objects behind them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use netpol_engine::{Backends, Cluster, ExposedBy, Labels, Phase, Service, ServiceKind, TargetPort};
use netpol_lessons::ObjectRef;

use super::{selector, stored};
use crate::parts::Object;
use crate::pods::{Listing, PodView, replica_set};
use crate::print::Shown;
use crate::resource::Resource;
use crate::value::{NOTHING, Value};

/// How old everything is: nothing here reads a clock. `kubectl` tells seconds up to this age (`HumanDuration`).
const AGE: Cow<'static, str> = Cow::Borrowed("2m");
const NONE: Cow<'static, str> = Cow::Borrowed("<none>");

/// A row of a table, and the object behind it.
pub(super) struct Row<'s> {
    pub(super) namespace: &'s str,
    pub(super) name: &'s str,
    /// By their keys.
    pub(super) labels: Vec<(&'s str, &'s str)>,
    /// Cells behind the name, those of `-o wide` last.
    pub(super) cells: Vec<Cow<'s, str>>,
    /// As `-o yaml` shows it, where that is asked for.
    pub(super) shown: Shown<'s>,
}

/// What is asked for besides names.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// The cells of a table.
    pub(super) has_cells: bool,
    /// Those of `-o wide`, too.
    pub(super) is_wide: bool,
    /// The objects.
    pub(super) has_objects: bool,
}

impl Form {
    /// An object, where they are asked for.
    fn object<'s>(self, object: impl FnOnce() -> Shown<'s>) -> Shown<'s> {
        if self.has_objects { object() } else { Shown::NOTHING }
    }
}

/// The headings behind the name, and those of `-o wide`.
pub(super) struct Headings(pub(super) &'static [&'static str], pub(super) &'static [&'static str]);

pub(super) fn headings(kind: &str) -> Headings {
    match kind {
        "Pod" => Headings(
            &["READY", "STATUS", "RESTARTS", "AGE"],
            &["IP", "NODE", "NOMINATED NODE", "READINESS GATES"],
        ),
        "Service" => Headings(&["TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"], &["SELECTOR"]),
        "Namespace" => Headings(&["STATUS", "AGE"], &[]),
        "Node" => Headings(&["STATUS", "ROLES", "AGE", "VERSION"], &["INTERNAL-IP"]),
        "NetworkPolicy" => Headings(&["POD-SELECTOR", "AGE"], &[]),
        "Endpoints" => Headings(&["ENDPOINTS", "AGE"], &[]),
        "Deployment" => {
            Headings(&["READY", "UP-TO-DATE", "AVAILABLE", "AGE"], &["CONTAINERS", "IMAGES", "SELECTOR"])
        }
        "ReplicaSet" => {
            Headings(&["DESIRED", "CURRENT", "READY", "AGE"], &["CONTAINERS", "IMAGES", "SELECTOR"])
        }
        "StatefulSet" => Headings(&["READY", "AGE"], &["CONTAINERS", "IMAGES"]),
        "DaemonSet" => Headings(
            &["DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE", "NODE SELECTOR", "AGE"],
            &["CONTAINERS", "IMAGES", "SELECTOR"],
        ),
        _ => Headings(&["AGE"], &[]),
    }
}

/// All objects of a kind, by namespace and name.
pub(super) fn rows<'s>(listing: &Listing<'s>, resource: &Resource, form: Form) -> Vec<Row<'s>> {
    let mut rows: Vec<Row<'s>> = match resource.kind {
        "Pod" => listing.pods().iter().map(|pod| pod_row(pod, form)).collect(),
        "Service" => services(listing, form, service_cells, stored::service),
        "Endpoints" => services(listing, form, endpoints_cells, stored::endpoints),
        "Namespace" => namespaces(listing),
        "Node" => nodes(listing),
        "ReplicaSet" => replica_sets(listing, form),
        kind => written(listing, kind, form),
    };
    netpol_syntax::order::sort_by_key(&mut rows, |row| (row.namespace, row.name));
    rows
}

fn pairs(labels: &Labels) -> Vec<(&str, &str)> {
    labels.iter().collect()
}

fn pod_row<'s>(pod: &PodView<'s>, form: Form) -> Row<'s> {
    let mut cells: Vec<Cow<'s, str>> = Vec::new();
    if form.has_cells {
        cells.extend([pod.ready().into(), pod.status().into(), "0".into(), AGE]);
    }
    if form.is_wide {
        let address = pod.addresses.first().map_or(NONE, |it| it.to_string().into());
        cells.extend([address, pod.node.map_or(NONE, Cow::Borrowed), NONE, NONE]);
    }
    Row {
        namespace: pod.namespace,
        name: pod.name,
        labels: pairs(pod.labels),
        cells,
        shown: form.object(|| stored::pod(pod)),
    }
}

/// What makes the cells of a service's row, those of `-o wide` last, from the engine's and the written object.
type Cells<'s> = fn(&'s Cluster, &'s Service, &'s Value) -> Vec<Cow<'s, str>>;

/// What makes the object of it, likewise.
type Whole<'s> = fn(&'s Cluster, &'s Service, &'s Value) -> Shown<'s>;

/// A row for each service, made from the engine's and, where it is written, the object.
fn services<'s>(listing: &Listing<'s>, form: Form, cells: Cells<'s>, whole: Whole<'s>) -> Vec<Row<'s>> {
    let cluster = listing.cluster;
    let rows = cluster.services.rows().iter().map(|service| {
        let namespace = cluster.namespaces[service.namespace].name.as_ref();
        let object = listing.object("Service", namespace, &service.name);
        let value = object.map_or(&NOTHING, |object| &object.value);
        Row {
            namespace,
            name: &service.name,
            labels: value.at("metadata.labels").texts(),
            cells: if form.has_cells { cells(cluster, service, value) } else { Vec::new() },
            shown: form.object(|| whole(cluster, service, value)),
        }
    });
    rows.collect()
}

/// `a=b,c=d`, or `<none>`.
pub(super) fn joined<'s>(labels: &[(&str, &str)]) -> Cow<'s, str> {
    if labels.is_empty() {
        return NONE;
    }
    let mut out = String::new();
    for (at, (key, value)) in labels.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        out.push_str(key);
        out.push('=');
        out.push_str(value);
    }
    out.into()
}

/// `ClusterIP`, `None`, an address; what comes from outside; the type.
pub(super) fn addresses(service: &Service) -> (&'static str, String, String) {
    let none = || "<none>".to_owned();
    match &service.kind {
        ServiceKind::Headless => ("ClusterIP", "None".to_owned(), none()),
        ServiceKind::ExternalName(name) => ("ExternalName", none(), name.to_string()),
        ServiceKind::Proxied { cluster_ips, exposure, .. } => {
            let address = cluster_ips.first().map_or_else(none, ToString::to_string);
            let outside: Vec<String> = exposure.addresses.iter().map(ToString::to_string).collect();
            match exposure.by {
                ExposedBy::LoadBalancer if outside.is_empty() => {
                    ("LoadBalancer", address, "<pending>".to_owned())
                }
                ExposedBy::LoadBalancer => ("LoadBalancer", address, outside.join(",")),
                ExposedBy::NodePort => ("NodePort", address, none()),
                ExposedBy::ExternalIps => ("ClusterIP", address, outside.join(",")),
                ExposedBy::Nothing => ("ClusterIP", address, none()),
            }
        }
    }
}

fn service_cells<'s>(_: &'s Cluster, service: &'s Service, value: &'s Value) -> Vec<Cow<'s, str>> {
    let (kind, address, outside) = addresses(service);
    let mut ports = String::new();
    for (at, port) in service.ports.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = match port.node_port {
            Some(node) => write!(ports, "{comma}{}:{node}/{}", port.port.number, port.port.protocol),
            None => write!(ports, "{comma}{}/{}", port.port.number, port.port.protocol),
        };
    }
    let ports = if ports.is_empty() { NONE } else { ports.into() };
    let selector = joined(&value.at("spec.selector").texts());
    vec![kind.into(), address.into(), outside.into(), ports, AGE, selector]
}

/// The addresses and ports that a service leads to, each pod's for each of the ports that have this name.
pub(super) fn endpoints(cluster: &Cluster, service: &Service, port_name: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    for port in service.ports.iter().filter(|port| port_name.is_none_or(|name| *port.name == *name)) {
        match &service.backends {
            Backends::Selected(pods) => {
                let ready = pods.iter().filter(|pod| cluster.pods[**pod].phase == Phase::Ready);
                for pod in ready {
                    let address = cluster.pods[*pod].addresses.first();
                    if let (Some(address), Some(target)) = (address, cluster.target_on(port, *pod)) {
                        found.push(format!("{address}:{}", target.number));
                    }
                }
            }
            Backends::Listed(listed) => found.extend(listed.iter().flat_map(|end| {
                let number = match &port.target {
                    TargetPort::Number(number) => *number,
                    TargetPort::Name(_) => port.port.number,
                };
                let own = end.ports.iter().find(|(name, _)| *name == port.name).map(|(_, port)| port.number);
                Some(format!("{}:{}", end.address, own.unwrap_or(number)))
            })),
        }
    }
    found
}

/// At most three, and how many more: `formatEndpoints`.
pub(super) fn few(endpoints: &[String]) -> String {
    match endpoints {
        [] => "<none>".to_owned(),
        all if all.len() <= 3 => all.join(","),
        all => format!("{} + {} more...", all.get(..3).unwrap_or_default().join(","), all.len() - 3),
    }
}

fn endpoints_cells<'s>(cluster: &'s Cluster, service: &'s Service, _: &'s Value) -> Vec<Cow<'s, str>> {
    vec![few(&endpoints(cluster, service, None)).into(), AGE]
}

fn namespaces<'s>(listing: &Listing<'s>) -> Vec<Row<'s>> {
    let namespaces = listing.cluster.namespaces.rows().iter();
    let mut rows: Vec<Row<'s>> =
        namespaces.map(|namespace| namespace_row(&namespace.name, pairs(&namespace.labels))).collect();
    if rows.iter().all(|row| row.name != "default") {
        rows.push(namespace_row("default", vec![("kubernetes.io/metadata.name", "default")]));
    }
    rows
}

fn namespace_row<'s>(name: &'s str, labels: Vec<(&'s str, &'s str)>) -> Row<'s> {
    Row {
        namespace: "",
        name,
        cells: vec!["Active".into(), AGE],
        shown: stored::namespace(name, &labels),
        labels,
    }
}

fn nodes<'s>(listing: &Listing<'s>) -> Vec<Row<'s>> {
    let nodes = listing.cluster.nodes.rows().iter().map(|node| Row {
        namespace: "",
        name: &node.name,
        labels: Vec::new(),
        cells: vec![
            "Ready".into(),
            NONE,
            AGE,
            "v1.36.0".into(),
            node.addresses.first().map_or(NONE, |it| it.to_string().into()),
        ],
        shown: stored::node(node),
    });
    nodes.collect()
}

/// Names and images of a template's containers, as `-o wide` shows them.
fn containers(spec: &Value) -> [Cow<'_, str>; 2] {
    ["name", "image"].map(|key| {
        let mut all = spec.get("containers").items().iter().filter_map(|it| it.get(key).printed());
        match (all.next(), all.next()) {
            (None, _) => "".into(),
            (Some(only), None) => only.into(),
            (Some(one), Some(other)) => {
                [one, other].into_iter().chain(all).collect::<Vec<_>>().join(",").into()
            }
        }
    })
}

/// The ReplicaSets that are written, and those that deployments make.
fn replica_sets<'s>(listing: &Listing<'s>, form: Form) -> Vec<Row<'s>> {
    let mut rows = written(listing, "ReplicaSet", form);
    let made = |pod: &PodView<'s>| pod.written.is_some_and(|it| it.reference.kind == "Deployment");
    // Pods come by their names, those of one set together.
    let of_one = |one: &PodView<'s>, other: &PodView<'s>| {
        one.namespace == other.namespace && replica_set(one.name) == replica_set(other.name)
    };
    let pods: Vec<&PodView<'s>> = listing.pods().iter().filter(|pod| made(pod)).collect();
    for set in pods.chunk_by(|one, other| of_one(one, other)) {
        let Some((pod, deployment)) = set.first().and_then(|pod| Some((pod, pod.written?))) else { continue };
        let name = replica_set(pod.name);
        let mut count = set.len();
        // One that is written counts them, too.
        let known = rows.last_mut().filter(|row| row.namespace == pod.namespace && row.name == name);
        if let Some(Row { cells, .. }) = known {
            count += cells.first().and_then(|cell| cell.parse::<usize>().ok()).unwrap_or_default();
            cells.iter_mut().take(3).for_each(|cell| *cell = count.to_string().into());
            continue;
        }
        let count: Cow<'s, str> = count.to_string().into();
        let mut cells = vec![count.clone(), count.clone(), count, AGE];
        if form.is_wide {
            cells.extend(containers(pod.spec));
            cells.push(selector::format(deployment.value.at("spec.selector")).into());
        }
        rows.push(Row {
            namespace: pod.namespace,
            name,
            labels: pairs(pod.labels),
            cells,
            shown: form.object(|| stored::replica_set(name, &deployment.value, pod)),
        });
    }
    rows
}

/// Objects of a kind as they are written.
fn written<'s>(listing: &Listing<'s>, kind: &str, form: Form) -> Vec<Row<'s>> {
    let mut seen: HashSet<&ObjectRef> = HashSet::new();
    let mut rows = Vec::new();
    for object in listing.shell.store.objects().filter(|object| object.reference.kind == kind) {
        if !seen.insert(&object.reference) {
            continue;
        }
        let value = &object.value;
        let namespace = object.reference.namespace.as_deref().unwrap_or_default();
        rows.push(Row {
            name: &object.reference.name,
            labels: value.at("metadata.labels").texts(),
            cells: if form.has_cells { written_cells(listing, object, form) } else { Vec::new() },
            shown: form.object(|| stored::object(value, namespace)),
            namespace,
        });
    }
    rows
}

fn written_cells<'s>(listing: &Listing<'s>, object: &'s Object, form: Form) -> Vec<Cow<'s, str>> {
    let value = &object.value;
    let count = |count: usize| Cow::<'s, str>::from(count.to_string());
    let (all, ready) = match object.reference.kind.as_str() {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => listing.counts(object),
        _ => (0, 0),
    };
    let mut cells: Vec<Cow<'s, str>> = match object.reference.kind.as_str() {
        "NetworkPolicy" => return vec![selector::format(value.at("spec.podSelector")).into(), AGE],
        "Deployment" => vec![format!("{ready}/{all}").into(), count(all), count(ready), AGE],
        "ReplicaSet" => vec![count(all), count(all), count(ready), AGE],
        "StatefulSet" => vec![format!("{ready}/{all}").into(), AGE],
        "DaemonSet" => {
            let node = joined(&value.at("spec.template.spec.nodeSelector").texts());
            vec![count(all), count(all), count(ready), count(all), count(ready), node, AGE]
        }
        _ => return vec![AGE],
    };
    if form.is_wide {
        cells.extend(containers(value.at("spec.template.spec")));
        if object.reference.kind != "StatefulSet" {
            cells.push(selector::format(value.at("spec.selector")).into());
        }
    }
    cells
}
