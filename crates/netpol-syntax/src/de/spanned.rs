//! Values that know where they stand.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::{FileId, Location, Span};

/// By this name our deserializer knows that a place is asked for.
pub(super) const NAME: &str = "$netpol-syntax::Spanned";

/// A value and where it stands. Reads from nodes only, not from other formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    /// What is there.
    pub value: T,
    /// Where it is.
    pub at: Location,
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A place on its way through serde's data model.
pub(super) fn next_location<'de, A: SeqAccess<'de>>(seq: &mut A) -> Result<Location, A::Error> {
    let (file, start, end) = seq.next_element()?.ok_or_else(|| A::Error::custom("a place is missing"))?;
    Ok(Location { file: FileId(file), span: Span { start, end } })
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpannedVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
            type Value = Spanned<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a node of a document")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Spanned<T>, A::Error> {
                let at = next_location(&mut seq)?;
                let value = seq.next_element()?.ok_or_else(|| A::Error::custom("a value is missing"))?;
                Ok(Spanned { value, at })
            }
        }

        deserializer.deserialize_newtype_struct(NAME, SpannedVisitor(PhantomData))
    }
}

/// A map in the order it is written, whose keys and values know where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpannedMap<T>(pub Vec<(Spanned<String>, Spanned<T>)>);

impl<T> SpannedMap<T> {
    /// Whether it has no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Spanned<T>> {
        self.0.iter().find(|(name, _)| name.value == key).map(|(_, value)| value)
    }

    /// Each key and value with the place of the whole entry, `key: value`.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &T, Location)> + ExactSizeIterator {
        self.0.iter().map(|(key, value)| (key.value.as_str(), &value.value, entry_location(key.at, value.at)))
    }
}

/// From the key to the end of its value; the key alone where an alias puts the value elsewhere.
fn entry_location(key: Location, value: Location) -> Location {
    if value.span.start >= key.span.end { Location { span: key.span.to(value.span), ..key } } else { key }
}

impl<T> Default for SpannedMap<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for SpannedMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for MapVisitor<T> {
            type Value = SpannedMap<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SpannedMap<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(SpannedMap(entries))
            }
        }

        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}
