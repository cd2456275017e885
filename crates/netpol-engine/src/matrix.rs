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
        self.set(self.set_of(from, to))
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
    #[must_use]
    pub fn groups(&self, to: ClassId) -> &[(Arc<BitSet>, PortSetId)] {
        self.columns[to].groups()
    }

    /// Which of its columns the one of `to` is: destinations with equal numbers share it. It means nothing in another
    /// matrix.
    #[must_use]
    pub fn column_address(&self, to: ClassId) -> usize {
        Arc::as_ptr(&self.columns[to]).addr()
    }

    /// All port sets that were met.
    pub(crate) fn port_sets(&self) -> &PortSets {
        &self.sets
    }
}

#[cfg(test)]
mod tests {
    use netpol_syntax::{Limits, SourceFile};

    use crate::Analysis;

    /// Pods on two nodes, of which one declares a port, under a policy with `rules`: their columns.
    fn columns(rules: &str) -> [usize; 2] {
        let text = format!(
            "\
{{apiVersion: v1, kind: Pod, metadata: {{name: a, labels: {{app: a}}}}, spec: {{nodeName: one, containers: [{{name: c, ports: [{{name: http, containerPort: 80}}]}}]}}}}
---
{{apiVersion: v1, kind: Pod, metadata: {{name: b, labels: {{app: b}}}}, spec: {{nodeName: two, containers: [{{name: c}}]}}}}
---
{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: p}}, spec: {{podSelector: {{}}, {rules}}}}}
"
        );
        let analysis = Analysis::read(&[SourceFile::new("all.yaml", text)], &Limits::PAGE);
        let matrix = analysis.matrix();
        let of = |name| analysis.index.class_of_pod(analysis.cluster.pod("default", name).unwrap());
        [of("a"), of("b")].map(|class| matrix.column_address(class))
    }

    #[test]
    fn destinations_that_no_rule_tells_apart_share_a_column() {
        for rules in
            ["ingress: [{ports: [{port: 80}]}]", "egress: [{to: [{podSelector: {}}], ports: [{port: 80}]}]"]
        {
            let [one, other] = columns(rules);
            assert_eq!(one, other, "{rules}");
        }
        let [one, other] = columns("ingress: [{ports: [{port: http}]}]");
        assert_ne!(one, other);
    }
}
