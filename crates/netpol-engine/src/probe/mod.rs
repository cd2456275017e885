//! What `curl` in a pod would see: the name is looked up, the service translated, the connection opened.

mod names;
mod target;

use std::net::IpAddr;

use netpol_syntax::order;

use crate::evaluate::{Caveat, Evaluation, Flow, evaluate};
use crate::index::Index;
use crate::model::{
    Backends, Cluster, Endpoint, ExposedBy, ExternalTraffic, POD_NETWORK, PodId, SERVICE_NETWORK, Service,
    ServiceId, ServiceKind, ServicePort,
};
use crate::outside;
use crate::ports::{Port, Protocol};

pub use names::Answer;
pub use target::{TargetError, UrlTarget};

/// A question that a person at a shell might ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Who asks.
    pub from: Endpoint,
    /// For what.
    pub target: Target,
}

/// What a probe is aimed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `curl HOST[:PORT]`: a name is looked up first, and a service's address is translated.
    Url(UrlTarget),
    /// A bare connection to a pod or an address.
    Direct(Endpoint, Port),
    /// A connection to a service's port, its name taken as known.
    Service(ServiceId, Port),
}

/// How a probe ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The connection is made.
    Ok,
    /// The question to the cluster's DNS was dropped, so that the name stays unknown.
    NoDns,
    /// DNS answers that there is no such name.
    UnknownHost,
    /// The connection's packets are dropped.
    Timeout,
    /// It is reached, and nothing listens there.
    Refused,
    /// The endpoints of a service, or the pods of a workload, differ.
    Mixed,
}

impl Outcome {
    /// `ok`, `no-dns`, `unknown-host`, `timeout`, `refused` or `mixed`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NoDns => "no-dns",
            Self::UnknownHost => "unknown-host",
            Self::Timeout => "timeout",
            Self::Refused => "refused",
            Self::Mixed => "mixed",
        }
    }

    /// The outcome of several that happen alike or not.
    #[must_use]
    pub fn of_all(outcomes: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut outcomes = outcomes.into_iter();
        let first = outcomes.next()?;
        Some(if outcomes.all(|outcome| outcome == first) { first } else { Self::Mixed })
    }
}

/// What happened, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// The steps in order; the one that failed is the last.
    pub steps: Vec<Step>,
    /// Where clusters differ, beyond the caveats of each connection.
    pub caveats: Vec<Caveat>,
}

/// One step of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A name is asked for.
    Lookup(Lookup),
    /// A service translates the connection.
    Translation(Translation),
    /// A connection is opened.
    Connection(Connection),
}

/// A name is asked for at the cluster's DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The name as it was typed.
    pub host: String,
    /// The whole name that was answered, where one was.
    pub found: Option<String>,
    /// The question to each DNS pod; none where the cluster's DNS cannot be reached at all.
    pub queries: Vec<Connection>,
    /// The answer; `None` where every question was dropped.
    pub answer: Option<Answer>,
}

/// A service's address and port become a pod's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// The service.
    pub service: ServiceId,
    /// The port that clients knock at.
    pub port: u16,
    /// What comes of it.
    pub result: Translated,
}

/// What becomes of a connection to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Translated {
    /// It goes to one of these.
    Endpoints(Vec<(Endpoint, Port)>),
    /// The service has no such port, so that nothing translates it.
    NoSuchPort,
    /// No ready pod stands behind it.
    NoEndpoints,
    /// Its address leads nowhere outside the cluster.
    NotFromOutside,
}

/// A connection is opened, after any translation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// What policies make of it.
    pub evaluation: Evaluation,
    /// How it ends: `Ok`, `Timeout` or `Refused`.
    pub outcome: Outcome,
}

/// Plays a probe.
#[must_use]
pub fn probe(cluster: &Cluster, index: &Index, probe: &Probe) -> Report {
    let mut player = Player { cluster, index, from: probe.from, steps: Vec::new(), caveats: Vec::new() };
    let outcome = match &probe.target {
        Target::Direct(to, port) => player.connect(&[(*to, *port)]),
        Target::Url(url) => player.curl(url),
        Target::Service(service, port) => match names::answer_of(cluster, *service) {
            Answer::Service(service) if !player.may_knock(service) => player.turn_away(service, *port),
            answer => player.open_named(answer, *port),
        },
    };
    let Player { steps, mut caveats, .. } = player;
    order::sort_and_dedup(&mut caveats);
    Report { outcome, steps, caveats }
}

struct Player<'a> {
    cluster: &'a Cluster,
    index: &'a Index,
    from: Endpoint,
    steps: Vec<Step>,
    caveats: Vec<Caveat>,
}

impl Player<'_> {
    fn curl(&mut self, url: &UrlTarget) -> Outcome {
        let port = Port { protocol: Protocol::Tcp, number: url.port };
        if let Ok(address) = url.host.parse::<IpAddr>() {
            return self.open_address(address, port);
        }
        if url.host.eq_ignore_ascii_case("localhost") {
            return self.connect(&[(self.from, port)]);
        }
        match self.look_up(&url.host) {
            None => Outcome::NoDns,
            Some(answer) => self.open_named(answer, port),
        }
    }

    /// Opens a connection to what a name stands for.
    fn open_named(&mut self, answer: Answer, port: Port) -> Outcome {
        match answer {
            Answer::NoSuchName => Outcome::UnknownHost,
            Answer::Service(service) => self.open_service(service, port),
            Answer::Addresses(addresses) => {
                let ends: Vec<_> =
                    addresses.iter().map(|address| (Endpoint::at(self.cluster, *address), port)).collect();
                self.connect(&ends)
            }
            Answer::External { service, .. } => {
                self.caveats.extend(service.map(|service| Caveat::ExternalName { service }));
                let anywhere = outside::internet(self.index);
                let ends: Vec<_> =
                    anywhere.iter().map(|example| (Endpoint::Address(example.address), port)).collect();
                self.connect(&ends)
            }
        }
    }

    /// Asks the cluster's DNS; `None` where it cannot be asked. Outside there is no such DNS, and no such name.
    fn look_up(&mut self, host: &str) -> Option<Answer> {
        let mut lookup = Lookup { host: host.to_owned(), found: None, queries: Vec::new(), answer: None };
        let Endpoint::Pod(source) = self.from else {
            lookup.answer = Some(Answer::NoSuchName);
            self.steps.push(Step::Lookup(lookup));
            return Some(Answer::NoSuchName);
        };
        lookup.queries = self.ask_dns(Protocol::Udp);
        let answered = lookup.queries.iter().filter(|query| query.outcome == Outcome::Ok).count();
        if answered > 0 {
            if answered < lookup.queries.len() {
                self.caveats.push(Caveat::DnsPartly);
            }
            if self.ask_dns(Protocol::Tcp).iter().all(|query| query.outcome != Outcome::Ok) {
                self.caveats.push(Caveat::DnsTcp);
            }
            let (answer, name) = resolve(self.cluster, source, host);
            (lookup.answer, lookup.found) = (Some(answer), name);
        }
        let answer = lookup.answer.clone();
        self.steps.push(Step::Lookup(lookup));
        answer
    }

    /// The question to each pod behind the DNS service.
    fn ask_dns(&self, protocol: Protocol) -> Vec<Connection> {
        let service = self.cluster.dns_service().map(|service| &self.cluster.services[service]);
        let Some(service) = service else { return Vec::new() };
        let port = service.ports.iter().find(|port| port.port == Port { protocol, number: 53 });
        let Some(port) = port else { return Vec::new() };
        let endpoints = endpoints(self.cluster, service, port);
        endpoints.into_iter().map(|(to, port)| self.connection(to, port)).collect()
    }

    fn open_address(&mut self, address: IpAddr, port: Port) -> Outcome {
        if address.is_loopback() {
            return self.connect(&[(self.from, port)]);
        }
        let holds = |service: &Service| match &service.kind {
            ServiceKind::Proxied { cluster_ips, exposure, .. } => {
                cluster_ips.contains(&address) || exposure.addresses.contains(&address)
            }
            ServiceKind::Headless | ServiceKind::ExternalName(_) => false,
        };
        if let Some((id, service)) = self.cluster.services.iter().find(|(_, service)| holds(service)) {
            let ServiceKind::Proxied { cluster_ips, exposure, .. } = &service.kind else {
                return Outcome::Timeout;
            };
            if self.is_outside() {
                if cluster_ips.contains(&address) {
                    let result = Translated::NotFromOutside;
                    self.steps.push(Step::Translation(Translation {
                        service: id,
                        port: port.number,
                        result,
                    }));
                    return Outcome::Timeout;
                }
                if exposure.traffic == ExternalTraffic::Cluster {
                    self.caveats.push(Caveat::SourceAddress { service: id });
                }
            }
            return self.open_service(id, port);
        }
        if self.cluster.node_at(address).is_some()
            && let Some((id, service_port)) = self.node_port(port)
        {
            return self.translate(id, Some(&service_port), port.number);
        }
        let to = Endpoint::at(self.cluster, address);
        if to == Endpoint::Address(address)
            && let IpAddr::V4(v4) = address
            && (POD_NETWORK.contains(&v4) || SERVICE_NETWORK.contains(&v4))
        {
            self.caveats.push(Caveat::UnknownAddress { address });
        }
        self.connect(&[(to, port)])
    }

    /// Whether the source can reach the service at all: from outside only what is exposed.
    fn may_knock(&self, service: ServiceId) -> bool {
        let exposed = match &self.cluster.services[service].kind {
            ServiceKind::Proxied { exposure, .. } => exposure.by != ExposedBy::Nothing,
            ServiceKind::Headless | ServiceKind::ExternalName(_) => true,
        };
        exposed || !self.is_outside()
    }

    /// Whether the source lies outside: a node does not, since every node knows the services.
    fn is_outside(&self) -> bool {
        match self.from {
            Endpoint::Pod(_) => false,
            Endpoint::Address(address) => self.cluster.node_at(address).is_none(),
        }
    }

    /// The service's address leads nowhere outside the cluster.
    fn turn_away(&mut self, service: ServiceId, port: Port) -> Outcome {
        let result = Translated::NotFromOutside;
        self.steps.push(Step::Translation(Translation { service, port: port.number, result }));
        Outcome::Timeout
    }

    /// The service port that takes connections to `port` of every node.
    fn node_port(&mut self, port: Port) -> Option<(ServiceId, ServicePort)> {
        for (id, service) in self.cluster.services.iter() {
            let ServiceKind::Proxied { exposure, .. } = &service.kind else { continue };
            if !matches!(exposure.by, ExposedBy::NodePort | ExposedBy::LoadBalancer) {
                continue;
            }
            let matches =
                |it: &&ServicePort| it.node_port == Some(port.number) && it.port.protocol == port.protocol;
            if let Some(found) = service.ports.iter().find(matches) {
                if exposure.traffic == ExternalTraffic::Cluster {
                    self.caveats.push(Caveat::SourceAddress { service: id });
                }
                return Some((id, found.clone()));
            }
        }
        None
    }

    fn open_service(&mut self, service: ServiceId, port: Port) -> Outcome {
        let found = self.cluster.services[service].ports.iter().find(|it| it.port == port);
        self.translate(service, found, port.number)
    }

    fn translate(&mut self, id: ServiceId, service_port: Option<&ServicePort>, port: u16) -> Outcome {
        let service = &self.cluster.services[id];
        let endpoints = service_port.map(|port| endpoints(self.cluster, service, port));
        let (result, outcome) = match &endpoints {
            None => (Translated::NoSuchPort, Some(Outcome::Timeout)),
            Some(endpoints) if endpoints.is_empty() => (Translated::NoEndpoints, Some(Outcome::Refused)),
            Some(endpoints) => (Translated::Endpoints(endpoints.clone()), None),
        };
        self.steps.push(Step::Translation(Translation { service: id, port, result }));
        let endpoints = endpoints.unwrap_or_default();
        if endpoints.iter().any(|(to, _)| *to == self.from) {
            self.caveats.push(Caveat::SelfThroughService { service: id });
        }
        outcome.unwrap_or_else(|| self.connect(&endpoints))
    }

    /// Opens a connection to each of `ends`, any of which it may be.
    fn connect(&mut self, ends: &[(Endpoint, Port)]) -> Outcome {
        let connections: Vec<Connection> =
            ends.iter().map(|(to, port)| self.connection(*to, *port)).collect();
        let outcome = Outcome::of_all(connections.iter().map(|connection| connection.outcome));
        self.steps.extend(connections.into_iter().map(Step::Connection));
        outcome.unwrap_or(Outcome::Timeout)
    }

    fn connection(&self, to: Endpoint, port: Port) -> Connection {
        let mut evaluation = evaluate(self.cluster, self.index, Flow { from: self.from, to, port });
        let outcome = match to {
            _ if !evaluation.verdict().is_allowed() => Outcome::Timeout,
            Endpoint::Pod(pod) if !listens(self.cluster, pod, port) => {
                evaluation.caveats.push(Caveat::UndeclaredPort { pod });
                Outcome::Refused
            }
            _ => Outcome::Ok,
        };
        Connection { evaluation, outcome }
    }
}

/// What the cluster's DNS answers a pod that asks for a host, and the whole name that it answers.
fn resolve(cluster: &Cluster, source: PodId, host: &str) -> (Answer, Option<String>) {
    let namespace = &cluster.namespaces[cluster.pods[source].namespace].name;
    let questions = names::questions(host, namespace).into_iter();
    let mut answers = questions.map(|name| (names::answer(cluster, &name), name));
    let found = answers.find(|(answer, _)| *answer != Answer::NoSuchName);
    found.map_or((Answer::NoSuchName, None), |(answer, name)| (answer, Some(name)))
}

/// The flows that a probe is made of if all goes well: the questions for its name, over TCP as well, and then the
/// connections to what the name stands for.
pub(crate) fn flows(cluster: &Cluster, index: &Index, asked: &Probe) -> Vec<Flow> {
    let report = probe(cluster, index, asked);
    let mut player = Player { cluster, index, from: asked.from, steps: Vec::new(), caveats: Vec::new() };
    let mut flows = Vec::new();
    let is_external = report.caveats.iter().any(|caveat| matches!(caveat, Caveat::ExternalName { .. }));
    for step in &report.steps {
        match step {
            Step::Connection(_) if is_external => {}
            Step::Lookup(lookup) => {
                flows.extend(lookup.queries.iter().map(|query| query.evaluation.flow));
                flows.extend(player.ask_dns(Protocol::Tcp).into_iter().map(|query| query.evaluation.flow));
            }
            Step::Connection(connection) => flows.push(connection.evaluation.flow),
            Step::Translation(_) => {}
        }
    }
    if let (Outcome::NoDns, Endpoint::Pod(source), Target::Url(url)) =
        (report.outcome, asked.from, &asked.target)
    {
        let port = Port { protocol: Protocol::Tcp, number: url.port };
        // What an external name leads to is not known here, so that no policy can be written for it.
        if let (answer @ (Answer::Service(_) | Answer::Addresses(_)), _) = resolve(cluster, source, &url.host)
        {
            player.open_named(answer, port);
        }
        flows.extend(player.steps.iter().filter_map(|step| match step {
            Step::Connection(connection) => Some(connection.evaluation.flow),
            Step::Lookup(_) | Step::Translation(_) => None,
        }));
    }
    flows
}

/// Whether a pod is taken to listen on a port: on those it declares, and on all where it declares none.
fn listens(cluster: &Cluster, pod: PodId, port: Port) -> bool {
    let declared = &cluster.pods[pod].ports;
    declared.is_empty() || declared.iter().any(|declared| declared.port == port)
}

/// Where a service's port leads: its ready pods that have the port, or what is listed for it.
fn endpoints(cluster: &Cluster, service: &Service, port: &ServicePort) -> Vec<(Endpoint, Port)> {
    match &service.backends {
        Backends::Selected(pods) => pods
            .iter()
            .filter(|pod| names::takes(cluster, service, **pod))
            .filter_map(|pod| Some((Endpoint::Pod(*pod), cluster.target_on(port, *pod)?)))
            .collect(),
        Backends::Listed(listed) => listed
            .iter()
            .filter_map(|endpoint| {
                let matching = |it: &&(std::sync::Arc<str>, Port)| {
                    it.0 == port.name && it.1.protocol == port.port.protocol
                };
                let (_, target) = endpoint.ports.iter().find(matching)?;
                Some((Endpoint::at(cluster, endpoint.address), *target))
            })
            .collect(),
    }
}
