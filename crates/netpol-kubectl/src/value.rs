//! Objects as the API has them: plain values.

use netpol_syntax::{Node, NodeKind, Style, Value as Scalar, Yaml};

use crate::print::{self, Shown};

/// A value of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number, as it is printed.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A map, in the order in which it was written.
    Map(Vec<(String, Value)>),
}

/// What is under a key that is not there.
pub(crate) static NOTHING: Value = Value::Null;

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A map.
    pub fn map<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// What a node of a manifest says.
    #[must_use]
    pub fn of(node: Node<'_>) -> Self {
        match node.kind() {
            NodeKind::Sequence => Self::List(node.items().map(Self::of).collect()),
            NodeKind::Mapping => {
                let entry = |(key, value): (Node<'_>, Node<'_>)| {
                    (key.as_str().unwrap_or_else(|| key.source()).to_owned(), Self::of(value))
                };
                Self::Map(node.entries().map(entry).collect())
            }
            NodeKind::Scalar(_) => match node.value() {
                None | Some(Scalar::Null) => Self::Null,
                Some(Scalar::Bool(yes)) => match node.lone_letter() {
                    Some(letter) => Self::text(letter),
                    None => Self::Bool(yes),
                },
                Some(Scalar::Str(text)) => Self::text(text),
                Some(_) => Self::Number(node.source().trim().to_owned()),
            },
        }
    }

    /// What a text says; `None` where it is not one value.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let parsed = netpol_syntax::parse(netpol_syntax::FileId(0), text, &netpol_syntax::Limits::PAGE);
        match parsed.documents.as_slice() {
            [only] if parsed.diagnostics.is_empty() => Some(Self::of(only.root())),
            _ => None,
        }
    }

    /// What is under a key; `Null` where there is nothing.
    #[must_use]
    pub fn get(&self, key: &str) -> &Self {
        let entry = self.entries().iter().find(|(known, _)| known == key);
        entry.map_or(&NOTHING, |(_, value)| value)
    }

    /// What is under keys within one another, which dots join.
    #[must_use]
    pub fn at(&self, path: &str) -> &Self {
        path.split('.').fold(self, Self::get)
    }

    /// The text, where it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, or a number as it is printed; `None` for anything else.
    #[must_use]
    pub fn printed(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The items of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a map; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entries, by their keys, whose values are texts: labels and the like.
    #[must_use]
    pub fn texts(&self) -> Vec<(&str, &str)> {
        let texts = self.entries().iter().filter_map(|(key, value)| Some((key.as_str(), value.printed()?)));
        let mut texts: Vec<(&str, &str)> = texts.collect();
        if !texts.is_sorted() {
            netpol_syntax::order::sort_by_key(&mut texts, |(key, _)| *key);
        }
        texts
    }

    /// What is under a key, to be changed; `None` where there is nothing.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match self {
            Self::Map(entries) => entries.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// What is under a key, or the item of a list at a position, to be changed.
    pub fn inner_mut(&mut self, key: &str) -> Option<&mut Self> {
        match self {
            Self::List(items) => items.get_mut(key.parse::<usize>().ok()?),
            map => map.get_mut(key),
        }
    }

    /// Takes away what is under a key.
    pub fn remove(&mut self, key: &str) {
        if let Self::Map(entries) = self {
            entries.retain(|(known, _)| known != key);
        }
    }

    /// Puts something under a key, in the place of what is there.
    pub fn set(&mut self, key: &str, value: Self) {
        if !matches!(self, Self::Map(_)) {
            *self = Self::Map(Vec::new());
        }
        if let Self::Map(entries) = self {
            match entries.iter_mut().find(|(known, _)| known == key) {
                Some((_, known)) => *known = value,
                None => entries.push((key.to_owned(), value)),
            }
        }
    }

    /// As `kubectl -o yaml` prints it: keys in their order, lists not indented.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        print::yaml(&Shown::Written(self))
    }

    /// As one would write it: in the order of its entries.
    #[must_use]
    pub fn to_manifest(&self) -> String {
        format!("{}\n", Style::default().block(&self.written(), 0))
    }

    fn written(&self) -> Yaml {
        match self {
            Self::Null => Yaml::Map(Vec::new()),
            Self::Bool(yes) => Yaml::text(yes.to_string()),
            Self::Number(number) => match number.parse() {
                Ok(number) => Yaml::Int(number),
                Err(_) => Yaml::text(number),
            },
            Self::Text(text) => Yaml::text(text),
            Self::List(items) => Yaml::List(items.iter().map(Self::written).collect()),
            Self::Map(entries) => Yaml::map(entries.iter().map(|(key, value)| (key, value.written()))),
        }
    }

    /// As `kubectl -o json` prints it: four columns a level, keys in their order.
    #[must_use]
    pub fn to_json(&self) -> String {
        print::json(&Shown::Written(self))
    }
}
