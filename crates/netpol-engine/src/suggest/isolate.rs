//! Keeping a workload to given flows: the policy that allows exactly these, and what is in the way of that.

use std::net::IpAddr;

use netpol_syntax::{Limits, SourceFile, TextEdit, Yaml, order};

use crate::Analysis;
use crate::evaluate::{Flow, Side};
use crate::index::ClassId;
use crate::matrix::Matrix;
use crate::model::{
    AddressOrigin, Block, Cluster, Direction, Endpoint, NamespaceId, Pod, PodId, PodNetwork, PolicyId,
    WorkloadId,
};
use crate::outside::successor;
use crate::ports::{Port, PortSet, Protocol};

use super::bench::Bench;
use super::candidates::{add_document, free_name, policy_object};
use super::write;

/// A flow that is to pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Out of the workload, or into it.
    pub direction: Direction,
    /// The other end.
    pub other: WantedEnd,
    /// Its ports: the other end's for egress, the workload's own for ingress.
    pub ports: PortSet,
}

/// The other end of a flow that is to pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WantedEnd {
    /// A workload's pods.
    Workload(WorkloadId),
    /// Addresses outside.
    Block(Block),
}

/// A policy that keeps a workload to given flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isolation {
    /// The policy's name.
    pub name: String,
    /// It, as an edit of the files that were read.
    pub edits: Vec<TextEdit>,
    /// Pods that no label tells apart from the workload's own or from those of an end that is wanted: the policy is about
    /// them as well.
    pub indistinct: Vec<PodId>,
    /// What passes all the same: policies only ever add, so that another one's rules stay.
    pub excess: Vec<Excess>,
    /// What is wanted and does not pass, since the other end's own policies block it.
    pub blocked: Vec<Wanted>,
}

/// What passes though it is not wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// Out of the workload, or into it.
    pub direction: Direction,
    /// The other ends.
    pub others: ExcessEnd,
    /// The ports.
    pub ports: PortSet,
    /// The policies that allow it, by namespace and name.
    pub by: Vec<String>,
}

/// The ends of what passes though it is not wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExcessEnd {
    /// Pods of a workload.
    Pods {
        /// The workload.
        workload: WorkloadId,
        /// Which of its pods, ascending.
        pods: Vec<PodId>,
    },
    /// Addresses outside: ranges, both ends included, ascending.
    Outside(Vec<(IpAddr, IpAddr)>),
}

/// What passes between a workload and the others now, on the ports that each serves: what one keeps where one isolates
/// it as it is.
pub(crate) fn current(analysis: &Analysis, workload: WorkloadId) -> Vec<Wanted> {
    let (cluster, matrix) = (&analysis.cluster, analysis.matrix());
    let mut wanted = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        for other in cluster.workloads.ids() {
            let to = match direction {
                Direction::Egress => other,
                Direction::Ingress => workload,
            };
            let served = cluster.workloads[to].serves.port_set();
            let ports = passing(analysis, &matrix, direction, workload, other).intersection(&served);
            if !ports.is_none() {
                wanted.push(Wanted { direction, other: WantedEnd::Workload(other), ports });
            }
        }
    }
    wanted
}

/// The policy that allows exactly what is wanted. None where there can be none: its pods carry no label and there are
/// others, or they are in their node's network; or where the input has no YAML that it could be added to.
pub(crate) fn isolate(
    analysis: &Analysis,
    files: &[SourceFile],
    limits: &Limits,
    workload: WorkloadId,
    wanted: &[Wanted],
) -> Option<Isolation> {
    let bench = Bench::new(analysis, files, limits, &[]);
    let cluster = &analysis.cluster;
    let subject = &cluster.workloads[workload];
    // Policies pass by pods in their node's network.
    if subject.pods.iter().all(|pod| cluster.pods[*pod].network == PodNetwork::Host) {
        return None;
    }
    let wanted = &both_ways(workload, wanted);
    let rules = |direction| rules(cluster, subject.namespace, direction, wanted);
    let sections =
        [(Direction::Ingress, rules(Direction::Ingress)), (Direction::Egress, rules(Direction::Egress))];
    let name = free_name(cluster, subject.namespace, &subject.name);
    let edits = vec![add_document(&bench, &policy_object(cluster, workload, &name, &sections)?)?];
    let indistinct = indistinct(cluster, workload, wanted);
    let found = bench.after(&edits, |after, matrix| {
        Some((excess(after, matrix, workload, wanted), blocked(after, matrix, workload, wanted)))
    });
    let (excess, blocked) = found?;
    Some(Isolation { name, edits, indistinct, excess, blocked })
}

/// What passes within a workload leaves one of its pods and enters another.
fn both_ways(workload: WorkloadId, wanted: &[Wanted]) -> Vec<Wanted> {
    let mut all = wanted.to_vec();
    for it in wanted.iter().filter(|it| it.other == WantedEnd::Workload(workload)) {
        for direction in [Direction::Ingress, Direction::Egress] {
            let other = Wanted { direction, ..it.clone() };
            if !all.contains(&other) {
                all.push(other);
            }
        }
    }
    all
}

/// The rules of one section: ends with the same ports share one.
fn rules(cluster: &Cluster, own: NamespaceId, direction: Direction, wanted: &[Wanted]) -> Vec<Yaml> {
    let mut by_ports: Vec<(&PortSet, Vec<Yaml>)> = Vec::new();
    for Wanted { other, ports, .. } in wanted.iter().filter(|wanted| wanted.direction == direction) {
        let named = match other {
            WantedEnd::Workload(workload) => peers(cluster, own, *workload),
            WantedEnd::Block(block) => vec![write::block(block)],
        };
        for peer in named {
            match by_ports.iter_mut().find(|(known, _)| *known == ports) {
                Some((_, peers)) if peers.contains(&peer) => {}
                Some((_, peers)) => peers.push(peer),
                None => by_ports.push((ports, vec![peer])),
            }
        }
    }
    by_ports.into_iter().map(|(ports, peers)| write::rule(direction, peers, ports)).collect()
}

/// The peers that mean a workload's pods: those in their node's network by their addresses, as far as the input gives
/// them, since no selector sees them.
fn peers(cluster: &Cluster, own: NamespaceId, workload: WorkloadId) -> Vec<Yaml> {
    let pods = cluster.workloads[workload].pods.iter().map(|pod| &cluster.pods[*pod]);
    let (host, plain): (Vec<&Pod>, Vec<&Pod>) = pods.partition(|pod| pod.network == PodNetwork::Host);
    let given = host.into_iter().filter(|pod| pod.address_origin == AddressOrigin::Given);
    let mut peers: Vec<Yaml> =
        given.flat_map(|pod| &pod.addresses).map(|address| write::address(*address)).collect();
    if !plain.is_empty() {
        peers.push(write::workload_peer(cluster, own, workload));
    }
    peers
}

fn indistinct(cluster: &Cluster, workload: WorkloadId, wanted: &[Wanted]) -> Vec<PodId> {
    let others = wanted.iter().filter_map(|wanted| match wanted.other {
        WantedEnd::Workload(other) => Some(other),
        WantedEnd::Block(_) => None,
    });
    let mut pods: Vec<PodId> = std::iter::once(workload)
        .chain(others)
        .flat_map(|workload| write::Selection::of(cluster, workload).besides)
        .collect();
    order::sort_and_dedup(&mut pods);
    pods
}

/// The classes that a workload's pods are in.
fn classes(analysis: &Analysis, workload: WorkloadId) -> Vec<ClassId> {
    let pods = analysis.cluster.workloads[workload].pods.iter();
    let mut classes: Vec<ClassId> = pods.map(|pod| analysis.index.class_of_pod(*pod)).collect();
    order::sort_and_dedup(&mut classes);
    classes
}

/// What passes between any pods of two workloads; within one, between two of its pods.
fn passing(
    analysis: &Analysis,
    matrix: &Matrix,
    direction: Direction,
    workload: WorkloadId,
    other: WorkloadId,
) -> PortSet {
    if workload == other && analysis.cluster.workloads[workload].pods.len() == 1 {
        return PortSet::none();
    }
    let mut ports = PortSet::none();
    for mine in classes(analysis, workload) {
        for theirs in classes(analysis, other) {
            ports = ports.union(between(matrix, direction, mine, theirs));
        }
    }
    ports
}

fn between(matrix: &Matrix, direction: Direction, mine: ClassId, theirs: ClassId) -> &PortSet {
    match direction {
        Direction::Egress => matrix.connections(mine, theirs),
        Direction::Ingress => matrix.connections(theirs, mine),
    }
}

fn excess(after: &Analysis, matrix: &Matrix, workload: WorkloadId, wanted: &[Wanted]) -> Vec<Excess> {
    let cluster = &after.cluster;
    let mut found: Vec<Excess> = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        let allowed = |fits: &dyn Fn(&WantedEnd) -> bool| {
            let fitting = wanted.iter().filter(|it| it.direction == direction && fits(&it.other));
            fitting.fold(PortSet::none(), |set, wanted| set.union(&wanted.ports))
        };
        let side = SubjectSide { after, matrix, workload, direction };
        for other in cluster.workloads.ids() {
            let ports = allowed(&|end| *end == WantedEnd::Workload(other));
            for class in classes(after, other) {
                let members = members(after, other, class);
                // Two stand for all, since a pod has no flow to itself that policies decide.
                let examples = members.iter().take(2).map(|pod| Endpoint::Pod(*pod));
                if let Some(over) = side.over(examples, &ports) {
                    add(&mut found, direction, over, ExcessEnd::Pods { workload: other, pods: members });
                }
            }
        }
        let outside =
            after.index.outside_ranges().iter().map(|range| (range.class, (range.first, range.last)));
        for (_, ranges) in order::groups(outside) {
            let Some((example, _)) = ranges.first() else { continue };
            let ports = allowed(&|end| matches!(end, WantedEnd::Block(block) if block.contains(example)));
            if let Some(over) = side.over(std::iter::once(Endpoint::Address(*example)), &ports) {
                add(&mut found, direction, over, ExcessEnd::Outside(ranges));
            }
        }
    }
    found
}

/// Ends with which the same passes by the same policies are told together.
fn add(found: &mut Vec<Excess>, direction: Direction, over: (PortSet, Vec<String>), ends: ExcessEnd) {
    let (ports, by) = over;
    let alike =
        found.iter_mut().filter(|it| it.direction == direction && (&it.ports, &it.by) == (&ports, &by));
    for excess in alike {
        match (&mut excess.others, &ends) {
            (ExcessEnd::Pods { workload, pods }, ExcessEnd::Pods { workload: other, pods: more })
                if workload == other =>
            {
                pods.extend(more);
                return order::sort_and_dedup(pods);
            }
            (ExcessEnd::Outside(ranges), ExcessEnd::Outside(more)) => {
                ranges.extend(more);
                return join(ranges);
            }
            _ => {}
        }
    }
    found.push(Excess { direction, others: ends, ports, by });
}

/// Makes one of ranges that follow on each other.
fn join(ranges: &mut Vec<(IpAddr, IpAddr)>) {
    order::sort_and_dedup(ranges);
    let mut joined: Vec<(IpAddr, IpAddr)> = Vec::new();
    for (first, last) in ranges.drain(..) {
        match joined.last_mut() {
            Some(before) if successor(before.1) == Some(first) => before.1 = last,
            _ => joined.push((first, last)),
        }
    }
    *ranges = joined;
}

/// One direction of a workload.
struct SubjectSide<'a> {
    after: &'a Analysis,
    matrix: &'a Matrix,
    workload: WorkloadId,
    direction: Direction,
}

impl SubjectSide<'_> {
    /// What passes between any of the workload's pods and any of `others` beyond `allowed`, and by which policies; nothing
    /// of what passes whatever policies say.
    fn over(
        &self,
        others: impl Iterator<Item = Endpoint>,
        allowed: &PortSet,
    ) -> Option<(PortSet, Vec<String>)> {
        let mut excess: Option<(PortSet, Vec<String>)> = None;
        for other in others {
            for mine in &examples(self.after, self.workload) {
                let index = &self.after.index;
                let (mine_class, other_class) = (index.class_of_pod(*mine), index.class_of(other));
                let over = between(self.matrix, self.direction, mine_class, other_class).difference(allowed);
                let Some(by) = first_of(&over).and_then(|port| self.allowed_by(*mine, other, port)) else {
                    continue;
                };
                let (ports, policies) = excess.get_or_insert_with(Default::default);
                *ports = ports.union(&over);
                policies.extend(by);
                order::sort_and_dedup(policies);
            }
        }
        excess
    }

    /// The policies that allow a flow on the workload's side; `None` where it passes whatever they say.
    fn allowed_by(&self, mine: PodId, other: Endpoint, port: Port) -> Option<Vec<String>> {
        let mine = Endpoint::Pod(mine);
        let (from, to) = match self.direction {
            Direction::Egress => (mine, other),
            Direction::Ingress => (other, mine),
        };
        let evaluation = self.after.evaluate(Flow { from, to, port });
        if evaluation.exemption.is_some() {
            return None;
        }
        let grants = match evaluation.side(self.direction) {
            Side::Isolated { grants, .. } => grants.as_slice(),
            Side::Open | Side::Outside | Side::HostNetwork => &[],
        };
        let mut policies: Vec<PolicyId> = grants.iter().map(|grant| grant.policy).collect();
        order::sort_and_dedup(&mut policies);
        Some(policies.iter().map(|policy| self.after.cluster.policy_name(*policy)).collect())
    }
}

/// Pods that stand for all of a workload: two of each class, since a pod has no flow to itself that policies decide.
fn examples(analysis: &Analysis, workload: WorkloadId) -> Vec<PodId> {
    let own = |class| members(analysis, workload, class).into_iter().take(2);
    classes(analysis, workload).into_iter().flat_map(own).collect()
}

/// The pods of a workload that are in a class.
fn members(analysis: &Analysis, workload: WorkloadId, class: ClassId) -> Vec<PodId> {
    let pods = analysis.index.classes()[class].pods().iter().copied();
    pods.filter(|pod| analysis.cluster.pods[*pod].workload == workload).collect()
}

fn first_of(ports: &PortSet) -> Option<Port> {
    Protocol::ALL.into_iter().find_map(|protocol| {
        ports.ranges(protocol).first().map(|(number, _)| Port { protocol, number: *number })
    })
}

fn blocked(after: &Analysis, matrix: &Matrix, workload: WorkloadId, wanted: &[Wanted]) -> Vec<Wanted> {
    let is_blocked = |wanted: &&Wanted| {
        let WantedEnd::Workload(other) = wanted.other else { return false };
        // One pod alone sends nothing to another of its kind.
        let is_itself = other == workload && after.cluster.workloads[other].pods.len() == 1;
        let passes = passing(after, matrix, wanted.direction, workload, other);
        !is_itself && !wanted.ports.difference(&passes).is_none()
    };
    wanted.iter().filter(is_blocked).cloned().collect()
}
