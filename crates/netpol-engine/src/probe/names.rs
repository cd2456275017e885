//! Names within the cluster: what its DNS answers (Kubernetes DNS specification; the "DNS for Services and
//! Pods" page for search domains).

use std::net::{IpAddr, Ipv4Addr};

use crate::model::{Backends, Cluster, Phase, PodId, Service, ServiceId, ServiceKind};

/// The domain that cluster names end in; kubeadm's default.
const CLUSTER_DOMAIN: &str = "cluster.local";

/// How many dots a name needs to be tried as it stands first (`ndots:5`, as kubelet writes it).
const NDOTS: usize = 5;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A service with an address of its own.
    Service(ServiceId),
    /// The addresses of a headless service's pods, or of one of them.
    Addresses(Vec<IpAddr>),
    /// A name outside the cluster: any address there.
    External {
        /// The `ExternalName` service that leads there; none where the name was asked for itself.
        service: Option<ServiceId>,
        /// The name.
        name: String,
    },
    /// Nothing.
    NoSuchName,
}

/// The names that are asked for when `host` is looked up in a pod of `namespace`, in order.
pub(super) fn questions(host: &str, namespace: &str) -> Vec<String> {
    let host = host.to_ascii_lowercase();
    if let Some(absolute) = host.strip_suffix('.') {
        return vec![absolute.to_owned()];
    }
    let search =
        [format!("{namespace}.svc.{CLUSTER_DOMAIN}"), format!("svc.{CLUSTER_DOMAIN}"), CLUSTER_DOMAIN.into()];
    let searched = search.iter().map(|domain| format!("{host}.{domain}"));
    if host.matches('.').count() >= NDOTS {
        std::iter::once(host.clone()).chain(searched).collect()
    } else {
        searched.chain([host.clone()]).collect()
    }
}

/// What the cluster's DNS answers to one whole name.
pub(super) fn answer(cluster: &Cluster, name: &str) -> Answer {
    let public = || is_public(name).then(|| Answer::External { service: None, name: name.to_owned() });
    let api = || (name == API_SERVER).then(|| Answer::Addresses(vec![API_ADDRESS]));
    resolve(cluster, name, 0).or_else(api).or_else(public).unwrap_or(Answer::NoSuchName)
}

/// The API server's own service, which every cluster has, and its address where the input does not say: kubeadm's default.
const API_SERVER: &str = "kubernetes.default.svc.cluster.local";
const API_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 96, 0, 1));

/// Endings of names that people try the internet by. No namespace is called so by accident, as `svc` misspelt would be if
/// all endings counted.
const PUBLIC: [&str; 10] = ["com", "org", "net", "io", "dev", "app", "edu", "gov", "info", "cloud"];

/// Whether the cluster's DNS would ask outside for a name, and get an answer.
fn is_public(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(rest, last)| !rest.is_empty() && PUBLIC.contains(&last))
}

/// What the name of a service stands for.
pub(super) fn answer_of(cluster: &Cluster, service: ServiceId) -> Answer {
    let row = &cluster.services[service];
    let namespace = &cluster.namespaces[row.namespace].name;
    answer(cluster, &format!("{}.{namespace}.svc.{CLUSTER_DOMAIN}", row.name).to_ascii_lowercase())
}

/// How many `ExternalName` services one name may lead through, one to the next.
const LONGEST_CHAIN: usize = 8;

fn resolve(cluster: &Cluster, name: &str, depth: usize) -> Option<Answer> {
    let within = name.strip_suffix(CLUSTER_DOMAIN)?.strip_suffix('.')?;
    let labels: Vec<&str> = within.split('.').collect();
    match labels.as_slice() {
        [service, namespace, "svc"] => {
            let id = cluster.service(namespace, service)?;
            match &cluster.services[id].kind {
                ServiceKind::Proxied { .. } => Some(Answer::Service(id)),
                ServiceKind::Headless => {
                    let addresses = headless(cluster, &cluster.services[id], |_| true);
                    (!addresses.is_empty()).then_some(Answer::Addresses(addresses))
                }
                ServiceKind::ExternalName(target) if depth < LONGEST_CHAIN => {
                    let target = target.to_ascii_lowercase();
                    if target.strip_suffix(CLUSTER_DOMAIN).is_some_and(|rest| rest.ends_with('.')) {
                        resolve(cluster, &target, depth + 1)
                    } else {
                        Some(Answer::External { service: Some(id), name: target })
                    }
                }
                ServiceKind::ExternalName(_) => None,
            }
        }
        [hostname, service, namespace, "svc"] => {
            let id = cluster.service(namespace, service)?;
            let named = |pod: PodId| {
                let name = cluster.pods[pod].dns_name.as_ref();
                name.is_some_and(|(host, sub)| host.as_ref() == *hostname && sub.as_ref() == *service)
            };
            let addresses = headless(cluster, &cluster.services[id], named);
            let headless = cluster.services[id].kind == ServiceKind::Headless;
            (headless && !addresses.is_empty()).then_some(Answer::Addresses(addresses))
        }
        [address, namespace, "pod"] => {
            cluster.namespace(namespace)?;
            let v4 = address.replace('-', ".").parse::<IpAddr>().ok();
            let address = v4.or_else(|| address.replace('-', ":").parse().ok())?;
            Some(Answer::Addresses(vec![address]))
        }
        _ => None,
    }
}

/// Whether a service counts a pod of its selector among its endpoints.
pub(super) fn takes(cluster: &Cluster, service: &Service, pod: PodId) -> bool {
    match cluster.pods[pod].phase {
        Phase::Ready => true,
        Phase::NotReady => service.publishes_not_ready,
        Phase::Finished => false,
    }
}

/// The first address of each pod behind a headless service.
fn headless(cluster: &Cluster, service: &Service, wanted: impl Fn(PodId) -> bool) -> Vec<IpAddr> {
    match &service.backends {
        Backends::Selected(pods) => pods
            .iter()
            .filter(|pod| takes(cluster, service, **pod) && wanted(**pod))
            .filter_map(|pod| cluster.pods[*pod].addresses.first().copied())
            .collect(),
        Backends::Listed(endpoints) => endpoints.iter().map(|endpoint| endpoint.address).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_asked_with_the_search_domains() {
        assert_eq!(
            questions("Backend", "shop"),
            [
                "backend.shop.svc.cluster.local",
                "backend.svc.cluster.local",
                "backend.cluster.local",
                "backend"
            ]
        );
        assert_eq!(questions("backend.shop.", "other"), ["backend.shop"]);
        assert_eq!(questions("a.b.c.d.e.f", "shop").first().map(String::as_str), Some("a.b.c.d.e.f"));
    }
}
