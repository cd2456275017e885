//! The verdicts between workloads, from those between their classes.

use std::collections::BTreeMap;

use netpol_engine::{Analysis, ClassId, Matrix, Port, PortSet, Serves};
use netpol_view::Passage;

use crate::shell::Shell;

/// What the internet is called among the ends.
pub const INTERNET: &str = "internet";

/// All ends, and what may pass between any two.
pub struct Grid {
    /// Workloads in the order of the input, then the internet.
    pub ends: Vec<End>,
    /// Row by row, a row for each source; `None` where no two different pods stand at the two ends.
    pub rows: Vec<Vec<Option<Passage>>>,
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
        let rows = ends
            .iter()
            .enumerate()
            .map(|(row, from)| {
                shell.advance();
                let cells = ends.iter().enumerate();
                cells.map(|(column, to)| cell(&matrix, from, to, row == column)).collect()
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

/// What may pass between two ends; within one, between two different pods of it.
fn cell(matrix: &Matrix, from: &End, to: &End, is_same: bool) -> Option<Passage> {
    let pairs =
        from.classes.iter().flat_map(|(from, pods)| to.classes.keys().map(move |to| (*from, *to, *pods)));
    let pairs = pairs.filter(|(from, to, pods)| !is_same || (*pods > 0 && (from != to || *pods > 1)));
    let mut pairs = pairs.map(|(from, to, _)| (from, to)).peekable();
    pairs.peek()?;
    Some(Passage::between(matrix, pairs, to.asked.clone()))
}
