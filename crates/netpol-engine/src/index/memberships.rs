//! Which of a series of sets each class is in, each combination once.

use crate::bits::BitSet;
use crate::table::{Table, id};

use super::ClassId;

id!(
    /// A combination of sets that some class is in.
    CombinationId
);

/// For each class the sets that it is in, in their order. Classes in the same sets share one list.
#[derive(Clone, Debug)]
pub(crate) struct Memberships<T> {
    of: Table<ClassId, CombinationId>,
    lists: Table<CombinationId, Vec<T>>,
}

/// Groups of classes that are split, set by set, until no set holds only a part of one. It costs what the sets hold,
/// not how many groups there are.
pub(crate) struct Refinement {
    of: Table<ClassId, CombinationId>,
    drafts: Table<CombinationId, Draft>,
}

/// A group while sets are still being met.
struct Draft {
    /// How many classes are in it.
    classes: usize,
    /// How many of them are in the set that is being met.
    met: usize,
    /// Where those go that are, unless all are.
    apart: Option<CombinationId>,
}

impl Refinement {
    /// All of so many classes in one group.
    pub(crate) fn of(classes: usize) -> Self {
        let mut drafts = Table::default();
        let all = drafts.push(Draft { classes, met: 0, apart: None });
        Self { of: (0..classes).map(|_| all).collect(), drafts }
    }

    /// Splits the groups that are in `members` in part. Gives those that are in it as a whole now, each with the group
    /// that it was split off from.
    pub(crate) fn meet(&mut self, members: &BitSet) -> Vec<(CombinationId, Option<CombinationId>)> {
        let mut touched = Vec::new();
        for class in members.iter::<ClassId>() {
            let draft = &mut self.drafts[self.of[class]];
            if draft.met == 0 {
                touched.push(self.of[class]);
            }
            draft.met += 1;
        }
        let mut within = Vec::with_capacity(touched.len());
        for id in &touched {
            let met = std::mem::take(&mut self.drafts[*id].met);
            if met == self.drafts[*id].classes {
                within.push((*id, None));
                continue;
            }
            let apart = self.drafts.push(Draft { classes: met, met: 0, apart: None });
            self.drafts[*id].classes -= met;
            self.drafts[*id].apart = Some(apart);
            within.push((apart, Some(*id)));
        }
        for class in members.iter::<ClassId>() {
            if let Some(apart) = self.drafts[self.of[class]].apart {
                self.of[class] = apart;
            }
        }
        for id in touched {
            self.drafts[id].apart = None;
        }
        within
    }
}

impl<T: Copy> Memberships<T> {
    /// Those of `classes` classes in `sets`. It costs what the sets hold, not how many combinations there are.
    pub(crate) fn of(classes: usize, sets: &[(T, &BitSet)]) -> Self {
        let (of, lists) = combine(classes, &mut sets.iter().map(|(_, members)| *members));
        let named =
            |list: &Vec<usize>| list.iter().filter_map(|at| sets.get(*at)).map(|(item, _)| *item).collect();
        Self { of, lists: lists.rows().iter().map(named).collect() }
    }

    /// The combination of sets that `class` is in.
    pub(crate) fn combination(&self, class: ClassId) -> CombinationId {
        self.of[class]
    }

    /// The sets of each combination, in their order.
    pub(crate) fn combinations(&self) -> &Table<CombinationId, Vec<T>> {
        &self.lists
    }

    /// The sets that `class` is in, in their order.
    pub(crate) fn of_class(&self, class: ClassId) -> &[T] {
        &self.lists[self.of[class]]
    }
}

/// Which combination each class is in, and the positions of the sets that each consists of.
fn combine(
    classes: usize,
    sets: &mut dyn Iterator<Item = &BitSet>,
) -> (Table<ClassId, CombinationId>, Table<CombinationId, Vec<usize>>) {
    let mut refinement = Refinement::of(classes);
    let mut lists: Table<CombinationId, Vec<usize>> = Table::default();
    lists.push(Vec::new());
    for (at, members) in sets.enumerate() {
        for (id, from) in refinement.meet(members) {
            if let Some(from) = from {
                lists.push(lists[from].clone());
            }
            lists[id].push(at);
        }
    }
    (refinement.of, lists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Id;

    #[test]
    fn each_class_has_the_sets_that_hold_it() {
        let holds = |set: usize, class: usize| class.is_multiple_of(set + 2) || set == 3;
        let sets: Vec<BitSet> = (0..5)
            .map(|set| {
                let mut bits = BitSet::none(70);
                (0..70).filter(|class| holds(set, *class)).for_each(|class| bits.insert(ClassId::new(class)));
                bits
            })
            .collect();
        let named: Vec<(usize, &BitSet)> = sets.iter().enumerate().collect();
        let memberships = Memberships::of(70, &named);
        for class in 0..70 {
            let expected: Vec<usize> = (0..5).filter(|set| holds(*set, class)).collect();
            assert_eq!(memberships.of_class(ClassId::new(class)), expected, "{class}");
            let id = memberships.combination(ClassId::new(class));
            assert_eq!(memberships.combinations()[id], expected, "{class}");
        }
        // By 2, by 4 too, or by neither; and by 3 or not. 6 divides what 2 and 3 do, and one set holds all.
        assert_eq!(memberships.combinations().len(), 6);
    }
}
