//! What changed from one state of the text to another: which flows opened and closed, and which edits of
//! policies did it.
//!
//! Flows are compared exactly, as port sets between classes of pods, and told by workload. An edit is a cause of
//! a change where what its policy says about that very flow differs: whom it isolates, or what it allows.

mod columns;
mod edits;

use std::net::IpAddr;
use std::sync::Arc;

use netpol_syntax::order::{self, Map};

use crate::Analysis;
use crate::index::ClassId;
use crate::matrix::Matrix;
use crate::model::{Cluster, PodId, WorkloadId};
use crate::ports::PortSet;

use columns::Differing;
use edits::Edits;
pub use edits::{EditKind, PolicyEdit};

/// What differs between two states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The flows between ends that both states have, by source and destination.
    pub changes: Vec<FlowChange>,
    /// The policies that were added, removed or changed, by namespace and name.
    pub edits: Vec<PolicyEdit>,
    /// Workloads that only the later state has. Their flows are no changes: nothing was there to compare with.
    pub added: Vec<WorkloadName>,
    /// Workloads that only the earlier state has.
    pub removed: Vec<WorkloadName>,
}

impl Diff {
    /// Whether no flow changed, nor any workload came or went; policies may differ all the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.added.is_empty() && self.removed.is_empty()
    }

    /// The edits that change no flow between what both states have.
    pub fn without_effect(&self) -> impl Iterator<Item = &PolicyEdit> {
        let mut tells = vec![false; self.edits.len()];
        for cause in self.changes.iter().flat_map(|change| &change.causes) {
            tells.get_mut(*cause).into_iter().for_each(|tells| *tells = true);
        }
        self.edits.iter().zip(tells).filter(|(_, tells)| !tells).map(|(edit, _)| edit)
    }
}

/// What changed between two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowChange {
    /// Where the flow comes from.
    pub from: DiffEnd,
    /// Where it goes.
    pub to: DiffEnd,
    /// What passes now and did not before.
    pub opened: PortSet,
    /// What passed before and does not now.
    pub closed: PortSet,
    /// Whether that is so for some pairs of their pods only.
    pub is_partial: bool,
    /// The edits that did it, by their place in [`Diff::edits`]; none where labels, ports or addresses changed
    /// instead.
    pub causes: Vec<usize>,
}

/// An end of a changed flow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiffEnd {
    /// A workload.
    Workload(WorkloadName),
    /// Outside addresses: ranges, both ends included, v4 before v6, ascending.
    Outside(Vec<(IpAddr, IpAddr)>),
}

/// A workload by its names, which are what two states have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkloadName {
    /// Its namespace's.
    pub namespace: Arc<str>,
    /// Its own.
    pub name: Arc<str>,
}

/// A state, and what may pass in it.
struct State<'a> {
    analysis: &'a Analysis,
    matrix: &'a Matrix,
}

/// Endpoints that are alike before, and alike after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Both {
    old: ClassId,
    new: ClassId,
}

/// An end that both states have, with the classes that its members are in.
struct Known<'a> {
    end: End<'a>,
    classes: Vec<Both>,
    /// Whether it is one pod alone, which has no flows to another of its kind.
    is_single: bool,
}

enum End<'a> {
    Workload(&'a WorkloadName),
    Outside(&'a [(IpAddr, IpAddr)]),
}

impl Diff {
    /// What differs between `old` and `new`, whose matrices these are.
    #[must_use]
    pub fn between((old, old_matrix): (&Analysis, &Matrix), (new, new_matrix): (&Analysis, &Matrix)) -> Self {
        let (old, new) =
            (State { analysis: old, matrix: old_matrix }, State { analysis: new, matrix: new_matrix });
        let edits = Edits::between(old.analysis, new.analysis);
        let same = SameWorkloads::of(&old.analysis.cluster, &new.analysis.cluster);
        let outside = outside(&old, &new);
        let mut ends: Vec<Known<'_>> = Vec::new();
        for (name, before, after) in &same.both {
            let is_one_pod = |state: &State<'_>, id| state.analysis.cluster.workloads[id].pods.len() == 1;
            ends.push(Known {
                end: End::Workload(name),
                classes: in_both(&old, *before, &new, *after),
                is_single: is_one_pod(&old, *before) && is_one_pod(&new, *after),
            });
        }
        for (both, ranges) in &outside {
            ends.push(Known { end: End::Outside(ranges), classes: vec![*both], is_single: false });
        }

        let mut changes = Vec::new();
        let mut differing = Differing::new(&old, &new, &ends);
        for to in &ends {
            // Only those are looked at from which some flow differs: most pairs never do.
            for from in differing.sources(&to.classes) {
                changes.extend(ends.get(from).and_then(|from| compare(&old, &new, &edits, from, to)));
            }
        }
        let mut changes = join_outside(changes);
        order::sort_by(&mut changes, |one, other| (&one.from, &one.to).cmp(&(&other.from, &other.to)));
        Self { changes, edits: edits.listed, added: same.added, removed: same.removed }
    }
}

/// The change between two ends, where there is one.
fn compare(
    old: &State<'_>,
    new: &State<'_>,
    edits: &Edits,
    from: &Known<'_>,
    to: &Known<'_>,
) -> Option<FlowChange> {
    let is_same = match (&from.end, &to.end) {
        // What passes outside the cluster is nobody's business here.
        (End::Outside(_), End::Outside(_)) => return None,
        (End::Workload(one), End::Workload(other)) => one == other,
        _ => false,
    };
    if is_same && from.is_single {
        return None;
    }
    let mut found: Option<(PortSet, PortSet)> = None;
    let mut causes: Vec<usize> = Vec::new();
    let (mut pairs, mut is_partial) = (0_usize, false);
    for source in &from.classes {
        for destination in &to.classes {
            let before = old.matrix.connections(source.old, destination.old);
            let after = new.matrix.connections(source.new, destination.new);
            pairs += 1;
            if before == after {
                is_partial |= found.is_some();
                continue;
            }
            let change = (after.difference(before), before.difference(after));
            is_partial |= pairs > 1 && found.as_ref() != Some(&change);
            let (opened, closed) = found.unwrap_or_default();
            found = Some((opened.union(&change.0), closed.union(&change.1)));
            let (flow, later) = ((source.old, destination.old), (source.new, destination.new));
            causes.extend(edits.causes(flow, later, old.analysis, new.analysis));
        }
    }
    let (opened, closed) = found?;
    order::sort_and_dedup(&mut causes);
    let named = |end: &End<'_>| match end {
        End::Workload(name) => DiffEnd::Workload((*name).clone()),
        End::Outside(ranges) => DiffEnd::Outside(ranges.to_vec()),
    };
    Some(FlowChange { from: named(&from.end), to: named(&to.end), opened, closed, is_partial, causes })
}

/// Which workloads of two states are the same.
struct SameWorkloads {
    both: Vec<(WorkloadName, WorkloadId, WorkloadId)>,
    added: Vec<WorkloadName>,
    removed: Vec<WorkloadName>,
}

impl SameWorkloads {
    /// By their names; and, since lone pods are called by the first of them, by a pod that both have.
    fn of(old: &Cluster, new: &Cluster) -> Self {
        let mut after = Map::from_iter(by_name(new).into_iter().map(|(name, id)| (name, Some(id))));
        let (mut both, mut unmatched) = (Vec::new(), Vec::new());
        for (name, id) in by_name(old) {
            match after.get_mut(&name).and_then(Option::take) {
                Some(later) => both.push((name, id, later)),
                None => unmatched.push((name, id)),
            }
        }
        let mut removed = Vec::new();
        let pod_name = |cluster: &Cluster, pod: PodId| {
            let pod = &cluster.pods[pod];
            (Arc::clone(&cluster.namespaces[pod.namespace].name), Arc::clone(&pod.name))
        };
        let pods = new.pods.ids().filter(|_| !unmatched.is_empty());
        let pods = Map::from_iter(pods.map(|pod| (pod_name(new, pod), pod)));
        for (name, id) in unmatched {
            let same = old.workloads[id].pods.iter().find_map(|pod| {
                let pod = pods.get(&pod_name(old, *pod))?;
                let later = named(new, new.pods[*pod].workload);
                after.get_mut(&later).and_then(Option::take).map(|id| (later, id))
            });
            match same {
                Some((later, to)) => both.push((later, id, to)),
                None => removed.push(name),
            }
        }
        let added = after.into_iter().filter(|(_, id)| id.is_some()).map(|(name, _)| name);
        Self { both, added: added.collect(), removed }
    }
}

fn named(cluster: &Cluster, id: WorkloadId) -> WorkloadName {
    let workload = &cluster.workloads[id];
    let namespace = Arc::clone(&cluster.namespaces[workload.namespace].name);
    WorkloadName { namespace, name: Arc::clone(&workload.name) }
}

fn by_name(cluster: &Cluster) -> Map<WorkloadName, WorkloadId> {
    Map::from_iter(cluster.workloads.ids().map(|id| (named(cluster, id), id)))
}

/// The classes of a workload's pods before and after: of the pods that both states have, or of all of them
/// where a controller's pods were made anew under other names.
fn in_both(old: &State<'_>, before: WorkloadId, new: &State<'_>, after: WorkloadId) -> Vec<Both> {
    let classes = |state: &State<'_>, workload: WorkloadId| -> Vec<(Arc<str>, ClassId)> {
        let cluster = &state.analysis.cluster;
        let pods = cluster.workloads[workload].pods.iter();
        pods.map(|pod| (Arc::clone(&cluster.pods[*pod].name), state.analysis.index.class_of_pod(*pod)))
            .collect()
    };
    let (before, after) = (classes(old, before), classes(new, after));
    let later = Map::from_iter(after.iter().map(|(name, class)| (name, *class)));
    let same = before.iter().filter_map(|(name, old)| Some(Both { old: *old, new: *later.get(&name)? }));
    let mut both: Vec<Both> = same.collect();
    if both.is_empty() {
        both = before
            .iter()
            .flat_map(|(_, old)| after.iter().map(|(_, new)| Both { old: *old, new: *new }))
            .collect();
    }
    order::sort_and_dedup(&mut both);
    both
}

/// The ranges of addresses that either state tells apart, by what they are in both.
fn outside(old: &State<'_>, new: &State<'_>) -> Vec<(Both, Vec<(IpAddr, IpAddr)>)> {
    let mut pieces: Vec<(Both, (IpAddr, IpAddr))> = Vec::new();
    let (mut one, mut other) = (
        old.analysis.index.outside_ranges().iter().peekable(),
        new.analysis.index.outside_ranges().iter().peekable(),
    );
    // Both lists cover all of both families without a gap, so that one of two heads always ends within the other.
    while let (Some(before), Some(after)) = (one.peek().copied(), other.peek().copied()) {
        let (first, last) = (before.first.max(after.first), before.last.min(after.last));
        pieces.push((Both { old: before.class, new: after.class }, (first, last)));
        if before.last == last {
            one.next();
        }
        if after.last == last {
            other.next();
        }
    }
    order::groups(pieces)
}

/// Puts outside ranges together that changed in the same way at the same workload.
fn join_outside(changes: Vec<FlowChange>) -> Vec<FlowChange> {
    // The workload, and whether the flow comes to it.
    let place = |change: &FlowChange| match (&change.from, &change.to) {
        (DiffEnd::Outside(_), DiffEnd::Workload(name)) => Some((name.clone(), true)),
        (DiffEnd::Workload(name), DiffEnd::Outside(_)) => Some((name.clone(), false)),
        _ => None,
    };
    let (mut placed, mut joined) = (Vec::new(), Vec::new());
    for change in changes {
        match place(&change) {
            Some(place) => placed.push((place, change)),
            None => joined.push(change),
        }
    }
    order::sort_by(&mut placed, |(one, _), (other, _)| one.cmp(other));
    let mut of_place = 0;
    let mut last = None;
    for (place, change) in placed {
        if last.as_ref() != Some(&place) {
            of_place = joined.len();
            last = Some(place);
        }
        let is_same = |known: &&mut FlowChange| {
            (&known.opened, &known.closed, &known.causes) == (&change.opened, &change.closed, &change.causes)
        };
        let Some(same) = joined.iter_mut().skip(of_place).find(is_same) else {
            joined.push(change);
            continue;
        };
        for (into, ranges) in [(&mut same.from, &change.from), (&mut same.to, &change.to)] {
            if let (DiffEnd::Outside(into), DiffEnd::Outside(ranges)) = (into, ranges) {
                into.extend(ranges);
            }
        }
    }
    for change in &mut joined {
        for end in [&mut change.from, &mut change.to] {
            if let DiffEnd::Outside(ranges) = end {
                *ranges = without_gaps(ranges);
            }
        }
    }
    joined
}

/// The same addresses in as few ranges as can be, ascending.
fn without_gaps(ranges: &[(IpAddr, IpAddr)]) -> Vec<(IpAddr, IpAddr)> {
    let mut sorted = ranges.to_vec();
    order::sort_and_dedup(&mut sorted);
    let mut merged: Vec<(IpAddr, IpAddr)> = Vec::new();
    for (first, last) in sorted {
        match merged.last_mut() {
            Some((_, end)) if crate::outside::successor(*end) == Some(first) => *end = last,
            _ => merged.push((first, last)),
        }
    }
    merged
}
