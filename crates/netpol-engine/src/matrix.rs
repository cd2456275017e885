//! All pairs at once: for every destination, which sources may send it what.
//!
//! A column of the matrix is a partition of all sources into groups with the same set of ports. It is made a
//! destination at a time from whole bit sets: no step looks at a pair and a rule.

use std::collections::HashMap;
use std::rc::Rc;

use crate::bits::BitSet;
use crate::evaluate::{Settled, Standing, settle};
use crate::index::{ClassId, CompiledRule, Index};
use crate::model::{Cluster, ContainerPort, Direction, PolicyId, Section};
use crate::ports::{Port, PortSet, PortSetId, PortSets};
use crate::table::Table;

/// What may pass between any two classes of endpoints, exactly.
///
/// Between pods it is about two *different* pods: a pod always reaches itself, which no policy changes.
#[derive(Clone, Debug)]
pub struct Matrix {
    columns: Table<ClassId, Column>,
    sets: PortSets,
}

/// The sources of one destination, grouped by what they may send.
#[derive(Clone, Debug, Default)]
struct Column {
    groups: Vec<(BitSet, PortSetId)>,
}

impl Matrix {
    /// Computes it.
    #[must_use]
    pub fn compute(cluster: &Cluster, index: &Index) -> Self {
        let mut sets = index.port_sets.clone();
        let isolated = isolated_sources(cluster, index);
        let standings = Standings::of(cluster, index);
        let mut partitions = IngressPartitions::default();
        let columns = index
            .classes()
            .ids()
            .map(|class| {
                let ingress = partitions.of(cluster, index, class, &mut sets);
                column(cluster, index, class, (&standings, &isolated), &ingress, &mut sets)
            })
            .collect();
        Self { columns, sets }
    }

    /// What `from` may send to `to`.
    #[must_use]
    pub fn connections(&self, from: ClassId, to: ClassId) -> &PortSet {
        self.sets.get(self.set_of(from, to))
    }

    /// The number of [`Matrix::connections`]: equal sets have equal numbers.
    #[must_use]
    pub fn set_of(&self, from: ClassId, to: ClassId) -> PortSetId {
        let groups = self.columns[to].groups.iter();
        let group = groups.clone().find(|(sources, _)| sources.contains(from));
        group.map_or(PortSets::none(), |(_, set)| *set)
    }

    /// The set behind a number.
    #[must_use]
    pub fn set(&self, id: PortSetId) -> &PortSet {
        self.sets.get(id)
    }

    /// Whether `from` may open a connection to `port` of `to`.
    #[must_use]
    pub fn allows(&self, from: ClassId, to: ClassId, port: Port) -> bool {
        self.connections(from, to).contains(port)
    }
}

/// What of every class settles a flow without regard to policies.
struct Standings {
    of: Table<ClassId, Standing>,
    /// Those that are not ordinary, so that an ordinary destination need not look at all the others.
    uncommon: Vec<ClassId>,
}

impl Standings {
    fn of(cluster: &Cluster, index: &Index) -> Self {
        let of: Table<ClassId, Standing> =
            index.classes().rows().iter().map(|class| Standing::of(cluster, class.example())).collect();
        let uncommon = of.iter().filter(|(_, standing)| !standing.is_ordinary()).map(|(id, _)| id).collect();
        Self { of, uncommon }
    }
}

/// The sources that some policy isolates for egress.
fn isolated_sources(cluster: &Cluster, index: &Index) -> BitSet {
    let mut isolated = BitSet::none(index.classes().len());
    for (policy, compiled) in index.compiled_policies() {
        if matches!(cluster.policies[policy].egress, Section::Isolates(_)) {
            isolated.unite(&compiled.subjects);
        }
    }
    isolated
}

fn column(
    cluster: &Cluster,
    index: &Index,
    class: ClassId,
    (standings, isolated): (&Standings, &BitSet),
    ingress: &[(BitSet, PortSetId)],
    sets: &mut PortSets,
) -> Column {
    let size = index.classes().len();
    let destination = &standings.of[class];
    let egress = egress_groups(cluster, index, class, isolated, sets);

    let mut groups: Vec<(BitSet, PortSetId)> = Vec::new();
    for (sources, may_send) in &egress {
        for (takes_from, may_take) in ingress {
            if !sources.intersects(takes_from) {
                continue;
            }
            let set = sets.intersection(*may_send, *may_take);
            if set != PortSets::none() {
                add(&mut groups, sources.intersection(takes_from), set);
            }
        }
    }

    let (mut open, mut closed) = (BitSet::none(size), BitSet::none(size));
    let mut settled = |source, standing: &Standing| match settle(standing, destination) {
        Some(Settled::SameNode(_)) => open.insert(source),
        Some(Settled::Finished) => closed.insert(source),
        None => {}
    };
    if destination.is_ordinary() {
        standings.uncommon.iter().for_each(|source| settled(*source, &standings.of[*source]));
    } else {
        standings.of.iter().for_each(|(source, standing)| settled(source, standing));
    }
    for (sources, _) in &mut groups {
        sources.subtract(&open);
        sources.subtract(&closed);
    }
    if !open.is_empty() {
        add(&mut groups, open, PortSets::all());
    }
    groups.retain(|(sources, _)| !sources.is_empty());
    Column { groups }
}

fn add(groups: &mut Vec<(BitSet, PortSetId)>, sources: BitSet, set: PortSetId) {
    match groups.iter_mut().find(|(_, known)| *known == set) {
        Some((known, _)) => known.unite(&sources),
        None => groups.push((sources, set)),
    }
}

/// A partition of the sources by what they may send.
type Partition = Rc<[(BitSet, PortSetId)]>;

/// What destinations take from whom, computed once for all that the same policies isolate.
#[derive(Default)]
struct IngressPartitions<'c> {
    known: HashMap<(&'c [PolicyId], &'c [ContainerPort]), Partition>,
}

impl<'c> IngressPartitions<'c> {
    fn of(
        &mut self,
        cluster: &'c Cluster,
        index: &'c Index,
        class: ClassId,
        sets: &mut PortSets,
    ) -> Partition {
        let isolating = index.isolating(Direction::Ingress, class);
        // Only where a rule names a port does it matter what the destination calls its own.
        let mut rules = isolating.iter().flat_map(|policy| index.compiled(*policy).rules(Direction::Ingress));
        let declared = match rules.any(|rule| rule.fixed_ports.is_none()) {
            true => index.declared_ports(cluster, class),
            false => &[],
        };
        let known = self.known.entry((isolating, declared));
        known.or_insert_with(|| ingress_groups(cluster, index, class, sets).into()).clone()
    }
}

/// What the destination takes from whom.
fn ingress_groups(
    cluster: &Cluster,
    index: &Index,
    class: ClassId,
    sets: &mut PortSets,
) -> Vec<(BitSet, PortSetId)> {
    let everyone = BitSet::all(index.classes().len());
    let isolating = index.isolating(Direction::Ingress, class);
    if isolating.is_empty() {
        return vec![(everyone, PortSets::all())];
    }
    let mut partition = vec![(everyone, PortSets::none())];
    for policy in isolating {
        for (at, rule) in index.compiled(*policy).rules(Direction::Ingress).iter().enumerate() {
            let ports = ports_at(cluster, index, *policy, Direction::Ingress, at, rule, class, sets);
            refine(&mut partition, &rule.anyone, ports, sets);
        }
    }
    partition
}

/// What each source may send to the destination.
fn egress_groups(
    cluster: &Cluster,
    index: &Index,
    class: ClassId,
    isolated: &BitSet,
    sets: &mut PortSets,
) -> Vec<(BitSet, PortSetId)> {
    let mut free = BitSet::all(index.classes().len());
    free.subtract(isolated);
    let mut partition = vec![(isolated.clone(), PortSets::none())];
    for (policy, compiled) in index.compiled_policies() {
        for (at, rule) in compiled.rules(Direction::Egress).iter().enumerate() {
            if rule.anyone.contains(class) {
                let ports = ports_at(cluster, index, policy, Direction::Egress, at, rule, class, sets);
                refine(&mut partition, &compiled.subjects, ports, sets);
            }
        }
    }
    partition.push((free, PortSets::all()));
    partition
}

/// The ports that a rule allows on one destination, whose names for ports it may use.
#[expect(clippy::too_many_arguments, reason = "a rule's address takes four of them")]
fn ports_at(
    cluster: &Cluster,
    index: &Index,
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
    let declared = index.declared_ports(cluster, destination);
    let rule = cluster.policies[policy].section(direction).rules().get(at);
    sets.intern(rule.map(|rule| rule.ports_on(declared)).unwrap_or_default())
}

/// Gives `sources` the further ports `more`, splitting the groups that only some of them are in.
fn refine(partition: &mut Vec<(BitSet, PortSetId)>, sources: &BitSet, more: PortSetId, sets: &mut PortSets) {
    if more == PortSets::none() {
        return;
    }
    let mut gained: Vec<(BitSet, PortSetId)> = Vec::new();
    for (group, set) in partition.iter_mut() {
        if !group.intersects(sources) {
            continue;
        }
        let larger = sets.union(*set, more);
        if larger == *set {
            continue;
        }
        let both = group.intersection(sources);
        group.subtract(&both);
        add(&mut gained, both, larger);
    }
    partition.retain(|(group, _)| !group.is_empty());
    for (group, set) in gained {
        add(partition, group, set);
    }
}
