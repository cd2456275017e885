//! Who carries which labels, so that a selector costs what it is about and not a look at everyone.

use std::borrow::Borrow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use netpol_syntax::order::Map;

use crate::Analysis;
use crate::bits::BitSet;
use crate::index::{CarrierId, LabelIndex};
use crate::model::{Labels, NamespaceId, Pod, PodId, Selector, Wanted};
use crate::table::Id;

use super::is_selectable;
use super::spellings::Spellings;

/// Who carries labels, found by selector.
#[derive(Debug)]
pub(super) struct Carriers<T> {
    all: Vec<T>,
    everyone: BitSet,
    labels: LabelIndex,
}

impl<T: Copy> Carriers<T> {
    pub(super) fn new<L: Borrow<Labels>>(all: impl IntoIterator<Item = (T, L)>) -> Self {
        let all: Vec<(T, L)> = all.into_iter().collect();
        let mut labels = LabelIndex::new(all.len());
        for (at, (_, carried)) in all.iter().enumerate() {
            labels.add(carried.borrow(), at);
        }
        let everyone = BitSet::all(all.len());
        Self { all: all.into_iter().map(|(carrier, _)| carrier).collect(), everyone, labels }
    }

    /// Those that meet `selector`.
    pub(super) fn matching(&self, selector: &Selector) -> Matching<'_, T> {
        Matching { carriers: self, found: self.labels.select(&self.everyone, selector) }
    }
}

/// Those of some carriers that meet a selector.
pub(super) struct Matching<'c, T> {
    carriers: &'c Carriers<T>,
    found: BitSet,
}

impl<T: Copy> Matching<'_, T> {
    /// In order.
    pub(super) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        let found = self.found.iter::<CarrierId>();
        found.filter_map(|id| self.carriers.all.get(id.index()).copied())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

/// The pods that a selector matches, of whichever namespace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matches {
    /// The first.
    pub(super) first: PodId,
    /// Whether all of them are in its namespace.
    pub(super) is_one_namespace: bool,
}

/// The labels of an input. Each table is made when it is first asked for.
#[derive(Debug)]
pub(super) struct Known<'a> {
    analysis: &'a Analysis,
    pods: OnceCell<Carriers<PodId>>,
    hosts: OnceCell<Carriers<PodId>>,
    namespaces: OnceCell<Carriers<NamespaceId>>,
    labelled: OnceCell<Map<NamespaceId, Vec<PodId>>>,
    /// By namespace; those of all pods without one.
    spellings: RefCell<Map<Option<NamespaceId>, Rc<Spellings<'a>>>>,
    of_namespaces: OnceCell<Spellings<'a>>,
    matches: RefCell<Map<Wanted, Option<Matches>>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        Self {
            analysis,
            pods: OnceCell::new(),
            hosts: OnceCell::new(),
            namespaces: OnceCell::new(),
            labelled: OnceCell::new(),
            spellings: RefCell::default(),
            of_namespaces: OnceCell::new(),
            matches: RefCell::default(),
        }
    }

    /// The pods that selectors see.
    pub(super) fn pods(&self) -> &Carriers<PodId> {
        self.pods.get_or_init(|| self.carriers(is_selectable))
    }

    /// Those that they do not see, for want of a network of their own.
    pub(super) fn hosts(&self) -> &Carriers<PodId> {
        self.hosts.get_or_init(|| self.carriers(|pod| !is_selectable(pod)))
    }

    fn carriers(&self, is_meant: impl Fn(&Pod) -> bool) -> Carriers<PodId> {
        let pods = self.analysis.cluster.pods.iter().filter(|(_, pod)| is_meant(pod));
        Carriers::new(pods.map(|(id, pod)| (id, &pod.labels)))
    }

    pub(super) fn namespaces(&self) -> &Carriers<NamespaceId> {
        self.namespaces.get_or_init(|| {
            let namespaces = self.analysis.cluster.namespaces.iter();
            Carriers::new(namespaces.map(|(id, namespace)| (id, &namespace.labels)))
        })
    }

    /// The pods that a selector sees and matches, wherever they are; `None` for no pod.
    pub(super) fn matches(&self, selector: &Selector) -> Option<Matches> {
        let asked = selector.wanted();
        if let Some(known) = self.matches.borrow().get(&asked) {
            return *known;
        }
        let namespace = |pod: PodId| self.analysis.cluster.pods[pod].namespace;
        let pods = self.pods().matching(selector);
        let mut pods = pods.iter();
        let first = pods.next();
        let found = first.map(|first| Matches {
            first,
            is_one_namespace: pods.all(|pod| namespace(pod) == namespace(first)),
        });
        self.matches.borrow_mut().insert(asked, found);
        found
    }

    /// The pods of each namespace that selectors see and that have any label, ascending.
    pub(super) fn labelled(&self) -> &Map<NamespaceId, Vec<PodId>> {
        self.labelled.get_or_init(|| {
            let mut labelled: Map<NamespaceId, Vec<PodId>> = Map::new();
            for (id, pod) in self.analysis.cluster.pods.iter() {
                if is_selectable(pod) && !pod.labels.is_empty() {
                    labelled.or_default(pod.namespace).push(id);
                }
            }
            labelled
        })
    }

    /// How the labels of such pods of a namespace are spelt, or of every namespace.
    pub(super) fn spellings(&self, namespace: Option<NamespaceId>) -> Rc<Spellings<'a>> {
        if let Some(known) = self.spellings.borrow().get(&namespace) {
            return Rc::clone(known);
        }
        let pods = match namespace {
            None => self.labelled().values().flatten().copied().collect(),
            Some(namespace) => self.labelled().get(&namespace).cloned().unwrap_or_default(),
        };
        let labels = pods.iter().map(|pod| {
            let pod = &self.analysis.cluster.pods[*pod];
            (pod.namespace, &pod.labels)
        });
        let spellings = Rc::new(Spellings::new(labels));
        self.spellings.borrow_mut().insert(namespace, Rc::clone(&spellings));
        spellings
    }

    /// How the labels of namespaces are spelt.
    pub(super) fn of_namespaces(&self) -> &Spellings<'a> {
        self.of_namespaces.get_or_init(|| {
            let namespaces = self.analysis.cluster.namespaces.iter();
            Spellings::new(namespaces.map(|(id, namespace)| (id, &namespace.labels)))
        })
    }
}
