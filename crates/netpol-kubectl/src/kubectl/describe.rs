//! `kubectl describe`, as `k8s.io/kubectl/pkg/describe/describe.go` prints it, without what depends on time.

use std::fmt::Write;

use netpol_engine::TargetPort;

use super::rows::{addresses, endpoints, few, joined};
use super::selector::{self, Selector};
use super::stored::policy_types;
use super::{Call, Wanted, flags, wanted};
use crate::args::Flags;
use crate::parts::Object;
use crate::pods::{Listing, PodView};
use crate::resource::Resource;
use crate::shell::{Done, Shell};
use crate::table::Tabbed;
use crate::value::{NOTHING, Value};

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
    let (mut text, mut tabbed) = (String::new(), Tabbed::default());
    let mut done = Done::default();
    let listing = Listing::new(shell);
    for Wanted { resource, name } in wanted {
        let is_asked = |it: &Told<'_>| {
            let is_here =
                !resource.is_namespaced || (everywhere && name.is_none()) || it.namespace == namespace;
            is_here
                && match &name {
                    Some(name) => it.name == name,
                    None => selector.as_ref().is_none_or(|selector| selector.matches(&it.labels)),
                }
        };
        let mut found = all(&listing, resource);
        // Where there is none of the name, those are told of whose names begin so (`DescribeMatchingResources`).
        let begins = |it: &Told<'_>| {
            name.as_ref().is_some_and(|name| it.name.starts_with(name.as_str()))
                && (!resource.is_namespaced || it.namespace == namespace)
        };
        if found.iter().any(is_asked) {
            found.retain(is_asked);
        } else {
            found.retain(begins);
        }
        netpol_syntax::order::sort_by_key(&mut found, |it| (it.namespace, it.name));
        if let (Some(name), []) = (&name, found.as_slice()) {
            done.err.push_str(&format!("{}\n", resource.not_found(name)));
            done.status = 1;
        }
        for it in found {
            done.out.push_str(if done.out.is_empty() { "" } else { "\n\n" });
            text.clear();
            tell(&mut text, &listing, &it);
            tabbed.set(&text, &mut done.out);
        }
    }
    if done.out.is_empty() && done.status == 0 {
        done.err = match everywhere {
            true => "No resources found\n".to_owned(),
            false => format!("No resources found in {namespace} namespace.\n"),
        };
    }
    done
}

/// An object that may be told of.
struct Told<'s> {
    namespace: &'s str,
    name: &'s str,
    labels: Vec<(&'s str, &'s str)>,
    what: What<'s>,
}

enum What<'s> {
    Pod(&'s PodView<'s>),
    Namespace,
    Object(&'s Object),
    /// The service of the cluster's own DNS, which nobody wrote.
    MadeService,
}

fn all<'s>(listing: &'s Listing<'s>, resource: &Resource) -> Vec<Told<'s>> {
    match resource.kind {
        "Pod" => {
            let pods = listing.pods().iter().map(|pod| Told {
                namespace: pod.namespace,
                name: pod.name,
                labels: pod.labels.iter().collect(),
                what: What::Pod(pod),
            });
            pods.collect()
        }
        "Namespace" => {
            let namespaces = listing.cluster.namespaces.rows().iter().map(|namespace| Told {
                namespace: "",
                name: &namespace.name,
                labels: namespace.labels.iter().collect(),
                what: What::Namespace,
            });
            namespaces.collect()
        }
        kind => {
            let services =
                listing.cluster.services.rows().iter().filter(|it| kind == "Service" && it.at.is_none());
            let made = services.map(|service| Told {
                namespace: &listing.cluster.namespaces[service.namespace].name,
                name: &service.name,
                labels: Vec::new(),
                what: What::MadeService,
            });
            let objects = listing.shell.store.objects().filter(|object| object.reference.kind == kind);
            let told = objects.map(|object| Told {
                namespace: object.reference.namespace.as_deref().unwrap_or_default(),
                name: &object.reference.name,
                labels: object.value.at("metadata.labels").texts(),
                what: What::Object(object),
            });
            told.chain(made).collect()
        }
    }
}

/// What is told of an object, its cells parted by tabs.
fn tell(out: &mut String, listing: &Listing<'_>, it: &Told<'_>) {
    match it.what {
        What::Pod(view) => pod(out, view),
        What::Namespace => {
            let object = listing.object("Namespace", "", it.name);
            let _ = writeln!(out, "Name:\t{}", it.name);
            multiline(out, "Labels", &it.labels);
            annotations(out, object.map_or(&NOTHING, |object| object.value.at("metadata.annotations")));
            out.push_str("Status:\tActive\n\nNo resource quota.\n\nNo LimitRange resource.\n");
        }
        What::MadeService => {
            head(out, it.name, &NOTHING, it.namespace);
            service(out, listing, it, &NOTHING);
        }
        What::Object(object) => {
            let value = &object.value;
            head(out, it.name, value, it.namespace);
            match object.reference.kind.as_str() {
                "NetworkPolicy" => policy(out, value),
                "Service" => service(out, listing, it, value),
                _ => workload(out, listing, value, it.namespace),
            }
        }
    }
}

/// `Labels:` and one of them a line, by their keys.
fn multiline(out: &mut String, title: &str, entries: &[(&str, &str)]) {
    let _ = write!(out, "{title}:\t");
    if entries.is_empty() {
        out.push_str("<none>\n");
    }
    for (at, (key, value)) in entries.iter().enumerate() {
        out.extend([if at == 0 { "" } else { "\t" }, key, "=", value, "\n"]);
    }
}

fn annotations(out: &mut String, value: &Value) {
    /// `maxAnnotationLen`.
    const LONGEST: usize = 140;
    let mut entries = value.texts();
    entries.retain(|(key, _)| *key != "kubectl.kubernetes.io/last-applied-configuration");
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

/// What all written objects begin with.
fn head(out: &mut String, name: &str, value: &Value, namespace: &str) {
    let _ = writeln!(out, "Name:\t{name}\nNamespace:\t{namespace}");
    multiline(out, "Labels", &value.at("metadata.labels").texts());
    annotations(out, value.at("metadata.annotations"));
}

/// `describeNetworkPolicy`; `Created on` tells a time, and is left out.
fn policy(out: &mut String, value: &Value) {
    let spec = value.get("spec");
    out.push_str("Spec:\n");
    let pods = match selector::format(spec.get("podSelector")).as_str() {
        "<none>" => "<none> (Allowing the specific traffic to all pods in this namespace)".to_owned(),
        selector => selector.to_owned(),
    };
    let _ = writeln!(out, "  PodSelector:     {pods}");
    let types = policy_types(spec);
    for (kind, direction, ways) in [
        ("Ingress", "ingress", Ways { peers: "From", key: "from", any: "source" }),
        ("Egress", "egress", Ways { peers: "To", key: "to", any: "destination" }),
    ] {
        if types.contains(&kind) {
            let _ = writeln!(out, "  Allowing {direction} traffic:");
            rules(out, spec.get(direction).items(), direction, &ways);
        } else {
            let _ = writeln!(out, "  Not affecting {direction} traffic");
        }
    }
    let _ = writeln!(out, "  Policy Types: {}", types.join(", "));
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
fn pod(out: &mut String, pod: &PodView<'_>) {
    let account = pod.spec.get("serviceAccountName").as_str().unwrap_or("default");
    out.extend(["Name:\t", pod.name, "\nNamespace:\t", pod.namespace, "\nPriority:\t0\nService Account:\t"]);
    out.extend([account, "\nNode:\t", pod.node.unwrap_or("<none>"), "\n"]);
    multiline(out, "Labels", &pod.labels.iter().collect::<Vec<_>>());
    annotations(out, pod.own().map_or(&NOTHING, |own| own.value.at("metadata.annotations")));
    let runs = pod.status() == "Running";
    out.extend(["Status:\t", if runs { "Running" } else { "Succeeded" }, "\nIP:\t"]);
    let addresses: Vec<String> = pod.addresses.iter().map(ToString::to_string).collect();
    out.extend([addresses.first().map_or("", String::as_str), "\nIPs:\n"]);
    for address in &addresses {
        out.extend(["  IP:\t", address, "\n"]);
    }
    if let Some(controller) = pod.controlled_by() {
        out.extend(["Controlled By:\t", &controller, "\n"]);
    }
    out.push_str("Containers:\n");
    for container in pod.containers() {
        containers(out, container, runs);
    }
    out.push_str("Volumes:\t<none>\nQoS Class:\tBestEffort\n");
    multiline(out, "Node-Selectors", &pod.spec.get("nodeSelector").texts());
    out.push_str("Tolerations:\tnode.kubernetes.io/not-ready:NoExecute op=Exists for 300s\n\tnode.kubernetes.io/unreachable:NoExecute op=Exists for 300s\nEvents:\t<none>\n");
}

fn containers(out: &mut String, container: &Value, runs: bool) {
    let ports: Vec<(&str, &str)> = container
        .get("ports")
        .items()
        .iter()
        .filter_map(|port| {
            let protocol = port.get("protocol").as_str().unwrap_or("TCP");
            Some((port.get("containerPort").printed()?, protocol))
        })
        .collect();
    let text = |key| container.get(key).printed().unwrap_or_default();
    out.extend(["  ", text("name"), ":\n    Image:\t", text("image")]);
    let title = if ports.len() > 1 { "Ports:\t" } else { "Port:\t" };
    for (title, is_host) in [(["\n    ", title], false), (["\n    Host ", title], true)] {
        out.extend(title);
        out.push_str(if ports.is_empty() { "<none>" } else { "" });
        for (at, (number, protocol)) in ports.iter().enumerate() {
            let number = if is_host { "0" } else { *number };
            out.extend([if at == 0 { "" } else { ", " }, number, "/", protocol]);
        }
    }
    out.push('\n');
    for (key, title) in [("command", "    Command:\n"), ("args", "    Args:\n")] {
        let words = container.get(key).items();
        out.push_str(if words.is_empty() { "" } else { title });
        for word in words {
            out.extend(["      ", word.printed().unwrap_or_default(), "\n"]);
        }
    }
    let (state, ready) = if runs { ("Running", "True") } else { ("Terminated", "False") };
    out.extend(["    State:\t", state, "\n    Ready:\t", ready]);
    out.push_str("\n    Restart Count:\t0\n    Environment:");
    let env = container.get("env").items();
    out.push_str(if env.is_empty() { "\t<none>\n" } else { "\n" });
    for variable in env {
        let text = |key| variable.get(key).printed().unwrap_or_default();
        out.extend(["      ", text("name"), ":\t", text("value"), "\n"]);
    }
    out.push_str("    Mounts:\t<none>\n");
}

/// `describeService`.
fn service(out: &mut String, listing: &Listing<'_>, it: &Told<'_>, value: &Value) {
    let Some(service) = listing.service(it.namespace, it.name) else { return };
    let (kind, address, outside) = addresses(service);
    let _ = writeln!(out, "Selector:\t{}", joined(&value.at("spec.selector").texts()));
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
        let _ = writeln!(out, "Endpoints:\t{}", few(&endpoints(listing.cluster, service, Some(&port.name))));
    }
    out.push_str("Session Affinity:\tNone\n");
    if matches!(kind, "LoadBalancer" | "NodePort") {
        let policy = value.at("spec.externalTrafficPolicy").as_str().unwrap_or("Cluster");
        let _ = writeln!(out, "External Traffic Policy:\t{policy}");
    }
    out.push_str("Internal Traffic Policy:\tCluster\nEvents:\t<none>\n");
}

/// What controllers have in common.
fn workload(out: &mut String, listing: &Listing<'_>, value: &Value, namespace: &str) {
    let name = value.at("metadata.name").printed().unwrap_or_default();
    let pods = listing.workload(namespace, name).map_or(0, |workload| workload.pods.len());
    let _ = writeln!(out, "Selector:\t{}", selector::format(value.at("spec.selector")));
    let _ = writeln!(
        out,
        "Replicas:\t{pods} desired | {pods} updated | {pods} total | {pods} available | 0 unavailable\nPod Template:"
    );
    let labels = joined(&value.at("spec.template.metadata.labels").texts());
    let _ = writeln!(out, "  Labels:\t{labels}\n  Containers:");
    for container in value.at("spec.template.spec.containers").items() {
        let _ = writeln!(out, "   {}:", container.get("name").printed().unwrap_or_default());
        let _ = writeln!(out, "    Image:\t{}", container.get("image").printed().unwrap_or_default());
    }
    out.push_str("Events:\t<none>\n");
}
