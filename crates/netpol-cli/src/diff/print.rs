//! A difference in each format.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::IpAddr;

use netpol_engine::{Diff, DiffEnd, EditKind};
use netpol_view::ArrowVerdict;
use serde::Serialize;

use crate::output::dot::{Edge, Graph};
use crate::output::json::{self, JsonRange, ranges};
use crate::output::table::{self, Cell};
use crate::output::{Tone, csv, markdown};

use super::words::{Told, workload};

/// What is said where nothing differs.
const NOTHING: &str = "no flow differs";

/// A line for each change.
pub fn table(told: &Told, out: &mut impl Write) -> io::Result<()> {
    let rows = told.flows.iter().map(|flow| {
        let tone = if flow.is_opened { Tone::Good } else { Tone::Bad };
        vec![
            Cell::new(tone, flow.verb()),
            Cell::plain(format!("{} -> {}", flow.from.name, flow.to.name)),
            Cell::plain(flow.what()),
            Cell::plain(format!("by {}", flow.by)),
        ]
    });
    table::write(&rows.collect::<Vec<_>>(), out)?;
    for line in other_lines(told) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The same as a table and a list.
pub fn markdown(told: &Told, out: &mut impl Write) -> io::Result<()> {
    if !told.flows.is_empty() {
        let header = ["", "from", "to", "ports", "by"].map(str::to_owned);
        let rows = told.flows.iter().map(|flow| {
            vec![
                flow.verb().to_owned(),
                flow.from.name.clone(),
                flow.to.name.clone(),
                flow.what(),
                flow.by.clone(),
            ]
        });
        markdown::table(&header, rows, out)?;
    }
    let mut lines = other_lines(told).peekable();
    if !told.flows.is_empty() && lines.peek().is_some() {
        writeln!(out)?;
    }
    lines.try_for_each(|line| markdown::item(&line, out))
}

/// What is said besides flows, a line each.
fn other_lines(told: &Told) -> impl Iterator<Item = String> {
    let added = told.added.iter().map(|name| format!("added workload {name}"));
    let removed = told.removed.iter().map(|name| format!("removed workload {name}"));
    let edits = told.without_effect.iter().map(|edit| format!("without effect: {edit}"));
    let nothing = told.is_empty().then(|| NOTHING.to_owned());
    added.chain(removed).chain(edits).chain(nothing)
}

/// A line for each change; one that is no flow's leaves the other columns empty.
pub fn csv(told: &Told, out: &mut impl Write) -> io::Result<()> {
    let flows = told.flows.iter().map(|flow| {
        let pods = if flow.is_partial { "some" } else { "all" };
        [
            flow.verb().to_owned(),
            flow.from.exact.clone(),
            flow.to.exact.clone(),
            flow.ports.to_string(),
            pods.to_owned(),
            flow.by.clone(),
        ]
    });
    let none = String::new;
    let workload =
        |what: &str, name: &String| [what.to_owned(), name.clone(), none(), none(), none(), none()];
    let added = told.added.iter().map(|name| workload("added", name));
    let removed = told.removed.iter().map(|name| workload("removed", name));
    let edits = told.without_effect.iter();
    let edits = edits.map(|edit| ["without effect".to_owned(), none(), none(), none(), none(), edit.clone()]);
    let rows = flows.chain(added).chain(removed).chain(edits);
    csv::write(["change", "from", "to", "ports", "pods", "by"], rows, out)
}

/// An edge for each pair between which something opened, closed, or both.
pub fn dot(told: &Told, out: &mut impl Write) -> io::Result<()> {
    let mut graph = Graph::default();
    for name in &told.added {
        graph.workload(name, Some(ArrowVerdict::Allowed));
    }
    for name in &told.removed {
        graph.workload(name, Some(ArrowVerdict::Blocked));
    }
    let mut pairs: Vec<Edge<'_>> = Vec::new();
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for flow in &told.flows {
        for end in [&flow.from, &flow.to] {
            if end.is_outside {
                graph.outside(&end.exact, &end.name);
            } else {
                graph.workload(&end.exact, None);
            }
        }
        let verdict = if flow.is_opened { ArrowVerdict::Allowed } else { ArrowVerdict::Blocked };
        let line = format!("{} {}", flow.verb(), flow.what());
        let (from, to) = (flow.from.exact.as_str(), flow.to.exact.as_str());
        let at = *known.entry((from, to)).or_insert(pairs.len());
        match pairs.get_mut(at) {
            Some(edge) => {
                edge.verdict = ArrowVerdict::Partial;
                edge.label.push(line);
            }
            None => pairs.push(Edge { from, to, verdict, label: vec![line] }),
        }
    }
    graph.write("diff", pairs.into_iter(), out)
}

/// As `schemas/diff.schema.json` describes it.
#[derive(Serialize)]
struct Json<'d> {
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

/// The difference itself.
pub fn json(diff: &Diff, out: &mut impl Write) -> io::Result<()> {
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
    let answer = Json {
        changes: changes.collect(),
        policies: policies.collect(),
        added: diff.added.iter().map(workload).collect(),
        removed: diff.removed.iter().map(workload).collect(),
    };
    json::write(&answer, out)
}
