//! Who may open what to whom, for all pairs of ends at once: what counts, changes, the table and the diagram's arrows
//! are read from.
//!
//! A million pairs are not a million arrows in memory: destinations that the engine's matrix cannot tell apart, and of
//! which the same is asked, share one column of outcomes, and an outcome is a number.

use std::sync::Arc;

use netpol_engine::{Analysis, ClassId, Direction, Id as _, Matrix, Port, WorkloadId};
use netpol_syntax::order::{self, Map};

use crate::outside::{OutsideEnd, exposed_ports, named, outside_ends};
use crate::reach::{Asked, Drawn, alive, sum_up};
use crate::{Arrow, ArrowVerdict, Counts, EndKey, PortChoice};

/// How many workloads are held against one another: sixteen million pairs are what a page's memory can hold where
/// hardly two columns are alike.
const MAX_WORKLOADS: usize = 4_000;

/// All pairs of ends of a cluster, for one choice of ports.
///
/// What the system's own workloads open is left out: they answer, and policies about them are rare. Nor is there
/// anything from a workload to itself; `about` tells what its pods may do among themselves.
#[derive(Clone, Debug)]
pub struct Pairs {
    pub(crate) sources: Vec<EndKey>,
    pub(crate) destinations: Vec<EndKey>,
    outside: Vec<OutsideEnd>,
    /// For each source that is a workload, which destination it is.
    selves: Vec<usize>,
    pub(crate) workloads: Vec<Destination>,
    /// From each end outside, the workloads it may come to: its connections by destination, ascending.
    pub(crate) inbound: Vec<Vec<Single>>,
    /// To each end outside, the workloads that may come to it: connections by source, ascending.
    pub(crate) outbound: Vec<Vec<Single>>,
    pub(crate) outcomes: Outcomes,
    left_out: usize,
}

/// What becomes of a pair, as a number.
pub(crate) type Outcome = u32;

/// The different things that become of pairs: the verdict and in words what passes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcomes {
    pub(crate) all: Vec<(ArrowVerdict, Arc<str>)>,
    known: Map<(ArrowVerdict, Arc<str>), Outcome>,
}

impl Outcomes {
    fn number(&mut self, outcome: (ArrowVerdict, Arc<str>)) -> Outcome {
        *self.known.or_insert_with_key(outcome, |outcome| {
            self.all.push(outcome.clone());
            u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The number of an outcome, if there has been such a one.
    pub(crate) fn find(&self, outcome: &(ArrowVerdict, Arc<str>)) -> Option<Outcome> {
        self.known.get(outcome).copied()
    }

    pub(crate) fn get(&self, number: Outcome) -> Option<&(ArrowVerdict, Arc<str>)> {
        self.all.get(number as usize)
    }
}

/// A workload as a destination.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    pub(crate) column: Arc<Column>,
    /// Which source it is itself, if it is one.
    pub(crate) own: Option<usize>,
    dns: bool,
}

/// What becomes of all workloads that ask the same of destinations that are alike.
#[derive(Debug)]
pub(crate) struct Column {
    /// What is asked in words.
    asked: Arc<str>,
    /// By source, those outside left out.
    pub(crate) outcomes: Vec<Outcome>,
    counts: Counts,
}

/// What becomes of one pair of which an end lies outside.
#[derive(Clone, Debug)]
pub(crate) struct Single {
    /// Which the other end is.
    pub(crate) other: usize,
    asked: Arc<str>,
    pub(crate) outcome: Outcome,
}

/// What becomes of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'p> {
    /// What passes.
    pub verdict: ArrowVerdict,
    /// What passes in words: "TCP 80", or why it is only some; empty where nothing does.
    pub passes: &'p Arc<str>,
    /// What is asked about in words: "TCP 80".
    pub asked: &'p Arc<str>,
}

impl Pairs {
    /// The pairs of a cluster.
    #[must_use]
    pub fn of(analysis: &Analysis, matrix: &Matrix, ports: PortChoice) -> Self {
        let cluster = &analysis.cluster;
        let mut drawn = alive(analysis, usize::MAX);
        let left_out = drawn.len().saturating_sub(MAX_WORKLOADS);
        drawn.truncate(MAX_WORKLOADS);
        let outside = outside_ends(analysis);
        let mut maker = Maker { analysis, matrix, ports, outcomes: Outcomes::default() };
        let (inbound, outbound) = maker.outside(&drawn, &outside);
        let workloads = maker.workloads(&drawn);
        let selves: Vec<usize> = positions(&drawn, |end| !end.system);
        let keys = |ends: &mut dyn Iterator<Item = &EndKey>| ends.cloned().collect();
        Self {
            sources: keys(
                &mut outside
                    .iter()
                    .map(|end| &end.key)
                    .chain(drawn.iter().filter(|end| !end.system).map(|end| &end.key)),
            ),
            destinations: keys(
                &mut drawn.iter().map(|end| &end.key).chain(outside.iter().map(|end| &end.key)),
            ),
            workloads: workloads
                .into_iter()
                .zip(&drawn)
                .enumerate()
                .map(|(at, (column, end))| Destination {
                    column,
                    own: selves.binary_search(&at).ok(),
                    dns: end.system && cluster.is_dns(end.id),
                })
                .collect(),
            outside,
            selves,
            inbound,
            outbound,
            outcomes: maker.outcomes,
            left_out,
        }
    }

    /// Who opens connections: what lies outside first, then workloads in the order of the cluster.
    #[must_use]
    pub fn sources(&self) -> &[EndKey] {
        &self.sources
    }

    /// Who takes them: workloads in the order of the cluster, then what lies outside.
    #[must_use]
    pub fn destinations(&self) -> &[EndKey] {
        &self.destinations
    }

    /// What lies outside, the internet first.
    #[must_use]
    pub fn outside(&self) -> &[OutsideEnd] {
        &self.outside
    }

    /// How many workloads are left out since there are too many.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// What becomes of the pair of a source and a destination, by their positions; nothing where there is no such
    /// pair to be asked about.
    #[must_use]
    pub fn pair(&self, from: usize, to: usize) -> Option<Pair<'_>> {
        let (asked, outcome) = self.outcome(from, to)?;
        let (verdict, passes) = self.outcomes.get(outcome)?;
        Some(Pair { verdict: *verdict, passes, asked })
    }

    pub(crate) fn outcome(&self, from: usize, to: usize) -> Option<(&Arc<str>, Outcome)> {
        let outside = self.outside.len();
        let single = |singles: &Vec<Single>, other: usize| {
            singles.binary_search_by_key(&other, |single| single.other).ok()
        };
        if from < outside {
            let singles = self.inbound.get(from)?;
            let single = singles.get(single(singles, to)?)?;
            return Some((&single.asked, single.outcome));
        }
        let row = from - outside;
        let Some(destination) = self.workloads.get(to) else {
            let singles = self.outbound.get(to - self.workloads.len())?;
            let single = singles.get(single(singles, row)?)?;
            return Some((&single.asked, single.outcome));
        };
        if destination.own == Some(row) {
            return None;
        }
        Some((&destination.column.asked, *destination.column.outcomes.get(row)?))
    }

    /// The arrow of a pair.
    #[must_use]
    pub fn arrow(&self, from: usize, to: usize) -> Option<Arrow> {
        let Pair { verdict, passes, asked } = self.pair(from, to)?;
        Some(Arrow {
            from: self.sources.get(from)?.clone(),
            to: self.destinations.get(to)?.clone(),
            verdict,
            passes: Arc::clone(passes),
            asked: Arc::clone(asked),
            dns: self.workloads.get(to).is_some_and(|to| to.dns) && from >= self.outside.len(),
        })
    }

    /// The arrows from sources to destinations, by their positions, in that order.
    pub fn arrows<'p>(&'p self, from: &[usize], to: &'p [usize]) -> impl Iterator<Item = Arrow> + use<'p> {
        let from = from.to_vec();
        from.into_iter().flat_map(move |from| to.iter().filter_map(move |to| self.arrow(from, *to)))
    }

    /// The arrows that are drawn where there is room for `most` workloads.
    pub(crate) fn drawn_arrows(&self, most: usize) -> Vec<Arrow> {
        let outside = self.outside.len();
        let drawn = self.selves.partition_point(|at| *at < most);
        let to: Vec<usize> = (0..self.destinations.len()).filter(|to| self.is_drawn(*to, most)).collect();
        let from: Vec<usize> = (0..outside + drawn).collect();
        self.arrows(&from, &to).collect()
    }

    /// Whether a destination is drawn where there is room for `most` workloads.
    pub(crate) fn is_drawn(&self, to: usize, most: usize) -> bool {
        to < most || to >= self.workloads.len()
    }

    /// Which source a destination is itself, if it is one.
    pub(crate) fn own_source(&self, to: usize) -> Option<usize> {
        self.workloads.get(to)?.own.map(|own| own + self.outside.len())
    }

    /// How many pairs there are of each verdict.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        let verdict = |outcome: Outcome| self.outcomes.get(outcome).map(|(verdict, _)| *verdict);
        for Destination { column, own, .. } in &self.workloads {
            counts.add_all(column.counts);
            let own = own.and_then(|own| column.outcomes.get(own));
            if let Some(verdict) = own.and_then(|own| verdict(*own)) {
                counts.remove(verdict);
            }
        }
        for single in self.inbound.iter().chain(&self.outbound).flatten() {
            if let Some(verdict) = verdict(single.outcome) {
                counts.add(verdict, 1);
            }
        }
        counts
    }
}

impl Pairs {
    /// How many pairs there are of each verdict from some of the sources to some of the destinations, by their
    /// positions, ascending.
    #[must_use]
    pub fn counts_between(&self, from: &[usize], to: &[usize]) -> Counts {
        let outside = self.outside.len();
        let (from_outside, from) = from.split_at(from.partition_point(|from| *from < outside));
        let mut counts = Counts::default();
        // Neighbours mostly share a column: what one comes to all do, but for what a workload is to itself.
        let mut last: Option<(&Arc<Column>, Counts)> = None;
        for to in to {
            counts.add_all(self.count(from_outside, *to));
            let Some(Destination { column, .. }) = self.workloads.get(*to) else {
                counts.add_all(self.count(from, *to));
                continue;
            };
            let known = last.filter(|(known, _)| Arc::ptr_eq(known, column)).map(|(_, counts)| counts);
            let of_column = known.unwrap_or_else(|| {
                self.count_outcomes(
                    from.iter().filter_map(|from| column.outcomes.get(from - outside)).copied(),
                )
            });
            last = Some((column, of_column));
            counts.add_all(of_column);
            let own = self.own_source(*to).filter(|own| from.binary_search(own).is_ok());
            let own = own.and_then(|own| self.outcomes.get(*column.outcomes.get(own - outside)?));
            if let Some((verdict, _)) = own {
                counts.remove(*verdict);
            }
        }
        counts
    }

    fn count(&self, from: &[usize], to: usize) -> Counts {
        let outcomes = from.iter().filter_map(|from| self.outcome(*from, to));
        self.count_outcomes(outcomes.map(|(_, outcome)| outcome))
    }

    fn count_outcomes(&self, outcomes: impl Iterator<Item = Outcome>) -> Counts {
        let mut counts = Counts::default();
        for outcome in outcomes {
            if let Some((verdict, _)) = self.outcomes.get(outcome) {
                counts.add(*verdict, 1);
            }
        }
        counts
    }
}

/// The positions of the items that `wanted` chooses.
fn positions<T>(items: &[T], wanted: impl Fn(&T) -> bool) -> Vec<usize> {
    items.iter().enumerate().filter(|(_, item)| wanted(item)).map(|(at, _)| at).collect()
}

/// What pairs are made from.
struct Maker<'a> {
    analysis: &'a Analysis,
    matrix: &'a Matrix,
    ports: PortChoice,
    outcomes: Outcomes,
}

impl Maker<'_> {
    /// The column of each workload.
    fn workloads(&mut self, drawn: &[Drawn]) -> Vec<Arc<Column>> {
        let sources: Vec<&Drawn> = drawn.iter().filter(|end| !end.system).collect();
        // By the engine's column and by what is asked, each of which has a number.
        let mut known: Map<(usize, usize), usize> = Map::new();
        let mut questions: Vec<(Arc<str>, usize)> = Vec::new();
        let mut made: Vec<Arc<Column>> = Vec::new();
        let columns = drawn.iter().map(|to| {
            let asked = Asked::of(&self.analysis.cluster.workloads[to.id], self.ports);
            let words = asked.words();
            let question = match questions.binary_search_by(|(known, _)| known.as_ref().cmp(&words)) {
                Ok(at) => at,
                Err(at) => {
                    let number = questions.len();
                    questions.insert(at, (words.into(), number));
                    at
                }
            };
            let (words, question) = questions.get(question).cloned().unwrap_or_default();
            let mut addresses = to.classes.iter().map(|class| self.matrix.column_address(*class));
            let first = addresses.next().filter(|first| addresses.all(|address| address == *first));
            if let Some(at) = first.and_then(|first| known.get(&(first, question))) {
                return made.get(*at).cloned();
            }
            let column = Arc::new(match (first, to.classes.first()) {
                (Some(first), Some(class)) => {
                    known.insert((first, question), made.len());
                    self.shared(&sources, *class, &asked, words)
                }
                _ => self.column(&sources, words, |maker, from| {
                    let mut pairs =
                        from.classes.iter().flat_map(|from| to.classes.iter().map(|to| (*from, *to)));
                    let outcome = sum_up(maker.matrix, &mut pairs, &asked);
                    maker.outcomes.number(outcome)
                }),
            });
            made.push(Arc::clone(&column));
            Some(column)
        });
        columns.flatten().collect()
    }

    /// The column of destinations that are all as the class `to`.
    fn shared(&mut self, sources: &[&Drawn], to: ClassId, asked: &Asked, words: Arc<str>) -> Column {
        let groups = self.matrix.groups(to);
        // By class, which group it is in, counted from 1.
        let mut group_of: Vec<u32> = vec![0; self.analysis.index.classes().len()];
        for (number, (members, _)) in (1..).zip(groups) {
            for class in members.iter::<ClassId>() {
                if let Some(group) = group_of.get_mut(class.index()) {
                    *group = number;
                }
            }
        }
        let group_of = |class: &ClassId| group_of.get(class.index()).copied().unwrap_or_default();
        let mut known: Vec<Option<Outcome>> = vec![None; groups.len() + 1];
        self.column(sources, words, |maker, from| {
            let mut groups = from.classes.iter().map(group_of);
            let group = groups.next().filter(|first| groups.all(|group| group == *first));
            let known = group.and_then(|group| known.get_mut(group as usize));
            if let Some(outcome) = known.as_ref().and_then(|known| **known) {
                return outcome;
            }
            let mut pairs = from.classes.iter().map(|from| (*from, to));
            let outcome = sum_up(maker.matrix, &mut pairs, asked);
            let outcome = maker.outcomes.number(outcome);
            if let Some(known) = known {
                *known = Some(outcome);
            }
            outcome
        })
    }

    fn column(
        &mut self,
        sources: &[&Drawn],
        words: Arc<str>,
        mut outcome_of: impl FnMut(&mut Self, &Drawn) -> Outcome,
    ) -> Column {
        let outcomes: Vec<Outcome> = sources.iter().map(|from| outcome_of(self, from)).collect();
        let mut by_outcome: Vec<usize> = vec![0; self.outcomes.all.len()];
        for outcome in &outcomes {
            if let Some(count) = by_outcome.get_mut(*outcome as usize) {
                *count += 1;
            }
        }
        let mut counts = Counts::default();
        for ((verdict, _), count) in self.outcomes.all.iter().zip(by_outcome) {
            counts.add(*verdict, count);
        }
        Column { asked: words, outcomes, counts }
    }

    /// What comes from outside and what goes there. From where nothing is exposed and no policy names the addresses
    /// there is nothing to be asked about; nor to the internet, which each workload tells for itself.
    fn outside(&mut self, drawn: &[Drawn], ends: &[OutsideEnd]) -> (Vec<Vec<Single>>, Vec<Vec<Single>>) {
        let none = || ends.iter().map(|_| Vec::new()).collect();
        let (mut inbound, mut outbound): (Vec<Vec<Single>>, Vec<Vec<Single>>) = (none(), none());
        if ends.is_empty() {
            return (inbound, outbound);
        }
        let Analysis { cluster, index, .. } = self.analysis;
        let classes: Vec<Vec<ClassId>> = ends.iter().map(|end| end.classes(self.analysis)).collect();
        let exposed = exposed_ports(cluster, None);
        let [into, out] = [Direction::Ingress, Direction::Egress].map(|it| (it, named(cluster, it, ends)));
        let mut row = 0;
        for (at, end) in drawn.iter().enumerate() {
            let doors = doors(&exposed, end.id);
            let named_by = |(direction, named): &(Direction, Vec<Vec<usize>>)| {
                let policies = end.classes.iter().flat_map(|class| index.isolating(*direction, *class));
                let ends = policies.filter_map(|policy| named.get(policy.index())).flatten();
                let mut ends: Vec<usize> = ends.copied().collect();
                order::sort_and_dedup(&mut ends);
                ends
            };
            let mut sources = named_by(&into);
            let internet = ends.first().is_some_and(OutsideEnd::is_internet);
            if internet && !doors.is_empty() && sources.first() != Some(&0) {
                sources.insert(0, 0);
            }
            for from in sources {
                let is_internet = ends.get(from).is_some_and(OutsideEnd::is_internet);
                let doors = if is_internet { doors.clone() } else { Vec::new() };
                let asked = Asked::at_the_door(&cluster.workloads[end.id], doors, self.ports);
                self.single(&mut inbound, from, at, &asked, (classes.get(from), Some(&end.classes)));
            }
            if end.system {
                continue;
            }
            for to in named_by(&out) {
                if ends.get(to).is_some_and(|end| !end.is_internet()) {
                    let asked = match self.ports {
                        PortChoice::One(port) => Asked::Ports(vec![port]),
                        PortChoice::AsServed => Asked::Anything,
                    };
                    self.single(&mut outbound, to, row, &asked, (Some(&end.classes), classes.get(to)));
                }
            }
            row += 1;
        }
        (inbound, outbound)
    }

    fn single(
        &mut self,
        singles: &mut [Vec<Single>],
        outside: usize,
        other: usize,
        asked: &Asked,
        (from, to): (Option<&Vec<ClassId>>, Option<&Vec<ClassId>>),
    ) {
        let mut pairs =
            from.into_iter().flatten().flat_map(|from| to.into_iter().flatten().map(|to| (*from, *to)));
        let outcome = self.outcomes.number(sum_up(self.matrix, &mut pairs, asked));
        if let Some(singles) = singles.get_mut(outside) {
            singles.push(Single { other, asked: asked.words().into(), outcome });
        }
    }
}

/// The ports of `workload` among `exposed`, which is sorted.
fn doors(exposed: &[(WorkloadId, Port)], workload: WorkloadId) -> Vec<Port> {
    let first = exposed.partition_point(|(id, _)| *id < workload);
    let own = exposed.iter().skip(first).take_while(|(id, _)| *id == workload);
    own.map(|(_, port)| *port).collect()
}
