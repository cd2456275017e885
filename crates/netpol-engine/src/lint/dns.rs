//! Lints of name resolution: half of all confusion about policies.

use std::net::IpAddr;

use netpol_syntax::Fix;
use netpol_syntax::order::Map;

use crate::evaluate::{Flow, Side};
use crate::index::CombinationId;
use crate::model::{
    Backends, Direction, Endpoint, NAMESPACE_NAME_LABEL, PeerKind, Phase, PodId, PodNetwork, PolicyId,
    WorkloadId,
};
use crate::ports::{Port, PortSet, Protocol};
use crate::suggest::write;

use super::registry::{DNS_FORGOTTEN, DNS_TCP};
use super::{Linter, rule_node};

/// What DNS is asked on.
struct Dns {
    pods: Vec<PodId>,
    udp: Port,
    tcp: Option<Port>,
}

pub(super) fn check(linter: &mut Linter<'_>) {
    let Some(dns) = dns(linter) else { return };
    let analysis = linter.analysis;
    let mut forgotten: Map<PolicyId, Vec<WorkloadId>> = Map::new();
    let mut without_tcp: Map<(PolicyId, usize), Vec<WorkloadId>> = Map::new();
    // What a pod may ask is decided by the policies that isolate it, which most pods share with others.
    let isolation = analysis.index.isolation(Direction::Egress);
    let mut known: Map<CombinationId, (Asks, Option<Asks>)> = Map::new();
    for (id, class) in analysis.index.classes().iter() {
        let Some(source) = class.pods().first().copied() else { continue };
        let pod = &analysis.cluster.pods[source];
        if pod.network == PodNetwork::Host || pod.phase == Phase::Finished || dns.pods.contains(&source) {
            continue;
        }
        let (udp, tcp) = known.or_insert_with(isolation.combination(id), || {
            let tcp = dns.tcp.map(|tcp| asks(linter, source, &dns.pods, tcp));
            (asks(linter, source, &dns.pods, dns.udp), tcp)
        });
        match udp {
            Asks::Freely => {}
            Asks::Not(by) => {
                // A pod that may send to no one is closed on purpose; one that may send to some needs their names.
                let rules =
                    |policy: &&PolicyId| !analysis.cluster.policies[**policy].egress.rules().is_empty();
                if let Some(policy) = by.iter().find(rules).filter(|_| !asks_elsewhere(linter, by)) {
                    add(forgotten.or_default(*policy), pod.workload);
                }
            }
            Asks::By(policy, rule) => {
                if let Some(Asks::Not(_)) = tcp {
                    add(without_tcp.or_default((*policy, *rule)), pod.workload);
                }
            }
        }
    }
    for (policy, workloads) in forgotten {
        say_forgotten(linter, &dns, policy, &workloads);
    }
    for ((policy, rule), workloads) in without_tcp {
        say_without_tcp(linter, &dns, policy, rule, &workloads);
    }
}

fn add(workloads: &mut Vec<WorkloadId>, workload: WorkloadId) {
    if !workloads.contains(&workload) {
        workloads.push(workload);
    }
}

/// The pods behind the DNS service, and their ports.
fn dns(linter: &Linter<'_>) -> Option<Dns> {
    let cluster = &linter.analysis.cluster;
    let service = &cluster.services[cluster.dns_service()?];
    let Backends::Selected(pods) = &service.backends else { return None };
    let first = *pods.first()?;
    let target = |protocol| {
        let asked = Port { protocol, number: 53 };
        let port = service.ports.iter().find(|port| port.port == asked)?;
        cluster.target_on(port, first)
    };
    Some(Dns { pods: pods.clone(), udp: target(Protocol::Udp)?, tcp: target(Protocol::Tcp) })
}

/// Whether a pod's egress lets it ask any of the DNS pods.
enum Asks {
    /// Nothing isolates it.
    Freely,
    /// By this rule.
    By(PolicyId, usize),
    /// These policies keep it from that.
    Not(Vec<PolicyId>),
}

fn asks(linter: &Linter<'_>, source: PodId, pods: &[PodId], port: Port) -> Asks {
    let mut closed = Vec::new();
    for pod in pods {
        let flow = Flow { from: Endpoint::Pod(source), to: Endpoint::Pod(*pod), port };
        match linter.analysis.evaluate(flow).egress {
            Side::Isolated { grants, by } => match grants.first() {
                Some(grant) => return Asks::By(grant.policy, grant.rule),
                None => closed = by,
            },
            Side::Open | Side::Outside | Side::HostNetwork => return Asks::Freely,
        }
    }
    Asks::Not(closed)
}

/// Whether one of these policies lets ask a DNS that is no pod of the cluster as it is modelled: the cache of each node, which
/// listens on a link-local address (<https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/>), or OpenShift's, whose
/// pods listen on 5353 (<https://docs.openshift.com/container-platform/latest/networking/networking_operators/dns-operator.html>).
fn asks_elsewhere(linter: &Linter<'_>, policies: &[PolicyId]) -> bool {
    let openshift = [(NAMESPACE_NAME_LABEL, "openshift-dns")].into_iter().collect();
    let cluster = &linter.analysis.cluster;
    let mut rules = policies.iter().flat_map(|policy| cluster.policies[*policy].egress.rules());
    // Whoever means DNS writes its port, by number: what a name stands for there is not known.
    rules.any(|rule| {
        let ports = if rule.ports.is_some() { rule.ports_on(&[]) } else { PortSet::none() };
        let allows = |number| ports.contains(Port { protocol: Protocol::Udp, number });
        rule.peers.iter().flatten().any(|peer| match &peer.kind {
            PeerKind::Block(block) => {
                matches!(block.cidr.network(), IpAddr::V4(first) if first.is_link_local()) && allows(53)
            }
            PeerKind::Namespaces(namespaces) | PeerKind::PodsInNamespaces { namespaces, .. } => {
                namespaces.matches(&openshift) && allows(5353)
            }
            PeerKind::Pods(_) => false,
        })
    })
}

fn say_forgotten(linter: &mut Linter<'_>, dns: &Dns, policy: PolicyId, workloads: &[WorkloadId]) {
    let cluster = &linter.analysis.cluster;
    let own = cluster.policies[policy].namespace;
    let fix = dns.pods.first().and_then(|first| {
        let peer = write::workload_peer(cluster, own, cluster.pods[*first].workload);
        let ports: PortSet = std::iter::once(dns.udp).chain(dns.tcp).collect();
        let rule = write::rule(Direction::Egress, vec![peer], &ports);
        let edits =
            linter.edit(policy, |editor, object| editor.append(object.get("spec")?, "egress", vec![rule]))?;
        Some(Fix { title: "Allow DNS".to_owned(), edits, keeps_meaning: false })
    });
    let names = linter.names_of(workloads);
    let message = format!(
        "{names} may send out only what policies allow, and none allows to ask DNS: no name resolves"
    );
    let help = format!("add a rule for {} of the DNS pods in `kube-system`", dns.udp);
    linter.say(DNS_FORGOTTEN.at(cluster.policies[policy].name_at, message).with_help(help).with_fix(fix));
}

fn say_without_tcp(
    linter: &mut Linter<'_>,
    dns: &Dns,
    policy: PolicyId,
    rule: usize,
    workloads: &[WorkloadId],
) {
    let Some(tcp) = dns.tcp else { return };
    let rules = linter.analysis.cluster.policies[policy].egress.rules();
    let Some(place) = rules.get(rule).map(|rule| rule.at) else { return };
    let fix = linter.edit(policy, |editor, object| {
        let rule = rule_node(object, Direction::Egress, rule)?;
        let edits = editor.append(rule, "ports", vec![write::port(tcp)])?;
        Some(Fix { title: format!("Allow {tcp} as well"), edits, keeps_meaning: false })
    });
    let message = format!(
        "{} may ask DNS over UDP alone: an answer that is too long for it never comes",
        linter.names_of(workloads)
    );
    linter.say(DNS_TCP.at(place, message).with_help(format!("allow {tcp} beside {}", dns.udp)).with_fix(fix));
}
