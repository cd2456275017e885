//! Objects as the API has them: plain values, printed as YAML or JSON.

use std::fmt::Write;

use netpol_syntax::{Node, NodeKind, Style, Value as Scalar, Yaml};

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
        netpol_syntax::order::sort_by_key(&mut texts, |(key, _)| *key);
        texts
    }

    /// What is under a key, to be changed; `None` where there is nothing.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match self {
            Self::Map(entries) => entries.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value),
            _ => None,
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
        let mut out = String::new();
        self.yaml(0, false, &mut out);
        out
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
        let mut out = String::new();
        self.json(0, &mut out);
        out.push('\n');
        out
    }

    fn sorted(entries: &[(String, Self)]) -> Vec<&(String, Self)> {
        let mut sorted: Vec<_> = entries.iter().collect();
        netpol_syntax::order::sort_by_key(&mut sorted, |(key, _)| key.as_str());
        sorted
    }

    /// `begun`: the first line has its indentation already.
    fn yaml(&self, indent: usize, begun: bool, out: &mut String) {
        let mut begun = begun;
        let mut line = |out: &mut String| {
            if !std::mem::take(&mut begun) {
                out.push_str(&" ".repeat(indent));
            }
        };
        match self {
            Self::Map(entries) if !entries.is_empty() => {
                for (key, value) in Self::sorted(entries) {
                    line(out);
                    out.push_str(&scalar(key));
                    out.push(':');
                    match value {
                        Self::Map(inner) if !inner.is_empty() => {
                            out.push('\n');
                            value.yaml(indent + 2, false, out);
                        }
                        Self::List(inner) if !inner.is_empty() => {
                            out.push('\n');
                            value.yaml(indent, false, out);
                        }
                        value => {
                            out.push(' ');
                            value.yaml(indent + 2, true, out);
                        }
                    }
                }
            }
            Self::List(items) if !items.is_empty() => {
                for item in items {
                    line(out);
                    out.push_str("- ");
                    item.yaml(indent + 2, true, out);
                }
            }
            Self::Text(text) if text.contains('\n') => {
                out.push_str(if text.ends_with('\n') { "|\n" } else { "|-\n" });
                for part in text.trim_end_matches('\n').split('\n') {
                    let _ = writeln!(
                        out,
                        "{}{part}",
                        if part.is_empty() { String::new() } else { " ".repeat(indent) }
                    );
                }
            }
            value => {
                line(out);
                out.push_str(&match value {
                    Self::Map(_) => "{}".to_owned(),
                    Self::List(_) => "[]".to_owned(),
                    Self::Null => "null".to_owned(),
                    Self::Bool(yes) => yes.to_string(),
                    Self::Number(number) => number.clone(),
                    Self::Text(text) => scalar(text),
                });
                out.push('\n');
            }
        }
    }

    fn json(&self, indent: usize, out: &mut String) {
        let pad = |indent: usize| " ".repeat(4 * indent);
        let (open, close, lines): (_, _, Vec<String>) = match self {
            Self::Null => return out.push_str("null"),
            Self::Bool(yes) => return out.push_str(if *yes { "true" } else { "false" }),
            Self::Number(number) => return out.push_str(number),
            Self::Text(text) => return out.push_str(&quoted(text)),
            Self::List(items) => {
                let line = |item: &Self| {
                    let mut line = String::new();
                    item.json(indent + 1, &mut line);
                    line
                };
                ('[', ']', items.iter().map(line).collect())
            }
            Self::Map(entries) => {
                let line = |(key, value): &(String, Self)| {
                    let mut line = format!("{}: ", quoted(key));
                    value.json(indent + 1, &mut line);
                    line
                };
                ('{', '}', Self::sorted(entries).into_iter().map(line).collect())
            }
        };
        out.push(open);
        for (at, line) in lines.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(out, "{comma}\n{}{line}", pad(indent + 1));
        }
        if !lines.is_empty() {
            let _ = write!(out, "\n{}", pad(indent));
        }
        out.push(close);
    }
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// A text as YAML: in quotes where it would be read as something else without.
fn scalar(text: &str) -> String {
    let first = text.chars().next();
    let is_plain = first.is_some_and(|it| it.is_ascii_alphanumeric() || matches!(it, '/' | '_' | '.' | '<'))
        && text.chars().all(|it| !it.is_control())
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && reads_as_text(text);
    if is_plain { text.to_owned() } else { quoted(text) }
}

fn reads_as_text(text: &str) -> bool {
    // Most are words that YAML has no other meaning for.
    let is_word = text.len() > 5 && text.chars().all(|it| it.is_ascii_lowercase() || it == '-');
    if is_word {
        return true;
    }
    let parsed = netpol_syntax::parse(netpol_syntax::FileId(0), text, &netpol_syntax::Limits::PAGE);
    let [document] = parsed.documents.as_slice() else { return false };
    document.root().as_str() == Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        let parsed = netpol_syntax::parse(netpol_syntax::FileId(0), text, &netpol_syntax::Limits::PAGE);
        Value::of(parsed.documents[0].root())
    }

    #[test]
    fn yaml_is_printed_as_kubectl_prints_it() {
        let object = value("b: [{z: 1, x: '1'}, two, []]\na: {}\nc: null\nd: \"true\"\ne: |\n  one\n  two\n");
        let yaml = "a: {}\nb:\n- x: \"1\"\n  z: 1\n- two\n- []\nc: null\nd: \"true\"\ne: |\n  one\n  two\n";
        assert_eq!(object.to_yaml(), yaml);
        assert_eq!(value(yaml), object.clone_sorted());
    }

    #[test]
    fn json_is_printed_as_kubectl_prints_it() {
        let object = value("{b: [1, {}], a: \"x\\n\"}");
        assert_eq!(
            object.to_json(),
            "{\n    \"a\": \"x\\n\",\n    \"b\": [\n        1,\n        {}\n    ]\n}\n"
        );
    }

    impl Value {
        fn clone_sorted(&self) -> Self {
            match self {
                Self::Map(entries) => Self::Map(
                    Self::sorted(entries)
                        .into_iter()
                        .map(|(key, value)| (key.clone(), value.clone_sorted()))
                        .collect(),
                ),
                Self::List(items) => Self::List(items.iter().map(Self::clone_sorted).collect()),
                value => value.clone(),
            }
        }
    }
}
