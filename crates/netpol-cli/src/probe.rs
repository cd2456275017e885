//! `netpol probe`: one question of a person at a shell.

use std::io::Write;

use anyhow::{Context, Result};
use netpol_engine::{Cluster, Outcome, Port, Probe, Target, UrlTarget};
use serde::Serialize;

use crate::Finding;
use crate::args::ProbeArgs;
use crate::ends::Ends;
use crate::input;
use crate::lines::Lines;
use crate::output::Plain;
use crate::output::json::{self, JsonStory, JsonTarget};
use crate::report;
use crate::shell::Shell;

/// Plays the probe from each end that is meant, and prints the steps and the outcome.
///
/// # Errors
/// Where the input cannot be read, an end is unknown, or the target is malformed.
pub fn run(args: &ProbeArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let input = input::analyse(&args.input.files, shell)?;
    let ends = Ends::of(&input.analysis.cluster);
    let mut lines = Lines::of(&input.files);
    let (mut outcomes, mut told) = (Vec::new(), Vec::new());
    for probe in probes(args, &ends)? {
        let played = input.analysis.probe(&probe);
        outcomes.push(played.outcome);
        let story = netpol_view::tell(&input.analysis, &probe, &played);
        match args.output {
            Plain::Table => report::story(&story, &mut lines, out)?,
            Plain::Json => told.push(JsonProbe {
                from: report::end(&input.analysis.cluster, probe.from),
                target: json_target(&input.analysis.cluster, args, &probe.target),
                outcome: played.outcome.as_str(),
                story: json::story(&story, &mut lines),
            }),
        }
    }
    let outcome = Outcome::of_all(outcomes).context("there is no pod to probe from")?;
    match args.output {
        Plain::Table => writeln!(out, "{}", report::tone(outcome).paint(outcome.as_str()))?,
        Plain::Json => json::write(&Json { outcome: outcome.as_str(), probes: told }, out)?,
    }
    Ok(Finding::Nothing)
}

/// As `schemas/probe.schema.json` describes it.
#[derive(Serialize)]
struct Json {
    outcome: &'static str,
    probes: Vec<JsonProbe>,
}

#[derive(Serialize)]
struct JsonProbe {
    from: String,
    #[serde(flatten)]
    target: JsonTarget,
    outcome: &'static str,
    story: JsonStory,
}

fn json_target(cluster: &Cluster, args: &ProbeArgs, target: &Target) -> JsonTarget {
    match target {
        Target::Direct(to, port) => JsonTarget::connect(report::end(cluster, *to), *port),
        // As it was typed.
        Target::Url(_) | Target::Service(..) => {
            JsonTarget::Curl { curl: args.curl.clone().unwrap_or_default() }
        }
    }
}

/// A probe for each pair of ends.
fn probes(args: &ProbeArgs, ends: &Ends<'_>) -> Result<Vec<Probe>> {
    let from = ends.find(&args.from)?;
    let targets = match (&args.curl, &args.to, args.port) {
        (Some(url), _, _) => {
            let url = UrlTarget::parse(url).with_context(|| format!("cannot curl `{url}`"))?;
            vec![Target::Url(url)]
        }
        (None, Some(to), Some(number)) => {
            let port = Port { protocol: args.protocol.into(), number };
            ends.find(to)?.into_iter().map(|to| Target::Direct(to, port)).collect()
        }
        // The argument parser lets neither of the two be left out.
        (None, _, _) => anyhow::bail!("give `--curl`, or `--to` and `--port`"),
    };
    let pairs =
        from.iter().flat_map(|from| targets.iter().map(|to| Probe { from: *from, target: to.clone() }));
    let probes: Vec<Probe> = pairs.collect();
    // A pod reaches itself whatever policies say, so that it would blur what holds between a workload's pods.
    let is_single = probes.len() == 1;
    Ok(probes.into_iter().filter(|probe| is_single || !is_to_itself(probe)).collect())
}

fn is_to_itself(probe: &Probe) -> bool {
    matches!(probe.target, Target::Direct(to, _) if to == probe.from)
}
