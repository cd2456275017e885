//! What an arrow stands for: the flows between the pods of its ends, on the ports that are asked about.

use netpol_engine::{
    Analysis, Endpoint, Flow, INTERNET, Matrix, Phase, PodId, Port, PortMatch, Protocol, WorkloadId,
};
use netpol_syntax::order;

use crate::outside::{OutsideEnd, outside_ends};
use crate::reach::{Asked, sum_up};
use crate::{ArrowVerdict, EndKey, PortChoice};

/// The flows that decide an arrow: the one that [`why`](crate::why) tells of, which is blocked where any is, and where
/// only some pass, one that does. `None` where one of the ends is not there, or is a namespace.
#[must_use]
pub fn deciding_flows(
    analysis: &Analysis,
    matrix: &Matrix,
    from: &EndKey,
    to: &EndKey,
    ports: PortChoice,
) -> Option<Vec<Flow>> {
    let question = Question::of(analysis, matrix, from, to, ports)?;
    let told = question.told()?;
    let is_told = |flow: &Flow| *flow == told;
    let passing = question.flows().find(|(flow, passes)| *passes && !is_told(flow));
    let other = passing.filter(|_| question.verdict() == ArrowVerdict::Partial).map(|(flow, _)| flow);
    Some([Some(told), other].into_iter().flatten().collect())
}

/// An arrow that is asked about.
pub(crate) struct Question<'a> {
    analysis: &'a Analysis,
    matrix: &'a Matrix,
    sources: Vec<Endpoint>,
    destinations: Vec<Endpoint>,
    /// What is asked about.
    pub(crate) asked: Asked,
    /// The ports that stand for it.
    ports: Vec<Port>,
}

impl<'a> Question<'a> {
    /// `None` where one of the ends is not there, or is a namespace.
    pub(crate) fn of(
        analysis: &'a Analysis,
        matrix: &'a Matrix,
        from: &EndKey,
        to: &EndKey,
        ports: PortChoice,
    ) -> Option<Self> {
        let outside = outside_ends(analysis);
        let sources = endpoints(analysis, &outside, from)?;
        let destinations = endpoints(analysis, &outside, to)?;
        let asked = match workload(analysis, to) {
            Some(id) => Asked::from_outside(&analysis.cluster, from, id, ports),
            None => match ports {
                PortChoice::One(port) => Asked::Ports(vec![port]),
                PortChoice::AsServed => Asked::Anything,
            },
        };
        let ports = match &asked {
            Asked::Ports(ports) => ports.clone(),
            Asked::Anything => representative_ports(analysis),
        };
        Some(Self { analysis, matrix, sources, destinations, asked, ports })
    }

    fn pairs(&self) -> impl Iterator<Item = (Endpoint, Endpoint)> {
        let pairs = self.sources.iter().flat_map(|from| self.destinations.iter().map(|to| (*from, *to)));
        pairs.filter(|(from, to)| from != to)
    }

    /// Whether all, some or none of it passes.
    pub(crate) fn verdict(&self) -> ArrowVerdict {
        let class = |end| self.analysis.index.class_of(end);
        sum_up(self.matrix, &mut self.pairs().map(|(from, to)| (class(from), class(to))), &self.asked).0
    }

    /// The flows, and whether they pass.
    pub(crate) fn flows(&self) -> impl Iterator<Item = (Flow, bool)> {
        let class = |end| self.analysis.index.class_of(end);
        self.pairs().flat_map(move |(from, to)| {
            let passes = move |port| self.matrix.allows(class(from), class(to), port);
            self.ports.iter().map(move |port| (Flow { from, to, port: *port }, passes(*port)))
        })
    }

    /// The flow that is told of: a blocked one where any is, since that is what is asked about.
    pub(crate) fn told(&self) -> Option<Flow> {
        let blocked = self.flows().find(|(_, passes)| !passes);
        blocked.or_else(|| self.flows().next()).map(|(flow, _)| flow)
    }
}

/// The endpoints that an end stands for: one pod for each class, since the others are alike.
fn endpoints(analysis: &Analysis, outside: &[OutsideEnd], end: &EndKey) -> Option<Vec<Endpoint>> {
    match end {
        EndKey::Workload(_) => {
            let (workload, pod) = named(analysis, end)?;
            if let Some(pod) = pod {
                return Some(vec![Endpoint::Pod(pod)]);
            }
            let workload = &analysis.cluster.workloads[workload];
            let mut classes = Vec::new();
            let mut pods = Vec::new();
            let alive =
                workload.pods.iter().filter(|pod| analysis.cluster.pods[**pod].phase != Phase::Finished);
            for pod in alive {
                let class = analysis.index.class_of_pod(*pod);
                if !classes.contains(&class) {
                    classes.push(class);
                    pods.push(Endpoint::Pod(*pod));
                }
            }
            Some(pods).filter(|pods| !pods.is_empty())
        }
        EndKey::Outside(block) => {
            let examples = match outside.iter().find(|outside| outside.key == *end) {
                Some(outside) => outside.examples(analysis),
                // Nothing draws it, but it can be asked about all the same.
                None => match block.parse().ok()? {
                    INTERNET => analysis.internet(),
                    block => analysis.within(&block, &[]),
                },
            };
            Some(examples.iter().map(|example| Endpoint::Address(example.address)).collect())
        }
        EndKey::Namespace(_) => None,
    }
}

/// The workload that an end is, or is one of whose pods: then with the pod.
fn named(analysis: &Analysis, end: &EndKey) -> Option<(WorkloadId, Option<PodId>)> {
    let EndKey::Workload(name) = end else { return None };
    let (namespace, name) = name.split_once('/')?;
    let cluster = &analysis.cluster;
    match cluster.workload(namespace, name) {
        Some(workload) => Some((workload, None)),
        None => {
            let pod = cluster.pod(namespace, name)?;
            Some((cluster.pods[pod].workload, Some(pod)))
        }
    }
}

pub(crate) fn workload(analysis: &Analysis, end: &EndKey) -> Option<WorkloadId> {
    named(analysis, end).map(|(workload, _)| workload)
}

/// Ports that stand for all others where nothing says which are served: one of each protocol, and every edge
/// that a rule names.
fn representative_ports(analysis: &Analysis) -> Vec<Port> {
    let mut ports = Vec::new();
    for policy in analysis.cluster.policies.rows() {
        let rules = policy.ingress.rules().iter().chain(policy.egress.rules());
        for rule in rules.flat_map(|rule| rule.ports.iter().flatten()) {
            if let PortMatch::Range(first, last) = &rule.ports {
                for number in [*first, *last] {
                    ports.push(Port { protocol: rule.protocol, number });
                }
            }
        }
    }
    // A number that no rule names stands for all the numbers that none does.
    let unnamed = (1..=u16::MAX).rev().find(|number| ports.iter().all(|port| port.number != *number));
    let number = unnamed.unwrap_or(u16::MAX);
    ports.extend(Protocol::ALL.map(|protocol| Port { protocol, number }));
    order::sort_and_dedup(&mut ports);
    ports
}
