//! `netpol exposure`: how far workloads are open, also to pods that are not there yet.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Result;
use netpol_engine::{
    Admitted, AdmittedBlock, Analysis, Direction, Namespaces, Openness, PolicyId, PortSet, Protocol,
};
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
    blocks: Vec<Addresses>,
    admits: Vec<Pods>,
}

/// Addresses that rules admit, in words.
struct Addresses {
    cidr: String,
    except: Vec<String>,
    set: PortSet,
    named: Vec<String>,
    by: Vec<String>,
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
            let blocks =
                open.blocks.iter().map(|admitted| addresses(analysis, direction, admitted)).collect();
            Side { workload: workload.clone(), direction, open, blocks, admits }
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
    let named = names(named);
    Pods {
        namespaces,
        pods,
        ports: port_words(ports, &named),
        set: ports.clone(),
        named,
        is_seen: *is_seen,
        by: rules(analysis, direction, by),
    }
}

fn addresses(analysis: &Analysis, direction: Direction, admitted: &AdmittedBlock) -> Addresses {
    let AdmittedBlock { block, ports, named, by } = admitted;
    Addresses {
        cidr: block.cidr.to_string(),
        except: block.except.iter().map(ToString::to_string).collect(),
        set: ports.clone(),
        named: names(named),
        by: rules(analysis, direction, by),
    }
}

/// `TCP http`.
fn names(named: &[(Protocol, Arc<str>)]) -> Vec<String> {
    named.iter().map(|(protocol, name)| format!("{protocol} {name}")).collect()
}

/// Rules by their policy and their number, from 1.
fn rules(analysis: &Analysis, direction: Direction, by: &[(PolicyId, usize)]) -> Vec<String> {
    let rule = |(policy, rule): &(PolicyId, usize)| {
        format!("{} {} rule {}", analysis.cluster.policy_name(*policy), direction.as_str(), rule + 1)
    };
    by.iter().map(rule).collect()
}

/// Ports by number and by name, as text.
fn port_words(set: &PortSet, named: &[String]) -> String {
    let numbers = (!set.is_none() || named.is_empty()).then(|| set.to_string());
    numbers.into_iter().chain(named.iter().cloned()).collect::<Vec<_>>().join("; ")
}

impl Addresses {
    /// "addresses of 10.0.0.0/8 except 10.1.0.0/16: TCP 80".
    fn words(&self) -> String {
        let except = if self.except.is_empty() {
            String::new()
        } else {
            format!(" except {}", self.except.join(", "))
        };
        format!("addresses of {}{except}: {}", self.cidr, port_words(&self.set, &self.named))
    }
}

impl Side {
    /// All that rules admit, in words.
    fn admitted(&self) -> impl Iterator<Item = String> {
        self.blocks.iter().map(Addresses::words).chain(self.admits.iter().map(Pods::words))
    }

    /// What is to be said first of it.
    fn state(&self) -> (Tone, &'static str) {
        match &self.open {
            open if !open.is_isolated => (Tone::Bad, "unprotected"),
            open if !open.internet.is_none() => (Tone::Mixed, "open to the internet"),
            open if !open.cluster.is_none() => (Tone::Mixed, "open to the whole cluster"),
            open if !open.internet_partly.is_none() => (Tone::Good, "open to addresses outside"),
            _ if self.admits.is_empty() && self.blocks.is_empty() => (Tone::Good, "closed"),
            _ if self.admits.is_empty() => (Tone::Good, "open to some addresses"),
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
        let mut admits = side.admitted();
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
        let admits: Vec<String> = side.admitted().collect();
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
        let admits: Vec<String> = side.admitted().collect();
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
    blocks: Vec<JsonBlock<'s>>,
    admits: Vec<JsonPods<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonBlock<'s> {
    cidr: &'s str,
    except: &'s [String],
    ports: Vec<JsonRange>,
    named_ports: &'s [String],
    by: &'s [String],
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
        blocks: side
            .blocks
            .iter()
            .map(|it| JsonBlock {
                cidr: &it.cidr,
                except: &it.except,
                ports: json::ranges(&it.set),
                named_ports: &it.named,
                by: &it.by,
            })
            .collect(),
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
