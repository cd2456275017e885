//! Lints of what is said twice: rules and policies that others make needless, whatever pods may come.
//!
//! Compared is what is written and not what it selects today: a rule is covered by another only where that holds for
//! every cluster.

use netpol_syntax::order;

use crate::model::{Direction, Policy, PolicyId};

use super::comparing::Comparing;
use super::covering::Covering;
use super::effort::Effort;
use super::registry::{REDUNDANT_POLICY, REDUNDANT_RULE};
use super::{Linter, rule_node};

/// So many peers, ports and requirements are held against each other.
const MOST_COMPARED: usize = 4_000_000;

pub(super) fn check(linter: &mut Linter<'_>) {
    let comparing = Comparing(Effort::new(MOST_COMPARED));
    for (_, fellows) in order::groups(linter.policies().map(|(id, policy)| (policy.namespace, (id, policy))))
    {
        let all = Covering::new(fellows);
        let needless: Vec<Option<&Policy>> =
            all.fellows.iter().map(|(id, policy)| comparing.covering_policy(&all, *id, policy)).collect();
        // What covers a rule must itself be there to stay.
        let kept = all.fellows.iter().zip(&needless).filter(|(_, covering)| covering.is_none());
        let kept = Covering::new(kept.map(|(fellow, _)| *fellow).collect());
        for ((id, policy), covering) in all.fellows.iter().zip(&needless) {
            if let Some(other) = covering {
                redundant_policy(linter, *id, policy, other);
                continue;
            }
            for direction in [Direction::Ingress, Direction::Egress] {
                for at in 0..policy.section(direction).rules().len() {
                    redundant_rule(linter, &comparing, &kept, (*id, direction, at));
                }
            }
        }
    }
}

fn redundant_policy(linter: &mut Linter<'_>, id: PolicyId, policy: &Policy, other: &Policy) {
    // A policy that selects no pod has another fault.
    if linter.analysis.index.compiled(id).subjects.is_empty() {
        return;
    }
    let message = format!(
        "`{}` changes nothing: `{}` selects its pods and allows all of this",
        policy.name, other.name
    );
    let found = REDUNDANT_POLICY
        .at(policy.name_at, message)
        .with_related(other.name_at, "this one")
        .with_help("it can be taken out");
    linter.say(found);
}

/// A rule that another rule covers, of the same policy or of one that selects the same pods.
fn redundant_rule<'a>(
    linter: &mut Linter<'a>,
    comparing: &Comparing,
    policies: &Covering<'a>,
    (id, direction, at): (PolicyId, Direction, usize),
) {
    let policy = &linter.analysis.cluster.policies[id];
    let Some(rule) = policy.section(direction).rules().get(at) else { return };
    let mut candidates =
        policies.rules(policy, direction, rule, &comparing.0).into_iter().filter_map(|place| {
            let (fellow, other_at) = place;
            let (other_id, other) = policies.fellows.get(fellow)?;
            Some((*other_id, other, other_at, other.section(direction).rules().get(other_at)?))
        });
    let covering = candidates.find(|(other_id, other, other_at, covering)| {
        // Of two that cover each other the later one is needless.
        let is_mutual =
            || comparing.is_within(&other.subject, &policy.subject) && comparing.covers(rule, covering);
        (*other_id, *other_at) != (id, at)
            && comparing.is_within(&policy.subject, &other.subject)
            && comparing.covers(covering, rule)
            && ((*other_id, *other_at) < (id, at) || !is_mutual())
    });
    let covering = covering.map(|(other_id, _, other_at, covering)| (other_id, other_at, covering.at));
    let Some((other, other_at, place)) = covering else { return };
    let whose =
        if other == id { "of this policy".to_owned() } else { format!("of {}", linter.name_of(other)) };
    let fix = linter.edit(id, |editor, object| {
        rule_node(object, direction, at)?;
        let edit = editor.remove_item(object.get("spec")?, direction.as_str(), at)?;
        Some(netpol_syntax::Fix {
            title: "Take the rule out".to_owned(),
            edits: vec![edit],
            // The last rule of a policy without `policyTypes` is also what makes it isolate egress.
            keeps_meaning: direction == Direction::Ingress || policy.egress.rules().len() > 1,
        })
    });
    let message = format!("all of this is allowed by rule {} {whose} already", other_at + 1);
    let found = REDUNDANT_RULE
        .at(rule.at, message)
        .with_related(place, "this rule")
        .with_help("it can be taken out")
        .with_fix(fix.filter(|fix| fix.keeps_meaning));
    linter.say(found);
}
