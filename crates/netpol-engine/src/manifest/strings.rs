//! Labels as they are written.

use netpol_syntax::{Read, Reader, SpannedMap, order};

/// Strings by key, keys ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strings(Vec<(String, String)>);

impl Strings {
    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
        self.0.get(at).map(|(_, value)| value.as_str())
    }

    /// Keys and values, keys ascending.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
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
        self.0 = entries.0.into_iter().map(|(key, value)| (key.value, value.value)).collect();
        order::sort_by(&mut self.0, |(one, _), (other, _)| one.cmp(other));
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
