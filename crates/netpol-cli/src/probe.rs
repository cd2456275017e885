//! `netpol probe`: one question of a person at a shell.

use std::io::Write;

use anyhow::{Context, Result};
use netpol_engine::{Outcome, Port, Probe, Target, UrlTarget};

use crate::Finding;
use crate::args::ProbeArgs;
use crate::ends::Ends;
use crate::input;
use crate::report;

/// Plays the probe from each end that is meant, and prints the steps and the outcome.
///
/// # Errors
/// Where the input cannot be read, an end is unknown, or the target is malformed.
pub fn run(args: &ProbeArgs, quiet: bool, out: &mut impl Write) -> Result<Finding> {
    let input = input::analyse(&args.input.files, quiet)?;
    let ends = Ends::of(&input.analysis.cluster);
    let mut outcomes = Vec::new();
    for probe in probes(args, &ends)? {
        let played = input.analysis.probe(&probe);
        outcomes.push(played.outcome);
        report::story(&input, &netpol_view::tell(&input.analysis, &probe, &played), out)?;
    }
    let outcome = Outcome::of_all(outcomes).context("there is no pod to probe from")?;
    writeln!(out, "{}", outcome.as_str())?;
    Ok(Finding::Nothing)
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
