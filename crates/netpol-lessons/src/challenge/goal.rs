//! What traffic must do: rows that are read from the first, of which the first that is about a flow decides.
//!
//! A row is `FROM -> TO` or `FROM curl HOST:PORT`, each end a list. With `A -> B` every port that B serves is meant, with
//! `A -> B:5432` that port. Written out: `shop/web, shop/api -> shop/db:5432`, `all -> shop/*`, `outside -> shop/web:80`,
//! `shop/web -> kube-system/*:53/UDP`, `lab/a -> 169.254.169.254`, `203.0.113.0/24 -> shop/web`, `ops/x -> shop/y:8000-8010`.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use netpol_engine::{Analysis, Cluster, Endpoint, Port, PortSet, Protocol, UrlTarget};

use crate::expect::Place;

/// What must be so of traffic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goal {
    /// Read from the first; what no row is about does not matter.
    pub rows: Vec<GoalRow>,
}

/// What some flows must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalRow {
    /// What they must do.
    pub want: Want,
    /// Where they come from.
    pub from: Vec<Ends>,
    /// Where they go.
    pub to: GoalTarget,
}

/// What a flow must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// It passes.
    Pass,
    /// It does not.
    Block,
    /// What it did at the start.
    Same,
    /// It does not matter.
    Any,
}

impl Want {
    /// As goals spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Block => "block",
            Self::Same => "same",
            Self::Any => "any",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Pass, Self::Block, Self::Same, Self::Any].into_iter().find(|want| want.as_str() == text)
    }
}

/// Where flows go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoalTarget {
    /// To these ends, each on these ports, or on those that it serves.
    Ends(Vec<(Ends, Option<PortSet>)>),
    /// Wherever a URL leads, its name looked up first.
    Curl(UrlTarget),
}

/// Some ends of flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Every pod, and the world outside.
    All,
    /// Every pod.
    Pods,
    /// The world outside, but for private addresses.
    Outside,
    /// All pods of a namespace.
    Namespace(String),
    /// A block of addresses.
    Block(IpNet),
    /// One pod or workload, or an address.
    One(Place),
}

/// Why a text is no row of a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoalError {
    /// It has neither an arrow nor `curl`.
    NoArrow,
    /// This is no end.
    BadEnd(String),
    /// This is no port.
    BadPort(String),
    /// This is no URL.
    BadUrl(String),
    /// What `curl` sees either succeeds or not.
    CurlOnlyPasses,
    /// `curl` is run in pods that are named.
    CurlFromMany(String),
}

impl fmt::Display for GoalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoArrow => f.write_str("a row is `FROM -> TO` or `FROM curl HOST:PORT`"),
            Self::BadEnd(text) => write!(
                f,
                "`{text}` is no end: write `namespace/pod`, `namespace/*`, an address or block, `pods`, `outside` or `all`"
            ),
            Self::BadPort(text) => {
                write!(f, "`{text}` is no port: write `80`, `53/UDP` or `8000-8010`")
            }
            Self::BadUrl(text) => write!(f, "`{text}` is no host and port"),
            Self::CurlOnlyPasses => f.write_str("what `curl` sees is either `pass` or `block`"),
            Self::CurlFromMany(ends) => {
                write!(f, "`curl` is run from `namespace/pod` or an address, and not from `{ends}`")
            }
        }
    }
}

impl std::error::Error for GoalError {}

impl GoalRow {
    /// Reads a row.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(want: Want, text: &str) -> Result<Self, GoalError> {
        if let Some((from, url)) = text.split_once(" curl ") {
            if !matches!(want, Want::Pass | Want::Block) {
                return Err(GoalError::CurlOnlyPasses);
            }
            let url = UrlTarget::parse(url.trim()).map_err(|_| GoalError::BadUrl(url.trim().to_owned()))?;
            let from = list(from, ends)?;
            if let Some(many) = from.iter().find(|ends| !matches!(ends, Ends::One(_))) {
                return Err(GoalError::CurlFromMany(many.to_string()));
            }
            return Ok(Self { want, from, to: GoalTarget::Curl(url) });
        }
        let (from, to) = text.split_once("->").ok_or(GoalError::NoArrow)?;
        Ok(Self { want, from: list(from, ends)?, to: GoalTarget::Ends(list(to, ends_with_port)?) })
    }
}

fn list<T>(text: &str, read: impl Fn(&str) -> Result<T, GoalError>) -> Result<Vec<T>, GoalError> {
    text.split(',').map(|part| read(part.trim())).collect()
}

fn ends(text: &str) -> Result<Ends, GoalError> {
    match text {
        "all" => return Ok(Ends::All),
        "pods" => return Ok(Ends::Pods),
        "outside" => return Ok(Ends::Outside),
        _ => {}
    }
    if let Some(namespace) = text.strip_suffix("/*").filter(|it| !it.is_empty() && !it.contains('/')) {
        return Ok(Ends::Namespace(namespace.to_owned()));
    }
    if let Ok(block) = text.parse() {
        return Ok(Ends::Block(block));
    }
    Place::parse(text).map(Ends::One).ok_or_else(|| GoalError::BadEnd(text.to_owned()))
}

fn ends_with_port(text: &str) -> Result<(Ends, Option<PortSet>), GoalError> {
    // An IPv6 address has colons of its own, and stands in brackets before a port.
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once("]:").ok_or_else(|| GoalError::BadEnd(text.to_owned()))?;
        return Ok((ends(address)?, Some(ports(port)?)));
    }
    if text.parse::<IpAddr>().is_ok() || text.parse::<IpNet>().is_ok() {
        return Ok((ends(text)?, None));
    }
    match text.rsplit_once(':') {
        Some((end, port)) => Ok((ends(end)?, Some(ports(port)?))),
        None => Ok((ends(text)?, None)),
    }
}

fn ports(text: &str) -> Result<PortSet, GoalError> {
    let bad = || GoalError::BadPort(text.to_owned());
    let (numbers, protocol) = text.split_once('/').unwrap_or((text, "TCP"));
    let protocol = Protocol::from_api(protocol).ok_or_else(bad)?;
    let number = |text: &str| text.parse::<u16>().ok().filter(|number| *number > 0).ok_or_else(bad);
    match numbers.split_once('-') {
        Some((first, last)) => {
            let (first, last) = (number(first)?, number(last)?);
            if first > last { Err(bad()) } else { Ok(PortSet::range(protocol, first, last)) }
        }
        None => Ok(PortSet::one(Port { protocol, number: number(numbers)? })),
    }
}

impl Ends {
    /// Whether it is about this end.
    pub(super) fn holds(&self, cluster: &Cluster, end: Endpoint) -> bool {
        match (self, end) {
            (Self::All, _) | (Self::Pods, Endpoint::Pod(_)) => true,
            (Self::Outside, Endpoint::Address(address)) => !is_private(address),
            (Self::Block(block), Endpoint::Address(address)) => block.contains(&address),
            (Self::Namespace(name), Endpoint::Pod(pod)) => {
                cluster.namespaces[cluster.pods[pod].namespace].name.as_ref() == name
            }
            (Self::One(Place::Named { namespace, name }), Endpoint::Pod(id)) => {
                let pod = &cluster.pods[id];
                cluster.namespaces[pod.namespace].name.as_ref() == namespace
                    && (pod.name.as_ref() == name || cluster.workloads[pod.workload].name.as_ref() == name)
            }
            (Self::One(Place::Address(address)), end) => Endpoint::at(cluster, *address) == end,
            (Self::Pods | Self::Namespace(_) | Self::One(Place::Named { .. }), Endpoint::Address(_))
            | (Self::Outside | Self::Block(_), Endpoint::Pod(_)) => false,
        }
    }

    /// Addresses that it is to be judged by in a state: the one that it names, or of a block one of each part that is told
    /// apart, and those at its edges.
    pub(super) fn addresses(&self, analysis: &Analysis) -> Vec<IpAddr> {
        match self {
            Self::One(Place::Address(address)) => vec![*address],
            Self::Block(block) => {
                let examples = analysis.within(block, &[]).into_iter().map(|it| it.address);
                examples.chain([block.network(), block.broadcast()]).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether an address is for use within networks or hosts, and so none of the internet (RFC 1918, RFC 3927, RFC 4193).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            // This host, shared address space (RFC 6598), multicast and what is reserved.
            let is_special = matches!((first, second), (0 | 224.., _) | (100, 64..=127));
            is_special || address.is_private() || address.is_link_local() || address.is_loopback()
        }
        IpAddr::V6(address) => {
            address.is_unique_local() || address.is_unicast_link_local() || address.is_loopback()
        }
    }
}

impl Goal {
    /// All ends that its rows name.
    pub(super) fn ends(&self) -> impl Iterator<Item = &Ends> {
        self.rows.iter().flat_map(|row| {
            let to = match &row.to {
                GoalTarget::Ends(to) => to.as_slice(),
                GoalTarget::Curl(_) => &[],
            };
            row.from.iter().chain(to.iter().map(|(ends, _)| ends))
        })
    }

    /// The first end that its rows name and `cluster` does not have.
    pub(super) fn missing<'a>(&'a self, cluster: &Cluster) -> Option<&'a Ends> {
        self.ends().find(|ends| match ends {
            Ends::Namespace(_) | Ends::One(Place::Named { .. }) => {
                !cluster.pods.ids().any(|pod| ends.holds(cluster, Endpoint::Pod(pod)))
            }
            Ends::All | Ends::Pods | Ends::Outside | Ends::Block(_) | Ends::One(Place::Address(_)) => false,
        })
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Pods => f.write_str("pods"),
            Self::Outside => f.write_str("outside"),
            Self::Namespace(name) => write!(f, "{name}/*"),
            Self::Block(block) => block.fmt(f),
            Self::One(place) => place.fmt(f),
        }
    }
}
