//! What a person at a shell must see at a step of a lesson, and whether they do.

use std::fmt;
use std::net::IpAddr;

use netpol_engine::{Analysis, Cluster, Endpoint, Outcome, Port, Probe, Report, Target, UrlTarget};

/// One probe and how it must end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Who asks.
    pub from: Place,
    /// For what.
    pub target: ExpectedTarget,
    /// How it must end, for every replica at both ends.
    pub got: Outcome,
}

/// What an expectation's probe is aimed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedTarget {
    /// `curl HOST[:PORT]`.
    Curl(UrlTarget),
    /// A bare connection.
    Connect {
        /// To whom.
        to: Place,
        /// On which port.
        port: Port,
    },
}

/// An end of a probe, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `namespace/pod` of the input, `namespace/workload`, which stands for each of its pods that have not ended, or
    /// `namespace/pod` as a workload makes it.
    Named {
        /// The namespace.
        namespace: String,
        /// The pod or workload.
        name: String,
    },
    /// An address, inside or outside the cluster.
    Address(IpAddr),
}

impl Place {
    /// Reads `namespace/name` or an address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse() {
            return Some(Self::Address(address));
        }
        let (namespace, name) = text.split_once('/')?;
        let is_name =
            |part: &str| !part.is_empty() && !part.contains(|char: char| char == '/' || char.is_whitespace());
        (is_name(namespace) && is_name(name))
            .then(|| Self::Named { namespace: namespace.to_owned(), name: name.to_owned() })
    }

    /// The pods or the address that it stands for, at least one.
    fn endpoints(&self, cluster: &Cluster) -> Result<Vec<Endpoint>, UnknownPlace> {
        let (namespace, name) = match self {
            Self::Address(address) => return Ok(vec![Endpoint::at(cluster, *address)]),
            Self::Named { namespace, name } => (namespace, name),
        };
        // The names of pods that a workload makes are made up: another workload's own name comes before them.
        let pod = cluster.pod(namespace, name);
        if let Some(pod) = pod.filter(|pod| cluster.is_written(*pod)) {
            return Ok(vec![Endpoint::Pod(pod)]);
        }
        if let Some(workload) = cluster.workload(namespace, name) {
            return Ok(cluster.live_pods(workload).map(Endpoint::Pod).collect());
        }
        if let Some(pod) = pod {
            return Ok(vec![Endpoint::Pod(pod)]);
        }
        Err(match cluster.namespace(namespace) {
            Some(_) => UnknownPlace::Name(self.clone()),
            None => UnknownPlace::Namespace(namespace.clone()),
        })
    }
}

/// `namespace/name`, or the address.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named { namespace, name } => write!(f, "{namespace}/{name}"),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// What a shell is given, or what is opened.
impl fmt::Display for ExpectedTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Curl(url) => write!(f, "curl {url}"),
            Self::Connect { to, port } => write!(f, "connect to {to} on {port}"),
        }
    }
}

/// A line: `default/frontend: curl backend → no-dns`.
impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} → {}", self.from, self.target, self.got.as_str())
    }
}

/// A name that the cluster does not know, so that there is nothing to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownPlace {
    /// There is no such namespace.
    Namespace(String),
    /// The namespace has no such pod or workload.
    Name(Place),
}

impl fmt::Display for UnknownPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Namespace(name) => write!(f, "there is no namespace `{name}`"),
            Self::Name(place) => write!(f, "there is no pod or workload `{place}`"),
        }
    }
}

impl std::error::Error for UnknownPlace {}

/// An expectation, held against an analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How it must end.
    pub wanted: Outcome,
    /// How it ends; `Mixed` where replicas differ.
    pub got: Outcome,
    /// Whether every probe ends as it must.
    pub holds: bool,
    /// Every probe, for each pair of replicas.
    pub reports: Vec<Played>,
}

/// A probe and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// The question.
    pub probe: Probe,
    /// What happened.
    pub report: Report,
}

/// Holds `expectation` against `analysis`, for every replica at both ends.
///
/// # Errors
/// Where one of its ends is not in the cluster.
pub fn check(analysis: &Analysis, expectation: &Expectation) -> Result<Checked, UnknownPlace> {
    let targets = match &expectation.target {
        ExpectedTarget::Curl(url) => vec![Target::Url(url.clone())],
        ExpectedTarget::Connect { to, port } => {
            to.endpoints(&analysis.cluster)?.into_iter().map(|end| Target::Direct(end, *port)).collect()
        }
    };
    let mut reports = Vec::new();
    for from in expectation.from.endpoints(&analysis.cluster)? {
        for target in &targets {
            let probe = Probe { from, target: target.clone() };
            let report = analysis.probe(&probe);
            reports.push(Played { probe, report });
        }
    }
    let wanted = expectation.got;
    let got = Outcome::of_all(reports.iter().map(|played| played.report.outcome)).unwrap_or(Outcome::Mixed);
    let holds = reports.iter().all(|played| played.report.outcome == wanted);
    Ok(Checked { wanted, got, holds, reports })
}
