//! Which functions are not needed at first.

/// The functions that are fetched after the first picture, as `web/deferred.txt` names them.
#[derive(Default)]
pub(crate) struct Deferred {
    words: Vec<String>,
    exceptions: Vec<String>,
}

impl Deferred {
    /// From the lines of that file.
    pub(crate) fn of(lines: &str) -> Self {
        let mut deferred = Self::default();
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_prefix('!') {
                Some(start) => deferred.exceptions.push(start.to_owned()),
                None => deferred.words.push(line.to_owned()),
            }
        }
        deferred
    }

    /// Whether a function with this demangled name is one of them.
    pub(super) fn holds(&self, name: &str) -> bool {
        let name = without_hashes(name);
        self.words.iter().any(|words| name.contains(words.as_str()))
            && !self.exceptions.iter().any(|start| name.starts_with(start.as_str()))
    }
}

/// A demangled name without the hashes that tell crates apart, `core[c5930c85a12de822]::fmt`. They are written without the zeros that
/// they begin with.
fn without_hashes(name: &str) -> String {
    let mut pieces = name.split('[');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(']') {
            Some((hash, after)) if hash.len() >= 8 && hash.bytes().all(|it| it.is_ascii_hexdigit()) => {
                plain += after
            }
            _ => {
                plain.push('[');
                plain += piece;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_anywhere_and_exceptions_at_the_beginning() {
        let deferred = Deferred::of("# A comment.\n\n!<alloc::\n page::share \nobjects::Node as\n");
        for (name, expected) in [
            ("page[c5930c85a12de822]::share::encode", true),
            ("<yew[0123456789abcdef]::View<page[c5930c85a12de822]::share::Dialog> as yew::Draw>::draw", true),
            ("<engine::objects::Node as serde::Deserialize>::deserialize", true),
            ("<engine::objects::NodeList as serde::Deserialize>::deserialize", false),
            ("<alloc[3ca501edff3f0c7c]::vec::Vec<page::share::Dialog>>::push", false),
            ("page::picture::draw", false),
        ] {
            assert_eq!(deferred.holds(name), expected, "{name}");
        }
    }

    #[test]
    fn only_hashes_are_taken_out_of_a_name() {
        assert_eq!(without_hashes("<[u8]>::len[1]"), "<[u8]>::len[1]");
        assert_eq!(without_hashes("core[85a9434a5145ab]::fmt"), "core::fmt");
        assert_eq!(
            without_hashes("core[c5930c85a12de822]::fmt::<[std[a543996e6e7dbf1e]::A; 3]>"),
            "core::fmt::<[std::A; 3]>"
        );
    }
}
