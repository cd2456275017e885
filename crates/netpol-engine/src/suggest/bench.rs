//! Where changes are tried: a text with edits, read and evaluated again.

use std::cell::{OnceCell, RefCell};
use std::net::IpAddr;

use ipnet::IpNet;
use netpol_syntax::{FileId, Limits, Severity, SourceFile, Sources, TextEdit, apply};

use crate::Analysis;
use crate::diff::{Diff, DiffEnd, FlowChange, WorkloadName};
use crate::evaluate::Flow;
use crate::matrix::Matrix;
use crate::model::{Block, Cluster, Endpoint, PodNetwork};
use crate::ports::PortSet;
use crate::session::Session;

use super::needs::Need;

/// A state of the text, and what is asked of it.
pub(super) struct Bench<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) sources: Sources<'a>,
    files: &'a [SourceFile],
    /// Blocks that are asked about as a whole.
    outside: &'a [Block],
    matrix: OnceCell<Matrix>,
    /// The state that was tried last: most of a text stays as it is from one try to the next.
    session: RefCell<Session>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        analysis: &'a Analysis,
        files: &'a [SourceFile],
        limits: &Limits,
        outside: &'a [Block],
    ) -> Self {
        Self {
            analysis,
            sources: Sources::new(files, limits),
            files,
            outside,
            matrix: OnceCell::new(),
            session: RefCell::new(Session::new(limits)),
        }
    }

    /// Asks of what the text says after `edits`; `None` where they break it.
    pub(super) fn after<T>(
        &self,
        edits: &[TextEdit],
        ask: impl FnOnce(&Analysis, &Matrix) -> Option<T>,
    ) -> Option<T> {
        let files = (0..).map(FileId).zip(self.files);
        let edited: Vec<SourceFile> = files
            .map(|(id, file)| SourceFile::new(file.name.clone(), apply(id, &file.text, edits)))
            .collect();
        let mut session = self.session.borrow_mut();
        session.update(&edited);
        let errors = |analysis: &Analysis| {
            analysis.diagnostics.iter().filter(|it| it.severity == Severity::Error).count()
        };
        let after = session.analysis();
        if errors(after) > errors(self.analysis) {
            return None;
        }
        ask(after, session.matrix())
    }

    /// What edits change besides `flows`, if all of these pass afterwards.
    pub(super) fn proves(&self, edits: &[TextEdit], flows: &[Flow]) -> Option<Vec<FlowChange>> {
        self.after(edits, |after, matrix| {
            let passes = |flow: &Flow| {
                let flow = later(&self.analysis.cluster, &after.cluster, *flow)?;
                Some(after.evaluate(flow).verdict().is_allowed())
            };
            flows.iter().all(|flow| passes(flow) == Some(true)).then(|| self.besides(after, matrix, flows))
        })
    }

    /// What edits change besides the flows of `need`, if their side passes afterwards, whatever the other side does.
    pub(super) fn opens_side(&self, edits: &[TextEdit], need: &Need<'_>) -> Option<Vec<FlowChange>> {
        self.after(edits, |after, matrix| {
            let passes = |flow: &Flow| {
                let flow = later(&self.analysis.cluster, &after.cluster, *flow)?;
                Some(after.evaluate(flow).side(need.direction).passes())
            };
            let all_pass = need.flows.iter().all(|flow| passes(flow) == Some(true));
            all_pass.then(|| self.besides(after, matrix, &need.flows))
        })
    }

    fn besides(&self, after: &Analysis, matrix: &Matrix, flows: &[Flow]) -> Vec<FlowChange> {
        let before = self.matrix.get_or_init(|| self.analysis.matrix());
        let diff = Diff::between((self.analysis, before), (after, matrix));
        let cluster = &self.analysis.cluster;
        let changes = diff.changes.into_iter().filter_map(|change| {
            let is_end = |end, of| is_end(cluster, self.outside, end, of);
            let asked = flows.iter().filter(|flow| is_end(flow.from, &change.from));
            let asked = asked.filter(|flow| is_end(flow.to, &change.to));
            let ports: PortSet = asked.map(|flow| flow.port).collect();
            let opened = change.opened.difference(&ports);
            let is_asked_for = opened.is_none() && change.closed.is_none();
            (!is_asked_for).then_some(FlowChange { opened, ..change })
        });
        changes.collect()
    }
}

/// Whether an end is the one that a change is about: the workload that the pod belongs to, a range of a single
/// address, its own or its node's, or ranges of the one block of `outside` that the address stands for.
fn is_end(cluster: &Cluster, outside: &[Block], end: Endpoint, of: &DiffEnd) -> bool {
    match (end, of) {
        (Endpoint::Pod(pod), DiffEnd::Workload(WorkloadName { namespace, name })) => {
            let workload = &cluster.workloads[cluster.pods[pod].workload];
            cluster.namespaces[workload.namespace].name == *namespace && workload.name == *name
        }
        (Endpoint::Address(address), DiffEnd::Outside(ranges)) => {
            let block = outside.iter().find(|block| block.contains(&address));
            ranges == &[(address, address)]
                || block.is_some_and(|block| ranges.iter().all(|range| holds(block, *range)))
        }
        (Endpoint::Pod(pod), DiffEnd::Outside(ranges)) => {
            let pod = &cluster.pods[pod];
            let is_own = |(first, last): &(_, _)| first == last && pod.addresses.contains(first);
            pod.network == PodNetwork::Host && ranges.iter().all(is_own)
        }
        (Endpoint::Address(_), DiffEnd::Workload(_)) => false,
    }
}

/// Whether all addresses from the first to the last are in a block.
fn holds(block: &Block, (first, last): (IpAddr, IpAddr)) -> bool {
    let is_clear = |hole: &IpNet| hole.broadcast() < first || last < hole.network();
    block.contains(&first) && block.contains(&last) && block.except.iter().all(is_clear)
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
