//! Where two matrices differ, found a pair of columns at a time.

use std::rc::Rc;

use netpol_syntax::order::{self, Map};

use crate::index::ClassId;
use crate::matrix::Matrix;
use crate::ports::{PortSetId, PortSets};
use crate::table::{Table, id};

use super::{Both, Known, State};

id!(
    /// Endpoints that are alike before, and alike after.
    BothId
);

/// From which ends flows to a destination differ.
pub(super) struct Differing<'s> {
    old: &'s State<'s>,
    new: &'s State<'s>,
    /// Each kind of source, once.
    sources: Table<BothId, Both>,
    /// The ends that hold each.
    ends: Table<BothId, Vec<usize>>,
    /// The later number of each port set of the earlier state, where there is one.
    translated: Table<PortSetId, Option<PortSetId>>,
    /// The sources that differ between two columns, which destinations share.
    known: Map<(usize, usize), Rc<[BothId]>>,
}

impl<'s> Differing<'s> {
    pub(super) fn new(old: &'s State<'s>, new: &'s State<'s>, ends: &[Known<'_>]) -> Self {
        let (mut sources, mut holders): (Table<_, _>, Table<_, Vec<usize>>) = Default::default();
        let classes =
            ends.iter().enumerate().flat_map(|(at, end)| end.classes.iter().map(move |it| (*it, at)));
        for (both, ends) in order::groups(classes) {
            sources.push(both);
            holders.push(ends);
        }
        let (before, after) = (old.matrix.port_sets(), new.matrix.port_sets());
        let translated = before.iter().map(|(_, set)| after.find(set)).collect();
        Self { old, new, sources, ends: holders, translated, known: Map::new() }
    }

    /// The ends, ascending, from which some flow to one of `destinations` differs.
    pub(super) fn sources(&mut self, destinations: &[Both]) -> Vec<usize> {
        let mut ends = Vec::new();
        for destination in destinations {
            for source in self.between(*destination).iter() {
                ends.extend_from_slice(&self.ends[*source]);
            }
        }
        order::sort_and_dedup(&mut ends);
        ends
    }

    fn between(&mut self, destination: Both) -> Rc<[BothId]> {
        let (old, new) = (self.old.matrix, self.new.matrix);
        let key = (old.column_address(destination.old), new.column_address(destination.new));
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let before = dense(old, self.old, destination.old);
        let after = dense(new, self.new, destination.new);
        let differs = |both: &Both| self.translated[before[both.old]] != Some(after[both.new]);
        let differing = self.sources.iter().filter(|(_, both)| differs(both)).map(|(id, _)| id);
        let differing: Rc<[BothId]> = differing.collect();
        self.known.insert(key, Rc::clone(&differing));
        differing
    }
}

/// What each source may send to `destination`.
fn dense(matrix: &Matrix, state: &State<'_>, destination: ClassId) -> Table<ClassId, PortSetId> {
    let mut ports: Table<ClassId, PortSetId> =
        state.analysis.index.classes().ids().map(|_| PortSets::none()).collect();
    for (sources, set) in matrix.groups(destination) {
        sources.iter::<ClassId>().for_each(|source| ports[source] = *set);
    }
    ports
}
