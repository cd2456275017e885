//! The entries of a map: keys as strings, merges, duplicates.

use std::borrow::Cow;

use super::{Builder, Refusal, range};
use crate::Diagnostic;
use crate::order::Map;
use crate::scalar::{Reading, key_text};
use crate::tree::{Content, NodeData, NodeId};

/// How many duplicate keys of one document are told; a generated file may have a million.
const DUPLICATES_TOLD: usize = 100;

impl Builder {
    /// A map from its children, keys and values in turn.
    pub(super) fn mapping(&mut self, children: &[NodeId]) -> Result<Content, Refusal> {
        let mut own = Vec::with_capacity(children.len() / 2);
        let mut merged = Vec::new();
        for pair in children.chunks_exact(2) {
            let &[key, value] = pair else { continue };
            if self.is_merge(key) {
                // What is merged takes the place of what stands before it, as `kubectl`'s reader has it (`decoder.mapping`
                // in `sigs.k8s.io/yaml/goyaml.v2`): entries are set one after the other.
                let earlier = merged.len();
                self.merge(value, &mut merged)?;
                merged.rotate_left(earlier);
                self.replace_by(&mut own, merged.get(..merged.len() - earlier).unwrap_or_default());
            } else {
                own.push((self.key(key)?, value));
            }
        }
        let mut entries = self.last_of_each_key(own);
        if !merged.is_empty() {
            self.add_missing(&mut entries, merged);
        }
        let start = self.tree.entries.len();
        self.tree.entries.append(&mut entries);
        Ok(Content::Mapping(range(start, self.tree.entries.len())))
    }

    fn is_merge(&self, key: NodeId) -> bool {
        match self.tree.node(key) {
            Some(NodeData { content: Content::Scalar(Reading::Plain, text), .. }) => {
                self.tree.string(*text) == "<<"
            }
            _ => false,
        }
    }

    fn merge(&self, value: NodeId, merged: &mut Vec<(NodeId, NodeId)>) -> Result<(), Refusal> {
        let sources = match self.tree.node(value).map(|node| &node.content) {
            Some(Content::Sequence(_)) => self.tree.items_of(value),
            _ => std::slice::from_ref(&value),
        };
        for source in sources {
            match self.tree.node(*source) {
                Some(NodeData { content: Content::Mapping(_), .. }) => {
                    merged.extend(self.tree.entries_of(*source))
                }
                node => {
                    let span = node.map(|node| node.span).unwrap_or_default();
                    let message = "`<<` merges maps: its value must be a map or a list of maps";
                    return Err(Refusal::Document(self.fault("yaml-syntax", span, message)));
                }
            }
        }
        Ok(())
    }

    /// The node of a key as a string: as it is, or a new one where JSON would spell it otherwise.
    fn key(&mut self, key: NodeId) -> Result<NodeId, Refusal> {
        let Some(NodeData { span, content }) = self.tree.node(key) else {
            return Ok(key);
        };
        let span = *span;
        let Content::Scalar(reading, text) = *content else {
            let fault = self.fault("yaml-syntax", span, "a key must be a string, not a map or a list");
            let is_template =
                self.tree.text.get(span.start as usize..).is_some_and(|rest| rest.starts_with('{'));
            return Err(Refusal::Document(if is_template {
                Box::new(
                    fault.with_help(
                        "if this is a template, paste what it renders to; if it is text, quote it",
                    ),
                )
            } else {
                fault
            }));
        };
        let source = self.tree.string(text);
        let string = match key_text(reading.resolve(source)) {
            Some(Cow::Borrowed(same)) if same == source => None,
            Some(string) => Some(string.into_owned()),
            None => {
                let (what, help) = if source.is_empty() {
                    ("a key is missing before this `:`".to_owned(), "write one, or remove the line")
                } else {
                    (format!("`{source}` cannot be a key"), "quote it if it is meant as a string")
                };
                return Err(Refusal::Document(Box::new(
                    self.fault("yaml-syntax", span, what).with_help(help),
                )));
            }
        };
        match string {
            None if reading == Reading::Text => Ok(key),
            None => self.add(span, Content::Scalar(Reading::Text, text)),
            Some(string) => {
                let text = self.own(string);
                self.add(span, Content::Scalar(Reading::Text, text))
            }
        }
    }

    fn key_string(&self, key: NodeId) -> &str {
        match self.tree.node(key) {
            Some(NodeData { content: Content::Scalar(_, text), .. }) => self.tree.string(*text),
            _ => "",
        }
    }

    /// The entries without those whose key comes again later, each of which is warned of.
    fn last_of_each_key(&mut self, entries: Vec<(NodeId, NodeId)>) -> Vec<(NodeId, NodeId)> {
        let superseded = self.superseded(&entries);
        if superseded.is_empty() {
            return entries;
        }
        let mut dropped = vec![false; entries.len()];
        for (earlier, key) in superseded {
            if let (Some(dropped), Some((earlier, _))) = (dropped.get_mut(earlier), entries.get(earlier)) {
                *dropped = true;
                self.warn_of_duplicate(*earlier, key);
            }
        }
        entries.into_iter().zip(dropped).filter(|(_, dropped)| !dropped).map(|(entry, _)| entry).collect()
    }

    /// Which entries have a later one with the same key, and that key's node.
    fn superseded(&self, entries: &[(NodeId, NodeId)]) -> Vec<(usize, NodeId)> {
        // Up to here comparing each with each is faster than a map.
        const FEW: usize = 16;
        if entries.len() > FEW {
            return self.superseded_of_many(entries);
        }
        let mut superseded = Vec::new();
        for (at, (key, _)) in entries.iter().enumerate() {
            let name = self.key_string(*key);
            let earlier = entries.iter().take(at).rposition(|(other, _)| self.key_string(*other) == name);
            superseded.extend(earlier.map(|earlier| (earlier, *key)));
        }
        superseded
    }

    #[inline(never)]
    fn superseded_of_many(&self, entries: &[(NodeId, NodeId)]) -> Vec<(usize, NodeId)> {
        let mut seen: Map<&str, usize> = Map::new();
        let earlier = |(at, (key, _)): (usize, &(NodeId, NodeId))| {
            seen.insert(self.key_string(*key), at).map(|earlier| (earlier, *key))
        };
        entries.iter().enumerate().filter_map(earlier).collect()
    }

    #[inline(never)]
    fn warn_of_duplicate(&mut self, earlier: NodeId, later: NodeId) {
        if self.warnings.len() >= DUPLICATES_TOLD {
            return;
        }
        let at = |id| self.location(self.tree.node(id).map(|node| node.span).unwrap_or_default());
        let message =
            format!("the key `{}` is here a second time, and the last one counts", self.key_string(later));
        let warning = Diagnostic::warning("duplicate-key", at(later), message)
            .with_help("remove one of the two")
            .with_related(at(earlier), "it is first here");
        self.warnings.push(warning);
    }

    /// Gives entries the values that `merged` has for their keys, the first of each.
    #[inline(never)]
    fn replace_by(&self, entries: &mut [(NodeId, NodeId)], merged: &[(NodeId, NodeId)]) {
        if entries.is_empty() {
            return;
        }
        let mut values: Map<&str, usize> = Map::new();
        for (at, (key, _)) in merged.iter().enumerate().rev() {
            values.insert(self.key_string(*key), at);
        }
        for (key, value) in entries {
            let known = values.get(self.key_string(*key)).and_then(|at| merged.get(*at));
            (*key, *value) = known.copied().unwrap_or((*key, *value));
        }
    }

    /// Adds those of `merged` whose key is not there yet: own keys win, then earlier maps.
    #[inline(never)]
    fn add_missing(&self, entries: &mut Vec<(NodeId, NodeId)>, merged: Vec<(NodeId, NodeId)>) {
        // A map as above, and no set: each kind of table is some code of its own.
        let mut seen: Map<&str, usize> = entries.iter().map(|(key, _)| (self.key_string(*key), 0)).collect();
        for (key, value) in merged {
            if seen.insert(self.key_string(key), 0).is_none() {
                entries.push((key, value));
            }
        }
    }
}
