//! What lies outside the cluster and is shown: the internet, and blocks that policies name.

use ipnet::IpNet;
use netpol_engine::{
    Analysis, Backends, Block, ClassId, Cluster, Direction, ExposedBy, INTERNET, OutsideExample, POD_NETWORK,
    PeerKind, Port, SERVICE_NETWORK, ServiceKind, WorkloadId, internet_block,
};
use netpol_syntax::order;

use crate::EndKey;

/// Something outside that the picture has a place for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideEnd {
    /// Its key, the block.
    pub key: EndKey,
    /// What it is called.
    pub title: String,
    /// How it comes in, where it does: "through 203.0.113.10:80".
    pub subtitle: String,
    block: IpNet,
    except: Vec<IpNet>,
}

impl OutsideEnd {
    /// The classes of addresses that it stands for.
    pub(crate) fn examples(&self, analysis: &Analysis) -> Vec<OutsideExample> {
        if self.block == INTERNET { analysis.internet() } else { analysis.within(&self.block, &self.except) }
    }

    /// The block that it stands for.
    pub(crate) fn block(&self) -> Block {
        match self.block {
            INTERNET => internet_block(),
            cidr => Block { cidr, except: self.except.clone() },
        }
    }

    /// Their classes.
    pub(crate) fn classes(&self, analysis: &Analysis) -> Vec<ClassId> {
        self.examples(analysis).iter().map(|example| example.class).collect()
    }

    /// Whether it is all addresses.
    pub(crate) fn is_internet(&self) -> bool {
        self.block == INTERNET
    }
}

/// For each policy, in order, the positions of the ends in `ends` whose blocks it names in `direction`.
pub(crate) fn named(cluster: &Cluster, direction: Direction, ends: &[OutsideEnd]) -> Vec<Vec<usize>> {
    let policies = cluster.policies.rows().iter().map(|policy| {
        let peers = policy.section(direction).rules().iter().flat_map(|rule| rule.peers.iter().flatten());
        let mut named = Vec::new();
        for peer in peers {
            let PeerKind::Block(block) = &peer.kind else { continue };
            named.extend(ends.iter().position(|end| end.block == block.cidr));
        }
        named
    });
    policies.collect()
}

/// Addresses in the cluster's own networks are its pods and services, which are drawn as themselves.
fn is_cluster_own(block: &IpNet) -> bool {
    [POD_NETWORK, SERVICE_NETWORK].iter().any(|own| IpNet::V4(*own).contains(block))
}

/// What lies outside and is drawn: the internet where something exposes a workload to it or a policy names all
/// addresses, and each block that a policy names.
pub(crate) fn outside_ends(analysis: &Analysis) -> Vec<OutsideEnd> {
    let cluster = &analysis.cluster;
    let mut ends: Vec<OutsideEnd> = Vec::new();
    for Block { cidr, except } in cluster.blocks() {
        let block = *cidr;
        if is_cluster_own(&block) {
            continue;
        }
        match ends.iter_mut().find(|end| end.block == block) {
            // An exception that only some of the policies make is a difference to be seen.
            Some(end) => end.except.retain(|hole| except.contains(hole)),
            None => ends.push(OutsideEnd {
                key: EndKey::Outside(block.to_string().into()),
                title: block.to_string(),
                subtitle: String::new(),
                block,
                except: except.clone(),
            }),
        }
    }
    let exposed = exposures(cluster);
    let at = ends.iter().position(|end| end.block == INTERNET);
    let internet = at.map(|at| ends.remove(at));
    if internet.is_some() || !exposed.is_empty() {
        let subtitle = match exposed.as_slice() {
            [] => String::new(),
            [one] => format!("through {one}"),
            [one, more @ ..] => format!("through {one} +{}", more.len()),
        };
        let key = EndKey::Outside(INTERNET.to_string().into());
        let title = "Internet".to_owned();
        ends.insert(0, OutsideEnd { key, title, subtitle, block: INTERNET, except: Vec::new() });
    }
    for end in &mut ends {
        if end.subtitle.is_empty() && !end.except.is_empty() {
            let holes: Vec<String> = end.except.iter().map(ToString::to_string).collect();
            end.subtitle = match holes.as_slice() {
                [one] => format!("except {one}"),
                [one, more @ ..] => format!("except {one} +{}", more.len()),
                [] => String::new(),
            };
        }
    }
    ends
}

/// Where clients outside knock, for each service that is exposed to them: "203.0.113.10:80".
fn exposures(cluster: &Cluster) -> Vec<String> {
    let mut doors = Vec::new();
    for service in cluster.services.rows() {
        let ServiceKind::Proxied { exposure, .. } = &service.kind else { continue };
        if exposure.by == ExposedBy::Nothing {
            continue;
        }
        for port in &service.ports {
            doors.push(match (exposure.addresses.first(), port.node_port) {
                (Some(address), _) if address.is_ipv6() => format!("[{address}]:{}", port.port.number),
                (Some(address), _) => format!("{address}:{}", port.port.number),
                (None, Some(node_port)) => format!("node port {node_port}"),
                (None, None) => service.name.to_string(),
            });
        }
    }
    doors
}

/// The ports that exposed services lead to, by workload, ascending and each once: of all of them, or of one.
pub(crate) fn exposed_ports(cluster: &Cluster, only: Option<WorkloadId>) -> Vec<(WorkloadId, Port)> {
    let mut ports = Vec::new();
    for service in cluster.services.rows() {
        let ServiceKind::Proxied { exposure, .. } = &service.kind else { continue };
        let Backends::Selected(pods) = &service.backends else { continue };
        if exposure.by == ExposedBy::Nothing {
            continue;
        }
        for pod in pods {
            let workload = cluster.pods[*pod].workload;
            if only.is_none_or(|only| only == workload) {
                let targets = service.ports.iter().filter_map(|port| cluster.target_on(port, *pod));
                ports.extend(targets.map(|port| (workload, port)));
            }
        }
    }
    order::sort_and_dedup(&mut ports);
    ports
}
