//! Isolating a workload as it is: the policy that allows what is drawn, and nothing else.

use netpol_engine::{
    Analysis, Block, ClassId, Direction, Excess, ExcessEnd, Isolation, Matrix, PortSet, Wanted, WantedEnd,
    WorkloadId, internet_block,
};
use netpol_syntax::{Limits, SourceFile};

use crate::opening::range_words;
use crate::outside::{exposed_ports, outside_ends};
use crate::proposal::Proposal;
use crate::question::workload;
use crate::reach::classes;
use crate::story::Words;
use crate::{EndKey, words};

/// The policy that isolates a workload in both directions and keeps what is drawn: what passes to and from other workloads
/// on the ports that are served, and to and from what is drawn outside; besides, what passes all the same, and whom it is about
/// else. `None` where there is no such workload, where no
/// label selects it, or where policies pass it by. `files` are those that were read, within `limits`.
#[must_use]
pub fn keeping(
    (analysis, matrix): (&Analysis, &Matrix),
    (files, limits): (&[SourceFile], &Limits),
    end: &EndKey,
) -> Option<Proposal> {
    let id = workload(analysis, end)?;
    let mut wanted = analysis.passing(id);
    wanted.extend(outside(analysis, matrix, id));
    let isolation = analysis.isolate(files, limits, id, &wanted)?;
    let cluster = &analysis.cluster;
    let namespace = &cluster.namespaces[cluster.workloads[id].namespace].name;
    let kept = if wanted.is_empty() { " to nothing: nothing passes now" } else { " to what passes now" };
    let does = Words::new()
        .text("Add a policy ")
        .code(isolation.name.as_str())
        .text(" to ")
        .code(namespace.as_ref())
        .text(" that keeps ")
        .code(cluster.workloads[id].name.as_ref())
        .text(kept);
    let besides = notes(analysis, &isolation);
    Some(Proposal { does: vec![does], is_exact: besides.is_empty(), besides, edits: isolation.edits })
}

/// What passes between a workload and what is drawn outside; and to the internet, which a mark on the workload tells of.
fn outside(analysis: &Analysis, matrix: &Matrix, id: WorkloadId) -> Vec<Wanted> {
    let cluster = &analysis.cluster;
    let row = &cluster.workloads[id];
    let own = classes(analysis, row);
    let doors: PortSet = exposed_ports(cluster, Some(id)).into_iter().map(|(_, port)| port).collect();
    let ends = outside_ends(analysis);
    let mut wanted: Vec<Wanted> = Vec::new();
    let mut want = |direction, block: Block, theirs: &[ClassId], fits: Option<&PortSet>| {
        let mut ports = common(matrix, direction, &own, theirs);
        if let Some(fits) = fits {
            ports = ports.intersection(fits);
        }
        let is_within = |known: &Wanted| {
            let WantedEnd::Block(around) = &known.other else { return false };
            known.direction == direction
                && around.cidr.contains(&block.cidr)
                && around.except.is_empty()
                && ports.difference(&known.ports).is_none()
        };
        if !ports.is_none() && !wanted.iter().any(is_within) {
            wanted.push(Wanted { direction, other: WantedEnd::Block(block), ports });
        }
    };
    if !ends.iter().any(|end| end.is_internet()) {
        let internet: Vec<ClassId> = analysis.internet().iter().map(|example| example.class).collect();
        want(Direction::Egress, internet_block(), &internet, None);
    }
    for end in &ends {
        let (block, theirs) = (end.block(), end.classes(analysis));
        want(Direction::Egress, block.clone(), &theirs, None);
        let served = row.serves.port_set();
        want(Direction::Ingress, block, &theirs, Some(if end.is_internet() { &doors } else { &served }));
    }
    wanted
}

/// What passes between all of some classes and all of others.
fn common(matrix: &Matrix, direction: Direction, own: &[ClassId], theirs: &[ClassId]) -> PortSet {
    let pairs = own.iter().flat_map(|mine| theirs.iter().map(move |other| (*mine, *other)));
    let sets = pairs.map(|(mine, other)| match direction {
        Direction::Egress => matrix.connections(mine, other),
        Direction::Ingress => matrix.connections(other, mine),
    });
    sets.cloned().reduce(|all, set| all.intersection(&set)).unwrap_or_else(PortSet::none)
}

fn notes(analysis: &Analysis, isolation: &Isolation) -> Vec<String> {
    let cluster = &analysis.cluster;
    let indistinct = isolation.indistinct.iter().map(|pod| {
        format!("no label tells {} apart: the policy is about it as well", cluster.pod_name(*pod))
    });
    let excess = isolation.excess.iter().map(|Excess { direction, others, ports, by }| {
        let others = match others {
            ExcessEnd::Pods { workload, .. } => cluster.workload_name(*workload),
            ExcessEnd::Outside(ranges) => match ranges.as_slice() {
                [one] => range_words(one),
                ranges => words::count(ranges.len(), "range of addresses", "ranges of addresses"),
            },
        };
        let way = match direction {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        };
        let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(", ")) };
        format!("passes all the same: {way} {others} {ports}{by}")
    });
    indistinct.chain(excess).collect()
}
