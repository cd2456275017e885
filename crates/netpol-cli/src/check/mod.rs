//! `netpol check`: what the engine says, held against what is expected.

mod cases;
mod judge;
mod rows;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::Finding;
use crate::args::CheckArgs;
use crate::input;

use cases::Case;
use judge::Judge;

/// Checks one case or a folder of them, and prints each row that differs and a count.
///
/// # Errors
/// Where the input or the expected rows cannot be read; of many cases, once the others are checked.
pub fn run(args: &CheckArgs, quiet: bool, out: &mut impl Write) -> Result<Finding> {
    let CheckArgs { input, expect } = args;
    let cases = if expect.is_empty() { cases_below(&input.files)? } else { Case::single(input, expect) };
    let (mut checked, mut differing, mut unusable) = (0, 0, 0);
    for case in &cases {
        match (check(case, quiet, out), &case.name) {
            (Ok((rows, differences)), _) => {
                checked += rows;
                differing += differences;
            }
            // One case of many that cannot be used hides no other.
            (Err(error), Some(name)) if !crate::is_broken_pipe(&error) => {
                unusable += 1;
                crate::tell_error(&error.context(format!("`{name}` cannot be checked")));
            }
            (Err(error), _) => return Err(error),
        }
    }
    let differ = if differing == 1 { "differs" } else { "differ" };
    match cases.len() {
        1 => writeln!(out, "{checked} checked, {differing} {differ}")?,
        cases => writeln!(out, "{checked} checked in {cases} cases, {differing} {differ}")?,
    }
    if unusable > 0 {
        out.flush()?;
        bail!("could not check {unusable} of the {} cases found", cases.len());
    }
    Ok(if differing == 0 { Finding::Nothing } else { Finding::Differences })
}

fn cases_below(folders: &[PathBuf]) -> Result<Vec<Case>> {
    let cases = cases::below(folders)?;
    if cases.is_empty() {
        bail!(
            "give the expected rows with `--expect`, or folders that hold `{}` and `{}`",
            cases::MANIFESTS,
            cases::EXPECTED
        );
    }
    Ok(cases)
}

/// Checks one case; the number of rows, and of those that differ.
fn check(case: &Case, quiet: bool, out: &mut impl Write) -> Result<(usize, usize)> {
    let mut rows = Vec::new();
    for expected in &case.expected {
        rows.extend(rows::read(expected)?);
    }
    let input = input::analyse(&case.manifests, quiet)?;
    let judge = Judge::new(&input.analysis);
    let mut differing = 0;
    for row in &rows {
        let Some(difference) = judge.difference(row) else { continue };
        if differing == 0
            && let Some(name) = &case.name
        {
            writeln!(out, "{name}")?;
        }
        differing += 1;
        writeln!(out, "{row}: {difference}")?;
    }
    Ok((rows.len(), differing))
}
