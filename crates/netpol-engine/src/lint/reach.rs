//! Lints that look at what passes in the end.

use std::borrow::Cow;

use crate::bits::BitSet;
use crate::index::{Class, ClassId};
use crate::matrix::Matrix;
use crate::model::{ContainerPort, Direction, Endpoint, Phase, PolicyId, WorkloadId};
use crate::ports::PortSet;

use super::effort::Effort;
use super::registry::{ONE_END_ONLY, UNPROTECTED};
use super::{Linter, RuleAt, is_selectable};

pub(super) fn check(linter: &mut Linter<'_>) {
    if linter.analysis.cluster.policies.is_empty() {
        return;
    }
    let matrix = linter.analysis.matrix();
    let effort = Effort::new(MOST_LOOKS);
    for rule in linter.rules() {
        one_end_only(linter, &matrix, rule, &effort);
    }
    unprotected(linter);
}

/// So many destinations and groups of sources are looked at for rules of which nothing comes.
const MOST_LOOKS: usize = 2_000_000;

/// A rule that lets pods send to others, or take from others, all of which are closed on their own side.
fn one_end_only(linter: &mut Linter<'_>, matrix: &Matrix, rule: RuleAt<'_>, effort: &Effort) {
    if rule.rule.peers.is_none() {
        return;
    }
    let index = &linter.analysis.index;
    let subjects = &index.compiled(rule.policy).subjects;
    let others = rule.compiled.anyone.as_ref();
    // What is outside the cluster has no policies of its own.
    let is_of_pods = |class: ClassId| matches!(index.classes()[class], Class::Pods { .. });
    if others.is_empty() || !others.iter().all(is_of_pods) {
        return;
    }
    let (sources, destinations) = match rule.direction {
        Direction::Egress => (subjects, others),
        Direction::Ingress => (others, subjects),
    };
    if may_pass(linter, matrix, rule, (sources, destinations), effort) {
        return;
    }
    let Some((subject, other)) = closed_pair(linter, rule, subjects, others) else { return };
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

/// Whether any of what a rule allows passes from `sources` to `destinations`, or there are too many to tell.
fn may_pass(
    linter: &Linter<'_>,
    matrix: &Matrix,
    rule: RuleAt<'_>,
    (sources, destinations): (&BitSet, &BitSet),
    effort: &Effort,
) -> bool {
    let index = &linter.analysis.index;
    let mut last: Option<(usize, &[ContainerPort])> = None;
    for to in destinations.iter::<ClassId>() {
        // What a destination calls its ports matters to rules with names alone.
        let declared = match rule.compiled.fixed_ports {
            Some(_) => &[],
            None => index.declared_ports(&linter.analysis.cluster, to),
        };
        let column = (matrix.column_address(to), declared);
        if !effort.allows(1) {
            return true;
        }
        if last == Some(column) {
            continue;
        }
        last = Some(column);
        let allowed = allowed_on(linter, rule, to);
        for (group, ports) in matrix.groups(to) {
            if !effort.allows(1) {
                return true;
            }
            if matrix.set(*ports).intersection(&allowed).is_none() || !group.intersects(sources) {
                continue;
            }
            // Between the pods of one class it is between two of them.
            if group.intersection(sources).iter().any(|from: ClassId| from != to || !is_alone(linter, to)) {
                return true;
            }
            // It alone is let through to itself. Of others with this column that is not said.
            last = None;
        }
    }
    false
}

/// The first subject and the first other end of a rule, two that have not ended and to which it allows anything.
fn closed_pair(
    linter: &Linter<'_>,
    rule: RuleAt<'_>,
    subjects: &BitSet,
    others: &BitSet,
) -> Option<(ClassId, ClassId)> {
    let is_meant = |class: &ClassId, is_destination: bool| {
        let is_closed = is_destination && allowed_on(linter, rule, *class).is_none();
        !is_finished(linter, *class) && !is_closed
    };
    let is_ingress = rule.direction == Direction::Ingress;
    // Of two each, some two differ where any do.
    let subjects: Vec<ClassId> =
        subjects.iter().filter(|class| is_meant(class, is_ingress)).take(2).collect();
    let others: Vec<ClassId> = others.iter().filter(|class| is_meant(class, !is_ingress)).take(2).collect();
    let pairs = subjects.iter().flat_map(|subject| others.iter().map(|other| (*subject, *other)));
    pairs.into_iter().find(|(subject, other)| subject != other || !is_alone(linter, *subject))
}

/// The ports that a rule allows on a destination.
fn allowed_on<'a>(linter: &Linter<'a>, rule: RuleAt<'_>, destination: ClassId) -> Cow<'a, PortSet> {
    linter.analysis.index.allowed_on(&linter.analysis.cluster, rule.rule, rule.compiled, destination)
}

/// Whether a class is of one pod.
fn is_alone(linter: &Linter<'_>, class: ClassId) -> bool {
    linter.analysis.index.classes()[class].pods().len() == 1
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
