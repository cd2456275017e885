//! Selectors to bit sets, through an index from labels to those that carry them, so that a selector costs a
//! few set operations and not a look at every pod.

use std::cell::RefCell;
use std::sync::Arc;

use crate::bits::BitSet;
use crate::model::{Block, Cluster, NamespaceId, PodNetwork, Selector};
use crate::table::Id;

use super::classes::{BlockId, Class, Classes};
use super::labels::LabelIndex;

/// So many choices of namespaces are kept.
const MOST_ASKED: usize = 20;

/// What selectors choose from.
#[derive(Debug)]
pub(super) struct Selection {
    pub(super) classes: Arc<Classes>,
    /// By pod label: the classes that carry it. Pods in their node's network are in none: no selector matches them.
    pod_labels: LabelIndex,
    namespace_labels: LabelIndex,
    namespace_count: usize,
    members: Vec<BitSet>,
    /// The namespaces that were asked for last, and their pods: most peers ask for the same few.
    asked: RefCell<Vec<(Selector, Arc<BitSet>)>>,
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
        let asked = RefCell::default();
        Self { classes, pod_labels, namespace_labels, namespace_count, members, asked, block_members }
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
    pub(super) fn namespaces(&self, namespaces: &Selector) -> Arc<BitSet> {
        let known = self.asked.borrow().iter().find(|(asked, _)| asked.says_the_same(namespaces)).cloned();
        if let Some((_, known)) = known {
            return known;
        }
        let chosen = self.namespace_labels.select(&BitSet::all(self.namespace_count), namespaces);
        let mut pods = self.no_one();
        for namespace in chosen.iter::<NamespaceId>() {
            if let Some(members) = self.members.get(namespace.index()) {
                pods.unite(members);
            }
        }
        let (pods, mut asked) = (Arc::new(pods), self.asked.borrow_mut());
        if asked.len() >= MOST_ASKED {
            asked.clear();
        }
        asked.push((namespaces.clone(), Arc::clone(&pods)));
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
