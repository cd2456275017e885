//! The grid in each format.

use std::borrow::Cow;
use std::io::{self, Write};
use std::iter::once;
use std::net::IpAddr;

use netpol_engine::PortSet;
use netpol_view::{ArrowVerdict, Passage};
use serde::{Serialize, Serializer};

use crate::output::dot::{Edge, Graph};
use crate::output::json::{self, JsonRange, ranges};
use crate::output::table::{self, Cell};
use crate::output::{Tone, csv, markdown};

use super::cells::{End, Grid, OUTSIDE};

/// What stands where the rows' and the columns' names meet.
const CORNER: &str = "from \\ to";
/// What stands where there is no connection to speak of.
const NONE: &str = "-";

impl Grid {
    /// Every pair that has a cell, row by row.
    fn pairs(&self) -> impl Iterator<Item = (&End, &End, &Passage)> {
        self.ends.iter().zip(&self.rows).flat_map(|(from, row)| {
            let cells = self.ends.iter().zip(row);
            cells.filter_map(move |(to, cell)| Some((from, to, cell.as_deref()?)))
        })
    }
}

/// Sources down, destinations across.
pub fn table(grid: &Grid, out: &mut impl Write) -> io::Result<()> {
    let head = |name: &str| Cell::new(Tone::Head, name.to_owned());
    let header = once(head(CORNER)).chain(grid.ends.iter().map(|end| head(&end.name)));
    let mut lines: Vec<Vec<Cell>> = vec![header.collect()];
    for (end, row) in grid.ends.iter().zip(&grid.rows) {
        let cells = row.iter().map(|cell| match cell {
            Some(cell) => Cell::new(cell.verdict().into(), words(cell)),
            None => Cell::plain(NONE),
        });
        lines.push(once(head(&end.name)).chain(cells).collect());
    }
    table::write(&lines, out)
}

/// The same grid.
pub fn markdown(grid: &Grid, out: &mut impl Write) -> io::Result<()> {
    let header: Vec<String> =
        once(CORNER.to_owned()).chain(grid.ends.iter().map(|end| end.name.clone())).collect();
    let rows = grid.ends.iter().zip(&grid.rows).map(|(end, row)| {
        let cells = row.iter().map(|cell| cell.as_deref().map_or(NONE.into(), words).into_owned());
        once(end.name.clone()).chain(cells).collect()
    });
    markdown::table(&header, rows, out)
}

/// A line for each pair.
pub fn csv(grid: &Grid, out: &mut impl Write) -> io::Result<()> {
    let rows = grid.pairs().map(|(from, to, cell)| {
        let (verdict, some) = (cell.verdict().as_str().to_owned(), sometimes(cell));
        let [asked, always, sometimes] = [&cell.asked, &cell.everywhere, &some].map(ToString::to_string);
        [from.name.clone(), to.name.clone(), verdict, asked, always, sometimes]
    });
    csv::write(["from", "to", "verdict", "asked", "always", "sometimes"], rows, out)
}

/// An edge for each pair, with what of it passes.
pub fn dot(grid: &Grid, out: &mut impl Write) -> io::Result<()> {
    let mut graph = Graph::default();
    for end in &grid.ends {
        if end.kind == OUTSIDE {
            graph.outside(&end.name, &end.name);
        } else {
            graph.workload(&end.name, None);
        }
    }
    let edges = grid.pairs().map(|(from, to, cell)| {
        let verdict = cell.verdict();
        let label = match verdict {
            ArrowVerdict::Allowed => cell.asked.to_string(),
            ArrowVerdict::Partial | ArrowVerdict::Blocked => words(cell).into_owned(),
        };
        Edge { from: &from.name, to: &to.name, verdict, label: vec![label] }
    });
    graph.write("matrix", edges, out)
}

/// The ports that are open between some pods only.
fn sometimes(cell: &Passage) -> PortSet {
    cell.anywhere.difference(&cell.everywhere)
}

/// `allowed`, `blocked`, or what of it passes.
fn words(cell: &Passage) -> Cow<'static, str> {
    let (always, some) = (&cell.everywhere, sometimes(cell));
    match cell.verdict() {
        ArrowVerdict::Partial if some.is_none() => format!("partial ({always})").into(),
        ArrowVerdict::Partial if always.is_none() => format!("partial (some pods: {some})").into(),
        ArrowVerdict::Partial => format!("partial ({always}; some pods: {some})").into(),
        verdict => verdict.as_str().into(),
    }
}

/// As `schemas/matrix.schema.json` describes it.
#[derive(Serialize)]
struct Json<'g> {
    ends: Vec<JsonEnd<'g>>,
    cells: JsonCells<'g>,
}

/// Made one by one, since there may be a million.
struct JsonCells<'g>(&'g Grid);

impl Serialize for JsonCells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.pairs().map(|(from, to, cell)| JsonCell {
            from: &from.name,
            to: &to.name,
            verdict: cell.verdict().as_str(),
            asked: ranges(&cell.asked),
            always: ranges(&cell.everywhere),
            sometimes: ranges(&sometimes(cell)),
        }))
    }
}

#[derive(Serialize)]
struct JsonEnd<'g> {
    name: &'g str,
    kind: &'g str,
    pods: usize,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    ranges: &'g [(IpAddr, IpAddr)],
}

#[derive(Serialize)]
struct JsonCell<'g> {
    from: &'g str,
    to: &'g str,
    verdict: &'static str,
    asked: Vec<JsonRange>,
    always: Vec<JsonRange>,
    sometimes: Vec<JsonRange>,
}

/// Ends, and a cell for each pair.
pub fn json(grid: &Grid, out: &mut impl Write) -> io::Result<()> {
    let ends = grid.ends.iter().map(|end| JsonEnd {
        name: &end.name,
        kind: end.kind,
        pods: end.pods,
        ranges: &end.ranges,
    });
    json::write(&Json { ends: ends.collect(), cells: JsonCells(grid) }, out)
}
