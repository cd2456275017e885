//! What has to be opened: for each workload and direction, to or from whom, on which ports.

use std::net::IpAddr;

use netpol_syntax::order;

use crate::Analysis;
use crate::evaluate::{Exemption, Flow};
use crate::model::{AddressOrigin, Block, Cluster, Direction, Endpoint, PodNetwork, WorkloadId};
use crate::ports::PortSet;

/// The side of a workload that blocks flows, and what should pass there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need<'a> {
    pub(super) direction: Direction,
    pub(super) subject: WorkloadId,
    /// By the other end, ascending.
    pub(super) wants: Vec<(Other<'a>, PortSet)>,
    /// The flows themselves, in the state that was asked about.
    pub(super) flows: Vec<Flow>,
}

/// The other end of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Other<'a> {
    /// The pods of a workload.
    Workload(WorkloadId),
    /// One address: outside, or of a pod in its node's network, which selectors do not see.
    Address(IpAddr),
    /// Any address of a block.
    Block(&'a Block),
}

impl<'a> Other<'a> {
    fn of(cluster: &Cluster, end: Endpoint, outside: &'a [Block]) -> Option<Self> {
        match end {
            Endpoint::Address(address) => {
                let block = outside.iter().find(|block| block.contains(&address));
                Some(block.map_or(Self::Address(address), Self::Block))
            }
            Endpoint::Pod(pod) => {
                let pod = &cluster.pods[pod];
                match pod.network {
                    PodNetwork::Own => Some(Self::Workload(pod.workload)),
                    // An address that was made up here is no one's.
                    PodNetwork::Host if pod.address_origin == AddressOrigin::MadeUp => None,
                    PodNetwork::Host => pod.addresses.first().copied().map(Self::Address),
                }
            }
        }
    }
}

/// The needs of `flows`, by direction and workload; none where one of them can never pass. An address of `outside` stands
/// for the whole block.
pub(super) fn of<'a>(analysis: &Analysis, flows: &[Flow], outside: &'a [Block]) -> Vec<Need<'a>> {
    let cluster = &analysis.cluster;
    let mut blocked: Vec<((Direction, WorkloadId), (Other<'_>, Flow))> = Vec::new();
    for flow in flows {
        let evaluation = analysis.evaluate(*flow);
        match evaluation.exemption {
            Some(Exemption::Finished(_)) => return Vec::new(),
            Some(_) => continue,
            None => {}
        }
        for direction in [Direction::Egress, Direction::Ingress] {
            if evaluation.side(direction).passes() {
                continue;
            }
            let (subject, other) = match direction {
                Direction::Egress => (flow.from, flow.to),
                Direction::Ingress => (flow.to, flow.from),
            };
            let (Some(pod), Some(other)) = (subject.pod(), Other::of(cluster, other, outside)) else {
                return Vec::new();
            };
            blocked.push(((direction, cluster.pods[pod].workload), (other, *flow)));
        }
    }
    let needs = order::groups(blocked).into_iter().map(|((direction, subject), blocked)| {
        let flows = blocked.iter().map(|(_, flow)| *flow).collect();
        let wants = order::groups(blocked.into_iter().map(|(other, flow)| (other, flow.port)));
        let wants = wants.into_iter().map(|(other, ports)| (other, ports.into_iter().collect())).collect();
        Need { direction, subject, wants, flows }
    });
    needs.collect()
}
