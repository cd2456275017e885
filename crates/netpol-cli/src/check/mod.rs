//! `netpol check`: what the engine says, held against what is expected.

mod cases;
mod judge;
mod rows;

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::Finding;
use crate::args::CheckArgs;
use crate::input;
use crate::output::{Plain, Tone, json};
use crate::shell::{Shell, told};

use cases::Case;
use judge::{Difference, Judge};
use rows::{Row, RowTarget};

/// What came of one case.
struct Checked {
    rows: usize,
    differences: Vec<(Row, Difference)>,
}

/// Checks one case or a folder of them, and prints each row that differs and a count. Cases are read one after the
/// other, and of each only what differs is kept, so that a folder may hold any number.
///
/// # Errors
/// Where there is no case, or the only one that the command line spells out cannot be read.
pub fn run(args: &CheckArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let CheckArgs { input, expect, output } = args;
    let cases =
        if expect.is_empty() { cases_below(&input.files, shell)? } else { Case::single(input, expect) };
    shell.begin("checking", Some(cases.len()));
    let mut sum = Json::default();
    for case in &cases {
        match (check(case, shell), &case.name) {
            (Ok(checked), name) => {
                sum.checked += checked.rows;
                sum.differing += checked.differences.len();
                match output {
                    Plain::Table => table(name.as_deref(), &checked, out)?,
                    Plain::Json => sum.cases.push(JsonCase::checked(name.as_deref(), &checked)),
                }
            }
            // One case of many that cannot be used hides no other.
            (Err(error), Some(name)) => {
                sum.unusable += 1;
                sum.cases.push(JsonCase::unusable(name, &error));
                shell.error(told(&error.context(format!("`{name}` cannot be checked"))));
            }
            (Err(error), None) => return Err(error),
        }
        shell.advance();
    }
    match output {
        Plain::Table => {
            let differ = if sum.differing == 1 { "differs" } else { "differ" };
            let count = match cases.len() {
                1 => format!("{} checked", sum.checked),
                cases => format!("{} checked in {cases} cases", sum.checked),
            };
            writeln!(out, "{count}, {} {differ}", sum.differing)?;
        }
        Plain::Json => json::write(&sum, out)?,
    }
    if sum.unusable > 0 {
        out.flush()?;
        bail!("could not check {} of the {} cases found", sum.unusable, cases.len());
    }
    Ok(if sum.differing == 0 { Finding::Nothing } else { Finding::Differences })
}

fn cases_below(folders: &[PathBuf], shell: &Shell) -> Result<Vec<Case>> {
    let cases = cases::below(folders, shell);
    if cases.is_empty() {
        bail!(
            "give the expected rows with `--expect`, or folders that hold `{}` and `{}`",
            cases::MANIFESTS,
            cases::EXPECTED
        );
    }
    Ok(cases)
}

/// Checks one case.
fn check(case: &Case, shell: &Shell) -> Result<Checked> {
    let mut rows = Vec::new();
    for expected in &case.expected {
        rows.extend(rows::read(expected)?);
    }
    let input = input::analyse_case(&case.manifests, shell)?;
    let judge = Judge::new(&input.analysis);
    let count = rows.len();
    let differences = rows.into_iter().filter_map(|row| {
        let difference = judge.difference(&row)?;
        Some((row, difference))
    });
    Ok(Checked { rows: count, differences: differences.collect() })
}

/// The rows of a case that differ, below its name.
fn table(name: Option<&str>, checked: &Checked, out: &mut impl Write) -> io::Result<()> {
    if let Some(name) = name.filter(|_| !checked.differences.is_empty()) {
        writeln!(out, "{}", Tone::Head.paint(name))?;
    }
    for (row, difference) in &checked.differences {
        writeln!(out, "{row}: {difference}")?;
    }
    Ok(())
}

/// As `schemas/check.schema.json` describes it.
#[derive(Default, Serialize)]
struct Json {
    checked: usize,
    differing: usize,
    unusable: usize,
    cases: Vec<JsonCase>,
}

#[derive(Serialize)]
struct JsonCase {
    /// Its folder; the command line's own case has no name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    checked: usize,
    differences: Vec<JsonDifference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct JsonDifference {
    #[serde(flatten)]
    row: JsonRow,
    /// Absent where the row cannot be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    got: Option<String>,
    why: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonRow {
    from: String,
    #[serde(flatten)]
    to: RowTarget,
    port: u16,
    protocol: &'static str,
    allowed: bool,
}

impl JsonCase {
    fn checked(name: Option<&str>, checked: &Checked) -> Self {
        let differences = checked.differences.iter().map(|(row, difference)| {
            let (got, why) = match difference {
                Difference::Unanswerable(reason) => (None, reason.clone()),
                Difference::Verdict { got, why, .. } => (Some(got.to_string()), why.clone()),
            };
            let row = JsonRow {
                from: row.from.clone(),
                to: row.to.clone(),
                port: row.port.number,
                protocol: row.port.protocol.as_str(),
                allowed: row.allowed,
            };
            JsonDifference { row, got, why }
        });
        Self {
            name: name.map(str::to_owned),
            checked: checked.rows,
            differences: differences.collect(),
            error: None,
        }
    }

    fn unusable(name: &str, error: &anyhow::Error) -> Self {
        let error = Some(format!("{error:#}"));
        Self { name: Some(name.to_owned()), checked: 0, differences: Vec::new(), error }
    }
}
