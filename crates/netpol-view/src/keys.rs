//! How the ends of arrows are named, in the scene, in its elements' attributes and in links.

use std::fmt;
use std::sync::Arc;

use netpol_engine::{Port, Protocol};

/// One end of an arrow: stable across edits, and the same text in every output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndKey {
    /// `namespace/workload`.
    Workload(Arc<str>),
    /// A namespace: everything in it.
    Namespace(Arc<str>),
    /// A block of addresses outside, `0.0.0.0/0` for the internet.
    Outside(Arc<str>),
}

/// What an [`EndKey`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndKind {
    /// A workload.
    Workload,
    /// A namespace.
    Namespace,
    /// Addresses outside.
    Outside,
}

impl EndKind {
    /// `workload`, `namespace` or `outside`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::Namespace => "namespace",
            Self::Outside => "outside",
        }
    }

    /// From its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Workload, Self::Namespace, Self::Outside].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl EndKey {
    /// What it names.
    #[must_use]
    pub fn kind(&self) -> EndKind {
        match self {
            Self::Workload(_) => EndKind::Workload,
            Self::Namespace(_) => EndKind::Namespace,
            Self::Outside(_) => EndKind::Outside,
        }
    }

    /// Its text: `namespace/workload`, `namespace` or a CIDR.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Workload(text) | Self::Namespace(text) | Self::Outside(text) => text,
        }
    }

    /// The name of the namespace that it is, or is in.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::Workload(text) => text.split_once('/').map(|(namespace, _)| namespace),
            Self::Namespace(text) => Some(text),
            Self::Outside(_) => None,
        }
    }

    /// `web → db`: both ends by their last names, or by their whole ones where these are the same.
    #[must_use]
    pub fn pair(&self, to: &Self) -> String {
        match (self.short(), to.short()) {
            (from, to_short) if from == to_short && self != to => format!("{self} → {to}"),
            (from, to) => format!("{from} → {to}"),
        }
    }

    /// Whether it is, or is in, one of the namespaces of these names, which are sorted.
    #[must_use]
    pub fn is_in(&self, namespaces: &[Arc<str>]) -> bool {
        let known = |name: &str| namespaces.binary_search_by(|known| known.as_ref().cmp(name)).is_ok();
        self.namespace().is_some_and(known)
    }

    /// From a kind and a text, as attributes hold them.
    #[must_use]
    pub fn new(kind: EndKind, text: impl Into<Arc<str>>) -> Self {
        match kind {
            EndKind::Workload => Self::Workload(text.into()),
            EndKind::Namespace => Self::Namespace(text.into()),
            EndKind::Outside => Self::Outside(text.into()),
        }
    }

    /// What people call it: a workload's own name, `internet` for all addresses.
    #[must_use]
    pub fn short(&self) -> &str {
        match self {
            Self::Workload(text) => text.split_once('/').map_or(text, |(_, name)| name),
            Self::Namespace(text) => text,
            Self::Outside(text) if text.as_ref() == "0.0.0.0/0" => "internet",
            Self::Outside(text) => text,
        }
    }
}

impl fmt::Display for EndKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which ports the arrows are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PortChoice {
    /// Those that each destination serves.
    #[default]
    AsServed,
    /// This one, everywhere.
    One(Port),
}

impl PortChoice {
    /// Reads `80`, `TCP 80` or `udp 53`; anything empty is [`PortChoice::AsServed`], anything else nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self::AsServed);
        }
        let (protocol, number) = match text.split_once([' ', '/']) {
            Some((protocol, number)) => (Protocol::from_api(&protocol.to_ascii_uppercase())?, number),
            None => (Protocol::Tcp, text),
        };
        let number = number.trim().parse().ok().filter(|number| *number > 0)?;
        Some(Self::One(Port { protocol, number }))
    }
}

/// `as served`, or `TCP 80`.
impl fmt::Display for PortChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsServed => f.write_str("as served"),
            Self::One(port) => port.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_one_name_are_told_apart_by_their_namespaces() {
        let end = |name: &str| EndKey::new(EndKind::Workload, name);
        assert_eq!(end("prod/web").pair(&end("prod/db")), "web → db");
        assert_eq!(end("prod/web").pair(&end("stage/web")), "prod/web → stage/web");
        assert_eq!(end("prod/web").pair(&end("prod/web")), "web → web");
    }
}
