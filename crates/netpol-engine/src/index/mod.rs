//! The cluster compiled: who is alike, and which of them each policy, rule and peer is about, as bit sets.
//!
//! Two pods that differ in nothing a policy can see fall into one *class*; so do outside addresses that
//! lie in the same blocks. A bit set over classes then stands for any number of pods and addresses, and
//! one question about a rule is one bit. This stage asks nothing and decides nothing: verdicts are made
//! in `evaluate`, from what stands here.

mod classes;
mod select;

use crate::bits::BitSet;
use crate::model::{
    Cluster, ContainerPort, Direction, Endpoint, PeerKind, PodId, Policy, PolicyId, PortMatch, Rule, Section,
};
use crate::ports::{PortSetId, PortSets};
use crate::table::Table;

use classes::Classes;
pub use classes::{Class, ClassId, OutsideRange};
use select::Selection;

/// A compiled cluster. It belongs to the [`Cluster`] it was made from.
#[derive(Clone, Debug)]
pub struct Index {
    classes: Classes,
    policies: Table<PolicyId, CompiledPolicy>,
    /// For each class, the policies that isolate it, by direction.
    isolating: Table<ClassId, Isolating>,
    /// The port sets that rules name, and all that come of them.
    pub(crate) port_sets: PortSets,
}

#[derive(Clone, Debug, Default)]
struct Isolating {
    egress: Vec<PolicyId>,
    ingress: Vec<PolicyId>,
}

/// A policy in terms of classes.
#[derive(Clone, Debug)]
pub(crate) struct CompiledPolicy {
    /// The pods it selects.
    pub(crate) subjects: BitSet,
    egress: Vec<CompiledRule>,
    ingress: Vec<CompiledRule>,
}

/// A rule in terms of classes.
#[derive(Clone, Debug)]
pub(crate) struct CompiledRule {
    /// Everyone that any of its peers matches.
    pub(crate) anyone: BitSet,
    /// Each peer's own, in the order of the text; empty where the rule names none and so means anyone.
    pub(crate) peers: Vec<BitSet>,
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

impl Index {
    /// Compiles `cluster`.
    #[must_use]
    pub fn compile(cluster: &Cluster) -> Self {
        let classes = Classes::of(cluster);
        let mut selection = Selection::new(cluster, &classes);
        let mut port_sets = PortSets::default();
        let mut isolating: Table<ClassId, Isolating> =
            classes.table.ids().map(|_| Isolating::default()).collect();
        let mut policies = Table::default();
        for (id, policy) in cluster.policies.iter() {
            let compiled = compile_policy(policy, &mut selection, &mut port_sets);
            for class in compiled.subjects.iter::<ClassId>() {
                if matches!(policy.egress, Section::Isolates(_)) {
                    isolating[class].egress.push(id);
                }
                if matches!(policy.ingress, Section::Isolates(_)) {
                    isolating[class].ingress.push(id);
                }
            }
            policies.push(compiled);
        }
        Self { classes, policies, isolating, port_sets }
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
        let isolating = &self.isolating[class];
        match direction {
            Direction::Egress => &isolating.egress,
            Direction::Ingress => &isolating.ingress,
        }
    }

    pub(crate) fn compiled(&self, policy: PolicyId) -> &CompiledPolicy {
        &self.policies[policy]
    }

    pub(crate) fn compiled_policies(&self) -> impl Iterator<Item = (PolicyId, &CompiledPolicy)> {
        self.policies.iter()
    }

    /// The container ports that named ports resolve against for a destination; none outside the cluster.
    pub(crate) fn declared_ports<'c>(&self, cluster: &'c Cluster, class: ClassId) -> &'c [ContainerPort] {
        match self.classes.table[class].example() {
            Endpoint::Pod(pod) => &cluster.pods[pod].ports,
            Endpoint::Address(_) => &[],
        }
    }
}

fn compile_policy(
    policy: &Policy,
    selection: &mut Selection<'_>,
    port_sets: &mut PortSets,
) -> CompiledPolicy {
    let mut rules = |direction| {
        let section: &Section = policy.section(direction);
        section
            .rules()
            .iter()
            .map(|rule| {
                let peers = rule.peers.iter().flatten().map(|peer| match &peer.kind {
                    PeerKind::Pods(pods) => selection.pods_of(policy.namespace, pods),
                    PeerKind::Namespaces(namespaces) => selection.namespaces(namespaces),
                    PeerKind::PodsInNamespaces { namespaces, pods } => selection.pods_in(namespaces, pods),
                    PeerKind::Block(block) => selection.block(block),
                });
                let peers: Vec<BitSet> = peers.collect();
                let anyone = match &rule.peers {
                    None => selection.everyone(),
                    Some(_) => peers.iter().fold(selection.no_one(), |mut all, peer| {
                        all.unite(peer);
                        all
                    }),
                };
                CompiledRule { anyone, peers, fixed_ports: fixed_ports(rule, port_sets) }
            })
            .collect()
    };
    let (egress, ingress) = (rules(Direction::Egress), rules(Direction::Ingress));
    CompiledPolicy { subjects: selection.pods_of(policy.namespace, &policy.subject), egress, ingress }
}

/// The set of a rule's ports where no name is among them.
fn fixed_ports(rule: &Rule, port_sets: &mut PortSets) -> Option<PortSetId> {
    if rule.ports.iter().flatten().any(|port| matches!(port.ports, PortMatch::Named(_))) {
        return None;
    }
    Some(port_sets.intern(rule.ports_on(&[])))
}
