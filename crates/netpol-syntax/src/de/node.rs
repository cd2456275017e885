//! The deserializer of one node.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::access::{Fields, ItemsAccess, MembersAccess, SpannedAccess};
use super::error::{Error, Fault};
use super::{Context, nullable, spanned};
use crate::path::Path;
use crate::{Node, Value};

/// A node, the way to it, and what is shared.
#[derive(Clone, Copy)]
pub(crate) struct NodeDeserializer<'n, 'c> {
    pub(crate) node: Node<'n>,
    pub(crate) path: &'c Path<'c>,
    pub(crate) context: &'c Context,
    /// Whether it is an item of a list or a value of a map, where null is an error.
    pub(crate) is_member: bool,
}

impl<'n> NodeDeserializer<'n, '_> {
    /// Whether the node is null and may be; then the value is what Go calls zero.
    fn is_zero(&self) -> Result<bool, Error> {
        match (self.node.is_null(), self.is_member) {
            (true, true) => Err(Fault::NullMember.into()),
            (is_null, _) => Ok(is_null),
        }
    }

    /// Says where the node is not of the kind that is wanted.
    pub(super) fn of_kind(&self, is_of_kind: bool, wanted: &'static str) -> Result<(), Error> {
        if self.is_zero()? || is_of_kind { Ok(()) } else { Err(Error::wrong_type(wanted)) }
    }

    pub(super) fn bool(&self) -> Result<bool, Error> {
        match self.node.value() {
            Some(Value::Bool(value)) => Ok(value),
            _ => self.of_kind(false, "bool").map(|()| false),
        }
    }

    pub(super) fn integer<T: TryFrom<i128>>(&self, wanted: &'static str) -> Result<T, Error> {
        let int = self.long_integer(wanted)?;
        T::try_from(int).map_err(|_| Error::wrong_type(wanted))
    }

    /// The integer as a 128-bit one, which holds all that YAML and the visitors know.
    fn long_integer(&self, wanted: &'static str) -> Result<i128, Error> {
        if self.is_zero()? {
            return Ok(0);
        }
        match self.node.value() {
            Some(Value::Int(int)) => Ok(int.into()),
            Some(Value::UInt(int)) => Ok(int.into()),
            Some(Value::Float(float)) => whole(float).ok_or_else(|| Error::wrong_type(wanted)),
            _ => Err(Error::wrong_type(wanted)),
        }
    }

    pub(super) fn string(&self) -> Result<&'n str, Error> {
        if self.is_zero()? {
            return Ok("");
        }
        if let Some(letter) = self.node.lone_letter() {
            self.context.warn_of_letter(self.node, letter, self.path);
            return Ok(letter);
        }
        self.node.as_str().ok_or_else(|| Error::wrong_type("string"))
    }

    fn mapping<V: Visitor<'n>>(self, fields: Fields, visitor: V) -> Result<V::Value, Error> {
        self.of_kind(self.node.is_mapping(), "object")?;
        visitor.visit_map(MembersAccess::new(self, fields))
    }
}

/// A float without a fraction, which JSON spells as an integer (`80.0` becomes `80`).
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(super) fn whole(float: f64) -> Option<i128> {
    // From here on Go's JSON writer uses an exponent, which no integer field takes.
    const FIRST_WITH_EXPONENT: f64 = 1e21;
    (float.fract() == 0.0 && float.abs() < FIRST_WITH_EXPONENT).then_some(float as i128)
}

macro_rules! integers {
    ($($method:ident $visit:ident $wanted:literal;)*) => {$(
        fn $method<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.integer($wanted)?)
        }
    )*};
}

impl<'n> Deserializer<'n> for NodeDeserializer<'n, '_> {
    type Error = Error;

    integers! {
        deserialize_i8 visit_i8 "int8";
        deserialize_i16 visit_i16 "int16";
        deserialize_i32 visit_i32 "int32";
        deserialize_i64 visit_i64 "int64";
        deserialize_u8 visit_u8 "uint8";
        deserialize_u16 visit_u16 "uint16";
        deserialize_u32 visit_u32 "uint32";
        deserialize_u64 visit_u64 "uint64";
    }

    fn deserialize_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.value() {
            Some(Value::Null) => visitor.visit_unit(),
            Some(Value::Bool(value)) => visitor.visit_bool(value),
            Some(Value::Int(int)) => visitor.visit_i64(int),
            Some(Value::UInt(int)) => visitor.visit_u64(int),
            Some(Value::Float(float)) => visitor.visit_f64(float),
            Some(Value::Str(text)) => visitor.visit_borrowed_str(text),
            None if self.node.is_sequence() => self.deserialize_seq(visitor),
            None => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.bool()?)
    }

    fn deserialize_f32<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    #[expect(clippy::cast_precision_loss, reason = "a float field holds what a float can")]
    fn deserialize_f64<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.value() {
            Some(Value::Float(float)) => visitor.visit_f64(float),
            Some(Value::Int(int)) => visitor.visit_f64(int as f64),
            Some(Value::UInt(int)) => visitor.visit_f64(int as f64),
            _ if self.is_zero()? => visitor.visit_f64(0.0),
            _ => Err(Error::wrong_type("float64")),
        }
    }

    fn deserialize_char<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.string()?)
    }

    fn deserialize_string<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_bytes(self.string()?.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_unit() } else { Err(Error::wrong_type("null")) }
    }

    fn deserialize_unit_struct<V: Visitor<'n>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'n>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match name {
            spanned::NAME => visitor.visit_seq(SpannedAccess::new(self)),
            nullable::NAME if self.node.is_null() => visitor.visit_seq(SpannedAccess::new(self)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        self.of_kind(self.node.is_sequence(), "array")?;
        visitor.visit_seq(ItemsAccess::new(self))
    }

    fn deserialize_tuple<V: Visitor<'n>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'n>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        self.mapping(None, visitor)
    }

    fn deserialize_struct<V: Visitor<'n>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.mapping(Some(fields), visitor)
    }

    /// A string is a variant without content; a map with one entry is a variant and its content.
    fn deserialize_enum<V: Visitor<'n>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut entries = self.node.entries();
        match (entries.next(), entries.next()) {
            (Some((key, content)), None) => {
                visitor.visit_enum(Variant { name: key.as_str().unwrap_or(""), content, of: self })
            }
            _ => visitor.visit_enum(BorrowedStrDeserializer::new(self.string()?)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct Variant<'n, 'c> {
    name: &'n str,
    content: Node<'n>,
    of: NodeDeserializer<'n, 'c>,
}

impl<'n> Variant<'n, '_> {
    /// Reads the content of the variant, whose path is the enum's and its name.
    fn content<T>(self, read: impl FnOnce(NodeDeserializer<'n, '_>) -> Result<T, Error>) -> Result<T, Error> {
        let path = Path::Key(self.of.path, self.name);
        let content =
            NodeDeserializer { node: self.content, path: &path, context: self.of.context, is_member: false };
        read(content).map_err(|error| {
            self.of.context.report(error, self.content, &path);
            Error::REPORTED
        })
    }
}

impl<'n> EnumAccess<'n> for Variant<'n, '_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: de::DeserializeSeed<'n>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name = seed.deserialize(BorrowedStrDeserializer::<Error>::new(self.name))?;
        Ok((name, self))
    }
}

impl<'n> VariantAccess<'n> for Variant<'n, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.content(|content| if content.node.is_null() { Ok(()) } else { Err(Error::wrong_type("null")) })
    }

    fn newtype_variant_seed<T: de::DeserializeSeed<'n>>(self, seed: T) -> Result<T::Value, Error> {
        self.content(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'n>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.content(|content| content.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'n>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.content(|content| content.mapping(Some(fields), visitor))
    }
}
