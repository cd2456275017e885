//! The oracle against clusters whose reachability is known, so that it is more than an opinion.
//!
//! Its reader is a plain one, for the plain manifests that the corpus has.

use std::net::IpAddr;

use netpol_tests::cases::Protocol as RowProtocol;
use netpol_tests::corpus::{self, RowTarget};
use netpol_tests::oracle::{
    Block, Cluster, Container, ContainerPort, Direction, Endpoint, Labels, Namespace, Operator, Peer, Phase,
    Pod, Policy, PolicyPort, PortRef, Protocol, Requirement, Rule, Selector, verdict,
};
use serde::Deserialize;
use serde_yaml::Value;

#[test]
fn the_oracle_agrees_with_the_conformance_tests() -> Result<(), String> {
    check("k8s-e2e")
}

#[test]
fn the_oracle_agrees_with_the_recipes() -> Result<(), String> {
    check("recipes")
}

fn check(suite: &str) -> Result<(), String> {
    let Some(folder) = corpus::folder()? else {
        println!("skipped: no corpus at NETPOL_CORPUS or ../shared/corpus");
        return Ok(());
    };
    let mut differences = Vec::new();
    for case in corpus::load(&folder, suite)? {
        let cluster = read(&case.manifests).map_err(|error| format!("{}: {error}", case.name))?;
        for row in &case.rows {
            // The oracle knows no services.
            let RowTarget::Direct(to) = &row.to else { continue };
            let (from, to) = (endpoint(&cluster, &row.from)?, endpoint(&cluster, to)?);
            let protocol = match row.protocol {
                RowProtocol::Tcp => Protocol::Tcp,
                RowProtocol::Udp => Protocol::Udp,
                RowProtocol::Sctp => Protocol::Sctp,
            };
            if verdict(&cluster, &from, &to, row.port, protocol).allowed != row.allowed {
                differences.push(format!("{}: {row:?}", case.name));
            }
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
}

fn endpoint(cluster: &Cluster, name: &str) -> Result<Endpoint, String> {
    if let Ok(address) = name.parse() {
        return Ok(Endpoint::Address(address));
    }
    let place = cluster.pods.iter().position(|pod| format!("{}/{}", pod.namespace, pod.name) == name);
    place.map(Endpoint::Pod).ok_or(format!("no pod `{name}`"))
}

fn read(text: &str) -> Result<Cluster, String> {
    let mut cluster = Cluster::default();
    for document in serde_yaml::Deserializer::from_str(text) {
        let object = RawObject::deserialize(document).map_err(|error| error.to_string())?;
        let RawObject { kind, metadata, spec, status } = object;
        let namespace = metadata.namespace.unwrap_or("default".to_owned());
        match kind.as_str() {
            "Namespace" => {
                cluster.namespaces.push(Namespace { name: metadata.name, labels: metadata.labels });
            }
            "Pod" => {
                let spec: RawPodSpec = from(spec)?;
                let ports = spec.containers.into_iter().flat_map(|container| container.ports);
                cluster.pods.push(Pod {
                    namespace,
                    name: metadata.name,
                    labels: metadata.labels,
                    ips: from::<RawPodStatus>(status)?.pod_ips.into_iter().map(|ip| ip.ip).collect(),
                    ports: ports.map(container_port).collect::<Result<_, _>>()?,
                    host_network: false,
                    node: None,
                    phase: Phase::Running,
                });
            }
            "NetworkPolicy" => {
                cluster.policies.push(policy(namespace, metadata.name, from(spec)?)?);
            }
            "Service" => {}
            other => return Err(format!("unexpected kind `{other}`")),
        }
    }
    Ok(cluster)
}

fn from<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_yaml::from_value(value).map_err(|error| error.to_string())
}

fn protocol(name: &str) -> Result<Protocol, String> {
    let all = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
    all.into_iter().find(|known| known.name() == name).ok_or(format!("unexpected protocol `{name}`"))
}

fn container_port(raw: RawContainerPort) -> Result<ContainerPort, String> {
    let protocol = raw.protocol.as_deref().map_or(Ok(Protocol::Tcp), protocol)?;
    Ok(ContainerPort { name: raw.name, number: raw.container_port, protocol, container: Container::Main })
}

fn policy(namespace: String, name: String, spec: RawPolicySpec) -> Result<Policy, String> {
    let direction = |name: String| match name.as_str() {
        "Ingress" => Ok(Direction::Ingress),
        "Egress" => Ok(Direction::Egress),
        other => Err(format!("unexpected type `{other}`")),
    };
    let types = spec.policy_types.map(|types| types.into_iter().map(direction).collect());
    Ok(Policy {
        namespace,
        name,
        pod_selector: selector(spec.pod_selector)?,
        policy_types: types.transpose()?,
        ingress: spec.ingress.into_iter().flatten().map(rule).collect::<Result<_, _>>()?,
        egress: spec.egress.into_iter().flatten().map(rule).collect::<Result<_, _>>()?,
    })
}

fn rule(raw: RawRule) -> Result<Rule, String> {
    let peers = raw.from.into_iter().chain(raw.to).flatten().map(peer);
    let ports = raw.ports.into_iter().flatten().map(port);
    Ok(Rule { peers: peers.collect::<Result<_, _>>()?, ports: ports.collect::<Result<_, _>>()? })
}

fn port(raw: RawPort) -> Result<PolicyPort, String> {
    let port = match raw.port {
        None => None,
        Some(Value::String(name)) => Some(PortRef::Name(name)),
        Some(number) => Some(PortRef::Number(from(number)?)),
    };
    let protocol = raw.protocol.as_deref().map(protocol).transpose()?;
    Ok(PolicyPort { protocol, port, end_port: raw.end_port })
}

fn peer(raw: RawPeer) -> Result<Peer, String> {
    Ok(match (raw.pod_selector, raw.namespace_selector, raw.ip_block) {
        (Some(pods), None, None) => Peer::Pods(selector(pods)?),
        (None, Some(namespaces), None) => Peer::Namespaces(selector(namespaces)?),
        (Some(pods), Some(namespaces), None) => {
            Peer::PodsOfNamespaces { pods: selector(pods)?, namespaces: selector(namespaces)? }
        }
        (None, None, Some(raw)) => Peer::IpBlock {
            cidr: block(&raw.cidr)?,
            except: raw.except.iter().map(|hole| block(hole)).collect::<Result<_, _>>()?,
        },
        other => return Err(format!("unexpected peer {other:?}")),
    })
}

fn block(text: &str) -> Result<Block, String> {
    let (address, prefix) = text.split_once('/').ok_or(format!("`{text}` has no prefix"))?;
    let address = address.parse().map_err(|error| format!("`{text}`: {error}"))?;
    let prefix = prefix.parse().map_err(|error| format!("`{text}`: {error}"))?;
    Ok(Block { address, prefix })
}

fn selector(raw: RawSelector) -> Result<Selector, String> {
    let all = [Operator::In, Operator::NotIn, Operator::Exists, Operator::DoesNotExist];
    let requirement = |raw: RawRequirement| {
        let operator = all.into_iter().find(|known| known.name() == raw.operator);
        let operator = operator.ok_or(format!("unexpected operator `{}`", raw.operator))?;
        Ok(Requirement { key: raw.key, operator, values: raw.values })
    };
    let expressions = raw.match_expressions.into_iter().map(requirement).collect::<Result<_, String>>()?;
    Ok(Selector { labels: raw.match_labels, expressions })
}

#[derive(Deserialize)]
struct RawObject {
    kind: String,
    metadata: RawMetadata,
    #[serde(default)]
    spec: Value,
    #[serde(default)]
    status: Value,
}

#[derive(Deserialize)]
struct RawMetadata {
    name: String,
    namespace: Option<String>,
    #[serde(default)]
    labels: Labels,
}

#[derive(Deserialize)]
struct RawPodSpec {
    containers: Vec<RawContainer>,
}

#[derive(Deserialize)]
struct RawContainer {
    #[serde(default)]
    ports: Vec<RawContainerPort>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawContainerPort {
    name: Option<String>,
    container_port: u16,
    protocol: Option<String>,
}

#[derive(Deserialize)]
struct RawPodStatus {
    #[serde(rename = "podIPs")]
    pod_ips: Vec<RawPodIp>,
}

#[derive(Deserialize)]
struct RawPodIp {
    ip: IpAddr,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawPolicySpec {
    #[serde(default)]
    pod_selector: RawSelector,
    policy_types: Option<Vec<String>>,
    ingress: Option<Vec<RawRule>>,
    egress: Option<Vec<RawRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    from: Option<Vec<RawPeer>>,
    to: Option<Vec<RawPeer>>,
    ports: Option<Vec<RawPort>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawPort {
    port: Option<Value>,
    end_port: Option<u16>,
    protocol: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawPeer {
    pod_selector: Option<RawSelector>,
    namespace_selector: Option<RawSelector>,
    ip_block: Option<RawIpBlock>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIpBlock {
    cidr: String,
    #[serde(default)]
    except: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct RawSelector {
    match_labels: Labels,
    match_expressions: Vec<RawRequirement>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRequirement {
    key: String,
    operator: String,
    #[serde(default)]
    values: Vec<String>,
}
