//! The verdicts between workloads, from those between their classes.

use std::collections::BTreeMap;

use netpol_engine::{Analysis, ClassId, Matrix, Port, PortSet, Serves};
use netpol_view::ArrowVerdict;

/// What the internet is called among the ends.
const INTERNET: &str = "internet";

/// All ends, and what may pass between any two.
pub struct Grid {
    /// Workloads in the order of the input, then the internet.
    pub ends: Vec<End>,
    /// Row by row, a row for each source; `None` where no two different pods stand at the two ends.
    pub rows: Vec<Vec<Option<Cell>>>,
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

/// What may pass from one end to another.
pub struct Cell {
    /// The ports that were asked about.
    pub asked: PortSet,
    /// Those of them that are open between all pods of the two.
    pub always: PortSet,
    /// Those that are open between some pods only.
    pub sometimes: PortSet,
}

impl Cell {
    /// The cell in one word.
    pub fn verdict(&self) -> ArrowVerdict {
        if self.always == self.asked {
            ArrowVerdict::Allowed
        } else if self.always.is_none() && self.sometimes.is_none() {
            ArrowVerdict::Blocked
        } else {
            ArrowVerdict::Partial
        }
    }
}

impl Grid {
    /// The grid for `port` of every destination, or for what each serves.
    pub fn of(analysis: &Analysis, port: Option<Port>) -> Self {
        let matrix = analysis.matrix();
        let ends = ends(analysis, port);
        let rows = ends
            .iter()
            .enumerate()
            .map(|(row, from)| {
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
fn cell(matrix: &Matrix, from: &End, to: &End, is_same: bool) -> Option<Cell> {
    let pairs =
        from.classes.iter().flat_map(|(from, pods)| to.classes.keys().map(move |to| (*from, *to, *pods)));
    let pairs = pairs.filter(|(from, to, pods)| !is_same || (*pods > 0 && (from != to || *pods > 1)));
    let mut all: Option<PortSet> = None;
    let mut any = PortSet::none();
    for (from, into, _) in pairs {
        let open = matrix.connections(from, into).intersection(&to.asked);
        any = any.union(&open);
        all = Some(all.map_or_else(|| open.clone(), |all| all.intersection(&open)));
    }
    let always = all?;
    let sometimes = without(&any, &always);
    Some(Cell { asked: to.asked.clone(), always, sometimes })
}

/// The ports of `set` that are not in `other`.
fn without(set: &PortSet, other: &PortSet) -> PortSet {
    let mut rest = PortSet::none();
    for protocol in netpol_engine::Protocol::ALL {
        for (first, last) in set.ranges(protocol) {
            // `None` once the range is used up to the last port there is.
            let mut next = Some(*first);
            for (from, to) in other.ranges(protocol) {
                let Some(start) = next.filter(|start| from <= last && start <= to) else { continue };
                if let Some(before) = from.checked_sub(1) {
                    rest = rest.union(&PortSet::range(protocol, start, before));
                }
                next = to.checked_add(1);
            }
            if let Some(start) = next {
                rest = rest.union(&PortSet::range(protocol, start, *last));
            }
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use netpol_engine::Protocol;

    #[test]
    fn sets_are_told_apart_at_their_edges() {
        let tcp = |first, last| PortSet::range(Protocol::Tcp, first, last);
        let cases = [
            (tcp(1, 65535), tcp(80, 80), "TCP 1-79,81-65535"),
            (tcp(80, 90), tcp(80, 80), "TCP 81-90"),
            (tcp(80, 90), tcp(90, 65535), "TCP 80-89"),
            (tcp(80, 90), tcp(1, 65535), "none"),
            (tcp(80, 90), tcp(91, 100), "TCP 80-90"),
            (tcp(80, 90), PortSet::none(), "TCP 80-90"),
            (tcp(1, 100), tcp(10, 20).union(&tcp(30, 40)), "TCP 1-9,21-29,41-100"),
            (tcp(80, 80), PortSet::protocol(Protocol::Udp), "TCP 80"),
        ];
        for (set, other, rest) in cases {
            assert_eq!(without(&set, &other).to_string(), rest, "{set} without {other}");
        }
    }
}
