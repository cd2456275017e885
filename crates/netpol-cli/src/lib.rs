//! The `netpol` command: NetworkPolicy verdicts for shells and CI.
//!
//! Each subcommand reads its input, asks the engine and prints; what is wrong with the input goes to standard
//! error and stops nothing. The exit code is 0 where all is as wanted; 1 where `check` or `diff` found differences,
//! `test` an expectation that does not hold, `lint` a warning or an error, or `explain` something that does not pass; and 2 where the question
//! itself could not be asked, or some of the input could not be used, so that the answer is about the rest alone.

mod args;
mod check;
mod diagnostics;
mod diff;
mod ends;
mod explain;
mod exposure;
mod input;
mod lines;
mod lint;
mod matrix;
mod output;
mod probe;
mod report;
mod schema;
mod share;
mod shell;
mod suggest;
mod svg;
mod test;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Args, Command};
use shell::{Shell, told};

/// How a command ended that could do its work; what could not is an error, and exits with 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    /// Exit code 0.
    Nothing,
    /// Exit code 1.
    Differences,
}

/// Does what `words` ask for, the command's own name first: prints the answer to `out`, and to `err` what is wrong with the
/// input. Both are streams that leave out colours where nobody can see them.
pub fn main(
    words: impl IntoIterator<Item = OsString>,
    mut out: impl Write,
    mut err: impl Write + 'static,
) -> ExitCode {
    let args = match Args::try_parse_from(words) {
        Ok(args) => args,
        Err(told) => {
            let text = told.render();
            // Where it cannot be printed there is nobody left to tell.
            let _ = match told.use_stderr() {
                true => write!(err, "{}", text.ansi()),
                false => write!(out, "{}", text.ansi()),
            };
            return if told.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let mut shell = Shell::new(args.quiet, err);
    let finding = run(&args, &shell, out);
    shell.finish();
    match finding {
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            shell.error(told(&error));
            ExitCode::from(2)
        }
        Ok(_) if shell.has_errors() => ExitCode::from(2),
        Ok(Finding::Nothing) => ExitCode::SUCCESS,
        Ok(Finding::Differences) => ExitCode::from(1),
    }
}

fn run(args: &Args, shell: &Shell, out: impl Write) -> anyhow::Result<Finding> {
    let mut out = BufWriter::new(shell.beside(out));
    let finding = match &args.command {
        Command::Check(check) => check::run(check, shell, &mut out)?,
        Command::Probe(probe) => probe::run(probe, shell, &mut out)?,
        Command::Explain(explain) => explain::run(explain, shell, &mut out)?,
        Command::Matrix(matrix) => matrix::run(matrix, shell, &mut out)?,
        Command::Diff(diff) => diff::run(diff, shell, &mut out)?,
        Command::Lint(lint) => lint::run(lint, shell, &mut out)?,
        Command::Exposure(exposure) => exposure::run(exposure, shell, &mut out)?,
        Command::Suggest(suggest) => suggest::run(suggest, shell, &mut out)?,
        Command::Test(test) => test::run(test, shell, &mut out)?,
        Command::Svg(svg) => svg::run(svg, shell, &mut out)?,
        Command::Share(share) => share::run(share, shell, &mut out)?,
        Command::Schema(schema) => schema::run(schema, &mut out)?,
        Command::Completions(completions) => {
            clap_complete::generate(completions.shell, &mut Args::command(), "netpol", &mut out);
            Finding::Nothing
        }
    };
    out.flush()?;
    Ok(finding)
}

/// Whether the reader of the output went away, as `head` does: its right, and no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
