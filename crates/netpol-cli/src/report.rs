//! What happened, in words: a line for `check`, and the view's stories for `probe`.

use std::io::{self, Write};

use netpol_engine::{
    Analysis, Cluster, Connection, Direction, Endpoint, Evaluation, Exemption, Grant, Outcome, PolicyId,
    Report, Side, Step, Translated, Verdict,
};
use netpol_view::{Piece, Status, Story, Words};

use crate::lines::Lines;
use crate::output::Tone;

/// One line: which side lets a flow pass or blocks it, and by which policies.
pub fn why(analysis: &Analysis, evaluation: &Evaluation) -> String {
    let cluster = &analysis.cluster;
    if let Some(exemption) = evaluation.exemption {
        return match exemption {
            Exemption::SamePod => "a pod always reaches itself".to_owned(),
            Exemption::SameNode(node) => {
                format!("node `{}` and its own pods always reach each other", cluster.nodes[node].name)
            }
            Exemption::Finished(pod) => {
                format!("pod `{}` has ended and sends and receives nothing", cluster.pod_name(pod))
            }
        };
    }
    let is_allowed = evaluation.verdict() == Verdict::Allowed;
    let sides = [Direction::Egress, Direction::Ingress].into_iter().filter_map(|direction| {
        let side = evaluation.side(direction);
        (side.passes() == is_allowed).then(|| {
            let subject = match direction {
                Direction::Egress => evaluation.flow.from,
                Direction::Ingress => evaluation.flow.to,
            };
            side_line(cluster, direction, subject, side)
        })
    });
    sides.collect::<Vec<_>>().join("; ")
}

/// One line: what made a probe end as it did, where it did not end well, or what let it pass.
pub fn why_probed(analysis: &Analysis, report: &Report) -> String {
    let decisive = |connections: &[&Connection]| {
        let is_decisive = |it: &&&Connection| (it.outcome == Outcome::Ok) == (report.outcome == Outcome::Ok);
        let decisive = connections.iter().find(is_decisive).or(connections.first());
        decisive.map(|connection| why(analysis, &connection.evaluation))
    };
    let connections = report.steps.iter().filter_map(|step| match step {
        Step::Connection(connection) => Some(connection),
        Step::Lookup(_) | Step::Translation(_) => None,
    });
    let connections: Vec<&Connection> = connections.collect();
    let words = report.steps.iter().rev().find_map(|step| match step {
        Step::Lookup(lookup) if report.outcome == Outcome::NoDns => {
            let queries: Vec<&Connection> = lookup.queries.iter().collect();
            let why = decisive(&queries).unwrap_or_else(|| "the cluster has no DNS".to_owned());
            Some(format!("nobody answers what `{}` is: {why}", lookup.host))
        }
        Step::Lookup(lookup) if report.outcome == Outcome::UnknownHost => {
            Some(format!("there is no host `{}`", lookup.host))
        }
        Step::Translation(translation) if connections.is_empty() => {
            no_connection(&translation.result).map(str::to_owned)
        }
        Step::Lookup(_) | Step::Translation(_) | Step::Connection(_) => None,
    });
    match (words, decisive(&connections)) {
        (Some(words), _) => words,
        (None, Some(why)) if report.outcome == Outcome::Refused => format!("nothing listens there; {why}"),
        (None, Some(why)) => why,
        (None, None) => "no connection is made".to_owned(),
    }
}

/// Why a service leads to no connection at all.
pub fn no_connection(translated: &Translated) -> Option<&'static str> {
    match translated {
        Translated::NoSuchPort => Some("the service has no such port"),
        Translated::NoEndpoints => Some("no ready pod stands behind the service"),
        Translated::NotFromOutside => Some("the service cannot be reached from outside the cluster"),
        Translated::Endpoints(_) => None,
    }
}

fn side_line(cluster: &Cluster, direction: Direction, subject: Endpoint, side: &Side) -> String {
    let at = format!("{} of {}", direction.as_str(), end(cluster, subject));
    match side {
        Side::Outside => format!("{at} is no pod's"),
        Side::HostNetwork => format!("{at} is in its node's network, which policies pass by"),
        Side::Open => format!("{at} is open, no policy isolates it"),
        Side::Isolated { by, grants } if grants.is_empty() => {
            format!("{at} is blocked by {}", policies(cluster, by))
        }
        Side::Isolated { grants, .. } => {
            let grants: Vec<String> = grants.iter().map(|it| grant(cluster, *it)).collect();
            format!("{at} is allowed by {}", grants.join(", "))
        }
    }
}

/// The name that people know an end by.
pub fn end(cluster: &Cluster, end: Endpoint) -> String {
    match end {
        Endpoint::Pod(pod) => cluster.pod_name(pod),
        Endpoint::Address(address) => address.to_string(),
    }
}

fn policy(cluster: &Cluster, policy: PolicyId) -> String {
    let policy = &cluster.policies[policy];
    format!("`{}/{}`", cluster.namespaces[policy.namespace].name, policy.name)
}

fn policies(cluster: &Cluster, ids: &[PolicyId]) -> String {
    ids.iter().map(|id| policy(cluster, *id)).collect::<Vec<_>>().join(", ")
}

/// Rules are counted from 1, as people do.
fn grant(cluster: &Cluster, grant: Grant) -> String {
    format!("{} rule {}", policy(cluster, grant.policy), grant.rule + 1)
}

/// Whether a probe's outcome is one to be glad of.
pub fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Ok => Tone::Good,
        Outcome::Mixed => Tone::Mixed,
        Outcome::NoDns | Outcome::UnknownHost | Outcome::Timeout | Outcome::Refused => Tone::Bad,
    }
}

/// Prints a story: its title, a mark and a headline for each stage, and what explains it indented below. Names
/// that stand in the text are followed by their place.
pub fn story(story: &Story, lines: &mut Lines<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}, {}: {}", story.title, story.subtitle, story.verdict_text)?;
    for stage in &story.stages {
        let mark = match stage.status {
            Status::Passes => '✓',
            Status::Blocks => '✗',
            Status::Partly => '~',
            Status::Neutral => '·',
        };
        writeln!(out, "  {} {}", Tone::from(stage.status).paint(mark), stage.headline)?;
        for line in &stage.lines {
            writeln!(out, "      {}", sentence(line, lines))?;
        }
    }
    for caveat in &story.caveats {
        writeln!(out, "  note: {}", sentence(caveat, lines))?;
    }
    Ok(())
}

/// A sentence with the places of what it names.
pub fn sentence(words: &Words, lines: &mut Lines<'_>) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Code(text) => format!("`{text}`"),
        Piece::Link { text, at } => match lines.line(*at) {
            Some(line) => format!("`{text}` ({}:{})", line.file, line.number),
            None => format!("`{text}`"),
        },
    };
    words.0.iter().map(piece).collect()
}
