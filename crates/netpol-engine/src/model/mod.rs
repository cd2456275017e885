//! The cluster that the manifests describe, valid throughout: what is wrong in the input was said and
//! left out when this was built, so that no later stage can fail.

mod addresses;
mod build;
mod distinct;
mod labels;
mod names;
mod owners;
mod pods;
mod policies;
mod policy;
mod service;
mod services;
mod workloads;

use std::net::IpAddr;
use std::sync::Arc;

use netpol_syntax::Location;
use netpol_syntax::order::{Map, sort_by_key};

pub use crate::manifest::{ContainerPort, Phase, PodNetwork};
use crate::places::Places;
use crate::ports::{Port, PortSet, Protocol};
use crate::table::{Table, id};

pub use addresses::{POD_NETWORK, SERVICE_NETWORK};
pub use build::build;
pub(crate) use build::{Base, SettledPolicies, build_base, set_policies};
pub(crate) use labels::Wanted;
pub use labels::{Labels, NAMESPACE_NAME_LABEL, Operator, Requirement, Selector};
pub use policy::{Block, Direction, Peer, PeerKind, Policy, PortMatch, PortRule, Rule, Section};
pub use service::{
    Backends, ExposedBy, Exposure, ExternalTraffic, ListedEndpoint, Service, ServiceKind, ServicePort,
    TargetPort,
};
use services::DNS_SERVICE_NAME;

/// The namespace of the cluster's own parts, its DNS among them.
pub const SYSTEM_NAMESPACE: &str = "kube-system";

id!(
    /// A namespace of a [`Cluster`].
    NamespaceId
);
id!(
    /// A node of a [`Cluster`].
    NodeId
);
id!(
    /// A workload of a [`Cluster`].
    WorkloadId
);
id!(
    /// A pod of a [`Cluster`].
    PodId
);
id!(
    /// A service of a [`Cluster`].
    ServiceId
);
id!(
    /// A policy of a [`Cluster`].
    PolicyId
);

/// Everything that decides who reaches whom.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    /// In the order in which the input first speaks of them; the system's own last where it is made up.
    pub namespaces: Table<NamespaceId, Namespace>,
    /// Machines that the input names, by `Node` objects or by its pods' `nodeName` and `hostIP`.
    pub nodes: Table<NodeId, Node>,
    /// What the diagram draws: pods of one controller, or lone pods that are alike.
    pub workloads: Table<WorkloadId, Workload>,
    /// Every pod, generated ones included.
    pub pods: Table<PodId, Pod>,
    /// Every service.
    pub services: Table<ServiceId, Service>,
    /// Every policy that the API server would take.
    pub policies: Table<PolicyId, Policy>,
    /// Policies that it would refuse, by namespace and name; they take no part in any verdict.
    pub refused: Vec<RefusedPolicy>,
    holders: Map<IpAddr, PodId>,
}

/// A namespace.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// Its name.
    pub name: Arc<str>,
    /// Its labels, [`NAMESPACE_NAME_LABEL`] always among them.
    pub labels: Labels,
    /// The object; `None` for one that is used but not declared.
    pub at: Option<Location>,
}

impl Namespace {
    /// Whether it holds the cluster's own parts.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.name.as_ref() == SYSTEM_NAMESPACE
    }
}

/// A machine that pods run on.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name; its address where the input gives no name.
    pub name: Arc<str>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// Pods that the diagram draws as one.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Its namespace.
    pub namespace: NamespaceId,
    /// The controller's name, or that of the first of the lone pods.
    pub name: Arc<str>,
    /// What it is: `Deployment`, `Pod`, …, as the API names kinds.
    pub kind: &'static str,
    /// Its pods, ascending; never empty.
    pub pods: Vec<PodId>,
    /// Where it is written: the controller, or else the first pod.
    pub at: Option<Location>,
    /// The labels of its pods where they agree, without those that a controller writes for itself.
    pub labels: Labels,
    /// The ports it serves: what its pods declare and what services translate to.
    pub serves: Serves,
}

/// The ports that an arrow to a workload is about, unless other ones are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serves {
    /// Nothing says which: the whole set counts.
    Unknown,
    /// These, ascending, at least one.
    Ports(Vec<Port>),
}

impl Serves {
    /// The ports that are asked about: everything where nothing says which.
    #[must_use]
    pub fn port_set(&self) -> PortSet {
        match self {
            Self::Unknown => PortSet::all(),
            Self::Ports(ports) => ports.iter().copied().collect(),
        }
    }
}

/// A pod, real or made from its controller's template.
#[derive(Clone, Debug)]
pub struct Pod {
    /// Its namespace.
    pub namespace: NamespaceId,
    /// Its name.
    pub name: Arc<str>,
    /// What it is drawn as.
    pub workload: WorkloadId,
    /// Its labels.
    pub labels: Labels,
    /// Where its labels are written.
    pub labels_at: Option<Location>,
    /// Its addresses, at least one; of either family.
    pub addresses: Vec<IpAddr>,
    /// Where they come from.
    pub address_origin: AddressOrigin,
    /// The container ports it declares, those of restartable init containers among them.
    pub ports: Vec<ContainerPort>,
    /// The machine it runs on, where known.
    pub node: Option<NodeId>,
    /// Whether it has a network of its own.
    pub network: PodNetwork,
    /// How far it is in its life.
    pub phase: Phase,
    /// Its name in DNS, `hostname.subdomain`, where it has one.
    pub dns_name: Option<(Arc<str>, Arc<str>)>,
    /// The pod, or the controller whose template it is made from.
    pub at: Option<Location>,
}

/// Where an address comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressOrigin {
    /// The input gives it.
    Given,
    /// Made up here from a hash of namespace and name.
    MadeUp,
}

/// A policy that the API server would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedPolicy {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name; empty where it has none.
    pub name: Arc<str>,
    /// The object.
    pub at: Location,
}

/// One end of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// A pod of the cluster.
    Pod(PodId),
    /// An address that no pod of the cluster has: outside, or a node's.
    Address(IpAddr),
}

impl Endpoint {
    /// Who has `address`: a pod, or else the address itself.
    #[must_use]
    pub fn at(cluster: &Cluster, address: IpAddr) -> Self {
        cluster.pod_at(address).map_or(Self::Address(address), Self::Pod)
    }

    /// The pod, where it is one.
    #[must_use]
    pub fn pod(self) -> Option<PodId> {
        match self {
            Self::Pod(pod) => Some(pod),
            Self::Address(_) => None,
        }
    }
}

impl Places for Cluster {
    /// Those of all but its policies.
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        for namespace in self.namespaces.rows_mut() {
            namespace.at.each_place(visit);
        }
        for workload in self.workloads.rows_mut() {
            workload.at.each_place(visit);
        }
        for pod in self.pods.rows_mut() {
            pod.labels_at.each_place(visit);
            pod.at.each_place(visit);
        }
        for service in self.services.rows_mut() {
            service.at.each_place(visit);
            service.ports.iter_mut().for_each(|port| port.at.each_place(visit));
        }
    }
}

impl Cluster {
    /// The namespace called `name`.
    #[must_use]
    pub fn namespace(&self, name: &str) -> Option<NamespaceId> {
        self.namespaces.iter().find(|(_, namespace)| namespace.name.as_ref() == name).map(|(id, _)| id)
    }

    /// The positions of `names` in the order of their namespaces' names and their own.
    fn by_name(&self, names: Vec<(NamespaceId, Arc<str>)>) -> Vec<usize> {
        let mut order: Vec<usize> = (0..names.len()).collect();
        sort_by_key(&mut order, |at| {
            names.get(*at).map(|(namespace, name)| (&self.namespaces[*namespace].name, name))
        });
        order
    }

    /// The pod that has `address`. A pod in its node's network does not hold the node's address.
    #[must_use]
    pub fn pod_at(&self, address: IpAddr) -> Option<PodId> {
        self.holders.get(&address).copied()
    }

    /// The node that has `address`.
    #[must_use]
    pub fn node_at(&self, address: IpAddr) -> Option<NodeId> {
        self.nodes.iter().find(|(_, node)| node.addresses.contains(&address)).map(|(id, _)| id)
    }

    /// The pod called `name` in `namespace`.
    #[must_use]
    pub fn pod(&self, namespace: &str, name: &str) -> Option<PodId> {
        let namespace = self.namespace(namespace)?;
        self.pods
            .iter()
            .find(|(_, pod)| pod.namespace == namespace && pod.name.as_ref() == name)
            .map(|(id, _)| id)
    }

    /// The workload called `name` in `namespace`.
    #[must_use]
    pub fn workload(&self, namespace: &str, name: &str) -> Option<WorkloadId> {
        let namespace = self.namespace(namespace)?;
        self.workloads
            .iter()
            .find(|(_, workload)| workload.namespace == namespace && workload.name.as_ref() == name)
            .map(|(id, _)| id)
    }

    /// The service called `name` in `namespace`.
    #[must_use]
    pub fn service(&self, namespace: &str, name: &str) -> Option<ServiceId> {
        let namespace = self.namespace(namespace)?;
        self.services
            .iter()
            .find(|(_, service)| service.namespace == namespace && service.name.as_ref() == name)
            .map(|(id, _)| id)
    }

    /// The service that the cluster's pods ask for names: `kube-dns`, or else the one of its namespace that
    /// takes UDP 53.
    #[must_use]
    pub fn dns_service(&self) -> Option<ServiceId> {
        let system = self.namespace(SYSTEM_NAMESPACE)?;
        let question = Port { protocol: Protocol::Udp, number: 53 };
        let takes = |service: &Service| {
            service.namespace == system && service.ports.iter().any(|port| port.port == question)
        };
        let usual = self.service(SYSTEM_NAMESPACE, DNS_SERVICE_NAME);
        usual.or_else(|| self.services.iter().find(|(_, service)| takes(service)).map(|(id, _)| id))
    }

    /// Whether a workload answers the cluster's questions for names.
    #[must_use]
    pub fn is_dns(&self, workload: WorkloadId) -> bool {
        let Some(service) = self.dns_service().map(|id| &self.services[id]) else { return false };
        let Backends::Selected(pods) = &service.backends else { return false };
        pods.iter().any(|pod| self.pods[*pod].workload == workload)
    }

    /// What a service's port leads to on one pod; `None` where the pod has no port of that name.
    #[must_use]
    pub fn target_on(&self, port: &ServicePort, pod: PodId) -> Option<Port> {
        let protocol = port.port.protocol;
        match &port.target {
            TargetPort::Number(number) => Some(Port { protocol, number: *number }),
            TargetPort::Name(name) => {
                let declared = self.pods[pod].ports.iter();
                let mut named =
                    declared.filter(|it| it.name.as_ref() == Some(name) && it.port.protocol == protocol);
                named.next().map(|declared| declared.port)
            }
        }
    }

    /// Whether a pod stands in the input; others are made from a controller's template, and so are their names.
    #[must_use]
    pub fn is_written(&self, pod: PodId) -> bool {
        let pod = &self.pods[pod];
        let workload = &self.workloads[pod.workload];
        let (Some(own), Some(controller)) = (pod.at, workload.at) else { return pod.at.is_some() };
        // Those that are made stand where their controller does, which has its name there.
        let is_within = own.file == controller.file
            && own.span.start <= controller.span.start
            && controller.span.end <= own.span.end;
        workload.kind == "Pod" || !is_within
    }

    /// The pods of a workload that send and receive: without those that have ended, unless all have.
    pub fn live_pods(&self, workload: WorkloadId) -> impl Iterator<Item = PodId> {
        let pods = || self.workloads[workload].pods.iter().copied();
        let is_live = |pod: &PodId| self.pods[*pod].phase != Phase::Finished;
        let has_live = pods().any(|pod| is_live(&pod));
        pods().filter(move |pod| !has_live || is_live(pod))
    }

    /// The blocks of addresses that policies name, in the order of the text.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        let policies = self.policies.rows().iter();
        let rules = policies.flat_map(|policy| policy.ingress.rules().iter().chain(policy.egress.rules()));
        let peers = rules.flat_map(|rule| rule.peers.iter().flatten());
        peers.filter_map(|peer| match &peer.kind {
            PeerKind::Block(block) => Some(block),
            PeerKind::Pods(_) | PeerKind::Namespaces(_) | PeerKind::PodsInNamespaces { .. } => None,
        })
    }

    /// `namespace/name` of a pod.
    #[must_use]
    pub fn pod_name(&self, pod: PodId) -> String {
        let pod = &self.pods[pod];
        format!("{}/{}", self.namespaces[pod.namespace].name, pod.name)
    }

    /// `namespace/name` of a policy.
    #[must_use]
    pub fn policy_name(&self, policy: PolicyId) -> String {
        let policy = &self.policies[policy];
        format!("{}/{}", self.namespaces[policy.namespace].name, policy.name)
    }

    /// `namespace/name` of a workload.
    #[must_use]
    pub fn workload_name(&self, workload: WorkloadId) -> String {
        let workload = &self.workloads[workload];
        format!("{}/{}", self.namespaces[workload.namespace].name, workload.name)
    }
}
