//! The cluster compiled: who is alike, and which of them each policy, rule and peer is about, as bit sets.
//!
//! Two pods that differ in nothing a policy can see fall into one *class*; so do outside addresses that
//! lie in the same blocks. A bit set over classes then stands for any number of pods and addresses, and
//! one question about a rule is one bit. This stage asks nothing and decides nothing: verdicts are made
//! in `evaluate`, from what stands here.

mod classes;
mod labels;
mod memberships;
mod select;

use std::borrow::Cow;
use std::sync::Arc;

use netpol_syntax::order::Map;

use crate::bits::BitSet;
use crate::model::{
    Cluster, ContainerPort, Direction, Endpoint, NamespaceId, PeerKind, PodId, Policy, PolicyId, PortMatch,
    Rule, Section,
};
use crate::ports::{PortSet, PortSetId, PortSets};
use crate::table::Table;

use classes::Classes;
pub use classes::{Class, ClassId, OutsideRange};
pub(crate) use labels::{CarrierId, LabelIndex};
pub(crate) use memberships::{CombinationId, Memberships, Refinement};
use select::Selection;

/// A compiled cluster. It belongs to the [`Cluster`] it was made from.
#[derive(Clone, Debug)]
pub struct Index {
    classes: Arc<Classes>,
    policies: Table<PolicyId, Arc<CompiledPolicy>>,
    /// The policies that isolate each class, by direction.
    isolating_egress: Memberships<PolicyId>,
    isolating_ingress: Memberships<PolicyId>,
    /// The port sets that rules name, and all that come of them.
    pub(crate) port_sets: PortSets,
    /// What the next policy to be compiled is called.
    next_serial: u32,
}

/// A policy in terms of classes.
#[derive(Clone, Debug)]
pub(crate) struct CompiledPolicy {
    /// What it is called among all that were compiled for the same classes: one that is taken over from an earlier
    /// state keeps its number, and no other has it.
    pub(crate) serial: u32,
    /// The pods it selects.
    pub(crate) subjects: BitSet,
    egress: Vec<CompiledRule>,
    ingress: Vec<CompiledRule>,
}

/// A rule in terms of classes.
#[derive(Clone, Debug)]
pub(crate) struct CompiledRule {
    /// Everyone that any of its peers matches.
    pub(crate) anyone: Arc<BitSet>,
    /// Each peer's own, in the order of the text; empty where the rule names none and so means anyone.
    pub(crate) peers: Vec<Arc<BitSet>>,
    /// The ports it allows, where that is the same for every destination.
    pub(crate) fixed_ports: Option<PortSetId>,
}

impl CompiledPolicy {
    pub(crate) fn rules(&self, direction: Direction) -> &[CompiledRule] {
        match direction {
            Direction::Egress => &self.egress,
            Direction::Ingress => &self.ingress,
        }
    }
}

/// What policies are compiled against: all of a cluster that does not change with a policy, unless that names
/// other blocks.
#[derive(Debug)]
pub(crate) struct Compiler {
    selection: Selection,
}

/// An earlier state of a cluster that differs in its policies alone, or not even in them.
#[derive(Clone, Copy)]
pub(crate) struct Earlier<'e> {
    pub(crate) policies: &'e Table<PolicyId, Policy>,
    pub(crate) index: &'e Index,
    /// All port sets that were met in it.
    pub(crate) port_sets: &'e PortSets,
}

impl Compiler {
    /// For `cluster`, and for every other one with the same pods, nodes and namespaces whose policies name the
    /// same blocks.
    pub(crate) fn new(cluster: &Cluster) -> Self {
        let classes = Classes::of(cluster, classes::blocks(cluster));
        Self { selection: Selection::new(cluster, Arc::new(classes)) }
    }

    /// Whether `cluster`, whose pods, nodes and namespaces are those that this was made for, names the same blocks.
    pub(crate) fn fits(&self, cluster: &Cluster) -> bool {
        self.selection.classes.blocks == classes::blocks(cluster)
    }

    /// Compiles `cluster`, which must fit. What says the same in `earlier` as it does now is taken over.
    pub(crate) fn compile(&self, cluster: &Cluster, earlier: Option<Earlier<'_>>) -> Index {
        let classes = &self.selection.classes;
        let earlier = earlier.filter(|earlier| Arc::ptr_eq(classes, &earlier.index.classes));
        let mut port_sets = earlier.map_or_else(PortSets::default, |earlier| earlier.port_sets.clone());
        let mut next_serial = earlier.map_or(0, |earlier| earlier.index.next_serial);
        let mut known: Map<(NamespaceId, &str), PolicyId> = Map::new();
        if let Some(earlier) = earlier {
            let names = earlier.policies.iter();
            known.extend(names.map(|(id, policy)| ((policy.namespace, policy.name.as_ref()), id)));
        }
        let mut policies = Table::default();
        for policy in cluster.policies.rows() {
            let same = earlier.and_then(|earlier| {
                let id = *known.get(&(policy.namespace, policy.name.as_ref()))?;
                let compiled = &earlier.index.policies[id];
                policy.says_the_same(&earlier.policies[id]).then(|| Arc::clone(compiled))
            });
            policies.push(same.unwrap_or_else(|| {
                let serial = next_serial;
                next_serial += 1;
                Arc::new(compile_policy(serial, policy, &self.selection, &mut port_sets))
            }));
        }
        let isolating = |direction| {
            let isolating = policies
                .iter()
                .filter(|(id, _)| matches!(cluster.policies[*id].section(direction), Section::Isolates(_)));
            let subjects =
                isolating.map(|(id, compiled): (_, &Arc<CompiledPolicy>)| (id, &compiled.subjects));
            Memberships::of(classes.table.len(), &subjects.collect::<Vec<_>>())
        };
        let (isolating_egress, isolating_ingress) =
            (isolating(Direction::Egress), isolating(Direction::Ingress));
        let classes = Arc::clone(classes);
        Index { classes, policies, isolating_egress, isolating_ingress, port_sets, next_serial }
    }
}

impl Index {
    /// Compiles `cluster`.
    #[must_use]
    pub fn compile(cluster: &Cluster) -> Self {
        Compiler::new(cluster).compile(cluster, None)
    }

    /// Whether both are about the same pods, nodes, namespaces and blocks, by the same ids.
    pub(crate) fn has_classes_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.classes, &other.classes)
    }

    /// The classes, pods' before outside ones.
    #[must_use]
    pub fn classes(&self) -> &Table<ClassId, Class> {
        &self.classes.table
    }

    /// The class that an endpoint is in.
    #[must_use]
    pub fn class_of(&self, end: Endpoint) -> ClassId {
        match end {
            Endpoint::Pod(pod) => self.class_of_pod(pod),
            Endpoint::Address(address) => self.classes.of_outside(address),
        }
    }

    /// The class that a pod is in.
    #[must_use]
    pub fn class_of_pod(&self, pod: PodId) -> ClassId {
        self.classes.of_pod[pod]
    }

    /// The ranges that policies' blocks and nodes' addresses cut the address space into, v4 before v6, ascending.
    #[must_use]
    pub fn outside_ranges(&self) -> &[OutsideRange] {
        &self.classes.outside
    }

    /// The policies that isolate `class` in `direction`, in the order of the text. Outside classes have none.
    #[must_use]
    pub fn isolating(&self, direction: Direction, class: ClassId) -> &[PolicyId] {
        self.isolation(direction).of_class(class)
    }

    /// The policies that isolate each class in `direction`.
    pub(crate) fn isolation(&self, direction: Direction) -> &Memberships<PolicyId> {
        match direction {
            Direction::Egress => &self.isolating_egress,
            Direction::Ingress => &self.isolating_ingress,
        }
    }

    pub(crate) fn compiled(&self, policy: PolicyId) -> &CompiledPolicy {
        &self.policies[policy]
    }

    pub(crate) fn compiled_policies(&self) -> impl Iterator<Item = (PolicyId, &CompiledPolicy)> {
        self.policies.iter().map(|(id, policy)| (id, policy.as_ref()))
    }

    /// The container ports that named ports resolve against for a destination; none outside the cluster.
    pub(crate) fn declared_ports<'c>(&self, cluster: &'c Cluster, class: ClassId) -> &'c [ContainerPort] {
        match self.classes.table[class].example() {
            Endpoint::Pod(pod) => &cluster.pods[pod].ports,
            Endpoint::Address(_) => &[],
        }
    }

    /// The ports that a rule allows on a destination.
    pub(crate) fn allowed_on(
        &self,
        cluster: &Cluster,
        rule: &Rule,
        compiled: &CompiledRule,
        destination: ClassId,
    ) -> Cow<'_, PortSet> {
        match compiled.fixed_ports {
            Some(ports) => Cow::Borrowed(self.port_sets.get(ports)),
            None => Cow::Owned(rule.ports_on(self.declared_ports(cluster, destination))),
        }
    }
}

fn compile_policy(
    serial: u32,
    policy: &Policy,
    selection: &Selection,
    port_sets: &mut PortSets,
) -> CompiledPolicy {
    let mut rules = |direction| {
        let section: &Section = policy.section(direction);
        section
            .rules()
            .iter()
            .map(|rule| {
                let peers = rule.peers.iter().flatten().map(|peer| match &peer.kind {
                    PeerKind::Pods(pods) => Arc::new(selection.pods_of(policy.namespace, pods)),
                    PeerKind::Namespaces(namespaces) => selection.namespaces(namespaces),
                    PeerKind::PodsInNamespaces { namespaces, pods } => {
                        Arc::new(selection.pods_in(namespaces, pods))
                    }
                    PeerKind::Block(block) => selection.block(block),
                });
                let peers: Vec<Arc<BitSet>> = peers.collect();
                let anyone = match (&rule.peers, peers.as_slice()) {
                    (None, _) => Arc::new(selection.everyone()),
                    (Some(_), [one]) => Arc::clone(one),
                    (Some(_), _) => Arc::new(peers.iter().fold(selection.no_one(), |mut all, peer| {
                        all.unite(peer);
                        all
                    })),
                };
                CompiledRule { anyone, peers, fixed_ports: fixed_ports(rule, port_sets) }
            })
            .collect()
    };
    let (egress, ingress) = (rules(Direction::Egress), rules(Direction::Ingress));
    let subjects = selection.pods_of(policy.namespace, &policy.subject);
    CompiledPolicy { serial, subjects, egress, ingress }
}

/// The set of a rule's ports where no name is among them.
fn fixed_ports(rule: &Rule, port_sets: &mut PortSets) -> Option<PortSetId> {
    if rule.ports.iter().flatten().any(|port| matches!(port.ports, PortMatch::Named(_))) {
        return None;
    }
    Some(port_sets.intern(rule.ports_on(&[])))
}
