//! `netpol schema`: what the JSON outputs look like.

use std::io::Write;

use anyhow::Result;
use clap::ValueEnum;

use crate::Finding;
use crate::args::SchemaArgs;

/// The commands that have a JSON output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Described {
    Check,
    Probe,
    Explain,
    Matrix,
    Diff,
    Lint,
    Exposure,
    Suggest,
    Test,
}

impl Described {
    fn schema(self) -> &'static str {
        match self {
            Self::Check => include_str!("../schemas/check.schema.json"),
            Self::Probe => include_str!("../schemas/probe.schema.json"),
            Self::Explain => include_str!("../schemas/explain.schema.json"),
            Self::Matrix => include_str!("../schemas/matrix.schema.json"),
            Self::Diff => include_str!("../schemas/diff.schema.json"),
            Self::Lint => include_str!("../schemas/lint.schema.json"),
            Self::Exposure => include_str!("../schemas/exposure.schema.json"),
            Self::Suggest => include_str!("../schemas/suggest.schema.json"),
            Self::Test => include_str!("../schemas/test.schema.json"),
        }
    }
}

/// Prints the schema.
///
/// # Errors
/// Where `out` has one.
pub fn run(args: &SchemaArgs, out: &mut impl Write) -> Result<Finding> {
    out.write_all(args.command.schema().as_bytes())?;
    Ok(Finding::Nothing)
}
