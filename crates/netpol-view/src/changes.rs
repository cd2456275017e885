//! What an edit opened and closed.

use std::cmp::Ordering;
use std::sync::Arc;

use netpol_syntax::order::{self, Map, Set};

use crate::pairs::{Column, Outcome};
use crate::reach::MAX_DRAWN;
use crate::{ArrowVerdict, EndKey, Pairs};

/// Changes past this many are counted and not listed: nobody reads them all.
const LISTED: usize = 400;

/// Which way an arrow turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// More passes than before.
    Opened,
    /// Less passes than before.
    Closed,
}

/// An arrow that turned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its source.
    pub from: EndKey,
    /// Its destination.
    pub to: EndKey,
    /// Which way.
    pub turn: Turn,
    /// Who, whom and what: "frontend → backend: TCP 80".
    pub text: String,
}

/// What changed between two states.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Changes {
    /// Arrows along which more passes: the first few hundred.
    pub opened: Vec<Change>,
    /// Arrows along which less passes: the first few hundred.
    pub closed: Vec<Change>,
    /// How many there are of both.
    counts: (usize, usize),
    /// What turned to each destination, and which source that is itself: nothing is asked of the two.
    columns: Vec<(Arc<Turned>, Option<usize>)>,
}

/// The sources that turned towards destinations that are alike, ascending.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Turned {
    sources: Vec<(usize, Turn)>,
}

impl Changes {
    /// What changed from `before` to `after`. Arrows that only one of the two has are no change: their pods
    /// came or went.
    #[must_use]
    pub fn between(before: &Pairs, after: &Pairs) -> Self {
        let mut comparison = Comparison {
            before,
            after,
            sources: places(&before.sources, &after.sources),
            same: after.outcomes.all.iter().map(|outcome| before.outcomes.find(outcome)).collect(),
            known: Map::new(),
            made: Vec::new(),
        };
        let destinations = places(&before.destinations, &after.destinations);
        let mut changes = Self::default();
        for (to, earlier) in destinations.iter().enumerate() {
            let turned = match (earlier, after.workloads.get(to)) {
                (Some(earlier), Some(workload)) => match before.workloads.get(*earlier) {
                    Some(old) => comparison.columns(&old.column, &workload.column),
                    None => Arc::default(),
                },
                _ => Arc::default(),
            };
            let turned = comparison.with_singles(turned, to, *earlier);
            changes.columns.push((turned, after.own_source(to)));
        }
        let mut listed: Vec<(usize, usize, Turn)> = Vec::new();
        for (to, (turned, own)) in changes.columns.iter().enumerate() {
            for (from, turn) in turned.without(*own) {
                match turn {
                    Turn::Opened => changes.counts.0 += 1,
                    Turn::Closed => changes.counts.1 += 1,
                }
                let (opened, closed) = changes.counts;
                if (turn == Turn::Opened && opened <= LISTED) || (turn == Turn::Closed && closed <= LISTED) {
                    listed.push((from, to, turn));
                }
            }
        }
        order::sort_by_key(&mut listed, |(from, to, _)| (*from, *to));
        for (from, to, turn) in listed {
            let earlier = comparison.sources.get(from).copied().flatten();
            let earlier = earlier.zip(destinations.get(to).copied().flatten());
            let Some(arrow) = after.arrow(from, to) else { continue };
            let passes = match arrow.passes.is_empty() {
                true => {
                    earlier.and_then(|(from, to)| before.pair(from, to)).map(|pair| Arc::clone(pair.passes))
                }
                false => Some(arrow.passes),
            };
            let text = format!("{}: {}", arrow.from.pair(&arrow.to), passes.unwrap_or_default());
            let change = Change { from: arrow.from, to: arrow.to, turn, text };
            match turn {
                Turn::Opened => changes.opened.push(change),
                Turn::Closed => changes.closed.push(change),
            }
        }
        changes
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many arrows changed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.0 + self.counts.1
    }

    /// Whether the arrow between a source and a destination of the later state turned, by their positions.
    #[must_use]
    pub fn has(&self, from: usize, to: usize) -> bool {
        let Some((turned, own)) = self.columns.get(to) else { return false };
        *own != Some(from) && turned.sources.binary_search_by_key(&from, |(from, _)| *from).is_ok()
    }

    /// The arrows that changed in `after`, the later state, as far as they are drawn.
    #[must_use]
    pub fn arrows(&self, after: &Pairs) -> Set<(EndKey, EndKey)> {
        let mut arrows = Set::new();
        for (to, (turned, own)) in self.columns.iter().enumerate() {
            if !after.is_drawn(to, MAX_DRAWN) {
                continue;
            }
            for (from, _) in turned.without(*own) {
                if let Some((from, to)) = after.sources.get(from).zip(after.destinations.get(to)) {
                    arrows.insert((from.clone(), to.clone()));
                }
            }
        }
        arrows
    }

    /// "2 opened, 5 closed"; "nothing opened or closed" where nothing did.
    #[must_use]
    pub fn summary(&self) -> String {
        match self.counts {
            (0, 0) => "nothing opened or closed".to_owned(),
            (opened, 0) => format!("{opened} opened"),
            (0, closed) => format!("{closed} closed"),
            (opened, closed) => format!("{opened} opened, {closed} closed"),
        }
    }
}

impl Turned {
    /// Those but `own`.
    fn without(&self, own: Option<usize>) -> impl Iterator<Item = (usize, Turn)> {
        self.sources.iter().copied().filter(move |(from, _)| Some(*from) != own)
    }
}

/// Two states that are held against each other.
struct Comparison<'p> {
    before: &'p Pairs,
    after: &'p Pairs,
    /// For each source its earlier position, where it had one.
    sources: Vec<Option<usize>>,
    /// For each outcome its earlier number, where it had one.
    same: Vec<Option<Outcome>>,
    /// Pairs of columns that were compared, by where they are in memory.
    known: Map<(usize, usize), usize>,
    made: Vec<Arc<Turned>>,
}

impl Comparison<'_> {
    /// The workloads that turned between two columns.
    fn columns(&mut self, old: &Arc<Column>, new: &Arc<Column>) -> Arc<Turned> {
        let key = (Arc::as_ptr(old).addr(), Arc::as_ptr(new).addr());
        if let Some(made) = self.known.get(&key).and_then(|at| self.made.get(*at)) {
            return Arc::clone(made);
        }
        let (outside, earlier_outside) = (self.after.outside().len(), self.before.outside().len());
        let mut turned = Turned::default();
        for (from, new) in (outside..).zip(&new.outcomes) {
            let earlier = self.sources.get(from).copied().flatten();
            let row = earlier.and_then(|earlier| earlier.checked_sub(earlier_outside));
            if let Some(turn) =
                row.and_then(|row| old.outcomes.get(row)).and_then(|old| self.turn(*old, *new))
            {
                turned.sources.push((from, turn));
            }
        }
        let turned = Arc::new(turned);
        self.known.insert(key, self.made.len());
        self.made.push(Arc::clone(&turned));
        turned
    }

    /// Adds what comes from outside to `to`, or goes there.
    fn with_singles(&self, turned: Arc<Turned>, to: usize, earlier: Option<usize>) -> Arc<Turned> {
        let outside = self.after.outside().len();
        let workloads = self.after.workloads.len();
        let from: Vec<usize> = match to.checked_sub(workloads) {
            None => (0..outside).collect(),
            Some(at) => {
                let singles = self.after.outbound.get(at).into_iter().flatten();
                singles.map(|single| outside + single.other).collect()
            }
        };
        let found = from.into_iter().filter_map(|from| {
            let (_, new) = self.after.outcome(from, to)?;
            let (_, old) = self.before.outcome(*self.sources.get(from)?.as_ref()?, earlier?)?;
            Some((from, self.turn(old, new)?))
        });
        let mut found: Vec<(usize, Turn)> = found.collect();
        if found.is_empty() {
            return turned;
        }
        // What is outside stands before all workloads.
        found.extend_from_slice(&turned.sources);
        Arc::new(Turned { sources: found })
    }

    fn turn(&self, old: Outcome, new: Outcome) -> Option<Turn> {
        if self.same.get(new as usize) == Some(&Some(old)) {
            return None;
        }
        let (earlier, later) = (self.before.outcomes.get(old)?, self.after.outcomes.get(new)?);
        match earlier.0.cmp(&later.0) {
            Ordering::Less => Some(Turn::Closed),
            Ordering::Greater => Some(Turn::Opened),
            // Partly before and after: another part. Where ports themselves changed it is no change of policy.
            Ordering::Equal if later.0 != ArrowVerdict::Partial => None,
            Ordering::Equal if later.1.len() < earlier.1.len() => Some(Turn::Closed),
            Ordering::Equal => Some(Turn::Opened),
        }
    }
}

/// Where each of `after` was in `before`.
fn places(before: &[EndKey], after: &[EndKey]) -> Vec<Option<usize>> {
    if before == after {
        return (0..after.len()).map(Some).collect();
    }
    let known: Map<&EndKey, usize> = before.iter().enumerate().map(|(at, end)| (end, at)).collect();
    after.iter().map(|end| known.get(end).copied()).collect()
}
