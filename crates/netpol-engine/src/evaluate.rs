//! One flow to its verdict, with the evidence of both sides.
//!
//! The verdict is a function of the evidence and stands nowhere else, so that what is shown and why can
//! never differ. `matrix` answers the same question for all pairs at once from the same compiled rules.

use std::net::IpAddr;

use netpol_syntax::order;

use crate::index::Index;
use crate::model::{
    AddressOrigin, Cluster, Direction, Endpoint, NodeId, PeerKind, Phase, PodId, PodNetwork, PolicyId,
    ServiceId,
};
use crate::ports::Port;

/// A connection that is asked about: its first packet, since replies always pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// Who opens it.
    pub from: Endpoint,
    /// Who is to take it.
    pub to: Endpoint,
    /// The destination's own port, after any service has translated it.
    pub port: Port,
}

/// What becomes of a flow, and all that decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The flow.
    pub flow: Flow,
    /// What settles it without regard to policies, where anything does.
    pub exemption: Option<Exemption>,
    /// The source's side.
    pub egress: Side,
    /// The destination's side.
    pub ingress: Side,
    /// Where Kubernetes leaves it to the network plugin, the reading that was taken.
    pub caveats: Vec<Caveat>,
}

/// What settles a flow without regard to policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exemption {
    /// A pod always reaches itself (network policies page, "Prerequisites").
    SamePod,
    /// A node and the pods on it always reach each other (network policies page; API types, `spec.ingress`).
    SameNode(NodeId),
    /// The pod has ended: it sends and receives nothing.
    Finished(PodId),
}

/// One side of a flow, as the policies there see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// Not a pod, so that no policy is about it.
    Outside,
    /// A pod in its node's network, which policies pass by in the most common reading.
    HostNetwork,
    /// No policy isolates it in this direction.
    Open,
    /// Policies isolate it: it is open only to what their rules allow.
    Isolated {
        /// Those policies, in the order of the text.
        by: Vec<PolicyId>,
        /// Every rule of theirs that allows this flow.
        grants: Vec<Grant>,
    },
}

/// A rule that allows a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// The policy.
    pub policy: PolicyId,
    /// The rule, from 0, in the policy's section for this direction.
    pub rule: usize,
    /// The first of its peers that matches, from 0; `None` where it names none.
    pub peer: Option<usize>,
    /// The first of its ports that matches, from 0; `None` where it names none.
    pub port: Option<usize>,
}

impl Side {
    /// Whether the flow passes this side.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self {
            Self::Outside | Self::HostNetwork | Self::Open => true,
            Self::Isolated { grants, .. } => !grants.is_empty(),
        }
    }
}

/// The outcome of a flow, as far as policies go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passes both sides.
    Allowed,
    /// The source may not send it.
    BlockedAtEgress,
    /// The destination may not take it.
    BlockedAtIngress,
    /// Neither.
    BlockedAtBoth,
    /// One of the two pods has ended.
    NoTraffic,
}

impl Verdict {
    /// Whether it passes.
    #[must_use]
    pub fn is_allowed(self) -> bool {
        self == Self::Allowed
    }
}

impl Evaluation {
    /// What the evidence comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.exemption {
            Some(Exemption::SamePod | Exemption::SameNode(_)) => Verdict::Allowed,
            Some(Exemption::Finished(_)) => Verdict::NoTraffic,
            None => match (self.egress.passes(), self.ingress.passes()) {
                (true, true) => Verdict::Allowed,
                (false, true) => Verdict::BlockedAtEgress,
                (true, false) => Verdict::BlockedAtIngress,
                (false, false) => Verdict::BlockedAtBoth,
            },
        }
    }

    /// One of its sides.
    #[must_use]
    pub fn side(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Egress => &self.egress,
            Direction::Ingress => &self.ingress,
        }
    }
}

/// A point at which clusters differ: the reading that a verdict took may not be what a plugin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caveat {
    /// The pod uses its node's network; plugins differ in whether selectors and policies see it.
    HostNetwork {
        /// The pod.
        pod: PodId,
    },
    /// An `ipBlock` covers a pod's address, which the documentation advises against.
    BlockOverPod {
        /// The policy.
        policy: PolicyId,
        /// The direction of the rule.
        direction: Direction,
        /// The rule, from 0.
        rule: usize,
        /// The peer, from 0.
        peer: usize,
    },
    /// An `ipBlock` is held against an address that was made up here.
    MadeUpAddress {
        /// The pod that got it.
        pod: PodId,
    },
    /// Which address the pod sees as the source depends on `externalTrafficPolicy` and the plugin.
    SourceAddress {
        /// The service it comes through.
        service: ServiceId,
    },
    /// A pod reaches itself through its own service: plugins differ.
    SelfThroughService {
        /// The service.
        service: ServiceId,
    },
    /// The pod declares ports, but not this one. Declaring is informational: it may listen all the same.
    UndeclaredPort {
        /// The pod.
        pod: PodId,
    },
    /// No pod or service of the input has this address, though it lies in the cluster's own networks.
    UnknownAddress {
        /// The address.
        address: IpAddr,
    },
    /// DNS answers over UDP; TCP 53, which serves answers that are too long for it, is blocked.
    DnsTcp,
    /// Only some of the DNS pods can be asked, so that look-ups fail now and then.
    DnsPartly,
    /// What an external name leads to is not known here.
    ExternalName {
        /// The service.
        service: ServiceId,
    },
}

impl Caveat {
    /// Its stable name, in kebab case.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::HostNetwork { .. } => "host-network",
            Self::BlockOverPod { .. } => "ip-block-over-pods",
            Self::MadeUpAddress { .. } => "made-up-address",
            Self::SourceAddress { .. } => "source-address",
            Self::SelfThroughService { .. } => "self-through-service",
            Self::UndeclaredPort { .. } => "undeclared-port",
            Self::UnknownAddress { .. } => "unknown-address",
            Self::DnsTcp => "dns-tcp",
            Self::DnsPartly => "dns-partly",
            Self::ExternalName { .. } => "external-name",
        }
    }
}

/// Evaluates one flow.
#[must_use]
pub fn evaluate(cluster: &Cluster, index: &Index, flow: Flow) -> Evaluation {
    let mut caveats = Vec::new();
    let egress = side(cluster, index, flow, Direction::Egress, &mut caveats);
    let ingress = side(cluster, index, flow, Direction::Ingress, &mut caveats);
    for pod in [flow.from, flow.to].into_iter().filter_map(Endpoint::pod) {
        if cluster.pods[pod].network == PodNetwork::Host {
            caveats.push(Caveat::HostNetwork { pod });
        }
    }
    order::sort_and_dedup(&mut caveats);
    Evaluation { flow, exemption: exemption(cluster, flow), egress, ingress, caveats }
}

/// Whether anything but policies settles the flow.
fn exemption(cluster: &Cluster, flow: Flow) -> Option<Exemption> {
    let (from, to) = (Standing::of(cluster, flow.from), Standing::of(cluster, flow.to));
    let settled = settle(&from, &to);
    if settled == Some(Settled::Finished) {
        let ended = if from.finished { flow.from } else { flow.to };
        return ended.pod().map(Exemption::Finished);
    }
    if flow.from == flow.to && flow.from.pod().is_some() {
        return Some(Exemption::SamePod);
    }
    match settled? {
        Settled::SameNode(node) => Some(Exemption::SameNode(node)),
        Settled::Finished => None,
    }
}

/// What of an end can settle a flow without regard to policies; the same for all members of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Standing {
    /// It has ended.
    finished: bool,
    /// The node that it is on.
    home: Option<NodeId>,
    /// The node that its traffic counts as: for a node's address, and for a pod in its node's network.
    counts_as: Option<NodeId>,
}

/// What settles a flow between two different ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// One of them has ended.
    Finished,
    /// One of them is the node that the other is on.
    SameNode(NodeId),
}

impl Standing {
    pub(crate) fn of(cluster: &Cluster, end: Endpoint) -> Self {
        match end {
            Endpoint::Address(address) => Self::of_node(cluster.node_at(address)),
            Endpoint::Pod(pod) => Self::of_pod(cluster, pod),
        }
    }

    /// That of an address: a node's, or nobody's.
    pub(crate) fn of_node(node: Option<NodeId>) -> Self {
        Self { finished: false, home: node, counts_as: node }
    }

    pub(crate) fn of_pod(cluster: &Cluster, pod: PodId) -> Self {
        let pod = &cluster.pods[pod];
        let counts_as = pod.node.filter(|_| pod.network == PodNetwork::Host);
        Self { finished: pod.phase == Phase::Finished, home: pod.node, counts_as }
    }

    /// The node that its traffic counts as.
    pub(crate) fn counts_as(&self) -> Option<NodeId> {
        self.counts_as
    }

    /// The node that it is on.
    pub(crate) fn home(&self) -> Option<NodeId> {
        self.home
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.finished
    }

    /// The same, on no node where its own does not count.
    pub(crate) fn at_home_where(self, counts: impl Fn(&NodeId) -> bool) -> Self {
        Self { home: self.home.filter(counts), ..self }
    }
}

pub(crate) fn settle(from: &Standing, to: &Standing) -> Option<Settled> {
    if from.finished || to.finished {
        return Some(Settled::Finished);
    }
    let is_home = |node: &NodeId, other: &Standing| other.home == Some(*node);
    let node = from.counts_as.filter(|node| is_home(node, to));
    node.or(to.counts_as.filter(|node| is_home(node, from))).map(Settled::SameNode)
}

/// The evidence of one side: the policies that isolate the pod there, and the rules that let the flow pass.
fn side(
    cluster: &Cluster,
    index: &Index,
    flow: Flow,
    direction: Direction,
    caveats: &mut Vec<Caveat>,
) -> Side {
    let (subject, other) = match direction {
        Direction::Egress => (flow.from, flow.to),
        Direction::Ingress => (flow.to, flow.from),
    };
    let Endpoint::Pod(subject) = subject else { return Side::Outside };
    if cluster.pods[subject].network == PodNetwork::Host {
        return Side::HostNetwork;
    }
    let by = index.isolating(direction, index.class_of_pod(subject));
    if by.is_empty() {
        return Side::Open;
    }
    let other_class = index.class_of(other);
    let declared = match flow.to {
        Endpoint::Pod(pod) => cluster.pods[pod].ports.as_slice(),
        Endpoint::Address(_) => &[],
    };
    let mut grants = Vec::new();
    for policy in by {
        let rules = cluster.policies[*policy].section(direction).rules();
        for (at, (rule, compiled)) in rules.iter().zip(index.compiled(*policy).rules(direction)).enumerate() {
            if let Endpoint::Pod(pod) = other {
                caveats.extend(block_caveats(cluster, pod, *policy, direction, at));
            }
            let peer = match &rule.peers {
                None => None,
                Some(_) => match compiled.peers.iter().position(|peer| peer.contains(other_class)) {
                    Some(peer) => Some(peer),
                    None => continue,
                },
            };
            let port = match &rule.ports {
                None => None,
                Some(ports) => match ports.iter().position(|port| port.on(declared).contains(flow.port)) {
                    Some(port) => Some(port),
                    None => continue,
                },
            };
            grants.push(Grant { policy: *policy, rule: at, peer, port });
        }
    }
    Side::Isolated { by: by.to_vec(), grants }
}

/// The caveats of a rule's blocks that cover `pod`'s addresses, whether they let it in or leave it out.
fn block_caveats(
    cluster: &Cluster,
    pod: PodId,
    policy: PolicyId,
    direction: Direction,
    rule: usize,
) -> Vec<Caveat> {
    let peers = cluster.policies[policy].section(direction).rules().get(rule);
    let peers = peers.and_then(|rule| rule.peers.as_deref()).unwrap_or_default();
    let holder = &cluster.pods[pod];
    let mut caveats = Vec::new();
    for (peer, kind) in peers.iter().map(|peer| &peer.kind).enumerate() {
        if let PeerKind::Block(block) = kind
            && holder.network == PodNetwork::Own
            && holder.addresses.iter().any(|address| block.cidr.contains(address))
        {
            caveats.push(Caveat::BlockOverPod { policy, direction, rule, peer });
            if holder.address_origin == AddressOrigin::MadeUp {
                caveats.push(Caveat::MadeUpAddress { pod });
            }
        }
    }
    caveats
}
