//! A workload that is kept to given connections.

use std::io::Write;

use anyhow::{Context, Result};
use netpol_engine::{Cluster, Direction, Excess, ExcessEnd, Isolation, Wanted, WantedEnd, WorkloadId};
use netpol_syntax::Limits;
use serde::Serialize;

use crate::Finding;
use crate::args::SuggestArgs;
use crate::diff::words::range;
use crate::input::Input;
use crate::lines::Lines;
use crate::output::json::{self, JsonEdit, JsonRange};
use crate::output::{Patches, Tone};

use super::write_patch;

/// Prints the policy, and what is in its way.
///
/// # Errors
/// Where no label selects the workload alone.
pub fn run(
    args: &SuggestArgs,
    input: &Input,
    workload: WorkloadId,
    wanted: &[Wanted],
    out: &mut impl Write,
) -> Result<Finding> {
    let cluster = &input.analysis.cluster;
    let isolation = input.analysis.isolate(&input.files, &Limits::COMMAND, workload, wanted);
    let isolation = isolation.with_context(|| {
        format!(
            "no policy can be added for `{}`: no label selects its pods alone, or they are in their node's network, or the \
             input is JSON alone",
            cluster.workload_name(workload)
        )
    })?;
    match args.output {
        Patches::Table => {
            tell(cluster, workload, &isolation, out)?;
            if args.allow_from.is_empty() && args.allow_to.is_empty() && !args.nothing {
                tell_outside(input, workload, out)?;
            }
            writeln!(out, "\nThe policy as a patch, for `patch -p0`:\n")?;
            write_patch(input, &isolation.edits, out)?;
        }
        Patches::Patch => write_patch(input, &isolation.edits, out)?,
        Patches::Json => json::write(&as_json(cluster, &isolation, &mut Lines::of(&input.files)), out)?,
    }
    let is_exact =
        isolation.excess.is_empty() && isolation.blocked.is_empty() && isolation.indistinct.is_empty();
    Ok(if is_exact { Finding::Nothing } else { Finding::Differences })
}

fn tell(cluster: &Cluster, workload: WorkloadId, isolation: &Isolation, out: &mut impl Write) -> Result<()> {
    let title =
        format!("Policy `{}` keeps {} to what is wanted", isolation.name, cluster.workload_name(workload));
    writeln!(out, "{}", Tone::Head.paint(title))?;
    let indistinct: Vec<String> = isolation.indistinct.iter().map(|pod| cluster.pod_name(*pod)).collect();
    if !indistinct.is_empty() {
        let line =
            format!("no label tells these apart: the policy is about {} as well", shortly(&indistinct));
        writeln!(out, "  {}", Tone::Bad.paint(line))?;
    }
    for Excess { direction, others, ports, by } in &isolation.excess {
        let (way, other) = (way(*direction), shortly(&excess_ends(cluster, others)));
        let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(", ")) };
        writeln!(out, "  {}", Tone::Mixed.paint(format!("passes all the same: {way} {other} {ports}{by}")))?;
    }
    for Wanted { direction, other, ports } in &isolation.blocked {
        let line =
            format!("the other end blocks: {} {} {ports}", way(*direction), wanted_end(cluster, other));
        writeln!(out, "  {}", Tone::Mixed.paint(line))?;
    }
    Ok(())
}

/// What passes from and to addresses outside at present is kept only where it is named.
fn tell_outside(input: &Input, workload: WorkloadId, out: &mut impl Write) -> Result<()> {
    let exposure = input.analysis.exposure();
    let Some(exposure) = exposure.iter().find(|exposure| exposure.workload == workload) else {
        return Ok(());
    };
    for (direction, option) in [(Direction::Ingress, "--allow-from"), (Direction::Egress, "--allow-to")] {
        let side = exposure.side(direction);
        if !side.internet.is_none() || !side.internet_partly.is_none() {
            let line = format!(
                "closes what passes {} addresses outside: keep it with `{option} internet`",
                way(direction)
            );
            writeln!(out, "  {}", Tone::Mixed.paint(line))?;
        }
    }
    Ok(())
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Egress => "to",
        Direction::Ingress => "from",
    }
}

/// A workload all of whose pods are meant, or else the pods; ranges of addresses.
fn excess_ends(cluster: &Cluster, ends: &ExcessEnd) -> Vec<String> {
    match ends {
        ExcessEnd::Pods { workload, pods } if pods.len() == cluster.workloads[*workload].pods.len() => {
            vec![cluster.workload_name(*workload)]
        }
        ExcessEnd::Pods { pods, .. } => pods.iter().map(|pod| cluster.pod_name(*pod)).collect(),
        ExcessEnd::Outside(ranges) => ranges.iter().map(range).collect(),
    }
}

/// The first of them; the others are counted.
fn shortly(names: &[String]) -> String {
    /// More than these are counted.
    const NAMED: usize = 5;
    let mut named: Vec<String> = names.iter().take(NAMED).cloned().collect();
    if let Some(more) = names.len().checked_sub(NAMED).filter(|more| *more > 0) {
        named.push(format!("{more} more"));
    }
    named.join(", ")
}

fn wanted_end(cluster: &Cluster, end: &WantedEnd) -> String {
    match end {
        WantedEnd::Workload(workload) => cluster.workload_name(*workload),
        WantedEnd::Block(block) => block.cidr.to_string(),
    }
}

/// As `schemas/suggest.schema.json` describes it.
#[derive(Serialize)]
struct Json {
    policy: String,
    edits: Vec<JsonEdit>,
    indistinct: Vec<String>,
    excess: Vec<JsonFlow>,
    blocked: Vec<JsonFlow>,
}

#[derive(Serialize)]
struct JsonFlow {
    direction: &'static str,
    other: String,
    ports: Vec<JsonRange>,
    by: Vec<String>,
}

fn as_json(cluster: &Cluster, isolation: &Isolation, lines: &mut Lines<'_>) -> Json {
    let flow = |direction: Direction, other: String, ports, by: &[String]| JsonFlow {
        direction: direction.as_str(),
        other,
        ports: json::ranges(ports),
        by: by.to_vec(),
    };
    let excess = isolation.excess.iter().flat_map(|it| {
        let ends = excess_ends(cluster, &it.others).into_iter();
        ends.map(move |other| flow(it.direction, other, &it.ports, &it.by))
    });
    let blocked =
        isolation.blocked.iter().map(|it| flow(it.direction, wanted_end(cluster, &it.other), &it.ports, &[]));
    Json {
        policy: isolation.name.clone(),
        edits: json::edits(&isolation.edits, lines),
        indistinct: isolation.indistinct.iter().map(|pod| cluster.pod_name(*pod)).collect(),
        excess: excess.collect(),
        blocked: blocked.collect(),
    }
}
