//! How objects are read: key by key, into a value that begins empty.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// Declares plain structs, each field with its key as the API spells it, and how serde reads them. Every field
/// may be absent. Keys that are listed as `unread` are known, and passed over.
///
/// It does what `#[derive(Deserialize)]` and `#[serde(default)]` do, in a third of the code: a tree has each key
/// once, so that there is no need to look out for a second, nor for a place to keep fields until all are there.
/// Reading is a tenth of the page's weight.
macro_rules! objects {
    ($(
        $(#[$doc:meta])*
        pub struct $name:ident {
            $($(#[$field_doc:meta])* pub $field:ident: $type:ty = $key:literal,)*
            $(unread: [$($unread:literal),* $(,)?],)?
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        $crate::places::places_in!($name: $($field),*;);

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline(never)]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                const KEYS: &[&str] = &[$($key,)* $($($unread,)*)?];

                #[expect(non_camel_case_types, reason = "fields, counted")]
                enum Field {
                    $($field,)*
                }

                struct Fields;

                impl<'de> serde::de::Visitor<'de> for Fields {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut object = $name::default();
                        while let Some(at) = map.next_key_seed($crate::manifest::reading::PositionIn(KEYS))? {
                            match at {
                                $(_ if at == Field::$field as usize => object.$field = map.next_value()?,)*
                                _ => drop(map.next_value::<serde::de::IgnoredAny>()?),
                            }
                        }
                        Ok(object)
                    }
                }

                deserializer.deserialize_struct(stringify!($name), KEYS, Fields)
            }
        }
    )*};
}

pub(super) use objects;

/// Reads a key as its position among these; their number for any other.
pub(super) struct PositionIn(pub(super) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for PositionIn {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for PositionIn {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<usize, E> {
        Ok(self.0.iter().position(|known| *known == key).unwrap_or(self.0.len()))
    }
}
