//! The stages in order, from text to a cluster that answers.

use ipnet::IpNet;
use netpol_syntax::{Diagnostic, Limits, Parsed, SourceFile, order, parse_all};

use crate::evaluate::{Evaluation, Flow, evaluate};
use crate::index::Index;
use crate::manifest;
use crate::matrix::Matrix;
use crate::miss::{Miss, misses};
use crate::model::{self, Cluster, Direction};
use crate::outside::{self, OutsideExample};
use crate::probe::{self, Probe, Report};

/// All that is known of one state of the text.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The cluster that it describes.
    pub cluster: Cluster,
    /// The cluster, compiled.
    pub index: Index,
    /// What is wrong with it or worth knowing, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Analysis {
    /// Reads and analyses `files`.
    #[must_use]
    pub fn read(files: &[SourceFile], limits: &Limits) -> Self {
        Self::of(&parse_all(files, limits))
    }

    /// Analyses what was parsed.
    #[must_use]
    pub fn of(parsed: &Parsed) -> Self {
        let (manifests, more) = manifest::read(parsed);
        let mut diagnostics = parsed.diagnostics.clone();
        diagnostics.extend(more);
        let (cluster, more) = model::build(&manifests);
        diagnostics.extend(more);
        order::sort_by_key(&mut diagnostics, |diagnostic| diagnostic.at);
        let index = Index::compile(&cluster);
        Self { cluster, index, diagnostics }
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
