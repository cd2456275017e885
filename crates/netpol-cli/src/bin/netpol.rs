//! The `netpol` command; what it does is in the library, where tests and fuzzers reach it without a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    netpol_cli::main(std::env::args_os(), anstream::stdout().lock(), anstream::stderr())
}
