//! The grid as text and as JSON.

use std::io::{self, Write};

use serde::Serialize;

use netpol_view::ArrowVerdict;

use super::cells::{Cell, Grid};
use crate::json::{JsonRange, ranges};

/// The form of the JSON output; it grows when a field changes its meaning or goes.
const VERSION: u32 = 1;

/// Sources down, destinations across.
pub fn table(grid: &Grid, out: &mut impl Write) -> io::Result<()> {
    let header = std::iter::once("from \\ to".to_owned()).chain(grid.ends.iter().map(|end| end.name.clone()));
    let mut lines: Vec<Vec<String>> = vec![header.collect()];
    for (end, row) in grid.ends.iter().zip(&grid.rows) {
        let cells = row.iter().map(|cell| cell.as_ref().map_or_else(|| "-".to_owned(), words));
        lines.push(std::iter::once(end.name.clone()).chain(cells).collect());
    }
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..=grid.ends.len()).map(|column| width(column).unwrap_or(0)).collect();
    for line in &lines {
        let cells: Vec<String> =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// `allowed`, `blocked`, or what of it passes.
fn words(cell: &Cell) -> String {
    match cell.verdict() {
        ArrowVerdict::Partial if cell.sometimes.is_none() => format!("partial ({})", cell.always),
        ArrowVerdict::Partial if cell.always.is_none() => format!("partial (some pods: {})", cell.sometimes),
        ArrowVerdict::Partial => format!("partial ({}; some pods: {})", cell.always, cell.sometimes),
        verdict => verdict.as_str().to_owned(),
    }
}

#[derive(Serialize)]
struct Json<'g> {
    version: u32,
    ends: Vec<JsonEnd<'g>>,
    cells: Vec<JsonCell<'g>>,
}

#[derive(Serialize)]
struct JsonEnd<'g> {
    name: &'g str,
    kind: &'g str,
    pods: usize,
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

/// As `netpol matrix --help` describes it.
pub fn json(grid: &Grid, out: &mut impl Write) -> io::Result<()> {
    let ends = grid.ends.iter().map(|end| JsonEnd { name: &end.name, kind: end.kind, pods: end.pods });
    let cells = grid.ends.iter().zip(&grid.rows).flat_map(|(from, row)| {
        grid.ends.iter().zip(row).filter_map(|(to, cell)| {
            let cell = cell.as_ref()?;
            Some(JsonCell {
                from: &from.name,
                to: &to.name,
                verdict: cell.verdict().as_str(),
                asked: ranges(&cell.asked),
                always: ranges(&cell.always),
                sometimes: ranges(&cell.sometimes),
            })
        })
    });
    let json = Json { version: VERSION, ends: ends.collect(), cells: cells.collect() };
    serde_json::to_writer(&mut *out, &json)?;
    writeln!(out)
}
