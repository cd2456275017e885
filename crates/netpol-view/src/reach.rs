//! The arrows: who may open what to whom, a workload at a time.

use std::sync::Arc;

use netpol_engine::{
    Analysis, ClassId, Cluster, INTERNET, Matrix, NamespaceId, Phase, Port, PortSet, Serves, Workload,
    WorkloadId,
};
use netpol_syntax::order;

use crate::outside::{OutsideEnd, exposed_ports};
use crate::{EndKey, Globe, Pairs, PortChoice};

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

impl Counts {
    /// Counts `more` of `verdict`.
    pub(crate) fn add(&mut self, verdict: ArrowVerdict, more: usize) {
        *self.of_mut(verdict) += more;
    }

    /// Takes one of `verdict` back.
    pub(crate) fn remove(&mut self, verdict: ArrowVerdict) {
        let count = self.of_mut(verdict);
        *count = count.saturating_sub(1);
    }

    /// Counts all that `other` does.
    pub(crate) fn add_all(&mut self, other: Self) {
        self.allowed += other.allowed;
        self.partial += other.partial;
        self.blocked += other.blocked;
    }

    /// How many there are in all.
    #[must_use]
    pub fn total(self) -> usize {
        self.allowed + self.partial + self.blocked
    }

    fn of_mut(&mut self, verdict: ArrowVerdict) -> &mut usize {
        match verdict {
            ArrowVerdict::Allowed => &mut self.allowed,
            ArrowVerdict::Partial => &mut self.partial,
            ArrowVerdict::Blocked => &mut self.blocked,
        }
    }
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
        Self::drawn(analysis, matrix, &Pairs::of(analysis, matrix, ports))
    }

    /// Those of `pairs` that are drawn.
    #[must_use]
    pub fn drawn(analysis: &Analysis, matrix: &Matrix, pairs: &Pairs) -> Self {
        let internet: Vec<ClassId> = analysis.internet().iter().map(|example| example.class).collect();
        let workloads = analysis.cluster.workloads.rows().iter();
        let globes = workloads.map(|workload| globe(analysis, matrix, workload, &internet));
        Self {
            arrows: pairs.drawn_arrows(MAX_DRAWN),
            outside: pairs.outside().to_vec(),
            globes: globes.collect(),
        }
    }

    /// How many arrows there are of each verdict.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.arrows.iter().for_each(|arrow| counts.add(arrow.verdict, 1));
        counts
    }
}

/// How many workloads are drawn: a quarter of a million arrows is what one can still compute between two keys,
/// and far past what anyone can read.
pub(crate) const MAX_DRAWN: usize = 500;

/// The workloads that are drawn, in the order of the cluster: as many as fit.
pub(crate) fn drawn(analysis: &Analysis) -> Vec<Drawn> {
    alive(analysis, MAX_DRAWN)
}

/// The first `most` workloads that have not ended, in the order of the cluster.
pub(crate) fn alive(analysis: &Analysis, most: usize) -> Vec<Drawn> {
    let cluster = &analysis.cluster;
    let alive =
        |workload: &Workload| workload.pods.iter().any(|pod| cluster.pods[*pod].phase != Phase::Finished);
    let workloads = cluster.workloads.iter().filter(|(_, workload)| alive(workload));
    workloads
        .take(most)
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
        let exposed = if internet {
            exposed_ports(cluster, Some(to)).into_iter().map(|(_, port)| port).collect()
        } else {
            Vec::new()
        };
        Self::at_the_door(&cluster.workloads[to], exposed, choice)
    }

    /// What is asked from outside of one that services expose to the internet on `exposed`.
    pub(crate) fn at_the_door(destination: &Workload, exposed: Vec<Port>, choice: PortChoice) -> Self {
        match (choice, exposed.is_empty()) {
            (PortChoice::AsServed, false) => Self::Ports(exposed),
            _ => Self::of(destination, choice),
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
    pairs: &mut dyn Iterator<Item = (ClassId, ClassId)>,
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

/// Whether a workload reaches the internet.
fn globe(analysis: &Analysis, matrix: &Matrix, workload: &Workload, internet: &[ClassId]) -> Globe {
    let classes = classes(analysis, workload);
    let mut pairs = classes.iter().flat_map(|from| internet.iter().map(|to| (*from, *to)));
    match sum_up(matrix, &mut pairs, &Asked::Anything).0 {
        ArrowVerdict::Allowed => Globe::Open,
        ArrowVerdict::Partial => Globe::Partly,
        ArrowVerdict::Blocked => Globe::Closed,
    }
}
