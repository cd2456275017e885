//! Which policies differ between two states, and which of them tell on a flow.

use std::sync::Arc;

use netpol_syntax::Location;
use netpol_syntax::order::{self, Map};

use crate::Analysis;
use crate::index::ClassId;
use crate::model::{Cluster, Direction, Policy, PolicyId};
use crate::ports::PortSet;
use crate::table::Table;

/// A policy that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyEdit {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// What became of it.
    pub kind: EditKind,
}

/// What became of a policy, and where it stands in the state that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditKind {
    /// Only the later state has it.
    Added(Location),
    /// Only the earlier one has it.
    Removed(Location),
    /// Both have it, and it says something else now.
    Changed {
        /// Where it stood.
        from: Location,
        /// Where it stands.
        to: Location,
    },
}

/// All edits, in the order of namespaces and names.
pub(super) struct Edits {
    pub(super) listed: Vec<PolicyEdit>,
    /// Each edit's policy in either state.
    policies: Vec<(Option<PolicyId>, Option<PolicyId>)>,
    /// The edit of each policy of the earlier state and of the later one, where there is one.
    of_old: Table<PolicyId, Option<usize>>,
    of_new: Table<PolicyId, Option<usize>>,
}

impl Edits {
    pub(super) fn between(old: &Analysis, new: &Analysis) -> Self {
        let (before, after) = (by_name(&old.cluster), by_name(&new.cluster));
        let mut names: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
        order::sort_and_dedup(&mut names);
        let unedited = |analysis: &Analysis| analysis.cluster.policies.ids().map(|_| None).collect();
        let mut edits =
            Self { listed: Vec::new(), policies: Vec::new(), of_old: unedited(old), of_new: unedited(new) };
        for key in names {
            let ids = (before.get(&key).copied(), after.get(&key).copied());
            let one = ids.0.map(|id| &old.cluster.policies[id]);
            let other = ids.1.map(|id| &new.cluster.policies[id]);
            let kind = match (one, other) {
                (None, Some(added)) => EditKind::Added(added.at),
                (Some(removed), None) => EditKind::Removed(removed.at),
                (Some(one), Some(other)) if !one.says_the_same(other) => {
                    EditKind::Changed { from: one.at, to: other.at }
                }
                _ => continue,
            };
            if let Some(id) = ids.0 {
                edits.of_old[id] = Some(edits.listed.len());
            }
            if let Some(id) = ids.1 {
                edits.of_new[id] = Some(edits.listed.len());
            }
            let (namespace, name) = key;
            edits.listed.push(PolicyEdit { namespace, name, kind });
            edits.policies.push(ids);
        }
        edits
    }

    /// The edits that tell on a flow: where what the policy says of it before and after differs.
    pub(super) fn causes(
        &self,
        before: (ClassId, ClassId),
        after: (ClassId, ClassId),
        old: &Analysis,
        new: &Analysis,
    ) -> Vec<usize> {
        let says = |analysis: &Analysis, policy: Option<PolicyId>, flow| {
            [Direction::Egress, Direction::Ingress].map(|direction| said(analysis, policy?, flow, direction))
        };
        let differs = |edit: &usize| {
            let policies = self.policies.get(*edit);
            policies.is_some_and(|(one, other)| says(old, *one, before) != says(new, *other, after))
        };
        // A policy that isolates neither end in either state says nothing of the flow.
        let isolating = |analysis: &Analysis, (from, to): (ClassId, ClassId)| -> Vec<PolicyId> {
            let egress = analysis.index.isolating(Direction::Egress, from).iter();
            egress.chain(analysis.index.isolating(Direction::Ingress, to)).copied().collect()
        };
        let earlier = isolating(old, before).into_iter().filter_map(|policy| self.of_old[policy]);
        let later = isolating(new, after).into_iter().filter_map(|policy| self.of_new[policy]);
        let mut edits: Vec<usize> = earlier.chain(later).collect();
        order::sort_and_dedup(&mut edits);
        edits.retain(differs);
        edits
    }
}

/// What a policy allows of a flow on the side that it isolates; `None` where it does not isolate it.
fn said(
    analysis: &Analysis,
    policy: PolicyId,
    (from, to): (ClassId, ClassId),
    direction: Direction,
) -> Option<PortSet> {
    let (subject, other) = match direction {
        Direction::Egress => (from, to),
        Direction::Ingress => (to, from),
    };
    let Analysis { cluster, index, .. } = analysis;
    if !index.isolating(direction, subject).contains(&policy) {
        return None;
    }
    let declared = index.declared_ports(cluster, to);
    let rules = cluster.policies[policy].section(direction).rules().iter();
    let matching = rules
        .zip(index.compiled(policy).rules(direction))
        .filter(|(_, compiled)| compiled.anyone.contains(other));
    Some(matching.fold(PortSet::none(), |set, (rule, _)| set.union(&rule.ports_on(declared))))
}

fn by_name(cluster: &Cluster) -> Map<(Arc<str>, Arc<str>), PolicyId> {
    let key =
        |policy: &Policy| (Arc::clone(&cluster.namespaces[policy.namespace].name), Arc::clone(&policy.name));
    Map::from_iter(cluster.policies.iter().map(|(id, policy)| (key(policy), id)))
}
