//! A difference in words.

use std::net::IpAddr;

use netpol_engine::{Diff, DiffEnd, EditKind, FlowChange, PolicyEdit, PortSet, WorkloadName};
use netpol_syntax::SourceFile;

use crate::lines::Lines;

/// What stands where no policy is the cause of a change.
const NO_POLICY: &str = "no policy: labels, ports or addresses changed";

/// A difference, told.
pub struct Told {
    /// What opened, then what closed.
    pub flows: Vec<ToldFlow>,
    /// Workloads that only the later state has.
    pub added: Vec<String>,
    /// Workloads that only the earlier state has.
    pub removed: Vec<String>,
    /// The edits that change no flow.
    pub without_effect: Vec<String>,
}

/// What opened or closed between two ends.
pub struct ToldFlow {
    /// Whether it opened.
    pub is_opened: bool,
    /// Where it comes from.
    pub from: ToldEnd,
    /// Where it goes.
    pub to: ToldEnd,
    /// Which ports.
    pub ports: PortSet,
    /// Whether that is so for some pods only.
    pub is_partial: bool,
    /// The edits that did it, or that none did.
    pub by: String,
}

/// An end of a changed flow.
pub struct ToldEnd {
    /// `namespace/workload`, or the addresses, of which many are counted.
    pub name: String,
    /// The same with every address.
    pub exact: String,
    /// Whether it lies outside the cluster.
    pub is_outside: bool,
}

impl ToldFlow {
    /// `opened` or `closed`.
    pub fn verb(&self) -> &'static str {
        if self.is_opened { "opened" } else { "closed" }
    }

    /// The ports, and whether they are some pods' only.
    pub fn what(&self) -> String {
        let some = if self.is_partial { " (some pods)" } else { "" };
        format!("{}{some}", self.ports)
    }
}

impl Told {
    /// `diff` of two states, of which these are the texts.
    pub fn of(diff: &Diff, old: &[SourceFile], new: &[SourceFile]) -> Self {
        let (mut before, mut after) = (Lines::of(old), Lines::of(new));
        let edits: Vec<String> = diff.edits.iter().map(|edit| said(edit, &mut before, &mut after)).collect();
        type Side = fn(&FlowChange) -> &PortSet;
        let sides: [(bool, Side); 2] = [(true, |change| &change.opened), (false, |change| &change.closed)];
        let mut flows = Vec::new();
        for (is_opened, side) in sides {
            for change in diff.changes.iter().filter(|change| !side(change).is_none()) {
                let causes: Vec<&str> =
                    change.causes.iter().filter_map(|at| edits.get(*at)).map(String::as_str).collect();
                flows.push(ToldFlow {
                    is_opened,
                    from: end(&change.from),
                    to: end(&change.to),
                    ports: side(change).clone(),
                    is_partial: change.is_partial,
                    by: if causes.is_empty() { NO_POLICY.to_owned() } else { causes.join(", ") },
                });
            }
        }
        let without_effect = diff.without_effect().map(|edit| said(edit, &mut before, &mut after));
        Self {
            flows,
            added: diff.added.iter().map(workload).collect(),
            removed: diff.removed.iter().map(workload).collect(),
            without_effect: without_effect.collect(),
        }
    }

    /// Whether there is nothing to tell but edits that change no flow.
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty() && self.added.is_empty() && self.removed.is_empty()
    }
}

/// `shop/db (changed, new.yaml:12)`.
fn said(edit: &PolicyEdit, before: &mut Lines<'_>, after: &mut Lines<'_>) -> String {
    let (what, line) = match edit.kind {
        EditKind::Added(at) => ("added", after.line(at)),
        EditKind::Removed(at) => ("removed", before.line(at)),
        EditKind::Changed { to, .. } => ("changed", after.line(to)),
    };
    let place = line.map(|line| format!(", {}:{}", line.file, line.number)).unwrap_or_default();
    format!("{}/{} ({what}{place})", edit.namespace, edit.name)
}

/// `shop/db`.
pub fn workload(name: &WorkloadName) -> String {
    format!("{}/{}", name.namespace, name.name)
}

/// An end in words.
pub fn end(end: &DiffEnd) -> ToldEnd {
    /// More ranges than these are counted.
    const NAMED: usize = 3;
    match end {
        DiffEnd::Workload(name) => ToldEnd { name: workload(name), exact: workload(name), is_outside: false },
        DiffEnd::Outside(ranges) => {
            ToldEnd { name: outside(ranges, NAMED), exact: outside(ranges, ranges.len()), is_outside: true }
        }
    }
}

/// Outside addresses by their ranges, as many as `most`.
fn outside(ranges: &[(IpAddr, IpAddr)], most: usize) -> String {
    if ranges.iter().all(is_whole_family) {
        return match ranges {
            [(first, _)] if first.is_ipv4() => "any IPv4 address outside".to_owned(),
            [_] => "any IPv6 address outside".to_owned(),
            _ => "any address outside".to_owned(),
        };
    }
    let mut named: Vec<String> = ranges.iter().take(most).map(range).collect();
    if let Some(more) = ranges.len().checked_sub(most).filter(|more| *more > 0) {
        named.push(format!("{more} more ranges"));
    }
    named.join(", ")
}

/// `first-last`, or the one address.
pub fn range((first, last): &(IpAddr, IpAddr)) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn is_whole_family((first, last): &(IpAddr, IpAddr)) -> bool {
    match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => first.to_bits() == 0 && last.to_bits() == u32::MAX,
        (IpAddr::V6(first), IpAddr::V6(last)) => first.to_bits() == 0 && last.to_bits() == u128::MAX,
        _ => false,
    }
}
