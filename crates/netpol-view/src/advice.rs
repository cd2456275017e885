//! What a suggestion does, in words.

use netpol_engine::{Analysis, Change, Direction, PolicyId, ServiceId, Suggestion};

use crate::story::Words;
use crate::why::rule_words;

/// What each change of a suggestion does, a sentence each, with links to what it changes.
#[must_use]
pub fn advice(analysis: &Analysis, suggestion: &Suggestion) -> Vec<Words> {
    suggestion.changes.iter().map(|change| change_words(analysis, change)).collect()
}

fn change_words(analysis: &Analysis, change: &Change) -> Words {
    match change {
        Change::Rules { policy, direction } => Words::new()
            .text(format!("Add an {} rule to ", direction.as_str()))
            .then(policy_words(analysis, *policy)),
        Change::Ports { policy, direction, rule } => {
            Words::new().text("Add the port to ").then(rule_words(analysis, *policy, *direction, *rule))
        }
        Change::Peer { policy, direction, rule } => {
            let whom = match direction {
                Direction::Egress => "Add the destination to ",
                Direction::Ingress => "Add the source to ",
            };
            Words::new().text(whom).then(rule_words(analysis, *policy, *direction, *rule))
        }
        Change::Policy { namespace, name } => {
            let namespace = &analysis.cluster.namespaces[*namespace].name;
            Words::new().text("Add a policy ").code(name.as_ref()).text(" to ").code(namespace.as_ref())
        }
        Change::Labels { workload, labels, policy, services } => {
            let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            let words = Words::new()
                .text("Give ")
                .code(analysis.cluster.workload_name(*workload))
                .text(" the label ")
                .code(labels.join(", "))
                .text(", which ")
                .then(policy_words(analysis, *policy))
                .text(" asks for");
            selected_by(analysis, words, services)
        }
    }
}

/// That services send to the pods as well then.
fn selected_by(analysis: &Analysis, words: Words, services: &[ServiceId]) -> Words {
    let named = services.iter().enumerate().fold(words, |words, (at, service)| {
        let service = &analysis.cluster.services[*service];
        let before = if at == 0 { "; it makes them backends of " } else { ", " };
        words.text(before).link(service.name.as_ref(), service.at)
    });
    if services.is_empty() { named } else { named.text(", which would send to them as well") }
}

fn policy_words(analysis: &Analysis, policy: PolicyId) -> Words {
    let row = &analysis.cluster.policies[policy];
    Words::new().link(row.name.as_ref(), Some(row.name_at))
}
