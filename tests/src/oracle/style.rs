//! YAML text in as many manners as people write it.

use std::fmt::Write as _;

use crate::dice::Dice;

/// A value to be written.
pub(super) enum Yaml {
    /// Nothing: `null`, `~`, or no text at all where that is possible.
    Null,
    /// A number or boolean, written as it is.
    Word(String),
    /// A string, quoted where YAML would otherwise read something else, and sometimes where not.
    Text(String),
    /// A sequence.
    List(Vec<Yaml>),
    /// A mapping.
    Map(Vec<(&'static str, Yaml)>),
    /// A mapping whose keys are data, too.
    Labels(Vec<(String, Yaml)>),
}

impl Yaml {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(super) fn number(number: u16) -> Self {
        Self::Word(number.to_string())
    }

    pub(super) fn truth() -> Self {
        Self::Word("true".to_owned())
    }
}

/// One document's text, ending in a line feed.
pub(super) fn document(value: Yaml, dice: &mut Dice) -> String {
    let mut out = String::new();
    if dice.one_in(6) {
        Writer { dice, json: true }.flow(value, &mut out);
        out.push('\n');
    } else {
        let mut writer = Writer { dice, json: false };
        match entries(value) {
            Ok(entries) => writer.block_map(entries, 0, &mut out),
            Err(value) => writer.flow(value, &mut out),
        }
    }
    out
}

/// The entries of either sort of mapping.
fn entries(value: Yaml) -> Result<Vec<(String, Yaml)>, Yaml> {
    match value {
        Yaml::Map(entries) => Ok(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        Yaml::Labels(entries) => Ok(entries),
        other => Err(other),
    }
}

struct Writer<'a> {
    dice: &'a mut Dice,
    /// Flow style and double quotes throughout, which makes YAML JSON.
    json: bool,
}

impl Writer<'_> {
    fn block_map(&mut self, mut entries: Vec<(String, Yaml)>, indent: usize, out: &mut String) {
        if self.dice.one_in(4) {
            self.dice.shuffle(&mut entries);
        }
        for (key, value) in entries {
            out.push_str(&" ".repeat(indent));
            self.string(&key, out);
            out.push(':');
            self.block_value(value, indent, out);
        }
    }

    /// What stands behind a key's colon, to the end of its last line.
    fn block_value(&mut self, value: Yaml, indent: usize, out: &mut String) {
        let is_empty = match &value {
            Yaml::List(items) => items.is_empty(),
            Yaml::Map(entries) => entries.is_empty(),
            Yaml::Labels(entries) => entries.is_empty(),
            _ => true,
        };
        if is_empty || self.dice.one_in(4) {
            if !matches!(value, Yaml::Null) || self.dice.one_in(2) {
                out.push(' ');
                self.flow(value, out);
            }
            self.end_line(out);
            return;
        }
        self.end_line(out);
        match value {
            Yaml::List(items) => {
                // Both are common: the dash under the key, and the dash further in.
                let indent = if self.dice.one_in(2) { indent } else { indent + 2 };
                for item in items {
                    self.block_item(item, indent, out);
                }
            }
            other => {
                if let Ok(entries) = entries(other) {
                    self.block_map(entries, indent + 2, out);
                }
            }
        }
    }

    fn block_item(&mut self, item: Yaml, indent: usize, out: &mut String) {
        let dash = format!("{}- ", " ".repeat(indent));
        match entries(item) {
            Ok(entries) if !entries.is_empty() && !self.dice.one_in(4) => {
                let mut inner = String::new();
                self.block_map(entries, indent + 2, &mut inner);
                out.push_str(&dash);
                out.push_str(inner.trim_start());
            }
            Ok(entries) => {
                out.push_str(&dash);
                self.flow(Yaml::Labels(entries), out);
                self.end_line(out);
            }
            Err(item) => {
                out.push_str(&dash);
                self.flow(item, out);
                self.end_line(out);
            }
        }
    }

    fn end_line(&mut self, out: &mut String) {
        if self.dice.one_in(24) {
            out.push_str(" # a remark: {not: yaml}");
        }
        out.push('\n');
    }

    fn flow(&mut self, value: Yaml, out: &mut String) {
        match value {
            Yaml::Null => out.push_str(if self.json || self.dice.one_in(2) { "null" } else { "~" }),
            Yaml::Word(word) => out.push_str(&word),
            Yaml::Text(text) => self.string(&text, out),
            Yaml::List(items) => {
                out.push('[');
                for (place, item) in items.into_iter().enumerate() {
                    if place > 0 {
                        out.push_str(", ");
                    }
                    self.flow(item, out);
                }
                out.push(']');
            }
            map => {
                out.push('{');
                for (place, (key, value)) in entries(map).unwrap_or_default().into_iter().enumerate() {
                    if place > 0 {
                        out.push_str(", ");
                    }
                    self.string(&key, out);
                    out.push_str(": ");
                    self.flow(value, out);
                }
                out.push('}');
            }
        }
    }

    /// A string. INVARIANT: what the oracle writes holds neither quotes, backslashes nor control characters.
    fn string(&mut self, text: &str, out: &mut String) {
        let quote = match (self.json, is_plain(text)) {
            (true, _) => "\"",
            (false, true) if !self.dice.one_in(5) => "",
            _ if self.dice.one_in(2) => "'",
            _ => "\"",
        };
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{quote}{text}{quote}");
    }
}

/// Whether YAML 1.1 and 1.2 alike read an unquoted text as this string. Says no when in doubt.
fn is_plain(text: &str) -> bool {
    const NOT_STRINGS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"];
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        && !NOT_STRINGS.contains(&text.to_ascii_lowercase().as_str());
    // Three dots make no number in either version.
    let is_ipv4 =
        text.matches('.').count() == 3 && text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '/');
    let is_ipv6 = text.contains("::") && !text.starts_with(':') && !text.ends_with(':');
    is_word || is_ipv4 || is_ipv6
}
