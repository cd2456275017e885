//! `netpol matrix`: who reaches whom.

mod cells;
mod print;

use std::io::Write;

use anyhow::Result;

use crate::Finding;
use crate::args::{MatrixArgs, Output};
use crate::input;

use cells::Grid;

/// Prints the matrix.
///
/// # Errors
/// Where the input cannot be read.
pub fn run(args: &MatrixArgs, quiet: bool, out: &mut impl Write) -> Result<Finding> {
    let input = input::analyse(&args.input.files, quiet)?;
    let grid = Grid::of(&input.analysis, args.port.asked());
    match args.output {
        Output::Table => print::table(&grid, out)?,
        Output::Json => print::json(&grid, out)?,
    }
    Ok(Finding::Nothing)
}
