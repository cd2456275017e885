//! `netpol exposure`: how far workloads are open, also to pods that are not there yet.

use std::io::{self, Write};

use anyhow::Result;
use netpol_engine::{Admitted, Analysis, Direction, Namespaces, Openness, PortSet};
use serde::Serialize;

use crate::Finding;
use crate::args::ExposureArgs;
use crate::input;
use crate::output::json::{self, JsonRange};
use crate::output::table::{self, Cell};
use crate::output::{Rows, Tone, csv, markdown};
use crate::shell::Shell;

/// Prints it.
///
/// # Errors
/// Where the input cannot be read.
pub fn run(args: &ExposureArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let input = input::analyse(&args.input.files, shell)?;
    let sides = sides(&input.analysis);
    match args.output {
        Rows::Table => in_columns(&sides, out)?,
        Rows::Json => as_json(&sides, out)?,
        Rows::Csv => as_csv(&sides, out)?,
        Rows::Markdown => as_markdown(&sides, out)?,
    }
    Ok(Finding::Nothing)
}

/// One direction of a workload.
struct Side {
    workload: String,
    direction: Direction,
    open: Openness,
    admits: Vec<Pods>,
}

/// Pods that rules admit, in words.
struct Pods {
    namespaces: String,
    pods: String,
    ports: String,
    set: PortSet,
    named: Vec<String>,
    is_seen: bool,
    by: Vec<String>,
}

fn sides(analysis: &Analysis) -> Vec<Side> {
    let exposure = analysis.exposure().into_iter();
    let both = exposure.flat_map(|exposure| {
        let workload = analysis.cluster.workload_name(exposure.workload);
        [Direction::Ingress, Direction::Egress].map(|direction| {
            let open = exposure.side(direction).clone();
            let admits = open.admits.iter().map(|admitted| pods(analysis, direction, admitted)).collect();
            Side { workload: workload.clone(), direction, open, admits }
        })
    });
    both.collect()
}

fn pods(analysis: &Analysis, direction: Direction, admitted: &Admitted) -> Pods {
    let Admitted { namespaces, pods, ports, named, is_seen, by } = admitted;
    let namespaces = match namespaces {
        Namespaces::Own(own) => format!("of {}", analysis.cluster.namespaces[*own].name),
        Namespaces::Selected(all) if all.is_everything() => "of any namespace".to_owned(),
        Namespaces::Selected(selector) => format!("of namespaces with {selector}"),
    };
    let pods = if pods.is_everything() { "all pods".to_owned() } else { format!("pods with {pods}") };
    let named: Vec<String> = named.iter().map(|(protocol, name)| format!("{protocol} {name}")).collect();
    let numbers = (!ports.is_none() || named.is_empty()).then(|| ports.to_string());
    let by = by.iter().map(|(policy, rule)| {
        format!("{} {} rule {}", analysis.cluster.policy_name(*policy), direction.as_str(), rule + 1)
    });
    Pods {
        namespaces,
        pods,
        ports: numbers.into_iter().chain(named.iter().cloned()).collect::<Vec<_>>().join("; "),
        set: ports.clone(),
        named,
        is_seen: *is_seen,
        by: by.collect(),
    }
}

impl Side {
    /// What is to be said first of it.
    fn state(&self) -> (Tone, &'static str) {
        match &self.open {
            open if !open.is_isolated => (Tone::Bad, "unprotected"),
            open if !open.internet.is_none() => (Tone::Mixed, "open to the internet"),
            open if !open.cluster.is_none() => (Tone::Mixed, "open to the whole cluster"),
            open if !open.internet_partly.is_none() => (Tone::Good, "open to addresses outside"),
            _ if self.admits.is_empty() => (Tone::Good, "closed"),
            _ => (Tone::Good, "open to some pods"),
        }
    }

    /// The internet's ports, and those of a part of it.
    fn internet(&self) -> String {
        match (&self.open.internet, &self.open.internet_partly) {
            (all, partly) if partly.is_none() => all.to_string(),
            (all, partly) if all.is_none() => format!("some of it: {partly}"),
            (all, partly) => format!("{all}; some of it: {partly}"),
        }
    }
}

impl Pods {
    /// "pods with app=web of shop: TCP 80 (none in the input)".
    fn words(&self) -> String {
        let unseen = if self.is_seen { "" } else { " (none in the input)" };
        format!("{} {}: {}{unseen}", self.pods, self.namespaces, self.ports)
    }
}

fn in_columns(sides: &[Side], out: &mut impl Write) -> io::Result<()> {
    let head = ["workload", "direction", "state", "every pod", "the internet", "admits"];
    let mut rows: Vec<Vec<Cell>> = vec![head.map(|name| Cell::new(Tone::Head, name)).to_vec()];
    for side in sides {
        let (tone, state) = side.state();
        let mut admits = side.admits.iter().map(Pods::words);
        rows.push(vec![
            Cell::plain(side.workload.clone()),
            Cell::plain(side.direction.as_str()),
            Cell::new(tone, state),
            Cell::plain(side.open.cluster.to_string()),
            Cell::plain(side.internet()),
            Cell::plain(admits.next().unwrap_or_default()),
        ]);
        rows.extend(admits.map(|more| {
            let mut row = vec![Cell::plain(""); 5];
            row.push(Cell::plain(more));
            row
        }));
    }
    table::write(&rows, out)
}

fn as_csv(sides: &[Side], out: &mut impl Write) -> io::Result<()> {
    let rows = sides.iter().map(|side| {
        let admits: Vec<String> = side.admits.iter().map(Pods::words).collect();
        [
            side.workload.clone(),
            side.direction.as_str().to_owned(),
            side.state().1.to_owned(),
            side.open.cluster.to_string(),
            side.open.internet.to_string(),
            side.open.internet_partly.to_string(),
            admits.join(" | "),
        ]
    });
    let names = ["workload", "direction", "state", "cluster", "internet", "internet partly", "admits"];
    csv::write(names, rows, out)
}

fn as_markdown(sides: &[Side], out: &mut impl Write) -> io::Result<()> {
    let header = ["workload", "direction", "state", "every pod", "the internet", "admits"].map(str::to_owned);
    let rows = sides.iter().map(|side| {
        let admits: Vec<String> = side.admits.iter().map(Pods::words).collect();
        vec![
            side.workload.clone(),
            side.direction.as_str().to_owned(),
            side.state().1.to_owned(),
            side.open.cluster.to_string(),
            side.internet(),
            admits.join("; "),
        ]
    });
    markdown::table(&header, rows, out)
}

/// As `schemas/exposure.schema.json` describes it.
#[derive(Serialize)]
struct Json<'s> {
    sides: Vec<JsonSide<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonSide<'s> {
    workload: &'s str,
    direction: &'static str,
    isolated: bool,
    cluster: Vec<JsonRange>,
    internet: Vec<JsonRange>,
    internet_partly: Vec<JsonRange>,
    admits: Vec<JsonPods<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonPods<'s> {
    namespaces: &'s str,
    pods: &'s str,
    ports: Vec<JsonRange>,
    named_ports: &'s [String],
    in_input: bool,
    by: &'s [String],
}

fn as_json(sides: &[Side], out: &mut impl Write) -> io::Result<()> {
    let sides = sides.iter().map(|side| JsonSide {
        workload: &side.workload,
        direction: side.direction.as_str(),
        isolated: side.open.is_isolated,
        cluster: json::ranges(&side.open.cluster),
        internet: json::ranges(&side.open.internet),
        internet_partly: json::ranges(&side.open.internet_partly),
        admits: side
            .admits
            .iter()
            .map(|pods| JsonPods {
                namespaces: &pods.namespaces,
                pods: &pods.pods,
                ports: json::ranges(&pods.set),
                named_ports: &pods.named,
                in_input: pods.is_seen,
                by: &pods.by,
            })
            .collect(),
    });
    json::write(&Json { sides: sides.collect() }, out)
}
