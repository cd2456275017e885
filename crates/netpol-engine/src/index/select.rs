//! Selectors to bit sets, through an index from labels to those that carry them, so that a selector costs a
//! few set operations and not a look at every pod.

use std::collections::HashMap;
use std::sync::Arc;

use crate::bits::BitSet;
use crate::model::{Block, Cluster, Labels, NamespaceId, Operator, PodNetwork, Requirement, Selector};
use crate::table::{Id, id};

use super::classes::{BlockId, Class, Classes};

/// What selectors choose from.
#[derive(Debug)]
pub(super) struct Selection {
    pub(super) classes: Arc<Classes>,
    /// By pod label: the classes that carry it. Pods in their node's network are in none: no selector matches them.
    pod_labels: LabelIndex,
    namespace_labels: LabelIndex,
    namespace_count: usize,
    members: Vec<BitSet>,
    /// One set a distinct block, in the order of `Classes::blocks`.
    block_members: Vec<Arc<BitSet>>,
}

impl Selection {
    pub(super) fn new(cluster: &Cluster, classes: Arc<Classes>) -> Self {
        let size = classes.table.len();
        let mut pod_labels = LabelIndex::new(size);
        let mut members = vec![BitSet::none(size); cluster.namespaces.len()];
        let mut block_members = vec![BitSet::none(size); classes.blocks.len()];
        for (id, class) in classes.table.iter() {
            if let Class::Pods { example, .. } = class {
                let pod = &cluster.pods[*example];
                if pod.network == PodNetwork::Own {
                    pod_labels.add(&pod.labels, id.index());
                    if let Some(members) = members.get_mut(pod.namespace.index()) {
                        members.insert(id);
                    }
                }
            }
            for block in classes.blocks_of[id].iter::<BlockId>() {
                if let Some(members) = block_members.get_mut(block.index()) {
                    members.insert(id);
                }
            }
        }
        let namespace_count = cluster.namespaces.len();
        let mut namespace_labels = LabelIndex::new(namespace_count);
        for (id, namespace) in cluster.namespaces.iter() {
            namespace_labels.add(&namespace.labels, id.index());
        }
        let block_members = block_members.into_iter().map(Arc::new).collect();
        Self { classes, pod_labels, namespace_labels, namespace_count, members, block_members }
    }

    /// Everyone, outside addresses included.
    pub(super) fn everyone(&self) -> BitSet {
        BitSet::all(self.classes.table.len())
    }

    /// No one.
    pub(super) fn no_one(&self) -> BitSet {
        BitSet::none(self.classes.table.len())
    }

    /// Such pods of one namespace.
    pub(super) fn pods_of(&self, namespace: NamespaceId, pods: &Selector) -> BitSet {
        let all = self.members.get(namespace.index());
        all.map_or_else(|| self.no_one(), |all| self.pod_labels.select(all, pods))
    }

    /// Every pod of such namespaces.
    pub(super) fn namespaces(&self, namespaces: &Selector) -> BitSet {
        let chosen = self.namespace_labels.select(&BitSet::all(self.namespace_count), namespaces);
        let mut pods = self.no_one();
        for namespace in chosen.iter::<NamespaceId>() {
            if let Some(members) = self.members.get(namespace.index()) {
                pods.unite(members);
            }
        }
        pods
    }

    /// Such pods of such namespaces.
    pub(super) fn pods_in(&self, namespaces: &Selector, pods: &Selector) -> BitSet {
        self.pod_labels.select(&self.namespaces(namespaces), pods)
    }

    /// Everyone, pods included, with an address in the block.
    pub(super) fn block(&self, block: &Block) -> Arc<BitSet> {
        let at = self.classes.blocks.binary_search(block).ok();
        at.and_then(|at| self.block_members.get(at)).cloned().unwrap_or_else(|| Arc::new(self.no_one()))
    }
}

/// From labels to those that carry them.
#[derive(Debug)]
struct LabelIndex {
    size: usize,
    keys: HashMap<Arc<str>, LabelKey>,
}

id!(
    /// A class or a namespace.
    CarrierId
);

/// A label of which every carrier may have another value: a list each, where a set each would be as large as all of
/// them together.
#[derive(Debug)]
struct LabelKey {
    carriers: BitSet,
    values: HashMap<Arc<str>, Vec<CarrierId>>,
}

impl LabelIndex {
    fn new(size: usize) -> Self {
        Self { size, keys: HashMap::new() }
    }

    fn add(&mut self, labels: &Labels, carrier: usize) {
        let id = CarrierId::new(carrier);
        for (key, value) in labels.shared() {
            let new = || LabelKey { carriers: BitSet::none(self.size), values: HashMap::new() };
            let key = self.keys.entry(Arc::clone(key)).or_insert_with(new);
            key.carriers.insert(id);
            key.values.entry(Arc::clone(value)).or_default().push(id);
        }
    }

    /// Those among `all` that meet every requirement.
    fn select(&self, all: &BitSet, selector: &Selector) -> BitSet {
        let mut chosen = all.clone();
        selector.requirements.iter().for_each(|requirement| self.meet(&mut chosen, requirement));
        chosen
    }

    fn meet(&self, chosen: &mut BitSet, requirement: &Requirement) {
        let key = self.keys.get(&requirement.key);
        match &requirement.operator {
            Operator::Equals(value) => chosen.keep(&self.carriers(key, std::slice::from_ref(value))),
            Operator::In(values) => chosen.keep(&self.carriers(key, values)),
            Operator::NotIn(values) => chosen.subtract(&self.carriers(key, values)),
            Operator::Exists => match key {
                Some(key) => chosen.keep(&key.carriers),
                None => chosen.keep(&BitSet::none(self.size)),
            },
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
        for value in values {
            let more = key.and_then(|key| key.values.get(value)).into_iter().flatten();
            more.for_each(|id| carriers.insert(*id));
        }
        carriers
    }
}
