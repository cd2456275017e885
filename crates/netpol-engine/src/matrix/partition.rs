//! Sources, grouped by the ports that they may send to.

use crate::bits::BitSet;
use crate::index::ClassId;
use crate::ports::{PortSetId, PortSets};

/// Groups of sources with equal ports. No source is in two of them; one that is in none may send nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Partition {
    groups: Vec<(BitSet, PortSetId)>,
}

impl Partition {
    /// All of `sources` alike.
    pub(super) fn of(sources: BitSet, ports: PortSetId) -> Self {
        Self { groups: vec![(sources, ports)] }
    }

    /// The ports of one source.
    pub(super) fn of_source(&self, source: ClassId) -> PortSetId {
        let group = self.groups.iter().find(|(sources, _)| sources.contains(source));
        group.map_or(PortSets::none(), |(_, ports)| *ports)
    }

    /// Its groups.
    pub(super) fn groups(&self) -> &[(BitSet, PortSetId)] {
        &self.groups
    }

    /// Adds sources that are in no group yet.
    pub(super) fn add(&mut self, sources: BitSet, ports: PortSetId) {
        match self.groups.iter_mut().find(|(_, known)| *known == ports) {
            Some((known, _)) => known.unite(&sources),
            None => self.groups.push((sources, ports)),
        }
    }

    /// Takes sources out.
    pub(super) fn remove(&mut self, gone: &BitSet) {
        for (sources, _) in &mut self.groups {
            sources.subtract(gone);
        }
        self.groups.retain(|(sources, _)| !sources.is_empty());
    }

    /// Gives `sources` the further ports `more`, splitting the groups that only some of them are in.
    pub(super) fn refine(&mut self, sources: &BitSet, more: PortSetId, sets: &mut PortSets) {
        if more == PortSets::none() {
            return;
        }
        let mut gained: Vec<(BitSet, PortSetId)> = Vec::new();
        for (group, ports) in &mut self.groups {
            if !group.intersects(sources) {
                continue;
            }
            let larger = sets.union(*ports, more);
            if larger == *ports {
                continue;
            }
            let both = group.intersection(sources);
            group.subtract(&both);
            gained.push((both, larger));
        }
        self.groups.retain(|(group, _)| !group.is_empty());
        for (group, ports) in gained {
            self.add(group, ports);
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
                if ports != PortSets::none() {
                    both.add(sources.intersection(others), ports);
                }
            }
        }
        both
    }
}
