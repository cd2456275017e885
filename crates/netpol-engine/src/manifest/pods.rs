//! Pods as far as they matter: what their manifests say of addresses, ports and states is made out once, when they are
//! read.

use std::net::IpAddr;
use std::sync::Arc;

use netpol_syntax::{Diagnostic, Location, Spanned};

use super::field;
use super::objects::{ObjectMeta, PodObject, PodSpec};
use crate::places::Places;
use crate::ports::{Port, Protocol};

/// A pod of the input.
#[derive(Clone, Debug)]
pub struct Pod {
    /// Its metadata.
    pub metadata: ObjectMeta,
    /// The ports that it declares, ascending.
    pub ports: Vec<ContainerPort>,
    /// Its addresses, as far as they are given.
    pub addresses: Vec<IpAddr>,
    /// Its node's name, where it is given.
    pub node_name: Option<Arc<str>>,
    /// Its node's addresses, as far as they are given.
    pub node_addresses: Vec<IpAddr>,
    /// Whose network it uses.
    pub network: PodNetwork,
    /// How far it is.
    pub phase: Phase,
    /// Its hostname and subdomain, where it has both.
    pub dns_name: Option<(Arc<str>, Arc<str>)>,
}

/// Whose network a pod uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PodNetwork {
    /// Its own: the ordinary case.
    Own,
    /// Its node's (`hostNetwork: true`): policies pass it by, and its traffic counts as the node's.
    Host,
}

/// How far a pod is in its life, as far as it matters to traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// It runs, or is about to.
    Ready,
    /// It runs, and its readiness condition is false: services leave it out.
    NotReady,
    /// Succeeded or Failed: it sends and receives nothing.
    Finished,
}

/// A port that a container declares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerPort {
    /// Its name, which policies and services may use.
    pub name: Option<Arc<str>>,
    /// Protocol and number.
    pub port: Port,
}

impl Places for Pod {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        self.metadata.each_place(visit);
    }
}

impl Pod {
    /// What of a pod matters; `path` leads to it within its document. What is wrong with it is said even where a later pod of
    /// the same name counts instead.
    pub(super) fn of(pod: PodObject, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let PodObject { metadata, spec, status } = pod;
        let ips = status.pod_ips.iter().flatten().filter_map(|ip| ip.ip.as_ref());
        let addresses = addresses(&mut status.pod_ip.iter().chain(ips), diagnostics);
        let node_ips = status.host_ips.iter().flatten().filter_map(|ip| ip.ip.as_ref());
        let node_addresses = self::addresses(&mut status.host_ip.iter().chain(node_ips), diagnostics);
        let not_ready =
            status.conditions.iter().flatten().any(|it| it.kind == "Ready" && it.status != "True");
        let ending = metadata.deletion_timestamp.is_some();
        let phase = match status.phase.as_deref() {
            Some("Succeeded" | "Failed") => Phase::Finished,
            Some("Pending" | "Unknown") => Phase::NotReady,
            _ if not_ready || ending => Phase::NotReady,
            _ => Phase::Ready,
        };
        let hostname = spec.hostname.as_deref().filter(|hostname| !hostname.is_empty());
        let subdomain = spec.subdomain.as_deref().filter(|subdomain| !subdomain.is_empty());
        Self {
            metadata,
            ports: declared_ports(&spec, path, diagnostics),
            addresses,
            node_addresses,
            network: network_of(&spec),
            phase,
            dns_name: hostname.zip(subdomain).map(|(name, domain)| (name.into(), domain.into())),
            node_name: spec.node_name.filter(|name| !name.is_empty()),
        }
    }
}

/// Whose network a pod uses.
pub(crate) fn network_of(spec: &PodSpec) -> PodNetwork {
    if spec.host_network == Some(true) { PodNetwork::Host } else { PodNetwork::Own }
}

/// The ports that a pod declares, in the order of its containers: of two of one name a service leads to the first
/// (`FindPort` in `pkg/api/v1/pod/util.go`). An init container's count where it keeps running beside the
/// others (`restartPolicy: Always`). `path` leads to the object within its document.
pub(crate) fn declared_ports(
    spec: &PodSpec,
    path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ContainerPort> {
    let sidecars = spec.init_containers.iter().flatten();
    let sidecars = sidecars.filter(|container| container.restart_policy.as_deref() == Some("Always"));
    let containers = spec.containers.iter().flatten().chain(sidecars);
    let mut ports = Vec::new();
    for declared in containers.flat_map(|container| container.ports.iter().flatten()) {
        let number = u16::try_from(declared.container_port.value).ok().filter(|number| *number > 0);
        let protocol = protocol(declared.protocol.as_ref().map(|protocol| protocol.value.as_str()));
        let (Some(number), Some(protocol)) = (number, protocol) else {
            let at = match &declared.protocol {
                Some(protocol) if number.is_some() => protocol.at,
                _ => declared.container_port.at,
            };
            diagnostics.push(
                Diagnostic::warning("invalid-port", at, "this container port is left out")
                    .with_path(field(path, "spec"))
                    .with_help("a port is a number from 1 to 65535, its protocol `TCP`, `UDP` or `SCTP`"),
            );
            continue;
        };
        let name = declared.name.as_ref().filter(|name| !name.is_empty()).cloned();
        ports.push(ContainerPort { name, port: Port { protocol, number } });
    }
    ports
}

/// The protocol that a field names: TCP where it is absent.
pub(crate) fn protocol(text: Option<&str>) -> Option<Protocol> {
    text.map_or(Some(Protocol::Tcp), Protocol::from_api)
}

/// The address that a field holds; one that is none is said and left out.
#[inline(never)]
pub(crate) fn address(text: &Spanned<String>, diagnostics: &mut Vec<Diagnostic>) -> Option<IpAddr> {
    match text.value.parse() {
        Ok(address) => Some(address),
        Err(_) if text.value.is_empty() => None,
        Err(_) => {
            let message = format!("`{}` is not an IP address", text.value);
            diagnostics.push(
                Diagnostic::warning("invalid-address", text.at, message)
                    .with_help("write it as `10.0.0.5` or `fd00::5`; it is left out until then"),
            );
            None
        }
    }
}

/// The addresses that fields hold, each once.
pub(crate) fn addresses(
    texts: &mut dyn Iterator<Item = &Spanned<String>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<IpAddr> {
    let mut addresses = Vec::new();
    for text in texts {
        if let Some(address) = address(text, diagnostics)
            && !addresses.contains(&address)
        {
            addresses.push(address);
        }
    }
    addresses
}
