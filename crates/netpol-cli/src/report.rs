//! What happened, in words.

use netpol_engine::{
    Analysis, Answer, Caveat, Cluster, Connection, Direction, Endpoint, Evaluation, Exemption, Grant, Lack,
    Lookup, Outcome, PolicyId, PortMatch, Side, Step, Translated, Translation, Verdict,
};

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

/// A line for each thing that happened, what explains it indented below.
pub fn steps(analysis: &Analysis, steps: &[Step]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps {
        match step {
            Step::Lookup(lookup) => lines.extend(looked_up(analysis, lookup)),
            Step::Translation(translation) => lines.push(translated(&analysis.cluster, translation)),
            Step::Connection(connection) => lines.extend(connected(analysis, connection)),
        }
    }
    lines
}

fn looked_up(analysis: &Analysis, lookup: &Lookup) -> Vec<String> {
    let cluster = &analysis.cluster;
    let mut lines: Vec<String> = lookup
        .queries
        .iter()
        .flat_map(|query| {
            let mut lines = connected(analysis, query);
            if let Some(first) = lines.first_mut() {
                *first = format!("ask DNS for `{}`: {first}", lookup.host);
            }
            lines
        })
        .collect();
    let name = lookup.found.as_deref().unwrap_or(&lookup.host);
    lines.push(match &lookup.answer {
        None if lookup.queries.is_empty() => "the cluster has no DNS to ask".to_owned(),
        None => format!("no answer for `{}`", lookup.host),
        Some(Answer::NoSuchName) => format!("there is no `{name}`"),
        Some(Answer::Service(id)) => {
            let service = &cluster.services[*id];
            format!("`{name}` is service {}/{}", cluster.namespaces[service.namespace].name, service.name)
        }
        Some(Answer::Addresses(addresses)) => {
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            format!("`{name}` is {}", addresses.join(", "))
        }
        Some(Answer::External { name: other, .. }) => {
            format!("`{name}` stands for `{other}`, outside the cluster")
        }
    });
    lines
}

fn translated(cluster: &Cluster, translation: &Translation) -> String {
    let service = &cluster.services[translation.service];
    let name = format!(
        "service {}/{}:{}",
        cluster.namespaces[service.namespace].name, service.name, translation.port
    );
    match &translation.result {
        Translated::Endpoints(ends) => {
            let ends: Vec<String> =
                ends.iter().map(|(to, port)| format!("{} {port}", end(cluster, *to))).collect();
            format!("{name} leads to {}", ends.join(", "))
        }
        Translated::NoSuchPort => {
            let ports: Vec<String> = service.ports.iter().map(|port| port.port.to_string()).collect();
            format!("{name}: the service has no such port, only {}", ports.join(", "))
        }
        Translated::NoEndpoints => format!("{name}: no ready pod stands behind it"),
        Translated::NotFromOutside => format!("{name}: its address leads nowhere outside the cluster"),
    }
}

fn connected(analysis: &Analysis, connection: &Connection) -> Vec<String> {
    let cluster = &analysis.cluster;
    let evaluation = &connection.evaluation;
    let flow = evaluation.flow;
    let how = match connection.outcome {
        Outcome::Ok => "passes",
        Outcome::Refused => "is reached, and nothing listens there",
        _ => "is dropped",
    };
    let from_to = format!("{} -> {} {}", end(cluster, flow.from), end(cluster, flow.to), flow.port);
    let mut lines = vec![format!("{from_to} {how}: {}", why(analysis, evaluation))];
    if !evaluation.verdict().is_allowed() && evaluation.exemption.is_none() {
        for direction in [Direction::Egress, Direction::Ingress] {
            for miss in analysis.misses(evaluation, direction) {
                let Some(rule) = miss.rule else { continue };
                let lacks: Vec<String> = miss.lacks.iter().map(|it| lack(cluster, it)).collect();
                let policy = policy(cluster, miss.policy);
                lines.push(format!(
                    "  near miss: {policy} {} rule {} wants {}",
                    direction.as_str(),
                    rule + 1,
                    lacks.join(" and ")
                ));
            }
        }
    }
    lines.extend(evaluation.caveats.iter().map(|it| format!("  note: {}", caveat(cluster, it))));
    lines
}

fn lack(cluster: &Cluster, lack: &Lack) -> String {
    let has = |found: &Option<std::sync::Arc<str>>| match found {
        Some(value) => format!("it has `{value}`"),
        None => "it has no such label".to_owned(),
    };
    match lack {
        Lack::PodLabel { wanted, found } => format!("a pod with `{wanted}` ({})", has(found)),
        Lack::NamespaceLabel { wanted, found, namespace } => {
            let name = &cluster.namespaces[*namespace].name;
            format!("a namespace with `{wanted}` (of `{name}`: {})", has(found))
        }
        Lack::OtherNamespace { wanted, found } => {
            let (wanted, found) = (&cluster.namespaces[*wanted].name, &cluster.namespaces[*found].name);
            format!("a pod of namespace `{wanted}` (it is in `{found}`)")
        }
        Lack::NotAPod => "a pod (it is an address outside)".to_owned(),
        Lack::HostNetwork => "a pod with a network of its own (it uses its node's)".to_owned(),
        Lack::OutsideBlock { cidr } => format!("an address in `{cidr}`"),
        Lack::InException { hole } => format!("an address outside the exception `{hole}`"),
        Lack::Port { wanted } => {
            let ports: Vec<String> = wanted
                .iter()
                .map(|(protocol, ports)| match ports {
                    PortMatch::All => format!("any {protocol} port"),
                    PortMatch::Range(first, last) if first == last => format!("{protocol} {first}"),
                    PortMatch::Range(first, last) => format!("{protocol} {first}-{last}"),
                    PortMatch::Named(name) => format!("{protocol} port `{name}`"),
                })
                .collect();
            ports.join(" or ")
        }
    }
}

/// Where clusters differ.
pub fn caveat(cluster: &Cluster, caveat: &Caveat) -> String {
    let service_name = |id| {
        let service = &cluster.services[id];
        format!("`{}/{}`", cluster.namespaces[service.namespace].name, service.name)
    };
    match caveat {
        Caveat::HostNetwork { pod } => {
            format!(
                "`{}` uses its node's network: network plugins differ in what policies see of it",
                cluster.pod_name(*pod)
            )
        }
        Caveat::BlockOverPod { policy: id, direction, rule, .. } => format!(
            "{} {} rule {} covers pods' addresses by `ipBlock`, which is meant for what lies outside the cluster",
            policy(cluster, *id),
            direction.as_str(),
            rule + 1
        ),
        Caveat::MadeUpAddress { pod } => {
            format!("the address of `{}` is made up here, as the input gives none", cluster.pod_name(*pod))
        }
        Caveat::SourceAddress { service } => format!(
            "behind service {} the pod may see a node's address instead of the client's",
            service_name(*service)
        ),
        Caveat::SelfThroughService { service } => {
            format!("a pod reaches itself through service {}: network plugins differ", service_name(*service))
        }
        Caveat::UndeclaredPort { pod } => {
            format!(
                "`{}` does not declare this port, but may listen on it all the same",
                cluster.pod_name(*pod)
            )
        }
        Caveat::UnknownAddress { address } => {
            format!(
                "no pod or service of the input has {address}, though it lies in the cluster's own networks"
            )
        }
        Caveat::DnsTcp => {
            "TCP 53 is blocked, over which DNS gives answers that are too long for UDP".to_owned()
        }
        Caveat::DnsPartly => {
            "only some of the DNS pods can be asked, so that look-ups fail now and then".to_owned()
        }
        Caveat::ExternalName { service } => {
            format!("what the external name of service {} leads to is not known here", service_name(*service))
        }
    }
}
