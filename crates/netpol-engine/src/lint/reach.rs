//! Lints that look at what passes in the end.

use crate::bits::BitSet;
use crate::index::{Class, ClassId};
use crate::matrix::Matrix;
use crate::model::{Direction, Endpoint, Phase, PolicyId, WorkloadId};

use super::registry::{ONE_END_ONLY, UNPROTECTED};
use super::{Linter, RuleAt, is_selectable};

pub(super) fn check(linter: &mut Linter<'_>) {
    if linter.analysis.cluster.policies.is_empty() {
        return;
    }
    let matrix = linter.analysis.matrix();
    for rule in linter.rules() {
        one_end_only(linter, &matrix, rule);
    }
    unprotected(linter);
}

/// A rule that lets pods send to others, or take from others, all of which are closed on their own side.
fn one_end_only(linter: &mut Linter<'_>, matrix: &Matrix, rule: RuleAt<'_>) {
    if rule.rule.peers.is_none() {
        return;
    }
    let index = &linter.analysis.index;
    let subjects = &index.compiled(rule.policy).subjects;
    let others = pods_among(linter, &rule.compiled.anyone);
    // What is outside the cluster has no policies of its own.
    if others.is_empty() || rule.compiled.anyone.len() != others.len() {
        return;
    }
    let mut closed: Option<(ClassId, ClassId)> = None;
    for subject in subjects.iter::<ClassId>() {
        for other in &others {
            let (from, to) = match rule.direction {
                Direction::Egress => (subject, *other),
                Direction::Ingress => (*other, subject),
            };
            let is_alone = |class: ClassId| index.classes()[class].pods().len() == 1;
            if from == to && is_alone(from) {
                continue;
            }
            let allowed = rule.rule.ports_on(index.declared_ports(&linter.analysis.cluster, to));
            if !matrix.connections(from, to).intersection(&allowed).is_none() {
                return;
            }
            if !allowed.is_none() && !is_finished(linter, from) && !is_finished(linter, to) {
                closed = closed.or(Some((subject, *other)));
            }
        }
    }
    let Some((subject, other)) = closed else { return };
    let workload = |class: ClassId| -> Vec<WorkloadId> {
        let pods = index.classes()[class].pods();
        pods.first().map(|pod| linter.analysis.cluster.pods[*pod].workload).into_iter().collect()
    };
    let (mine, theirs) = (linter.names_of(&workload(subject)), linter.names_of(&workload(other)));
    let far = match rule.direction {
        Direction::Egress => Direction::Ingress,
        Direction::Ingress => Direction::Egress,
    };
    let policies: &[PolicyId] = index.isolating(far, other);
    let message = match rule.direction {
        Direction::Egress => format!("nothing comes of this rule: {theirs} does not let {mine} in"),
        Direction::Ingress => format!("nothing comes of this rule: {theirs} may not send to {mine}"),
    };
    let mut found = ONE_END_ONLY
        .at(rule.rule.at, message)
        .with_help(format!("both ends must allow a connection: add an {} rule for {theirs}", far.as_str()));
    if let Some(policy) = policies.first() {
        let at = linter.analysis.cluster.policies[*policy].name_at;
        found = found.with_related(at, format!("it is isolated for {} here", far.as_str()));
    }
    linter.say(found);
}

/// The classes of pods in a set.
fn pods_among(linter: &Linter<'_>, set: &BitSet) -> Vec<ClassId> {
    let classes = linter.analysis.index.classes();
    set.iter().filter(|class: &ClassId| matches!(classes[*class], Class::Pods { .. })).collect()
}

fn is_finished(linter: &Linter<'_>, class: ClassId) -> bool {
    match linter.analysis.index.classes()[class].example() {
        Endpoint::Pod(pod) => linter.analysis.cluster.pods[pod].phase == Phase::Finished,
        Endpoint::Address(_) => false,
    }
}

/// Workloads that no policy isolates in either direction.
fn unprotected(linter: &mut Linter<'_>) {
    let analysis = linter.analysis;
    for workload in analysis.cluster.workloads.rows() {
        let Some(at) = workload.at else { continue };
        let is_free = |pod: &crate::model::PodId| {
            let (class, pod) = (analysis.index.class_of_pod(*pod), &analysis.cluster.pods[*pod]);
            let isolates = |direction| !analysis.index.isolating(direction, class).is_empty();
            is_selectable(pod)
                && pod.phase != Phase::Finished
                && !isolates(Direction::Ingress)
                && !isolates(Direction::Egress)
        };
        if analysis.cluster.namespaces[workload.namespace].is_system() || !workload.pods.iter().any(is_free) {
            continue;
        }
        let name = format!("{}/{}", analysis.cluster.namespaces[workload.namespace].name, workload.name);
        let found = UNPROTECTED
            .at(at, format!("no policy isolates `{name}`: nothing of its own keeps anyone out or in"))
            .with_help(
                "a policy with `podSelector: {}` and `policyTypes: [Ingress]` closes a namespace by default",
            );
        linter.say(found);
    }
}
