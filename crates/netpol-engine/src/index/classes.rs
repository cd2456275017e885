//! Who is alike: pods that no policy can tell apart, and outside addresses that lie in the same blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use netpol_syntax::order;

use crate::model::{
    Block, Cluster, ContainerPort, Endpoint, Labels, NamespaceId, NodeId, PeerKind, Phase, PodId, PodNetwork,
};
use crate::outside::successor;
use crate::table::{Id, Table, id};

id!(
    /// A class of endpoints that no policy of the cluster can tell apart.
    ClassId
);

/// Endpoints that no policy of the cluster can tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// Pods alike in namespace, labels, ports, network, life and node.
    Pods {
        /// The first of them.
        example: PodId,
        /// All of them, ascending.
        pods: Vec<PodId>,
    },
    /// Outside addresses that lie in the same blocks: ranges of one family.
    Outside {
        /// An address of the class, its lowest.
        example: IpAddr,
        /// The node that has it, where it is a node's.
        node: Option<NodeId>,
    },
}

impl Class {
    /// Its pods; none for an outside class.
    #[must_use]
    pub fn pods(&self) -> &[PodId] {
        match self {
            Self::Pods { pods, .. } => pods,
            Self::Outside { .. } => &[],
        }
    }

    /// One of its members, which stands for all.
    #[must_use]
    pub fn example(&self) -> Endpoint {
        match self {
            Self::Pods { example, .. } => Endpoint::Pod(*example),
            Self::Outside { example, .. } => Endpoint::Address(*example),
        }
    }
}

/// A range of addresses, all of one outside class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideRange {
    /// The first address.
    pub first: IpAddr,
    /// The last address, included.
    pub last: IpAddr,
    /// Their class.
    pub class: ClassId,
}

/// All classes of a cluster.
#[derive(Clone, Debug)]
pub(super) struct Classes {
    pub(super) table: Table<ClassId, Class>,
    pub(super) of_pods: usize,
    pub(super) of_pod: Table<PodId, ClassId>,
    pub(super) outside: Vec<OutsideRange>,
    /// The blocks that policies name, each once.
    pub(super) blocks: Vec<Block>,
}

/// What policies can see of a pod.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct PodKey<'c> {
    namespace: NamespaceId,
    labels: &'c Labels,
    ports: &'c [ContainerPort],
    network: PodNetwork,
    finished: bool,
    node: Option<NodeId>,
    blocks: Vec<bool>,
}

impl Classes {
    pub(super) fn of(cluster: &Cluster) -> Self {
        let blocks = blocks(cluster);
        let mut table = Table::default();
        let mut of_pod = Table::default();

        let mut classes: BTreeMap<PodKey<'_>, ClassId> = BTreeMap::new();
        for (id, pod) in cluster.pods.iter() {
            let key = PodKey {
                namespace: pod.namespace,
                labels: &pod.labels,
                ports: &pod.ports,
                network: pod.network,
                finished: pod.phase == Phase::Finished,
                node: pod.node,
                blocks: blocks
                    .iter()
                    .map(|block| pod.addresses.iter().any(|address| block.contains(address)))
                    .collect(),
            };
            let class = *classes
                .entry(key)
                .or_insert_with(|| table.push(Class::Pods { example: id, pods: Vec::new() }));
            if let Class::Pods { pods, .. } = &mut table[class] {
                pods.push(id);
            }
            of_pod.push(class);
        }
        let of_pods = table.len();

        let outside = outside(cluster, &blocks, &mut table);
        Self { table, of_pods, of_pod, outside, blocks }
    }

    pub(super) fn of_outside(&self, address: IpAddr) -> ClassId {
        // v4 sorts before v6, in `IpAddr` as in the list.
        let after = self.outside.partition_point(|range| range.first <= address);
        let range = after.checked_sub(1).and_then(|at| self.outside.get(at)).or(self.outside.first());
        // Both families are covered from their first address on, so there always is a range.
        range.map_or(ClassId::new(self.of_pods), |range| range.class)
    }
}

/// The blocks that policies name, each once, in a fixed order.
fn blocks(cluster: &Cluster) -> Vec<Block> {
    let rules = cluster
        .policies
        .rows()
        .iter()
        .flat_map(|policy| policy.ingress.rules().iter().chain(policy.egress.rules()));
    let peers = rules.flat_map(|rule| rule.peers.iter().flatten());
    let blocks = peers.filter_map(|peer| match &peer.kind {
        PeerKind::Block(block) => Some(block.clone()),
        _ => None,
    });
    let mut blocks: Vec<Block> = blocks.collect();
    order::sort_and_dedup(&mut blocks);
    blocks
}

/// Cuts both address spaces at every edge of a block and around every node's address, and gives ranges
/// that lie in the same blocks one class.
fn outside(cluster: &Cluster, blocks: &[Block], table: &mut Table<ClassId, Class>) -> Vec<OutsideRange> {
    let nodes = cluster.nodes.iter().flat_map(|(id, node)| node.addresses.iter().map(move |ip| (*ip, id)));
    let mut holders: BTreeMap<IpAddr, NodeId> = BTreeMap::new();
    holders.extend(nodes);

    let mut cuts: BTreeSet<IpAddr> = BTreeSet::new();
    cuts.extend([IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)]);
    for net in blocks.iter().flat_map(|block| std::iter::once(&block.cidr).chain(&block.except)) {
        cuts.insert(net.network());
        cuts.extend(successor(net.broadcast()));
    }
    for address in holders.keys() {
        cuts.insert(*address);
        cuts.extend(successor(*address));
    }

    let mut classes: BTreeMap<(bool, Vec<bool>, Option<NodeId>), ClassId> = BTreeMap::new();
    let mut ranges: Vec<OutsideRange> = Vec::new();
    let mut cuts = cuts.into_iter().peekable();
    while let Some(first) = cuts.next() {
        let last = match cuts.peek() {
            Some(next) if next.is_ipv4() == first.is_ipv4() => predecessor(*next),
            _ if first.is_ipv4() => IpAddr::V4(Ipv4Addr::BROADCAST),
            _ => IpAddr::V6(Ipv6Addr::from(u128::MAX)),
        };
        let node = holders.get(&first).copied();
        let members = blocks.iter().map(|block| block.contains(&first)).collect();
        let class = *classes
            .entry((first.is_ipv6(), members, node))
            .or_insert_with(|| table.push(Class::Outside { example: first, node }));
        ranges.push(OutsideRange { first, last, class });
    }
    ranges
}

fn predecessor(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits().saturating_sub(1))),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits().saturating_sub(1))),
    }
}
