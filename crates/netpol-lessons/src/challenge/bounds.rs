//! What an answer may not touch: objects are compared by what they say, whatever their text looks like.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use netpol_syntax::{FileId, Limits, Node, NodeKind, Value, parse};

use super::Bounds;
use crate::object::ObjectRef;
use crate::scenario::ScenarioFile;

/// What may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// NetworkPolicies, and nothing else.
    #[default]
    Policies,
    /// Labels, and nothing else.
    Labels,
    /// Everything.
    Anything,
}

impl Scope {
    /// As challenges spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Policies => "policies",
            Self::Labels => "labels",
            Self::Anything => "anything",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Policies, Self::Labels, Self::Anything].into_iter().find(|scope| scope.as_str() == text)
    }
}

/// What an answer touches that it must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// An object is other than it was.
    Changed(ObjectRef),
    /// An object is gone.
    Gone(ObjectRef),
    /// An object has come.
    Added(ObjectRef),
    /// There are more policies than there may be.
    Policies {
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// More labels have changed than may.
    Labels {
        /// How many have.
        count: usize,
        /// How many may.
        most: usize,
    },
}

/// `Pod/shop/web changed`, `2 policies, at most 1`.
impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(object) => write!(f, "{object} changed"),
            Self::Gone(object) => write!(f, "{object} gone"),
            Self::Added(object) => write!(f, "{object} added"),
            Self::Policies { count, most } => write!(f, "{count} policies, at most {most}"),
            Self::Labels { count, most } => write!(f, "{count} labels changed, at most {most}"),
        }
    }
}

/// An object as its scalars by their paths.
type Leaves = BTreeMap<String, String>;

/// What `answer` touches that it must not.
pub(super) fn broken(bounds: &Bounds, start: &[ScenarioFile], answer: &[ScenarioFile]) -> Vec<Broken> {
    let (before, after) = (objects(start), objects(answer));
    let all: BTreeSet<&ObjectRef> = before.keys().chain(after.keys()).collect();
    let mut broken = Vec::new();
    let mut labels = 0;
    for object in all {
        let (old, new) = (before.get(object), after.get(object));
        if old == new {
            continue;
        }
        let may_change = match bounds.scope {
            Scope::Anything => true,
            Scope::Policies => object.is_policy(),
            Scope::Labels => {
                old.zip(new).is_some_and(|(old, new)| without_labels(old) == without_labels(new))
            }
        };
        labels += old.zip(new).map_or(0, |(old, new)| changed_labels(old, new));
        if !may_change || bounds.keep.contains(object) {
            broken.push(match (old, new) {
                (Some(_), Some(_)) => Broken::Changed(object.clone()),
                (Some(_), None) => Broken::Gone(object.clone()),
                (None, _) => Broken::Added(object.clone()),
            });
        }
    }
    let policies = after.keys().filter(|object| object.is_policy()).count();
    if let Some(most) = bounds.most_policies.filter(|most| policies > *most) {
        broken.push(Broken::Policies { count: policies, most });
    }
    if let Some(most) = bounds.most_labels.filter(|most| labels > *most) {
        broken.push(Broken::Labels { count: labels, most });
    }
    broken
}

fn objects(files: &[ScenarioFile]) -> BTreeMap<ObjectRef, Leaves> {
    let mut objects = BTreeMap::new();
    for file in files {
        for document in &parse(FileId(0), file.text.as_str(), &Limits::PAGE).documents {
            let is_list = document.root().get("kind").and_then(Node::as_str) == Some("List");
            let items = document.root().get("items").filter(|_| is_list).into_iter().flat_map(Node::items);
            for object in std::iter::once(document.root()).chain(items) {
                if let Some(reference) = ObjectRef::of(object) {
                    let mut leaves = Leaves::new();
                    flatten(object, String::new(), &mut leaves);
                    objects.insert(reference, leaves);
                }
            }
        }
    }
    objects
}

/// The scalars of `node` by their paths; a map or list without any is one too.
fn flatten(node: Node<'_>, path: String, leaves: &mut Leaves) {
    match node.kind() {
        NodeKind::Scalar(scalar) => {
            let text = match scalar.value {
                Value::Null => String::new(),
                _ => scalar.text.to_owned(),
            };
            leaves.insert(path, text);
        }
        NodeKind::Mapping if node.entries().len() > 0 => {
            for (key, value) in node.entries() {
                flatten(value, format!("{path}.{}", key.as_str().unwrap_or_default()), leaves);
            }
        }
        NodeKind::Sequence if node.items().len() > 0 => {
            for (at, item) in node.items().enumerate() {
                flatten(item, format!("{path}[{at}]"), leaves);
            }
        }
        NodeKind::Mapping => drop(leaves.insert(path, "{}".to_owned())),
        NodeKind::Sequence => drop(leaves.insert(path, "[]".to_owned())),
    }
}

/// Where labels stand: an object's own, and those of the pods that it makes.
fn is_label(path: &str) -> bool {
    [".metadata.labels", ".spec.template.metadata.labels"].iter().any(|labels| path.starts_with(labels))
}

fn without_labels(leaves: &Leaves) -> Vec<(&String, &String)> {
    leaves.iter().filter(|(path, _)| !is_label(path)).collect()
}

/// How many labels differ.
fn changed_labels(old: &Leaves, new: &Leaves) -> usize {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    // `labels: {}` holds none.
    let is_one = |path: &String| is_label(path) && !path.ends_with(".labels");
    paths.into_iter().filter(|path| is_one(path) && old.get(*path) != new.get(*path)).count()
}
