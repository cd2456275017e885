//! What there is to know about one end: a workload, a namespace or something outside.

use netpol_engine::{AddressOrigin, Analysis, Direction, Matrix, PolicyId, WorkloadId};
use netpol_syntax::Location;

use crate::reach::Asked;
use crate::story::Words;
use crate::why::workload;
use crate::{EndKey, PortChoice, words};

/// What there is to know about an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its whole name.
    pub title: String,
    /// What it is.
    pub subtitle: Words,
    /// The rest, one by one.
    pub facts: Vec<Fact>,
    /// Where it is written, if it is.
    pub at: Option<Location>,
}

/// One thing to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What about.
    pub label: String,
    /// The fact.
    pub words: Words,
}

/// How many pods are listed one by one.
const LISTED: usize = 6;

/// What there is to know about `end`; `None` where it is not there.
#[must_use]
pub fn about(analysis: &Analysis, matrix: &Matrix, end: &EndKey, ports: PortChoice) -> Option<About> {
    match end {
        EndKey::Workload(_) => Some(about_workload(analysis, matrix, workload(analysis, end)?, ports)),
        EndKey::Namespace(name) => about_namespace(analysis, name),
        EndKey::Outside(block) => {
            let words = match end.short() {
                "internet" => Words::new().text("Every public address"),
                _ => Words::new().text("Addresses that a policy names"),
            };
            let label = "Addresses".to_owned();
            let fact = Fact { label, words: Words::new().code(block.as_ref()) };
            Some(About { title: end.short().to_owned(), subtitle: words, facts: vec![fact], at: None })
        }
    }
}

fn about_workload(analysis: &Analysis, matrix: &Matrix, id: WorkloadId, ports: PortChoice) -> About {
    let cluster = &analysis.cluster;
    let row = &cluster.workloads[id];
    let namespace = &cluster.namespaces[row.namespace];
    let mut facts = Vec::new();
    let mut fact = |label: &str, words: Words| facts.push(Fact { label: label.to_owned(), words });

    fact(
        "Labels",
        match row.labels.is_empty() {
            true => Words::new().text("none"),
            false => row.labels.iter().enumerate().fold(Words::new(), |words, (at, (key, value))| {
                words.text(if at == 0 { "" } else { " " }).code(format!("{key}={value}"))
            }),
        },
    );
    let asked = Asked::of(row, PortChoice::AsServed);
    fact("Serves", Words::new().text(asked.words()));
    for (direction, label) in [(Direction::Ingress, "Ingress"), (Direction::Egress, "Egress")] {
        fact(label, isolation(analysis, id, direction));
    }
    if let [one, .., last] = row.pods.as_slice() {
        let (from, to) = (analysis.index.class_of_pod(*one), analysis.index.class_of_pod(*last));
        let asked = Asked::of(row, ports);
        let set = matrix.connections(from, to);
        let words = match &asked {
            Asked::Ports(ports) if ports.iter().all(|port| set.contains(*port)) => {
                "reach each other".to_owned()
            }
            Asked::Ports(ports) if ports.iter().any(|port| set.contains(*port)) => {
                format!("reach each other on {set}")
            }
            Asked::Anything if set.is_all() => "reach each other".to_owned(),
            Asked::Anything if !set.is_none() => format!("reach each other on {set}"),
            _ => "do not reach each other".to_owned(),
        };
        fact("Its own pods", Words::new().text(words));
    }
    let pods = row.pods.iter().take(LISTED).enumerate().fold(Words::new(), |words, (at, id)| {
        let pod = &cluster.pods[*id];
        let addresses: Vec<String> = pod.addresses.iter().map(ToString::to_string).collect();
        let origin = match pod.address_origin {
            AddressOrigin::Given => "",
            AddressOrigin::MadeUp => " (made up)",
        };
        let separator = if at == 0 { "" } else { ", " };
        words.text(separator).code(pod.name.as_ref()).text(format!(" {}{origin}", addresses.join(" ")))
    });
    let more = row.pods.len().saturating_sub(LISTED);
    fact("Pods", if more > 0 { pods.text(format!(" and {more} more")) } else { pods });

    let subtitle = Words::new()
        .text(format!("{}, {} in ", row.kind, words::count(row.pods.len(), "pod", "pods")))
        .link(namespace.name.as_ref(), namespace.at);
    About { title: row.name.to_string(), subtitle, facts, at: row.at }
}

fn isolation(analysis: &Analysis, id: WorkloadId, direction: Direction) -> Words {
    let mut policies: Vec<PolicyId> = Vec::new();
    for pod in &analysis.cluster.workloads[id].pods {
        for policy in analysis.index.isolating(direction, analysis.index.class_of_pod(*pod)) {
            if !policies.contains(policy) {
                policies.push(*policy);
            }
        }
    }
    if policies.is_empty() {
        return Words::new().text("open: no policy isolates it");
    }
    policies.iter().enumerate().fold(Words::new().text("isolated by "), |words, (at, policy)| {
        let policy = &analysis.cluster.policies[*policy];
        words.text(if at == 0 { "" } else { ", " }).link(policy.name.as_ref(), Some(policy.name_at))
    })
}

fn about_namespace(analysis: &Analysis, name: &str) -> Option<About> {
    let cluster = &analysis.cluster;
    let id = cluster.namespace(name)?;
    let namespace = &cluster.namespaces[id];
    let labels = namespace.labels.iter().enumerate().fold(Words::new(), |words, (at, (key, value))| {
        let words = words.text(if at == 0 { "" } else { " " });
        words.code(format!("{key}={value}"))
    });
    let policies: Vec<_> = cluster.policies.rows().iter().filter(|policy| policy.namespace == id).collect();
    let listed = policies.iter().enumerate().fold(Words::new(), |words, (at, policy)| {
        words.text(if at == 0 { "" } else { ", " }).link(policy.name.as_ref(), Some(policy.name_at))
    });
    let workloads = cluster.workloads.rows().iter().filter(|workload| workload.namespace == id).count();
    let facts = vec![
        Fact { label: "Labels".to_owned(), words: labels },
        Fact {
            label: "Policies".to_owned(),
            words: if listed.is_empty() { Words::new().text("none: its pods are open") } else { listed },
        },
    ];
    let subtitle =
        Words::new().text(format!("Namespace, {}", words::count(workloads, "workload", "workloads")));
    Some(About { title: name.to_owned(), subtitle, facts, at: namespace.at })
}
