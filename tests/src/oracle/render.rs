//! A cluster as manifests.

use super::model::{
    Cluster, Container, ContainerPort, Direction, Labels, Peer, Phase, Pod, Policy, PolicyPort, PortRef,
    Protocol, Rule, Selector,
};
use super::style::{Yaml, document};
use crate::dice::Dice;

/// Writes a cluster as the YAML documents that describe it.
///
/// Much can be written in more than one way without meaning something else: block or flow style, JSON, quotes,
/// order of documents and keys, defaults said or left out, `List`s. `style` picks among the ways; equal
/// arguments give equal text.
pub fn render(cluster: &Cluster, style: u64) -> String {
    let mut renderer = Renderer { cluster, dice: Dice::new(style) };
    let mut objects = renderer.objects();
    renderer.dice.shuffle(&mut objects);
    if renderer.dice.one_in(4) {
        let half = objects.split_off(objects.len() / 2);
        objects.push(Yaml::Map(vec![
            ("apiVersion", Yaml::text("v1")),
            ("kind", Yaml::text("List")),
            ("items", Yaml::List(half)),
        ]));
    }
    // Of two objects of one name the later counts, so what is to be replaced goes in front of everything.
    let mut all = renderer.replaced();
    all.append(&mut objects);
    let mut text = String::new();
    if renderer.dice.one_in(4) {
        text.push_str("# made by hand\n---\n");
    }
    for (place, object) in all.into_iter().enumerate() {
        if place > 0 {
            text.push_str("---\n");
        }
        text.push_str(&document(object, &mut renderer.dice));
    }
    text
}

struct Renderer<'a> {
    cluster: &'a Cluster,
    dice: Dice,
}

type Fields = Vec<(&'static str, Yaml)>;

impl Renderer<'_> {
    fn objects(&mut self) -> Vec<Yaml> {
        let cluster = self.cluster;
        let mut objects = Vec::new();
        for namespace in &cluster.namespaces {
            if namespace.labels.is_empty() && self.dice.one_in(2) {
                continue;
            }
            let mut labels = namespace.labels.clone();
            if self.dice.one_in(3) {
                labels.insert("kubernetes.io/metadata.name".to_owned(), namespace.name.clone());
            }
            let mut metadata = vec![("name", Yaml::text(&namespace.name))];
            self.labels("labels", &labels, &mut metadata);
            objects.push(object("v1", "Namespace", metadata, vec![]));
        }
        for node in cluster.nodes.iter().filter(|node| node.declared) {
            let address = |kind: &str, address: &str| {
                Yaml::Map(vec![("type", Yaml::text(kind)), ("address", Yaml::text(address))])
            };
            let mut addresses = vec![address("Hostname", &node.name)];
            addresses.extend(node.ips.iter().map(|ip| address("InternalIP", &ip.to_string())));
            let status = Yaml::Map(vec![("addresses", Yaml::List(addresses))]);
            let metadata = vec![("name", Yaml::text(&node.name))];
            objects.push(object("v1", "Node", metadata, vec![("status", status)]));
        }
        for pod in &cluster.pods {
            objects.push(self.pod(pod));
        }
        for policy in &cluster.policies {
            let object = self.policy(policy);
            objects.push(object);
        }
        objects
    }

    /// Earlier versions of some policies.
    fn replaced(&mut self) -> Vec<Yaml> {
        let mut earlier = Vec::new();
        for policy in &self.cluster.policies {
            if self.dice.one_in(10) {
                let types = Some(vec![Direction::Ingress, Direction::Egress]);
                let (pod_selector, ingress, egress) = (Selector::default(), Vec::new(), Vec::new());
                let deny = Policy { pod_selector, policy_types: types, ingress, egress, ..policy.clone() };
                earlier.push(self.policy(&deny));
            }
        }
        earlier
    }

    fn metadata(&mut self, namespace: &str, name: &str) -> Fields {
        let mut metadata = vec![("name", Yaml::text(name))];
        if namespace != "default" || self.dice.one_in(2) {
            metadata.push(("namespace", Yaml::text(namespace)));
        }
        metadata
    }

    fn pod(&mut self, pod: &Pod) -> Yaml {
        let mut metadata = self.metadata(&pod.namespace, &pod.name);
        self.labels("labels", &pod.labels, &mut metadata);
        let mut spec = Vec::new();
        let mut status = Vec::new();
        if pod.host_network {
            spec.push(("hostNetwork", Yaml::truth()));
        }
        if let Some(name) = &pod.node {
            spec.push(("nodeName", Yaml::text(name)));
            let node = self.cluster.nodes.iter().find(|node| node.name == *name);
            if let Some(node) = node.filter(|node| !node.declared || self.dice.one_in(2)) {
                addresses(("hostIP", "hostIPs"), &node.ips, true, &mut status);
            }
        }
        self.containers(&pod.ports, &mut spec);
        let list_all = pod.ips.len() > 1 || self.dice.one_in(2);
        addresses(("podIP", "podIPs"), &pod.ips, list_all, &mut status);
        let phase = match pod.phase {
            Phase::Pending => Some("Pending"),
            Phase::Running => self.dice.one_in(2).then_some("Running"),
            Phase::Succeeded => Some("Succeeded"),
            Phase::Failed => Some("Failed"),
        };
        status.extend(phase.map(|phase| ("phase", Yaml::text(phase))));
        object("v1", "Pod", metadata, vec![("spec", Yaml::Map(spec)), ("status", Yaml::Map(status))])
    }

    /// One container for each port, so that each may be of a sort of its own, and one without any.
    fn containers(&mut self, ports: &[ContainerPort], spec: &mut Fields) {
        let mut containers =
            vec![Yaml::Map(vec![("name", Yaml::text("idle")), ("image", Yaml::text("pause"))])];
        let mut init = Vec::new();
        for (place, port) in ports.iter().enumerate() {
            let mut fields = vec![("containerPort", Yaml::number(port.number))];
            fields.extend(port.name.as_ref().map(|name| ("name", Yaml::text(name))));
            if port.protocol != Protocol::Tcp || self.dice.one_in(2) {
                fields.push(("protocol", Yaml::text(port.protocol.name())));
            }
            let mut container = vec![
                ("name", Yaml::Text(format!("c{place}"))),
                ("image", Yaml::text("web")),
                ("ports", Yaml::List(vec![Yaml::Map(fields)])),
            ];
            match port.container {
                Container::Main => containers.push(Yaml::Map(container)),
                Container::Init => init.push(Yaml::Map(container)),
                Container::Sidecar => {
                    container.push(("restartPolicy", Yaml::text("Always")));
                    init.push(Yaml::Map(container));
                }
            }
        }
        spec.push(("containers", Yaml::List(containers)));
        if !init.is_empty() {
            spec.push(("initContainers", Yaml::List(init)));
        }
    }

    fn policy(&mut self, policy: &Policy) -> Yaml {
        let metadata = self.metadata(&policy.namespace, &policy.name);
        let mut spec = Vec::new();
        let selector = &policy.pod_selector;
        if selector.labels.is_empty() && selector.expressions.is_empty() {
            self.nothing("podSelector", Yaml::Map(vec![]), &mut spec);
        } else {
            spec.push(("podSelector", self.selector(selector)));
        }
        self.policy_types(policy, &mut spec);
        self.rules("ingress", "from", &policy.ingress, &mut spec);
        self.rules("egress", "to", &policy.egress, &mut spec);
        object("networking.k8s.io/v1", "NetworkPolicy", metadata, vec![("spec", Yaml::Map(spec))])
    }

    fn policy_types(&mut self, policy: &Policy, spec: &mut Fields) {
        let default: &[Direction] = if policy.egress.is_empty() {
            &[Direction::Ingress]
        } else {
            &[Direction::Ingress, Direction::Egress]
        };
        let types = policy.policy_types.clone().unwrap_or_default();
        if types.is_empty() || (types == default && self.dice.one_in(2)) {
            self.nothing("policyTypes", Yaml::List(vec![]), spec);
            return;
        }
        let name = |direction: &Direction| match direction {
            Direction::Ingress => Yaml::text("Ingress"),
            Direction::Egress => Yaml::text("Egress"),
        };
        let mut types: Vec<Yaml> = types.iter().map(name).collect();
        self.dice.shuffle(&mut types);
        spec.push(("policyTypes", Yaml::List(types)));
    }

    fn rules(&mut self, direction: &'static str, peers: &'static str, rules: &[Rule], spec: &mut Fields) {
        if rules.is_empty() {
            self.nothing(direction, Yaml::List(vec![]), spec);
            return;
        }
        let mut list = Vec::new();
        for rule in rules {
            let mut fields = Vec::new();
            if rule.peers.is_empty() {
                self.nothing(peers, Yaml::List(vec![]), &mut fields);
            } else {
                let items = rule.peers.iter().map(|peer| self.peer(peer)).collect();
                fields.push((peers, Yaml::List(items)));
            }
            if rule.ports.is_empty() {
                self.nothing("ports", Yaml::List(vec![]), &mut fields);
            } else {
                let items = rule.ports.iter().map(|port| self.port(port)).collect();
                fields.push(("ports", Yaml::List(items)));
            }
            list.push(Yaml::Map(fields));
        }
        spec.push((direction, Yaml::List(list)));
    }

    fn peer(&mut self, peer: &Peer) -> Yaml {
        Yaml::Map(match peer {
            Peer::Pods(pods) => vec![("podSelector", self.selector(pods))],
            Peer::Namespaces(namespaces) => vec![("namespaceSelector", self.selector(namespaces))],
            Peer::PodsOfNamespaces { pods, namespaces } => {
                vec![("namespaceSelector", self.selector(namespaces)), ("podSelector", self.selector(pods))]
            }
            Peer::IpBlock { cidr, except } => {
                let mut fields = vec![("cidr", Yaml::Text(cidr.to_string()))];
                if except.is_empty() {
                    self.nothing("except", Yaml::List(vec![]), &mut fields);
                } else {
                    let holes = except.iter().map(|hole| Yaml::Text(hole.to_string())).collect();
                    fields.push(("except", Yaml::List(holes)));
                }
                vec![("ipBlock", Yaml::Map(fields))]
            }
        })
    }

    fn port(&mut self, port: &PolicyPort) -> Yaml {
        let mut fields = Vec::new();
        match port.protocol {
            Some(protocol) => fields.push(("protocol", Yaml::text(protocol.name()))),
            None if self.dice.one_in(6) => fields.push(("protocol", Yaml::Null)),
            None => {}
        }
        match &port.port {
            Some(PortRef::Number(number)) => fields.push(("port", Yaml::number(*number))),
            Some(PortRef::Name(name)) => fields.push(("port", Yaml::text(name))),
            None => {}
        }
        fields.extend(port.end_port.map(|end| ("endPort", Yaml::number(end))));
        Yaml::Map(fields)
    }

    fn selector(&mut self, selector: &Selector) -> Yaml {
        let mut fields = Vec::new();
        self.labels("matchLabels", &selector.labels, &mut fields);
        let mut expressions = Vec::new();
        for wanted in &selector.expressions {
            let mut expression =
                vec![("key", Yaml::text(&wanted.key)), ("operator", Yaml::text(wanted.operator.name()))];
            if wanted.values.is_empty() {
                self.nothing("values", Yaml::List(vec![]), &mut expression);
            } else {
                let values = wanted.values.iter().map(|value| Yaml::text(value)).collect();
                expression.push(("values", Yaml::List(values)));
            }
            expressions.push(Yaml::Map(expression));
        }
        if expressions.is_empty() {
            self.nothing("matchExpressions", Yaml::List(vec![]), &mut fields);
        } else {
            fields.push(("matchExpressions", Yaml::List(expressions)));
        }
        Yaml::Map(fields)
    }

    fn labels(&mut self, field: &'static str, labels: &Labels, fields: &mut Fields) {
        if labels.is_empty() {
            self.nothing(field, Yaml::Map(vec![]), fields);
        } else {
            let labels = labels.iter().map(|(key, value)| (key.clone(), Yaml::text(value))).collect();
            fields.push((field, Yaml::Labels(labels)));
        }
    }

    /// A field that holds nothing: mostly left out, else empty or null, which the API does not tell apart.
    fn nothing(&mut self, field: &'static str, empty: Yaml, fields: &mut Fields) {
        match self.dice.roll(4) {
            0 => fields.push((field, empty)),
            1 => fields.push((field, Yaml::Null)),
            _ => {}
        }
    }
}

fn object(api_version: &str, kind: &str, metadata: Fields, rest: Fields) -> Yaml {
    let mut fields = vec![
        ("apiVersion", Yaml::text(api_version)),
        ("kind", Yaml::text(kind)),
        ("metadata", Yaml::Map(metadata)),
    ];
    fields.extend(rest);
    Yaml::Map(fields)
}

/// The first address under one name and, if asked, all of them under the other.
fn addresses(
    (first, all): (&'static str, &'static str),
    ips: &[std::net::IpAddr],
    list_all: bool,
    status: &mut Fields,
) {
    status.extend(ips.first().map(|ip| (first, Yaml::Text(ip.to_string()))));
    if list_all {
        let list = ips.iter().map(|ip| Yaml::Map(vec![("ip", Yaml::Text(ip.to_string()))]));
        status.push((all, Yaml::List(list.collect())));
    }
}
