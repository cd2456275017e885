//! Trees to Rust values in place, for types that say themselves which fields they have.
//!
//! With serde each type brings a visitor of its own for each way in which it may stand somewhere, and gives up at what
//! it cannot read. Here a type is a few calls, and what is wrong is told on the way.

use std::cell::RefCell;
use std::sync::Arc;

use super::access::{Fields, MembersAccess};
use super::error::{Error, Fault};
use super::node::NodeDeserializer;
use super::{Context, Deserialized, IntOrString, Spanned, SpannedMap, UnknownFields};
use crate::path::Path;
use crate::{Node, Value};

/// What can be read from a node. It begins with the value that an absent field has.
pub trait Read: Default {
    /// Takes what the node says. What is wrong with it is told, and then the whole is no value.
    fn read(&mut self, from: Reader<'_, '_>);
}

/// Reads `node` as a `T`, as strictly as [`deserialize_at`](crate::deserialize_at) does.
#[must_use]
pub fn read_at<T: Read>(node: Node<'_>, base: &str, fields: UnknownFields) -> Deserialized<T> {
    let context = Context { fields, findings: RefCell::default() };
    let path = Path::Root(base);
    let mut value = T::default();
    value.read(Reader(NodeDeserializer { node, path: &path, context: &context, is_member: false }));
    context.deserialized(Some(value))
}

/// A node that is to be read, and the way to it.
#[derive(Clone, Copy)]
pub struct Reader<'n, 'c>(NodeDeserializer<'n, 'c>);

impl<'n> Reader<'n, '_> {
    /// Reads a struct with these keys: `read` is given the position of each key that is there, and its value. Those that are
    /// `required` are missing where they are not.
    pub fn object(
        self,
        keys: &'static [&'static str],
        required: &'static [&'static str],
        read: &mut dyn FnMut(usize, Reader<'_, '_>),
    ) {
        self.members(Some(keys), &mut |key, value| {
            let key = key.0.node.as_str();
            if let Some(at) = keys.iter().position(|known| Some(*known) == key) {
                read(at, value);
            }
        });
        if self.0.node.is_mapping() {
            for key in required.iter().filter(|key| self.0.node.get(key).is_none()) {
                self.tell(Fault::Missing(key).into());
            }
        }
    }

    /// The keys and values of a map, one by one.
    fn members(self, fields: Fields, read: &mut dyn FnMut(Reader<'_, '_>, Reader<'_, '_>)) {
        let Some(()) = self.told(self.0.of_kind(self.0.node.is_mapping(), "object")) else { return };
        let mut members = MembersAccess::new(self.0, fields);
        while let Some((key, value)) = members.advance() {
            let path = Path::Key(self.0.path, key.as_str().unwrap_or(""));
            let at = |node, is_member| Reader(NodeDeserializer { node, path: &path, is_member, ..self.0 });
            read(at(key, false), at(value, fields.is_none()));
        }
    }

    /// The items of a list, one by one.
    fn items(self, read: &mut dyn FnMut(Reader<'_, '_>)) {
        let Some(()) = self.told(self.0.of_kind(self.0.node.is_sequence(), "array")) else { return };
        for (at, node) in self.0.node.items().enumerate() {
            let path = Path::Index(self.0.path, at);
            read(Reader(NodeDeserializer { node, path: &path, is_member: true, ..self.0 }));
        }
    }

    /// What was read, or nothing where it was wrong, which is told.
    fn told<T>(self, read: Result<T, Error>) -> Option<T> {
        read.map_err(|error| self.tell(error)).ok()
    }

    fn tell(self, error: Error) {
        self.0.context.report(error, self.0.node, self.0.path);
    }
}

/// Declares how types are read of which a reader gives a result.
macro_rules! plain {
    ($($type:ty: $from:ident => $read:expr;)*) => {$(
        impl Read for $type {
            fn read(&mut self, from: Reader<'_, '_>) {
                let $from = from.0;
                if let Some(value) = from.told($read) {
                    *self = value;
                }
            }
        }
    )*};
}

plain! {
    bool: it => it.bool();
    u8: it => it.integer("uint8");
    u16: it => it.integer("uint16");
    i32: it => it.integer("int32");
    i64: it => it.integer("int64");
    String: it => it.string().map(str::to_owned);
    IntOrString: it => match it.node.value() {
        Some(Value::Str(text)) => Ok(IntOrString::String(text.to_owned())),
        _ => it.integer("int32 or string").map(IntOrString::Int),
    };
}

impl Read for Arc<str> {
    #[inline(never)]
    fn read(&mut self, from: Reader<'_, '_>) {
        let mut text = String::new();
        text.read(from);
        *self = text.into();
    }
}

impl<T: Read> Read for Option<T> {
    fn read(&mut self, from: Reader<'_, '_>) {
        if !from.0.node.is_null() {
            self.get_or_insert_default().read(from);
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(&mut self, from: Reader<'_, '_>) {
        from.items(&mut |item| {
            let mut value = T::default();
            value.read(item);
            self.push(value);
        });
    }
}

impl<T: Read> Read for Spanned<T> {
    fn read(&mut self, from: Reader<'_, '_>) {
        self.at = from.0.node.location();
        self.value.read(from);
    }
}

impl<T: Read> Read for SpannedMap<T> {
    fn read(&mut self, from: Reader<'_, '_>) {
        from.members(None, &mut |key, value| {
            let mut entry = <(Spanned<String>, Spanned<T>)>::default();
            entry.0.read(key);
            entry.1.read(value);
            self.0.push(entry);
        });
    }
}
