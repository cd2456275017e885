//! What a scalar means: YAML 1.1 as `kubectl` reads it.
//!
//! `kubectl` reads YAML with `sigs.k8s.io/yaml`, which turns it into JSON by way of go-yaml v2. So
//! `yes` is a boolean, `0o17`, `017` and `0x_F` are 15, and `12e03` is a number; a date stays a string.

use std::borrow::Cow;

use crate::float;

/// What a scalar resolves to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true`, `yes`, `on`, `y` or their opposites.
    Bool(bool),
    /// An integer that fits 64 bits with a sign.
    Int(i64),
    /// An integer past [`i64::MAX`] that fits 64 bits without one.
    UInt(u64),
    /// Any other number, and `.inf`, `.nan`.
    Float(f64),
    /// Everything else, and whatever is quoted.
    Str(&'a str),
}

/// A scalar: its text after unescaping, and what it resolves to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar<'a> {
    /// The text, without quotes, escapes resolved.
    pub text: &'a str,
    /// What it means.
    pub value: Value<'a>,
}

/// How a scalar's text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// By its looks: plain scalars.
    Plain,
    /// As it stands: quoted and block scalars, `!!str`, unknown tags, keys.
    Text,
    /// As a number that is a float even where it has no fraction: `!!float`.
    Float,
}

impl Reading {
    pub(crate) fn resolve(self, text: &str) -> Value<'_> {
        match self {
            Self::Text => Value::Str(text),
            Self::Plain => resolve(text),
            Self::Float => as_float(resolve(text)),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "go-yaml converts in the same way")]
fn as_float(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Int(int) => Value::Float(int as f64),
        other => other,
    }
}

/// Whether a plain scalar of this text is a string, and not a number, a boolean or null.
#[must_use]
pub fn is_text(plain: &str) -> bool {
    matches!(resolve(plain), Value::Str(_))
}

/// What a plain scalar without a tag means.
pub(crate) fn resolve(text: &str) -> Value<'_> {
    let Some(first) = text.as_bytes().first() else {
        return Value::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => special_float(text).or_else(|| decimal_float(text)).unwrap_or(Value::Str(text)),
        b'+' | b'-' | b'0'..=b'9' => number(text),
        _ => Value::Str(text),
    }
}

fn word(text: &str) -> Value<'_> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Value::Null,
        _ => Value::Str(text),
    }
}

fn number(text: &str) -> Value<'_> {
    if let Some(special) = special_float(text) {
        return special;
    }
    let plain: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    integer(&plain).or_else(|| decimal_float(&plain)).unwrap_or(Value::Str(text))
}

fn special_float<'a>(text: &str) -> Option<Value<'a>> {
    Some(Value::Float(match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    }))
}

/// As Go's `strconv.ParseInt` and `ParseUint` with base 0: the prefix tells the base.
fn integer<'a>(plain: &str) -> Option<Value<'a>> {
    let (negative, signed, magnitude) = match plain.as_bytes().first()? {
        b'-' => (true, true, plain.get(1..)?),
        b'+' => (false, true, plain.get(1..)?),
        _ => (false, false, plain),
    };
    let (digits, radix) = match magnitude.as_bytes() {
        [b'0', b'x' | b'X', ..] => (magnitude.get(2..)?, 16),
        [b'0', b'b' | b'B', ..] => (magnitude.get(2..)?, 2),
        [b'0', b'o' | b'O', ..] => (magnitude.get(2..)?, 8),
        [b'0', _, ..] => (magnitude.get(1..)?, 8),
        _ => (magnitude, 10),
    };
    // `from_str_radix` would take a second sign.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0_i64.checked_sub_unsigned(magnitude).map(Value::Int);
    }
    match i64::try_from(magnitude) {
        Ok(int) => Some(Value::Int(int)),
        // Go's ParseUint takes no sign.
        Err(_) => (!signed).then_some(Value::UInt(magnitude)),
    }
}

fn decimal_float<'a>(plain: &str) -> Option<Value<'a>> {
    float::parse(plain).map(Value::Float)
}

/// The JSON string that a mapping key becomes, or `None` where it can be none (`null`).
pub(crate) fn key_text(value: Value<'_>) -> Option<Cow<'_, str>> {
    Some(match value {
        Value::Str(text) => text.into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Int(int) => int.to_string().into(),
        Value::Float(float) => float::format(float).into(),
        // `sigs.k8s.io/yaml` knows no conversion for these two.
        Value::Null | Value::UInt(_) => return None,
    })
}
