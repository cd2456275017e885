//! Who might reach a workload, and whom it might reach: beyond the pods of the input also those that are not there yet.

use std::net::Ipv6Addr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv6Net};
use netpol_syntax::order;

use crate::Analysis;
use crate::index::ClassId;
use crate::matrix::Matrix;
use crate::model::{
    Block, Direction, NamespaceId, PeerKind, Phase, PodId, PodNetwork, PolicyId, PortMatch, Rule, Selector,
    WorkloadId,
};
use crate::outside::OutsideExample;
use crate::ports::{PortSet, Protocol};

/// How far a workload is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadExposure {
    /// The workload.
    pub workload: WorkloadId,
    /// Who may send to it.
    pub ingress: Openness,
    /// To whom it may send.
    pub egress: Openness,
}

impl WorkloadExposure {
    /// One of its directions.
    #[must_use]
    pub fn side(&self, direction: Direction) -> &Openness {
        match direction {
            Direction::Egress => &self.egress,
            Direction::Ingress => &self.ingress,
        }
    }
}

/// How far a workload is open in one direction, as far as its own policies go: the other end may be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Openness {
    /// Whether policies isolate all of its pods. Where not, everything else here is everything.
    pub is_isolated: bool,
    /// The ports that are open to every pod there is or may be, of any namespace.
    pub cluster: PortSet,
    /// The ports that are open to all of the internet.
    pub internet: PortSet,
    /// The ports that are open to some of the internet only.
    pub internet_partly: PortSet,
    /// The blocks of addresses that its rules name, but for those of all addresses, which the above tells of. Pods have
    /// addresses, too.
    pub blocks: Vec<AdmittedBlock>,
    /// The pods, by their namespace's labels and their own, that its rules admit whether there are such or not. What is
    /// open to every pod is not told again.
    pub admits: Vec<Admitted>,
}

/// Pods that rules admit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Of which namespaces.
    pub namespaces: Namespaces,
    /// With which labels; a selector that asks for nothing means every pod.
    pub pods: Selector,
    /// The ports.
    pub ports: PortSet,
    /// Ports by name, of which the number depends on the pod that it would be. Egress only.
    pub named: Vec<(Protocol, Arc<str>)>,
    /// Whether the input has such a pod.
    pub is_seen: bool,
    /// The rules that admit them: policy and rule, from 0.
    pub by: Vec<(PolicyId, usize)>,
}

/// Addresses that rules admit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmittedBlock {
    /// Which ones.
    pub block: Block,
    /// The ports.
    pub ports: PortSet,
    /// Ports by name, as for pods.
    pub named: Vec<(Protocol, Arc<str>)>,
    /// The rules that admit them: policy and rule, from 0.
    pub by: Vec<(PolicyId, usize)>,
}

/// Namespaces by name or by their labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Namespaces {
    /// This one.
    Own(NamespaceId),
    /// Those with such labels.
    Selected(Selector),
}

/// The exposure of every workload that has a network of its own and pods that have not ended, in order.
pub(crate) fn exposure(analysis: &Analysis) -> Vec<WorkloadExposure> {
    let matrix = analysis.matrix();
    let cluster = &analysis.cluster;
    let internet = Internet::of(analysis);
    let workloads = cluster.workloads.iter().filter_map(|(id, workload)| {
        let is_open = |pod: &&PodId| {
            let pod = &cluster.pods[**pod];
            pod.network == PodNetwork::Own && pod.phase != Phase::Finished
        };
        let mut classes: Vec<ClassId> =
            workload.pods.iter().filter(is_open).map(|pod| analysis.index.class_of_pod(*pod)).collect();
        order::sort_and_dedup(&mut classes);
        let side = |direction| openness(analysis, (&matrix, &internet), direction, &classes);
        (!classes.is_empty()).then(|| WorkloadExposure {
            workload: id,
            ingress: side(Direction::Ingress),
            egress: side(Direction::Egress),
        })
    });
    workloads.collect()
}

/// What is open in one direction to any of the pods of `classes`.
fn openness(
    analysis: &Analysis,
    (matrix, internet): (&Matrix, &Internet),
    direction: Direction,
    classes: &[ClassId],
) -> Openness {
    let index = &analysis.index;
    let (internet, internet_partly) = internet.open(analysis, matrix, direction, classes);
    let isolating = |class: &ClassId| index.isolating(direction, *class);
    if classes.iter().any(|class| isolating(class).is_empty()) {
        let (cluster, blocks, admits) = (PortSet::all(), Vec::new(), Vec::new());
        return Openness { is_isolated: false, cluster, internet, internet_partly, blocks, admits };
    }
    let mut policies: Vec<PolicyId> = classes.iter().flat_map(isolating).copied().collect();
    order::sort_and_dedup(&mut policies);
    let cluster = PortSet::none();
    let mut open =
        Admissions { analysis, direction, classes, cluster, blocks: Vec::new(), admits: Vec::new() };
    for policy in policies {
        for (at, rule) in analysis.cluster.policies[policy].section(direction).rules().iter().enumerate() {
            open.add(policy, at, rule);
        }
    }
    let Admissions { cluster, blocks, mut admits, .. } = open;
    admits.retain_mut(|admitted| {
        admitted.ports = admitted.ports.difference(&cluster);
        !admitted.ports.is_none() || !admitted.named.is_empty()
    });
    Openness { is_isolated: true, cluster, internet, internet_partly, blocks, admits }
}

/// All of IPv6 that is routed on the internet (IANA IPv6 address space: global unicast).
const GLOBAL_V6: IpNet = IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3));

/// Whether pods of these classes have addresses of a family, IPv4 or IPv6.
fn have_family(analysis: &Analysis, classes: &[ClassId], is_v4: bool) -> bool {
    let pods = classes.iter().filter_map(|class| analysis.index.classes()[*class].pods().first());
    let mut addresses = pods.flat_map(|pod| &analysis.cluster.pods[*pod].addresses);
    addresses.any(|address| address.is_ipv4() == is_v4)
}

/// What policies tell apart of the internet, by family.
struct Internet {
    v4: Vec<OutsideExample>,
    v6: Vec<OutsideExample>,
}

impl Internet {
    fn of(analysis: &Analysis) -> Self {
        Self { v4: analysis.internet(), v6: analysis.within(&GLOBAL_V6, &[]) }
    }

    /// The ports that all of it may use, and those that some of it may; of the families that the pods have.
    fn open(
        &self,
        analysis: &Analysis,
        matrix: &Matrix,
        direction: Direction,
        classes: &[ClassId],
    ) -> (PortSet, PortSet) {
        let mut all: Option<PortSet> = None;
        let mut any = PortSet::none();
        let of = |is_v4, examples| if have_family(analysis, classes, is_v4) { examples } else { &[][..] };
        for example in of(true, self.v4.as_slice()).iter().chain(of(false, self.v6.as_slice())) {
            let open = classes.iter().fold(PortSet::none(), |set, class| {
                set.union(match direction {
                    Direction::Egress => matrix.connections(*class, example.class),
                    Direction::Ingress => matrix.connections(example.class, *class),
                })
            });
            any = any.union(&open);
            all = Some(all.map_or_else(|| open.clone(), |all| all.intersection(&open)));
        }
        let all = all.unwrap_or_default();
        let partly = any.difference(&all);
        (all, partly)
    }
}

/// What rules admit, put together.
struct Admissions<'a> {
    analysis: &'a Analysis,
    direction: Direction,
    classes: &'a [ClassId],
    cluster: PortSet,
    blocks: Vec<AdmittedBlock>,
    admits: Vec<Admitted>,
}

impl Admissions<'_> {
    fn add(&mut self, policy: PolicyId, at: usize, rule: &Rule) {
        let own = self.analysis.cluster.policies[policy].namespace;
        let (ports, named) = self.ports_of(rule);
        let Some(peers) = &rule.peers else {
            self.cluster = self.cluster.union(&ports);
            if !named.is_empty() {
                // Ports by name are those of whichever pod it is.
                let everyone = || Selector { requirements: Vec::new(), at: rule.at };
                let namespaces = Namespaces::Selected(everyone());
                self.admit(namespaces, everyone(), (&PortSet::none(), &named), (policy, at));
            }
            return;
        };
        for peer in peers {
            let everything = |at| Selector { requirements: Vec::new(), at };
            let (namespaces, pods) = match &peer.kind {
                PeerKind::Pods(pods) => (Namespaces::Own(own), pods.clone()),
                PeerKind::Namespaces(namespaces) => {
                    (Namespaces::Selected(namespaces.clone()), everything(peer.at))
                }
                PeerKind::PodsInNamespaces { namespaces, pods } => {
                    (Namespaces::Selected(namespaces.clone()), pods.clone())
                }
                PeerKind::Block(block) => {
                    // A block of all addresses has those of every pod, where pods have no others.
                    let is_v4 = block.cidr.addr().is_ipv4();
                    let pods = self.analysis.cluster.pods.rows().iter();
                    let mut addresses = pods.flat_map(|pod| &pod.addresses);
                    let is_all = block.cidr.prefix_len() == 0 && block.except.is_empty();
                    if is_all && addresses.all(|address| address.is_ipv4() == is_v4) {
                        self.cluster = self.cluster.union(&ports);
                    }
                    if !is_all {
                        self.admit_block(block, (&ports, &named), (policy, at));
                    }
                    continue;
                }
            };
            let is_everyone = matches!(&namespaces, Namespaces::Selected(all) if all.is_everything());
            if is_everyone && pods.is_everything() {
                self.cluster = self.cluster.union(&ports);
            }
            self.admit(namespaces, pods, (&ports, &named), (policy, at));
        }
    }

    fn admit_block(
        &mut self,
        block: &Block,
        (ports, named): (&PortSet, &[(Protocol, Arc<str>)]),
        by: (PolicyId, usize),
    ) {
        match self.blocks.iter_mut().find(|known| known.block == *block) {
            Some(known) => {
                known.ports = known.ports.union(ports);
                known.named.extend(named.iter().cloned());
                known.by.push(by);
                order::sort_and_dedup(&mut known.named);
                order::sort_and_dedup(&mut known.by);
            }
            None => self.blocks.push(AdmittedBlock {
                block: block.clone(),
                ports: ports.clone(),
                named: named.to_vec(),
                by: vec![by],
            }),
        }
    }

    fn admit(
        &mut self,
        namespaces: Namespaces,
        pods: Selector,
        (ports, named): (&PortSet, &[(Protocol, Arc<str>)]),
        by: (PolicyId, usize),
    ) {
        let known = self.admits.iter_mut().find(|known| {
            is_same_namespaces(&known.namespaces, &namespaces) && known.pods.says_the_same(&pods)
        });
        let is_seen = is_seen(self.analysis, &namespaces, &pods);
        let admitted = match known {
            Some(known) => known,
            None => {
                let (ports, named, by) = (PortSet::none(), Vec::new(), Vec::new());
                self.admits.push(Admitted { namespaces, pods, ports, named, is_seen, by });
                let Some(last) = self.admits.last_mut() else { return };
                last
            }
        };
        admitted.ports = admitted.ports.union(ports);
        for name in named {
            if !admitted.named.contains(name) {
                admitted.named.push(name.clone());
            }
        }
        if !admitted.by.contains(&by) {
            admitted.by.push(by);
        }
    }

    /// The ports of a rule: for ingress those of the workload's own pods that it names; for egress the names are left.
    fn ports_of(&self, rule: &Rule) -> (PortSet, Vec<(Protocol, Arc<str>)>) {
        if self.direction == Direction::Ingress {
            let declared =
                |class: &ClassId| self.analysis.index.declared_ports(&self.analysis.cluster, *class);
            let ports = self.classes.iter().map(|class| rule.ports_on(declared(class)));
            return (ports.fold(PortSet::none(), |set, ports| set.union(&ports)), Vec::new());
        }
        let names = rule.ports.iter().flatten().filter_map(|port| match &port.ports {
            PortMatch::Named(name) => Some((port.protocol, name.clone())),
            PortMatch::All | PortMatch::Range(..) => None,
        });
        (rule.ports_on(&[]), names.collect())
    }
}

fn is_seen(analysis: &Analysis, namespaces: &Namespaces, pods: &Selector) -> bool {
    let cluster = &analysis.cluster;
    cluster.pods.rows().iter().any(|pod| {
        let is_there = match namespaces {
            Namespaces::Own(own) => pod.namespace == *own,
            Namespaces::Selected(selector) => selector.matches(&cluster.namespaces[pod.namespace].labels),
        };
        is_there && pod.network == PodNetwork::Own && pods.matches(&pod.labels)
    })
}

fn is_same_namespaces(one: &Namespaces, other: &Namespaces) -> bool {
    match (one, other) {
        (Namespaces::Own(one), Namespaces::Own(other)) => one == other,
        (Namespaces::Selected(one), Namespaces::Selected(other)) => one.says_the_same(other),
        _ => false,
    }
}
