//! `netpol diff`: which flows an edit opens and closes.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::IpAddr;

use anyhow::Result;
use netpol_engine::{Diff, DiffEnd, EditKind, FlowChange, PolicyEdit, PortSet, WorkloadName};
use serde::Serialize;

use crate::Finding;
use crate::args::{DiffArgs, Output};
use crate::input::{self, Input};
use crate::json::{JsonRange, ranges};
use crate::lines::Lines;

/// The form of the JSON output; it grows when a field changes its meaning or goes.
const VERSION: u32 = 1;

/// Prints the difference.
///
/// # Errors
/// Where an input cannot be read.
pub fn run(args: &DiffArgs, quiet: bool, out: &mut impl Write) -> Result<Finding> {
    let old = input::analyse(std::slice::from_ref(&args.old), quiet)?;
    let new = input::analyse(std::slice::from_ref(&args.new), quiet)?;
    let (old_matrix, new_matrix) = (old.analysis.matrix(), new.analysis.matrix());
    let diff = Diff::between((&old.analysis, &old_matrix), (&new.analysis, &new_matrix));
    match args.output {
        Output::Table => table(&diff, &old, &new, out)?,
        Output::Json => json(&diff, out)?,
    }
    Ok(if diff.is_empty() { Finding::Nothing } else { Finding::Differences })
}

fn table(diff: &Diff, old: &Input, new: &Input, out: &mut impl Write) -> io::Result<()> {
    let (mut before, mut after) = (Lines::of(&old.files), Lines::of(&new.files));
    let edits: Vec<String> = diff.edits.iter().map(|edit| said(edit, &mut before, &mut after)).collect();
    let mut rows: Vec<[String; 4]> = Vec::new();
    type Side = fn(&FlowChange) -> &PortSet;
    let sides: [(&str, Side); 2] = [("opened", |change| &change.opened), ("closed", |change| &change.closed)];
    for (verb, side) in sides {
        for change in diff.changes.iter().filter(|change| !side(change).is_none()) {
            let some = if change.is_partial { " (some pods)" } else { "" };
            let causes: Vec<&str> =
                change.causes.iter().filter_map(|at| edits.get(*at)).map(String::as_str).collect();
            let by = if causes.is_empty() {
                "no policy: labels, ports or addresses changed".to_owned()
            } else {
                causes.join(", ")
            };
            let flow = format!("{} -> {}", end(&change.from), end(&change.to));
            rows.push([verb.to_owned(), flow, format!("{}{some}", side(change)), by]);
        }
    }
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths = [0, 1, 2].map(|column| width(column).unwrap_or(0));
    for [verb, flow, ports, by] in &rows {
        let [first, second, third] = widths;
        writeln!(out, "{verb:first$}  {flow:second$}  {ports:third$}  by {by}")?;
    }
    for (what, names) in [("added", &diff.added), ("removed", &diff.removed)] {
        for name in names {
            writeln!(out, "{what} workload {}", workload(name))?;
        }
    }
    let causes: BTreeSet<usize> = diff.changes.iter().flat_map(|change| &change.causes).copied().collect();
    for (_, edit) in edits.iter().enumerate().filter(|(at, _)| !causes.contains(at)) {
        writeln!(out, "without effect: {edit}")?;
    }
    if rows.is_empty() && diff.is_empty() {
        writeln!(out, "no flow differs")?;
    }
    Ok(())
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

fn workload(name: &WorkloadName) -> String {
    format!("{}/{}", name.namespace, name.name)
}

/// A workload by its name, outside addresses by the few ranges that they are.
fn end(end: &DiffEnd) -> String {
    /// More ranges than these are counted.
    const NAMED: usize = 3;
    let ranges = match end {
        DiffEnd::Workload(name) => return workload(name),
        DiffEnd::Outside(ranges) => ranges,
    };
    if ranges.iter().all(is_whole_family) {
        return match ranges.as_slice() {
            [(first, _)] if first.is_ipv4() => "any IPv4 address outside".to_owned(),
            [_] => "any IPv6 address outside".to_owned(),
            _ => "any address outside".to_owned(),
        };
    }
    let mut named: Vec<String> = ranges.iter().take(NAMED).map(range).collect();
    if let Some(more) = ranges.len().checked_sub(NAMED).filter(|more| *more > 0) {
        named.push(format!("{more} more ranges"));
    }
    named.join(", ")
}

fn range((first, last): &(IpAddr, IpAddr)) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn is_whole_family((first, last): &(IpAddr, IpAddr)) -> bool {
    match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => first.to_bits() == 0 && last.to_bits() == u32::MAX,
        (IpAddr::V6(first), IpAddr::V6(last)) => first.to_bits() == 0 && last.to_bits() == u128::MAX,
        _ => false,
    }
}

#[derive(Serialize)]
struct Json<'d> {
    version: u32,
    changes: Vec<JsonChange<'d>>,
    policies: Vec<JsonEdit<'d>>,
    added: Vec<String>,
    removed: Vec<String>,
}

#[derive(Serialize)]
struct JsonChange<'d> {
    from: JsonEnd<'d>,
    to: JsonEnd<'d>,
    opened: Vec<JsonRange>,
    closed: Vec<JsonRange>,
    partial: bool,
    /// Places in `policies`.
    causes: &'d [usize],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum JsonEnd<'d> {
    Workload(String),
    Outside(&'d [(IpAddr, IpAddr)]),
}

#[derive(Serialize)]
struct JsonEdit<'d> {
    namespace: &'d str,
    name: &'d str,
    edit: &'static str,
}

fn json_end(end: &DiffEnd) -> JsonEnd<'_> {
    match end {
        DiffEnd::Workload(name) => JsonEnd::Workload(workload(name)),
        DiffEnd::Outside(ranges) => JsonEnd::Outside(ranges),
    }
}

/// As `netpol diff --help` describes it.
fn json(diff: &Diff, out: &mut impl Write) -> io::Result<()> {
    let changes = diff.changes.iter().map(|change| JsonChange {
        from: json_end(&change.from),
        to: json_end(&change.to),
        opened: ranges(&change.opened),
        closed: ranges(&change.closed),
        partial: change.is_partial,
        causes: &change.causes,
    });
    let policies = diff.edits.iter().map(|edit| JsonEdit {
        namespace: &edit.namespace,
        name: &edit.name,
        edit: match edit.kind {
            EditKind::Added(_) => "added",
            EditKind::Removed(_) => "removed",
            EditKind::Changed { .. } => "changed",
        },
    });
    let json = Json {
        version: VERSION,
        changes: changes.collect(),
        policies: policies.collect(),
        added: diff.added.iter().map(workload).collect(),
        removed: diff.removed.iter().map(workload).collect(),
    };
    serde_json::to_writer(&mut *out, &json)?;
    writeln!(out)
}
