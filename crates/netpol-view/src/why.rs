//! The story of one arrow: what passes, and the lines that decide it.

use netpol_engine::{
    Analysis, Backends, Caveat, Direction, Endpoint, Evaluation, Exemption, Flow, Lack, Matrix, Miss, PodId,
    PolicyId, PortMatch, Probe, Protocol, Rule, SYSTEM_NAMESPACE, ServiceKind, ServicePort, Side, Step,
    Target, UrlTarget, WorkloadId,
};

use netpol_syntax::order;

use crate::question::{Question, workload};
use crate::reach::workload_key;
use crate::story::{Stage, Status, Story, Words};
use crate::{ArrowVerdict, EndKey, PortChoice, words};

/// The story of the arrow from `from` to `to`; `None` where one of them is not there, or is a namespace.
#[must_use]
pub fn why(
    analysis: &Analysis,
    matrix: &Matrix,
    from: &EndKey,
    to: &EndKey,
    ports: PortChoice,
) -> Option<Story> {
    let question = Question::of(analysis, matrix, from, to, ports)?;
    let verdict = question.verdict();
    let told = &analysis.evaluate(question.told()?);
    let mut stages = Vec::new();
    if verdict == ArrowVerdict::Partial {
        stages.push(what_passes(analysis, &question, told));
    }
    let name = name_for(analysis, from, workload(analysis, to), told.flow);
    if let Some((host, _)) = &name {
        stages.extend(dns_stage(analysis, told.flow.from, host));
    }
    stages.extend(flow_stages(analysis, told, from.short(), to.short()));
    let mut subtitle = Words::new().text(question.asked.words());
    if let Some((host, port)) = name {
        let port = if port == 80 { String::new() } else { format!(":{port}") };
        subtitle = subtitle.text(", by name: ").code(format!("curl {host}{port}"));
    }
    Some(Story {
        title: from.pair(to),
        subtitle,
        verdict,
        verdict_text: verdict_text(verdict, told),
        stages,
        caveats: caveats(analysis, told.caveats.iter()),
    })
}

/// The name that a person in the source would use, and the port they would knock at.
fn name_for(analysis: &Analysis, from: &EndKey, to: Option<WorkloadId>, flow: Flow) -> Option<(String, u16)> {
    let cluster = &analysis.cluster;
    let (source, to) = (workload(analysis, from)?, to?);
    let (source, destination) = (&cluster.workloads[source], &cluster.workloads[to]);
    // DNS itself is asked by address.
    if cluster.namespaces[destination.namespace].name.as_ref() == SYSTEM_NAMESPACE {
        return None;
    }
    let service = cluster.services.rows().iter().find(|service| {
        let Backends::Selected(pods) = &service.backends else { return false };
        matches!(service.kind, ServiceKind::Proxied { .. })
            && pods.iter().any(|pod| cluster.pods[*pod].workload == to)
    })?;
    // A port of the service that leads where the question does.
    let leads_there = |port: &&ServicePort| {
        flow.to.pod().is_some_and(|pod| cluster.target_on(port, pod) == Some(flow.port))
    };
    let port = service.ports.iter().filter(|port| port.port.protocol == Protocol::Tcp).find(leads_there)?;
    let host = if source.namespace == destination.namespace {
        service.name.to_string()
    } else {
        format!("{}.{}", service.name, cluster.namespaces[service.namespace].name)
    };
    Some((host, port.port.number))
}

/// What becomes of the question for `host`.
fn dns_stage(analysis: &Analysis, from: Endpoint, host: &str) -> Option<Stage> {
    let target = Target::Url(UrlTarget { host: host.to_owned(), port: 80 });
    let report = analysis.probe(&Probe { from, target });
    let Some(Step::Lookup(lookup)) = report.steps.into_iter().next() else { return None };
    Some(crate::tell::lookup_stage(analysis, &lookup))
}

/// The sides of a flow as stages, or the one thing that settles it without policies.
pub(crate) fn flow_stages(analysis: &Analysis, evaluation: &Evaluation, from: &str, to: &str) -> Vec<Stage> {
    let stage = |status, headline: &str, line: Words| {
        vec![Stage { status, headline: headline.to_owned(), lines: vec![line] }]
    };
    match evaluation.exemption {
        Some(Exemption::SamePod) => {
            let line = Words::new().text("A pod always reaches itself: no policy has a say in it.");
            stage(Status::Passes, "The same pod", line)
        }
        Some(Exemption::SameNode(node)) => {
            let node = &analysis.cluster.nodes[node].name;
            let line = Words::new()
                .text("A node and the pods on it always reach each other: node ")
                .code(node.as_ref())
                .text(".");
            stage(Status::Passes, "The same node", line)
        }
        Some(Exemption::Finished(pod)) => {
            let line = Words::new()
                .code(analysis.cluster.pod_name(pod))
                .text(" sends and receives nothing any more.");
            stage(Status::Blocks, "The pod has ended", line)
        }
        None => vec![
            side_stage(analysis, evaluation, Direction::Egress, from),
            side_stage(analysis, evaluation, Direction::Ingress, to),
        ],
    }
}

fn side_stage(analysis: &Analysis, evaluation: &Evaluation, direction: Direction, who: &str) -> Stage {
    let verb = match direction {
        Direction::Egress => "Leaving",
        Direction::Ingress => "Entering",
    };
    let (status, word, lines) = match evaluation.side(direction) {
        Side::Outside => {
            let line = Words::new().text("It lies outside the cluster: no policy is about it.");
            (Status::Neutral, "not a matter of policies", vec![line])
        }
        Side::HostNetwork => {
            let line = Words::new().text("It uses its node's network: policies pass it by.");
            (Status::Neutral, "not a matter of policies", vec![line])
        }
        Side::Open => {
            let line = Words::new().text(format!("No policy isolates it for {}.", direction.as_str()));
            (Status::Passes, "open", vec![line])
        }
        Side::Isolated { by, grants } if !grants.is_empty() => {
            let mut lines = vec![isolated_by(analysis, by)];
            for grant in grants {
                lines.push(Words::new().text("Allowed by ").then(rule_words(
                    analysis,
                    grant.policy,
                    direction,
                    grant.rule,
                )));
            }
            (Status::Passes, "allowed", lines)
        }
        Side::Isolated { by, .. } => {
            let mut lines = vec![isolated_by(analysis, by)];
            let misses = analysis.misses(evaluation, direction);
            let mut near = misses.iter().filter(|miss| miss.rule.is_some()).peekable();
            if near.peek().is_none() {
                let who = if by.len() == 1 { "It has no rule" } else { "None of them has a rule" };
                let text = format!("{who} for {}: nothing passes.", direction.as_str());
                lines.push(Words::new().text(text));
            }
            for miss in near.take(3) {
                lines.push(miss_words(analysis, direction, miss));
            }
            (Status::Blocks, "blocked", lines)
        }
    };
    Stage { status, headline: format!("{verb} {who}: {word}"), lines }
}

/// What people call an end of a flow: a pod by its workload's name.
pub(crate) fn name_of(analysis: &Analysis, end: Endpoint) -> String {
    match end {
        Endpoint::Pod(pod) => {
            let workload = analysis.cluster.pods[pod].workload;
            workload_key(&analysis.cluster, workload).short().to_owned()
        }
        Endpoint::Address(address) => address.to_string(),
    }
}

fn isolated_by(analysis: &Analysis, policies: &[PolicyId]) -> Words {
    let mut line = Words::new().text("Isolated by ");
    for (at, policy) in policies.iter().enumerate() {
        let separator = match at {
            0 => "",
            _ if at + 1 == policies.len() => " and ",
            _ => ", ",
        };
        let policy = &analysis.cluster.policies[*policy];
        line = line.text(separator).link(policy.name.as_ref(), Some(policy.name_at));
    }
    line.text(".")
}

fn rule_of(analysis: &Analysis, policy: PolicyId, direction: Direction, rule: usize) -> Option<&Rule> {
    analysis.cluster.policies[policy].section(direction).rules().get(rule)
}

/// "`allow-to-backend`, rule 1", both of them links.
pub(crate) fn rule_words(analysis: &Analysis, policy: PolicyId, direction: Direction, rule: usize) -> Words {
    let row = &analysis.cluster.policies[policy];
    let at = rule_of(analysis, policy, direction, rule).map(|rule| rule.at);
    Words::new()
        .link(row.name.as_ref(), Some(row.name_at))
        .text(", ")
        .link(format!("{} rule {}", direction.as_str(), rule + 1), at)
}

/// How near a policy comes: "Nearest: allow-to-backend, rule 1 wants …".
fn miss_words(analysis: &Analysis, direction: Direction, miss: &Miss) -> Words {
    let rule = miss.rule.unwrap_or_default();
    let mut line = Words::new().text("Nearest: ").then(rule_words(analysis, miss.policy, direction, rule));
    for (at, lack) in miss.lacks.iter().enumerate() {
        line =
            line.text(if at == 0 { " " } else { "; it also " }).then(lack_words(analysis, direction, lack));
    }
    line.text(".")
}

fn lack_words(analysis: &Analysis, direction: Direction, lack: &Lack) -> Words {
    let other = match direction {
        Direction::Egress => "the destination",
        Direction::Ingress => "the source",
    };
    let found = |words: Words, key: &str, found: &Option<std::sync::Arc<str>>| match found {
        Some(value) => words.text(" has ").code(format!("{key}={value}")),
        None => words.text(" has no label ").code(key),
    };
    let words = Words::new();
    match lack {
        Lack::PodLabel { wanted, found: value } => {
            let words = words
                .text("wants a pod with ")
                .link(wanted.to_string(), Some(wanted.at))
                .text("; ")
                .text(other);
            found(words, &wanted.key, value)
        }
        Lack::NamespaceLabel { wanted, found: value, namespace } => {
            let words =
                words.text("wants a namespace with ").link(wanted.to_string(), Some(wanted.at)).text("; ");
            found(words.code(analysis.cluster.namespaces[*namespace].name.as_ref()), &wanted.key, value)
        }
        Lack::OtherNamespace { wanted, found } => {
            let name = |id| analysis.cluster.namespaces[id].name.as_ref();
            let words = words.text("means pods of its own namespace ").code(name(*wanted));
            words.text(", for want of a namespaceSelector; ").text(other).text(" is in ").code(name(*found))
        }
        Lack::NotAPod => words.text("wants a pod; ").text(other).text(" is an address outside"),
        Lack::HostNetwork => words
            .text("selects pods by label; ")
            .text(other)
            .text(" uses its node's network, which selectors do not see"),
        Lack::OutsideBlock { cidr } => words
            .text("wants an address in ")
            .code(cidr.to_string())
            .text("; ")
            .text(other)
            .text(" has none there"),
        Lack::InException { hole, .. } => words
            .text("takes out ")
            .code(hole.to_string())
            .text(", where the address of ")
            .text(other)
            .text(" lies"),
        Lack::Port { wanted } => {
            let wanted: Vec<String> =
                wanted.iter().map(|(protocol, ports)| port_text(*protocol, ports)).collect();
            words.text("wants ").code(wanted.join(", "))
        }
    }
}

fn port_text(protocol: Protocol, ports: &PortMatch) -> String {
    match ports {
        PortMatch::All => format!("{protocol}"),
        PortMatch::Range(first, last) if first == last => format!("{protocol} {first}"),
        PortMatch::Range(first, last) => format!("{protocol} {first}-{last}"),
        PortMatch::Named(name) => format!("{protocol} {name}"),
    }
}

/// For an arrow of which only some passes: what does, and what the stages below are about.
fn what_passes(analysis: &Analysis, question: &Question<'_>, told: &Evaluation) -> Stage {
    let seen = order::groups(question.flows().map(|(flow, passes)| (flow.port, passes)));
    let mut lines = Vec::new();
    let kinds = [
        ("Passes: ", (true, true)),
        ("Passes between some pods only: ", (true, false)),
        ("Does not: ", (false, false)),
    ];
    for (label, kind) in kinds {
        let is_so = |passes: &[bool]| (passes.contains(&true), !passes.contains(&false)) == kind;
        let ports = seen.iter().filter(|(_, passes)| is_so(passes)).map(|(port, _)| port.to_string());
        let ports: Vec<String> = ports.collect();
        if !ports.is_empty() {
            lines.push(Words::new().text(label).code(words::list(&ports)));
        }
    }
    let pod_of = |end: Endpoint| match end {
        Endpoint::Pod(pod) => analysis.cluster.pod_name(pod),
        Endpoint::Address(address) => address.to_string(),
    };
    lines.push(
        Words::new()
            .text("Below: ")
            .code(pod_of(told.flow.from))
            .text(" to ")
            .code(pod_of(told.flow.to))
            .text(" on ")
            .code(told.flow.port.to_string())
            .text("."),
    );
    Stage { status: Status::Partly, headline: "Some of it passes".to_owned(), lines }
}

fn verdict_text(verdict: ArrowVerdict, told: &Evaluation) -> String {
    use netpol_engine::Verdict;
    match (verdict, told.verdict()) {
        (ArrowVerdict::Allowed, _) => "Allowed",
        (ArrowVerdict::Partial, _) => "Allowed in part",
        (ArrowVerdict::Blocked, Verdict::BlockedAtBoth) => "Blocked at both ends",
        (ArrowVerdict::Blocked, Verdict::BlockedAtEgress) => "Blocked leaving the source",
        (ArrowVerdict::Blocked, Verdict::BlockedAtIngress) => "Blocked entering the destination",
        (ArrowVerdict::Blocked, _) => "Blocked",
    }
    .to_owned()
}

/// The caveats, each once, as sentences.
pub(crate) fn caveats<'a>(analysis: &Analysis, caveats: impl Iterator<Item = &'a Caveat>) -> Vec<Words> {
    let mut known: Vec<Caveat> = caveats.copied().collect();
    order::sort_and_dedup(&mut known);
    let mut sentences: Vec<Words> = Vec::new();
    for caveat in &known {
        let words = caveat_words(analysis, caveat);
        if !sentences.contains(&words) {
            sentences.push(words);
        }
    }
    sentences
}

/// What a caveat says.
#[must_use]
pub fn caveat_words(analysis: &Analysis, caveat: &Caveat) -> Words {
    let cluster = &analysis.cluster;
    let pod = |pod: PodId| cluster.pod_name(pod);
    let words = Words::new();
    match caveat {
        Caveat::HostNetwork { pod: id } => words
            .code(pod(*id))
            .text(" uses its node's network. Here policies pass it by and selectors do not see it; some plugins differ."),
        Caveat::BlockOverPod { policy, direction, rule, .. } => words
            .text("The address block of ")
            .then(rule_words(analysis, *policy, *direction, *rule))
            .text(" covers a pod's address. It is matched here, but pods' addresses change: select pods by label instead."),
        Caveat::MadeUpAddress { pod: id } => words
            .text("The address of ")
            .code(pod(*id))
            .text(" was made up here, since the input gives none. In a cluster it will be another one."),
        Caveat::SourceAddress { service } => words
            .text("Through ")
            .code(cluster.services[*service].name.as_ref())
            .text(" the pod may see a node's address instead of the client's. ")
            .code("externalTrafficPolicy: Local")
            .text(" keeps the client's."),
        Caveat::SelfThroughService { service } => words
            .text("The pod may reach itself through its own service ")
            .code(cluster.services[*service].name.as_ref())
            .text(". It passes here; some plugins hold policies against it."),
        Caveat::UndeclaredPort { pod: id } => words
            .code(pod(*id))
            .text(" does not declare this port, so it is taken not to listen there. Declaring is only informational."),
        Caveat::UnknownAddress { address } => words
            .text("No pod or service here has the address ")
            .code(address.to_string())
            .text(", though it lies in the cluster's own networks."),
        Caveat::DnsTcp => words
            .text("TCP 53 to the cluster's DNS is blocked. Answers too long for UDP would fail: open it as well."),
        Caveat::DnsPartly => words.text("Only some of the DNS pods can be asked, so that look-ups fail now and then."),
        Caveat::ExternalName { service } => words
            .text("Where ")
            .code(cluster.services[*service].name.as_ref())
            .text(" leads is not known here; any address on the internet is taken."),
    }
}
