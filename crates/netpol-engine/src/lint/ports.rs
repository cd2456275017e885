//! Lints of ports: a service's where the pod's is meant.

use netpol_syntax::order::Map;
use netpol_syntax::{Fix, Location, Yaml};

use crate::bits::BitSet;
use crate::index::ClassId;
use crate::model::{Backends, Direction, PortMatch, Service, ServiceId, ServicePort, TargetPort};
use crate::ports::{Port, PortSet};

use super::registry::{DNS_PORT, Lint, SERVICE_PORT};
use super::{Linter, RuleAt, rule_node};

pub(super) fn check(linter: &mut Linter<'_>) {
    let translations = Translations::of(linter);
    if translations.elsewhere.is_empty() {
        return;
    }
    for rule in linter.rules() {
        let ports = rule.rule.ports.as_deref().unwrap_or_default();
        let mut destinations = None;
        let mut allowed = None;
        for (at, port) in ports.iter().enumerate() {
            let PortMatch::Range(first, last) = port.ports else { continue };
            let named = Port { protocol: port.protocol, number: first };
            // Some destination may well have this port.
            let Some(elsewhere) = translations.elsewhere.get(&named).filter(|_| first == last) else {
                continue;
            };
            let destinations = destinations.get_or_insert_with(|| translations.destinations(linter, rule));
            if !destinations.is_within(elsewhere) {
                continue;
            }
            let leading =
                destinations.iter().next().and_then(|class| translations.leading(linter, class, named));
            let Some((service, service_port, target)) = leading else { continue };
            let allowed = allowed.get_or_insert_with(|| {
                PortSet::union_of(&ports.iter().map(|port| port.on(&[])).collect::<Vec<_>>())
            });
            if !allowed.contains(target) {
                let place = Place { rule, port: at, at: port.at };
                let lint = if translations.dns == Some(service) { &DNS_PORT } else { &SERVICE_PORT };
                service_port_named(linter, lint, place, named, (service, service_port.at, target));
            }
        }
    }
}

/// Where the ports of services lead that are not the pods' own.
struct Translations {
    /// By service port: the classes of pods to which some service leads from it, to another port, and which have this
    /// port neither behind a service nor among those that they declare.
    elsewhere: Map<Port, BitSet>,
    /// By service port: the services that have it.
    services: Map<Port, Vec<ServiceId>>,
    /// The classes behind each service.
    behind: Map<ServiceId, BitSet>,
    /// The classes of pods.
    pods: BitSet,
    /// The service that answers names.
    dns: Option<ServiceId>,
}

impl Translations {
    fn of(linter: &Linter<'_>) -> Self {
        let (cluster, index) = (&linter.analysis.cluster, &linter.analysis.index);
        let no_one = || BitSet::none(index.classes().len());
        let mut found = Self {
            elsewhere: Map::new(),
            services: Map::new(),
            behind: Map::new(),
            pods: no_one(),
            dns: cluster.dns_service(),
        };
        let (mut own, mut elsewhere): (Map<Port, BitSet>, Map<Port, BitSet>) = Default::default();
        for (class, pods) in index.classes().iter() {
            let Some(pod) = pods.pods().first() else { continue };
            found.pods.insert(class);
            for declared in &cluster.pods[*pod].ports {
                own.or_insert_with(declared.port, no_one).insert(class);
            }
        }
        for (id, service) in cluster.services.iter() {
            let Some(behind) = behind(linter, service) else { continue };
            for port in &service.ports {
                found.services.or_default(port.port).push(id);
                for (target, classes) in targets(linter, port, &behind) {
                    own.or_insert_with(target, no_one).unite(&classes);
                    if target != port.port {
                        elsewhere.or_insert_with(port.port, no_one).unite(&classes);
                    }
                }
            }
            found.behind.insert(id, behind);
        }
        for (port, mut classes) in elsewhere {
            if let Some(own) = own.get(&port) {
                classes.subtract(own);
            }
            if !classes.is_empty() {
                found.elsewhere.insert(port, classes);
            }
        }
        found
    }

    /// The pods that a rule's ports are looked up on: those of the policy for ingress, those of its peers for egress.
    /// Where a rule is for everyone there is no telling whose ports are meant: 53 may be for a resolver outside. That
    /// it does not let anyone ask the cluster's DNS is said by `dns-forgotten`.
    fn destinations(&self, linter: &Linter<'_>, rule: RuleAt<'_>) -> BitSet {
        let index = &linter.analysis.index;
        match rule.direction {
            Direction::Ingress => index.compiled(rule.policy).subjects.clone(),
            Direction::Egress if rule.rule.peers.is_some() => rule.compiled.anyone.intersection(&self.pods),
            Direction::Egress => BitSet::none(index.classes().len()),
        }
    }

    /// The last service that leads pods of a class from a port to another one, and to which.
    fn leading<'a>(
        &self,
        linter: &Linter<'a>,
        class: ClassId,
        named: Port,
    ) -> Option<(ServiceId, &'a ServicePort, Port)> {
        let (cluster, index) = (&linter.analysis.cluster, &linter.analysis.index);
        let pod = *index.classes()[class].pods().first()?;
        let mut services = self.services.get(&named)?.iter().rev();
        services.find_map(|id| {
            self.behind.get(id).filter(|behind| behind.contains(class))?;
            let mut ports = cluster.services[*id].ports.iter().filter(|port| port.port == named);
            let port = ports.next_back()?;
            Some((*id, port, cluster.target_on(port, pod)?))
        })
    }
}

/// The classes of the pods that a service selects.
fn behind(linter: &Linter<'_>, service: &Service) -> Option<BitSet> {
    let Backends::Selected(pods) = &service.backends else { return None };
    let index = &linter.analysis.index;
    let mut classes = BitSet::none(index.classes().len());
    pods.iter().for_each(|pod| classes.insert(index.class_of_pod(*pod)));
    Some(classes)
}

/// Where a service's port leads on the pods behind it: what it calls by name, each may have elsewhere.
fn targets(linter: &Linter<'_>, port: &ServicePort, behind: &BitSet) -> Vec<(Port, BitSet)> {
    let (cluster, index) = (&linter.analysis.cluster, &linter.analysis.index);
    let mut found: Map<Port, BitSet> = Map::new();
    if let TargetPort::Number(number) = port.target {
        return vec![(Port { protocol: port.port.protocol, number }, behind.clone())];
    }
    for class in behind.iter::<ClassId>() {
        let pod = index.classes()[class].pods().first();
        if let Some(target) = pod.and_then(|pod| cluster.target_on(port, *pod)) {
            found.or_insert_with(target, || BitSet::none(behind.size())).insert(class);
        }
    }
    found.into_iter().collect()
}

/// Where a port stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    rule: RuleAt<'a>,
    /// From 0, in the rule.
    port: usize,
    at: Location,
}

/// A rule's port that none of its destinations has, and that a service of theirs turns into another.
fn service_port_named(
    linter: &mut Linter<'_>,
    lint: &Lint,
    Place { rule, port, at }: Place<'_>,
    named: Port,
    (service, translated_at, target): (ServiceId, Option<Location>, Port),
) {
    let cluster = &linter.analysis.cluster;
    let fix = linter.edit(rule.policy, |editor, object| {
        let ports = rule_node(object, rule.direction, rule.at)?.get("ports")?;
        let number = ports.item(port)?.get("port")?;
        let title = format!("Use port {}", target.number);
        let edit = editor.replace(number, &Yaml::Int(i64::from(target.number)));
        Some(Fix { title, edits: vec![edit], keeps_meaning: false })
    });
    let service = &cluster.services[service];
    let name = format!("{}/{}", cluster.namespaces[service.namespace].name, service.name);
    let message = format!("{named} is the port of service `{name}`: its pods listen on {}", target.number);
    let mut found = lint
        .at(at, message)
        .with_help(format!("a policy sees the pod's own port: use {}", target.number))
        .with_fix(fix);
    if let Some(at) = translated_at {
        found = found.with_related(at, "it is translated here");
    }
    linter.say(found);
}
