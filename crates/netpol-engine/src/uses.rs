//! What comes of each rule: between how many workloads it lets anything pass at present.

use netpol_syntax::{Location, order};

use crate::Analysis;
use crate::index::{Class, ClassId};
use crate::model::{Direction, PolicyId, WorkloadId};

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
}

impl Analysis {
    /// What comes of each rule that counts, in the order of policies, ingress first. Empty where there are too many to tell.
    #[must_use]
    pub fn uses(&self) -> Vec<RuleUse> {
        let matrix = self.matrix();
        let mut looks = 0;
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
                    let mut pairs = Vec::new();
                    let mut outside = false;
                    for to in destinations.iter::<ClassId>() {
                        let allowed = self.index.allowed_on(&self.cluster, rule, compiled_rule, to);
                        for (group, ports) in matrix.groups(to) {
                            looks += 1;
                            if matrix.set(*ports).intersection(&allowed).is_none() {
                                continue;
                            }
                            for from in group.intersection(sources).iter::<ClassId>() {
                                looks += 1;
                                if looks > MOST_LOOKS {
                                    return Vec::new();
                                }
                                outside |= self.is_outside(from) || self.is_outside(to);
                                self.add_pairs(from, to, &mut pairs);
                            }
                        }
                    }
                    order::sort_and_dedup(&mut pairs);
                    let pairs = pairs.len();
                    uses.push(RuleUse { policy: id, direction, rule: at, at: rule.at, pairs, outside });
                }
            }
        }
        uses
    }

    fn is_outside(&self, class: ClassId) -> bool {
        !matches!(self.index.classes()[class], Class::Pods { .. })
    }

    /// The workloads of two classes, each with each other one.
    fn add_pairs(&self, from: ClassId, to: ClassId, pairs: &mut Vec<(WorkloadId, WorkloadId)>) {
        let workloads = |class: ClassId| {
            let pods = self.index.classes()[class].pods().iter();
            let mut workloads: Vec<WorkloadId> = pods.map(|pod| self.cluster.pods[*pod].workload).collect();
            order::sort_and_dedup(&mut workloads);
            workloads
        };
        let (from, to) = (workloads(from), workloads(to));
        for source in &from {
            pairs.extend(to.iter().filter(|other| *other != source).map(|other| (*source, *other)));
        }
    }
}
