//! What happened, in words: a line for `check`, and the view's stories for `probe`.

use std::io::{self, Write};

use netpol_engine::{
    Analysis, Cluster, Direction, Endpoint, Evaluation, Exemption, Grant, PolicyId, Side, Verdict,
};
use netpol_view::{Piece, Status, Story, Words};

use crate::input::Input;
use crate::lines::Lines;

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
fn end(cluster: &Cluster, end: Endpoint) -> String {
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

/// Prints a story: its title, a mark and a headline for each stage, and what explains it indented below. Names
/// that stand in the text are followed by their place.
pub fn story(input: &Input, story: &Story, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}, {}: {}", story.title, story.subtitle, story.verdict_text)?;
    let mut lines = Lines::of(&input.files);
    for stage in &story.stages {
        let mark = match stage.status {
            Status::Passes => '✓',
            Status::Blocks => '✗',
            Status::Partly => '~',
            Status::Neutral => '·',
        };
        writeln!(out, "  {mark} {}", stage.headline)?;
        for line in &stage.lines {
            writeln!(out, "      {}", sentence(line, &mut lines))?;
        }
    }
    for caveat in &story.caveats {
        writeln!(out, "  note: {}", sentence(caveat, &mut lines))?;
    }
    Ok(())
}

fn sentence(words: &Words, lines: &mut Lines<'_>) -> String {
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
