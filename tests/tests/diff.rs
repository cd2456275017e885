//! A diff says exactly what the verdicts of both states say, pod by pod and port by port.
#![expect(clippy::expect_used, reason = "it is how a test fails")]

use std::collections::BTreeSet;
use std::net::IpAddr;

use netpol_engine::{Analysis, Diff, DiffEnd, Endpoint, Matrix, Port, Protocol};
use netpol_syntax::{Limits, SourceFile};
use netpol_tests::oracle::{Cluster, render};
use netpol_tests::random::{addresses, clusters, config};
use proptest::prelude::*;

const PORTS: [Port; 5] = [
    Port { protocol: Protocol::Tcp, number: 80 },
    Port { protocol: Protocol::Tcp, number: 443 },
    Port { protocol: Protocol::Tcp, number: 8081 },
    Port { protocol: Protocol::Udp, number: 53 },
    Port { protocol: Protocol::Sctp, number: 65535 },
];

struct State {
    analysis: Analysis,
    matrix: Matrix,
}

impl State {
    fn of(cluster: &Cluster, style: u64) -> Self {
        let text = render(cluster, style);
        let analysis = Analysis::read(&[SourceFile::new("cluster.yaml", text)], &Limits::PAGE);
        let matrix = analysis.matrix();
        Self { analysis, matrix }
    }

    fn allows(&self, from: &End, to: &End, port: Port) -> bool {
        let class = |end: &End| {
            let cluster = &self.analysis.cluster;
            let end = match end {
                End::Pod { namespace, name, .. } => {
                    Endpoint::Pod(cluster.pod(namespace, name).expect("both states have the same pods"))
                }
                End::Address(address) => Endpoint::Address(*address),
            };
            self.analysis.index.class_of(end)
        };
        self.matrix.allows(class(from), class(to), port)
    }
}

/// A pod with its workload, or an address that no pod has.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Pod { namespace: String, name: String, workload: String },
    Address(IpAddr),
}

impl End {
    fn is(&self, end: &DiffEnd) -> bool {
        match (self, end) {
            (Self::Pod { workload, .. }, DiffEnd::Workload(named)) => {
                *workload == format!("{}/{}", named.namespace, named.name)
            }
            (Self::Address(address), DiffEnd::Outside(ranges)) => {
                ranges.iter().any(|(first, last)| first <= address && address <= last)
            }
            _ => false,
        }
    }

    /// Ends that a diff puts together.
    fn group(&self) -> String {
        match self {
            Self::Pod { workload, .. } => workload.clone(),
            Self::Address(address) => address.to_string(),
        }
    }
}

fn ends(cluster: &Cluster, state: &State) -> Vec<End> {
    let known = &state.analysis.cluster;
    let pods = known.pods.rows().iter().map(|pod| End::Pod {
        namespace: known.namespaces[pod.namespace].name.to_string(),
        name: pod.name.to_string(),
        workload: format!("{}/{}", known.namespaces[pod.namespace].name, known.workloads[pod.workload].name),
    });
    let outside = addresses(cluster).into_iter().filter(|address| known.pod_at(*address).is_none());
    pods.chain(outside.map(End::Address)).collect()
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn a_diff_is_what_the_verdicts_say(cluster in clusters(), kept: u64, style: u64) {
        let mut fewer = cluster.clone();
        let mut bits = 0..64_u32;
        fewer.policies.retain(|_| bits.next().is_some_and(|bit| kept >> bit & 1 == 1));
        let (old, new) = (State::of(&cluster, style), State::of(&fewer, style));
        let diff = Diff::between((&old.analysis, &old.matrix), (&new.analysis, &new.matrix));
        prop_assert!(diff.added.is_empty() && diff.removed.is_empty());

        let ends = ends(&cluster, &new);
        let mut changed: BTreeSet<(String, String, bool, Port)> = BTreeSet::new();
        for (from, to) in ends.iter().flat_map(|from| ends.iter().map(move |to| (from, to))) {
            if from == to || matches!((from, to), (End::Address(_), End::Address(_))) {
                continue;
            }
            for port in PORTS {
                let (before, after) = (old.allows(from, to, port), new.allows(from, to, port));
                if before != after {
                    changed.insert((from.group(), to.group(), after, port));
                }
            }
        }
        for (from, to) in ends.iter().flat_map(|from| ends.iter().map(move |to| (from, to))) {
            if from == to {
                continue;
            }
            let told = diff.changes.iter().find(|change| from.is(&change.from) && to.is(&change.to));
            for (port, opens) in PORTS.into_iter().flat_map(|port| [(port, true), (port, false)]) {
                let set = told.map(|change| if opens { &change.opened } else { &change.closed });
                let is_told = set.is_some_and(|set| set.contains(port));
                let is_so = changed.contains(&(from.group(), to.group(), opens, port));
                prop_assert_eq!(is_told, is_so, "{:?} -> {:?} {:?} {}", from, to, port, opens);
            }
        }
        // Nothing but policies changed, so a policy is behind each change.
        prop_assert!(diff.changes.iter().all(|change| !change.causes.is_empty()));
    }

    #[test]
    fn a_state_does_not_differ_from_itself(cluster in clusters(), style: u64) {
        let state = State::of(&cluster, style);
        let diff = Diff::between((&state.analysis, &state.matrix), (&state.analysis, &state.matrix));
        prop_assert_eq!(diff, Diff::default());
    }
}
