//! Workloads: which pods are drawn as one; and the names and addresses of pods that came without.

use std::net::IpAddr;
use std::sync::Arc;

use netpol_syntax::Diagnostic;
use netpol_syntax::order::{Map, Set};

use crate::table::Id;

use super::addresses::{Addresses, NODE_NETWORK, POD_NETWORK};
use super::build::Builder;
use super::owners::{Owner, POD_TEMPLATE_HASH};
use super::pods::Draft;
use super::{
    AddressOrigin, Cluster, ContainerPort, Labels, NamespaceId, Phase, Pod, PodId, PodNetwork, Serves,
    Workload, WorkloadId,
};

/// Labels that controllers write on their pods for themselves: they tell no workloads apart.
const CONTROLLER_LABELS: [&str; 10] = [
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    POD_TEMPLATE_HASH,
    "pod-template-generation",
    "statefulset.kubernetes.io/pod-name",
];

/// What makes pods one workload: their controller, or else that nothing tells them apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Grouping {
    Controller(Owner),
    Lone {
        namespace: NamespaceId,
        labels: Labels,
        ports: Vec<ContainerPort>,
        network: PodNetwork,
        finished: bool,
    },
}

impl Grouping {
    fn of(draft: &Draft) -> Self {
        match &draft.owner {
            Some(owner) => Self::Controller(owner.clone()),
            None => Self::Lone {
                namespace: draft.namespace,
                labels: draft.labels.clone(),
                ports: draft.ports.clone(),
                network: draft.network,
                finished: draft.phase == Phase::Finished,
            },
        }
    }
}

/// Gives every draft its name, its address and its workload, and adds it to the cluster.
pub(super) fn add(builder: &mut Builder, mut drafts: Vec<Draft>) {
    settle_names(&mut drafts);
    let origins = give_addresses(&builder.cluster, &mut drafts);
    let mut known: Map<Grouping, WorkloadId> = Map::new();
    // Pods of one controller stand together, so that most are of the workload of the one before.
    let mut last: Option<(Owner, WorkloadId)> = None;
    for (draft, address_origin) in drafts.into_iter().zip(origins) {
        let workload = match &last {
            Some((owner, workload)) if draft.owner.as_ref() == Some(owner) => *workload,
            _ => *known
                .or_insert_with(Grouping::of(&draft), || builder.cluster.workloads.push(workload_of(&draft))),
        };
        last = draft.owner.clone().map(|owner| (owner, workload));
        if draft.network == PodNetwork::Own && draft.phase != Phase::Finished {
            hold(builder, &draft, PodId::new(builder.cluster.pods.len()));
        }
        let pod = builder.cluster.pods.push(Pod {
            namespace: draft.namespace,
            name: draft.name,
            workload,
            labels: draft.labels,
            labels_at: draft.labels_at,
            addresses: draft.addresses,
            address_origin,
            ports: draft.ports,
            node: draft.node,
            network: draft.network,
            phase: draft.phase,
            dns_name: draft.dns_name,
            at: draft.at,
        });
        builder.cluster.workloads[workload].pods.push(pod);
    }
    tell_apart(&mut builder.cluster);
    for workload in builder.cluster.workloads.ids() {
        share_labels(&mut builder.cluster, workload);
    }
}

/// Workloads of one namespace that share a name are told apart by their kinds, all but the first:
/// `statefulset.db` beside `db`.
fn tell_apart(cluster: &mut Cluster) {
    let mut taken: Set<(NamespaceId, Arc<str>)> = Set::new();
    for id in cluster.workloads.ids() {
        let workload = &mut cluster.workloads[id];
        let kind = workload.kind.to_ascii_lowercase();
        while !taken.insert((workload.namespace, workload.name.clone())) {
            workload.name = format!("{kind}.{}", workload.name).into();
        }
    }
}

fn workload_of(draft: &Draft) -> Workload {
    let (kind, name) = match &draft.owner {
        Some((kind, _, name)) => (*kind, name.clone()),
        None => ("Pod", draft.name.clone()),
    };
    Workload {
        namespace: draft.namespace,
        name,
        kind,
        pods: Vec::new(),
        at: draft.controller_at.or(draft.at),
        labels: Labels::default(),
        // Services have their say in it, so that it is settled after them.
        serves: Serves::Unknown,
    }
}

/// A pod that a template makes steps aside for a real one of its name.
fn settle_names(drafts: &mut [Draft]) {
    if drafts.iter().all(|draft| draft.controller_at.is_none()) {
        return;
    }
    let real = drafts.iter().filter(|draft| draft.controller_at.is_none());
    let mut taken: Set<(NamespaceId, Arc<str>)> =
        real.map(|draft| (draft.namespace, draft.name.clone())).collect();
    for draft in drafts.iter_mut().filter(|draft| draft.controller_at.is_some()) {
        while !taken.insert((draft.namespace, draft.name.clone())) {
            draft.name = format!("{}-x", draft.name).into();
        }
    }
}

/// Gives each draft without an address one, and says which origin each has.
fn give_addresses(cluster: &Cluster, drafts: &mut [Draft]) -> Vec<AddressOrigin> {
    for draft in drafts.iter_mut().filter(|draft| draft.network == PodNetwork::Host) {
        // A pod in its node's network has its node's addresses.
        if let (true, Some(node)) = (draft.addresses.is_empty(), draft.node) {
            draft.addresses.clone_from(&cluster.nodes[node].addresses);
        }
    }
    let origins = drafts.iter().map(|draft| match draft.addresses.is_empty() {
        true => AddressOrigin::MadeUp,
        false => AddressOrigin::Given,
    });
    let origins = origins.collect();
    let given: Vec<IpAddr> = drafts.iter().flat_map(|draft| &draft.addresses).copied().collect();
    let [mut pods, mut nodes] =
        [POD_NETWORK, NODE_NETWORK].map(|network| Addresses::new(network, &mut given.iter()));
    let mut without: Vec<&mut Draft> = drafts.iter_mut().filter(|draft| draft.addresses.is_empty()).collect();
    let names = without.iter().map(|draft| (draft.namespace, Arc::clone(&draft.name))).collect();
    for at in cluster.by_name(names) {
        let Some(draft) = without.get_mut(at) else { continue };
        let addresses = if draft.network == PodNetwork::Host { &mut nodes } else { &mut pods };
        draft.addresses.push(addresses.give(&draft.namespace_name, &draft.name));
    }
    origins
}

/// Notes whose addresses these are; two pods with one address are said.
fn hold(builder: &mut Builder, draft: &Draft, pod: PodId) {
    for address in &draft.addresses {
        let holder = *builder.cluster.holders.or_insert_with(*address, || pod);
        // The pod itself, which is not there yet.
        if holder == pod {
            continue;
        }
        let (Some(at), other) = (draft.at, builder.cluster.pod_name(holder)) else { continue };
        builder.diagnostics.push(
            Diagnostic::warning(
                "duplicate-address",
                at,
                format!("`{}` has the address {address} of `{other}`", draft.name),
            )
            .with_help("give each pod an address of its own, or none: then one is made up"),
        );
    }
}

/// A workload shows the labels that all of its pods carry.
fn share_labels(cluster: &mut Cluster, workload: WorkloadId) {
    let mut pods = cluster.workloads[workload].pods.iter().map(|pod| &cluster.pods[*pod].labels);
    let Some(first) = pods.next() else { return };
    let rest: Vec<&Labels> = pods.collect();
    let shared = first.iter().filter(|(key, _)| !CONTROLLER_LABELS.contains(key));
    let shared = shared.filter(|(key, value)| rest.iter().all(|labels| labels.get(key) == Some(value)));
    let shared = shared.collect();
    cluster.workloads[workload].labels = shared;
}
