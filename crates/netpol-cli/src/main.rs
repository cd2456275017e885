//! The `netpol` command: NetworkPolicy verdicts for shells and CI.
//!
//! Each subcommand reads its input, asks the engine and prints; what is wrong with the input goes to standard
//! error and stops nothing. The exit code is 0 where all is as wanted, 1 where `check` or `diff` found differences or `explain` something that does not pass,
//! and 2 where the question itself could not be asked.

mod args;
mod check;
mod diagnostics;
mod diff;
mod ends;
mod explain;
mod input;
mod json;
mod lines;
mod matrix;
mod probe;
mod report;
mod share;
mod svg;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Args, Command};

/// How a command ended that could do its work; what could not is an error, and exits with 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    /// Exit code 0.
    Nothing,
    /// Exit code 1.
    Differences,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(Finding::Nothing) => ExitCode::SUCCESS,
        Ok(Finding::Differences) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            tell_error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> anyhow::Result<Finding> {
    let mut out = BufWriter::new(io::stdout().lock());
    let finding = match &args.command {
        Command::Check(check) => check::run(check, args.quiet, &mut out)?,
        Command::Probe(probe) => probe::run(probe, args.quiet, &mut out)?,
        Command::Matrix(matrix) => matrix::run(matrix, args.quiet, &mut out)?,
        Command::Diff(diff) => diff::run(diff, args.quiet, &mut out)?,
        Command::Explain(explain) => explain::run(explain, args.quiet, &mut out)?,
        Command::Share(share) => share::run(share, args.quiet, &mut out)?,
        Command::Completions(completions) => {
            clap_complete::generate(completions.shell, &mut Args::command(), "netpol", &mut out);
            Finding::Nothing
        }
        Command::Svg(svg) => svg::run(svg, args.quiet, &mut out)?,
    };
    out.flush()?;
    Ok(finding)
}

fn tell_error(error: &anyhow::Error) {
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(anstream::stderr(), "error: {error:#}");
}

/// Whether the reader of the output went away, as `head` does: its right, and no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
