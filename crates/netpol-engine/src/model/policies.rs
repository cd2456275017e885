//! Policies, validated as the API server does: what passes here is a policy, what does not is refused and said.
//!
//! Rules and words: Kubernetes, `pkg/apis/networking/validation` and
//! `apimachinery/pkg/apis/meta/v1/validation`. Paths are spelled as the server spells them.

use std::sync::Arc;

use ipnet::IpNet;
use netpol_syntax::order::Map;
use netpol_syntax::{Diagnostic, IntOrString, Location, Severity, Spanned};

use crate::manifest::{
    self, Body, IpBlock, LabelSelector, LabelSelectorRequirement, NetworkPolicyPeer, NetworkPolicyPort, field,
};
use crate::ports::Protocol;
use crate::table::Table;

use super::build::{Named, place_of_name};
use super::distinct::Distinct;
use super::names::{self, Malformed};
use super::{
    Block, Cluster, Direction, NamespaceId, Operator, Peer, PeerKind, Pod, Policy, PortMatch, PortRule,
    RefusedPolicy, Requirement, Rule, Section, Selector,
};

/// So many different blocks with exceptions may be named. Others lie within each other or apart, but these overlap as they
/// like: as many again for each, of what they cut the addresses into, would have to be held.
const MAX_BLOCKS_WITH_EXCEPTIONS: usize = 2_000;

/// So many different ports and ranges of ports may be named. Of as many as there are numbers, thousands of sources could
/// each have a selection of its own, which would take gigabytes to hold.
const MAX_PORTS: usize = 1_000;

/// Gives the cluster every policy that the API server would take, and notes the others.
pub(super) fn set(cluster: &mut Cluster, objects: &[Named<'_>]) -> Vec<Diagnostic> {
    let mut paths = Vec::new();
    let mut diagnostics = Vec::new();
    let (mut excepting, mut ports) =
        (Distinct::up_to(MAX_BLOCKS_WITH_EXCEPTIONS), Distinct::up_to(MAX_PORTS));
    let namespaces = cluster.namespaces.iter().map(|(id, namespace)| (namespace.name.clone(), id));
    let namespaces: Map<Arc<str>, NamespaceId> = namespaces.collect();
    cluster.policies = Table::default();
    for object in objects {
        let Body::NetworkPolicy(policy) = &object.object.body else { continue };
        // The namespaces of all policies were declared before.
        let Some(namespace) = namespaces.get(&object.namespace) else { continue };
        let path = object.object.path.clone();
        let mut reader =
            Reader { path, excepting: &mut excepting, ports: &mut ports, diagnostics: Vec::new() };
        let read = reader.policy(*namespace, object, policy);
        let refused = reader.diagnostics.iter().any(|it| it.severity == Severity::Error);
        diagnostics.extend(reader.diagnostics);
        excepting.end_policy(refused);
        ports.end_policy(refused);
        if refused {
            let (namespace, name) = (object.namespace.clone(), object.name.clone());
            cluster.refused.push(RefusedPolicy { namespace, name, at: object.object.at });
        } else {
            cluster.policies.push(read);
            paths.push(object.object.path.clone());
        }
    }
    diagnostics.extend(warn_of_names(cluster, &paths));
    diagnostics
}

/// A named port that no pod of the cluster has matches nothing. `paths` are those of the policies' objects.
fn warn_of_names(cluster: &Cluster, paths: &[String]) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let mut known: Map<(Protocol, Arc<str>), bool> = Map::new();
    for (policy, path) in cluster.policies.rows().iter().zip(paths) {
        for direction in [Direction::Ingress, Direction::Egress] {
            for (at, rule) in policy.section(direction).rules().iter().enumerate() {
                for (index, port) in rule.ports.iter().flatten().enumerate() {
                    let PortMatch::Named(name) = &port.ports else { continue };
                    let has_it = |pod: &Pod| !port.on(&pod.ports).is_none();
                    if *known.or_insert_with((port.protocol, name.clone()), || {
                        cluster.pods.rows().iter().any(has_it)
                    }) {
                        continue;
                    }
                    let message = format!(
                        "no pod has a {} port named `{name}`, so this matches nothing",
                        port.protocol
                    );
                    let field_path = format!("spec.{}[{at}].ports[{index}].port", direction.as_str());
                    warnings.push(
                        Diagnostic::warning("named-port-nowhere", port.at, message)
                            .with_path(field(path, &field_path))
                            .with_help("a named port is looked up among the destination's container ports"),
                    );
                }
            }
        }
    }
    warnings
}

struct Reader<'c> {
    path: String,
    /// The blocks with exceptions that the cluster's policies name.
    excepting: &'c mut Distinct<Block>,
    /// The ports and ranges of ports that they name.
    ports: &'c mut Distinct<(Protocol, PortMatch)>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn invalid(&mut self, at: Location, path: &str, message: impl Into<String>) {
        let path = field(&self.path, path);
        self.diagnostics.push(Diagnostic::error("invalid-policy", at, message).with_path(path));
    }

    fn policy(
        &mut self,
        namespace: NamespaceId,
        object: &Named<'_>,
        policy: &manifest::NetworkPolicy,
    ) -> Policy {
        let at = object.object.at;
        let name_at = place_of_name(object.object);
        if let Err(Malformed(why)) = names::subdomain(&object.name) {
            self.invalid(name_at, "metadata.name", format!("invalid value: \"{}\": {why}", object.name));
        }
        if let (Some(namespace), Err(Malformed(why))) =
            (&policy.metadata.namespace, names::label(&object.namespace))
        {
            let message = format!("invalid value: \"{}\": {why}", object.namespace);
            self.invalid(namespace.at, "metadata.namespace", message);
        }
        for (key, value) in policy.metadata.labels.iter().flat_map(|labels| labels.value.iter()) {
            let at = policy.metadata.labels.as_ref().map_or(at, |labels| labels.at);
            self.key(key, at, "metadata.labels");
            self.value(value, at, "metadata.labels");
        }
        for (key, _) in policy.metadata.annotations.iter().flat_map(|annotations| &annotations.0) {
            self.key(&key.value.to_ascii_lowercase(), key.at, "metadata.annotations");
        }
        let empty = manifest::NetworkPolicySpec::default();
        let spec = policy.spec.as_ref().map_or(&empty, |spec| &spec.value);
        let subject = match &spec.pod_selector {
            Some(selector) => self.selector(selector, "spec.podSelector"),
            None => Selector { requirements: Vec::new(), at },
        };
        let ingress = spec.ingress.as_ref().map(|rules| {
            let rules = rules.value.iter().enumerate().map(|(index, rule)| {
                let path = format!("spec.ingress[{index}]");
                self.rule(rule.at, &path, "from", rule.value.from.as_deref(), rule.value.ports.as_deref())
            });
            rules.collect::<Vec<Rule>>()
        });
        let egress = spec.egress.as_ref().map(|rules| {
            let rules = rules.value.iter().enumerate().map(|(index, rule)| {
                let path = format!("spec.egress[{index}]");
                self.rule(rule.at, &path, "to", rule.value.to.as_deref(), rule.value.ports.as_deref())
            });
            rules.collect::<Vec<Rule>>()
        });
        let (ingress, egress) = (ingress.unwrap_or_default(), egress.unwrap_or_default());
        let types = self.policy_types(spec, &egress);
        let mut section = |isolates: bool, rules: Vec<Rule>, name: &str, direction: &str| {
            if isolates {
                return Section::Isolates(rules);
            }
            if let Some(first) = rules.first() {
                let message = format!("`policyTypes` leaves out `{direction}`, so these rules do nothing");
                self.diagnostics.push(
                    Diagnostic::warning("inert-rules", first.at, message)
                        .with_path(field(&self.path, name))
                        .with_help(format!("add `{direction}` to `policyTypes`, or take the rules out")),
                );
            }
            Section::Untouched
        };
        let ingress = section(types.ingress, ingress, "spec.ingress", "Ingress");
        let egress = section(types.egress, egress, "spec.egress", "Egress");
        Policy { namespace, name: object.name.clone(), subject, ingress, egress, at, name_at }
    }

    /// The directions that a policy isolates. Without `policyTypes`: ingress, and egress where there is at
    /// least one egress rule (API types, `policyTypes`; defaulting in `networking/v1/defaults.go`).
    fn policy_types(&mut self, spec: &manifest::NetworkPolicySpec, egress: &[Rule]) -> Types {
        let Some(given) = spec.policy_types.as_ref().filter(|types| !types.value.is_empty()) else {
            return Types { ingress: true, egress: !egress.is_empty() };
        };
        let path = "spec.policyTypes";
        if given.value.len() > 2 {
            self.invalid(given.at, path, "invalid value: may not specify more than two policyTypes");
        }
        for (index, name) in given.value.iter().enumerate() {
            if !matches!(name.value.as_str(), "Ingress" | "Egress") {
                let message = format!(
                    "unsupported value: \"{}\": supported values: \"Ingress\", \"Egress\"",
                    name.value
                );
                self.invalid(name.at, &format!("{path}[{index}]"), message);
            }
        }
        let has = |wanted: &str| given.value.iter().any(|name| name.value == wanted);
        Types { ingress: has("Ingress"), egress: has("Egress") }
    }

    fn rule(
        &mut self,
        at: Location,
        path: &str,
        peers_name: &str,
        peers: Option<&[Spanned<NetworkPolicyPeer>]>,
        ports: Option<&[Spanned<NetworkPolicyPort>]>,
    ) -> Rule {
        let given = ports.filter(|ports| !ports.is_empty());
        let ports = given.map(|ports| {
            let ports = ports.iter().enumerate();
            ports.filter_map(|(index, port)| self.port(port, &format!("{path}.ports[{index}]"))).collect()
        });
        let given = peers.filter(|peers| !peers.is_empty());
        let peers = given.map(|peers| {
            let peers = peers.iter().enumerate();
            peers
                .filter_map(|(index, peer)| self.peer(peer, &format!("{path}.{peers_name}[{index}]")))
                .collect()
        });
        Rule { peers, ports, at }
    }

    /// One port; `None` where it was said to be wrong.
    fn port(&mut self, given: &Spanned<NetworkPolicyPort>, path: &str) -> Option<PortRule> {
        let NetworkPolicyPort { protocol, port, end_port } = &given.value;
        let protocol = match protocol {
            None => Protocol::Tcp,
            Some(name) => {
                let known = Protocol::from_api(&name.value);
                if known.is_none() {
                    let message = format!(
                        "unsupported value: \"{}\": supported values: \"TCP\", \"UDP\", \"SCTP\"",
                        name.value
                    );
                    self.invalid(name.at, &format!("{path}.protocol"), message);
                }
                known?
            }
        };
        let ports = match port.as_ref().map(|port| (&port.value, port.at)) {
            None => {
                if let Some(end) = end_port {
                    let message = "may not be specified when `port` is not specified";
                    self.end_port(end, path, message);
                }
                PortMatch::All
            }
            Some((IntOrString::String(name), at)) => {
                if let Some(end) = end_port {
                    self.end_port(end, path, "may not be specified when `port` is non-numeric");
                }
                if let Err(Malformed(why)) = names::port(name) {
                    self.invalid(at, &format!("{path}.port"), format!("invalid value: \"{name}\": {why}"));
                    return None;
                }
                PortMatch::Named(Arc::from(name.as_str()))
            }
            Some((IntOrString::Int(number), at)) => {
                let first = self.number(*number, at, &format!("{path}.port"));
                let last = match end_port {
                    None => first,
                    Some(end) if end.value < *number => {
                        self.end_port(end, path, "must be greater than or equal to `port`");
                        None
                    }
                    Some(end) => self.number(end.value, end.at, &format!("{path}.endPort")),
                };
                PortMatch::Range(first?, last?)
            }
        };
        if self.ports.is_too_much(&(protocol, ports.clone())) {
            let help = format!("{MAX_PORTS} different ports and ranges of ports are evaluated here");
            self.too_many(given.at, path, ("too-many-ports", "too many ports"), help);
        }
        Some(PortRule { protocol, ports, at: given.at })
    }

    /// Says that a policy names more than can be held of all that may come of it.
    fn too_many(&mut self, at: Location, path: &str, (id, what): (&'static str, &str), help: String) {
        let message = format!("this policy is left out: {what}");
        self.diagnostics
            .push(Diagnostic::error(id, at, message).with_path(field(&self.path, path)).with_help(help));
    }

    fn end_port(&mut self, end: &Spanned<i32>, path: &str, why: &str) {
        self.invalid(end.at, &format!("{path}.endPort"), format!("invalid value: {}: {why}", end.value));
    }

    fn number(&mut self, number: i32, at: Location, path: &str) -> Option<u16> {
        let valid = u16::try_from(number).ok().filter(|number| *number > 0);
        if valid.is_none() {
            let message = format!("invalid value: {number}: must be between 1 and 65535, inclusive");
            self.invalid(at, path, message);
        }
        valid
    }

    /// One peer; `None` where it was said to be wrong.
    fn peer(&mut self, given: &Spanned<NetworkPolicyPeer>, path: &str) -> Option<Peer> {
        let NetworkPolicyPeer { pod_selector, namespace_selector, ip_block } = &given.value;
        let pods = pod_selector.as_ref().map(|it| self.selector(it, &format!("{path}.podSelector")));
        let namespaces =
            namespace_selector.as_ref().map(|it| self.selector(it, &format!("{path}.namespaceSelector")));
        let kind = match (pods, namespaces, ip_block) {
            (None, None, None) => {
                self.invalid(given.at, path, "required value: must specify a peer");
                return None;
            }
            (None, None, Some(block)) => PeerKind::Block(self.block(block, &format!("{path}.ipBlock"))?),
            (_, _, Some(_)) => {
                self.invalid(given.at, path, "forbidden: may not specify both ipBlock and another peer");
                return None;
            }
            (Some(pods), None, None) => PeerKind::Pods(pods),
            (None, Some(namespaces), None) => PeerKind::Namespaces(namespaces),
            (Some(pods), Some(namespaces), None) => PeerKind::PodsInNamespaces { namespaces, pods },
        };
        Some(Peer { kind, at: given.at })
    }

    fn block(&mut self, given: &Spanned<IpBlock>, path: &str) -> Option<Block> {
        let cidr_path = format!("{path}.cidr");
        let Some(cidr) = given.value.cidr.as_ref().filter(|cidr| !cidr.value.is_empty()) else {
            self.invalid(given.at, &cidr_path, "required value");
            return None;
        };
        let net = self.cidr(cidr, &cidr_path);
        let mut except = Vec::new();
        for (index, hole) in given.value.except.iter().flatten().enumerate() {
            let path = format!("{path}.except[{index}]");
            let Some(inner) = self.cidr(hole, &path) else { continue };
            let Some(outer) = net else { continue };
            if outer.contains(&inner.network()) && outer.prefix_len() < inner.prefix_len() {
                except.push(inner);
            } else {
                let message = format!("invalid value: \"{}\": must be a strict subset of `cidr`", hole.value);
                self.invalid(hole.at, &path, message);
            }
        }
        let block = Block { cidr: net?, except };
        if !block.except.is_empty() && self.excepting.is_too_much(&block) {
            let help =
                format!("{MAX_BLOCKS_WITH_EXCEPTIONS} different blocks with `except` are evaluated here");
            self.too_many(given.at, path, ("too-many-blocks", "too many blocks"), help);
        }
        Some(block)
    }

    /// A block of addresses, host bits cleared: they are evaluated so everywhere, and newer servers refuse them.
    fn cidr(&mut self, text: &Spanned<String>, path: &str) -> Option<IpNet> {
        let Ok(net) = text.value.parse::<IpNet>() else {
            let message = format!(
                "invalid value: \"{}\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
                text.value
            );
            self.invalid(text.at, path, message);
            return None;
        };
        let masked = net.trunc();
        if masked != net {
            self.diagnostics.push(
                Diagnostic::warning(
                    "cidr-host-bits",
                    text.at,
                    format!("`{}` has bits set past its prefix: it means {masked}", text.value),
                )
                .with_path(field(&self.path, path))
                .with_help(format!("write `{masked}`; newer API servers refuse the other")),
            );
        }
        Some(masked)
    }

    fn selector(&mut self, given: &Spanned<LabelSelector>, path: &str) -> Selector {
        let mut requirements = Vec::new();
        for (key, value) in given.value.match_labels.iter().flat_map(|labels| &labels.0) {
            let path = format!("{path}.matchLabels");
            self.key(&key.value, key.at, &path);
            self.value(&value.value, value.at, &format!("{path}.{}", key.value));
            requirements.push(Requirement {
                key: Arc::from(key.value.as_str()),
                operator: Operator::Equals(Arc::from(value.value.as_str())),
                at: Location { file: key.at.file, span: key.at.span.to(value.at.span) },
            });
        }
        for (index, expression) in given.value.match_expressions.iter().flatten().enumerate() {
            let path = format!("{path}.matchExpressions[{index}]");
            requirements.extend(self.requirement(expression, &path));
        }
        Selector { requirements, at: given.at }
    }

    fn requirement(&mut self, given: &Spanned<LabelSelectorRequirement>, path: &str) -> Option<Requirement> {
        let LabelSelectorRequirement { key, operator, values } = &given.value;
        let (key_text, key_at) = key.as_ref().map_or(("", given.at), |key| (key.value.as_str(), key.at));
        self.key(key_text, key_at, &format!("{path}.key"));
        let texts = values.as_ref().map(|values| values.value.as_slice()).unwrap_or_default();
        let values_path = format!("{path}.values");
        let (name, at) = operator.as_ref().map_or(("", given.at), |it| (it.value.as_str(), it.at));
        let listed = || texts.iter().map(|value| Arc::from(value.value.as_str())).collect();
        let operator = match name {
            "In" => Operator::In(listed()),
            "NotIn" => Operator::NotIn(listed()),
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            _ => {
                let message = format!("invalid value: \"{name}\": not a valid selector operator");
                self.invalid(at, &format!("{path}.operator"), message);
                return None;
            }
        };
        let values_at = values.as_ref().map_or(given.at, |values| values.at);
        match &operator {
            Operator::In(list) | Operator::NotIn(list) if list.is_empty() => {
                let message = "required value: must be specified when `operator` is 'In' or 'NotIn'";
                self.invalid(values_at, &values_path, message);
            }
            Operator::Exists | Operator::DoesNotExist if !texts.is_empty() => {
                let message = "forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                self.invalid(values_at, &values_path, message);
            }
            _ => {}
        }
        for (index, value) in texts.iter().enumerate() {
            self.value(&value.value, value.at, &format!("{values_path}[{index}]"));
        }
        Some(Requirement { key: Arc::from(key_text), operator, at: given.at })
    }

    fn key(&mut self, key: &str, at: Location, path: &str) {
        if let Err(Malformed(why)) = names::label_key(key) {
            self.invalid(at, path, format!("invalid value: \"{key}\": {why}"));
        }
    }

    fn value(&mut self, value: &str, at: Location, path: &str) {
        if let Err(Malformed(why)) = names::label_value(value) {
            self.invalid(at, path, format!("invalid value: \"{value}\": {why}"));
        }
    }
}

/// The directions that a policy isolates.
struct Types {
    ingress: bool,
    egress: bool,
}
