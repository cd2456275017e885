//! `netpol matrix`: who reaches whom.

mod cells;
mod print;

use std::io::Write;

use anyhow::Result;

use crate::Finding;
use crate::args::MatrixArgs;
use crate::input;
use crate::output::Pairs;
use crate::shell::Shell;

use cells::Grid;

/// Prints the matrix.
///
/// # Errors
/// Where the input cannot be read.
pub fn run(args: &MatrixArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    shell.begin("reading", None);
    let input = input::analyse(&args.input.files, shell)?;
    let grid = Grid::of(&input.analysis, args.port.asked(), shell);
    shell.begin("printing", None);
    match args.output {
        Pairs::Table => print::table(&grid, out)?,
        Pairs::Json => print::json(&grid, out)?,
        Pairs::Csv => print::csv(&grid, out)?,
        Pairs::Markdown => print::markdown(&grid, out)?,
        Pairs::Dot => print::dot(&grid, out)?,
    }
    Ok(Finding::Nothing)
}
