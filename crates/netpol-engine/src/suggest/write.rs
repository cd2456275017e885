//! Parts of policies as text: the peers, ports and rules that mean given pods and ports and as little else as can be.

use std::net::IpAddr;

use netpol_syntax::Yaml;

use crate::model::{
    Block, Cluster, Direction, Labels, NAMESPACE_NAME_LABEL, NamespaceId, PodId, PodNetwork, WorkloadId,
};
use crate::ports::{Port, PortSet, Protocol};

/// Keys that people select pods by, the most usual first: of several labels that would do, one of these is taken.
const USUAL_KEYS: [&str; 8] = [
    "app.kubernetes.io/name",
    "app",
    "k8s-app",
    "run",
    "name",
    "app.kubernetes.io/component",
    "component",
    "tier",
];

/// Labels that select given pods within their namespace, and the pods that they select besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) labels: Vec<(String, String)>,
    /// Pods that carry them as well: no label tells them apart.
    pub(crate) besides: Vec<PodId>,
}

impl Selection {
    /// The fewest labels that select a workload's pods and no other: one, or two, or all that they share.
    pub(crate) fn of(cluster: &Cluster, workload: WorkloadId) -> Self {
        let workload = &cluster.workloads[workload];
        let others: Vec<(PodId, &Labels)> = cluster
            .pods
            .iter()
            .filter(|(id, pod)| {
                pod.namespace == workload.namespace
                    && pod.network == PodNetwork::Own
                    && !workload.pods.contains(id)
            })
            .map(|(id, pod)| (id, &pod.labels))
            .collect();
        let mut own: Vec<(&str, &str)> = workload.labels.iter().collect();
        let rank = |key: &str| USUAL_KEYS.iter().position(|usual| *usual == key).unwrap_or(USUAL_KEYS.len());
        netpol_syntax::order::sort_by_key(&mut own, |(key, _)| (rank(key), *key));
        let besides = |labels: &[(&str, &str)]| -> Vec<PodId> {
            let carries = |other: &Labels| labels.iter().all(|(key, value)| other.get(key) == Some(*value));
            others.iter().filter(|(_, other)| carries(other)).map(|(id, _)| *id).collect()
        };
        let single = own.iter().map(|label| vec![*label]);
        let pairs = own
            .iter()
            .enumerate()
            .flat_map(|(at, one)| own.iter().skip(at + 1).map(|other| vec![*one, *other]));
        let exact = single.chain(pairs).find(|labels| besides(labels).is_empty());
        let labels = exact.unwrap_or_else(|| own.clone());
        Self {
            besides: besides(&labels),
            labels: labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        }
    }

    /// As a selector; one without labels selects every pod.
    pub(crate) fn selector(&self) -> Yaml {
        selector(self.labels.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }
}

/// `matchLabels` with these, or `{}`.
pub(crate) fn selector<'l>(labels: impl IntoIterator<Item = (&'l str, &'l str)>) -> Yaml {
    let labels: Vec<(String, Yaml)> =
        labels.into_iter().map(|(key, value)| (key.to_owned(), Yaml::text(value))).collect();
    if labels.is_empty() { Yaml::Map(Vec::new()) } else { Yaml::map([("matchLabels", Yaml::Map(labels))]) }
}

/// A peer that means a workload's pods.
pub(crate) fn workload_peer(cluster: &Cluster, own: NamespaceId, workload: WorkloadId) -> Yaml {
    let namespace = cluster.workloads[workload].namespace;
    let mut fields = Vec::new();
    if namespace != own {
        let name = cluster.namespaces[namespace].name.as_ref();
        fields.push(("namespaceSelector", selector([(NAMESPACE_NAME_LABEL, name)])));
    }
    fields.push(("podSelector", Selection::of(cluster, workload).selector()));
    Yaml::map(fields)
}

/// A peer that means a block of addresses.
pub(crate) fn block(block: &Block) -> Yaml {
    let mut fields = vec![("cidr", Yaml::text(block.cidr.to_string()))];
    if !block.except.is_empty() {
        let except = block.except.iter().map(|hole| Yaml::text(hole.to_string()));
        fields.push(("except", Yaml::List(except.collect())));
    }
    Yaml::map([("ipBlock", Yaml::map(fields))])
}

/// A peer that means one address.
pub(crate) fn address(address: IpAddr) -> Yaml {
    block(&Block { cidr: address.into(), except: Vec::new() })
}

/// The items of `ports` that mean exactly `set`; `None` where that is all ports and no `ports` is needed.
pub(crate) fn ports(set: &PortSet) -> Option<Yaml> {
    if set.is_all() {
        return None;
    }
    let mut items = Vec::new();
    for protocol in Protocol::ALL {
        let is_whole = PortSet::protocol(protocol).ranges(protocol) == set.ranges(protocol);
        if is_whole {
            items.push(Yaml::map([("protocol", Yaml::text(protocol.as_str()))]));
            continue;
        }
        for (first, last) in set.ranges(protocol) {
            let mut fields =
                vec![("protocol", Yaml::text(protocol.as_str())), ("port", Yaml::Int(i64::from(*first)))];
            if last > first {
                fields.push(("endPort", Yaml::Int(i64::from(*last))));
            }
            items.push(Yaml::map(fields));
        }
    }
    Some(Yaml::List(items))
}

/// One port, as an item of `ports`.
pub(crate) fn port(port: Port) -> Yaml {
    Yaml::map([("protocol", Yaml::text(port.protocol.as_str())), ("port", Yaml::Int(i64::from(port.number)))])
}

/// A rule.
pub(crate) fn rule(direction: Direction, peers: Vec<Yaml>, set: &PortSet) -> Yaml {
    let mut fields = vec![(direction.peers_field(), Yaml::List(peers))];
    fields.extend(ports(set).map(|ports| ("ports", ports)));
    Yaml::map(fields)
}
