//! What there is to know about one end: a workload, a namespace or something outside.

use netpol_engine::{AddressOrigin, Analysis, Direction, Matrix, PolicyId, WorkloadId};
use netpol_syntax::Location;

use crate::question::workload;
use crate::reach::{Asked, classes, sum_up};
use crate::story::Words;
use crate::{ArrowVerdict, EndKey, PortChoice, words};

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
    if row.pods.len() > 1 {
        fact("Its own pods", Words::new().text(among_themselves(analysis, matrix, id, ports)));
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

/// What the pods of a workload may do among themselves.
fn among_themselves(analysis: &Analysis, matrix: &Matrix, id: WorkloadId, ports: PortChoice) -> String {
    let row = &analysis.cluster.workloads[id];
    let classes = classes(analysis, row);
    let pairs = classes.iter().flat_map(|from| classes.iter().map(|to| (*from, *to)));
    // A class of one pod has no two that could be asked about.
    let alone = |class| analysis.index.classes()[class].pods().len() < 2;
    let mut pairs = pairs.filter(|(from, to)| from != to || !alone(*from));
    match sum_up(matrix, &mut pairs, &Asked::of(row, ports)) {
        (ArrowVerdict::Allowed, _) => "reach each other".to_owned(),
        (ArrowVerdict::Partial, passes) => format!("reach each other in part: {passes}"),
        (ArrowVerdict::Blocked, _) => "do not reach each other".to_owned(),
    }
}

fn isolation(analysis: &Analysis, id: WorkloadId, direction: Direction) -> Words {
    let mut policies: Vec<PolicyId> = Vec::new();
    let pods = &analysis.cluster.workloads[id].pods;
    let mut isolated = 0;
    for pod in pods {
        let by = analysis.index.isolating(direction, analysis.index.class_of_pod(*pod));
        isolated += usize::from(!by.is_empty());
        for policy in by {
            if !policies.contains(policy) {
                policies.push(*policy);
            }
        }
    }
    if policies.is_empty() {
        return Words::new().text("open: no policy isolates it");
    }
    let start = match isolated < pods.len() {
        true => Words::new().text(format!("{isolated} of {} pods isolated by ", pods.len())),
        false => Words::new().text("isolated by "),
    };
    policies.iter().enumerate().fold(start, |words, (at, policy)| {
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
