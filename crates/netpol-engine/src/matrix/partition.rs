//! Sources, grouped by the ports that they may send to.

use std::borrow::Cow;
use std::sync::Arc;

use netpol_syntax::order;

use crate::bits::BitSet;
use crate::index::ClassId;
use crate::ports::{PortSetId, PortSets};

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
        let mut groups = std::mem::take(&mut self.groups);
        let Some((first, _)) = groups.first() else { return };
        let mut all = BitSet::clone(first);
        groups.iter().skip(1).for_each(|(group, _)| all.unite(group));
        // Rules for everyone split nothing.
        let (for_all, by_ports): (Vec<_>, Vec<_>) =
            by_ports.into_iter().partition(|(_, sources)| all.is_within(sources));
        let for_all: Vec<PortSetId> = for_all.iter().map(|(ports, _)| *ports).collect();
        let for_all = sets.union_of(&for_all);
        for (_, sources) in &by_ports {
            let mut apart = Vec::new();
            for (group, ports) in &mut groups {
                if !group.is_within(sources) && group.intersects(sources) {
                    let both = group.intersection(sources);
                    Arc::make_mut(group).subtract(&both);
                    apart.push((Arc::new(both), *ports));
                }
            }
            groups.extend(apart);
        }
        for (group, ports) in groups {
            let Some(any) = group.iter::<ClassId>().next() else { continue };
            let more = by_ports.iter().filter(|(_, sources)| sources.contains(any)).map(|(ports, _)| *ports);
            let ports: Vec<PortSetId> = [ports, for_all].into_iter().chain(more).collect();
            self.add(group, sets.union_of(&ports));
        }
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
