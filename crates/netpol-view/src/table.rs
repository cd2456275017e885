//! The table of all pairs: a line for each source and each destination, in groups that can be folded into one line.

use std::fmt::Write as _;
use std::sync::Arc;

use netpol_engine::{Analysis, Labels};
use netpol_syntax::order::{self, Map};

use crate::{ArrowVerdict, Changes, Counts, EndKey, EndKind, Pair, Pairs, words};

/// How the lines of a table are put together and sorted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Grouping {
    /// By their namespaces.
    #[default]
    Namespace,
    /// By their values of this label.
    Label(Arc<str>),
}

/// Ends that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they have in common: a namespace, or a label's value.
    pub name: Arc<str>,
    /// The end that stands for all of them, where there is one.
    pub key: Option<EndKey>,
    /// The ends, by their positions among the sources or the destinations.
    pub ends: Vec<usize>,
    /// Whether one line stands for all of them.
    pub folded: bool,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Stands over the ends of a group.
    Heading(usize),
    /// An end of a group.
    End {
        /// The group.
        group: usize,
        /// The end's position among the sources or the destinations.
        end: usize,
    },
    /// A whole group.
    Folded(usize),
}

impl Line {
    /// The group that it is of.
    #[must_use]
    pub fn group(self) -> usize {
        match self {
            Self::Heading(group) | Self::End { group, .. } | Self::Folded(group) => group,
        }
    }
}

/// The rows of a table, or its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The groups, in the order of their names; what lies outside is a group of its own, the last.
    pub groups: Vec<Group>,
    /// The lines. Columns have no headings.
    pub lines: Vec<Line>,
}

/// A table. It belongs to the [`Pairs`] it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The sources.
    pub rows: Side,
    /// The destinations.
    pub columns: Side,
}

/// Which arrows are shown: asked with what passes along one, and whether it changed.
pub type Shows<'s> = &'s dyn Fn(ArrowVerdict, bool) -> bool;

/// What a table shows of one pair of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCell {
    /// What passes; nothing where there is nothing to be asked about.
    pub verdict: Option<ArrowVerdict>,
    /// Whether it is shown, and not filtered out.
    pub shown: bool,
    /// Whether an arrow behind it changed.
    pub changed: bool,
    /// What is written in it: ports, or how many arrows pass of how many.
    pub text: String,
    /// Who, whom, ports and verdict: the text for screen readers and tooltips.
    pub label: String,
}

/// The labels that a table can be grouped by: those of the most workloads first, a dozen at most.
#[must_use]
pub fn grouping_labels(analysis: &Analysis) -> Vec<Arc<str>> {
    const MOST: usize = 12;
    let workloads = analysis.cluster.workloads.rows().iter();
    let mut keys =
        order::groups(workloads.flat_map(|workload| workload.labels.iter().map(|(key, _)| (key, ()))));
    order::sort_by(&mut keys, |one, other| other.1.len().cmp(&one.1.len()));
    keys.into_iter().take(MOST).map(|(key, _)| key.into()).collect()
}

/// How a table is arranged.
#[derive(Clone, Copy, Debug)]
pub struct Arrangement<'a> {
    /// By what its ends are grouped.
    pub grouping: &'a Grouping,
    /// The groups that take one line each, by name, sorted.
    pub folded: &'a [Arc<str>],
    /// The namespaces that are left out, by name, sorted.
    pub hidden: &'a [Arc<str>],
}

impl Table {
    /// The table of `pairs`.
    #[must_use]
    pub fn of(analysis: &Analysis, pairs: &Pairs, arrangement: Arrangement<'_>) -> Self {
        let Arrangement { grouping, folded, hidden } = arrangement;
        let values: Map<String, Arc<str>> = match grouping {
            Grouping::Namespace => Map::new(),
            Grouping::Label(key) => values(analysis, key),
        };
        let group_of = |end: &EndKey| -> Arc<str> {
            match grouping {
                Grouping::Namespace => {
                    end.as_str().split_once('/').map_or("", |(namespace, _)| namespace).into()
                }
                Grouping::Label(key) => {
                    values.get(end.as_str()).cloned().unwrap_or_else(|| format!("without {key}").into())
                }
            }
        };
        let side = |ends: &[EndKey], has_headings: bool| {
            let ends = ends.iter().enumerate().filter(|(_, end)| !end.is_in(hidden));
            let named = ends.map(|(at, end)| {
                let outside = end.kind() == EndKind::Outside;
                let name = if outside { OUTSIDE.into() } else { group_of(end) };
                ((outside, name), at)
            });
            let groups = order::groups(named).into_iter().map(|((outside, name), ends)| Group {
                key: (!outside && *grouping == Grouping::Namespace)
                    .then(|| EndKey::new(EndKind::Namespace, Arc::clone(&name))),
                folded: folded.binary_search(&name).is_ok(),
                name,
                ends,
            });
            let groups: Vec<Group> = groups.collect();
            let mut lines = Vec::new();
            for (at, group) in groups.iter().enumerate() {
                if group.folded {
                    lines.push(Line::Folded(at));
                    continue;
                }
                lines.extend(has_headings.then_some(Line::Heading(at)));
                lines.extend(group.ends.iter().map(|end| Line::End { group: at, end: *end }));
            }
            Side { groups, lines }
        };
        Self { rows: side(pairs.sources(), true), columns: side(pairs.destinations(), false) }
    }

    /// The names of all groups for which `is_meant`, sorted.
    #[must_use]
    pub fn group_names(&self, is_meant: impl Fn(&Group) -> bool) -> Vec<Arc<str>> {
        let groups = self.rows.groups.iter().chain(&self.columns.groups);
        let mut names: Vec<Arc<str>> =
            groups.filter(|group| is_meant(group)).map(|group| Arc::clone(&group.name)).collect();
        order::sort_and_dedup(&mut names);
        names
    }

    /// What a line is called: an end's own name, or that of its group.
    #[must_use]
    pub fn name<'t>(side: &'t Side, ends: &'t [EndKey], line: Line) -> &'t str {
        match line {
            Line::End { end, .. } => ends.get(end).map_or("", EndKey::short),
            Line::Heading(group) | Line::Folded(group) => {
                side.groups.get(group).map_or("", |group| group.name.as_ref())
            }
        }
    }

    /// The end that a line stands for, if it is one.
    #[must_use]
    pub fn key(side: &Side, ends: &[EndKey], line: Line) -> Option<EndKey> {
        match line {
            Line::End { end, .. } => ends.get(end).cloned(),
            Line::Heading(group) | Line::Folded(group) => side.groups.get(group)?.key.clone(),
        }
    }

    /// What stands where two lines meet; nothing in a heading.
    #[must_use]
    pub fn cell(
        &self,
        pairs: &Pairs,
        changes: &Changes,
        shows: Shows<'_>,
        (row, column): (Line, Line),
    ) -> Option<TableCell> {
        if let (Line::End { end: from, .. }, Line::End { end: to, .. }) = (row, column) {
            return Some(single(pairs, changes, shows, from, to));
        }
        let (from, to) = (ends(&self.rows, &row)?, ends(&self.columns, &column)?);
        let counts = pairs.counts_between(from, to);
        let names = (
            Self::full_name(&self.rows, pairs.sources(), row),
            Self::full_name(&self.columns, pairs.destinations(), column),
        );
        let Some(verdict) = verdict(counts) else {
            return Some(TableCell {
                verdict: None,
                shown: true,
                changed: false,
                text: String::new(),
                label: format!("{} to {}: nothing to ask about", names.0, names.1),
            });
        };
        let changed =
            !changes.is_empty() && to.iter().any(|to| from.iter().any(|from| changes.has(*from, *to)));
        Some(TableCell {
            verdict: Some(verdict),
            shown: shows(verdict, changed),
            changed,
            text: match verdict {
                ArrowVerdict::Partial => format!("{}/{}", counts.allowed, counts.total()),
                ArrowVerdict::Allowed | ArrowVerdict::Blocked => counts.total().to_string(),
            },
            label: format!(
                "{} to {}: {} of {} arrows pass",
                names.0,
                names.1,
                counts.allowed,
                counts.total()
            ),
        })
    }

    /// The whole name of what a line stands for.
    #[must_use]
    pub fn full_name<'t>(side: &'t Side, ends: &'t [EndKey], line: Line) -> &'t str {
        match line {
            Line::End { end, .. } => ends.get(end).map_or("", EndKey::as_str),
            Line::Heading(_) | Line::Folded(_) => Self::name(side, ends, line),
        }
    }

    /// The table as comma-separated values: as it is shown, with the whole names.
    #[must_use]
    pub fn csv(&self, pairs: &Pairs, changes: &Changes, shows: Shows<'_>) -> String {
        let mut text = String::new();
        self.write(pairs, changes, shows, &mut |cells| {
            for (at, cell) in cells.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "," });
                text.push_str(&csv_field(cell));
            }
            text.push_str("\r\n");
        });
        text
    }

    /// The table in Markdown: as it is shown, with the whole names.
    #[must_use]
    pub fn markdown(&self, pairs: &Pairs, changes: &Changes, shows: Shows<'_>) -> String {
        let mut text = String::new();
        let mut is_first = true;
        self.write(pairs, changes, shows, &mut |cells| {
            for cell in cells {
                let _ = write!(text, "| {} ", markdown_field(cell));
            }
            text.push_str("|\n");
            if std::mem::take(&mut is_first) {
                cells.iter().for_each(|_| text.push_str("|---"));
                text.push_str("|\n");
            }
        });
        text
    }

    /// Gives each line of the table as texts, its head first.
    fn write(&self, pairs: &Pairs, changes: &Changes, shows: Shows<'_>, out: &mut dyn FnMut(&[String])) {
        let (sources, destinations) = (pairs.sources(), pairs.destinations());
        let columns = self.columns.lines.iter();
        let head = columns.map(|line| Self::full_name(&self.columns, destinations, *line).to_owned());
        out(&std::iter::once("from / to".to_owned()).chain(head).collect::<Vec<_>>());
        for row in self.rows.lines.iter().filter(|row| !matches!(row, Line::Heading(_))) {
            let cells = self.columns.lines.iter().map(|column| {
                let cell = self.cell(pairs, changes, shows, (*row, *column)).filter(|cell| cell.shown);
                let verdict = cell.as_ref().and_then(|cell| cell.verdict);
                match (cell, verdict) {
                    (Some(cell), Some(verdict)) if !cell.text.is_empty() => {
                        format!("{} {}", verdict.as_str(), cell.text)
                    }
                    (_, Some(verdict)) => verdict.as_str().to_owned(),
                    _ => String::new(),
                }
            });
            let name = Self::full_name(&self.rows, sources, *row).to_owned();
            out(&std::iter::once(name).chain(cells).collect::<Vec<_>>());
        }
    }
}

/// What lies outside is called so.
const OUTSIDE: &str = "outside";

/// Each workload's value of a label, by its name.
fn values(analysis: &Analysis, key: &str) -> Map<String, Arc<str>> {
    let value =
        |labels: &Labels| labels.iter().find(|(known, _)| *known == key).map(|(_, value)| value.into());
    let workloads = analysis.cluster.workloads.iter();
    Map::from_iter(
        workloads.filter_map(|(id, workload)| {
            Some((analysis.cluster.workload_name(id), value(&workload.labels)?))
        }),
    )
}

/// The ends behind a line; nothing for a heading, which only stands over them.
fn ends<'t>(side: &'t Side, line: &'t Line) -> Option<&'t [usize]> {
    match line {
        Line::Heading(_) => None,
        Line::End { end, .. } => Some(std::slice::from_ref(end)),
        Line::Folded(group) => side.groups.get(*group).map(|group| group.ends.as_slice()),
    }
}

/// What many arrows come to, if there are any.
fn verdict(counts: Counts) -> Option<ArrowVerdict> {
    match counts.total() {
        0 => None,
        total if total == counts.allowed => Some(ArrowVerdict::Allowed),
        total if total == counts.blocked => Some(ArrowVerdict::Blocked),
        _ => Some(ArrowVerdict::Partial),
    }
}

fn single(pairs: &Pairs, changes: &Changes, shows: Shows<'_>, from: usize, to: usize) -> TableCell {
    let name = |ends: &[EndKey], at: usize| ends.get(at).map(EndKey::to_string).unwrap_or_default();
    let names = (name(pairs.sources(), from), name(pairs.destinations(), to));
    let Some(Pair { verdict, passes, asked }) = pairs.pair(from, to) else {
        let label = if names.0 == names.1 {
            format!("{} itself", names.0)
        } else {
            format!("{} to {}: nothing to ask about", names.0, names.1)
        };
        return TableCell { verdict: None, shown: true, changed: false, text: String::new(), label };
    };
    let what = words::outcome(verdict, passes, asked);
    let changed = changes.has(from, to);
    TableCell {
        verdict: Some(verdict),
        shown: shows(verdict, changed),
        changed,
        text: in_short(passes),
        label: format!("{} to {}: {what}", names.0, names.1),
    }
}

/// Ports in as few letters as tell them: `80, 443` for TCP, as most are.
fn in_short(passes: &str) -> String {
    let ports = passes.strip_prefix("only ").unwrap_or(passes);
    let ports = ports.strip_suffix(" between some pods").unwrap_or(ports);
    if ports == "any port" { "any".to_owned() } else { ports.replace("TCP ", "") }
}

/// A field as RFC 4180 has it. One that a spreadsheet would take for a formula is kept from being one.
fn csv_field(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

/// A cell whose text stays text.
fn markdown_field(text: &str) -> String {
    let mut field = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' => field.extend(['\\', letter]),
            '<' => field.push_str("&lt;"),
            '&' => field.push_str("&amp;"),
            '\n' | '\r' => field.push(' '),
            _ => field.push(letter),
        }
    }
    field
}
