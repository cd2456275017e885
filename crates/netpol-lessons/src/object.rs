//! Objects by name, as `kubectl` and the lessons' files speak of them.

use std::fmt;

use netpol_syntax::Node;

/// The namespace of an object that names none.
const DEFAULT_NAMESPACE: &str = "default";

/// The kinds that a lesson may speak of and that stand in no namespace.
const CLUSTER_SCOPED: [&str; 2] = ["Namespace", "Node"];

/// An object's kind, namespace and name: what `apply` and `delete` know it by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// As the API spells it: `NetworkPolicy`.
    pub kind: String,
    /// `None` for kinds that stand in no namespace.
    pub namespace: Option<String>,
    /// The object's name.
    pub name: String,
}

impl ObjectRef {
    /// An object of `kind`; without a namespace it is in `default`, unless its kind stands in none.
    #[must_use]
    pub fn new(kind: &str, namespace: Option<&str>, name: &str) -> Self {
        let namespace = (!CLUSTER_SCOPED.contains(&kind))
            .then(|| namespace.filter(|it| !it.is_empty()).unwrap_or(DEFAULT_NAMESPACE).to_owned());
        Self { kind: kind.to_owned(), namespace, name: name.to_owned() }
    }

    /// Reads `kind/[namespace/]name`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        if parts.iter().any(|part| part.is_empty() || part.contains(char::is_whitespace)) {
            return None;
        }
        match *parts.as_slice() {
            [kind, name] => Some(Self::new(kind, None, name)),
            [kind, namespace, name] => Some(Self::new(kind, Some(namespace), name)),
            _ => None,
        }
    }

    /// What `object` is, where it has a kind and a name.
    #[must_use]
    pub fn of(object: Node<'_>) -> Option<Self> {
        let metadata = object.get("metadata")?;
        let text = |key| metadata.get(key).and_then(|it: Node<'_>| it.as_str().or_else(|| it.lone_letter()));
        Some(Self::new(object.get("kind")?.as_str()?, text("namespace"), text("name")?))
    }

    /// Whether it is a NetworkPolicy.
    #[must_use]
    pub fn is_policy(&self) -> bool {
        self.kind == "NetworkPolicy"
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{}/{namespace}/{}", self.kind, self.name),
            None => write!(f, "{}/{}", self.kind, self.name),
        }
    }
}

/// What `kubectl label --overwrite` does to one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelChange {
    /// Whose labels.
    pub object: ObjectRef,
    /// Keys with their new values; `None` removes the label.
    pub labels: Vec<(String, Option<String>)>,
}

impl LabelChange {
    /// Reads `kind/[namespace/]name key=value…`, in which `key-` removes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let object = ObjectRef::parse(words.next()?)?;
        let labels: Option<Vec<_>> = words.map(label).collect();
        Some(Self { object, labels: labels.filter(|labels| !labels.is_empty())? })
    }
}

fn label(word: &str) -> Option<(String, Option<String>)> {
    let (key, value) = match word.split_once('=') {
        Some((key, value)) => (key, Some(value.to_owned())),
        None => (word.strip_suffix('-')?, None),
    };
    (!key.is_empty()).then(|| (key.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_as_kubectl_names_them() {
        let cases = [
            ("Namespace/dev", Some("Namespace/dev")),
            ("Pod/web", Some("Pod/default/web")),
            ("NetworkPolicy/prod/deny", Some("NetworkPolicy/prod/deny")),
            ("Pod", None),
            ("Pod//web", None),
            ("a/b/c/d", None),
        ];
        for (text, expected) in cases {
            assert_eq!(ObjectRef::parse(text).map(|it| it.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_lone_letter_is_a_name() {
        let text = "{kind: Pod, metadata: {name: n, namespace: y}}";
        let parsed = netpol_syntax::parse(netpol_syntax::FileId(0), text, &netpol_syntax::Limits::PAGE);
        let object = ObjectRef::of(parsed.documents[0].root());
        assert_eq!(object.unwrap().to_string(), "Pod/y/n");
    }

    #[test]
    fn label_changes_set_and_remove() {
        let change = LabelChange::parse("Pod/a/b x=1 y- z=").unwrap();
        assert_eq!(change.object.to_string(), "Pod/a/b");
        let expected = [("x", Some("1")), ("y", None), ("z", Some(""))];
        assert_eq!(change.labels, expected.map(|(key, value)| (key.to_owned(), value.map(str::to_owned))));
        for text in ["Pod/a/b", "Pod/a/b x", "Pod/a/b =1", "Pod x=1", ""] {
            assert_eq!(LabelChange::parse(text), None, "{text}");
        }
    }
}
