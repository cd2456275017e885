//! Lints of ports: a service's where the pod's is meant.

use netpol_syntax::{Fix, Location, Yaml};

use crate::model::{Backends, ContainerPort, Direction, PodId, PortMatch, ServiceId};
use crate::ports::{Port, PortSet};

use super::registry::{DNS_PORT, SERVICE_PORT};
use super::{Linter, RuleAt, rule_node};

/// A service whose port a rule names, and where that port leads.
struct Translated {
    service: ServiceId,
    at: Option<Location>,
    target: Port,
}

pub(super) fn check(linter: &mut Linter<'_>) {
    for rule in linter.rules() {
        for (at, port) in rule.rule.ports.iter().flatten().enumerate() {
            if let PortMatch::Range(first, last) = port.ports
                && first == last
            {
                let named = Port { protocol: port.protocol, number: first };
                service_port(linter, rule, at, named, port.at);
            }
        }
    }
}

/// A rule's port that none of its destinations has, and that a service of theirs turns into another.
fn service_port(linter: &mut Linter<'_>, rule: RuleAt<'_>, port: usize, named: Port, place: Location) {
    let cluster = &linter.analysis.cluster;
    let mut found: Option<Translated> = None;
    for pod in destinations(linter, rule) {
        let declares = cluster.pods[pod].ports.iter().any(|declared: &ContainerPort| declared.port == named);
        let services = cluster.services.iter().filter(
            |(_, service)| matches!(&service.backends, Backends::Selected(pods) if pods.contains(&pod)),
        );
        let mut leads_elsewhere = None;
        for (id, service) in services {
            for service_port in &service.ports {
                let Some(target) = cluster.target_on(service_port, pod) else { continue };
                if target == named {
                    return;
                }
                if service_port.port == named {
                    leads_elsewhere = Some(Translated { service: id, at: service_port.at, target });
                }
            }
        }
        match leads_elsewhere {
            Some(translated) if !declares => found = found.or(Some(translated)),
            // Some destination may well have this port.
            _ => return,
        }
    }
    let Some(Translated { service, at, target }) = found else { return };
    let allowed =
        rule.rule.ports.iter().flatten().fold(PortSet::none(), |set, port| set.union(&port.on(&[])));
    if allowed.contains(target) {
        return;
    }
    let fix = linter.edit(rule.policy, |editor, object| {
        let ports = rule_node(object, rule.direction, rule.at)?.get("ports")?;
        let number = ports.items().nth(port)?.get("port")?;
        let title = format!("Use port {}", target.number);
        let edit = editor.replace(number, &Yaml::Int(i64::from(target.number)));
        Some(Fix { title, edits: vec![edit], keeps_meaning: false })
    });
    let is_dns = cluster.dns_service() == Some(service);
    let lint = if is_dns { DNS_PORT } else { SERVICE_PORT };
    let service = &cluster.services[service];
    let name = format!("{}/{}", cluster.namespaces[service.namespace].name, service.name);
    let message = format!("{named} is the port of service `{name}`: its pods listen on {}", target.number);
    let mut found = lint
        .at(place, message)
        .with_help(format!("a policy sees the pod's own port: use {}", target.number))
        .with_fix(fix);
    if let Some(at) = at {
        found = found.with_related(at, "it is translated here");
    }
    linter.say(found);
}

/// The pods that a rule's ports are looked up on: those of the policy for ingress, those of its peers for egress.
/// Where a rule is for everyone there is no telling whose ports are meant: 53 may be for a resolver outside. That it does
/// not let anyone ask the cluster's DNS is said by `dns-forgotten`.
fn destinations(linter: &Linter<'_>, rule: RuleAt<'_>) -> Vec<PodId> {
    let index = &linter.analysis.index;
    let classes = match rule.direction {
        Direction::Ingress => &index.compiled(rule.policy).subjects,
        Direction::Egress if rule.rule.peers.is_some() => &rule.compiled.anyone,
        Direction::Egress => return Vec::new(),
    };
    classes.iter().flat_map(|class| index.classes()[class].pods()).copied().collect()
}
