//! Lints of `ipBlock`.

use std::net::IpAddr;

use netpol_syntax::Location;

use crate::model::{
    AddressOrigin, Backends, Block, Direction, ExposedBy, ExternalTraffic, PeerKind, Pod, Service,
    ServiceKind, WorkloadId,
};

use super::registry::{BLOCK_BEHIND_BALANCER, BLOCK_OVER_PODS};
use super::{Linter, RuleAt, is_selectable};

pub(super) fn check(linter: &mut Linter<'_>) {
    for rule in linter.rules() {
        for peer in rule.rule.peers.iter().flatten() {
            // A block of all addresses is not meant for anyone in particular.
            if let PeerKind::Block(block) = &peer.kind
                && block.cidr.prefix_len() > 0
                && !over_pods(linter, block, peer.at)
            {
                behind_balancer(linter, rule, peer.at);
            }
        }
    }
}

/// A block that holds pods' addresses.
fn over_pods(linter: &mut Linter<'_>, block: &Block, at: Location) -> bool {
    let cluster = &linter.analysis.cluster;
    let mut workloads: Vec<WorkloadId> = Vec::new();
    let mut example: Option<IpAddr> = None;
    // An address that was made up here says nothing of the cluster's own.
    let is_given = |pod: &&Pod| is_selectable(pod) && pod.address_origin == AddressOrigin::Given;
    for pod in cluster.pods.rows().iter().filter(is_given) {
        let Some(address) = pod.addresses.iter().find(|address| block.contains(address)) else { continue };
        example = example.or(Some(*address));
        if !workloads.contains(&pod.workload) {
            workloads.push(pod.workload);
        }
    }
    let Some(example) = example else { return false };
    let message =
        format!("{} has addresses of pods, such as {example}: {}", block.cidr, linter.names_of(&workloads));
    let found = BLOCK_OVER_PODS
        .at(at, message)
        .with_help("pods get other addresses when they are made anew: select them by their labels");
    linter.say(found);
    true
}

/// A block of clients that come through a service which may hide their addresses.
fn behind_balancer(linter: &mut Linter<'_>, rule: RuleAt<'_>, at: Location) {
    if rule.direction != Direction::Ingress {
        return;
    }
    let analysis = linter.analysis;
    let subjects = &analysis.index.compiled(rule.policy).subjects;
    let hides = |service: &Service| {
        let ServiceKind::Proxied { exposure, .. } = &service.kind else { return false };
        matches!(exposure.by, ExposedBy::LoadBalancer | ExposedBy::NodePort)
            && exposure.traffic == ExternalTraffic::Cluster
    };
    let is_before = |service: &&Service| match &service.backends {
        Backends::Selected(pods) => {
            pods.iter().any(|pod| subjects.contains(analysis.index.class_of_pod(*pod)))
        }
        Backends::Listed(_) => false,
    };
    let Some(service) = analysis.cluster.services.rows().iter().filter(|it| hides(it)).find(is_before) else {
        return;
    };
    let name = format!("{}/{}", analysis.cluster.namespaces[service.namespace].name, service.name);
    let message =
        format!("clients that come through service `{name}` may have a node's address here, not their own");
    let mut found = BLOCK_BEHIND_BALANCER
        .at(at, message)
        .with_help("set `externalTrafficPolicy: Local` on the service, which keeps the client's address");
    if let Some(at) = service.at {
        found = found.with_related(at, "this service");
    }
    linter.say(found);
}
