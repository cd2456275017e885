//! Where changes are tried: a text with edits, read and evaluated again.

use std::cell::OnceCell;

use netpol_syntax::{FileId, Limits, Severity, SourceFile, Sources, TextEdit, apply};

use crate::Analysis;
use crate::diff::{Diff, DiffEnd, FlowChange, WorkloadName};
use crate::evaluate::Flow;
use crate::matrix::Matrix;
use crate::model::{Cluster, Endpoint};
use crate::ports::PortSet;

use super::needs::Need;

/// A state of the text, and what is asked of it.
pub(super) struct Bench<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) sources: Sources<'a>,
    files: &'a [SourceFile],
    limits: &'a Limits,
    matrix: OnceCell<Matrix>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(analysis: &'a Analysis, files: &'a [SourceFile], limits: &'a Limits) -> Self {
        Self { analysis, sources: Sources::new(files, limits), files, limits, matrix: OnceCell::new() }
    }

    /// The files after `edits`.
    pub(super) fn edited(&self, edits: &[TextEdit]) -> Vec<SourceFile> {
        let edited = (0..).map(FileId).zip(self.files);
        edited.map(|(id, file)| SourceFile::new(file.name.clone(), apply(id, &file.text, edits))).collect()
    }

    /// What the text says after `edits`; `None` where they break it.
    pub(super) fn read(&self, edits: &[TextEdit]) -> Option<Analysis> {
        let after = Analysis::read(&self.edited(edits), self.limits);
        let errors = |analysis: &Analysis| {
            analysis.diagnostics.iter().filter(|it| it.severity == Severity::Error).count()
        };
        (errors(&after) <= errors(self.analysis)).then_some(after)
    }

    /// What edits change besides `flows`, if all of these pass afterwards.
    pub(super) fn proves(&self, edits: &[TextEdit], flows: &[Flow]) -> Option<Vec<FlowChange>> {
        let after = self.read(edits)?;
        let passes = |flow: &Flow| {
            let flow = later(&self.analysis.cluster, &after.cluster, *flow)?;
            Some(after.evaluate(flow).verdict().is_allowed())
        };
        flows.iter().all(|flow| passes(flow) == Some(true)).then(|| self.besides(&after, flows))
    }

    /// What edits change besides the flows of `need`, if their side passes afterwards, whatever the other side does.
    pub(super) fn opens_side(&self, edits: &[TextEdit], need: &Need) -> Option<Vec<FlowChange>> {
        let after = self.read(edits)?;
        let passes = |flow: &Flow| {
            let flow = later(&self.analysis.cluster, &after.cluster, *flow)?;
            Some(after.evaluate(flow).side(need.direction).passes())
        };
        need.flows.iter().all(|flow| passes(flow) == Some(true)).then(|| self.besides(&after, &need.flows))
    }

    fn besides(&self, after: &Analysis, flows: &[Flow]) -> Vec<FlowChange> {
        let before = self.matrix.get_or_init(|| self.analysis.matrix());
        let diff = Diff::between((self.analysis, before), (after, &after.matrix()));
        let cluster = &self.analysis.cluster;
        let changes = diff.changes.into_iter().filter_map(|change| {
            let asked = flows.iter().filter(|flow| is_end(cluster, flow.from, &change.from));
            let asked = asked.filter(|flow| is_end(cluster, flow.to, &change.to));
            let ports: PortSet = asked.map(|flow| flow.port).collect();
            let opened = change.opened.difference(&ports);
            let is_asked_for = opened.is_none() && change.closed.is_none();
            (!is_asked_for).then_some(FlowChange { opened, ..change })
        });
        changes.collect()
    }
}

/// Whether an end is the one that a change is about: the workload that the pod belongs to, or ranges of a single address.
fn is_end(cluster: &Cluster, end: Endpoint, of: &DiffEnd) -> bool {
    match (end, of) {
        (Endpoint::Pod(pod), DiffEnd::Workload(WorkloadName { namespace, name })) => {
            let workload = &cluster.workloads[cluster.pods[pod].workload];
            cluster.namespaces[workload.namespace].name == *namespace && workload.name == *name
        }
        (Endpoint::Address(address), DiffEnd::Outside(ranges)) => ranges == &[(address, address)],
        _ => false,
    }
}

/// The same flow in another state, by the names of its pods.
fn later(before: &Cluster, after: &Cluster, flow: Flow) -> Option<Flow> {
    let end = |end: Endpoint| match end {
        Endpoint::Address(address) => Some(Endpoint::Address(address)),
        Endpoint::Pod(pod) => {
            let pod = &before.pods[pod];
            after.pod(&before.namespaces[pod.namespace].name, &pod.name).map(Endpoint::Pod)
        }
    };
    Some(Flow { from: end(flow.from)?, to: end(flow.to)?, port: flow.port })
}
