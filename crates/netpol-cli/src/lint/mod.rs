//! `netpol lint`: what of the input is wrong, or hardly means what its author wanted.

mod github;
mod print;
mod sarif;

use std::io::Write;

use anyhow::{Result, bail};
use netpol_engine::Analysis;
use netpol_syntax::{Diagnostic, Limits, Severity, Sources};

use crate::Finding;
use crate::args::LintArgs;
use crate::diagnostics;
use crate::input;
use crate::lines::Lines;
use crate::output::Reports;
use crate::shell::Shell;

/// Prints what is found.
///
/// # Errors
/// Where nothing of the input is a document.
pub fn run(args: &LintArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let files = input::files(&args.input.files, shell);
    let analysis = Analysis::read(&files, &Limits::COMMAND);
    let sources = Sources::new(&files, &Limits::COMMAND);
    let is_left_out = |found: &Diagnostic| {
        args.allow.iter().any(|id| *id == found.id) || (shell.is_quiet() && found.severity == Severity::Note)
    };
    let found: Vec<Diagnostic> =
        analysis.lint(&sources).into_iter().filter(|diagnostic| !is_left_out(diagnostic)).collect();
    if analysis.documents == 0 && found.is_empty() {
        bail!("no manifest could be read");
    }
    let mut lines = Lines::of(&files);
    match args.output {
        Reports::Table => {
            for diagnostic in &found {
                writeln!(out, "{}\n", diagnostics::render(&mut lines, diagnostic))?;
            }
            writeln!(out, "{}", print::summary(&found))?;
        }
        Reports::Json => print::json(&found, &mut lines, out)?,
        Reports::Csv => print::csv(&found, &mut lines, out)?,
        Reports::Markdown => print::markdown(&found, &mut lines, out)?,
        Reports::Sarif => sarif::write(&found, &mut lines, out)?,
        Reports::Github => github::write(&found, &mut lines, out)?,
    }
    let counts = found.iter().any(|diagnostic| diagnostic.severity != Severity::Note);
    Ok(if counts { Finding::Differences } else { Finding::Nothing })
}
