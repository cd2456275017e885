//! `netpol explain`: why a connection passes, or does not.

use std::io::Write;

use anyhow::{Context, Result, bail};
use ipnet::IpNet;
use netpol_engine::{Analysis, Endpoint};
use netpol_view::{ArrowVerdict, EndKey, EndKind, PortChoice, why};

use crate::Finding;
use crate::args::ExplainArgs;
use crate::ends::Ends;
use crate::input;
use crate::report;

/// How the internet is called beside its CIDR.
const INTERNET: &str = "internet";

/// Prints both sides of the connection, and on the last line the verdict alone.
///
/// # Errors
/// Where the input cannot be read, or an end is unknown.
pub fn run(args: &ExplainArgs, quiet: bool, out: &mut impl Write) -> Result<Finding> {
    let input = input::analyse(&args.input.files, quiet)?;
    let analysis = &input.analysis;
    let ends = Ends::of(&analysis.cluster);
    let (from, to) = (key(&args.from, analysis, &ends)?, key(&args.to, analysis, &ends)?);
    let ports = args.port.asked().map_or(PortChoice::AsServed, PortChoice::One);
    let story = why(analysis, &analysis.matrix(), &from, &to, ports);
    let story = story.with_context(|| format!("there is no connection from {from} to {to} to explain"))?;
    report::story(&input, &story, out)?;
    writeln!(out, "{}", story.verdict.as_str())?;
    Ok(if story.verdict == ArrowVerdict::Allowed { Finding::Nothing } else { Finding::Differences })
}

/// The end that a name stands for: a workload, by its own name or that of one of its pods, or outside addresses.
fn key(name: &str, analysis: &Analysis, ends: &Ends<'_>) -> Result<EndKey> {
    if name == INTERNET {
        return Ok(EndKey::new(EndKind::Outside, netpol_engine::INTERNET.to_string()));
    }
    if let Ok(block) = name.parse::<IpNet>() {
        return Ok(EndKey::new(EndKind::Outside, block.trunc().to_string()));
    }
    match ends.find(name)?.first() {
        Some(Endpoint::Pod(pod)) => {
            let workload = analysis.cluster.pods[*pod].workload;
            Ok(EndKey::new(EndKind::Workload, analysis.cluster.workload_name(workload)))
        }
        Some(Endpoint::Address(address)) => {
            Ok(EndKey::new(EndKind::Outside, IpNet::from(*address).to_string()))
        }
        None => bail!("`{name}` stands for no pod"),
    }
}
