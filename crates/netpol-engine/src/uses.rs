//! What comes of each rule: between how many workloads it lets anything pass at present.

use netpol_syntax::{Location, order};

use crate::Analysis;
use crate::index::{Class, ClassId};
use crate::model::{Direction, PolicyId, WorkloadId};
use crate::table::Id;

/// So many pairs of classes are looked at in all. Of a cluster that has more, nothing is said.
const MOST_LOOKS: usize = 2_000_000;

/// What comes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleUse {
    /// The policy that it is of.
    pub policy: PolicyId,
    /// The direction that it is about.
    pub direction: Direction,
    /// Its position in the policy's section for that direction, from 0.
    pub rule: usize,
    /// Where it stands.
    pub at: Location,
    /// From so many workloads to so many others, pair by pair, something passes that the rule allows. The other end
    /// allows it as well, and other rules may.
    pub pairs: usize,
    /// Whether anything passes by it between a workload and addresses outside.
    pub outside: bool,
    /// Whether anything passes by it between two pods of one workload.
    pub within: bool,
}

impl Analysis {
    /// What comes of each rule that counts, in the order of policies, ingress first. Empty where there are too many to tell.
    #[must_use]
    pub fn uses(&self) -> Vec<RuleUse> {
        let matrix = self.matrix();
        let workloads = self.workloads_of_classes();
        let mut left = MOST_LOOKS;
        let mut uses = Vec::new();
        for (id, policy) in self.cluster.policies.iter() {
            let compiled = self.index.compiled(id);
            for direction in [Direction::Ingress, Direction::Egress] {
                let rules =
                    policy.section(direction).rules().iter().zip(compiled.rules(direction)).enumerate();
                for (at, (rule, compiled_rule)) in rules {
                    let (sources, destinations) = match direction {
                        Direction::Egress => (&compiled.subjects, compiled_rule.anyone.as_ref()),
                        Direction::Ingress => (compiled_rule.anyone.as_ref(), &compiled.subjects),
                    };
                    let mut found = Found::default();
                    for to in destinations.iter::<ClassId>() {
                        let allowed = self.index.allowed_on(&self.cluster, rule, compiled_rule, to);
                        for (group, ports) in matrix.groups(to) {
                            let passing = matrix.set(*ports).intersection(&allowed);
                            let from = group.intersection(sources);
                            let from = from.iter::<ClassId>().filter(|_| !passing.is_none());
                            let Some(rest) = found.add(&workloads, from, to, left.saturating_sub(1)) else {
                                return Vec::new();
                            };
                            left = rest;
                        }
                    }
                    let Found { mut pairs, outside, within } = found;
                    order::sort_and_dedup(&mut pairs);
                    let pairs = pairs.len();
                    uses.push(RuleUse {
                        policy: id,
                        direction,
                        rule: at,
                        at: rule.at,
                        pairs,
                        outside,
                        within,
                    });
                }
            }
        }
        uses
    }

    /// The workloads of each class, with how many of their pods are in it. None of addresses outside.
    fn workloads_of_classes(&self) -> Vec<Vec<(WorkloadId, usize)>> {
        let classes = self.index.classes().rows().iter().map(|class| {
            let pods = match class {
                Class::Pods { .. } => class.pods(),
                _ => &[],
            };
            let workloads = pods.iter().map(|pod| (self.cluster.pods[*pod].workload, ()));
            order::groups(workloads).into_iter().map(|(workload, pods)| (workload, pods.len())).collect()
        });
        classes.collect()
    }
}

/// What comes of one rule.
#[derive(Default)]
struct Found {
    pairs: Vec<(WorkloadId, WorkloadId)>,
    outside: bool,
    within: bool,
}

impl Found {
    /// Adds what passes from some classes to one, and gives what is left of so many looks; `None` where they do not do.
    fn add(
        &mut self,
        workloads: &[Vec<(WorkloadId, usize)>],
        from: impl Iterator<Item = ClassId>,
        to: ClassId,
        left: usize,
    ) -> Option<usize> {
        let of = |class: ClassId| workloads.get(class.index()).map(Vec::as_slice).unwrap_or_default();
        let mut left = left;
        for class in from {
            let (sources, others) = (of(class), of(to));
            left = left.checked_sub(1 + sources.len() * others.len())?;
            self.outside |= sources.is_empty() || others.is_empty();
            for (source, pods) in sources {
                for (other, _) in others {
                    if source != other {
                        self.pairs.push((*source, *other));
                    } else {
                        // A pod sends nothing to itself that policies decide.
                        self.within |= class != to || *pods > 1;
                    }
                }
            }
        }
        (left > 0).then_some(left)
    }
}
