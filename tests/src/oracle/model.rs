//! The oracle's own picture of a cluster: as many fields as network policies can depend on, and no more.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Block;

/// Labels of an object.
pub type Labels = BTreeMap<String, String>;

/// All that decides who reaches whom.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    /// Namespaces with labels of their own. One that pods or policies name and that is not here has only the
    /// label that every namespace has.
    pub namespaces: Vec<Namespace>,
    /// The machines that pods may be placed on.
    pub nodes: Vec<Node>,
    /// Every pod, finished ones too.
    pub pods: Vec<Pod>,
    /// Every policy, each of a name that is unique in its namespace.
    pub policies: Vec<Policy>,
}

/// A namespace.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Its labels but for `kubernetes.io/metadata.name`, which every namespace carries.
    pub labels: Labels,
}

/// A machine.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name, as pods have it in `spec.nodeName`.
    pub name: String,
    /// Its addresses, at least one.
    pub ips: Vec<IpAddr>,
    /// Whether there is a `Node` object; without one only the `hostIP` of pods tells of it.
    pub declared: bool,
}

/// A pod.
#[derive(Clone, Debug)]
pub struct Pod {
    /// Its namespace.
    pub namespace: String,
    /// Its name, unique in the namespace.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
    /// Its addresses, at least one, at most one of each family.
    pub ips: Vec<IpAddr>,
    /// The ports that its containers declare.
    pub ports: Vec<ContainerPort>,
    /// Whether it lives in its node's network, at its node's addresses.
    pub host_network: bool,
    /// The name of its node, where that is known.
    pub node: Option<String>,
    /// Where in its life it is.
    pub phase: Phase,
}

/// `status.phase` of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not all of its containers have started.
    Pending,
    /// At work.
    Running,
    /// Ended well.
    Succeeded,
    /// Ended badly.
    Failed,
}

/// A port that a container declares.
#[derive(Clone, Debug)]
pub struct ContainerPort {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its number.
    pub number: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// The sort of container that declares it.
    pub container: Container,
}

/// The sorts of container in a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// One of `containers`.
    Main,
    /// One of `initContainers` with `restartPolicy: Always`, which runs for as long as the pod does.
    Sidecar,
    /// Any other of `initContainers`: it has ended when the pod gets to work, and its ports with it.
    Init,
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP, and what is meant where nothing is said.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// The API's spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

/// A `NetworkPolicy`.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The pods of its namespace that it is about.
    pub pod_selector: Selector,
    /// `policyTypes`, or nothing where that is left to the default.
    pub policy_types: Option<Vec<Direction>>,
    /// Its ingress rules.
    pub ingress: Vec<Rule>,
    /// Its egress rules.
    pub egress: Vec<Rule>,
}

/// A direction of traffic, seen from the pod that a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Into the pod.
    Ingress,
    /// Out of the pod.
    Egress,
}

/// One rule of a policy.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// `from` or `to`; empty for anyone.
    pub peers: Vec<Peer>,
    /// `ports`; empty for all.
    pub ports: Vec<PolicyPort>,
}

/// One item of `from` or `to`.
#[derive(Clone, Debug)]
pub enum Peer {
    /// `podSelector` alone: pods of the policy's own namespace.
    Pods(Selector),
    /// `namespaceSelector` alone: every pod of those namespaces.
    Namespaces(Selector),
    /// Both: those pods of those namespaces.
    PodsOfNamespaces {
        /// `podSelector`
        pods: Selector,
        /// `namespaceSelector`
        namespaces: Selector,
    },
    /// `ipBlock`
    IpBlock {
        /// The addresses.
        cidr: Block,
        /// Those of them that are not meant, each strictly inside `cidr`.
        except: Vec<Block>,
    },
}

/// One item of `ports`.
#[derive(Clone, Debug)]
pub struct PolicyPort {
    /// `protocol`, or nothing where it is left to the default.
    pub protocol: Option<Protocol>,
    /// `port`, or nothing for every port of the protocol.
    pub port: Option<PortRef>,
    /// `endPort`, the last of a range; only with a numeric `port` that is no greater.
    pub end_port: Option<u16>,
}

/// How a policy says which port it means.
#[derive(Clone, Debug)]
pub enum PortRef {
    /// By number.
    Number(u16),
    /// By the name that the destination pod gives it.
    Name(String),
}

/// A label selector. An empty one matches everything.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    /// `matchLabels`
    pub labels: Labels,
    /// `matchExpressions`
    pub expressions: Vec<Requirement>,
}

/// One of `matchExpressions`.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// What must hold for its value.
    pub operator: Operator,
    /// The values: some for `In` and `NotIn`, none for the other two.
    pub values: Vec<String>,
}

/// What a [`Requirement`] asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The label is there, with one of the values.
    In,
    /// The label is absent, or has none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is absent.
    DoesNotExist,
}

impl Operator {
    /// The API's spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "In",
            Self::NotIn => "NotIn",
            Self::Exists => "Exists",
            Self::DoesNotExist => "DoesNotExist",
        }
    }
}
