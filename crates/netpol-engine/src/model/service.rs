//! Services, as types.

use std::net::IpAddr;
use std::sync::Arc;

use netpol_syntax::Location;

use crate::ports::Port;

use super::{AddressOrigin, NamespaceId, PodId};

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its namespace.
    pub namespace: NamespaceId,
    /// Its name.
    pub name: Arc<str>,
    /// What it does with a connection.
    pub kind: ServiceKind,
    /// The pods behind it, ready or not, ascending.
    pub backends: Backends,
    /// Whether DNS names pods that are not ready, too (`publishNotReadyAddresses`).
    pub publishes_not_ready: bool,
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// The object; `None` for the cluster's own DNS where that is made up.
    pub at: Option<Location>,
}

/// What a service does with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceKind {
    /// It has addresses, and translates what comes to them.
    Proxied {
        /// Its addresses within the cluster.
        cluster_ips: Vec<IpAddr>,
        /// Where they come from.
        address_origin: AddressOrigin,
        /// How it can be reached from outside, if at all.
        exposure: Exposure,
    },
    /// `clusterIP: None`: its name stands for its pods' addresses, and nothing is translated.
    Headless,
    /// `ExternalName`: its name stands for another name.
    ExternalName(Arc<str>),
}

/// How clients outside the cluster can reach a service.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Exposure {
    /// Addresses of its own outside: the load balancer's and `externalIPs`.
    pub addresses: Vec<IpAddr>,
    /// What makes it reachable, if anything does.
    pub by: ExposedBy,
    /// What the pod sees as the source of such a connection.
    pub traffic: ExternalTraffic,
}

/// What makes a service reachable from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ExposedBy {
    /// Nothing.
    #[default]
    Nothing,
    /// A port on every node.
    NodePort,
    /// A load balancer in front of the nodes.
    LoadBalancer,
    /// `externalIPs`.
    ExternalIps,
}

/// `externalTrafficPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ExternalTraffic {
    /// Any node may take it and pass it on, so that the pod may see a node's address.
    #[default]
    Cluster,
    /// Only the pod's own node takes it, and the client's address stays.
    Local,
}

/// What stands behind a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backends {
    /// The pods that its selector matches, ascending.
    Selected(Vec<PodId>),
    /// No selector: what `EndpointSlice` and `Endpoints` objects of the input name.
    Listed(Vec<ListedEndpoint>),
}

/// An endpoint that an `EndpointSlice` or `Endpoints` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedEndpoint {
    /// Its address.
    pub address: IpAddr,
    /// The slice's ports: the service port's name and the number at the endpoint.
    pub ports: Arc<[(Arc<str>, Port)]>,
}

/// A port of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePort {
    /// Its name; empty where it has none.
    pub name: Arc<str>,
    /// Where clients knock.
    pub port: Port,
    /// Where it leads on each pod.
    pub target: TargetPort,
    /// The port on every node, where there is one.
    pub node_port: Option<u16>,
    /// Where it is written.
    pub at: Option<Location>,
}

/// Where a service's port leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetPort {
    /// The same number on every pod.
    Number(u16),
    /// Whatever port each pod gives this name, with the same protocol.
    Name(Arc<str>),
}
