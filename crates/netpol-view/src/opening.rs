//! What would open an arrow: changes of the text.

use std::net::IpAddr;

use netpol_engine::{Analysis, Block, Change, DiffEnd, Flow, FlowChange, Matrix, Suggestion};
use netpol_syntax::{Limits, SourceFile};

use crate::advice::advice;
use crate::outside::outside_ends;
use crate::proposal::Proposal;
use crate::question::Question;
use crate::reach::Asked;
use crate::{EndKey, PortChoice, words};

/// Why there is nothing to suggest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoOpening {
    /// Nothing says which ports are meant.
    NoPorts,
    /// No change of a policy or label would let it pass, or one of the ends is not there.
    Hopeless,
}

/// The changes that would let everything pass that is asked about an arrow, the best first. `files` are those that were
/// read, within `limits`.
///
/// # Errors
/// Why there are none.
pub fn openings(
    (analysis, matrix): (&Analysis, &Matrix),
    (files, limits): (&[SourceFile], &Limits),
    (from, to): (&EndKey, &EndKey),
    ports: PortChoice,
) -> Result<Vec<Proposal>, NoOpening> {
    let question = Question::of(analysis, matrix, from, to, ports).ok_or(NoOpening::Hopeless)?;
    if matches!(question.asked, Asked::Anything) {
        return Err(NoOpening::NoPorts);
    }
    let flows: Vec<Flow> = question.flows().map(|(flow, _)| flow).collect();
    let outside = outside_ends(analysis);
    let named = outside.iter().filter(|end| end.key == *from || end.key == *to);
    let blocks: Vec<Block> = named.map(|end| end.block()).collect();
    let suggestions = analysis.suggest(files, limits, &flows, &blocks);
    let openings: Vec<Proposal> =
        suggestions.into_iter().map(|suggestion| opening(analysis, suggestion)).collect();
    if openings.is_empty() { Err(NoOpening::Hopeless) } else { Ok(openings) }
}

fn opening(analysis: &Analysis, suggestion: Suggestion) -> Proposal {
    let is_exact = suggestion.besides.is_empty()
        && suggestion.changes.iter().all(|change: &Change| change.services().is_empty());
    Proposal {
        does: advice(analysis, &suggestion),
        besides: suggestion.besides.iter().flat_map(flow_words).collect(),
        is_exact,
        edits: suggestion.edits,
    }
}

/// "opens shop/web → shop/db TCP 5432", and what it closes likewise.
fn flow_words(change: &FlowChange) -> Vec<String> {
    let ends = format!("{} → {}", end_words(&change.from), end_words(&change.to));
    let some = if change.is_partial { " for some pods" } else { "" };
    let both = [("opens", &change.opened), ("closes", &change.closed)].into_iter();
    both.filter(|(_, ports)| !ports.is_none())
        .map(|(verb, ports)| format!("{verb} {ends} {ports}{some}"))
        .collect()
}

fn end_words(end: &DiffEnd) -> String {
    match end {
        DiffEnd::Workload(name) => format!("{}/{}", name.namespace, name.name),
        DiffEnd::Outside(ranges) => match ranges.as_slice() {
            [one] => range_words(one),
            ranges => words::count(ranges.len(), "range of addresses", "ranges of addresses"),
        },
    }
}

pub(crate) fn range_words((first, last): &(IpAddr, IpAddr)) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}
