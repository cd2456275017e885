//! Kubernetes' `IntOrString`, such as a port by number or by name.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Unexpected, Visitor};

use super::node::whole;

/// An integer of 32 bits or a string, as written: `"80"` in quotes is a string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntOrString {
    /// A number.
    Int(i32),
    /// A string.
    String(String),
}

/// Zero, as Go has it.
impl Default for IntOrString {
    fn default() -> Self {
        Self::Int(0)
    }
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(int) => int.fmt(f),
            Self::String(string) => f.write_str(string),
        }
    }
}

impl<'de> Deserialize<'de> for IntOrString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntOrStringVisitor)
    }
}

struct IntOrStringVisitor;

impl Visitor<'_> for IntOrStringVisitor {
    type Value = IntOrString;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("int32 or string")
    }

    fn visit_i64<E: serde::de::Error>(self, int: i64) -> Result<IntOrString, E> {
        let out_of_range = || E::invalid_type(Unexpected::Signed(int), &self);
        i32::try_from(int).map(IntOrString::Int).map_err(|_| out_of_range())
    }

    fn visit_u64<E: serde::de::Error>(self, int: u64) -> Result<IntOrString, E> {
        let out_of_range = || E::invalid_type(Unexpected::Unsigned(int), &self);
        i32::try_from(int).map(IntOrString::Int).map_err(|_| out_of_range())
    }

    fn visit_f64<E: serde::de::Error>(self, float: f64) -> Result<IntOrString, E> {
        let int = whole(float).and_then(|int| i32::try_from(int).ok());
        int.map(IntOrString::Int).ok_or_else(|| E::invalid_type(Unexpected::Float(float), &self))
    }

    fn visit_str<E: serde::de::Error>(self, string: &str) -> Result<IntOrString, E> {
        Ok(IntOrString::String(string.to_owned()))
    }
}
