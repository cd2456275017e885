//! Labels as they are written.

use std::sync::Arc;

use netpol_syntax::{Read, Reader, SpannedMap, order};

/// Strings by key, keys ascending, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strings(Arc<Vec<(Arc<str>, Arc<str>)>>);

impl Strings {
    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(known, _)| known.as_ref().cmp(key)).ok()?;
        self.0.get(at).map(|(_, value)| value.as_ref())
    }

    /// Keys and values, keys ascending.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }

    /// The same, to be kept.
    #[must_use]
    pub fn shared(&self) -> Arc<Vec<(Arc<str>, Arc<str>)>> {
        Arc::clone(&self.0)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reads them with their places, since such maps are read elsewhere: another reader is another 3 KB of code. A tree has
/// each key once.
impl Read for Strings {
    fn read(&mut self, from: Reader<'_, '_>) {
        let mut entries = SpannedMap::<String>::default();
        entries.read(from);
        let strings = entries.0.into_iter().map(|(key, value)| (key.value.into(), value.value.into()));
        let mut strings: Vec<(Arc<str>, Arc<str>)> = strings.collect();
        order::sort_by(&mut strings, |(one, _), (other, _)| one.cmp(other));
        self.0 = Arc::new(strings);
    }
}

#[cfg(test)]
mod tests {
    use netpol_syntax::{FileId, Limits, UnknownFields, parse, read_at};

    use super::*;

    #[test]
    fn strings_are_read_by_key() {
        let read = |text: &str| {
            let parsed = parse(FileId(0), text, &Limits::PAGE);
            read_at::<Strings>(parsed.documents[0].root(), "", UnknownFields::Report)
        };
        let strings = read("tier: db\napp: web\ntier: front\n").value.unwrap();
        assert_eq!(strings.iter().collect::<Vec<_>>(), [("app", "web"), ("tier", "front")]);
        assert_eq!(["app", "run"].map(|key| strings.get(key)), [Some("web"), None]);
        assert!(!strings.is_empty() && Strings::default().is_empty());
        let wrong = read("app: web\nport: 80\n");
        assert_eq!(wrong.diagnostics[0].message, "cannot unmarshal number into `port` of type string");
    }
}
