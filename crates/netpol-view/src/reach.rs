//! The arrows: who may open what to whom, a workload at a time.

use std::collections::HashMap;
use std::sync::Arc;

use ipnet::IpNet;
use netpol_engine::{
    Analysis, Backends, ClassId, Cluster, Direction, ExposedBy, INTERNET, Matrix, NamespaceId,
    OutsideExample, POD_NETWORK, PeerKind, Phase, Port, PortSet, PortSetId, SERVICE_NETWORK, Serves,
    ServiceKind, Workload, WorkloadId,
};

use netpol_syntax::order;

use crate::{EndKey, Globe, PortChoice};

/// What passes along an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArrowVerdict {
    /// All of the ports asked about, between all pods.
    Allowed,
    /// Some of them, or between some pods.
    Partial,
    /// None of them.
    Blocked,
}

impl ArrowVerdict {
    /// `allowed`, `partial` or `blocked`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Partial => "partial",
            Self::Blocked => "blocked",
        }
    }
}

/// One direction between two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// Who opens the connection.
    pub from: EndKey,
    /// Who is to take it.
    pub to: EndKey,
    /// What passes.
    pub verdict: ArrowVerdict,
    /// What passes in words: "TCP 80", or why it is only some; empty where nothing does.
    pub passes: Arc<str>,
    /// What is asked about in words: "TCP 80".
    pub asked: Arc<str>,
    /// Whether it leads to the cluster's DNS.
    pub dns: bool,
}

/// How many arrows there are of each verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    /// Everything asked about passes.
    pub allowed: usize,
    /// Some of it does.
    pub partial: usize,
    /// Nothing does.
    pub blocked: usize,
}

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

/// All arrows of a cluster, for one choice of ports.
///
/// What the system's own workloads open is left out: they answer, and policies about them are rare. Nor is
/// there an arrow from a workload to itself; `about` tells what its pods may do among themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The arrows, by source and then destination in the order of the cluster.
    pub arrows: Vec<Arrow>,
    /// What lies outside and is drawn, the internet first.
    pub outside: Vec<OutsideEnd>,
    /// For each workload of the cluster, in order, whether it reaches the internet.
    pub globes: Vec<Globe>,
}

/// A workload that is drawn: one of which at least one pod has not ended.
pub(crate) struct Drawn {
    pub(crate) id: WorkloadId,
    pub(crate) key: EndKey,
    pub(crate) classes: Vec<ClassId>,
    pub(crate) system: bool,
}

impl Reach {
    /// The arrows of a cluster.
    #[must_use]
    pub fn of(analysis: &Analysis, matrix: &Matrix, ports: PortChoice) -> Self {
        let cluster = &analysis.cluster;
        let drawn = drawn(analysis);
        let outside = outside_ends(analysis);
        let destinations: Vec<Destination<'_>> = drawn
            .iter()
            .map(|drawn| Destination::of(cluster, drawn, Asked::of(&cluster.workloads[drawn.id], ports)))
            .collect();
        let mut maker = Arrows { matrix, known: HashMap::new() };
        let mut arrows = Vec::new();
        for end in &outside {
            let sources = end.classes(analysis);
            for to in drawn.iter().filter(|to| comes_in(cluster, end, to.id)) {
                let asked = Asked::from_outside(cluster, &end.key, to.id, ports);
                let mut maker = Arrows { matrix, known: HashMap::new() };
                arrows.push(maker.to(&end.key, &sources, &Destination::of(cluster, to, asked)));
            }
        }
        for from in drawn.iter().filter(|from| !from.system) {
            for to in destinations.iter().filter(|to| to.drawn.id != from.id) {
                arrows.push(maker.to(&from.key, &from.classes, to));
            }
            for end in outside.iter().filter(|end| goes_out(cluster, end, from.id)) {
                arrows.push(arrow_out(analysis, matrix, from, end, ports));
            }
        }
        let internet: Vec<ClassId> = analysis.internet().iter().map(|example| example.class).collect();
        let globes =
            cluster.workloads.rows().iter().map(|workload| globe(analysis, matrix, workload, &internet));
        Self { arrows, outside, globes: globes.collect() }
    }

    /// How many arrows there are of each verdict.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for arrow in &self.arrows {
            match arrow.verdict {
                ArrowVerdict::Allowed => counts.allowed += 1,
                ArrowVerdict::Partial => counts.partial += 1,
                ArrowVerdict::Blocked => counts.blocked += 1,
            }
        }
        counts
    }

    /// The arrow between two ends, if there is one.
    #[must_use]
    pub fn arrow(&self, from: &EndKey, to: &EndKey) -> Option<&Arrow> {
        self.arrows.iter().find(|arrow| arrow.from == *from && arrow.to == *to)
    }
}

impl OutsideEnd {
    /// The classes of addresses that it stands for.
    pub(crate) fn examples(&self, analysis: &Analysis) -> Vec<OutsideExample> {
        if self.block == INTERNET { analysis.internet() } else { analysis.within(&self.block, &self.except) }
    }

    fn classes(&self, analysis: &Analysis) -> Vec<ClassId> {
        self.examples(analysis).iter().map(|example| example.class).collect()
    }
}

/// How many workloads are drawn: a quarter of a million arrows is what one can still compute between two keys,
/// and far past what anyone can read.
pub(crate) const MAX_DRAWN: usize = 500;

/// The workloads that are drawn, in the order of the cluster: those that have not ended, as many as fit.
pub(crate) fn drawn(analysis: &Analysis) -> Vec<Drawn> {
    let cluster = &analysis.cluster;
    let alive =
        |workload: &Workload| workload.pods.iter().any(|pod| cluster.pods[*pod].phase != Phase::Finished);
    let workloads = cluster.workloads.iter().filter(|(_, workload)| alive(workload));
    workloads
        .take(MAX_DRAWN)
        .map(|(id, workload)| Drawn {
            id,
            key: workload_key(cluster, id),
            classes: classes(analysis, workload),
            system: cluster.namespaces[workload.namespace].is_system(),
        })
        .collect()
}

/// The key of a workload.
pub(crate) fn workload_key(cluster: &Cluster, id: WorkloadId) -> EndKey {
    EndKey::Workload(cluster.workload_name(id).into())
}

/// The key of a namespace.
pub(crate) fn namespace_key(cluster: &Cluster, id: NamespaceId) -> EndKey {
    EndKey::Namespace(cluster.namespaces[id].name.clone())
}

/// The classes of a workload's pods that have not ended.
pub(crate) fn classes(analysis: &Analysis, workload: &Workload) -> Vec<ClassId> {
    let alive = workload.pods.iter().filter(|pod| analysis.cluster.pods[**pod].phase != Phase::Finished);
    let mut classes: Vec<ClassId> = alive.map(|pod| analysis.index.class_of_pod(*pod)).collect();
    order::sort_and_dedup(&mut classes);
    classes
}

/// What is asked of a destination.
pub(crate) enum Asked {
    /// These ports.
    Ports(Vec<Port>),
    /// Everything, since nothing says which ports it serves.
    Anything,
}

impl Asked {
    pub(crate) fn of(destination: &Workload, choice: PortChoice) -> Self {
        match (choice, &destination.serves) {
            (PortChoice::One(port), _) => Self::Ports(vec![port]),
            (PortChoice::AsServed, Serves::Ports(ports)) => Self::Ports(ports.clone()),
            (PortChoice::AsServed, Serves::Unknown) => Self::Anything,
        }
    }

    /// What is asked of a destination from outside: of one that services expose to the internet, what they
    /// lead to there, since nobody can knock at anything else.
    pub(crate) fn from_outside(cluster: &Cluster, from: &EndKey, to: WorkloadId, choice: PortChoice) -> Self {
        let internet = from.as_str() == INTERNET.to_string();
        let exposed = if internet { exposed_ports(cluster, to) } else { Vec::new() };
        match (choice, exposed.is_empty()) {
            (PortChoice::AsServed, false) => Self::Ports(exposed),
            _ => Self::of(&cluster.workloads[to], choice),
        }
    }

    pub(crate) fn words(&self) -> String {
        match self {
            Self::Ports(ports) => ports.iter().copied().collect::<PortSet>().to_string(),
            Self::Anything => "any port".to_owned(),
        }
    }

    fn as_set(&self) -> PortSet {
        match self {
            Self::Ports(ports) => ports.iter().copied().collect(),
            Self::Anything => PortSet::all(),
        }
    }
}

/// Makes arrows, and remembers what most of them share: the words of a destination and of a set of ports.
struct Arrows<'a> {
    matrix: &'a Matrix,
    known: HashMap<(WorkloadId, PortSetId), (ArrowVerdict, Arc<str>)>,
}

/// A destination and what is asked of it.
struct Destination<'a> {
    drawn: &'a Drawn,
    asked: Asked,
    words: Arc<str>,
    dns: bool,
}

impl<'a> Destination<'a> {
    fn of(cluster: &Cluster, drawn: &'a Drawn, asked: Asked) -> Self {
        let words = asked.words().into();
        let dns = drawn.system && cluster.is_dns(drawn.id);
        Self { drawn, asked, words, dns }
    }
}

impl Arrows<'_> {
    fn to(&mut self, from: &EndKey, sources: &[ClassId], to: &Destination<'_>) -> Arrow {
        let pairs = || sources.iter().flat_map(|from| to.drawn.classes.iter().map(|to| (*from, *to)));
        let mut sets = pairs().map(|(from, to)| self.matrix.set_of(from, to));
        let first = sets.next();
        let (verdict, passes) = match first.filter(|first| sets.all(|set| set == *first)) {
            // Most pairs of two workloads share their set, and most workloads share theirs with others.
            Some(set) => {
                let known = self.known.entry((to.drawn.id, set));
                known.or_insert_with(|| sum_up(self.matrix, pairs(), &to.asked)).clone()
            }
            None => sum_up(self.matrix, pairs(), &to.asked),
        };
        let (asked, dns) = (to.words.clone(), to.dns);
        Arrow { from: from.clone(), to: to.drawn.key.clone(), verdict, passes, asked, dns }
    }
}

/// What of the ports asked about passes between two ends, each of which may be of several classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The ports that are asked about.
    pub asked: PortSet,
    /// Those of them that are open between all pairs of classes.
    pub everywhere: PortSet,
    /// Those of them that are open between some pair at least.
    pub anywhere: PortSet,
}

impl Passage {
    /// What of `asked` passes between `pairs`; nothing where there are none.
    #[must_use]
    pub fn between(matrix: &Matrix, pairs: impl Iterator<Item = (ClassId, ClassId)>, asked: PortSet) -> Self {
        let mut everywhere: Option<PortSet> = None;
        let mut anywhere = PortSet::none();
        let mut last = None;
        for (from, to) in pairs {
            let set = matrix.set_of(from, to);
            // Most pairs of two workloads share their set.
            if last == Some(set) {
                continue;
            }
            last = Some(set);
            let passing = asked.intersection(matrix.set(set));
            anywhere = anywhere.union(&passing);
            everywhere = Some(everywhere.map_or_else(|| passing.clone(), |all| all.intersection(&passing)));
        }
        Self { asked, everywhere: everywhere.unwrap_or_default(), anywhere }
    }

    /// It in one word.
    #[must_use]
    pub fn verdict(&self) -> ArrowVerdict {
        if self.anywhere.is_none() {
            ArrowVerdict::Blocked
        } else if self.everywhere == self.asked {
            ArrowVerdict::Allowed
        } else {
            ArrowVerdict::Partial
        }
    }
}

/// What of `asked` passes between all of `pairs`: the verdict, and in words what passes.
pub(crate) fn sum_up(
    matrix: &Matrix,
    pairs: impl Iterator<Item = (ClassId, ClassId)>,
    asked: &Asked,
) -> (ArrowVerdict, Arc<str>) {
    let passage = Passage::between(matrix, pairs, asked.as_set());
    let Passage { asked, everywhere, anywhere } = &passage;
    let verdict = passage.verdict();
    let words = match verdict {
        ArrowVerdict::Blocked => String::new(),
        ArrowVerdict::Allowed if asked.is_all() => "any port".to_owned(),
        ArrowVerdict::Allowed => asked.to_string(),
        ArrowVerdict::Partial if everywhere == anywhere => format!("only {anywhere}"),
        ArrowVerdict::Partial => format!("{anywhere} between some pods"),
    };
    (verdict, words.into())
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
    for netpol_engine::Block { cidr, except } in cluster.blocks() {
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

/// The ports of a workload that exposed services lead to.
fn exposed_ports(cluster: &Cluster, workload: WorkloadId) -> Vec<Port> {
    let mut ports = Vec::new();
    for service in cluster.services.rows() {
        let ServiceKind::Proxied { exposure, .. } = &service.kind else { continue };
        let Backends::Selected(pods) = &service.backends else { continue };
        if exposure.by == ExposedBy::Nothing {
            continue;
        }
        let own = pods.iter().filter(|pod| cluster.pods[**pod].workload == workload);
        for pod in own {
            ports.extend(service.ports.iter().filter_map(|port| cluster.target_on(port, *pod)));
        }
    }
    order::sort_and_dedup(&mut ports);
    ports
}

/// Whether a line from outside to a workload is drawn: where something exposes it, or a policy about it names
/// the addresses.
fn comes_in(cluster: &Cluster, end: &OutsideEnd, workload: WorkloadId) -> bool {
    let exposed = end.block == INTERNET && !exposed_ports(cluster, workload).is_empty();
    exposed || names(cluster, Direction::Ingress, end, workload)
}

/// Whether a line from a workload to outside is drawn: only to blocks that a policy about it names. The
/// internet is a globe on the node instead.
fn goes_out(cluster: &Cluster, end: &OutsideEnd, workload: WorkloadId) -> bool {
    end.block != INTERNET && names(cluster, Direction::Egress, end, workload)
}

/// Whether a policy about `workload` names the block of `end` in `direction`.
fn names(cluster: &Cluster, direction: Direction, end: &OutsideEnd, workload: WorkloadId) -> bool {
    let row = &cluster.workloads[workload];
    let about = cluster.policies.rows().iter().filter(|policy| {
        policy.namespace == row.namespace
            && row.pods.iter().any(|pod| policy.subject.matches(&cluster.pods[*pod].labels))
    });
    let mut rules = about.flat_map(|policy| policy.section(direction).rules());
    rules.any(|rule| {
        let mut peers = rule.peers.iter().flatten();
        peers.any(|peer| matches!(&peer.kind, PeerKind::Block(block) if block.cidr == end.block))
    })
}

fn arrow_out(
    analysis: &Analysis,
    matrix: &Matrix,
    from: &Drawn,
    end: &OutsideEnd,
    ports: PortChoice,
) -> Arrow {
    let destinations = end.classes(analysis);
    let asked = match ports {
        PortChoice::One(port) => Asked::Ports(vec![port]),
        PortChoice::AsServed => Asked::Anything,
    };
    let pairs = from.classes.iter().flat_map(|from| destinations.iter().map(|to| (*from, *to)));
    let (verdict, passes) = sum_up(matrix, pairs, &asked);
    Arrow {
        from: from.key.clone(),
        to: end.key.clone(),
        verdict,
        passes,
        asked: asked.words().into(),
        dns: false,
    }
}

/// Whether a workload reaches the internet.
fn globe(analysis: &Analysis, matrix: &Matrix, workload: &Workload, internet: &[ClassId]) -> Globe {
    let classes = classes(analysis, workload);
    let pairs = classes.iter().flat_map(|from| internet.iter().map(|to| (*from, *to)));
    match sum_up(matrix, pairs, &Asked::Anything).0 {
        ArrowVerdict::Allowed => Globe::Open,
        ArrowVerdict::Partial => Globe::Partly,
        ArrowVerdict::Blocked => Globe::Closed,
    }
}
