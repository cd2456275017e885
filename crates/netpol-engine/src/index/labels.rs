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
    /// Positions in `keys`.
    names: HashMap<Arc<str>, usize>,
    keys: Vec<LabelKey>,
}

#[derive(Debug)]
struct LabelKey {
    carriers: BitSet,
    /// Positions in `values`.
    names: HashMap<Arc<str>, usize>,
    values: Vec<BitSet>,
}

impl LabelIndex {
    /// Of so many carriers, who carry nothing yet.
    pub(crate) fn new(size: usize) -> Self {
        Self { size, names: HashMap::new(), keys: Vec::new() }
    }

    /// Says what one of them carries.
    pub(crate) fn add(&mut self, labels: &Labels, carrier: usize) {
        let id = CarrierId::new(carrier);
        let no_one = || BitSet::none(self.size);
        for (key, value) in labels.shared() {
            let at = position(&mut self.names, key);
            if at == self.keys.len() {
                self.keys.push(LabelKey { carriers: no_one(), names: HashMap::new(), values: Vec::new() });
            }
            let Some(key) = self.keys.get_mut(at) else { continue };
            key.carriers.insert(id);
            let at = position(&mut key.names, value);
            if at == key.values.len() {
                key.values.push(no_one());
            }
            key.values.get_mut(at).into_iter().for_each(|carriers| carriers.insert(id));
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
        let key = self.names.get(&requirement.key).and_then(|at| self.keys.get(*at));
        let of_value = |value| key.and_then(|key| key.of_value(value)).map_or_else(no_one, Cow::Borrowed);
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
        for more in values.iter().filter_map(|value| key?.of_value(value)) {
            carriers.unite(more);
        }
        carriers
    }
}

impl LabelKey {
    fn of_value(&self, value: &Arc<str>) -> Option<&BitSet> {
        self.values.get(*self.names.get(value)?)
    }
}

/// The position of a name, which is the next one where it is new. One kind of map, for keys and for values: each is 2 KB of
/// code.
fn position(names: &mut HashMap<Arc<str>, usize>, name: &Arc<str>) -> usize {
    let next = names.len();
    *names.entry(Arc::clone(name)).or_insert(next)
}
