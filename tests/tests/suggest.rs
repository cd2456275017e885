//! On clusters at random: a suggestion opens what was asked for and tells all else that it changes; a workload that is
//! isolated keeps what is wanted, and what passes besides is named.
#![expect(clippy::expect_used, reason = "it is how a test fails")]

use std::net::IpAddr;

use netpol_engine::{
    Analysis, Change, Diff, DiffEnd, Direction, Endpoint, ExcessEnd, Flow, Phase, Port, PortSet, Protocol,
    Suggestion, WantedEnd,
};
use netpol_syntax::{FileId, Limits, SourceFile, TextEdit, apply};
use netpol_tests::oracle::render;
use netpol_tests::random::{addresses, boundary_ports, clusters, config, protocols};
use proptest::prelude::*;
use proptest::sample::Index;

struct State {
    files: Vec<SourceFile>,
    analysis: Analysis,
}

impl State {
    fn of(text: String) -> Self {
        let files = vec![SourceFile::new("cluster.yaml", text)];
        let analysis = Analysis::read(&files, &Limits::PAGE);
        Self { files, analysis }
    }

    fn after(&self, edits: &[TextEdit]) -> Self {
        let text = self.files.first().map(|file| apply(FileId(0), &file.text, edits));
        Self::of(text.unwrap_or_default())
    }

    fn text(&self) -> &str {
        self.files.first().map_or("", |file| &file.text)
    }

    /// The same end in another state.
    fn same(&self, end: Endpoint, other: &Self) -> Endpoint {
        let Endpoint::Pod(pod) = end else { return end };
        let (namespace, name) = {
            let cluster = &self.analysis.cluster;
            (&cluster.namespaces[cluster.pods[pod].namespace].name, &cluster.pods[pod].name)
        };
        Endpoint::Pod(other.analysis.cluster.pod(namespace, name).expect("edits of policies keep all pods"))
    }
}

fn pods_of(state: &State, end: &DiffEnd) -> Vec<Endpoint> {
    let cluster = &state.analysis.cluster;
    match end {
        DiffEnd::Workload(name) => {
            let workload = cluster.workload(&name.namespace, &name.name).expect("it is of this state");
            cluster.workloads[workload].pods.iter().map(|pod| Endpoint::Pod(*pod)).collect()
        }
        DiffEnd::Outside(ranges) => ranges.iter().map(|(first, _)| Endpoint::Address(*first)).collect(),
    }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn a_suggestion_opens_its_flow_and_tells_what_else_it_opens(
        cluster in clusters(),
        style in any::<u64>(),
        ends in any::<(Index, Index)>(),
        number in boundary_ports(),
        protocol in protocols(),
    ) {
        let before = State::of(render(&cluster, style));
        let addresses: Vec<IpAddr> = addresses(&cluster);
        let end = |index: &Index| Endpoint::at(&before.analysis.cluster, *index.get(&addresses));
        let protocol = Protocol::ALL.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(&format!("{protocol:?}"))).expect("the same three");
        let flow = Flow { from: end(&ends.0), to: end(&ends.1), port: Port { protocol, number } };
        let evaluation = before.analysis.evaluate(flow);
        let suggestions = before.analysis.suggest(&before.files, &Limits::PAGE, &[flow], &[]);
        if evaluation.verdict().is_allowed() {
            prop_assert_eq!(suggestions, vec![]);
            return Ok(());
        }
        prop_assert!(!suggestions.is_empty(), "{:?}\n{}", flow, before.text());
        for Suggestion { changes, edits, besides } in suggestions {
            let after = before.after(&edits);
            let later = Flow { from: before.same(flow.from, &after), to: before.same(flow.to, &after), port: flow.port };
            prop_assert!(after.analysis.evaluate(later).verdict().is_allowed(), "{changes:?}\n{}", after.text());

            // What the diff says beyond the flow itself is told.
            let matrices = (before.analysis.matrix(), after.analysis.matrix());
            let diff = Diff::between((&before.analysis, &matrices.0), (&after.analysis, &matrices.1));
            for change in &diff.changes {
                let is_told = besides.iter().any(|it| (&it.from, &it.to) == (&change.from, &change.to));
                let holds = |end: &DiffEnd, endpoint: Endpoint| pods_of(&before, end).contains(&endpoint);
                let is_flow = holds(&change.from, flow.from) && holds(&change.to, flow.to);
                let is_asked = is_flow && change.closed.is_none() && change.opened == PortSet::one(flow.port);
                prop_assert!(is_told || is_asked, "{change:?} {besides:?}\n{}", after.text());
            }
            if !changes.iter().any(|change| matches!(change, Change::Labels { .. })) {
                prop_assert!(besides.iter().all(|change| change.closed.is_none()), "{besides:?}\n{}", after.text());
            }
        }
    }

    #[test]
    fn a_workload_that_is_isolated_keeps_what_passes_and_nothing_more(
        cluster in clusters(),
        style in any::<u64>(),
        which in any::<Index>(),
    ) {
        let before = State::of(render(&cluster, style));
        let workloads: Vec<_> = before.analysis.cluster.workloads.ids().collect();
        let workload = *which.get(&workloads);
        let wanted = before.analysis.passing(workload);
        let Some(isolation) = before.analysis.isolate(&before.files, &Limits::PAGE, workload, &wanted) else {
            return Ok(());
        };
        let after = before.after(&isolation.edits);
        let (model, index, matrix) = (&after.analysis.cluster, &after.analysis.index, after.analysis.matrix());
        let name = before.analysis.cluster.workload_name(workload);
        let (namespace, short) = name.split_once('/').expect("a name has both");
        let isolated = model.workload(namespace, short).expect("it is still there");
        for mine in &model.workloads[isolated].pods {
            if model.pods[*mine].phase == Phase::Finished {
                continue;
            }
            for (other, theirs) in index.classes().iter() {
                for direction in [Direction::Ingress, Direction::Egress] {
                    let (from, to) = match direction {
                        Direction::Egress => (index.class_of_pod(*mine), other),
                        Direction::Ingress => (other, index.class_of_pod(*mine)),
                    };
                    let example = theirs.example();
                    let flow = |port| match direction {
                        Direction::Egress => Flow { from: Endpoint::Pod(*mine), to: example, port },
                        Direction::Ingress => Flow { from: example, to: Endpoint::Pod(*mine), port },
                    };
                    let exempt = after.analysis.evaluate(flow(Port { protocol: Protocol::Tcp, number: 1 })).exemption;
                    if exempt.is_some() {
                        continue;
                    }
                    let allowed = wanted.iter().filter(|it| it.direction == direction).filter(|it| match &it.other {
                        WantedEnd::Workload(other) => theirs.pods().iter().any(|pod| {
                            model.workload_name(model.pods[*pod].workload)
                                == before.analysis.cluster.workload_name(*other)
                        }),
                        WantedEnd::Block(_) => false,
                    });
                    let allowed = allowed.fold(PortSet::none(), |set, it| set.union(&it.ports));
                    let over = matrix.connections(from, to).difference(&allowed);
                    let is_of = |ends: &ExcessEnd| match (ends, example) {
                        (ExcessEnd::Pods { pods, .. }, Endpoint::Pod(pod)) => pods.contains(&pod),
                        (ExcessEnd::Outside(ranges), Endpoint::Address(address)) => {
                            ranges.iter().any(|(first, last)| (first..=last).contains(&&address))
                        }
                        _ => false,
                    };
                    let is_named = isolation.excess.iter().any(|it| {
                        it.direction == direction && is_of(&it.others) && over.difference(&it.ports).is_none()
                    });
                    prop_assert!(over.is_none() || is_named, "{over} {isolation:?}\n{}", after.text());
                }
            }
        }
    }
}
