//! All pairs at once: for every destination, which sources may send it what.
//!
//! A column of the matrix is a partition of all sources into groups with the same set of ports. It is made a
//! destination at a time from whole bit sets: no step looks at a pair and a rule. Destinations that the same policies
//! isolate and the same rules reach have one column together.

mod columns;
mod partition;

use std::sync::Arc;

use crate::bits::BitSet;
use crate::index::{ClassId, Index};
use crate::model::Cluster;
use crate::ports::{Port, PortSet, PortSetId, PortSets};
use crate::table::Table;

use columns::{Columns, Made};
use partition::Partition;

/// What may pass between any two classes of endpoints, exactly.
///
/// Between pods it is about two *different* pods: a pod always reaches itself, which no policy changes.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The sources of each destination, by what they may send. Destinations that are alike share one column.
    columns: Table<ClassId, Arc<Partition>>,
    sets: PortSets,
    /// What the columns are made of, for a later state to take over.
    made: Made,
}

impl Matrix {
    /// Computes it.
    #[must_use]
    pub fn compute(cluster: &Cluster, index: &Index) -> Self {
        Self::compute_after(cluster, index, None)
    }

    /// Computes it, and takes over from the matrix of an earlier state what is still so. Where that has the same
    /// classes, `index` must have been compiled after it, so that port sets have the same numbers in both.
    pub(crate) fn compute_after(cluster: &Cluster, index: &Index, earlier: Option<(&Index, &Self)>) -> Self {
        let earlier = earlier.filter(|(earlier, _)| earlier.has_classes_of(index));
        let mut sets = index.port_sets.clone();
        let mut columns = Columns::new(cluster, index, earlier.map(|(_, matrix)| &matrix.made), &mut sets);
        let made = index.classes().ids().map(|class| columns.of(class, &mut sets)).collect();
        Self { columns: made, made: columns.finish(), sets }
    }

    /// What `from` may send to `to`.
    #[must_use]
    pub fn connections(&self, from: ClassId, to: ClassId) -> &PortSet {
        self.sets.get(self.set_of(from, to))
    }

    /// The number of [`Matrix::connections`]: equal sets have equal numbers.
    #[must_use]
    pub fn set_of(&self, from: ClassId, to: ClassId) -> PortSetId {
        self.columns[to].of_source(from)
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

    /// The sources of `to` by what they may send; those in no group may send nothing.
    pub(crate) fn groups(&self, to: ClassId) -> &[(Arc<BitSet>, PortSetId)] {
        self.columns[to].groups()
    }

    /// Which of its columns the one of `to` is: destinations with equal numbers share it.
    pub(crate) fn column_address(&self, to: ClassId) -> usize {
        Arc::as_ptr(&self.columns[to]).addr()
    }

    /// All port sets that were met.
    pub(crate) fn port_sets(&self) -> &PortSets {
        &self.sets
    }
}
