//! The stages in order, from text to a cluster that answers.

use std::sync::Arc;

use ipnet::IpNet;
use netpol_syntax::{Budget, Diagnostic, Documents, FileId, Limits, Parsed, SourceFile, Sources, order};

use crate::evaluate::{Evaluation, Flow, evaluate};
use crate::exposure::{self, WorkloadExposure};
use crate::index::Index;
use crate::lint;
use crate::manifest::{self, Manifests};
use crate::matrix::Matrix;
use crate::miss::{Miss, misses};
use crate::model::{self, Block, Cluster, Direction, WorkloadId};
use crate::outside::{self, OutsideExample};
use crate::probe::{self, Probe, Report};
use crate::suggest::{self, Isolation, Suggestion, Wanted};

/// All that is known of one state of the text. Clones share what is large.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The cluster that it describes.
    pub cluster: Arc<Cluster>,
    /// The cluster, compiled.
    pub index: Arc<Index>,
    /// What is wrong with it or worth knowing, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// How many documents could be read, of whichever kind.
    pub documents: usize,
}

impl Analysis {
    /// Reads and analyses `files`, document by document, so that a large input is never held as trees all at
    /// once. A file's id is its index.
    #[must_use]
    pub fn read(files: &[SourceFile], limits: &Limits) -> Self {
        let mut budget = Budget::new(limits);
        let mut manifests = Manifests::default();
        let (mut diagnostics, mut documents) = (Vec::new(), 0);
        for (file, text) in (0..).map(FileId).zip(files) {
            for mut parsed in Documents::new(file, Arc::clone(&text.text), &mut budget) {
                diagnostics.append(&mut parsed.diagnostics);
                documents += parsed.documents.len();
                parsed.documents.iter().for_each(|document| manifests.read(document));
            }
        }
        Self::finish(manifests, diagnostics, documents)
    }

    /// Analyses what was parsed.
    #[must_use]
    pub fn of(parsed: &Parsed) -> Self {
        let mut manifests = Manifests::default();
        parsed.documents.iter().for_each(|document| manifests.read(document));
        Self::finish(manifests, parsed.diagnostics.clone(), parsed.documents.len())
    }

    fn finish(mut manifests: Manifests, mut diagnostics: Vec<Diagnostic>, documents: usize) -> Self {
        diagnostics.append(&mut manifests.diagnostics);
        let parts = [&manifests];
        diagnostics.extend(manifest::passed_over(&parts));
        let (cluster, more) = model::build(&parts);
        diagnostics.extend(more);
        order::sort_by_key(&mut diagnostics, |diagnostic| diagnostic.at);
        let index = Index::compile(&cluster);
        Self { cluster: Arc::new(cluster), index: Arc::new(index), diagnostics, documents }
    }

    /// What becomes of one flow, and why.
    #[must_use]
    pub fn evaluate(&self, flow: Flow) -> Evaluation {
        evaluate(&self.cluster, &self.index, flow)
    }

    /// What may pass between all pairs.
    #[must_use]
    pub fn matrix(&self) -> Matrix {
        Matrix::compute(&self.cluster, &self.index)
    }

    /// What a person at a shell would see.
    #[must_use]
    pub fn probe(&self, probe: &Probe) -> Report {
        probe::probe(&self.cluster, &self.index, probe)
    }

    /// The diagnostics with their fixes, and what the lints find, in the order of the text. `sources` are the files
    /// that were read.
    #[must_use]
    pub fn lint(&self, sources: &Sources<'_>) -> Vec<Diagnostic> {
        lint::run(self, sources)
    }

    /// The changes of the text that let all of `flows` pass, the best first. `files` are those that were read, within
    /// `limits`. Where an address of a flow lies in one of `outside` it stands for that whole block.
    #[must_use]
    pub fn suggest(
        &self,
        files: &[SourceFile],
        limits: &Limits,
        flows: &[Flow],
        outside: &[Block],
    ) -> Vec<Suggestion> {
        suggest::suggest(self, files, limits, flows, outside)
    }

    /// How far every workload is open: to whom its policies would let it talk, were they there.
    #[must_use]
    pub fn exposure(&self) -> Vec<WorkloadExposure> {
        exposure::exposure(self)
    }

    /// The flows that a probe needs: the questions for its name over UDP and TCP, and its connections.
    #[must_use]
    pub fn flows_of(&self, probe: &Probe) -> Vec<Flow> {
        probe::flows(&self.cluster, &self.index, probe)
    }

    /// What passes between a workload and the others now, on the ports that each serves.
    #[must_use]
    pub fn passing(&self, workload: WorkloadId) -> Vec<Wanted> {
        suggest::current(self, workload)
    }

    /// The policy that keeps a workload to `wanted`. None where no label selects it alone.
    #[must_use]
    pub fn isolate(
        &self,
        files: &[SourceFile],
        limits: &Limits,
        workload: WorkloadId,
        wanted: &[Wanted],
    ) -> Option<Isolation> {
        suggest::isolate(self, files, limits, workload, wanted)
    }

    /// For a side that blocks a flow: each policy there, with its nearest rule and what that lacks.
    #[must_use]
    pub fn misses(&self, evaluation: &Evaluation, direction: Direction) -> Vec<Miss> {
        misses(&self.cluster, evaluation, direction)
    }

    /// The parts of the internet that policies can tell apart, each with an example.
    #[must_use]
    pub fn internet(&self) -> Vec<OutsideExample> {
        outside::internet(&self.index)
    }

    /// The parts of a block that policies can tell apart, each with an example.
    #[must_use]
    pub fn within(&self, block: &IpNet, except: &[IpNet]) -> Vec<OutsideExample> {
        outside::within(&self.index, block, except)
    }
}
