//! `netpol share`: the input as a link to a playground.

use std::io::Write;

use anyhow::{Context, Result};
use netpol_lessons::{Scenario, ScenarioFile, share};

use crate::Finding;
use crate::args::ShareArgs;
use crate::input;
use crate::shell::Shell;

/// Prints the link.
///
/// # Errors
/// Where the input cannot be read, or is too large for a link.
pub fn run(args: &ShareArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let input = input::analyse(&args.input.files, shell)?;
    let files = input.files.iter().map(|file| ScenarioFile::new(name(&file.name), file.text.to_string()));
    let scenario = Scenario { files: files.collect(), ..Scenario::default() };
    let fragment = share::encode(&scenario).context("no link can be made")?;
    let site = args.site.trim_end_matches('#');
    writeln!(out, "{site}{fragment}")?;
    if fragment.len() > share::WARN_CHARACTERS && !shell.is_quiet() {
        let length = site.len() + fragment.len();
        shell.say(format_args!(
            "note: the link has {length} characters; some mail and chat programs cut such links"
        ));
    }
    Ok(Finding::Nothing)
}

/// What a file is called on the page.
fn name(file: &str) -> &str {
    if file == input::STANDARD_INPUT { "input.yaml" } else { file }
}
