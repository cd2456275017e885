//! Clusters at random, small enough to ask about every pair and valid by the API's rules.
//!
//! Alphabets are small, so that selectors hit, and hold what YAML readers stumble over.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::oracle::{
    Block, Cluster, Container, ContainerPort, Direction, Namespace, Node, Operator, Peer, Phase, Pod, Policy,
    PolicyPort, PortRef, Protocol, Requirement, Rule, Selector,
};

pub(crate) const NAMESPACES: [&str; 4] = ["default", "blue", "on", "n1"];
pub(crate) const KEYS: [&str; 3] = ["app", "example.com/tier", "y"];
pub(crate) const VALUES: [&str; 5] = ["a", "b", "yes", "1.20", ""];
pub(crate) const PORT_NUMBERS: [u16; 7] = [1, 53, 80, 81, 443, 8080, 65535];
pub(crate) const PORT_NAMES: [&str; 3] = ["http", "dns", "web-2"];

/// Addresses that no pod and no node has. None lies in the ranges that addresses are made up from.
pub const OUTSIDE: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(10, 1, 0, 200)),
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 1, 0, 0, 0, 0, 0, 0xff)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7)),
];

/// Numbers next to those that a random cluster names.
pub(crate) const NEIGHBOURS: [u16; 10] = [2, 52, 54, 79, 82, 442, 444, 8079, 8081, 65534];

/// The ports worth asking about: every number that a random cluster names, and its neighbours.
pub fn boundary_ports() -> impl Strategy<Value = u16> {
    prop_oneof![4 => select(&PORT_NUMBERS[..]), 1 => select(&NEIGHBOURS[..])]
}

/// Any of the three protocols, TCP most often.
pub fn protocols() -> impl Strategy<Value = Protocol> {
    prop_oneof![3 => Just(Protocol::Tcp), 1 => Just(Protocol::Udp), 1 => Just(Protocol::Sctp)]
}

/// Addresses to ask about: pods' and nodes' own, and ones outside. A pod that has ended has given its address
/// back, and nothing says who answers there.
pub fn addresses(cluster: &Cluster) -> Vec<IpAddr> {
    let living = cluster.pods.iter().filter(|pod| !matches!(pod.phase, Phase::Succeeded | Phase::Failed));
    let pods = living.flat_map(|pod| pod.ips.iter().copied());
    let nodes = cluster.nodes.iter().flat_map(|node| node.ips.iter().copied());
    let mut all: Vec<IpAddr> = pods.chain(nodes).chain(OUTSIDE).collect();
    all.sort();
    all.dedup();
    all
}

/// How a property is tried: on so many cases, or as many as `PROPTEST_CASES` says. What fails becomes a case or
/// an input of its own, not a seed.
pub fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let told = std::env::var_os("PROPTEST_CASES").is_some();
    if told { default } else { ProptestConfig { cases, ..default } }
}

/// A cluster of up to 4 namespaces, 3 nodes, 8 pods and 6 policies.
pub fn clusters() -> impl Strategy<Value = Cluster> {
    (1..=NAMESPACES.len(), nodes())
        .prop_flat_map(|(count, nodes)| {
            let used: Vec<&'static str> = NAMESPACES.iter().copied().take(count).collect();
            (namespaces(used.clone()), pods(used.clone(), nodes.clone()), Just(nodes), Just(used))
        })
        .prop_flat_map(|(namespaces, pods, nodes, used)| {
            let cluster = Cluster { namespaces, nodes, pods, policies: vec![] };
            let policies = policies(&used, &cluster);
            (Just(cluster), policies)
        })
        .prop_map(|(cluster, policies)| Cluster { policies, ..cluster })
}

fn labels() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(select(&KEYS[..]).prop_map(str::to_owned), select(&VALUES[..]).prop_map(str::to_owned), 0..=2)
}

fn namespaces(names: Vec<&'static str>) -> impl Strategy<Value = Vec<Namespace>> {
    let count = names.len();
    (subsequence(names, 0..=count), vec(labels(), count)).prop_map(|(names, labels)| {
        let namespace = |(name, labels): (&str, _)| Namespace { name: name.to_owned(), labels };
        names.into_iter().zip(labels).map(namespace).collect()
    })
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    vec((family(), any::<bool>()), 0..=3).prop_map(|nodes| {
        (0_u8..).zip(nodes).map(|(place, (family, declared))| node(place, family, declared)).collect()
    })
}

/// The node with a name and addresses by its place among the nodes.
pub(crate) fn node(place: u8, family: Family, declared: bool) -> Node {
    Node {
        name: format!("node-{place}"),
        ips: family.of(
            Ipv4Addr::new(192, 168, 0, 10 + place),
            Ipv6Addr::new(0xfd00, 2, 0, 0, 0, 0, 0, u16::from(place) + 1),
        ),
        declared,
    }
}

/// Which addresses something has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Family {
    V4,
    V6,
    Both,
    BothV6First,
}

impl Family {
    pub(crate) fn of(self, v4: Ipv4Addr, v6: Ipv6Addr) -> Vec<IpAddr> {
        match self {
            Self::V4 => vec![v4.into()],
            Self::V6 => vec![v6.into()],
            Self::Both => vec![v4.into(), v6.into()],
            Self::BothV6First => vec![v6.into(), v4.into()],
        }
    }
}

fn family() -> impl Strategy<Value = Family> {
    prop_oneof![
        4 => Just(Family::V4),
        1 => Just(Family::V6),
        2 => Just(Family::Both),
        1 => Just(Family::BothV6First),
    ]
}

fn phase() -> impl Strategy<Value = Phase> {
    prop_oneof![
        10 => Just(Phase::Running),
        1 => Just(Phase::Pending),
        1 => Just(Phase::Succeeded),
        1 => Just(Phase::Failed),
    ]
}

fn container_port() -> impl Strategy<Value = ContainerPort> {
    let container = prop_oneof![
        4 => Just(Container::Main),
        1 => Just(Container::Sidecar),
        1 => Just(Container::Init),
    ];
    let name = option::of(select(&PORT_NAMES[..]).prop_map(str::to_owned));
    (name, select(&PORT_NUMBERS[..]), protocols(), container)
        .prop_map(|(name, number, protocol, container)| ContainerPort { name, number, protocol, container })
}

fn pods(namespaces: Vec<&'static str>, nodes: Vec<Node>) -> impl Strategy<Value = Vec<Pod>> {
    let host_network = proptest::bool::weighted(0.15);
    let pod = (select(namespaces), labels(), vec(container_port(), 0..=3), host_network, phase()).prop_map(
        |(namespace, labels, ports, host_network, phase)| Pod {
            namespace: namespace.to_owned(),
            name: String::new(),
            labels,
            ips: vec![],
            ports: if host_network { without_names(ports) } else { distinct(ports) },
            host_network,
            node: None,
            phase,
        },
    );
    let node = option::of(any::<Index>())
        .prop_map(move |index| index.filter(|_| !nodes.is_empty()).map(|index| index.get(&nodes).clone()));
    vec((pod, family(), node), 1..=8).prop_map(|pods| {
        let pod = |(place, (pod, family, node))| placed(place, pod, family, node);
        (0..).zip(pods).map(pod).collect()
    })
}

/// The pod with a name and addresses by its place among the pods, and on a node.
pub(crate) fn placed(place: u8, pod: Pod, family: Family, node: Option<Node>) -> Pod {
    let own = family.of(
        Ipv4Addr::new(10, 1, place % 2, 10 + place),
        Ipv6Addr::new(0xfd00, 1, 0, u16::from(place % 2), 0, 0, 0, u16::from(place) + 1),
    );
    let (node, node_ips) = node.map(|node| (node.name, node.ips)).unzip();
    let ips = node_ips.filter(|_| pod.host_network).unwrap_or(own);
    Pod { name: format!("pod-{place}"), ips, node, ..pod }
}

/// A pod's main containers and sidecars give each name once, as the API's documentation asks.
pub(crate) fn distinct(mut ports: Vec<ContainerPort>) -> Vec<ContainerPort> {
    let mut seen = Vec::new();
    ports.retain(|port| {
        let known = port.container != Container::Init && port.name.is_some() && seen.contains(&port.name);
        if port.container != Container::Init {
            seen.push(port.name.clone());
        }
        !known
    });
    ports
}

/// Whether a named port can be found on a pod that counts as its node is nowhere said.
pub(crate) fn without_names(ports: Vec<ContainerPort>) -> Vec<ContainerPort> {
    ports.into_iter().map(|port| ContainerPort { name: None, ..port }).collect()
}

fn policies(namespaces: &[&'static str], cluster: &Cluster) -> impl Strategy<Value = Vec<Policy>> + use<> {
    let policy = (
        select(namespaces.to_vec()),
        selector(),
        option::of(subsequence(vec![Direction::Ingress, Direction::Egress], 0..=2)),
        vec(rule(cluster), 0..=2),
        vec(rule(cluster), 0..=2),
    )
        .prop_map(|(namespace, pod_selector, policy_types, ingress, egress)| Policy {
            namespace: namespace.to_owned(),
            name: String::new(),
            pod_selector,
            policy_types,
            ingress,
            egress,
        });
    vec(policy, 0..=6).prop_map(|policies| {
        let named = |(place, policy)| Policy { name: format!("policy-{place}"), ..policy };
        policies.into_iter().enumerate().map(named).collect()
    })
}

/// A rule whose blocks lie around the addresses of `cluster`.
pub fn rule(cluster: &Cluster) -> impl Strategy<Value = Rule> + use<> {
    (vec(peer(cluster), 0..=2), vec(policy_port(), 0..=2)).prop_map(|(peers, ports)| Rule { peers, ports })
}

fn peer(cluster: &Cluster) -> impl Strategy<Value = Peer> + use<> {
    let namespaces = || prop_oneof![2 => selector(), 1 => namespace_by_name()];
    let both =
        (selector(), namespaces()).prop_map(|(pods, namespaces)| Peer::PodsOfNamespaces { pods, namespaces });
    prop_oneof![
        2 => selector().prop_map(Peer::Pods),
        2 => namespaces().prop_map(Peer::Namespaces),
        2 => both,
        3 => ip_block(addresses(cluster)),
    ]
}

fn namespace_by_name() -> impl Strategy<Value = Selector> {
    select(&NAMESPACES[..]).prop_map(|name| Selector {
        labels: BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), name.to_owned())]),
        expressions: vec![],
    })
}

fn selector() -> impl Strategy<Value = Selector> {
    let labels = btree_map(
        select(&KEYS[..]).prop_map(str::to_owned),
        select(&VALUES[..]).prop_map(str::to_owned),
        0..=1,
    );
    let one = (labels, vec(requirement(), 0..=1))
        .prop_map(|(labels, expressions)| Selector { labels, expressions });
    prop_oneof![1 => Just(Selector::default()), 4 => one]
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let operator = select(&[Operator::In, Operator::NotIn, Operator::Exists, Operator::DoesNotExist][..]);
    let values = subsequence(VALUES.to_vec(), 1..=3);
    (select(&KEYS[..]), operator, values).prop_map(|(key, operator, values)| {
        let wants_values = matches!(operator, Operator::In | Operator::NotIn);
        let values = if wants_values { values.into_iter().map(str::to_owned).collect() } else { vec![] };
        Requirement { key: key.to_owned(), operator, values }
    })
}

/// A block around one of the addresses, sometimes with bits past its prefix, and holes around some of those
/// in it.
fn ip_block(pool: Vec<IpAddr>) -> impl Strategy<Value = Peer> {
    (select(pool.clone()), any::<Index>(), any::<bool>(), vec((any::<Index>(), any::<Index>()), 0..=2))
        .prop_map(move |(address, prefix, masked, holes)| {
            let cidr = Block { address, prefix: *prefix.get(prefixes(address)) };
            let cidr = if masked { mask(cidr) } else { cidr };
            let inside: Vec<&IpAddr> = pool.iter().filter(|address| cidr.contains(**address)).collect();
            let hole = |(address, prefix): (Index, Index)| {
                let address = **address.get(&inside);
                let longer: Vec<&u8> =
                    prefixes(address).iter().filter(|prefix| **prefix > cidr.prefix).collect();
                (!longer.is_empty()).then(|| mask(Block { address, prefix: **prefix.get(&longer) }))
            };
            Peer::IpBlock { cidr, except: holes.into_iter().filter_map(hole).collect() }
        })
}

pub(crate) fn prefixes(address: IpAddr) -> &'static [u8] {
    if address.is_ipv4() { &[0, 1, 8, 16, 23, 24, 31, 32] } else { &[0, 16, 48, 64, 112, 127, 128] }
}

/// The block with every bit past its prefix cleared.
pub(crate) fn mask(block: Block) -> Block {
    let Block { address, prefix } = block;
    let past = |width: u32| width - u32::from(prefix);
    let address = match address {
        IpAddr::V4(v4) => {
            let kept = u32::MAX.checked_shl(past(32)).unwrap_or(0);
            Ipv4Addr::from(u32::from(v4) & kept).into()
        }
        IpAddr::V6(v6) => {
            let kept = u128::MAX.checked_shl(past(128)).unwrap_or(0);
            Ipv6Addr::from(u128::from(v6) & kept).into()
        }
    };
    Block { address, prefix }
}

fn policy_port() -> impl Strategy<Value = PolicyPort> {
    let ends = (select(&PORT_NUMBERS[..]), select(&PORT_NUMBERS[..]), any::<bool>());
    let which = prop_oneof![
        1 => Just((None, None)),
        4 => ends.prop_map(|(a, b, range)| {
            let end = range.then_some(a.max(b));
            (Some(PortRef::Number(if range { a.min(b) } else { a })), end)
        }),
        3 => select(&PORT_NAMES[..]).prop_map(|name| (Some(PortRef::Name(name.to_owned())), None)),
    ];
    (option::of(protocols()), which).prop_map(|(protocol, (port, end_port))| PolicyPort {
        protocol,
        port,
        end_port,
    })
}
