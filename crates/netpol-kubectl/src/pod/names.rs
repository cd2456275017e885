//! `nslookup` and `dig`, and what else there is about names.

use netpol_engine::{Answer, Endpoint, Lookup, Outcome, PodId, Probe, ServiceKind, Step, Target, UrlTarget};

use crate::shell::{Done, Event, Leg, Shell};

/// The address that names outside the cluster are told to have, of a block for documentation (RFC 5737).
pub(super) const OUTSIDE: &str = "203.0.113.80";

/// Looks a name up, as the first step of trying to reach it; with what it stands for.
pub(super) fn look_up(shell: &mut Shell, pod: PodId, host: &str) -> (Lookup, Vec<String>) {
    let target = Target::Url(UrlTarget { host: host.to_owned(), port: 80 });
    let mut report = shell.store.analysis().probe(&Probe { from: Endpoint::Pod(pod), target });
    report.steps.truncate(1);
    let lookup = match report.steps.first() {
        Some(Step::Lookup(lookup)) => lookup.clone(),
        _ => Lookup {
            host: host.to_owned(),
            found: None,
            queries: Vec::new(),
            answer: Some(Answer::NoSuchName),
        },
    };
    report.outcome = match &lookup.answer {
        None => Outcome::NoDns,
        Some(Answer::NoSuchName) => Outcome::UnknownHost,
        Some(_) => Outcome::Ok,
    };
    let cluster = &shell.store.analysis().cluster;
    let addresses = match &lookup.answer {
        Some(Answer::Service(id)) => match &cluster.services[*id].kind {
            ServiceKind::Proxied { cluster_ips, .. } => cluster_ips.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        },
        Some(Answer::Addresses(addresses)) => addresses.iter().map(ToString::to_string).collect(),
        Some(Answer::External { service: None, .. }) => vec![OUTSIDE.to_owned()],
        _ => Vec::new(),
    };
    shell.event(Event::Probe(Leg::all_of(shell.store.analysis(), &report)));
    (lookup, addresses)
}

/// The address of the cluster's DNS.
pub(super) fn name_server(shell: &Shell) -> String {
    let cluster = &shell.store.analysis().cluster;
    let kind = cluster.dns_service().map(|id| &cluster.services[id].kind);
    match kind {
        Some(ServiceKind::Proxied { cluster_ips, .. }) => {
            cluster_ips.first().map_or_else(|| "10.96.0.10".to_owned(), ToString::to_string)
        }
        _ => "10.96.0.10".to_owned(),
    }
}

pub(super) fn nslookup(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
    let Some(host) = words.iter().find(|word| !word.starts_with('-')) else {
        return Done::fail(1, "nslookup: name a host: nslookup backend");
    };
    let server = name_server(shell);
    let (lookup, addresses) = look_up(shell, pod, host);
    let head = format!("Server:\t\t{server}\nAddress:\t{server}#53\n\n");
    match (&lookup.answer, lookup.found) {
        (None, _) => Done {
            out: ";; connection timed out; no servers could be reached\n\n".to_owned(),
            status: 1,
            ..Done::default()
        },
        (Some(Answer::NoSuchName), _) => Done {
            out: format!("{head}** server can't find {host}: NXDOMAIN\n\n"),
            status: 1,
            ..Done::default()
        },
        (Some(Answer::External { name, service: Some(_) }), found) => {
            let found = found.unwrap_or_else(|| host.clone());
            Done::ok(format!("{head}{found}\tcanonical name = {name}.\n\n"))
        }
        (Some(_), found) => {
            let found = found.unwrap_or_else(|| host.clone());
            let lines = addresses.iter().map(|address| format!("Name:\t{found}\nAddress: {address}\n"));
            Done::ok(format!("{head}{}\n", lines.collect::<String>()))
        }
    }
}

pub(super) fn dig(shell: &mut Shell, pod: PodId, words: &[String]) -> Done {
    let plain =
        |word: &&String| !word.starts_with(['-', '+', '@']) && !matches!(word.as_str(), "A" | "AAAA" | "ANY");
    let Some(host) = words.iter().find(plain) else {
        return Done::fail(1, "dig: name a host: dig +short backend.default.svc.cluster.local");
    };
    // It asks for the name as it stands, unless it is told to search.
    let searches = words.iter().any(|word| word == "+search");
    let asked = if searches { host.clone() } else { format!("{}.", host.trim_end_matches('.')) };
    let server = name_server(shell);
    let (lookup, addresses) = look_up(shell, pod, &asked);
    if lookup.answer.is_none() {
        let out =
            format!(";; communications error to {server}#53: timed out\n;; no servers could be reached\n");
        return Done { out, status: 9, ..Done::default() };
    }
    let name = lookup.found.unwrap_or_else(|| asked.trim_end_matches('.').to_owned());
    if words.iter().any(|word| word == "+short") {
        return Done::ok(addresses.iter().map(|address| format!("{address}\n")).collect::<String>());
    }
    let answers = addresses.iter().map(|address| format!("{name}.\t30\tIN\tA\t{address}\n"));
    let status = if addresses.is_empty() { "NXDOMAIN" } else { "NOERROR" };
    Done::ok(format!(
        ";; ->>HEADER<<- opcode: QUERY, status: {status}\n\n;; QUESTION SECTION:\n;{name}.\t\tIN\tA\n\n;; ANSWER SECTION:\n{}\n;; SERVER: {server}#53({server})\n",
        answers.collect::<String>()
    ))
}

pub(super) fn resolv(shell: &Shell, pod: PodId) -> Done {
    let (namespace, _) = shell.pod_name(pod);
    Done::ok(format!(
        "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver {}\noptions ndots:5\n",
        name_server(shell)
    ))
}
