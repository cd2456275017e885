//! Who is alike: pods that no policy can tell apart, and outside addresses that lie in the same blocks.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use netpol_syntax::order::{self, Map};

use crate::bits::BitSet;
use crate::model::{
    Block, Cluster, ContainerPort, Endpoint, Labels, NamespaceId, NodeId, Phase, PodId, PodNetwork,
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
#[derive(Debug)]
pub(crate) struct Classes {
    pub(super) table: Table<ClassId, Class>,
    pub(super) of_pods: usize,
    pub(super) of_pod: Table<PodId, ClassId>,
    pub(super) outside: Vec<OutsideRange>,
    /// The blocks that policies name, each once.
    pub(super) blocks: Vec<Block>,
    /// For each class the blocks that hold an address of it.
    pub(super) blocks_of: Table<ClassId, BitSet>,
}

id!(
    /// A block that policies name.
    BlockId
);

/// What policies can see of a pod.
#[derive(Clone, PartialEq, Eq, Hash)]
struct PodKey<'c> {
    namespace: NamespaceId,
    labels: &'c Labels,
    ports: &'c [ContainerPort],
    network: PodNetwork,
    finished: bool,
    node: Option<NodeId>,
    blocks: Cow<'c, BitSet>,
}

impl Classes {
    /// The classes of `cluster`, `blocks` being those that its policies name.
    pub(super) fn of(cluster: &Cluster, blocks: Vec<Block>) -> Self {
        let ranges = ranges(cluster, &blocks);
        let mut table = Table::default();
        let mut of_pod = Table::default();
        let mut blocks_of: Table<ClassId, BitSet> = Table::default();

        let mut classes: HashMap<PodKey<'_>, ClassId> = HashMap::with_capacity(cluster.workloads.len());
        let mut last: Option<(PodKey<'_>, ClassId)> = None;
        for (id, pod) in cluster.pods.iter() {
            let key = PodKey {
                namespace: pod.namespace,
                labels: &pod.labels,
                ports: &pod.ports,
                network: pod.network,
                finished: matches!(pod.phase, Phase::Finished),
                node: pod.node,
                blocks: blocks_around(&ranges, &pod.addresses),
            };
            // Pods of one workload stand together, so that most are like the one before.
            let class = match last.take().filter(|(known, _)| *known == key) {
                Some((_, class)) => class,
                None => *classes.entry(key.clone()).or_insert_with_key(|key| {
                    blocks_of.push(key.blocks.as_ref().clone());
                    table.push(Class::Pods { example: id, pods: Vec::new() })
                }),
            };
            last = Some((key, class));
            if let Class::Pods { pods, .. } = &mut table[class] {
                pods.push(id);
            }
            of_pod.push(class);
        }
        let of_pods = table.len();

        let mut classes: Map<(bool, BitSet, Option<NodeId>), ClassId> = Map::new();
        let mut outside = Vec::new();
        for Range { first, last, blocks, node } in ranges {
            let class = *classes.or_insert_with_key((first.is_ipv6(), blocks, node), |(_, blocks, _)| {
                blocks_of.push(blocks.clone());
                table.push(Class::Outside { example: first, node })
            });
            outside.push(OutsideRange { first, last, class });
        }
        Self { table, of_pods, of_pod, outside, blocks, blocks_of }
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
pub(super) fn blocks(cluster: &Cluster) -> Vec<Block> {
    let mut blocks: Vec<Block> = cluster.blocks().cloned().collect();
    order::sort_and_dedup(&mut blocks);
    blocks
}

/// Addresses of one family that lie in the same blocks, of one node or of none.
struct Range {
    first: IpAddr,
    last: IpAddr,
    /// The blocks that hold them.
    blocks: BitSet,
    /// The node that has the address, where it is a node's.
    node: Option<NodeId>,
}

/// Cuts both address spaces at every edge of a block and around every node's address.
fn ranges(cluster: &Cluster, blocks: &[Block]) -> Vec<Range> {
    let nodes = cluster.nodes.iter().flat_map(|(id, node)| node.addresses.iter().map(move |ip| (*ip, id)));
    let holders: Map<IpAddr, NodeId> = nodes.collect();

    let mut cuts = vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];
    for net in blocks.iter().flat_map(|block| std::iter::once(&block.cidr).chain(&block.except)) {
        cuts.push(net.network());
        cuts.extend(successor(net.broadcast()));
    }
    for address in holders.keys() {
        cuts.push(*address);
        cuts.extend(successor(*address));
    }
    order::sort_and_dedup(&mut cuts);

    let mut ranges: Vec<Range> = Vec::new();
    let mut cuts = cuts.into_iter().peekable();
    while let Some(first) = cuts.next() {
        let last = match cuts.peek() {
            Some(next) if next.is_ipv4() == first.is_ipv4() => predecessor(*next),
            _ if first.is_ipv4() => IpAddr::V4(Ipv4Addr::BROADCAST),
            _ => IpAddr::V6(Ipv6Addr::from(u128::MAX)),
        };
        let node = holders.get(&first).copied();
        ranges.push(Range { first, last, blocks: BitSet::none(blocks.len()), node });
    }
    for (at, block) in blocks.iter().enumerate() {
        let id = BlockId::new(at);
        within(&mut ranges, &block.cidr, &mut |range| range.blocks.insert(id));
        // Each range is not held against each exception, of which there may be as many.
        for hole in &block.except {
            within(&mut ranges, hole, &mut |range| range.blocks.remove(id));
        }
    }
    ranges
}

/// Does something to those of `ranges` that lie in `net`. Its edges are cuts, so that each lies within it or outside.
fn within(ranges: &mut [Range], net: &IpNet, act: &mut dyn FnMut(&mut Range)) {
    let start = ranges.partition_point(|range| range.first < net.network());
    let end = ranges.partition_point(|range| range.first <= net.broadcast());
    ranges.get_mut(start..end).into_iter().flatten().for_each(act);
}

/// The blocks that hold any of `addresses`.
fn blocks_around<'r>(ranges: &'r [Range], addresses: &[IpAddr]) -> Cow<'r, BitSet> {
    let around = |address: &IpAddr| {
        let after = ranges.partition_point(|range| range.first <= *address);
        // Both families are covered from their first address on, so there always is a range.
        after.checked_sub(1).and_then(|at| ranges.get(at)).map(|range| &range.blocks)
    };
    let mut found = addresses.iter().filter_map(around);
    let mut blocks = found.next().map_or_else(|| Cow::Owned(BitSet::none(0)), Cow::Borrowed);
    for more in found {
        if !more.is_within(&blocks) {
            blocks.to_mut().unite(more);
        }
    }
    blocks
}

fn predecessor(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits().saturating_sub(1))),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits().saturating_sub(1))),
    }
}
