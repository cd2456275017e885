//! Lints of `ipBlock`.

use netpol_syntax::Location;
use netpol_syntax::order::Map;

use crate::bits::BitSet;
use crate::index::ClassId;
use crate::model::{
    AddressOrigin, Backends, Block, Direction, ExposedBy, ExternalTraffic, PeerKind, Pod, PolicyId, Service,
    ServiceId, ServiceKind,
};

use super::registry::{BLOCK_BEHIND_BALANCER, BLOCK_OVER_PODS};
use super::{Linter, is_selectable};

pub(super) fn check(linter: &mut Linter<'_>) {
    let known = Known::new(linter);
    // Rules come policy by policy.
    let mut hiding: Option<(PolicyId, Option<ServiceId>)> = None;
    for rule in linter.rules() {
        let peers = rule.rule.peers.iter().flatten().zip(&rule.compiled.peers);
        for (peer, members) in peers {
            // A block of all addresses is not meant for anyone in particular.
            if let PeerKind::Block(block) = &peer.kind
                && block.cidr.prefix_len() > 0
                && !over_pods(linter, &known, block, members, peer.at)
            {
                if rule.direction != Direction::Ingress {
                    continue;
                }
                let (_, service) = match hiding.filter(|(policy, _)| *policy == rule.policy) {
                    Some(known) => known,
                    None => *hiding.insert((rule.policy, known.hiding(linter, rule.policy))),
                };
                if let Some(service) = service {
                    behind_balancer(linter, service, peer.at);
                }
            }
        }
    }
}

/// What is looked up for every block.
struct Known {
    /// The classes with pods that have an address of the input's. One that was made up here says nothing of the
    /// cluster's own.
    addressed: BitSet,
    /// The first service that may hide the addresses of clients, for each class that it leads to.
    hiding: Map<ClassId, ServiceId>,
}

impl Known {
    fn new(linter: &Linter<'_>) -> Self {
        let (cluster, index) = (&linter.analysis.cluster, &linter.analysis.index);
        let mut addressed = BitSet::none(index.classes().len());
        for (class, pods) in index.classes().iter() {
            if pods.pods().iter().any(|pod| has_address(&cluster.pods[*pod])) {
                addressed.insert(class);
            }
        }
        let mut hiding = Map::new();
        for (id, service) in cluster.services.iter().filter(|(_, service)| hides_clients(service)) {
            if let Backends::Selected(pods) = &service.backends {
                for pod in pods {
                    hiding.or_insert_with(index.class_of_pod(*pod), || id);
                }
            }
        }
        Self { addressed, hiding }
    }

    /// The first service before pods of a policy that may hide the addresses of clients.
    fn hiding(&self, linter: &Linter<'_>, policy: PolicyId) -> Option<ServiceId> {
        if self.hiding.is_empty() {
            return None;
        }
        let subjects = &linter.analysis.index.compiled(policy).subjects;
        subjects.iter::<ClassId>().filter_map(|class| self.hiding.get(&class)).min().copied()
    }
}

fn has_address(pod: &Pod) -> bool {
    is_selectable(pod) && pod.address_origin == AddressOrigin::Given
}

fn hides_clients(service: &Service) -> bool {
    let ServiceKind::Proxied { exposure, .. } = &service.kind else { return false };
    matches!(exposure.by, ExposedBy::LoadBalancer | ExposedBy::NodePort)
        && exposure.traffic == ExternalTraffic::Cluster
}

/// A block that holds pods' addresses, of which `members` are those within it.
fn over_pods(linter: &mut Linter<'_>, known: &Known, block: &Block, members: &BitSet, at: Location) -> bool {
    let (cluster, index) = (&linter.analysis.cluster, &linter.analysis.index);
    let Some(class) = members.intersection(&known.addressed).iter::<ClassId>().next() else { return false };
    let example = index.classes()[class].pods().iter().find_map(|pod| {
        let pod = Some(&cluster.pods[*pod]).filter(|pod| has_address(pod))?;
        Some((pod.workload, pod.addresses.iter().find(|address| block.contains(address))?))
    });
    let Some((workload, address)) = example else { return false };
    let of = cluster.workload_name(workload);
    let message = format!("{} has addresses of pods, such as {address} of `{of}`", block.cidr);
    let found = BLOCK_OVER_PODS
        .at(at, message)
        .with_help("pods get other addresses when they are made anew: select them by their labels");
    linter.say(found);
    true
}

/// A block of clients that come through a service which may hide their addresses.
fn behind_balancer(linter: &mut Linter<'_>, service: ServiceId, at: Location) {
    let cluster = &linter.analysis.cluster;
    let service = &cluster.services[service];
    let name = format!("{}/{}", cluster.namespaces[service.namespace].name, service.name);
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
