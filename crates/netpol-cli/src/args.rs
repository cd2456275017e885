//! What may be typed.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand, ValueEnum};
use netpol_engine::{LINTS, Port, Protocol};

use crate::output::{Pairs, Patches, Plain, Reports, Rows};
use crate::schema::Described;

/// Who reaches whom under Kubernetes NetworkPolicies, answered from manifests alone.
#[derive(Debug, Parser)]
#[command(name = "netpol", version, propagate_version = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Of what is wrong with the input, tell errors only: no warnings, no notes, no progress
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// The subcommands. What `--help` says of each stands at its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    Check(CheckArgs),
    Probe(ProbeArgs),
    Explain(ExplainArgs),
    Matrix(MatrixArgs),
    Diff(DiffArgs),
    Lint(LintArgs),
    Exposure(ExposureArgs),
    Suggest(SuggestArgs),
    Test(TestArgs),
    Svg(SvgArgs),
    Share(ShareArgs),
    Schema(SchemaArgs),
    Completions(CompletionsArgs),
}

/// What all subcommands read.
#[derive(Debug, clap::Args)]
pub struct InputArgs {
    /// Manifests: files, folders (their `.yaml`, `.yml` and `.json` files, at any depth), `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

/// Compare the verdicts with a list of expected ones
///
/// With `--expect`, FILE are the manifests, and EXPECTED.json is a list of rows
/// `{"from", "to", "port", "protocol", "allowed"}`: `from` and `to` are `namespace/pod`, `namespace/workload`
/// (then it must hold for each of its pods) or an address, and `port` is the destination pod's own. With
/// `"toService": "namespace/service"` in place of `to`, `port` is the service's. `protocol` is TCP where absent.
///
/// Without it, each folder at or below FILE that holds a `manifests.yaml` and an `expected.json` is a case; rows of a
/// `services.json` beside them count as well. Any number of cases is checked in one go.
///
/// Exits with 0 where every row holds, with 1 where one differs, and with 2 where a case cannot be used. Faults in the
/// manifests of a case are told; they are part of what its rows expect.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// The expected verdicts; may be given several times
    #[arg(long, value_name = "EXPECTED.json")]
    pub expect: Vec<PathBuf>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Plain,
}

/// Play a connection, step by step
///
/// Prints what happened, step by step, and on the last line the outcome alone: `ok`, `no-dns`, `unknown-host`,
/// `timeout`, `refused`, or `mixed` where pods or endpoints differ.
///
/// Exits with 0 whatever the outcome, and with 2 where some of the input cannot be used.
#[derive(Debug, clap::Args)]
pub struct ProbeArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Who asks: `namespace/pod`, `namespace/workload` (all of its pods), or an address outside the cluster
    #[arg(long, value_name = "END")]
    pub from: String,
    /// What `curl` is given: the name is looked up first, and a service's address is translated
    #[arg(long, value_name = "HOST[:PORT]", required_unless_present = "to", conflicts_with_all = ["to", "port", "protocol"])]
    pub curl: Option<String>,
    /// The other end of a bare connection, named as `--from` is
    #[arg(long, value_name = "END", requires = "port")]
    pub to: Option<String>,
    /// The port of a bare connection: the destination pod's own
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// The protocol of a bare connection
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    pub protocol: ProtocolArg,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Plain,
}

/// Why a connection passes, or does not: both sides, the rules that decide, and where none allows it the nearest miss
///
/// Prints a stage for each side with its evidence, every policy and rule with its place, and on the last line the verdict
/// alone: `allowed`, `partial` or `blocked`.
///
/// Exits with 0 where all of it passes, with 1 where not, and with 2 where some of the input cannot be used.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Where it comes from: `namespace/workload`, one of its pods, `internet`, an outside address or block
    #[arg(long, value_name = "END")]
    pub from: String,
    /// Where it goes, named as `--from` is
    #[arg(long, value_name = "END")]
    pub to: String,
    /// What to ask about.
    #[command(flatten)]
    pub port: PortArgs,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Plain,
}

/// Print a link that opens the input in a playground
///
/// The manifests travel in the part of the address that no server sees.
///
/// Exits with 0, and with 2 where some of the input cannot be used.
#[derive(Debug, clap::Args)]
pub struct ShareArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// The playground's address
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080/")]
    pub site: String,
}

/// Print what makes a shell complete this command's arguments
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// For which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Who reaches whom: workloads by workloads, and the internet
///
/// Each cell says whether a connection from the row's workload to the column's is `allowed`, `blocked` or `partial`,
/// for the ports that the destination serves (what its pods declare and services lead to; all ports where nothing says)
/// or for `--port`.
///
/// `always` is open between all pods of the two, `sometimes` between some pods only. A workload of one pod has no
/// connections to itself.
///
/// Exits with 0, and with 2 where some of the input cannot be used.
#[derive(Debug, clap::Args)]
pub struct MatrixArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// What to ask about.
    #[command(flatten)]
    pub port: PortArgs,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Pairs,
}

/// Which flows an edit opens and closes, and which policies do it
///
/// OLD and NEW are two states of the same manifests: a file or a folder each, or `-` for standard input. Flows are
/// compared exactly and told by workload; what only one state has is told as added or removed. Edits of policies that
/// change no flow are said as well.
///
/// Exits with 0 where no flow differs, with 1 where one does, and with 2 where some of an input cannot be used.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    /// The manifests as they were
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The manifests as they are
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Pairs,
}

/// What of the input is wrong, or hardly means what its author wanted
///
/// docs/lints.md has every lint with what it finds. A finding that can be mended mechanically says how.
///
/// Exits with 0 where nothing worse than a note is found, with 1 where something is, and with 2 where a file cannot be
/// read or nothing of the input is a manifest.
#[derive(Debug, clap::Args)]
pub struct LintArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Lints to leave out, by id; may be given several times or with commas
    #[arg(long, value_name = "LINT", value_delimiter = ',', value_parser = PossibleValuesParser::new(LINTS.iter().map(|lint| lint.id)))]
    pub allow: Vec<String>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Reports,
}

/// How far each workload is open, also to pods that are not there yet
///
/// For each workload and direction, as far as its own policies go: whether anything isolates it, the ports that are open
/// to every pod there may be and to the internet, and the pods, by the labels of their namespace and their own, that
/// its rules would admit.
///
/// Exits with 0, and with 2 where some of the input cannot be used.
#[derive(Debug, clap::Args)]
pub struct ExposureArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Rows,
}

/// The smallest change of the manifests that lets a connection pass, or that keeps a workload to given ones
///
/// With `--from` and `--to` or `--curl`: rules, ports, peers, labels or policies that let it pass, the best first, each
/// with all that it opens besides, and the best as a patch. By name with `--curl`, DNS included.
///
/// With `--isolate`: the policy that lets nothing into the workload and out of it but what `--allow-from` and `--allow-to`
/// name, or what passes now between workloads, on the ports that each serves; and what is in its way.
///
/// Every change is tried before it is printed. Exits with 0 where it does exactly what was asked for or the connection
/// passes already, with 1 where nothing could, or something is in the way of isolation, and with 2 where some of the
/// input cannot be used.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("goal").required(true).args(["from", "isolate"]))]
pub struct SuggestArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Who opens the connection: `namespace/pod`, `namespace/workload`, an address, a block of them or `internet`
    #[arg(long, value_name = "END")]
    pub from: Option<String>,
    /// Who is to take it, named as `--from` is
    #[arg(long, value_name = "END", requires = "from", conflicts_with = "curl", required_unless_present_any = ["curl", "isolate"])]
    pub to: Option<String>,
    /// In place of `--to`, what `curl` is given: the name is looked up, and a service's address is translated
    #[arg(long, value_name = "HOST[:PORT]", requires = "from", conflicts_with = "port")]
    pub curl: Option<String>,
    /// What to ask about.
    #[command(flatten)]
    pub port: PortArgs,
    /// The workload to keep to given connections
    #[arg(long, value_name = "WORKLOAD", conflicts_with_all = ["to", "curl", "port"])]
    pub isolate: Option<String>,
    /// With `--isolate`: who may send to it; a workload, a block or `internet`, with `:PORT` or `:PORT/UDP` behind it or
    /// on all ports that it serves
    #[arg(long, value_name = "END[:PORT]", requires = "isolate")]
    pub allow_from: Vec<String>,
    /// With `--isolate`: to whom it may send, named as `--allow-from` is
    #[arg(long, value_name = "END[:PORT]", requires = "isolate")]
    pub allow_to: Vec<String>,
    /// With `--isolate`: nothing may pass
    #[arg(long, requires = "isolate", conflicts_with_all = ["allow_from", "allow_to"])]
    pub nothing: bool,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Patches,
}

/// Play expectation files: unit tests of policies
///
/// An expectation file names manifests or holds them, says what changes step by step, and at each step what a probe
/// must come to. docs/expectations.md describes the format. FILE are such files, folders (at any depth, manifests
/// passed over) or `-`.
///
/// Exits with 0 where all expectations hold, with 1 where one does not, and with 2 where some of the input cannot be
/// used.
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    /// Expectation files: files, folders, `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Plain,
}

/// Print the JSON Schema of a command's JSON output
#[derive(Debug, clap::Args)]
pub struct SchemaArgs {
    /// Whose output
    #[arg(value_enum)]
    pub command: Described,
}

/// Draw who reaches whom, as SVG on standard output
///
/// Exits with 0, and with 2 where some of the input cannot be used.
#[derive(Debug, clap::Args)]
pub struct SvgArgs {
    /// What to read.
    #[command(flatten)]
    pub input: InputArgs,
    /// What to ask about.
    #[command(flatten)]
    pub port: PortArgs,
    /// For which background
    #[arg(long, value_enum, default_value_t)]
    pub theme: ThemeArg,
}

/// One port for all destinations, in place of what each serves.
#[derive(Debug, clap::Args)]
pub struct PortArgs {
    /// Ask about this port of every destination
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// The protocol of `--port`
    #[arg(long, value_enum, ignore_case = true, default_value_t, requires = "port")]
    pub protocol: ProtocolArg,
}

impl PortArgs {
    /// The port that is asked about, where one is.
    pub fn asked(&self) -> Option<Port> {
        self.port.map(|number| Port { protocol: self.protocol.into(), number })
    }
}

/// The colours of a picture.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum ThemeArg {
    #[default]
    Light,
    Dark,
}

impl From<ThemeArg> for netpol_view::Theme {
    fn from(theme: ThemeArg) -> Self {
        match theme {
            ThemeArg::Light => Self::Light,
            ThemeArg::Dark => Self::Dark,
        }
    }
}

/// A protocol as it is typed, in either case.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum ProtocolArg {
    #[default]
    Tcp,
    Udp,
    Sctp,
}

impl From<ProtocolArg> for Protocol {
    fn from(protocol: ProtocolArg) -> Self {
        match protocol {
            ProtocolArg::Tcp => Self::Tcp,
            ProtocolArg::Udp => Self::Udp,
            ProtocolArg::Sctp => Self::Sctp,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }
}
