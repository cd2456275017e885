//! `kubectl describe`, as `k8s.io/kubectl/pkg/describe/describe.go` prints it, without what depends on time.

use std::fmt::Write;

use netpol_engine::TargetPort;

use super::get::{addresses, endpoints, few};
use super::selector::{self, Selector};
use super::{Call, Wanted, flags, wanted};
use crate::args::Flags;
use crate::pods::{self, PodView};
use crate::resource::Resource;
use crate::shell::{Done, Shell};
use crate::table::tabbed;
use crate::value::Value;

pub(super) const FLAGS: Flags = flags!(
    values: [("selector", Some('l')), ("filename", Some('f'))],
    switches: [("all-namespaces", Some('A')), ("show-events", None)]
);

pub(super) fn run(shell: &mut Shell, call: &Call<'_>) -> Done {
    let wanted = match wanted(call) {
        Ok(wanted) => wanted,
        Err(done) => return done,
    };
    let namespace = call.namespace(shell);
    let everywhere = call.args.has("all-namespaces");
    let selector = call.args.value("selector").and_then(Selector::read);
    let mut told: Vec<String> = Vec::new();
    let mut done = Done::default();
    for Wanted { resource, name } in wanted {
        let found: Vec<String> = all(shell, resource)
            .into_iter()
            .filter(|it| {
                !resource.is_namespaced || (everywhere && name.is_none()) || it.namespace == namespace
            })
            .filter(|it| name.as_ref().is_none_or(|name| it.name == *name))
            .filter(|it| {
                name.is_some() || selector.as_ref().is_none_or(|selector| selector.matches(&it.labels))
            })
            .map(|it| tabbed(&it.text))
            .collect();
        match name {
            Some(name) if found.is_empty() => {
                done.err.push_str(&format!("{}\n", resource.not_found(&name)));
                done.status = 1;
            }
            _ => told.extend(found),
        }
    }
    if told.is_empty() && done.status == 0 {
        done.err = format!("No resources found in {namespace} namespace.\n");
    }
    done.out = told.join("\n\n");
    done
}

/// An object and what is told of it, its cells parted by tabs.
struct Told {
    namespace: String,
    name: String,
    labels: Vec<(String, String)>,
    text: String,
}

fn all(shell: &Shell, resource: &Resource) -> Vec<Told> {
    let cluster = &shell.store.analysis().cluster;
    let mut told: Vec<Told> = match resource.kind {
        "Pod" => pods::all(shell)
            .iter()
            .map(|pod| Told {
                namespace: pod.namespace.clone(),
                name: pod.name.clone(),
                labels: pod.labels.clone(),
                text: self::pod(shell, pod),
            })
            .collect(),
        "Namespace" => cluster
            .namespaces
            .rows()
            .iter()
            .map(|namespace| {
                let labels: Vec<(String, String)> =
                    namespace.labels.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
                let annotations = shell
                    .store
                    .object(&netpol_lessons::ObjectRef::new("Namespace", None, &namespace.name))
                    .map_or(Value::Null, |object| object.value.at("metadata.annotations").clone());
                let mut text = format!("Name:\t{}\n", namespace.name);
                multiline(&mut text, "Labels", &labels);
                self::annotations(&mut text, &annotations);
                text.push_str("Status:\tActive\n\nNo resource quota.\n\nNo LimitRange resource.\n");
                Told { namespace: String::new(), name: namespace.name.to_string(), labels, text }
            })
            .collect(),
        kind => {
            let objects = shell.store.objects().filter(|object| object.reference.kind == kind);
            objects
                .map(|object| {
                    let namespace = object.reference.namespace.clone().unwrap_or_default();
                    let labels = object.value.at("metadata.labels").texts();
                    Told {
                        labels: labels
                            .iter()
                            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                            .collect(),
                        name: object.reference.name.clone(),
                        text: match kind {
                            "NetworkPolicy" => policy(&object.value, &namespace),
                            "Service" => service(shell, &object.value, &namespace),
                            _ => workload(shell, &object.value, &namespace),
                        },
                        namespace,
                    }
                })
                .collect()
        }
    };
    netpol_syntax::order::sort_by(&mut told, |one, other| {
        (&one.namespace, &one.name).cmp(&(&other.namespace, &other.name))
    });
    told
}

/// `Labels:` and one of them a line, by their keys.
fn multiline(out: &mut String, title: &str, entries: &[(String, String)]) {
    let _ = write!(out, "{title}:\t");
    if entries.is_empty() {
        out.push_str("<none>\n");
    }
    for (at, (key, value)) in entries.iter().enumerate() {
        let _ = writeln!(out, "{}{key}={value}", if at == 0 { "" } else { "\t" });
    }
}

fn texts(value: &Value) -> Vec<(String, String)> {
    value.texts().into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn annotations(out: &mut String, value: &Value) {
    /// `maxAnnotationLen`.
    const LONGEST: usize = 140;
    let entries: Vec<(String, String)> = texts(value)
        .into_iter()
        .filter(|(key, _)| key != "kubectl.kubernetes.io/last-applied-configuration")
        .collect();
    out.push_str("Annotations:\t");
    if entries.is_empty() {
        out.push_str("<none>\n");
    }
    for (at, (key, value)) in entries.iter().enumerate() {
        let before = if at == 0 { "" } else { "\t" };
        let value = value.strip_suffix('\n').unwrap_or(value);
        if value.len() + key.len() + 2 > LONGEST || value.contains('\n') {
            let _ = writeln!(out, "{before}{key}:");
            for line in value.split('\n') {
                let end = line
                    .char_indices()
                    .map(|(at, _)| at)
                    .take_while(|at| *at <= LONGEST - 2)
                    .last()
                    .unwrap_or(0);
                let line = match line.get(..end).filter(|_| line.len() > LONGEST - 2) {
                    Some(short) => format!("{short}..."),
                    None => line.to_owned(),
                };
                let _ = writeln!(out, "\t  {line}");
            }
        } else {
            let _ = writeln!(out, "{before}{key}: {value}");
        }
    }
}

fn head(value: &Value, namespace: &str) -> String {
    let name = value.at("metadata.name").printed().unwrap_or_default();
    format!("Name:\t{name}\nNamespace:\t{namespace}\n")
}

/// `describeNetworkPolicy`; `Created on` tells a time, and is left out.
fn policy(value: &Value, namespace: &str) -> String {
    let mut out = head(value, namespace);
    multiline(&mut out, "Labels", &texts(value.at("metadata.labels")));
    annotations(&mut out, value.at("metadata.annotations"));
    let spec = value.get("spec");
    out.push_str("Spec:\n");
    let pods = match selector::format(spec.get("podSelector")).as_str() {
        "<none>" => "<none> (Allowing the specific traffic to all pods in this namespace)".to_owned(),
        selector => selector.to_owned(),
    };
    let _ = writeln!(out, "  PodSelector:     {pods}");
    // The API server writes the types down where the manifest does not.
    let written: Vec<&str> = spec.get("policyTypes").items().iter().filter_map(Value::as_str).collect();
    let types = match written.as_slice() {
        [] if spec.get("egress").items().is_empty() => vec!["Ingress"],
        [] => vec!["Ingress", "Egress"],
        written => written.to_vec(),
    };
    for (kind, direction, ways) in [
        ("Ingress", "ingress", Ways { peers: "From", key: "from", any: "source" }),
        ("Egress", "egress", Ways { peers: "To", key: "to", any: "destination" }),
    ] {
        if types.contains(&kind) {
            let _ = writeln!(out, "  Allowing {direction} traffic:");
            rules(&mut out, spec.get(direction).items(), direction, &ways);
        } else {
            let _ = writeln!(out, "  Not affecting {direction} traffic");
        }
    }
    let _ = writeln!(out, "  Policy Types: {}", types.join(", "));
    out
}

/// How a direction's peers are called.
struct Ways {
    peers: &'static str,
    key: &'static str,
    any: &'static str,
}

/// `printNetworkPolicySpecIngressFrom` and `printNetworkPolicySpecEgressTo`, which are alike.
fn rules(out: &mut String, rules: &[Value], direction: &str, ways: &Ways) {
    if rules.is_empty() {
        let _ = writeln!(out, "    <none> (Selected pods are isolated for {direction} connectivity)");
    }
    for (at, rule) in rules.iter().enumerate() {
        let ports = rule.get("ports").items();
        if ports.is_empty() {
            out.push_str("    To Port: <any> (traffic allowed to all ports)\n");
        }
        for port in ports {
            let protocol = port.get("protocol").as_str().unwrap_or("TCP");
            let number = port.get("port").printed().unwrap_or("<nil>");
            let _ = match port.get("endPort").printed() {
                Some(last) => writeln!(out, "    To Port Range: {number}-{last}/{protocol}"),
                None => writeln!(out, "    To Port: {number}/{protocol}"),
            };
        }
        let peers = rule.get(ways.key).items();
        if peers.is_empty() {
            let _ = writeln!(out, "    {}: <any> (traffic not restricted by {})", ways.peers, ways.any);
        }
        for peer in peers {
            let _ = writeln!(out, "    {}:", ways.peers);
            let (namespaces, pods, block) =
                (peer.get("namespaceSelector"), peer.get("podSelector"), peer.get("ipBlock"));
            if !namespaces.is_null() {
                let _ = writeln!(out, "      NamespaceSelector: {}", selector::format(namespaces));
            }
            if !pods.is_null() {
                let _ = writeln!(out, "      PodSelector: {}", selector::format(pods));
            }
            if namespaces.is_null() && pods.is_null() && !block.is_null() {
                let except: Vec<&str> =
                    block.get("except").items().iter().filter_map(Value::as_str).collect();
                let _ = writeln!(
                    out,
                    "      IPBlock:\n        CIDR: {}\n        Except: {}",
                    block.get("cidr").as_str().unwrap_or_default(),
                    except.join(", ")
                );
            }
        }
        if at + 1 < rules.len() {
            out.push_str("    ----------\n");
        }
    }
}

/// `describePod`, without its times.
fn pod(shell: &Shell, pod: &PodView<'_>) -> String {
    let value = super::get::pod_value(shell, pod);
    let mut out =
        format!("Name:\t{}\nNamespace:\t{}\nPriority:\t0\nService Account:\t", pod.name, pod.namespace);
    let account = pod.spec.get("serviceAccountName").as_str().unwrap_or("default");
    let _ = writeln!(out, "{account}\nNode:\t{}", pod.node.as_deref().unwrap_or("<none>"));
    multiline(&mut out, "Labels", &pod.labels);
    annotations(&mut out, value.at("metadata.annotations"));
    let _ = writeln!(out, "Status:\t{}", if pod.status() == "Completed" { "Succeeded" } else { "Running" });
    let _ = writeln!(out, "IP:\t{}\nIPs:", pod.addresses.first().map_or("", String::as_str));
    for address in &pod.addresses {
        let _ = writeln!(out, "  IP:\t{address}");
    }
    if let Some(controller) = &pod.controlled_by {
        let _ = writeln!(out, "Controlled By:\t{controller}");
    }
    out.push_str("Containers:\n");
    for container in pod.containers() {
        containers(&mut out, container, pod.status() == "Running");
    }
    out.push_str("Volumes:\t<none>\nQoS Class:\tBestEffort\n");
    multiline(&mut out, "Node-Selectors", &texts(pod.spec.get("nodeSelector")));
    out.push_str("Tolerations:\tnode.kubernetes.io/not-ready:NoExecute op=Exists for 300s\n\tnode.kubernetes.io/unreachable:NoExecute op=Exists for 300s\nEvents:\t<none>\n");
    out
}

fn containers(out: &mut String, container: &Value, runs: bool) {
    let ports: Vec<String> = container
        .get("ports")
        .items()
        .iter()
        .filter_map(|port| {
            let protocol = port.get("protocol").as_str().unwrap_or("TCP");
            Some(format!("{}/{protocol}", port.get("containerPort").printed()?))
        })
        .collect();
    let title = if ports.len() > 1 { "Ports" } else { "Port" };
    let none = |text: String| if text.is_empty() { "<none>".to_owned() } else { text };
    let hosts = ports
        .iter()
        .map(|port| format!("0/{}", port.rsplit('/').next().unwrap_or("TCP")))
        .collect::<Vec<_>>();
    let _ = writeln!(out, "  {}:", container.get("name").printed().unwrap_or_default());
    let _ = writeln!(out, "    Image:\t{}", container.get("image").printed().unwrap_or_default());
    let _ = writeln!(out, "    {title}:\t{}", none(ports.join(", ")));
    let _ = writeln!(out, "    Host {title}:\t{}", none(hosts.join(", ")));
    for key in ["command", "args"] {
        let words = container.get(key).items();
        if !words.is_empty() {
            let _ = writeln!(out, "    {}:", if key == "command" { "Command" } else { "Args" });
            for word in words {
                let _ = writeln!(out, "      {}", word.printed().unwrap_or_default());
            }
        }
    }
    let _ = writeln!(out, "    State:\t{}", if runs { "Running" } else { "Terminated" });
    let _ = writeln!(
        out,
        "    Ready:\t{}\n    Restart Count:\t0\n    Environment:\t<none>\n    Mounts:\t<none>",
        if runs { "True" } else { "False" }
    );
}

/// `describeService`.
fn service(shell: &Shell, value: &Value, namespace: &str) -> String {
    let mut out = head(value, namespace);
    multiline(&mut out, "Labels", &texts(value.at("metadata.labels")));
    annotations(&mut out, value.at("metadata.annotations"));
    let cluster = &shell.store.analysis().cluster;
    let name = value.at("metadata.name").printed().unwrap_or_default();
    let Some(service) = cluster.service(namespace, name).map(|id| &cluster.services[id]) else { return out };
    let (kind, address, outside) = addresses(service);
    let _ = writeln!(out, "Selector:\t{}", super::get::joined(&texts(value.at("spec.selector"))));
    let _ = writeln!(
        out,
        "Type:\t{kind}\nIP Family Policy:\tSingleStack\nIP Families:\tIPv4\nIP:\t{address}\nIPs:\t{address}"
    );
    if kind == "LoadBalancer" && outside != "<pending>" {
        let _ = writeln!(out, "LoadBalancer Ingress:\t{outside} (VIP)");
    }
    for port in &service.ports {
        let title = if port.name.is_empty() { "<unset>" } else { &port.name };
        let protocol = port.port.protocol;
        let target = match &port.target {
            TargetPort::Number(number) => number.to_string(),
            TargetPort::Name(name) => name.to_string(),
        };
        let _ = writeln!(
            out,
            "Port:\t{title}\t{}/{protocol}\nTargetPort:\t{target}/{protocol}",
            port.port.number
        );
        if let Some(node) = port.node_port {
            let _ = writeln!(out, "NodePort:\t{title}\t{node}/{protocol}");
        }
        let _ = writeln!(out, "Endpoints:\t{}", few(&endpoints(shell, service, Some(&port.name))));
    }
    out.push_str("Session Affinity:\tNone\n");
    if matches!(kind, "LoadBalancer" | "NodePort") {
        let policy = value.at("spec.externalTrafficPolicy").as_str().unwrap_or("Cluster");
        let _ = writeln!(out, "External Traffic Policy:\t{policy}");
    }
    out.push_str("Internal Traffic Policy:\tCluster\nEvents:\t<none>\n");
    out
}

/// What controllers have in common.
fn workload(shell: &Shell, value: &Value, namespace: &str) -> String {
    let mut out = head(value, namespace);
    multiline(&mut out, "Labels", &texts(value.at("metadata.labels")));
    annotations(&mut out, value.at("metadata.annotations"));
    let name = value.at("metadata.name").printed().unwrap_or_default();
    let cluster = &shell.store.analysis().cluster;
    let pods = cluster.workload(namespace, name).map_or(0, |id| cluster.workloads[id].pods.len());
    let _ = writeln!(out, "Selector:\t{}", selector::format(value.at("spec.selector")));
    let _ = writeln!(
        out,
        "Replicas:\t{pods} desired | {pods} updated | {pods} total | {pods} available | 0 unavailable\nPod Template:"
    );
    let labels = texts(value.at("spec.template.metadata.labels"));
    let labels = super::get::joined(&labels);
    let _ = writeln!(out, "  Labels:\t{labels}\n  Containers:");
    for container in value.at("spec.template.spec.containers").items() {
        let _ = writeln!(out, "   {}:", container.get("name").printed().unwrap_or_default());
        let _ = writeln!(out, "    Image:\t{}", container.get("image").printed().unwrap_or_default());
    }
    out.push_str("Events:\t<none>\n");
    out
}
