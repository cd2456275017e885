//! Strings as YAML: plain where that reads back as the same string, else quoted.

use netpol_syntax::{FileId, Limits, parse};

/// Where a scalar is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// On a line of its own map or list.
    Block,
    /// Between `{` and `}` or `[` and `]`.
    Flow,
}

/// `text` as a scalar that reads back as this string: `web` plain, but `"yes"` and `"1.20"`.
pub(crate) fn string(text: &str, style: Style) -> String {
    if is_plain(text, style) { text.to_owned() } else { quoted(text) }
}

/// Whether `text` without quotes is this string; the reader itself is asked, for only it knows all of YAML 1.1.
fn is_plain(text: &str, style: Style) -> bool {
    if text.contains(['\n', '\r']) {
        return false;
    }
    let sample = match style {
        Style::Block => format!("{text}: {text}\n"),
        Style::Flow => format!("{{{text}: {text}}}\n"),
    };
    let parsed = parse(FileId(0), sample, &Limits::PAGE);
    let [document] = parsed.documents.as_slice() else { return false };
    let mut entries = document.root().entries();
    parsed.diagnostics.is_empty()
        && entries.len() == 1
        && entries.all(|(key, value)| key.source() == text && value.as_str() == Some(text))
}

/// `text` in double quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Control characters, line separators and the byte order mark do not survive as they are.
            _ if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            _ => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_read_as_another_type_are_quoted() {
        let plain = ["web", "kubernetes.io/metadata.name", "10.0.0.0/8", "2024-01-01", "a b", "fd00::5"];
        for text in plain {
            assert_eq!(string(text, Style::Block), text);
        }
        let typed =
            ["yes", "on", "n", "NULL", "~", "", "1.20", "0x1F", "1_000", "12e03", "017", ".inf", "-1"];
        let signs = [
            "a: b", "a #b", "#a", "- a", "*a", "&a", "!a", "{a", "[a", "%a", "@a", "'a", "a:", " a", "<<",
            "?",
        ];
        for text in typed.into_iter().chain(signs) {
            assert_eq!(string(text, Style::Block), format!("\"{text}\""));
        }
        assert_eq!(string("a,b", Style::Block), "a,b");
        assert_eq!(string("a,b", Style::Flow), "\"a,b\"");
        assert_eq!(string("a\"\\\n\u{7}", Style::Block), "\"a\\\"\\\\\\n\\u0007\"");
    }
}
