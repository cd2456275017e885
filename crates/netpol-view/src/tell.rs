//! The story of a probe: what happened, step by step.

use netpol_engine::{
    Analysis, Answer, Backends, Connection, Direction, Endpoint, Lookup, Outcome, Port, Probe, Report, Side,
    Step, Target, Translated, Translation,
};
use netpol_syntax::order;

use crate::story::{Stage, Status, Story, Words};
use crate::why::{caveats, flow_stages, name_of, rule_words};
use crate::{ArrowVerdict, words};

/// How many connections of one probe are told one by one; the others are counted.
const TOLD: usize = 4;

/// The story of a probe.
#[must_use]
pub fn tell(analysis: &Analysis, probe: &Probe, report: &Report) -> Story {
    let from = end_name(analysis, probe.from);
    let target = match &probe.target {
        Target::Url(url) => url.host.clone(),
        Target::Direct(to, _) => end_name(analysis, *to),
        Target::Service(service, _) => analysis.cluster.services[*service].name.to_string(),
    };
    let subtitle = match &probe.target {
        Target::Url(url) => Words::new().code(format!("curl {}:{}", url.host, url.port)),
        Target::Direct(_, port) | Target::Service(_, port) => Words::new().text(port.to_string()),
    };
    let mut stages = Vec::new();
    let mut connections = 0;
    let mut evaluations = Vec::new();
    for step in &report.steps {
        match step {
            Step::Lookup(lookup) => {
                evaluations.extend(lookup.queries.iter().map(|query| &query.evaluation));
                stages.push(lookup_stage(analysis, lookup));
            }
            Step::Translation(translation) => stages.push(translation_stage(analysis, translation)),
            Step::Connection(connection) => {
                connections += 1;
                evaluations.push(&connection.evaluation);
                if connections <= TOLD {
                    stages.extend(connection_stages(analysis, connection));
                }
            }
        }
    }
    if connections > TOLD {
        let more = words::count(connections - TOLD, "more endpoint", "more endpoints");
        stages.push(Stage { status: Status::Neutral, headline: format!("And {more}"), lines: Vec::new() });
    }
    let all = evaluations.iter().flat_map(|evaluation| &evaluation.caveats).chain(&report.caveats);
    Story {
        title: format!("{from} → {target}"),
        subtitle,
        verdict: match report.outcome {
            Outcome::Ok => ArrowVerdict::Allowed,
            Outcome::Mixed => ArrowVerdict::Partial,
            _ => ArrowVerdict::Blocked,
        },
        verdict_text: outcome_text(report.outcome).to_owned(),
        stages,
        caveats: caveats(analysis, all),
    }
}

/// An outcome in words.
fn outcome_text(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "Connected",
        Outcome::NoDns => "The name cannot be asked for",
        Outcome::UnknownHost => "No such name",
        Outcome::Timeout => "Timed out",
        Outcome::Refused => "Refused: nothing listens there",
        Outcome::Mixed => "The endpoints differ",
    }
}

fn end_name(analysis: &Analysis, end: Endpoint) -> String {
    match end {
        Endpoint::Pod(pod) => analysis.cluster.pod_name(pod),
        Endpoint::Address(address) => address.to_string(),
    }
}

/// What becomes of the question for a name.
pub(crate) fn lookup_stage(analysis: &Analysis, lookup: &Lookup) -> Stage {
    let mut lines = Vec::new();
    let (status, headline) =
        match &lookup.answer {
            None if lookup.queries.is_empty() => {
                lines.push(Words::new().text("No pod of the cluster's DNS can be asked on UDP 53."));
                (Status::Blocks, "DNS: nobody answers")
            }
            None => {
                lines.push(Words::new().text(
                    "The question to the cluster's DNS on UDP 53 is dropped, so the name stays unknown.",
                ));
                (Status::Blocks, "DNS: blocked")
            }
            Some(Answer::NoSuchName) => {
                let line = Words::new().text("There is no service ").code(&lookup.host);
                lines.push(line.text(", and no name on the internet that is known here."));
                (Status::Blocks, "DNS: no such name")
            }
            Some(answer) => {
                let mut line = Words::new().code(lookup.found.as_deref().unwrap_or(&lookup.host));
                line = match answer {
                    Answer::Service(service) => {
                        let service = &analysis.cluster.services[*service];
                        line.text(" is the service ").link(service.name.as_ref(), service.at).text(".")
                    }
                    Answer::Addresses(addresses) => {
                        let count = words::count(addresses.len(), "address", "addresses");
                        line.text(format!(" stands for {count}."))
                    }
                    Answer::External { service: None, .. } => line.text(" is outside the cluster."),
                    Answer::External { name, .. } => {
                        line.text(" stands for ").code(name).text(", outside the cluster.")
                    }
                    Answer::NoSuchName => line,
                };
                lines.push(line);
                (Status::Passes, "DNS: answered")
            }
        };
    let blocked = lookup.queries.iter().find(|query| query.outcome != Outcome::Ok);
    match (blocked, lookup.queries.first()) {
        (Some(query), _) => {
            let flow = query.evaluation.flow;
            let (from, to) = (name_of(analysis, flow.from), name_of(analysis, flow.to));
            for stage in flow_stages(analysis, &query.evaluation, &from, &to) {
                if stage.status == Status::Blocks {
                    lines.push(Words::new().text(format!("{}.", stage.headline)));
                    lines.extend(stage.lines);
                }
            }
        }
        (None, Some(query)) => lines.extend(question_allowed(analysis, query)),
        (None, None) => {}
    }
    Stage { status, headline: headline.to_owned(), lines }
}

/// Which rules let the question pass, where any had to.
fn question_allowed(analysis: &Analysis, query: &Connection) -> Option<Words> {
    let mut line = Words::new().text("The question on UDP 53 passes: ");
    let mut told = 0;
    for direction in [Direction::Egress, Direction::Ingress] {
        if let Side::Isolated { grants, .. } = query.evaluation.side(direction)
            && let Some(grant) = grants.first()
        {
            line = line.text(if told == 0 { "" } else { "; " });
            line = line.then(rule_words(analysis, grant.policy, direction, grant.rule));
            told += 1;
        }
    }
    (told > 0).then(|| line.text("."))
}

fn translation_stage(analysis: &Analysis, translation: &Translation) -> Stage {
    let service = &analysis.cluster.services[translation.service];
    let line = Words::new().text("Service ").link(service.name.as_ref(), service.at);
    let port = translation.port;
    let (status, headline, line) = match &translation.result {
        Translated::Endpoints(endpoints) => {
            let mut targets: Vec<Port> = endpoints.iter().map(|(_, port)| *port).collect();
            order::sort_and_dedup(&mut targets);
            let ports: Vec<String> = targets.iter().map(ToString::to_string).collect();
            let pods = words::count(endpoints.len(), "endpoint", "endpoints");
            let line = line.text(format!(" takes port {port} to ")).code(words::list(&ports));
            (
                Status::Passes,
                format!("Service: {pods}"),
                line.text(" of its endpoints. Policies see that port."),
            )
        }
        Translated::NoSuchPort => {
            let known: Vec<String> = service.ports.iter().map(|port| port.port.to_string()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { words::list(&known) };
            let line = line
                .text(format!(" has no port {port}, so nothing takes the packets on. It has "))
                .code(known);
            (Status::Blocks, "Service: no such port".to_owned(), line.text("."))
        }
        Translated::NoEndpoints if matches!(service.backends, Backends::Listed(_)) => {
            let line = line.text(" has no selector, and nothing here names its endpoints for this port.");
            (Status::Blocks, "Service: no endpoints".to_owned(), line)
        }
        Translated::NoEndpoints => {
            let line = line.text(" has no ready pod behind it for this port: check its selector.");
            (Status::Blocks, "Service: no endpoints".to_owned(), line)
        }
        Translated::NotFromOutside => {
            let line = line.text(" has this address only within the cluster.");
            (Status::Blocks, "Service: not reachable from outside".to_owned(), line)
        }
    };
    Stage { status, headline, lines: vec![line] }
}

fn connection_stages(analysis: &Analysis, connection: &Connection) -> Vec<Stage> {
    let flow = &connection.evaluation.flow;
    let (from, end) = (name_of(analysis, flow.from), name_of(analysis, flow.to));
    let mut stages = flow_stages(analysis, &connection.evaluation, &from, &end);
    let to = end_name(analysis, flow.to);
    let (status, headline) = match connection.outcome {
        Outcome::Ok => (Status::Passes, format!("Connected to {to} on {}", flow.port)),
        Outcome::Refused => (Status::Blocks, format!("{to} refuses {}", flow.port)),
        _ => (Status::Blocks, format!("No answer from {to} on {}", flow.port)),
    };
    let mut lines = Vec::new();
    if let (Outcome::Refused, Endpoint::Pod(pod)) = (connection.outcome, flow.to) {
        let declared: Vec<String> =
            analysis.cluster.pods[pod].ports.iter().map(|port| port.port.to_string()).collect();
        lines.push(
            Words::new()
                .text("Policies let it pass, but the pod declares only ")
                .code(words::list(&declared))
                .text("."),
        );
    }
    stages.push(Stage { status, headline, lines });
    stages
}
