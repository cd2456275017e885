//! `netpol suggest`: what opens a connection, and what keeps a workload to given ones, as a change of the manifests.

mod goal;
mod isolate;
mod patch;

use std::io::Write;

use anyhow::Result;
use netpol_engine::{
    Analysis, Block, Change, Cluster, Endpoint, Flow, FlowChange, Outcome, Probe, Session, Suggestion,
};
use netpol_syntax::{FileId, Limits, SourceFile, TextEdit, apply};
use netpol_view::advice;
use serde::Serialize;

use crate::Finding;
use crate::args::SuggestArgs;
use crate::diff::words::end;
use crate::input::{self, Input};
use crate::lines::Lines;
use crate::output::json::{self, JsonEdit, JsonRange};
use crate::output::{Patches, Tone};
use crate::report;
use crate::shell::Shell;

use goal::Goal;

/// Prints the changes, the best first, and the best as a patch.
///
/// # Errors
/// Where the input cannot be read, an end is unknown, or it is not said which port is meant.
pub fn run(args: &SuggestArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let input = input::analyse(&args.input.files, shell)?;
    match goal::of(args, &input.analysis)? {
        Goal::Open { flows, probes, outside } => open(args, &input, (&flows, &outside), &probes, out),
        Goal::Isolate(workload, wanted) => isolate::run(args, &input, workload, &wanted, out),
    }
}

/// As `schemas/suggest.schema.json` describes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Json {
    passes: bool,
    suggestions: Vec<JsonSuggestion>,
}

#[derive(Serialize)]
struct JsonSuggestion {
    changes: Vec<String>,
    edits: Vec<JsonEdit>,
    besides: Vec<JsonBesides>,
    services: Vec<String>,
}

/// What a change does beyond what was asked for.
#[derive(Serialize)]
struct JsonBesides {
    from: String,
    to: String,
    opened: Vec<JsonRange>,
    closed: Vec<JsonRange>,
}

fn open(
    args: &SuggestArgs,
    input: &Input,
    (flows, outside): (&[Flow], &[Block]),
    probes: &[Probe],
    out: &mut impl Write,
) -> Result<Finding> {
    let analysis = &input.analysis;
    let ends = outcome(analysis, probes);
    let passes = flows.iter().all(|flow| analysis.evaluate(*flow).verdict().is_allowed())
        && ends.is_none_or(|outcome| outcome == Outcome::Ok);
    let mut suggestions = analysis.suggest(&input.files, &Limits::COMMAND, flows, outside);
    // What lets all connections pass may still lead nowhere: a service without that port, a name that no one has.
    let mut session = Session::new(&Limits::COMMAND);
    suggestions.retain(|suggestion| reaches(input, suggestion, probes, &mut session));
    let mut lines = Lines::of(&input.files);
    match args.output {
        Patches::Table if passes => writeln!(out, "{}", Tone::Good.paint("It passes already."))?,
        Patches::Table if suggestions.is_empty() => {
            let why = match ends {
                Some(outcome) => format!("No policy could let it pass: it ends in {}.", outcome.as_str()),
                None => "No policy could let it pass.".to_owned(),
            };
            writeln!(out, "{}", Tone::Bad.paint(why))?;
        }
        Patches::Table => {
            for (number, suggestion) in (1..).zip(&suggestions) {
                tell(number, input, suggestion, &mut lines, out)?;
            }
            if let Some(best) = suggestions.first() {
                writeln!(out, "\n1 as a patch, for `patch -p0`:\n")?;
                write_patch(input, &best.edits, out)?;
            }
        }
        Patches::Patch => {
            if let Some(best) = suggestions.first() {
                write_patch(input, &best.edits, out)?;
            }
        }
        Patches::Json => {
            let suggestions = suggestions.iter().map(|suggestion| JsonSuggestion {
                changes: advice(analysis, suggestion).iter().map(ToString::to_string).collect(),
                edits: json::edits(&suggestion.edits, &mut lines),
                besides: suggestion.besides.iter().map(besides).collect(),
                services: services(&analysis.cluster, suggestion),
            });
            json::write(&Json { passes, suggestions: suggestions.collect() }, out)?;
        }
    }
    Ok(if passes || !suggestions.is_empty() { Finding::Nothing } else { Finding::Differences })
}

/// How probes end at present; `None` without any.
fn outcome(analysis: &Analysis, probes: &[Probe]) -> Option<Outcome> {
    Outcome::of_all(probes.iter().map(|probe| analysis.probe(probe).outcome))
}

/// Whether all probes end well once a suggestion is made. The session holds the one that was tried before.
fn reaches(input: &Input, suggestion: &Suggestion, probes: &[Probe], session: &mut Session) -> bool {
    if probes.is_empty() {
        return true;
    }
    let files = (0..).map(FileId).zip(&input.files);
    let edited: Vec<SourceFile> = files
        .map(|(id, file)| SourceFile::new(file.name.clone(), apply(id, &file.text, &suggestion.edits)))
        .collect();
    session.update(&edited);
    let after = session.analysis();
    let later = |probe: &Probe| {
        let from = match probe.from {
            Endpoint::Address(address) => Endpoint::Address(address),
            Endpoint::Pod(pod) => {
                let name = input.analysis.cluster.pod_name(pod);
                let (namespace, name) = name.split_once('/')?;
                Endpoint::Pod(after.cluster.pod(namespace, name)?)
            }
        };
        Some(Probe { from, target: probe.target.clone() })
    };
    let probes: Option<Vec<Probe>> = probes.iter().map(later).collect();
    probes.is_some_and(|probes| outcome(after, &probes) == Some(Outcome::Ok))
}

fn tell(
    number: usize,
    input: &Input,
    suggestion: &Suggestion,
    lines: &mut Lines<'_>,
    out: &mut impl Write,
) -> Result<()> {
    for (at, words) in advice(&input.analysis, suggestion).iter().enumerate() {
        let mark = if at == 0 { format!("{number}.") } else { "  ".to_owned() };
        writeln!(out, "{mark} {}", Tone::Head.paint(report::sentence(words, lines)))?;
    }
    if suggestion.besides.is_empty() && suggestion.changes.iter().all(|it| it.services().is_empty()) {
        writeln!(out, "   {}", Tone::Good.paint("changes nothing else"))?;
    }
    for change in &suggestion.besides {
        for (verb, ports) in [("opens", &change.opened), ("closes", &change.closed)] {
            if !ports.is_none() {
                let (from, to) = (end(&change.from).name, end(&change.to).name);
                writeln!(out, "   {}", Tone::Mixed.paint(format!("also {verb} {from} -> {to} {ports}")))?;
            }
        }
    }
    Ok(())
}

/// The services that come to select pods.
fn services(cluster: &Cluster, suggestion: &Suggestion) -> Vec<String> {
    let services = suggestion.changes.iter().flat_map(Change::services).map(|service| {
        let service = &cluster.services[*service];
        format!("{}/{}", cluster.namespaces[service.namespace].name, service.name)
    });
    services.collect()
}

fn besides(change: &FlowChange) -> JsonBesides {
    JsonBesides {
        from: end(&change.from).exact,
        to: end(&change.to).exact,
        opened: json::ranges(&change.opened),
        closed: json::ranges(&change.closed),
    }
}

/// The edits as a patch of the files that they change.
fn write_patch(input: &Input, edits: &[TextEdit], out: &mut impl Write) -> Result<()> {
    for patch in patch::of(&input.files, edits) {
        write!(out, "{patch}")?;
    }
    Ok(())
}
