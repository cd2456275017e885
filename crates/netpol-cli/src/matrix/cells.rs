//! The verdicts between workloads, from those between their classes.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use netpol_engine::{Analysis, ClassId, Matrix, Port, PortSet, PortSetId, Serves};
use netpol_view::Passage;

use crate::shell::Shell;

/// What the internet is called among the ends.
pub const INTERNET: &str = "internet";

/// All ends, and what may pass between any two.
pub struct Grid {
    /// Workloads in the order of the input, then the internet.
    pub ends: Vec<End>,
    /// Row by row, a row for each source; `None` where no two different pods stand at the two ends.
    pub rows: Vec<Vec<Option<Rc<Passage>>>>,
}

/// A workload, or the internet.
pub struct End {
    /// `namespace/workload`.
    pub name: String,
    /// `Deployment`, `Pod`, …
    pub kind: &'static str,
    /// How many pods it has.
    pub pods: usize,
    /// The ports that a connection to it is about.
    asked: PortSet,
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
            for pod in &workload.pods {
                *classes.entry(index.class_of_pod(*pod)).or_default() += 1;
            }
            let asked = match (port, &workload.serves) {
                (Some(port), _) => PortSet::one(port),
                (None, Serves::Ports(ports)) => ports.iter().copied().collect(),
                (None, Serves::Unknown) => PortSet::all(),
            };
            End { name, kind: workload.kind, pods: workload.pods.len(), asked, classes }
        })
        .collect();
    ends.push(End {
        name: INTERNET.to_owned(),
        kind: "Outside",
        pods: 0,
        asked: port.map_or_else(PortSet::all, PortSet::one),
        classes: analysis.internet().iter().map(|example| (example.class, 0)).collect(),
    });
    ends
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
