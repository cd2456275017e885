//! Labels and the selectors that ask for them.

use std::fmt;
use std::sync::Arc;

use netpol_syntax::Location;

use crate::manifest::Strings;

/// The label that every namespace carries, its own name (semantics: set by the API server since 1.21).
pub const NAMESPACE_NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// The labels of a pod or a namespace, sorted by key. Clones share them, as do pods with the manifest that they are
/// written in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Labels(Arc<Vec<(Arc<str>, Arc<str>)>>);

impl Labels {
    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = place(&self.0, key).ok()?;
        self.0.get(at).map(|(_, value)| value.as_ref())
    }

    /// Sets `key`, replacing what it had.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, value: impl Into<Arc<str>>) {
        set(Arc::make_mut(&mut self.0), key.into(), value.into());
    }

    /// Keys and values, sorted by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> + ExactSizeIterator {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }

    /// Keys and values, sorted by key, to be kept.
    pub(crate) fn shared(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<Arc<str>>, V: Into<Arc<str>>> FromIterator<(K, V)> for Labels {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(labels: T) -> Self {
        let mut collected = Vec::new();
        labels.into_iter().for_each(|(key, value)| set(&mut collected, key.into(), value.into()));
        Self(Arc::new(collected))
    }
}

/// As they are written.
impl From<&Strings> for Labels {
    fn from(strings: &Strings) -> Self {
        Self(strings.shared())
    }
}

/// Those that come in order, as they mostly do, are put at the end.
fn set(labels: &mut Vec<(Arc<str>, Arc<str>)>, key: Arc<str>, value: Arc<str>) {
    let is_next = labels.last().is_none_or(|(last, _)| *last < key);
    let place = if is_next { Err(labels.len()) } else { place(labels, &key) };
    match place {
        Ok(at) => {
            if let Some((_, known)) = labels.get_mut(at) {
                *known = value;
            }
        }
        Err(at) => labels.insert(at, (key, value)),
    }
}

fn place(labels: &[(Arc<str>, Arc<str>)], key: &str) -> Result<usize, usize> {
    labels.binary_search_by(|(known, _)| known.as_ref().cmp(key))
}

/// `app=web,tier=db`, as kubectl lists them.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (key, value)) in self.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{key}={value}")?;
        }
        Ok(())
    }
}

/// A label selector: all of its requirements must hold, so that one without any selects everything
/// (API types, `LabelSelector`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// What must hold, `matchLabels` first.
    pub requirements: Vec<Requirement>,
    /// Where it is written.
    pub at: Location,
}

/// Keys and what is asked of each: equal for selectors that say the same.
pub(crate) type Wanted = Vec<(Arc<str>, Operator)>;

/// One thing that a selector asks of labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The label's key.
    pub key: Arc<str>,
    /// What is asked of its value.
    pub operator: Operator,
    /// Where it is written.
    pub at: Location,
}

/// What a requirement asks of one label (API types, `LabelSelectorOperator`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `matchLabels`: the label has exactly this value.
    Equals(Arc<str>),
    /// The label has one of these values.
    In(Vec<Arc<str>>),
    /// The label is absent, or has none of these values.
    NotIn(Vec<Arc<str>>),
    /// The label is there, whatever its value.
    Exists,
    /// The label is absent.
    DoesNotExist,
}

impl Requirement {
    /// Whether `labels` meet it.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        match &self.operator {
            Operator::Equals(wanted) => value == Some(wanted.as_ref()),
            Operator::In(values) => value.is_some_and(|value| values.iter().any(|v| v.as_ref() == value)),
            Operator::NotIn(values) => value.is_none_or(|value| values.iter().all(|v| v.as_ref() != value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}

/// `app=web`, `tier in (a, b)`, `!tier`: the form that kubectl prints and takes.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match &self.operator {
            Operator::Equals(value) => write!(f, "{key}={value}"),
            Operator::In(values) => write!(f, "{key} in ({})", values.join(", ")),
            Operator::NotIn(values) => write!(f, "{key} notin ({})", values.join(", ")),
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
        }
    }
}

impl Selector {
    /// Whether `labels` meet all of its requirements.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// Whether it asks for the same as `other`, wherever the two stand in the text.
    #[must_use]
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let mut pairs = self.requirements.iter().zip(&other.requirements);
        self.requirements.len() == other.requirements.len()
            && pairs.all(|(one, other)| (&one.key, &one.operator) == (&other.key, &other.operator))
    }

    /// What it asks for, wherever it stands in the text.
    pub(crate) fn wanted(&self) -> Wanted {
        self.requirements.iter().map(|it| (Arc::clone(&it.key), it.operator.clone())).collect()
    }

    /// Whether it asks for nothing, and so selects everything.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.requirements.is_empty()
    }
}

/// The requirements, comma between; `everything` where there are none.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_everything() {
            return f.write_str("everything");
        }
        for (at, requirement) in self.requirements.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{requirement}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use netpol_syntax::{FileId, Span};

    use super::*;

    fn selector(start: u32, requirements: &[(&str, Operator)]) -> Selector {
        let at = Location { file: FileId(0), span: Span::new(start, start + 1) };
        let requirement = |(key, operator): &(&str, Operator)| Requirement {
            key: Arc::from(*key),
            operator: operator.clone(),
            at,
        };
        Selector { requirements: requirements.iter().map(requirement).collect(), at }
    }

    fn one_of() -> Vec<Arc<str>> {
        vec![Arc::from("web"), Arc::from("api")]
    }

    #[test]
    fn requirements_ask_of_one_label() {
        let [web, db] = ["web", "db"].map(|app| Labels::from_iter([("app", app)]));
        let bare = Labels::default();
        // What `app: web`, `app: db` and no label at all are to each.
        let cases = [
            (Operator::Equals(Arc::from("web")), [true, false, false]),
            (Operator::In(one_of()), [true, false, false]),
            (Operator::NotIn(one_of()), [false, true, true]),
            (Operator::Exists, [true, true, false]),
            (Operator::DoesNotExist, [false, false, true]),
        ];
        for (operator, expected) in cases {
            let selector = selector(0, &[("app", operator)]);
            let found = [&web, &db, &bare].map(|labels| selector.matches(labels));
            assert_eq!(found, expected, "{selector}");
        }
    }

    #[test]
    fn all_requirements_of_a_selector_must_hold() {
        let labels = Labels::from_iter([("app", "web"), ("tier", "front")]);
        let web = ("app", Operator::In(one_of()));
        assert!(selector(0, &[]).matches(&labels));
        assert!(selector(0, &[web.clone(), ("tier", Operator::Exists)]).matches(&labels));
        assert!(!selector(0, &[web, ("tier", Operator::DoesNotExist)]).matches(&labels));
    }

    #[test]
    fn selectors_are_compared_by_what_they_ask_for() {
        let (app, tier) = (("app", Operator::Exists), ("tier", Operator::Exists));
        let both = selector(0, &[app.clone(), tier.clone()]);
        assert!(both.says_the_same(&selector(7, &[app.clone(), tier.clone()])));
        for other in
            [vec![app.clone()], vec![app, ("tier", Operator::DoesNotExist)], vec![tier.clone(), tier]]
        {
            assert!(!both.says_the_same(&selector(0, &other)), "{other:?}");
        }
    }

    #[test]
    fn labels_and_selectors_are_written_as_kubectl_does() {
        let labels = Labels::from_iter([("tier", "front"), ("app", "web")]);
        assert_eq!(labels.to_string(), "app=web,tier=front");
        let again = Labels::from_iter([("tier", "db"), ("app", "web"), ("run", "it"), ("tier", "front")]);
        assert_eq!(again.to_string(), "app=web,run=it,tier=front");
        assert_eq!(["app", "tier", "other"].map(|key| again.get(key)), [Some("web"), Some("front"), None]);
        assert!(!labels.is_empty() && Labels::default().is_empty());
        let requirements = [
            ("app", Operator::Equals(Arc::from("web"))),
            ("app", Operator::In(one_of())),
            ("app", Operator::NotIn(one_of())),
            ("tier", Operator::Exists),
            ("tier", Operator::DoesNotExist),
        ];
        let text = "app=web,app in (web, api),app notin (web, api),tier,!tier";
        assert_eq!(selector(0, &requirements).to_string(), text);
        assert_eq!(selector(0, &[]).to_string(), "everything");
    }
}
