//! Sources, grouped by the ports that they may send to.

use std::borrow::Cow;
use std::sync::Arc;

use netpol_syntax::order;

use crate::bits::BitSet;
use crate::index::{ClassId, CombinationId, Refinement};
use crate::ports::{PortSetId, PortSets};
use crate::table::Table;

/// Groups of sources with equal ports. No source is in two of them; one that is in none may send nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Partition {
    /// Sets of sources are shared: with thousands of columns, most are the same in all of them.
    groups: Vec<(Arc<BitSet>, PortSetId)>,
}

impl Partition {
    /// All of `sources` alike.
    pub(super) fn of(sources: Arc<BitSet>, ports: PortSetId) -> Self {
        Self { groups: vec![(sources, ports)] }
    }

    /// The ports of one source.
    pub(super) fn of_source(&self, source: ClassId) -> PortSetId {
        let group = self.groups.iter().find(|(sources, _)| sources.contains(source));
        group.map_or(PortSets::none(), |(_, ports)| *ports)
    }

    /// Its groups.
    pub(super) fn groups(&self) -> &[(Arc<BitSet>, PortSetId)] {
        &self.groups
    }

    /// Adds sources that are in no group yet.
    pub(super) fn add(&mut self, sources: Arc<BitSet>, ports: PortSetId) {
        match self.groups.iter_mut().find(|(_, known)| *known == ports) {
            Some((known, _)) => Arc::make_mut(known).unite(&sources),
            None => self.groups.push((sources, ports)),
        }
    }

    /// Takes sources out.
    pub(super) fn remove(&mut self, gone: &BitSet) {
        for (sources, _) in &mut self.groups {
            if sources.intersects(gone) {
                Arc::make_mut(sources).subtract(gone);
            }
        }
        self.groups.retain(|(sources, _)| !sources.is_empty());
    }

    /// Gives sources further ports, splitting the groups that only some of them are in.
    ///
    /// The ports of a group are united once all splits are made: there may be as many groups as rules, and a set for
    /// each step on the way would be as many as both multiplied.
    pub(super) fn refine(&mut self, mut rules: Vec<(PortSetId, &BitSet)>, sets: &mut PortSets) {
        rules.retain(|(ports, _)| *ports != PortSets::none());
        order::sort_by_key(&mut rules, |(ports, _)| *ports);
        let mut by_ports: Vec<(PortSetId, Cow<'_, BitSet>)> = Vec::new();
        for (ports, sources) in rules {
            match by_ports.last_mut() {
                Some((last, known)) if *last == ports => known.to_mut().unite(sources),
                _ => by_ports.push((ports, Cow::Borrowed(sources))),
            }
        }
        let Some((first, _)) = self.groups.first() else { return };
        let mut all = BitSet::clone(first);
        self.groups.iter().skip(1).for_each(|(group, _)| all.unite(group));
        // Rules for everyone split nothing.
        let (for_all, by_ports): (Vec<_>, Vec<_>) =
            by_ports.into_iter().partition(|(_, sources)| all.is_within(sources));
        let for_all: Vec<PortSetId> = for_all.iter().map(|(ports, _)| *ports).collect();
        let for_all = sets.union_of(&for_all);
        let groups = self.split(&all, &by_ports);
        // Some at a time, so that what is looked at of each rule stays near.
        for some in groups.rows().chunks(64) {
            let firsts: Vec<Option<ClassId>> = some.iter().map(|(group, _)| group.iter().next()).collect();
            let mut ports: Vec<Vec<PortSetId>> =
                some.iter().map(|(_, ports)| vec![*ports, for_all]).collect();
            for (more, sources) in &by_ports {
                for (first, ports) in firsts.iter().zip(&mut ports) {
                    if first.is_some_and(|first| sources.contains(first)) {
                        ports.push(*more);
                    }
                }
            }
            for ((group, _), ports) in some.iter().zip(ports).filter(|((group, _), _)| !group.is_empty()) {
                self.add(Arc::clone(group), sets.union_of(&ports));
            }
        }
    }

    /// Takes the groups, which are all of `all`, and splits them until the members of each are in the same of `rules`.
    fn split(
        &mut self,
        all: &BitSet,
        rules: &[(PortSetId, Cow<'_, BitSet>)],
    ) -> Table<CombinationId, (Arc<BitSet>, PortSetId)> {
        // Sources that are in no group count as the first one's, of which they are no members.
        let mut refinement = Refinement::of(all.size());
        let groups = std::mem::take(&mut self.groups);
        groups.iter().skip(1).for_each(|(group, _)| drop(refinement.meet(group)));
        let mut groups: Table<_, _> = groups.into_iter().collect();
        for (_, sources) in rules {
            // What a set splits, what it leaves out splits alike.
            let mut fewer = Cow::Borrowed(sources.as_ref());
            if 2 * sources.len() > all.len() {
                let mut others = all.clone();
                others.subtract(sources);
                fewer = Cow::Owned(others);
            }
            for from in refinement.meet(&fewer).into_iter().filter_map(|(_, from)| from) {
                let (group, ports) = &mut groups[from];
                let apart = group.intersection(&fewer);
                Arc::make_mut(group).subtract(&apart);
                let ports = *ports;
                groups.push((Arc::new(apart), ports));
            }
        }
        groups
    }

    /// What each source may send where both allow it.
    pub(super) fn meet(&self, other: &Self, sets: &mut PortSets) -> Self {
        let mut both = Self::default();
        for (sources, ports) in &self.groups {
            for (others, more) in &other.groups {
                if !sources.intersects(others) {
                    continue;
                }
                let ports = sets.intersection(*ports, *more);
                if ports == PortSets::none() {
                    continue;
                }
                let shared = match (sources.is_within(others), others.is_within(sources)) {
                    (true, _) => Arc::clone(sources),
                    (_, true) => Arc::clone(others),
                    _ => Arc::new(sources.intersection(others)),
                };
                both.add(shared, ports);
            }
        }
        both
    }
}
