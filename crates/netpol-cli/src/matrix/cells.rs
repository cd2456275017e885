//! The verdicts between workloads, from those between their classes.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::rc::Rc;

use ipnet::{IpSubnets, Ipv4Subnets, Ipv6Subnets};
use netpol_engine::{Analysis, Class, ClassId, Matrix, OutsideRange, Port, PortSet, PortSetId};
use netpol_view::Passage;

use crate::ends::INTERNET;
use crate::shell::Shell;

/// What the kind of an end outside the cluster is called.
pub const OUTSIDE: &str = "Outside";

/// All ends, and what may pass between any two.
pub struct Grid {
    /// Workloads in the order of the input, then the internet, then the ranges that blocks cut addresses outside into.
    pub ends: Vec<End>,
    /// Row by row, a row for each source; `None` where no two different pods stand at the two ends.
    pub rows: Vec<Vec<Option<Rc<Passage>>>>,
}

/// A workload, the internet, or addresses outside.
pub struct End {
    /// `namespace/workload`.
    pub name: String,
    /// `Deployment`, `Pod`, …
    pub kind: &'static str,
    /// How many pods it has.
    pub pods: usize,
    /// The ports that a connection to it is about.
    asked: PortSet,
    /// The addresses that it stands for, where it lies outside: ranges, both ends included, ascending.
    pub ranges: Vec<(IpAddr, IpAddr)>,
    /// Its classes, each with the number of its pods that are in it.
    classes: BTreeMap<ClassId, usize>,
}

impl Grid {
    /// The grid for `port` of every destination, or for what each serves.
    pub fn of(analysis: &Analysis, port: Option<Port>, shell: &Shell) -> Self {
        let matrix = analysis.matrix();
        let ends = ends(analysis, port);
        shell.begin("comparing", Some(ends.len()));
        let mut passages = Passages { matrix: &matrix, known: HashMap::new() };
        let rows = ends
            .iter()
            .enumerate()
            .map(|(row, from)| {
                shell.advance();
                let cells = ends.iter().enumerate();
                cells.map(|(column, to)| passages.cell(from, (column, to), row == column)).collect()
            })
            .collect();
        Self { ends, rows }
    }
}

fn ends(analysis: &Analysis, port: Option<Port>) -> Vec<End> {
    let (cluster, index) = (&analysis.cluster, &analysis.index);
    let mut ends: Vec<End> = cluster
        .workloads
        .iter()
        .map(|(id, workload)| {
            let name = cluster.workload_name(id);
            let mut classes = BTreeMap::new();
            let mut pods = 0;
            for pod in cluster.live_pods(id) {
                *classes.entry(index.class_of_pod(pod)).or_default() += 1;
                pods += 1;
            }
            let asked = port.map_or_else(|| workload.serves.port_set(), PortSet::one);
            let kind = workload.kind;
            End { name, kind, pods, asked, ranges: Vec::new(), classes }
        })
        .collect();
    let outside = |name: String, ranges: Vec<(IpAddr, IpAddr)>, classes: BTreeMap<ClassId, usize>| End {
        name,
        kind: OUTSIDE,
        pods: 0,
        asked: port.map_or_else(PortSet::all, PortSet::one),
        ranges,
        classes,
    };
    let internet = analysis.internet().iter().map(|example| (example.class, 0)).collect();
    ends.push(outside(INTERNET.to_owned(), Vec::new(), internet));
    for (class, name, ranges) in outside_ranges(analysis) {
        ends.push(outside(name, ranges, BTreeMap::from([(class, 0)])));
    }
    ends
}

/// Addresses outside that are alike, with their name.
type Outside = (ClassId, String, Vec<(IpAddr, IpAddr)>);

/// The addresses outside as far as the blocks of policies tell them apart, of each family of which there is such a
/// block; but for nodes' own and single ones that pods have.
fn outside_ranges(analysis: &Analysis) -> Vec<Outside> {
    let is_in_block = |address: &IpAddr| analysis.cluster.blocks().any(|block| block.contains(address));
    let mut classes: Vec<(ClassId, Vec<(IpAddr, IpAddr)>)> = Vec::new();
    for OutsideRange { first, last, class } in analysis.index.outside_ranges() {
        let is_node = matches!(analysis.index.classes()[*class], Class::Outside { node: Some(_), .. });
        let is_pod = first == last && analysis.cluster.pod_at(*first).is_some();
        if is_node || is_pod {
            continue;
        }
        match classes.iter_mut().find(|(known, _)| known == class) {
            Some((_, ranges)) => ranges.push((*first, *last)),
            None => classes.push((*class, vec![(*first, *last)])),
        }
    }
    let is_told_apart = |is_v4: bool| {
        classes
            .iter()
            .flat_map(|(_, ranges)| ranges)
            .any(|(first, _)| first.is_ipv4() == is_v4 && is_in_block(first))
    };
    let families = [true, false].map(is_told_apart);
    let named = classes.into_iter().filter_map(|(class, ranges)| {
        let (first, _) = ranges.first()?;
        let [v4, v6] = families;
        let is_told_apart = if first.is_ipv4() { v4 } else { v6 };
        let name = match first {
            first if is_in_block(first) => ranges.iter().map(range_name).collect::<Vec<_>>().join(", "),
            IpAddr::V4(_) => "other IPv4".to_owned(),
            IpAddr::V6(_) => "other IPv6".to_owned(),
        };
        is_told_apart.then_some((class, name, ranges))
    });
    named.collect()
}

/// `10.0.0.0/8` where a range is a block, else its two ends.
fn range_name((first, last): &(IpAddr, IpAddr)) -> String {
    let mut subnets = match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => IpSubnets::V4(Ipv4Subnets::new(*first, *last, 0)),
        (IpAddr::V6(first), IpAddr::V6(last)) => IpSubnets::V6(Ipv6Subnets::new(*first, *last, 0)),
        _ => return format!("{first}-{last}"),
    };
    match (subnets.next(), subnets.next()) {
        (Some(one), None) if first == last => one.addr().to_string(),
        (Some(one), None) => one.to_string(),
        _ => format!("{first}-{last}"),
    }
}

/// What may pass between ends. Most sources may send a destination the same, which is then summed up once.
struct Passages<'m> {
    matrix: &'m Matrix,
    /// By the destination's place, and the one set that all pairs of classes share.
    known: HashMap<(usize, PortSetId), Rc<Passage>>,
}

impl Passages<'_> {
    /// What may pass between two ends; within one, between two different pods of it.
    fn cell(&mut self, from: &End, (at, to): (usize, &End), is_same: bool) -> Option<Rc<Passage>> {
        // What passes outside the cluster is nobody's business here.
        if from.kind == OUTSIDE && to.kind == OUTSIDE {
            return None;
        }
        let pairs = || {
            let pairs = from.classes.iter();
            let pairs = pairs.flat_map(|(from, pods)| to.classes.keys().map(move |to| (*from, *to, *pods)));
            let pairs = pairs.filter(|(from, to, pods)| !is_same || (*pods > 0 && (from != to || *pods > 1)));
            pairs.map(|(from, to, _)| (from, to))
        };
        let mut sets = pairs().map(|(from, to)| self.matrix.set_of(from, to));
        let first = sets.next()?;
        let sum_up = || Rc::new(Passage::between(self.matrix, pairs(), to.asked.clone()));
        let is_one = sets.all(|set| set == first);
        Some(if is_one { Rc::clone(self.known.entry((at, first)).or_insert_with(sum_up)) } else { sum_up() })
    }
}
