//! What would open a flow: the smallest change of the text that does, written in its own style, and all that it opens
//! besides; and what keeps a workload to given flows.
//!
//! Nothing is believed here: a change is applied to the text, the text is read and evaluated again, and only what then
//! passes is suggested.

mod bench;
mod candidates;
mod isolate;
mod needs;
pub(crate) mod write;

use std::sync::Arc;

use netpol_syntax::{Limits, SourceFile, TextEdit, order};

use crate::Analysis;
use crate::diff::FlowChange;
use crate::evaluate::Flow;
use crate::model::{Block, Direction, NamespaceId, PolicyId, ServiceId, WorkloadId};

use bench::Bench;
use candidates::Candidate;
pub use isolate::{Excess, ExcessEnd, Isolation, Wanted, WantedEnd};
pub(crate) use isolate::{current, isolate};
use needs::Need;

/// A change of the text that opens what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What it does, one for each side that is opened.
    pub changes: Vec<Change>,
    /// As edits of the files that were read.
    pub edits: Vec<TextEdit>,
    /// What it opens and closes besides, by workload; empty where it does exactly what was asked for.
    pub besides: Vec<FlowChange>,
}

/// One change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Rules are added to a policy that selects the pods already.
    Rules {
        /// The policy.
        policy: PolicyId,
        /// The section.
        direction: Direction,
    },
    /// A rule that lacked only the port gets it.
    Ports {
        /// The policy.
        policy: PolicyId,
        /// The section.
        direction: Direction,
        /// The rule, from 0.
        rule: usize,
    },
    /// A rule for these very ports gets a further peer.
    Peer {
        /// The policy.
        policy: PolicyId,
        /// The section.
        direction: Direction,
        /// The rule, from 0.
        rule: usize,
    },
    /// A policy of its own is added.
    Policy {
        /// Its namespace.
        namespace: NamespaceId,
        /// Its name.
        name: Arc<str>,
    },
    /// Pods get labels that a rule asks for.
    Labels {
        /// The workload.
        workload: WorkloadId,
        /// The labels.
        labels: Vec<(Arc<str>, Arc<str>)>,
        /// The policy whose rule asks for them.
        policy: PolicyId,
        /// The services that come to select the pods by them: they send these pods a part of their traffic then.
        services: Vec<ServiceId>,
    },
}

impl Change {
    /// The services that come to select pods by it.
    #[must_use]
    pub fn services(&self) -> &[ServiceId] {
        match self {
            Self::Labels { services, .. } => services,
            Self::Rules { .. } | Self::Ports { .. } | Self::Peer { .. } | Self::Policy { .. } => &[],
        }
    }
}

/// How many suggestions there are at most.
const MOST: usize = 4;

/// The changes that let all of `flows` pass, the best first: what does least besides, then what is about the fewest
/// pods, then what is shortest. None
/// where all pass already, or where no policy could let them: one of the pods has ended. An address of `outside` stands
/// for its whole block, which is what rules are then about.
pub(crate) fn suggest(
    analysis: &Analysis,
    files: &[SourceFile],
    limits: &Limits,
    flows: &[Flow],
    outside: &[Block],
) -> Vec<Suggestion> {
    let bench = Bench::new(analysis, files, limits, outside);
    let needs = needs::of(analysis, flows, outside);
    let mut options: Vec<Vec<(Candidate, usize)>> = Vec::new();
    for need in &needs {
        let ranked = ranked(&bench, need);
        if ranked.is_empty() {
            return Vec::new();
        }
        options.push(ranked);
    }
    if options.is_empty() {
        return Vec::new();
    }
    let mut suggestions = Vec::new();
    for choice in choices(&options) {
        let edits: Vec<TextEdit> = choice.iter().flat_map(|candidate| candidate.edits.clone()).collect();
        let changes = choice.iter().map(|candidate| candidate.change.clone()).collect();
        let spread: usize = choice.iter().map(|candidate| candidate.spread).sum();
        if let Some(besides) = bench.proves(&edits, flows) {
            suggestions.push((spread, Suggestion { changes, edits, besides }));
        }
    }
    order::sort_by_key(&mut suggestions, |(spread, it)| {
        let services: usize = it.changes.iter().map(Change::services).map(<[_]>::len).sum();
        (it.besides.len() + services, *spread, length(&it.edits))
    });
    suggestions.truncate(MOST);
    suggestions.into_iter().map(|(_, suggestion)| suggestion).collect()
}

/// The candidates of one need that work, with how much each opens besides, the best first.
fn ranked(bench: &Bench<'_>, need: &Need<'_>) -> Vec<(Candidate, usize)> {
    let candidates = candidates::of(bench, need).into_iter();
    let proven = candidates.filter_map(|candidate| {
        let besides = bench.opens_side(&candidate.edits, need)?;
        // A policy of its own isolates whatever else it selects. What opens one flow is not to close others.
        let isolates = matches!(candidate.change, Change::Policy { .. })
            && besides.iter().any(|change| !change.closed.is_none());
        Some((candidate, besides.len(), isolates))
    });
    let proven: Vec<(Candidate, usize, bool)> = proven.collect();
    let has_others = proven.iter().any(|(.., isolates)| !isolates);
    let kept = proven.into_iter().filter(|(.., isolates)| !(has_others && *isolates));
    let mut ranked: Vec<(Candidate, usize)> = kept.map(|(it, besides, _)| (it, besides)).collect();
    order::sort_by_key(&mut ranked, |(it, besides)| (*besides, it.spread, length(&it.edits)));
    ranked
}

/// Which candidates to take together: the best of each need, and then for one need at a time the others.
fn choices(options: &[Vec<(Candidate, usize)>]) -> Vec<Vec<&Candidate>> {
    let best: Vec<&Candidate> =
        options.iter().filter_map(|ranked| ranked.first()).map(|(it, _)| it).collect();
    let mut choices = vec![best.clone()];
    for (at, ranked) in options.iter().enumerate() {
        for (other, _) in ranked.iter().skip(1) {
            let mut choice = best.clone();
            if let Some(place) = choice.get_mut(at) {
                *place = other;
            }
            choices.push(choice);
        }
    }
    choices
}

fn length(edits: &[TextEdit]) -> usize {
    edits.iter().map(|edit| edit.text.len()).sum()
}
