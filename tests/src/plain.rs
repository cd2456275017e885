//! Plain manifests as clusters of the oracle: a reader for test data that is known to be in order.
//!
//! It knows only what the oracle's tests need, and takes anything else for an error.

use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;
use serde_yaml::Value;

use crate::oracle::{
    Block, Cluster, Container, ContainerPort, Direction, Endpoint, Labels, Namespace, Node, Operator, Peer,
    Phase, Pod, Policy, PolicyPort, PortRef, Protocol, Requirement, Rule, Selector,
};

/// Splits a text into its documents, without those that are empty.
///
/// # Errors
/// Text that is not YAML.
pub fn documents(text: &str) -> Result<Vec<Value>, String> {
    let mut documents = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let document = Value::deserialize(document).map_err(|error| error.to_string())?;
        if !document.is_null() {
            documents.push(document);
        }
    }
    Ok(documents)
}

/// Reads a cluster. Services and their endpoints are passed over; a pod without an address gets one of
/// 10.244.0.0/24, in order.
///
/// # Errors
/// A kind or a field that this reader does not know.
pub fn cluster(documents: &[Value]) -> Result<Cluster, String> {
    let mut cluster = Cluster::default();
    let mut made_up = 0;
    for document in documents {
        let RawObject { kind, metadata, spec, status } = from(document.clone())?;
        let namespace = metadata.namespace.clone().unwrap_or("default".to_owned());
        match kind.as_str() {
            "Namespace" => {
                cluster
                    .namespaces
                    .push(Namespace { name: metadata.name, labels: metadata.labels.unwrap_or_default() });
            }
            "Node" => {
                let status: RawNodeStatus = from(status)?;
                let ips = status.addresses.iter().map(|address| address.address).collect();
                cluster.nodes.push(Node { name: metadata.name, ips, declared: true });
            }
            "Pod" => {
                let spec: RawPodSpec = from(spec)?;
                let status: Option<RawPodStatus> = from(status)?;
                let mut pod = pod(namespace, metadata, spec, status.unwrap_or_default(), &mut cluster.nodes)?;
                if pod.ips.is_empty() {
                    made_up += 1;
                    pod.ips.push(Ipv4Addr::new(10, 244, 0, made_up).into());
                }
                cluster.pods.push(pod);
            }
            "NetworkPolicy" => {
                let spec: Option<RawPolicySpec> = from(spec)?;
                cluster.policies.push(policy(namespace, metadata.name, spec.unwrap_or_default())?);
            }
            "Service" | "Endpoints" | "EndpointSlice" => {}
            other => return Err(format!("unexpected kind `{other}`")),
        }
    }
    Ok(cluster)
}

fn pod(
    namespace: String,
    metadata: RawMetadata,
    spec: RawPodSpec,
    status: RawPodStatus,
    nodes: &mut Vec<Node>,
) -> Result<Pod, String> {
    if let (Some(name), Some(address)) = (&spec.node_name, status.host_ip)
        && !nodes.iter().any(|node| node.name == *name)
    {
        let mut ips: Vec<IpAddr> = status.host_ips.iter().map(|ip| ip.ip).collect();
        if ips.is_empty() {
            ips.push(address);
        }
        nodes.push(Node { name: name.clone(), ips, declared: false });
    }
    let main = spec.containers.into_iter().map(|container| (Container::Main, container.ports));
    let init = spec.init_containers.into_iter().map(|container| {
        let stays = container.restart_policy.as_deref() == Some("Always");
        (if stays { Container::Sidecar } else { Container::Init }, container.ports)
    });
    let mut ports = Vec::new();
    for (container, raw) in main.chain(init) {
        for raw in raw {
            ports.push(container_port(container, raw)?);
        }
    }
    let mut ips: Vec<IpAddr> = status.pod_ips.into_iter().map(|ip| ip.ip).collect();
    if ips.is_empty() {
        ips.extend(status.pod_ip);
    }
    let phase = match status.phase.as_deref() {
        None | Some("Running") => Phase::Running,
        Some("Pending") => Phase::Pending,
        Some("Succeeded") => Phase::Succeeded,
        Some("Failed") => Phase::Failed,
        Some(other) => return Err(format!("unexpected phase `{other}`")),
    };
    Ok(Pod {
        namespace,
        name: metadata.name,
        labels: metadata.labels.unwrap_or_default(),
        ips,
        ports,
        host_network: spec.host_network,
        node: spec.node_name,
        phase,
    })
}

/// Who is meant by `namespace/pod` or by an address.
///
/// # Errors
/// A pod that is not there.
pub fn endpoint(cluster: &Cluster, name: &str) -> Result<Endpoint, String> {
    if let Ok(address) = name.parse() {
        return Ok(Endpoint::Address(address));
    }
    let place = cluster.pods.iter().position(|pod| format!("{}/{}", pod.namespace, pod.name) == name);
    place.map(Endpoint::Pod).ok_or(format!("no pod `{name}`"))
}

/// A row's protocol as the oracle has it.
pub fn protocol_of(row: crate::cases::Protocol) -> Protocol {
    match row {
        crate::cases::Protocol::Tcp => Protocol::Tcp,
        crate::cases::Protocol::Udp => Protocol::Udp,
        crate::cases::Protocol::Sctp => Protocol::Sctp,
    }
}

fn from<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_yaml::from_value(value).map_err(|error| error.to_string())
}

fn protocol(name: &str) -> Result<Protocol, String> {
    let all = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
    all.into_iter().find(|known| known.name() == name).ok_or(format!("unexpected protocol `{name}`"))
}

fn container_port(container: Container, raw: RawContainerPort) -> Result<ContainerPort, String> {
    let protocol = raw.protocol.as_deref().map_or(Ok(Protocol::Tcp), protocol)?;
    Ok(ContainerPort { name: raw.name, number: raw.container_port, protocol, container })
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
        pod_selector: selector(spec.pod_selector.unwrap_or_default())?,
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
    Ok(Selector { labels: raw.match_labels.unwrap_or_default(), expressions })
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
    labels: Option<Labels>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPodSpec {
    #[serde(default)]
    host_network: bool,
    node_name: Option<String>,
    containers: Vec<RawContainer>,
    #[serde(default)]
    init_containers: Vec<RawContainer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawContainer {
    restart_policy: Option<String>,
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

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPodStatus {
    #[serde(rename = "podIP")]
    pod_ip: Option<IpAddr>,
    #[serde(rename = "podIPs")]
    pod_ips: Vec<RawPodIp>,
    #[serde(rename = "hostIP")]
    host_ip: Option<IpAddr>,
    #[serde(rename = "hostIPs")]
    host_ips: Vec<RawPodIp>,
    phase: Option<String>,
}

#[derive(Deserialize)]
struct RawNodeStatus {
    addresses: Vec<RawNodeAddress>,
}

#[derive(Deserialize)]
struct RawNodeAddress {
    address: IpAddr,
}

#[derive(Deserialize)]
struct RawPodIp {
    ip: IpAddr,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct RawPolicySpec {
    pod_selector: Option<RawSelector>,
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
    match_labels: Option<Labels>,
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
