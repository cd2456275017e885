//! The difference between a key that is not there and one whose value is null.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

use super::spanned::next_location;
use crate::Location;

/// By this name our deserializer knows that null is to be told from absence.
pub(super) const NAME: &str = "$netpol-syntax::Nullable";

/// A field that may be absent, null or given. Use with `#[serde(default)]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nullable<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// The key is there, and its value is null.
    Null(Location),
    /// The value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, where there is one.
    #[must_use]
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null(_) => None,
        }
    }

    /// The same, with the value borrowed.
    #[must_use]
    pub fn as_ref(&self) -> Nullable<&T> {
        match self {
            Self::Absent => Nullable::Absent,
            Self::Null(at) => Nullable::Null(*at),
            Self::Value(value) => Nullable::Value(value),
        }
    }

    /// Whether the key is there, be its value null or not.
    #[must_use]
    pub fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NullableVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for NullableVisitor<T> {
            type Value = Nullable<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a node of a document")
            }

            /// Null: its place.
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Nullable<T>, A::Error> {
                next_location(&mut seq).map(Nullable::Null)
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Nullable<T>, D::Error> {
                T::deserialize(deserializer).map(Nullable::Value)
            }
        }

        deserializer.deserialize_newtype_struct(NAME, NullableVisitor(PhantomData))
    }
}
