//! Selectors to bit sets, through an index from labels to those that carry them, so that a selector costs a
//! few set operations and not a look at every pod.

use std::collections::HashMap;
use std::sync::Arc;

use crate::bits::BitSet;
use crate::model::{Block, Cluster, Labels, NamespaceId, Operator, PodNetwork, Requirement, Selector};
use crate::table::Id;

use super::classes::{Class, Classes};

/// What selectors choose from.
pub(super) struct Selection<'c> {
    classes: &'c Classes,
    /// By pod label: the classes that carry it. Pods in their node's network are in none: no selector matches them.
    pod_labels: LabelIndex,
    namespace_labels: LabelIndex,
    namespace_count: usize,
    members: Vec<BitSet>,
    /// One set a distinct block, in the order of `Classes::blocks`.
    block_members: Vec<BitSet>,
}

impl<'c> Selection<'c> {
    pub(super) fn new(cluster: &Cluster, classes: &'c Classes) -> Self {
        let size = classes.table.len();
        let mut pod_labels = LabelIndex::default();
        let mut members = vec![BitSet::none(size); cluster.namespaces.len()];
        let mut block_members = vec![BitSet::none(size); classes.blocks.len()];
        for (id, class) in classes.table.iter() {
            let addresses: &[std::net::IpAddr] = match class {
                Class::Outside { example, .. } => std::slice::from_ref(example),
                Class::Pods { example, .. } => {
                    let pod = &cluster.pods[*example];
                    if pod.network == PodNetwork::Own {
                        pod_labels.add(&pod.labels, id, size);
                        if let Some(members) = members.get_mut(pod.namespace.index()) {
                            members.insert(id);
                        }
                    }
                    &pod.addresses
                }
            };
            for (block, members) in classes.blocks.iter().zip(&mut block_members) {
                if addresses.iter().any(|address| block.contains(address)) {
                    members.insert(id);
                }
            }
        }
        let mut namespace_labels = LabelIndex::default();
        for (id, namespace) in cluster.namespaces.iter() {
            namespace_labels.add(&namespace.labels, id, cluster.namespaces.len());
        }
        let namespace_count = cluster.namespaces.len();
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
    pub(super) fn block(&self, block: &Block) -> BitSet {
        let at = self.classes.blocks.binary_search(block).ok();
        at.and_then(|at| self.block_members.get(at)).cloned().unwrap_or_else(|| self.no_one())
    }
}

/// From labels to those that carry them.
#[derive(Default)]
struct LabelIndex {
    keys: HashMap<Arc<str>, LabelKey>,
}

struct LabelKey {
    carriers: BitSet,
    values: HashMap<Arc<str>, BitSet>,
}

impl LabelIndex {
    fn add(&mut self, labels: &Labels, id: impl Id, size: usize) {
        for (key, value) in labels.iter() {
            let key = self
                .keys
                .entry(key.into())
                .or_insert_with(|| LabelKey { carriers: BitSet::none(size), values: HashMap::new() });
            key.carriers.insert(id);
            key.values.entry(value.into()).or_insert_with(|| BitSet::none(size)).insert(id);
        }
    }

    /// Those among `all` that meet every requirement.
    fn select(&self, all: &BitSet, selector: &Selector) -> BitSet {
        selector.requirements.iter().fold(all.clone(), |chosen, requirement| self.meet(chosen, requirement))
    }

    fn meet(&self, mut chosen: BitSet, requirement: &Requirement) -> BitSet {
        let key = self.keys.get(&requirement.key);
        match &requirement.operator {
            Operator::Equals(value) => chosen.only(key, std::slice::from_ref(value)),
            Operator::In(values) => chosen.only(key, values),
            Operator::NotIn(values) => {
                chosen.subtract(&chosen.only(key, values));
                chosen
            }
            Operator::Exists => match key {
                Some(key) => chosen.intersection(&key.carriers),
                None => chosen.only(None, &[]),
            },
            Operator::DoesNotExist => {
                if let Some(key) = key {
                    chosen.subtract(&key.carriers);
                }
                chosen
            }
        }
    }
}

impl BitSet {
    /// Those of the set that carry one of `values` under `key`.
    fn only(&self, key: Option<&LabelKey>, values: &[Arc<str>]) -> Self {
        let mut carriers = Self::none(self.size());
        for value in values {
            if let Some(more) = key.and_then(|key| key.values.get(value)) {
                carriers.unite(more);
            }
        }
        self.intersection(&carriers)
    }
}
