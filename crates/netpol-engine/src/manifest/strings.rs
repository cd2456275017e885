//! Labels as they are written.

use netpol_syntax::{SpannedMap, order};
use serde::{Deserialize, Deserializer};

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
impl<'de> Deserialize<'de> for Strings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let SpannedMap(entries) = SpannedMap::<String>::deserialize(deserializer)?;
        let mut strings: Vec<(String, String)> =
            entries.into_iter().map(|(key, value)| (key.value, value.value)).collect();
        order::sort_by(&mut strings, |(one, _), (other, _)| one.cmp(other));
        Ok(Self(strings))
    }
}

#[cfg(test)]
mod tests {
    use netpol_syntax::{FileId, Limits, UnknownFields, deserialize, parse};

    use super::*;

    #[test]
    fn strings_are_read_by_key() {
        let read = |text: &str| {
            let parsed = parse(FileId(0), text, &Limits::PAGE);
            deserialize::<Strings>(parsed.documents[0].root(), UnknownFields::Report)
        };
        let strings = read("tier: db\napp: web\ntier: front\n").value.unwrap();
        assert_eq!(strings.iter().collect::<Vec<_>>(), [("app", "web"), ("tier", "front")]);
        assert_eq!(["app", "run"].map(|key| strings.get(key)), [Some("web"), None]);
        assert!(!strings.is_empty() && Strings::default().is_empty());
        let wrong = read("app: web\nport: 80\n");
        assert_eq!(wrong.diagnostics[0].message, "cannot unmarshal number into `port` of type string");
    }
}
