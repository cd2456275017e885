//! What would open an arrow: changes of the text, in words and line by line.

use std::net::IpAddr;
use std::sync::Arc;

use netpol_engine::{Analysis, Block, Change, DiffEnd, Flow, FlowChange, Matrix, Suggestion};
use netpol_syntax::{FileId, Limits, LineIndex, Location, SourceFile, Span, TextEdit, apply, order};

use crate::advice::advice;
use crate::outside::outside_ends;
use crate::question::Question;
use crate::reach::Asked;
use crate::story::Words;
use crate::{EndKey, PortChoice, words};

/// A change of the text that lets everything pass that an arrow stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// What it does, a sentence each.
    pub does: Vec<Words>,
    /// What it opens and closes besides, one by one.
    pub besides: Vec<String>,
    /// Whether it does nothing but what is asked for.
    pub is_exact: bool,
    /// The lines that it changes.
    pub hunks: Vec<Hunk>,
    /// The same as edits of the files.
    pub edits: Vec<TextEdit>,
}

/// Lines of a file that change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The file's name.
    pub file: Arc<str>,
    /// The number of the first line, from 1.
    pub line: u32,
    /// Where it is, in the text as it stands.
    pub at: Location,
    /// Lines that go.
    pub old: Vec<String>,
    /// Lines that come.
    pub new: Vec<String>,
}

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
) -> Result<Vec<Opening>, NoOpening> {
    let question = Question::of(analysis, matrix, from, to, ports).ok_or(NoOpening::Hopeless)?;
    if matches!(question.asked, Asked::Anything) {
        return Err(NoOpening::NoPorts);
    }
    let flows: Vec<Flow> = question.flows().map(|(flow, _)| flow).collect();
    let outside = outside_ends(analysis);
    let named = outside.iter().filter(|end| end.key == *from || end.key == *to);
    let blocks: Vec<Block> = named.map(|end| end.block(analysis)).collect();
    let suggestions = analysis.suggest(files, limits, &flows, &blocks);
    let openings: Vec<Opening> =
        suggestions.into_iter().map(|suggestion| opening(analysis, files, suggestion)).collect();
    if openings.is_empty() { Err(NoOpening::Hopeless) } else { Ok(openings) }
}

fn opening(analysis: &Analysis, files: &[SourceFile], suggestion: Suggestion) -> Opening {
    let is_exact = suggestion.besides.is_empty()
        && suggestion.changes.iter().all(|change: &Change| change.services().is_empty());
    Opening {
        does: advice(analysis, &suggestion),
        besides: suggestion.besides.iter().flat_map(flow_words).collect(),
        is_exact,
        hunks: hunks(files, &suggestion.edits),
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

/// The lines that `edits` change, those of one place together.
pub(crate) fn hunks(files: &[SourceFile], edits: &[TextEdit]) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    for (file, source) in (0..).map(FileId).zip(files) {
        let mut own: Vec<TextEdit> = edits.iter().filter(|edit| edit.at.file == file).cloned().collect();
        order::sort_by_key(&mut own, |edit| edit.at.span);
        let lines = LineIndex::new(&source.text);
        let whole = |span: Span| lines_of(&source.text, span);
        let mut places: Vec<(Span, Vec<TextEdit>)> = Vec::new();
        for edit in own {
            let span = whole(edit.at.span);
            match places.last_mut() {
                Some((known, edits)) if span.start <= known.end => {
                    known.end = known.end.max(span.end);
                    edits.push(edit);
                }
                _ => places.push((span, vec![edit])),
            }
        }
        for (span, edits) in places {
            // The others of the file keep away, so that the rest of the text stands as it did.
            let edited = apply(file, &source.text, &edits);
            let tail = source.text.len() - span.end as usize;
            let new = edited.get(span.start as usize..edited.len() - tail).unwrap_or_default();
            let (kept, old, new) = differing(span.of(&source.text), new);
            let line = lines.line(span.start) + u32::try_from(kept).unwrap_or(0);
            hunks.push(Hunk { file: Arc::clone(&source.name), line, at: Location { file, span }, old, new });
        }
    }
    hunks
}

/// The span of whole lines, without the last one's end, that `span` touches.
fn lines_of(text: &str, span: Span) -> Span {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let after = text.get(span.end as usize..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| span.end as usize + at);
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(end))
}

/// How many lines both begin with, and the lines of each without those that both begin and end with.
fn differing(old: &str, new: &str) -> (usize, Vec<String>, Vec<String>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = |(one, other): &(&&str, &&str)| one == other;
    let kept = old.iter().zip(&new).take_while(same).count();
    let room = old.len().min(new.len()) - kept;
    let after = old.iter().rev().zip(new.iter().rev()).take(room).take_while(same).count();
    let cut = |lines: &[&str]| {
        let count = lines.len().saturating_sub(kept + after);
        lines.iter().skip(kept).take(count).map(|line| (*line).to_owned()).collect()
    };
    (kept, cut(&old), cut(&new))
}
