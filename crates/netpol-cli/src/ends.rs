//! The names of ends, as they are typed, to pods and addresses.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use netpol_engine::{Cluster, Endpoint};
use netpol_syntax::closest;

/// The namespace that a name without one is in, as with `kubectl`.
const DEFAULT_NAMESPACE: &str = "default";

/// How the internet is called beside its CIDR.
pub const INTERNET: &str = "internet";

/// Every pod and workload by its `namespace/name`.
pub struct Ends<'c> {
    cluster: &'c Cluster,
    pods: BTreeMap<String, Vec<Endpoint>>,
    workloads: BTreeMap<String, Vec<Endpoint>>,
}

/// A name that nothing in the cluster has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEnd {
    name: String,
    nearest: Option<String>,
}

impl fmt::Display for UnknownEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no pod or workload is called `{}`", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownEnd {}

impl<'c> Ends<'c> {
    pub fn of(cluster: &'c Cluster) -> Self {
        let pods = cluster.pods.ids().map(|pod| (cluster.pod_name(pod), vec![Endpoint::Pod(pod)]));
        let workloads = cluster
            .workloads
            .iter()
            .map(|(id, _)| (cluster.workload_name(id), cluster.live_pods(id).map(Endpoint::Pod).collect()));
        Self { cluster, pods: pods.collect(), workloads: workloads.collect() }
    }

    /// What `name` stands for, at least one end: a pod of the input, all pods of a workload that have not ended, one of the
    /// pods that a workload makes, or an address, which is the pod's that has it. A name without a namespace is in `default`.
    ///
    /// # Errors
    /// Where nothing has that name.
    pub fn find(&self, name: &str) -> Result<Vec<Endpoint>, UnknownEnd> {
        if let Ok(address) = name.parse::<IpAddr>() {
            return Ok(vec![Endpoint::at(self.cluster, address)]);
        }
        let full = if name.contains('/') { name.to_owned() } else { format!("{DEFAULT_NAMESPACE}/{name}") };
        // A pod that stands in the input, a workload, or one of its pods, whose names are made up.
        let pod = self.pods.get(&full);
        let is_written = |pod: &&Vec<Endpoint>| {
            pod.iter().filter_map(|end| end.pod()).any(|pod| self.cluster.is_written(pod))
        };
        let found = pod.filter(is_written).or_else(|| self.workloads.get(&full)).or(pod);
        found.cloned().ok_or_else(|| UnknownEnd { name: full.clone(), nearest: self.nearest(&full) })
    }

    /// The name that was probably meant: one that is spelt almost so, or the same in another namespace.
    fn nearest(&self, wrong: &str) -> Option<String> {
        let known = || self.workloads.keys().chain(self.pods.keys()).map(String::as_str);
        let last = |name: &str| name.rsplit('/').next().map(str::to_owned);
        let elsewhere = || known().find(|name| last(name) == last(wrong));
        closest(wrong, known()).or_else(elsewhere).map(str::to_owned)
    }
}
