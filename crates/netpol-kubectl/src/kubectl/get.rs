//! `kubectl get`: tables as the API server's printers make them (`pkg/printers/internalversion/printers.go`), names, YAML
//! and JSON.

use std::collections::{HashMap, HashSet};

use netpol_engine::{Backends, ExposedBy, Phase, Service, ServiceKind, TargetPort};

use netpol_lessons::ObjectRef;

use super::selector::{self, Selector};
use super::{Call, Wanted, flags, wanted};
use crate::args::Flags;
use crate::pods::{self, PodView, replica_set};
use crate::resource::Resource;
use crate::shell::{Done, Shell};
use crate::table::table;
use crate::value::Value;

pub(super) const FLAGS: Flags = flags!(
    values: [("output", Some('o')), ("selector", Some('l')), ("field-selector", None), ("sort-by", None), ("filename", Some('f'))],
    switches: [
        ("all-namespaces", Some('A')),
        ("show-labels", None),
        ("no-headers", None),
        ("watch", Some('w')),
        ("ignore-not-found", None),
        ("show-kind", None),
    ]
);

/// How old everything is: nothing here reads a clock.
pub(super) const AGE: &str = "1m";

/// A row of a table, and the object behind it.
struct Row {
    namespace: String,
    name: String,
    labels: Vec<(String, String)>,
    /// Cells behind the name; those only of `-o wide` apart.
    cells: Vec<String>,
    wide: Vec<String>,
    /// As `-o yaml` shows it, where that is asked for.
    value: Value,
}

/// The headings behind the name, and those of `-o wide`.
struct Headings(&'static [&'static str], &'static [&'static str]);

pub(super) fn run(shell: &mut Shell, call: &Call<'_>) -> Done {
    let wanted = match wanted(call) {
        Ok(wanted) => wanted,
        Err(done) => return done,
    };
    let everywhere = call.args.has("all-namespaces");
    let namespace = call.namespace(shell);
    let selector = match call.args.value("selector").map(Selector::read) {
        Some(None) => {
            return Done::fail(
                1,
                format!(
                    "Error from server (BadRequest): unable to parse requirement: {}",
                    call.args.value("selector").unwrap_or_default()
                ),
            );
        }
        Some(selector) => selector,
        None => None,
    };
    let output = call.args.value("output").unwrap_or_default();
    let known = ["", "wide", "yaml", "json", "name"];
    if !known.contains(&output) && !output.starts_with("jsonpath") && !output.starts_with("custom-columns") {
        return Done::fail(
            1,
            format!(
                "error: unable to match a printer suitable for the output format \"{output}\", allowed formats are: json,name,wide,yaml"
            ),
        );
    }
    if output.starts_with("jsonpath") || output.starts_with("custom-columns") {
        return Done::fail(
            1,
            format!(
                "error: -o {} is not played here: there are wide, yaml, json and name",
                output.split('=').next().unwrap_or(output)
            ),
        );
    }
    // One table for each kind, in the order in which they are named; of several, names have their kind before them.
    let mut groups: Vec<(&'static Resource, Vec<Row>)> = Vec::new();
    let mut done = Done::default();
    if wanted.iter().any(|it| it.resource.kind == "Endpoints") {
        done.err.push_str(
            "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n",
        );
    }
    for Wanted { resource, name } in &wanted {
        let mut rows = rows(shell, resource, matches!(output, "yaml" | "json"));
        let is_here = |row: &Row| !resource.is_namespaced || everywhere || row.namespace == namespace;
        match name {
            Some(name) => {
                rows.retain(|row| {
                    row.name == *name && (!resource.is_namespaced || row.namespace == namespace)
                });
                if rows.is_empty() {
                    if !call.args.has("ignore-not-found") {
                        done.err.push_str(&format!("{}\n", resource.not_found(name)));
                        done.status = 1;
                    }
                    continue;
                }
            }
            None => {
                rows.retain(|row| is_here(row) && selector.as_ref().is_none_or(|it| it.matches(&row.labels)))
            }
        }
        match groups.iter_mut().find(|(known, _)| known == resource) {
            Some((_, known)) => known.extend(rows),
            None => groups.push((resource, rows)),
        }
    }
    groups.retain(|(_, rows)| !rows.is_empty());
    if groups.is_empty() {
        if done.status == 0 && !call.args.has("ignore-not-found") {
            let is_namespaced = wanted.iter().any(|it| it.resource.is_namespaced);
            done.err.push_str(&if is_namespaced && !everywhere {
                format!("No resources found in {namespace} namespace.\n")
            } else {
                "No resources found\n".to_owned()
            });
        }
        return done;
    }
    done.out = match output {
        "name" => {
            let names = groups.iter().flat_map(|(resource, rows)| {
                rows.iter().map(|row| format!("{}/{}\n", resource.qualified(), row.name))
            });
            names.collect()
        }
        "yaml" | "json" => {
            let values: Vec<Value> =
                groups.into_iter().flat_map(|(_, rows)| rows).map(|row| row.value).collect();
            let is_one = wanted.len() == 1 && wanted.iter().all(|it| it.name.is_some());
            let whole = match (is_one, values.first()) {
                (true, Some(only)) => only.clone(),
                _ => Value::map([
                    ("apiVersion", Value::text("v1")),
                    ("items", Value::List(values)),
                    ("kind", Value::text("List")),
                    ("metadata", Value::map([("resourceVersion", Value::text(""))])),
                ]),
            };
            if output == "yaml" { whole.to_yaml() } else { whole.to_json() }
        }
        output => {
            let many = groups.len() > 1
                || wanted
                    .iter()
                    .any(|it| it.resource != wanted.first().map_or(it.resource, |first| first.resource));
            let tables: Vec<String> = groups
                .iter()
                .map(|(resource, rows)| one_table(resource, rows, call, many, (output == "wide", everywhere)))
                .collect();
            tables.join("\n")
        }
    };
    done
}

fn one_table(
    resource: &Resource,
    rows: &[Row],
    call: &Call<'_>,
    many: bool,
    (wide, everywhere): (bool, bool),
) -> String {
    let Headings(plain, more) = headings(resource.kind);
    let with_namespace = everywhere && resource.is_namespaced;
    let mut heads: Vec<&str> = Vec::new();
    if with_namespace {
        heads.push("NAMESPACE");
    }
    heads.push("NAME");
    heads.extend(plain);
    if wide {
        heads.extend(more);
    }
    if call.args.has("show-labels") {
        heads.push("LABELS");
    }
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let name = if many || call.args.has("show-kind") {
                format!("{}/{}", resource.qualified(), row.name)
            } else {
                row.name.clone()
            };
            let mut line: Vec<String> = with_namespace.then(|| row.namespace.clone()).into_iter().collect();
            line.push(name);
            line.extend(row.cells.iter().cloned());
            if wide {
                line.extend(row.wide.iter().cloned());
            }
            if call.args.has("show-labels") {
                line.push(joined(&row.labels));
            }
            line
        })
        .collect();
    let text = table(&heads, &lines);
    if call.args.has("no-headers") {
        text.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned())
    } else {
        text
    }
}

/// `a=b,c=d`, or `<none>`.
pub(super) fn joined(labels: &[(String, String)]) -> String {
    if labels.is_empty() {
        return "<none>".to_owned();
    }
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

fn headings(kind: &str) -> Headings {
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
fn rows(shell: &Shell, resource: &Resource, with_values: bool) -> Vec<Row> {
    let mut rows: Vec<Row> = match resource.kind {
        "Pod" => pods::all(shell).iter().map(|pod| pod_row(shell, pod, with_values)).collect(),
        "Service" => services(shell, service_row),
        "Endpoints" => services(shell, endpoints_row),
        "Namespace" => namespaces(shell),
        "Node" => nodes(shell),
        "ReplicaSet" => replica_sets(shell),
        kind => written(shell, kind),
    };
    netpol_syntax::order::sort_by(&mut rows, |one, other| {
        (&one.namespace, &one.name).cmp(&(&other.namespace, &other.name))
    });
    rows
}

fn own(labels: &[(&str, &str)]) -> Vec<(String, String)> {
    labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// An object as the API server would give it back: with its namespace.
fn stored(value: &Value, namespace: &str) -> Value {
    let mut value = value.clone();
    if let Some(metadata) = value.get_mut("metadata")
        && !namespace.is_empty()
    {
        metadata.set("namespace", Value::text(namespace));
    }
    value
}

pub(super) fn pod_value(shell: &Shell, pod: &PodView<'_>) -> Value {
    if let Some(object) =
        pod.written.as_ref().filter(|it| it.kind == "Pod").and_then(|it| shell.store.object(it))
    {
        return stored(&object.value, &pod.namespace);
    }
    let labels = pod.labels.iter().map(|(key, value)| (key.clone(), Value::text(value))).collect();
    Value::map([
        ("apiVersion", Value::text("v1")),
        ("kind", Value::text("Pod")),
        (
            "metadata",
            Value::map([
                ("labels", Value::Map(labels)),
                ("name", Value::text(&pod.name)),
                ("namespace", Value::text(&pod.namespace)),
            ]),
        ),
        ("spec", pod.spec.clone()),
        (
            "status",
            Value::map([
                ("phase", Value::text(if pod.phase == Phase::Finished { "Succeeded" } else { "Running" })),
                ("podIP", Value::text(pod.addresses.first().cloned().unwrap_or_default())),
            ]),
        ),
    ])
}

fn pod_row(shell: &Shell, pod: &PodView<'_>, with_value: bool) -> Row {
    let none = || "<none>".to_owned();
    Row {
        namespace: pod.namespace.clone(),
        name: pod.name.clone(),
        labels: pod.labels.clone(),
        cells: vec![pod.ready(), pod.status().to_owned(), "0".to_owned(), AGE.to_owned()],
        wide: vec![
            pod.addresses.first().cloned().unwrap_or_else(none),
            pod.node.clone().unwrap_or_else(none),
            none(),
            none(),
        ],
        value: if with_value { pod_value(shell, pod) } else { Value::Null },
    }
}

/// Cells behind the name, and those only of `-o wide`.
type Cells = (Vec<String>, Vec<String>);

/// A row for each service, made from the engine's and, where it is written, the object.
fn services(shell: &Shell, row: fn(&Shell, &Service, &Value) -> Cells) -> Vec<Row> {
    let cluster = &shell.store.analysis().cluster;
    let rows = cluster.services.rows().iter().map(|service| {
        let namespace = cluster.namespaces[service.namespace].name.to_string();
        let reference = ObjectRef::new("Service", Some(&namespace), &service.name);
        let value = shell.store.object(&reference).map_or(Value::Null, |object| object.value.clone());
        let (cells, wide) = row(shell, service, &value);
        let labels = own(&value.at("metadata.labels").texts());
        Row {
            name: service.name.to_string(),
            labels,
            cells,
            wide,
            value: stored(&value, &namespace),
            namespace,
        }
    });
    rows.collect()
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

fn service_row(_: &Shell, service: &Service, value: &Value) -> Cells {
    let (kind, address, outside) = addresses(service);
    let ports: Vec<String> = service
        .ports
        .iter()
        .map(|port| match port.node_port {
            Some(node) => format!("{}:{node}/{}", port.port.number, port.port.protocol),
            None => format!("{}/{}", port.port.number, port.port.protocol),
        })
        .collect();
    let ports = if ports.is_empty() { "<none>".to_owned() } else { ports.join(",") };
    let selector = joined(&own(&value.at("spec.selector").texts()));
    (vec![kind.to_owned(), address, outside, ports, AGE.to_owned()], vec![selector])
}

/// The addresses and ports that a service leads to, each pod's for each of the ports that have this name.
pub(super) fn endpoints(shell: &Shell, service: &Service, port_name: Option<&str>) -> Vec<String> {
    let cluster = &shell.store.analysis().cluster;
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

fn endpoints_row(shell: &Shell, service: &Service, _: &Value) -> Cells {
    (vec![few(&endpoints(shell, service, None)), AGE.to_owned()], Vec::new())
}

fn namespaces(shell: &Shell) -> Vec<Row> {
    let cluster = &shell.store.analysis().cluster;
    let mut rows: Vec<Row> = cluster
        .namespaces
        .rows()
        .iter()
        .map(|namespace| {
            let labels: Vec<(String, String)> =
                namespace.labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
            namespace_row(&namespace.name, labels)
        })
        .collect();
    if rows.iter().all(|row| row.name != "default") {
        rows.push(namespace_row(
            "default",
            vec![("kubernetes.io/metadata.name".to_owned(), "default".to_owned())],
        ));
    }
    rows
}

fn namespace_row(name: &str, labels: Vec<(String, String)>) -> Row {
    let map = labels.iter().map(|(key, value)| (key.clone(), Value::text(value))).collect();
    Row {
        namespace: String::new(),
        name: name.to_owned(),
        cells: vec!["Active".to_owned(), AGE.to_owned()],
        wide: Vec::new(),
        value: Value::map([
            ("apiVersion", Value::text("v1")),
            ("kind", Value::text("Namespace")),
            ("metadata", Value::map([("labels", Value::Map(map)), ("name", Value::text(name))])),
            ("spec", Value::map([("finalizers", Value::List(vec![Value::text("kubernetes")]))])),
            ("status", Value::map([("phase", Value::text("Active"))])),
        ]),
        labels,
    }
}

fn nodes(shell: &Shell) -> Vec<Row> {
    let nodes = shell.store.analysis().cluster.nodes.rows().iter().map(|node| Row {
        namespace: String::new(),
        name: node.name.to_string(),
        labels: Vec::new(),
        cells: vec!["Ready".to_owned(), "<none>".to_owned(), AGE.to_owned(), "v1.36.0".to_owned()],
        wide: vec![node.addresses.first().map_or_else(|| "<none>".to_owned(), ToString::to_string)],
        value: Value::map([
            ("apiVersion", Value::text("v1")),
            ("kind", Value::text("Node")),
            ("metadata", Value::map([("name", Value::text(node.name.as_ref()))])),
        ]),
    });
    nodes.collect()
}

/// Names and images of a template's containers, as `-o wide` shows them.
fn containers(spec: &Value) -> (String, String) {
    let of = |key: &str| {
        let all = spec.get("containers").items().iter().filter_map(|it| it.get(key).printed());
        all.collect::<Vec<_>>().join(",")
    };
    (of("name"), of("image"))
}

/// The ReplicaSets that deployments make.
fn replica_sets(shell: &Shell) -> Vec<Row> {
    let mut rows: Vec<Row> = written(shell, "ReplicaSet");
    let objects = shell.store.by_reference();
    for pod in pods::all(shell) {
        let Some(deployment) = pod.written.as_ref().filter(|it| it.kind == "Deployment") else { continue };
        let name = replica_set(&pod.name);
        // Pods come by their names, those of one set together.
        if let Some(row) = rows.last_mut().filter(|row| row.namespace == pod.namespace && row.name == name) {
            if let Some(count) = row.cells.first().and_then(|cell| cell.parse::<usize>().ok()) {
                let count = (count + 1).to_string();
                row.cells = vec![count.clone(), count.clone(), count, AGE.to_owned()];
            }
            continue;
        }
        let object = objects.get(deployment).map_or(Value::Null, |object| object.value.clone());
        let (names, images) = containers(pod.spec);
        rows.push(Row {
            namespace: pod.namespace.clone(),
            name: name.to_owned(),
            labels: pod.labels.clone(),
            cells: vec!["1".to_owned(), "1".to_owned(), "1".to_owned(), AGE.to_owned()],
            wide: vec![names, images, selector::format(object.at("spec.selector"))],
            value: stored(&object, &pod.namespace),
        });
    }
    rows
}

/// Objects of a kind as they are written.
fn written(shell: &Shell, kind: &str) -> Vec<Row> {
    let has_pods = matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job");
    // How many pods each has, and how many of them are ready.
    let mut counts: HashMap<ObjectRef, (usize, usize)> = HashMap::new();
    for pod in has_pods.then(|| pods::all(shell)).into_iter().flatten() {
        if let Some(written) = pod.written {
            let (count, ready) = counts.entry(written).or_default();
            *count += 1;
            *ready += usize::from(pod.phase == Phase::Ready);
        }
    }
    let mut seen: HashSet<&ObjectRef> = HashSet::new();
    let mut rows = Vec::new();
    for object in shell.store.objects().filter(|object| object.reference.kind == kind) {
        if !seen.insert(&object.reference) {
            continue;
        }
        let value = &object.value;
        let namespace = object.reference.namespace.clone().unwrap_or_default();
        let (count, ready) = counts.get(&object.reference).copied().unwrap_or_default();
        let template = value.at("spec.template.spec");
        let (names, images) = containers(template);
        let select = selector::format(value.at("spec.selector"));
        let age = AGE.to_owned();
        let (cells, wide) = match kind {
            "NetworkPolicy" => (vec![selector::format(value.at("spec.podSelector")), age], Vec::new()),
            "Deployment" => (
                vec![format!("{ready}/{count}"), count.to_string(), ready.to_string(), age],
                vec![names, images, select],
            ),
            "ReplicaSet" => (
                vec![count.to_string(), count.to_string(), ready.to_string(), age],
                vec![names, images, select],
            ),
            "StatefulSet" => (vec![format!("{ready}/{count}"), age], vec![names, images]),
            "DaemonSet" => {
                let count = count.to_string();
                let ready = ready.to_string();
                let node = joined(&own(&value.at("spec.template.spec.nodeSelector").texts()));
                (
                    vec![count.clone(), count.clone(), ready.clone(), count, ready, node, age],
                    vec![names, images, select],
                )
            }
            _ => (vec![age], Vec::new()),
        };
        rows.push(Row {
            name: object.reference.name.clone(),
            labels: own(&value.at("metadata.labels").texts()),
            cells,
            wide,
            value: stored(value, &namespace),
            namespace,
        });
    }
    rows
}
