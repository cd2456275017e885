//! The members of lists and maps, handed to serde one by one; what cannot be read is told and passed over.

use serde::de::value::SeqDeserializer;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, DeserializeSeed, MapAccess, SeqAccess};

use super::UnknownFields;
use super::error::Error;
use super::node::NodeDeserializer;
use crate::path::Path;
use crate::{Diagnostic, Node, Value, scalar, suggest};

/// The fields of a struct; `None` for a map, whose keys are free.
pub(super) type Fields = Option<&'static [&'static str]>;

/// The items of a list.
pub(super) struct ItemsAccess<'n, 'c> {
    of: NodeDeserializer<'n, 'c>,
    next: usize,
}

impl<'n, 'c> ItemsAccess<'n, 'c> {
    pub(super) fn new(of: NodeDeserializer<'n, 'c>) -> Self {
        Self { of, next: 0 }
    }
}

impl<'n> SeqAccess<'n> for ItemsAccess<'n, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'n>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let NodeDeserializer { node, path, context, .. } = self.of;
        let Some(item) = node.item(self.next) else {
            return Ok(None);
        };
        let path = Path::Index(path, self.next);
        self.next += 1;
        match seed.deserialize(NodeDeserializer { node: item, path: &path, context, is_member: true }) {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                context.report(error, item, &path);
                Err(Error::REPORTED)
            }
        }
    }

    /// The next item that can be read: a wrong one must not hide what is wrong with the others.
    fn next_element<T: Deserialize<'n>>(&mut self) -> Result<Option<T>, Error> {
        loop {
            if let Ok(item) = self.next_element_seed(PhantomData) {
                return Ok(item);
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.of.node.items().len().saturating_sub(self.next))
    }
}

/// The entries of a map or struct.
pub(super) struct MembersAccess<'n, 'c> {
    of: NodeDeserializer<'n, 'c>,
    fields: Fields,
    next: usize,
    /// The entry whose key was handed out last.
    current: Option<(Node<'n>, Node<'n>)>,
}

impl<'n, 'c> MembersAccess<'n, 'c> {
    pub(super) fn new(of: NodeDeserializer<'n, 'c>, fields: Fields) -> Self {
        Self { of, fields, next: 0, current: None }
    }

    /// The next entry that is to be read.
    #[inline(never)]
    pub(super) fn advance(&mut self) -> Option<(Node<'n>, Node<'n>)> {
        loop {
            let entry = self.of.node.entry_at(self.next)?;
            self.next += 1;
            let (key, _) = entry;
            if self.of.context.has_failed(key.id()) {
                continue;
            }
            let name = key.as_str().unwrap_or("");
            if self.fields.is_some_and(|fields| !fields.contains(&name)) {
                self.tell_unknown(key, name);
                continue;
            }
            return Some(entry);
        }
    }

    fn tell_unknown(&self, key: Node<'n>, name: &str) {
        let NodeDeserializer { path, context, .. } = self.of;
        if context.fields == UnknownFields::Ignore {
            return;
        }
        let path = Path::Key(path, name).to_string();
        let diagnostic =
            Diagnostic::error("unknown-field", key.location(), format!("unknown field `{path}`"));
        let source = key.source();
        let known = suggest::closest(name, self.fields.unwrap_or_default().iter().copied());
        let diagnostic = match known {
            _ if matches!(scalar::resolve(source), Value::Bool(_)) => diagnostic
                .with_help(format!("`{source}` is a boolean in YAML 1.1: quote it if the text is meant")),
            Some(known) => diagnostic.with_help(format!("did you mean `{known}`?")),
            None => diagnostic,
        };
        context.tell(diagnostic.with_path(path));
    }
}

impl<'n> MapAccess<'n> for MembersAccess<'n, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'n>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.current = self.advance();
        let NodeDeserializer { path, context, .. } = self.of;
        let Some((key, _)) = self.current else {
            return Ok(None);
        };
        let path = Path::Key(path, key.as_str().unwrap_or(""));
        match seed.deserialize(NodeDeserializer { node: key, path: &path, context, is_member: false }) {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                context.report(error, key, &path);
                context.fail(key.id());
                Err(Error::REPORTED)
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'n>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let NodeDeserializer { path, context, .. } = self.of;
        let Some((key, value)) = self.current.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        let path = Path::Key(path, key.as_str().unwrap_or(""));
        let is_member = self.fields.is_none();
        seed.deserialize(NodeDeserializer { node: value, path: &path, context, is_member }).map_err(|error| {
            context.report(error, value, &path);
            context.fail(key.id());
            Error::REPORTED
        })
    }

    /// The next entry that can be read, as with lists.
    fn next_entry<K: Deserialize<'n>, V: Deserialize<'n>>(&mut self) -> Result<Option<(K, V)>, Error> {
        loop {
            let key = match self.next_key_seed(PhantomData) {
                Ok(Some(key)) => key,
                Ok(None) => return Ok(None),
                Err(_) => continue,
            };
            if let Ok(value) = self.next_value_seed(PhantomData) {
                return Ok(Some((key, value)));
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.of.node.entries().len().saturating_sub(self.next))
    }
}

/// A node's place as three numbers, then the node itself: what `Spanned` asks for.
pub(super) struct SpannedAccess<'n, 'c> {
    of: NodeDeserializer<'n, 'c>,
    is_place_given: bool,
}

impl<'n, 'c> SpannedAccess<'n, 'c> {
    pub(super) fn new(of: NodeDeserializer<'n, 'c>) -> Self {
        Self { of, is_place_given: false }
    }
}

impl<'n> SeqAccess<'n> for SpannedAccess<'n, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'n>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if std::mem::replace(&mut self.is_place_given, true) {
            return seed.deserialize(self.of).map(Some);
        }
        let at = self.of.node.location();
        let place = [at.file.0, at.span.start, at.span.end];
        seed.deserialize(SeqDeserializer::<_, Error>::new(place.into_iter())).map(Some)
    }
}
