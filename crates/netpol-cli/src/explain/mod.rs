//! `netpol explain`: why a connection passes, or does not.

mod evidence;

use std::io::Write;

use anyhow::{Context, Result, bail};
use ipnet::IpNet;
use netpol_engine::{Analysis, Endpoint};
use netpol_view::{ArrowVerdict, EndKey, EndKind, PortChoice, deciding_flows, why};
use serde::Serialize;

use crate::Finding;
use crate::args::ExplainArgs;
use crate::ends::{Ends, INTERNET};
use crate::input;
use crate::lines::Lines;
use crate::output::json::{self, JsonStory};
use crate::output::{Plain, Tone};
use crate::report;
use crate::shell::Shell;

use evidence::JsonEvidence;

/// Prints both sides of the connection, and on the last line the verdict alone; or both as JSON.
///
/// # Errors
/// Where the input cannot be read, or an end is unknown.
pub fn run(args: &ExplainArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let input = input::analyse(&args.input.files, shell)?;
    let analysis = &input.analysis;
    let ends = Ends::of(&analysis.cluster);
    let (from, to) = (key(&args.from, analysis, &ends)?, key(&args.to, analysis, &ends)?);
    let ports = args.port.asked().map_or(PortChoice::AsServed, PortChoice::One);
    let matrix = analysis.matrix();
    let story = why(analysis, &matrix, &from, &to, ports);
    let story = story.with_context(|| format!("there is no connection from {from} to {to} to explain"))?;
    let mut lines = Lines::of(&input.files);
    match args.output {
        Plain::Table => {
            report::story(&story, &mut lines, out)?;
            writeln!(out, "{}", Tone::from(story.verdict).paint(story.verdict.as_str()))?;
        }
        Plain::Json => {
            let flows = deciding_flows(analysis, &matrix, &from, &to, ports).unwrap_or_default();
            let evidence = flows.into_iter().map(|flow| evidence::of(analysis, flow, &mut lines)).collect();
            let (from, to, verdict) = (from.as_str(), to.as_str(), story.verdict.as_str());
            json::write(&Json { from, to, verdict, story: json::story(&story, &mut lines), evidence }, out)?;
        }
    }
    Ok(if story.verdict == ArrowVerdict::Allowed { Finding::Nothing } else { Finding::Differences })
}

/// As `schemas/explain.schema.json` describes it.
#[derive(Serialize)]
struct Json<'a> {
    from: &'a str,
    to: &'a str,
    verdict: &'static str,
    story: JsonStory,
    evidence: Vec<JsonEvidence>,
}

/// The end that a name stands for: a workload, one of its pods, or outside addresses.
fn key(name: &str, analysis: &Analysis, ends: &Ends<'_>) -> Result<EndKey> {
    if name == INTERNET {
        return Ok(EndKey::new(EndKind::Outside, netpol_engine::INTERNET.to_string()));
    }
    if let Ok(block) = name.parse::<IpNet>() {
        return Ok(EndKey::new(EndKind::Outside, block.trunc().to_string()));
    }
    let cluster = &analysis.cluster;
    match ends.find(name)?.as_slice() {
        // A pod that has others beside it is asked about alone: they may differ.
        [Endpoint::Pod(pod)] if cluster.live_pods(cluster.pods[*pod].workload).nth(1).is_some() => {
            Ok(EndKey::new(EndKind::Workload, cluster.pod_name(*pod)))
        }
        [Endpoint::Pod(pod), ..] => {
            Ok(EndKey::new(EndKind::Workload, cluster.workload_name(cluster.pods[*pod].workload)))
        }
        [Endpoint::Address(address), ..] => {
            Ok(EndKey::new(EndKind::Outside, IpNet::from(*address).to_string()))
        }
        [] => bail!("`{name}` stands for no pod"),
    }
}
