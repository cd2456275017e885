//! `netpol test`: unit tests of policies, played step by step.

mod files;
mod play;
mod print;

use std::io::Write;

use anyhow::{Result, bail};

use crate::Finding;
use crate::args::TestArgs;
use crate::output::Plain;
use crate::shell::Shell;

use print::Sum;

/// Plays every expectation file, and prints what came of each expectation and a count.
///
/// # Errors
/// Where there is no expectation file, or one of them cannot be played; then once the others are.
pub fn run(args: &TestArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let files = files::found(&args.files, shell);
    if files.is_empty() {
        bail!("there is no expectation file to play");
    }
    shell.begin("testing", Some(files.len()));
    let mut sum = Sum::default();
    for file in &files {
        let played = play::play(file, shell);
        if args.output == Plain::Table {
            print::table(file, played.as_ref(), out)?;
        }
        sum.add(file, played);
        shell.advance();
    }
    match args.output {
        Plain::Table => print::count(&sum, out)?,
        Plain::Json => print::json(&sum, out)?,
    }
    if sum.unusable() > 0 {
        out.flush()?;
        bail!("could not play {} of the {} expectation files", sum.unusable(), files.len());
    }
    Ok(if sum.failed() == 0 { Finding::Nothing } else { Finding::Differences })
}
