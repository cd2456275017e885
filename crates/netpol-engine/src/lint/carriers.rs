//! Who carries which labels, so that a selector costs what it is about and not a look at everyone.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use crate::Analysis;
use crate::model::{Labels, NamespaceId, Operator, Pod, PodId, Requirement, Selector};

use super::is_selectable;
use super::spellings::Spellings;

/// Who carries labels, found by selector.
#[derive(Debug)]
pub(super) struct Carriers<'a, T> {
    all: Vec<(T, Cow<'a, Labels>)>,
    keys: HashMap<Arc<str>, Key>,
}

/// Places among all, ascending.
#[derive(Debug, Default)]
struct Key {
    carriers: Vec<usize>,
    values: HashMap<Arc<str>, Vec<usize>>,
}

impl<'a, T: Copy> Carriers<'a, T> {
    pub(super) fn new(all: impl IntoIterator<Item = (T, Cow<'a, Labels>)>) -> Self {
        let all: Vec<(T, Cow<'a, Labels>)> = all.into_iter().collect();
        let mut keys: HashMap<Arc<str>, Key> = HashMap::new();
        for (at, (_, labels)) in all.iter().enumerate() {
            for (key, value) in labels.shared() {
                let key = keys.entry(Arc::clone(key)).or_default();
                key.carriers.push(at);
                key.values.entry(Arc::clone(value)).or_default().push(at);
            }
        }
        Self { all, keys }
    }

    /// Those that meet `selector`, in order.
    pub(super) fn matching<'s>(&'s self, selector: &'s Selector) -> impl Iterator<Item = T> + 's {
        let listed = selector.requirements.iter().filter_map(|requirement| self.listed(requirement));
        let fewest = listed.min_by_key(|places| places.len());
        let count = fewest.as_ref().map_or(self.all.len(), |places| places.len());
        let places = (0..count).filter_map(move |at| match &fewest {
            Some(places) => places.get(at).copied(),
            None => Some(at),
        });
        let rows = places.filter_map(|at| self.all.get(at));
        rows.filter(|(_, labels)| selector.matches(labels)).map(|(carrier, _)| *carrier)
    }

    /// Where those are that meet a requirement; `None` where it is met by who has no such label.
    fn listed(&self, requirement: &Requirement) -> Option<Cow<'_, [usize]>> {
        let key = self.keys.get(&requirement.key);
        let of_value = |value: &Arc<str>| key.and_then(|key| key.values.get(value)).map(Vec::as_slice);
        match &requirement.operator {
            Operator::Equals(value) => Some(of_value(value).unwrap_or_default().into()),
            Operator::In(values) => {
                let mut places: Vec<usize> = values.iter().filter_map(of_value).flatten().copied().collect();
                places.sort_unstable();
                places.dedup();
                Some(places.into())
            }
            Operator::Exists => Some(key.map(|key| key.carriers.as_slice()).unwrap_or_default().into()),
            Operator::NotIn(_) | Operator::DoesNotExist => None,
        }
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

/// What a selector asks for, wherever it stands.
type Asked = Vec<(Arc<str>, Operator)>;

/// The labels of an input. Each table is made when it is first asked for.
#[derive(Debug)]
pub(super) struct Known<'a> {
    analysis: &'a Analysis,
    pods: OnceCell<Carriers<'a, PodId>>,
    hosts: OnceCell<Carriers<'a, PodId>>,
    namespaces: OnceCell<Carriers<'a, NamespaceId>>,
    labelled: OnceCell<BTreeMap<NamespaceId, Vec<PodId>>>,
    /// By namespace; those of all pods without one.
    spellings: RefCell<BTreeMap<Option<NamespaceId>, Rc<Spellings<'a>>>>,
    of_namespaces: OnceCell<Spellings<'a>>,
    matches: RefCell<HashMap<Asked, Option<Matches>>>,
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
    pub(super) fn pods(&self) -> &Carriers<'a, PodId> {
        self.pods.get_or_init(|| self.carriers(is_selectable))
    }

    /// Those that they do not see, for want of a network of their own.
    pub(super) fn hosts(&self) -> &Carriers<'a, PodId> {
        self.hosts.get_or_init(|| self.carriers(|pod| !is_selectable(pod)))
    }

    fn carriers(&self, is_meant: impl Fn(&Pod) -> bool) -> Carriers<'a, PodId> {
        let pods = self.analysis.cluster.pods.iter().filter(|(_, pod)| is_meant(pod));
        Carriers::new(pods.map(|(id, pod)| (id, Cow::Borrowed(&pod.labels))))
    }

    pub(super) fn namespaces(&self) -> &Carriers<'a, NamespaceId> {
        self.namespaces.get_or_init(|| {
            let namespaces = self.analysis.cluster.namespaces.iter();
            Carriers::new(namespaces.map(|(id, namespace)| (id, Cow::Borrowed(&namespace.labels))))
        })
    }

    /// The pods that a selector sees and matches, wherever they are; `None` for no pod.
    pub(super) fn matches(&self, selector: &Selector) -> Option<Matches> {
        let asked = selector.requirements.iter().map(|it| (Arc::clone(&it.key), it.operator.clone()));
        let asked: Asked = asked.collect();
        if let Some(known) = self.matches.borrow().get(&asked) {
            return *known;
        }
        let namespace = |pod: PodId| self.analysis.cluster.pods[pod].namespace;
        let mut pods = self.pods().matching(selector);
        let first = pods.next();
        let found = first.map(|first| Matches {
            first,
            is_one_namespace: pods.all(|pod| namespace(pod) == namespace(first)),
        });
        self.matches.borrow_mut().insert(asked, found);
        found
    }

    /// The pods of each namespace that selectors see and that have any label, ascending.
    pub(super) fn labelled(&self) -> &BTreeMap<NamespaceId, Vec<PodId>> {
        self.labelled.get_or_init(|| {
            let mut labelled: BTreeMap<NamespaceId, Vec<PodId>> = BTreeMap::new();
            for (id, pod) in self.analysis.cluster.pods.iter() {
                if is_selectable(pod) && !pod.labels.is_empty() {
                    labelled.entry(pod.namespace).or_default().push(id);
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
