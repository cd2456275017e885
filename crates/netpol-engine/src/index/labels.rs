//! From labels to those that carry them, so that a selector costs a few set operations and not a look at everyone.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::bits::BitSet;
use crate::model::{Labels, Operator, Requirement, Selector};
use crate::table::{Id, id};

id!(
    /// Who carries labels: a class of pods, a pod, a namespace or a workload, by its position among its like.
    CarrierId
);

/// From labels to those that carry them.
#[derive(Debug)]
pub(crate) struct LabelIndex {
    size: usize,
    keys: HashMap<Arc<str>, LabelKey>,
}

#[derive(Debug)]
struct LabelKey {
    carriers: BitSet,
    values: HashMap<Arc<str>, BitSet>,
}

impl LabelIndex {
    /// Of so many carriers, who carry nothing yet.
    pub(crate) fn new(size: usize) -> Self {
        Self { size, keys: HashMap::new() }
    }

    /// Says what one of them carries.
    pub(crate) fn add(&mut self, labels: &Labels, carrier: usize) {
        let id = CarrierId::new(carrier);
        for (key, value) in labels.shared() {
            let no_one = || BitSet::none(self.size);
            let new = || LabelKey { carriers: no_one(), values: HashMap::new() };
            let key = self.keys.entry(Arc::clone(key)).or_insert_with(new);
            key.carriers.insert(id);
            key.values.entry(Arc::clone(value)).or_insert_with(no_one).insert(id);
        }
    }

    /// Those among `all` that meet every requirement.
    pub(crate) fn select(&self, all: &BitSet, selector: &Selector) -> BitSet {
        let mut chosen = all.clone();
        selector.requirements.iter().for_each(|requirement| self.meet(&mut chosen, requirement));
        chosen
    }

    fn meet(&self, chosen: &mut BitSet, requirement: &Requirement) {
        let no_one = || Cow::Owned(BitSet::none(self.size));
        let key = self.keys.get(&requirement.key);
        let of_value = |value| key.and_then(|key| key.values.get(value)).map_or_else(no_one, Cow::Borrowed);
        match &requirement.operator {
            Operator::Equals(value) => chosen.keep(&of_value(value)),
            Operator::In(values) => chosen.keep(&self.carriers(key, values)),
            Operator::NotIn(values) => chosen.subtract(&self.carriers(key, values)),
            Operator::Exists => chosen.keep(&key.map_or_else(no_one, |key| Cow::Borrowed(&key.carriers))),
            Operator::DoesNotExist => {
                if let Some(key) = key {
                    chosen.subtract(&key.carriers);
                }
            }
        }
    }

    /// Those that carry one of `values` under `key`.
    fn carriers(&self, key: Option<&LabelKey>, values: &[Arc<str>]) -> BitSet {
        let mut carriers = BitSet::none(self.size);
        for more in values.iter().filter_map(|value| key?.values.get(value)) {
            carriers.unite(more);
        }
        carriers
    }
}
