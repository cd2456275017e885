//! `netpol diff`: which flows an edit opens and closes.

mod print;
pub mod words;

use std::io::Write;
use std::slice;

use anyhow::Result;
use netpol_engine::Diff;

use crate::Finding;
use crate::args::DiffArgs;
use crate::input;
use crate::output::Pairs;
use crate::shell::Shell;

use words::Told;

/// Prints the difference.
///
/// # Errors
/// Where an input cannot be read.
pub fn run(args: &DiffArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    shell.begin("reading", None);
    let old = input::analyse(slice::from_ref(&args.old), shell)?;
    let new = input::analyse(slice::from_ref(&args.new), shell)?;
    shell.begin("comparing", None);
    let (old_matrix, new_matrix) = (old.analysis.matrix(), new.analysis.matrix());
    let diff = Diff::between((&old.analysis, &old_matrix), (&new.analysis, &new_matrix));
    let told = Told::of(&diff, &old.files, &new.files);
    match args.output {
        Pairs::Table => print::table(&told, out)?,
        Pairs::Json => print::json(&diff, out)?,
        Pairs::Csv => print::csv(&told, out)?,
        Pairs::Markdown => print::markdown(&told, out)?,
        Pairs::Dot => print::dot(&told, out)?,
    }
    Ok(if diff.is_empty() { Finding::Nothing } else { Finding::Differences })
}
