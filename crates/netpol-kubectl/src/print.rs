//! Objects as YAML and JSON, as `kubectl` prints them.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use netpol_syntax::order;

use crate::table::pad;
use crate::value::{NOTHING, Value};

/// What is printed of an object: what is written, borrowed, and what the API server adds to it.
#[derive(Clone, Debug)]
pub(crate) enum Shown<'v> {
    /// As it is written.
    Written(&'v Value),
    /// A text.
    Text(Cow<'v, str>),
    /// A number.
    Number(String),
    /// A list.
    List(Vec<Shown<'v>>),
    /// A map, its keys in any order.
    Map(Vec<(&'v str, Shown<'v>)>),
}

impl<'v> Shown<'v> {
    /// Nothing.
    pub(crate) const NOTHING: Self = Self::Written(&NOTHING);

    /// A text.
    pub(crate) fn text(text: impl Into<Cow<'v, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A number.
    pub(crate) fn number(number: u16) -> Self {
        Self::Number(number.to_string())
    }

    /// What is written, key by key, so that something else can be put under one of them; nothing where it is no map.
    pub(crate) fn entries(value: &'v Value) -> Vec<(&'v str, Self)> {
        value.entries().iter().map(|(key, value)| (key.as_str(), Self::Written(value))).collect()
    }
}

/// Puts something under a key, in the place of what is there.
pub(crate) fn set<'v>(entries: &mut Vec<(&'v str, Shown<'v>)>, key: &'v str, value: Shown<'v>) {
    match entries.iter_mut().find(|(known, _)| *known == key) {
        Some((_, known)) => *known = value,
        None => entries.push((key, value)),
    }
}

/// As `kubectl -o yaml` prints it: keys in their order, lists not indented.
pub(crate) fn yaml(shown: &Shown<'_>) -> String {
    let mut printer = Printer::default();
    printer.yaml(Part::of(shown), 0, false);
    printer.out
}

/// As `kubectl -o json` prints it: four columns a level, keys in their order.
pub(crate) fn json(shown: &Shown<'_>) -> String {
    let mut printer = Printer::default();
    printer.json(Part::of(shown), 0);
    printer.out.push('\n');
    printer.out
}

/// As JSON in one line.
pub(crate) fn compact(part: Part<'_>) -> String {
    let mut printer = Printer::default();
    printer.compact(part);
    printer.out
}

/// A part of what is printed.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    /// As it is written.
    Value(&'a Value),
    /// As it is shown.
    Shown(&'a Shown<'a>),
}

/// What a part is.
pub(crate) enum Form<'a> {
    /// `null`, `true`, a number.
    Word(&'a str),
    /// A text.
    Text(&'a str),
    /// A list of so many items.
    List(usize),
    /// A map of so many entries.
    Map(usize),
}

impl<'a> Part<'a> {
    pub(crate) fn of(shown: &'a Shown<'a>) -> Self {
        match shown {
            Shown::Written(value) => Self::Value(value),
            shown => Self::Shown(shown),
        }
    }

    pub(crate) fn form(self) -> Form<'a> {
        match self {
            Self::Value(value) => match value {
                Value::Null => Form::Word("null"),
                Value::Bool(true) => Form::Word("true"),
                Value::Bool(false) => Form::Word("false"),
                Value::Number(number) => Form::Word(number),
                Value::Text(text) => Form::Text(text),
                Value::List(items) => Form::List(items.len()),
                Value::Map(entries) => Form::Map(entries.len()),
            },
            Self::Shown(Shown::Written(value)) => Self::Value(value).form(),
            Self::Shown(Shown::Text(text)) => Form::Text(text),
            Self::Shown(Shown::Number(number)) => Form::Word(number),
            Self::Shown(Shown::List(items)) => Form::List(items.len()),
            Self::Shown(Shown::Map(entries)) => Form::Map(entries.len()),
        }
    }

    /// The entries of a map, by their keys; none of anything else.
    pub(crate) fn entries(self) -> Vec<(&'a str, Self)> {
        let mut printer = Printer::default();
        printer.open(self);
        printer.open
    }

    /// The items of a list, or the values of a map by their keys.
    pub(crate) fn inner(self) -> Vec<Self> {
        match self.form() {
            Form::List(count) => (0..count).map(|at| self.item(at)).collect(),
            _ => self.entries().into_iter().map(|(_, value)| value).collect(),
        }
    }

    /// The item of a list.
    pub(crate) fn item(self, at: usize) -> Self {
        let item = match self {
            Self::Value(value) => value.items().get(at).map(Self::Value),
            Self::Shown(Shown::List(items)) => items.get(at).map(Self::of),
            Self::Shown(_) => None,
        };
        item.unwrap_or(Part::Value(&NOTHING))
    }
}

/// Writes into one text.
#[derive(Default)]
struct Printer<'a> {
    out: String,
    /// The entries of all maps that are being printed, those within others last, each map's by their keys.
    open: Vec<(&'a str, Part<'a>)>,
}

impl<'a> Printer<'a> {
    /// Opens a map: where its entries stand in [`Self::open`], to be closed once they are printed.
    fn open(&mut self, map: Part<'a>) -> Range<usize> {
        let start = self.open.len();
        match map {
            Part::Value(value) => {
                self.open
                    .extend(value.entries().iter().map(|(key, value)| (key.as_str(), Part::Value(value))));
            }
            Part::Shown(Shown::Map(entries)) => {
                self.open.extend(entries.iter().map(|(key, value)| (*key, Part::of(value))));
            }
            Part::Shown(_) => {}
        }
        let entries = self.open.get_mut(start..).unwrap_or_default();
        if !entries.is_sorted_by_key(|(key, _)| *key) {
            sort(entries);
        }
        start..self.open.len()
    }

    fn entry(&self, at: usize) -> (&'a str, Part<'a>) {
        self.open.get(at).copied().unwrap_or(("", Part::Value(&NOTHING)))
    }

    /// `begun`: the first line has its indentation already.
    fn yaml(&mut self, part: Part<'a>, indent: usize, mut begun: bool) {
        match part.form() {
            Form::Map(1..) => {
                let range = self.open(part);
                for at in range.clone() {
                    let (key, value) = self.entry(at);
                    self.pad(if std::mem::take(&mut begun) { 0 } else { indent });
                    self.scalar(key);
                    self.out.push(':');
                    match value.form() {
                        Form::Map(1..) => {
                            self.out.push('\n');
                            self.yaml(value, indent + 2, false);
                        }
                        Form::List(1..) => {
                            self.out.push('\n');
                            self.yaml(value, indent, false);
                        }
                        _ => {
                            self.out.push(' ');
                            self.yaml(value, indent + 2, true);
                        }
                    }
                }
                self.open.truncate(range.start);
            }
            Form::List(count @ 1..) => {
                for at in 0..count {
                    self.pad(if std::mem::take(&mut begun) { 0 } else { indent });
                    self.out.push_str("- ");
                    self.yaml(part.item(at), indent + 2, true);
                }
            }
            Form::Text(text) if text.contains('\n') => {
                self.out.push_str(if text.ends_with('\n') { "|\n" } else { "|-\n" });
                for line in text.trim_end_matches('\n').split('\n') {
                    self.pad(if line.is_empty() { 0 } else { indent });
                    self.out.push_str(line);
                    self.out.push('\n');
                }
            }
            form => {
                self.pad(if begun { 0 } else { indent });
                match form {
                    Form::Word(word) => self.out.push_str(word),
                    Form::Text(text) => self.scalar(text),
                    Form::List(_) => self.out.push_str("[]"),
                    Form::Map(_) => self.out.push_str("{}"),
                }
                self.out.push('\n');
            }
        }
    }

    fn json(&mut self, part: Part<'a>, indent: usize) {
        let line = |printer: &mut Self, is_first: bool| {
            printer.out.push_str(if is_first { "\n" } else { ",\n" });
            printer.pad(indent + 4);
        };
        let close = match part.form() {
            Form::Word(word) => return self.out.push_str(word),
            Form::Text(text) => return quote(text, &mut self.out),
            Form::List(0) => return self.out.push_str("[]"),
            Form::Map(0) => return self.out.push_str("{}"),
            Form::List(count) => {
                self.out.push('[');
                for at in 0..count {
                    line(self, at == 0);
                    self.json(part.item(at), indent + 4);
                }
                ']'
            }
            Form::Map(_) => {
                self.out.push('{');
                let range = self.open(part);
                for at in range.clone() {
                    let (key, value) = self.entry(at);
                    line(self, at == range.start);
                    quote(key, &mut self.out);
                    self.out.push_str(": ");
                    self.json(value, indent + 4);
                }
                self.open.truncate(range.start);
                '}'
            }
        };
        self.out.push('\n');
        self.pad(indent);
        self.out.push(close);
    }

    fn compact(&mut self, part: Part<'a>) {
        let comma =
            |printer: &mut Self, is_first: bool| printer.out.push_str(if is_first { "" } else { "," });
        match part.form() {
            Form::Word(word) => self.out.push_str(word),
            Form::Text(text) => quote(text, &mut self.out),
            Form::List(count) => {
                self.out.push('[');
                for at in 0..count {
                    comma(self, at == 0);
                    self.compact(part.item(at));
                }
                self.out.push(']');
            }
            Form::Map(_) => {
                self.out.push('{');
                for (at, (key, value)) in part.entries().into_iter().enumerate() {
                    comma(self, at == 0);
                    quote(key, &mut self.out);
                    self.out.push(':');
                    self.compact(value);
                }
                self.out.push('}');
            }
        }
    }

    /// A text as YAML: in quotes where it would be read as something else without.
    fn scalar(&mut self, text: &str) {
        if is_plain(text) {
            self.out.push_str(text);
        } else {
            quote(text, &mut self.out);
        }
    }

    fn pad(&mut self, columns: usize) {
        pad(&mut self.out, columns);
    }
}

/// Sorts entries by their keys. Most maps are small, and are sorted in place.
fn sort(entries: &mut [(&str, Part<'_>)]) {
    const SMALL: usize = 24;
    if entries.len() > SMALL {
        return order::sort_by_key(entries, |(key, _)| *key);
    }
    for end in 1..entries.len() {
        let (before, rest) = entries.split_at(end);
        let Some((key, _)) = rest.first() else { break };
        let place = before.partition_point(|(known, _)| known <= key);
        if let Some(moved) = entries.get_mut(place..=end) {
            moved.rotate_right(1);
        }
    }
}

/// A text as JSON.
fn quote(text: &str, out: &mut String) {
    let is_itself = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    out.push('"');
    if text.bytes().all(is_itself) {
        out.push_str(text);
        return out.push('"');
    }
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
}

/// Whether a text can stand without quotes and is a text then.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'.' | b'<');
    if !bytes.first().is_some_and(begins) || matches!(bytes.last(), Some(b':' | b' ')) {
        return false;
    }
    // Most are words of which the parser would make nothing else than what their looks say.
    let is_word =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'_' | b'=' | b':' | b',');
    if bytes.iter().all(|byte| is_word(byte) || *byte == b'.') && bytes.first() != Some(&b'.') {
        return netpol_syntax::is_text(text);
    }
    !text.chars().any(char::is_control) && !text.contains(": ") && !text.contains(" #") && reads_as_text(text)
}

fn reads_as_text(text: &str) -> bool {
    let parsed = netpol_syntax::parse(netpol_syntax::FileId(0), text, &netpol_syntax::Limits::PAGE);
    let [document] = parsed.documents.as_slice() else { return false };
    document.root().as_str() == Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(text: &str) -> Value {
        let parsed = netpol_syntax::parse(netpol_syntax::FileId(0), text, &netpol_syntax::Limits::PAGE);
        Value::of(parsed.documents[0].root())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_stands_without_quotes_is_read_as_that_text(text in "[-0-9a-fnxoytruels_/:=,.<+ ]{0,9}|[0-9eE._x:]{1,8}|[yntfoYNTFO][a-zA-Z]{0,4}") {
            if is_plain(&text) {
                prop_assert!(reads_as_text(&text), "{text:?}");
            }
        }

        #[test]
        fn what_is_a_word_needs_no_quotes(text in "[A-Za-z0-9/_]([-A-Za-z0-9/_=:,.]{0,9}[-A-Za-z0-9/_=,.])?") {
            prop_assert_eq!(is_plain(&text), reads_as_text(&text), "{:?}", text);
        }
    }

    #[test]
    fn keys_are_printed_in_their_order_however_many() {
        for count in [3, 24, 25, 100] {
            let entries =
                (0..count).map(|at| (format!("k{:03}", at * 7 % count), Value::text("x"))).collect();
            let lines = Value::Map(entries).to_yaml();
            assert_eq!(lines.lines().count(), count);
            assert!(lines.lines().is_sorted(), "{lines}");
        }
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
                Self::Map(entries) => {
                    let mut entries: Vec<_> =
                        entries.iter().map(|(key, value)| (key.clone(), value.clone_sorted())).collect();
                    netpol_syntax::order::sort_by(&mut entries, |(one, _), (other, _)| one.cmp(other));
                    Self::Map(entries)
                }
                Self::List(items) => Self::List(items.iter().map(Self::clone_sorted).collect()),
                value => value.clone(),
            }
        }
    }
}
