//! Values to YAML, in a style that is given.

use std::fmt::Write;

use crate::scalar::{self, Value};

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Yaml {
    /// A string.
    Text(String),
    /// A number.
    Int(i64),
    /// A list.
    List(Vec<Yaml>),
    /// A map, in the order in which it is written.
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A map.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

/// How a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// What ends a line.
    pub newline: &'static str,
    /// How far a map stands within the map around it, in columns.
    pub map_indent: usize,
    /// How far a list stands within the map around it, in columns.
    pub list_indent: usize,
    /// Whether strings and keys are in double quotes throughout, as in JSON.
    pub is_quoted: bool,
}

impl Default for Style {
    /// That of the Kubernetes documentation.
    fn default() -> Self {
        Self { newline: "\n", map_indent: 2, list_indent: 2, is_quoted: false }
    }
}

impl Style {
    /// A value in block style, each line from column `indent` on, without a line end after the last.
    #[must_use]
    pub fn block(&self, value: &Yaml, indent: usize) -> String {
        match value {
            Yaml::Map(entries) if !entries.is_empty() => {
                let lines = entries.iter().map(|(key, value)| self.entry(key, value, indent));
                lines.collect::<Vec<_>>().join(self.newline)
            }
            Yaml::List(items) if !items.is_empty() => {
                let lines = items.iter().map(|item| self.item(item, indent));
                lines.collect::<Vec<_>>().join(self.newline)
            }
            scalar => format!("{:indent$}{}", "", self.flow(scalar)),
        }
    }

    /// `key: value`, from column `indent` on.
    #[must_use]
    pub fn entry(&self, key: &str, value: &Yaml, indent: usize) -> String {
        let key = self.string(key);
        let inner = match value {
            Yaml::Map(entries) if !entries.is_empty() => indent + self.map_indent,
            Yaml::List(items) if !items.is_empty() => indent + self.list_indent,
            scalar => return format!("{:indent$}{key}: {}", "", self.flow(scalar)),
        };
        format!("{:indent$}{key}:{}{}", "", self.newline, self.block(value, inner))
    }

    /// `- value`, the dash at column `indent`.
    #[must_use]
    pub fn item(&self, value: &Yaml, indent: usize) -> String {
        let inner = indent + 2;
        let block = self.block(value, inner);
        format!("{:indent$}- {}", "", block.get(inner..).unwrap_or(""))
    }

    /// A value on one line.
    #[must_use]
    pub fn flow(&self, value: &Yaml) -> String {
        match value {
            Yaml::Text(text) => self.string(text),
            Yaml::Int(number) => number.to_string(),
            Yaml::List(items) => {
                format!("[{}]", items.iter().map(|item| self.flow(item)).collect::<Vec<_>>().join(", "))
            }
            Yaml::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| self.flow_entry(key, value));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// `key: value` on one line.
    #[must_use]
    pub fn flow_entry(&self, key: &str, value: &Yaml) -> String {
        format!("{}: {}", self.string(key), self.flow(value))
    }

    fn string(&self, text: &str) -> String {
        if !self.is_quoted && is_plain(text) { text.to_owned() } else { quoted(text) }
    }
}

/// Whether a string can stand without quotes, in block and in flow style, and is still a string then.
fn is_plain(text: &str) -> bool {
    let edge = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'.');
    let inner = |byte: &u8| edge(byte) || *byte == b'-';
    let bytes = text.as_bytes();
    bytes.first().zip(bytes.last()).is_some_and(|(first, last)| edge(first) && edge(last))
        && bytes.iter().all(inner)
        && scalar::resolve(text) == Value::Str(text)
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            letter if letter.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> Yaml {
        let port = Yaml::map([("protocol", Yaml::text("TCP")), ("port", Yaml::Int(80))]);
        let labels = Yaml::map([("app", Yaml::text("web")), ("ready", Yaml::text("yes"))]);
        let selector = Yaml::map([("matchLabels", labels)]);
        let peer = Yaml::map([("podSelector", selector), ("namespaceSelector", Yaml::Map(vec![]))]);
        Yaml::map([("from", Yaml::List(vec![peer])), ("ports", Yaml::List(vec![port]))])
    }

    #[test]
    fn a_value_is_written_in_its_style() {
        let style = Style { list_indent: 0, ..Style::default() };
        let expected = "  - from:\n    - podSelector:\n        matchLabels:\n          app: web\n          \
                        ready: \"yes\"\n      namespaceSelector: {}\n    ports:\n    - protocol: TCP\n      port: 80";
        assert_eq!(style.item(&rule(), 2), expected);
        let quoted = Style { is_quoted: true, ..Style::default() };
        let expected = r#"{"from": [{"podSelector": {"matchLabels": {"app": "web", "ready": "yes"}}, "namespaceSelector": {}}], "ports": [{"protocol": "TCP", "port": 80}]}"#;
        assert_eq!(quoted.flow(&rule()), expected);
    }

    #[test]
    fn what_is_written_reads_as_what_was_meant() {
        let texts =
            ["", "y", "1.20", "0x1", "web", "a: b", "#", "-", "a-", "null", "kubernetes.io/name", "ä\n\"\\"];
        for text in texts {
            for flow in [false, true] {
                let map = Yaml::map([(text, Yaml::text(text))]);
                let style = Style::default();
                let written = if flow { style.flow(&map) } else { style.block(&map, 0) };
                let parsed = crate::parse(crate::FileId(0), written.as_str(), &crate::Limits::PAGE);
                let document = parsed.documents.first().expect("it parses");
                let value = document.root().get(text).and_then(|value| value.as_str());
                assert_eq!(value, Some(text), "{written}");
            }
        }
    }
}
