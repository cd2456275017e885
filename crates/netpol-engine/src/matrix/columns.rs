//! The columns of the matrix, each made once for all destinations that are alike in what decides it, and taken
//! over from an earlier state where that is still the same.

use std::collections::HashMap;
use std::sync::Arc;

use crate::bits::BitSet;
use crate::evaluate::{Settled, Standing, settle};
use crate::index::{Class, ClassId, CombinationId, CompiledRule, Index, Memberships};
use crate::model::{Cluster, ContainerPort, Direction, NodeId, PolicyId, Section};
use crate::ports::{PortSetId, PortSets};
use crate::table::{Table, id};

use super::partition::Partition;

id!(
    /// A partition, in [`Made`].
    PartitionId
);

/// Columns, and what they are made of.
#[derive(Clone, Debug)]
pub(super) struct Made {
    isolated: Isolated,
    known: HashMap<Key, PartitionId>,
    partitions: Table<PartitionId, Arc<Partition>>,
}

/// All that decides a partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// What sources may send, or what destinations take, as far as one direction goes.
    Side {
        direction: Direction,
        /// The policies that isolate the destination, or the rules that reach it: serials, and places in the policies.
        rules: Vec<(u32, usize)>,
        /// What the destination calls its ports, where one of the rules names one.
        declared: Vec<ContainerPort>,
    },
    /// A column: what both sides let pass, and what of the destination settles flows to it without regard to policies.
    Column { may_send: PartitionId, takes: PartitionId, standing: Standing },
}

/// The sources that some policy isolates for egress, by what they may send to everyone.
#[derive(Clone, Debug)]
struct Isolated {
    /// The rules that allow it: serials, and places in the policies.
    rules: Vec<(u32, usize)>,
    partition: Partition,
    /// All others.
    free: Arc<BitSet>,
}

/// Makes the columns of one state.
pub(super) struct Columns<'c> {
    cluster: &'c Cluster,
    index: &'c Index,
    /// What was made for an earlier state with the same classes.
    earlier: Option<&'c Made>,
    /// Whether that holds for what sources may send, too.
    is_isolated_alike: bool,
    standings: Standings,
    everyone: Arc<BitSet>,
    /// The egress rules that reach each destination, without those that reach everyone.
    reaching: Memberships<(PolicyId, usize)>,
    egress: Known,
    ingress: Known,
    made: Made,
    /// Which partition of the earlier state each one is.
    as_earlier: Table<PartitionId, Option<PartitionId>>,
}

/// What is known of one direction's combinations of rules.
struct Known {
    /// Whether one of the rules names a port, so that it matters what the destination calls its own.
    names_ports: Table<CombinationId, bool>,
    /// Those that were met and name none.
    met: Table<CombinationId, Option<PartitionId>>,
}

impl Known {
    fn of<T>(memberships: &Memberships<T>, names_ports: impl Fn(&T) -> bool) -> Self
    where
        T: Copy,
    {
        let lists = memberships.combinations().rows().iter();
        let names_ports: Table<_, _> = lists.map(|list| list.iter().any(&names_ports)).collect();
        let met = names_ports.ids().map(|_| None).collect();
        Self { names_ports, met }
    }
}

impl<'c> Columns<'c> {
    pub(super) fn new(
        cluster: &'c Cluster,
        index: &'c Index,
        earlier: Option<&'c Made>,
        sets: &mut PortSets,
    ) -> Self {
        let isolated = Isolated::of(cluster, index, sets);
        let is_isolated_alike = earlier.is_some_and(|earlier| {
            (&earlier.isolated.rules, &earlier.isolated.free) == (&isolated.rules, &isolated.free)
        });
        let rules = index.compiled_policies().flat_map(|(policy, compiled)| {
            let rules = compiled.rules(Direction::Egress).iter().enumerate();
            rules
                .filter(|(_, rule)| !reaches_everyone(rule))
                .map(move |(at, rule)| ((policy, at), rule.anyone.as_ref()))
        });
        let reaching = Memberships::of(index.classes().len(), &rules.collect::<Vec<_>>());
        let names_port = |rule: &CompiledRule| rule.fixed_ports.is_none();
        let egress = Known::of(&reaching, |(policy, at)| {
            index.compiled(*policy).rules(Direction::Egress).get(*at).is_some_and(names_port)
        });
        let ingress = Known::of(index.isolation(Direction::Ingress), |policy| {
            index.compiled(*policy).rules(Direction::Ingress).iter().any(names_port)
        });
        Self {
            cluster,
            index,
            earlier,
            is_isolated_alike,
            standings: Standings::of(cluster, index),
            everyone: Arc::new(BitSet::all(index.classes().len())),
            reaching,
            egress,
            ingress,
            made: Made { isolated, known: HashMap::new(), partitions: Table::default() },
            as_earlier: Table::default(),
        }
    }

    /// What the columns were made of.
    pub(super) fn finish(self) -> Made {
        self.made
    }

    /// The column of one destination.
    pub(super) fn of(&mut self, class: ClassId, sets: &mut PortSets) -> Arc<Partition> {
        let may_send = self.side(Direction::Egress, class, sets);
        let takes = self.side(Direction::Ingress, class, sets);
        let key = Key::Column { may_send, takes, standing: self.standings.that_matters(class) };
        let id = self.partition(key, class, sets);
        Arc::clone(&self.made.partitions[id])
    }

    /// What sources may send to `class`, or what it takes from them.
    fn side(&mut self, direction: Direction, class: ClassId, sets: &mut PortSets) -> PartitionId {
        let index = self.index;
        let (known, combination) = match direction {
            Direction::Egress => (&self.egress, self.reaching.combination(class)),
            Direction::Ingress => (&self.ingress, index.isolation(Direction::Ingress).combination(class)),
        };
        if let Some(id) = known.met[combination] {
            return id;
        }
        let names_ports = known.names_ports[combination];
        let declared = if names_ports { index.declared_ports(self.cluster, class) } else { &[] };
        let rules = self.rules(direction, class);
        let id = self.partition(Key::Side { direction, rules, declared: declared.to_vec() }, class, sets);
        if !names_ports {
            let known = match direction {
                Direction::Egress => &mut self.egress,
                Direction::Ingress => &mut self.ingress,
            };
            known.met[combination] = Some(id);
        }
        id
    }

    /// The partition that `key` decides: known, taken from the earlier state, or made for `class`.
    fn partition(&mut self, key: Key, class: ClassId, sets: &mut PortSets) -> PartitionId {
        if let Some(id) = self.made.known.get(&key) {
            return *id;
        }
        let earlier = self.earlier.zip(self.as_earlier(&key));
        let as_earlier = earlier.and_then(|(earlier, key)| earlier.known.get(&key).copied());
        let partition = match (self.earlier, as_earlier) {
            (Some(earlier), Some(id)) => Arc::clone(&earlier.partitions[id]),
            _ => Arc::new(match &key {
                Key::Side { direction: Direction::Egress, .. } => self.egress_to(class, sets),
                Key::Side { direction: Direction::Ingress, .. } => self.ingress_of(class, sets),
                Key::Column { may_send, takes, .. } => {
                    let both = self.made.partitions[*may_send].meet(&self.made.partitions[*takes], sets);
                    self.standings.settle(both, class)
                }
            }),
        };
        self.as_earlier.push(as_earlier);
        let id = self.made.partitions.push(partition);
        self.made.known.insert(key, id);
        id
    }

    /// The key of the same partition in the earlier state, if it can be there.
    fn as_earlier(&self, key: &Key) -> Option<Key> {
        match key {
            Key::Side { direction: Direction::Egress, .. } if !self.is_isolated_alike => None,
            Key::Side { .. } => Some(key.clone()),
            Key::Column { may_send, takes, standing } => {
                let (may_send, takes) = (self.as_earlier[*may_send]?, self.as_earlier[*takes]?);
                Some(Key::Column { may_send, takes, standing: *standing })
            }
        }
    }

    /// The rules that decide a partition, as its key has them.
    fn rules(&self, direction: Direction, class: ClassId) -> Vec<(u32, usize)> {
        let serial = |policy: &PolicyId| self.index.compiled(*policy).serial;
        match direction {
            Direction::Egress => {
                let rules = self.reaching.of_class(class).iter();
                rules.map(|(policy, at)| (serial(policy), *at)).collect()
            }
            Direction::Ingress => {
                let policies = self.index.isolating(Direction::Ingress, class).iter();
                policies.map(|policy| (serial(policy), 0)).collect()
            }
        }
    }

    /// What the destination takes from whom.
    fn ingress_of(&self, class: ClassId, sets: &mut PortSets) -> Partition {
        let everyone = Arc::clone(&self.everyone);
        let isolating = self.index.isolating(Direction::Ingress, class);
        if isolating.is_empty() {
            return Partition::of(everyone, PortSets::all());
        }
        let mut rules = Vec::new();
        for policy in isolating {
            for (at, rule) in self.index.compiled(*policy).rules(Direction::Ingress).iter().enumerate() {
                let ports = self.ports_at(*policy, Direction::Ingress, at, rule, class, sets);
                rules.push((ports, rule.anyone.as_ref()));
            }
        }
        let mut partition = Partition::of(everyone, PortSets::none());
        partition.refine(rules, sets);
        partition
    }

    /// What each source may send to the destination.
    fn egress_to(&self, class: ClassId, sets: &mut PortSets) -> Partition {
        let mut rules = Vec::new();
        for (policy, at) in self.reaching.of_class(class) {
            let compiled = self.index.compiled(*policy);
            if let Some(rule) = compiled.rules(Direction::Egress).get(*at) {
                let ports = self.ports_at(*policy, Direction::Egress, *at, rule, class, sets);
                rules.push((ports, &compiled.subjects));
            }
        }
        let mut partition = self.made.isolated.partition.clone();
        partition.refine(rules, sets);
        partition.add(Arc::clone(&self.made.isolated.free), PortSets::all());
        partition
    }

    /// The ports that a rule allows on one destination, whose names for ports it may use.
    fn ports_at(
        &self,
        policy: PolicyId,
        direction: Direction,
        at: usize,
        rule: &CompiledRule,
        destination: ClassId,
        sets: &mut PortSets,
    ) -> PortSetId {
        if let Some(set) = rule.fixed_ports {
            return set;
        }
        let declared = self.index.declared_ports(self.cluster, destination);
        let rule = self.cluster.policies[policy].section(direction).rules().get(at);
        sets.intern(rule.map(|rule| rule.ports_on(declared)).unwrap_or_default())
    }
}

/// Whether a rule allows the same to every destination.
fn reaches_everyone(rule: &CompiledRule) -> bool {
    rule.peers.is_empty() && rule.fixed_ports.is_some()
}

impl Isolated {
    fn of(cluster: &Cluster, index: &Index, sets: &mut PortSets) -> Self {
        let mut sources = BitSet::none(index.classes().len());
        for (policy, compiled) in index.compiled_policies() {
            if matches!(cluster.policies[policy].egress, Section::Isolates(_)) {
                sources.unite(&compiled.subjects);
            }
        }
        let mut rules = Vec::new();
        let mut allowed = Vec::new();
        for (_, compiled) in index.compiled_policies() {
            for (at, rule) in compiled.rules(Direction::Egress).iter().enumerate() {
                if let (true, Some(ports)) = (reaches_everyone(rule), rule.fixed_ports) {
                    rules.push((compiled.serial, at));
                    allowed.push((ports, &compiled.subjects));
                }
            }
        }
        let mut free = BitSet::all(index.classes().len());
        free.subtract(&sources);
        let mut partition = Partition::of(Arc::new(sources), PortSets::none());
        partition.refine(allowed, sets);
        Self { rules, partition, free: Arc::new(free) }
    }
}

/// What of every class settles a flow without regard to policies.
struct Standings {
    of: Table<ClassId, Standing>,
    /// Those that have ended.
    ended: BitSet,
    nodes: Table<NodeId, AtNode>,
}

/// The classes that a node has to do with, so that a destination need not look at all the others.
#[derive(Default)]
struct AtNode {
    /// Those that are on it.
    at_home: Vec<ClassId>,
    /// Those whose traffic counts as its own.
    counting: Vec<ClassId>,
}

impl Standings {
    fn of(cluster: &Cluster, index: &Index) -> Self {
        let standing = |class: &Class| match class {
            Class::Pods { example, .. } => Standing::of_pod(cluster, *example),
            Class::Outside { node, .. } => Standing::of_node(*node),
        };
        let of: Table<ClassId, Standing> = index.classes().rows().iter().map(standing).collect();
        let mut ended = BitSet::none(of.len());
        let mut nodes: Table<NodeId, AtNode> = cluster.nodes.ids().map(|_| AtNode::default()).collect();
        for (class, standing) in of.iter() {
            if standing.has_ended() {
                ended.insert(class);
            }
            standing.home().into_iter().for_each(|node| nodes[node].at_home.push(class));
            standing.counts_as().into_iter().for_each(|node| nodes[node].counting.push(class));
        }
        Self { of, ended, nodes }
    }

    /// What of a destination's standing can settle a flow: not the node of a pod whose node sends nothing.
    fn that_matters(&self, class: ClassId) -> Standing {
        self.of[class].at_home_where(|node: &NodeId| !self.nodes[*node].counting.is_empty())
    }

    /// The column that policies make, with what is settled without them.
    fn settle(&self, mut column: Partition, class: ClassId) -> Partition {
        let destination = &self.of[class];
        if destination.has_ended() {
            return Partition::default();
        }
        let from_node = destination.home().map(|node| &self.nodes[node].counting);
        let on_node = destination.counts_as().map(|node| &self.nodes[node].at_home);
        let mut open = BitSet::none(self.of.len());
        for source in from_node.into_iter().chain(on_node).flatten() {
            if let Some(Settled::SameNode(_)) = settle(&self.of[*source], destination) {
                open.insert(*source);
            }
        }
        column.remove(&self.ended);
        if !open.is_empty() {
            column.remove(&open);
            column.add(Arc::new(open), PortSets::all());
        }
        column
    }
}
