//! A goal from an example: what passes in a solution must pass, and nothing else may.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};
use netpol_engine::{ClassId, Cluster, Endpoint, OutsideRange, PortSet, Protocol, Serves, WorkloadId};
use netpol_syntax::order;

use super::goal::Want;
use super::grade::State;
use crate::scenario::ScenarioFile;

/// So many blocks of addresses are named of what a state tells apart outside; what takes more is the rest.
const NAMED: usize = 16;

/// An end of flows, as a goal names it.
struct Captured {
    /// Its names: several for addresses that are no one block.
    names: Vec<String>,
    members: Vec<Endpoint>,
    workload: Option<WorkloadId>,
    /// Whether it is a part of the world outside that is told apart from the rest.
    is_part: bool,
}

/// The rows of a goal that is met by what `files` say, each with what it wants: what passes there on the ports that are
/// served, row by row for each destination, and at the end that nothing else does.
#[must_use]
pub fn capture(files: &[ScenarioFile]) -> Vec<(Want, String)> {
    let state = State::of(files);
    let cluster = &state.analysis.cluster;
    let mut ends = outside(&state);
    ends.extend(cluster.workloads.ids().map(|id| Captured {
        names: vec![cluster.workload_name(id)],
        members: cluster.live_pods(id).map(Endpoint::Pod).collect(),
        workload: Some(id),
        is_part: false,
    }));

    // What is about parts of the outside comes first, for the first row about a flow decides.
    let mut rows = Vec::new();
    for is_part in [true, false] {
        for to in &ends {
            let asked = asked(cluster, to.workload);
            // Sources by what they may send, so that those that are alike are one row.
            let mut passing: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for from in ends.iter().filter(|from| (from.is_part || to.is_part) == is_part) {
                let may = may_pass(&state, from, to, &asked);
                if !may.is_none() {
                    let names = from.names.iter().map(String::as_str);
                    passing.entry(targets(&to.names, &may, &asked)).or_default().extend(names);
                }
            }
            let row = |(to, from): (String, Vec<&str>)| (Want::Pass, format!("{} -> {to}", from.join(", ")));
            rows.extend(passing.into_iter().map(row));
        }
        let parts: Vec<&str> =
            ends.iter().filter(|end| end.is_part).flat_map(|end| &end.names).map(String::as_str).collect();
        if is_part && !parts.is_empty() {
            let parts = parts.join(", ");
            rows.push((Want::Block, format!("{parts} -> all")));
            rows.push((Want::Block, format!("all -> {parts}")));
        }
    }
    rows.push((Want::Block, "all -> all".to_owned()));
    rows
}

/// What passes from every member of one end to every one of another. What only some may do is for the author to word.
fn may_pass(state: &State, from: &Captured, to: &Captured, asked: &PortSet) -> PortSet {
    if from.workload.is_none() && to.workload.is_none() {
        return PortSet::none();
    }
    let index = &state.analysis.index;
    let mut pairs = 0;
    let mut all = asked.clone();
    for one in &from.members {
        for other in to.members.iter().filter(|other| *other != one) {
            pairs += 1;
            all = all.intersection(state.matrix.connections(index.class_of(*one), index.class_of(*other)));
        }
    }
    if pairs == 0 { PortSet::none() } else { all }
}

/// The world outside: the parts of it that policies tell apart and that are few blocks, and the rest.
fn outside(state: &State) -> Vec<Captured> {
    let ranges = state.analysis.index.outside_ranges();
    let internet = state.analysis.internet();
    // The rest is what the most of the internet is.
    let widest = internet.iter().min_by_key(|example| {
        let of_class = ranges.iter().filter(|range| range.class == example.class);
        of_class.flat_map(blocks).filter(|net| net.addr().is_ipv4()).map(|net| net.prefix_len()).min()
    });
    let mut classes: Vec<ClassId> = ranges.iter().map(|range| range.class).collect();
    order::sort_and_dedup(&mut classes);
    let mut parts = Vec::new();
    let mut rest = Vec::new();
    for class in classes {
        let of_class = || ranges.iter().filter(move |range| range.class == class);
        let blocks: Vec<String> =
            of_class().flat_map(blocks).map(|it| it.to_string()).take(NAMED + 1).collect();
        let is_rest = widest.is_some_and(|widest| widest.class == class) || blocks.len() > NAMED;
        let member = match internet.iter().find(|example| example.class == class) {
            Some(example) => Some(example.address),
            None => of_class().next().map(|range| range.first),
        };
        let members: Vec<Endpoint> = member.map(Endpoint::Address).into_iter().collect();
        match is_rest {
            true => rest.extend(members),
            false => parts.push(Captured { names: blocks, members, workload: None, is_part: true }),
        }
    }
    parts.push(Captured { names: vec!["outside".to_owned()], members: rest, workload: None, is_part: false });
    parts
}

/// A range of addresses as blocks.
fn blocks(range: &OutsideRange) -> Vec<IpNet> {
    match (range.first, range.last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => Ipv4Subnets::new(first, last, 0).map(IpNet::V4).collect(),
        (IpAddr::V6(first), IpAddr::V6(last)) => Ipv6Subnets::new(first, last, 0).map(IpNet::V6).collect(),
        _ => Vec::new(),
    }
}

/// The ports that are asked about: those that are served, or all.
fn asked(cluster: &Cluster, to: Option<WorkloadId>) -> PortSet {
    to.map_or_else(PortSet::all, |to| match &cluster.workloads[to].serves {
        Serves::Unknown => PortSet::all(),
        known @ Serves::Ports(_) => known.port_set(),
    })
}

/// `shop/db` where all passes that is asked about, else `shop/db:80, shop/db:443`.
fn targets(names: &[String], passing: &PortSet, asked: &PortSet) -> String {
    if passing == asked {
        return names.join(", ");
    }
    let mut targets = Vec::new();
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Sctp] {
        let suffix =
            if protocol == Protocol::Tcp { String::new() } else { format!("/{}", protocol.as_str()) };
        for (first, last) in passing.ranges(protocol) {
            let (first, last) = ((*first).max(1), *last);
            let ports =
                if first == last { format!("{first}{suffix}") } else { format!("{first}-{last}{suffix}") };
            targets.extend(names.iter().map(|name| match name.contains("::") {
                true => format!("[{name}]:{ports}"),
                false => format!("{name}:{ports}"),
            }));
        }
    }
    targets.join(", ")
}
