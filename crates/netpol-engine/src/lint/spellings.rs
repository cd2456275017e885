//! What labels are called, to find the one that was meant by a label that nobody carries.

use netpol_syntax::Names;
use netpol_syntax::order::{Map, Set};

use crate::model::{Labels, NamespaceId};

use super::effort::Effort;

/// The labels that there are, and in which namespaces.
#[derive(Debug)]
pub(super) struct Spellings<'a> {
    keys: Names<'a>,
    /// By key.
    values: Map<&'a str, Names<'a>>,
    /// By value: the keys that it stands under, in order.
    keys_of: Map<&'a str, Vec<&'a str>>,
    namespaces: Map<(&'a str, &'a str), Set<NamespaceId>>,
    effort: Effort,
}

/// So many labels are held against wrong ones, those of one wrong label more than once.
const MOST_COMPARED: usize = 50_000_000;

impl<'a> Spellings<'a> {
    /// Those of pods, or of namespaces themselves, each with its namespace.
    pub(super) fn new(carriers: impl IntoIterator<Item = (NamespaceId, &'a Labels)>) -> Self {
        // Most pods share their labels with others.
        let mut namespaces: Map<(&str, &str), Set<NamespaceId>> = Map::new();
        for (namespace, labels) in carriers {
            for label in labels.iter() {
                namespaces.or_default(label).insert(namespace);
            }
        }
        let mut values: Map<&str, Vec<&str>> = Map::new();
        let mut keys_of: Map<&str, Vec<&str>> = Map::new();
        for (key, value) in namespaces.keys() {
            values.or_default(key).push(value);
            keys_of.or_default(value).push(key);
        }
        Self {
            keys: Names::new(values.keys().copied()),
            values: values.into_iter().map(|(key, values)| (key, Names::new(values))).collect(),
            keys_of,
            namespaces,
            effort: Effort::new(MOST_COMPARED),
        }
    }

    /// Whether a label is carried in a namespace that is meant.
    pub(super) fn has(&self, key: &str, value: &str, is_meant: &impl Fn(NamespaceId) -> bool) -> bool {
        let namespaces = self.namespaces.get(&(key, value));
        namespaces.is_some_and(|namespaces| namespaces.iter().any(|namespace| is_meant(*namespace)))
    }

    /// The label that comes nearest to `key` and `value` in the namespaces that are meant, where there is effort left to
    /// find it.
    pub(super) fn nearest(
        &self,
        key: &str,
        value: &str,
        is_meant: &impl Fn(NamespaceId) -> bool,
    ) -> Option<(&'a str, &'a str)> {
        if !self.effort.allows(self.namespaces.len()) {
            return None;
        }
        let of_key = |key: &'a str| {
            let near = self.values.get(key)?.closest(value, |value| self.has(key, value, is_meant))?;
            Some((key, near))
        };
        let same_key = self.values.get_key_value(key).and_then(|(key, _)| of_key(key));
        let near_key = || {
            let is_there = |key: &str| {
                let mut values = self.values.get(key).into_iter().flat_map(Names::iter);
                values.any(|value| self.has(key, value, is_meant))
            };
            of_key(self.keys.closest(key, is_there)?)
        };
        // The right value under another key: `run` where `app` is meant.
        let other_key = || {
            let (value, keys) = self.keys_of.get_key_value(value)?;
            let key = keys.iter().find(|key| self.has(key, value, is_meant))?;
            Some((*key, *value))
        };
        same_key.or_else(near_key).or_else(other_key)
    }
}
