//! Bytes to the small clusters of [`crate::random`].
//!
//! A strategy of proptest makes them too, but gives bytes away in halves wherever it chooses, so that a change of one byte
//! would change all that follows it. Here each choice takes the next bytes and leaves the others to what comes later.

use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};

use crate::oracle::{
    Block, Cluster, Container, ContainerPort, Direction, Labels, Namespace, Node, Operator, Peer, Phase, Pod,
    Policy, PolicyPort, PortRef, Protocol, Requirement, Rule, Selector,
};
use crate::random::{
    Family, KEYS, NAMESPACES, NEIGHBOURS, PORT_NAMES, PORT_NUMBERS, VALUES, addresses, distinct, mask, node,
    placed, prefixes, without_names,
};

/// A cluster of up to 4 namespaces, 3 nodes, 8 pods and 6 policies.
pub(super) fn cluster(bytes: &mut Unstructured<'_>) -> Result<Cluster> {
    let namespaces = NAMESPACES.get(..bytes.int_in_range(1..=NAMESPACES.len())?).unwrap_or_default();
    let mut cluster = Cluster::default();
    for name in namespaces {
        if bytes.arbitrary()? {
            cluster.namespaces.push(Namespace { name: (*name).to_owned(), labels: labels(bytes, 2)? });
        }
    }
    for place in 0..bytes.int_in_range(0..=3)? {
        cluster.nodes.push(node(place, family(bytes)?, bytes.arbitrary()?));
    }
    for place in 0..bytes.int_in_range(1..=8)? {
        let pod = pod(bytes, place, namespaces, &cluster.nodes)?;
        cluster.pods.push(pod);
    }
    for place in 0..bytes.int_in_range(0..=6)? {
        let policy = policy(bytes, place, namespaces, &cluster)?;
        cluster.policies.push(policy);
    }
    Ok(cluster)
}

/// Ports to ask about, at least one.
pub(super) fn ports(bytes: &mut Unstructured<'_>) -> Result<Vec<(u16, Protocol)>> {
    several(bytes, 1..=4, |bytes| {
        let number =
            if bytes.ratio(4, 5)? { bytes.choose(&PORT_NUMBERS)? } else { bytes.choose(&NEIGHBOURS)? };
        Ok((*number, protocol(bytes)?))
    })
}

fn several<'b, T>(
    bytes: &mut Unstructured<'b>,
    count: std::ops::RangeInclusive<u8>,
    mut one: impl FnMut(&mut Unstructured<'b>) -> Result<T>,
) -> Result<Vec<T>> {
    (0..bytes.int_in_range(count)?).map(|_| one(bytes)).collect()
}

fn optional<'b, T>(
    bytes: &mut Unstructured<'b>,
    one: impl FnOnce(&mut Unstructured<'b>) -> Result<T>,
) -> Result<Option<T>> {
    if bytes.arbitrary()? { one(bytes).map(Some) } else { Ok(None) }
}

fn labels(bytes: &mut Unstructured<'_>, most: u8) -> Result<Labels> {
    let label = |bytes: &mut Unstructured<'_>| {
        Ok(((*bytes.choose(&KEYS)?).to_owned(), (*bytes.choose(&VALUES)?).to_owned()))
    };
    Ok(several(bytes, 0..=most, label)?.into_iter().collect())
}

fn family(bytes: &mut Unstructured<'_>) -> Result<Family> {
    bytes.choose(&[Family::V4, Family::V6, Family::Both, Family::BothV6First]).copied()
}

fn protocol(bytes: &mut Unstructured<'_>) -> Result<Protocol> {
    bytes.choose(&[Protocol::Tcp, Protocol::Udp, Protocol::Sctp]).copied()
}

fn container_port(bytes: &mut Unstructured<'_>) -> Result<ContainerPort> {
    Ok(ContainerPort {
        name: optional(bytes, |bytes| Ok((*bytes.choose(&PORT_NAMES)?).to_owned()))?,
        number: *bytes.choose(&PORT_NUMBERS)?,
        protocol: protocol(bytes)?,
        container: *bytes.choose(&[Container::Main, Container::Sidecar, Container::Init])?,
    })
}

fn pod(bytes: &mut Unstructured<'_>, place: u8, namespaces: &[&str], nodes: &[Node]) -> Result<Pod> {
    let namespace = (*bytes.choose(namespaces)?).to_owned();
    let labels = labels(bytes, 2)?;
    let ports = several(bytes, 0..=3, container_port)?;
    let host_network = bytes.ratio(3, 20)?;
    let running = bytes.ratio(3, 4)?;
    let phases = [Phase::Pending, Phase::Succeeded, Phase::Failed];
    let phase = if running { Phase::Running } else { *bytes.choose(&phases)? };
    let family = family(bytes)?;
    let on_a_node = !nodes.is_empty() && bytes.arbitrary()?;
    let node = if on_a_node { Some(bytes.choose(nodes)?.clone()) } else { None };
    let ports = if host_network { without_names(ports) } else { distinct(ports) };
    let pod =
        Pod { namespace, name: String::new(), labels, ips: vec![], ports, host_network, node: None, phase };
    Ok(placed(place, pod, family, node))
}

fn policy(bytes: &mut Unstructured<'_>, place: u8, namespaces: &[&str], cluster: &Cluster) -> Result<Policy> {
    let types: [&[Direction]; 4] =
        [&[], &[Direction::Ingress], &[Direction::Egress], &[Direction::Ingress, Direction::Egress]];
    Ok(Policy {
        namespace: (*bytes.choose(namespaces)?).to_owned(),
        name: format!("policy-{place}"),
        pod_selector: selector(bytes)?,
        policy_types: optional(bytes, |bytes| Ok(bytes.choose(&types)?.to_vec()))?,
        ingress: several(bytes, 0..=2, |bytes| rule(bytes, cluster))?,
        egress: several(bytes, 0..=2, |bytes| rule(bytes, cluster))?,
    })
}

fn rule(bytes: &mut Unstructured<'_>, cluster: &Cluster) -> Result<Rule> {
    let peers = several(bytes, 0..=2, |bytes| peer(bytes, cluster))?;
    Ok(Rule { peers, ports: several(bytes, 0..=2, policy_port)? })
}

fn peer(bytes: &mut Unstructured<'_>, cluster: &Cluster) -> Result<Peer> {
    Ok(match bytes.int_in_range(0..=3)? {
        0 => Peer::Pods(selector(bytes)?),
        1 => Peer::Namespaces(namespaces(bytes)?),
        2 => Peer::PodsOfNamespaces { pods: selector(bytes)?, namespaces: namespaces(bytes)? },
        _ => ip_block(bytes, cluster)?,
    })
}

fn namespaces(bytes: &mut Unstructured<'_>) -> Result<Selector> {
    if !bytes.ratio(1, 3)? {
        return selector(bytes);
    }
    let name = (*bytes.choose(&NAMESPACES)?).to_owned();
    let labels = BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), name)]);
    Ok(Selector { labels, expressions: vec![] })
}

fn selector(bytes: &mut Unstructured<'_>) -> Result<Selector> {
    Ok(Selector { labels: labels(bytes, 1)?, expressions: several(bytes, 0..=1, requirement)? })
}

fn requirement(bytes: &mut Unstructured<'_>) -> Result<Requirement> {
    let key = (*bytes.choose(&KEYS)?).to_owned();
    let operator =
        *bytes.choose(&[Operator::In, Operator::NotIn, Operator::Exists, Operator::DoesNotExist])?;
    let value = |bytes: &mut Unstructured<'_>| Ok((*bytes.choose(&VALUES)?).to_owned());
    let mut values = match operator {
        Operator::In | Operator::NotIn => several(bytes, 1..=3, value)?,
        Operator::Exists | Operator::DoesNotExist => vec![],
    };
    values.sort();
    values.dedup();
    Ok(Requirement { key, operator, values })
}

fn ip_block(bytes: &mut Unstructured<'_>, cluster: &Cluster) -> Result<Peer> {
    let pool = addresses(cluster);
    let address = *bytes.choose(&pool)?;
    let cidr = Block { address, prefix: *bytes.choose(prefixes(address))? };
    let cidr = if bytes.arbitrary()? { mask(cidr) } else { cidr };
    let inside: Vec<_> = pool.into_iter().filter(|address| cidr.contains(*address)).collect();
    let holes = several(bytes, 0..=2, |bytes| {
        let address = *bytes.choose(&inside)?;
        let longer: Vec<u8> =
            prefixes(address).iter().copied().filter(|prefix| *prefix > cidr.prefix).collect();
        // The whole of an address has no longer prefix.
        if longer.is_empty() {
            return Ok(None);
        }
        Ok(Some(mask(Block { address, prefix: *bytes.choose(&longer)? })))
    })?;
    Ok(Peer::IpBlock { cidr, except: holes.into_iter().flatten().collect() })
}

fn policy_port(bytes: &mut Unstructured<'_>) -> Result<PolicyPort> {
    let protocol = optional(bytes, protocol)?;
    let (port, end_port) = match bytes.int_in_range(0..=3)? {
        0 => (None, None),
        1 => (Some(PortRef::Number(*bytes.choose(&PORT_NUMBERS)?)), None),
        2 => {
            let (a, b) = (*bytes.choose(&PORT_NUMBERS)?, *bytes.choose(&PORT_NUMBERS)?);
            (Some(PortRef::Number(a.min(b))), Some(a.max(b)))
        }
        _ => (Some(PortRef::Name((*bytes.choose(&PORT_NAMES)?).to_owned())), None),
    };
    Ok(PolicyPort { protocol, port, end_port })
}
