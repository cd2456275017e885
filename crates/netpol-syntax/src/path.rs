//! Where in a value one is, spelled as the API server spells it.

use std::fmt;

/// A field path, as a list that grows on the stack.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Path<'p> {
    /// What the path starts from; may be empty.
    Root(&'p str),
    /// A field of a struct, or a key of a map.
    Key(&'p Path<'p>, &'p str),
    /// An item of a list.
    Index(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(root) => f.write_str(root),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
            Self::Key(Self::Root(""), key) => f.write_str(key),
            Self::Key(parent, key) if is_plain(key) => write!(f, "{parent}.{key}"),
            Self::Key(parent, key) => write!(f, "{parent}[{key}]"),
        }
    }
}

/// Whether a key can follow a dot without doubt about where it ends.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
