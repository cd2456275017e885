//! JSON that our own reader takes back: it is read as the YAML that JSON is a part of, so that there is one
//! parser for all that comes in.

use std::fmt::Write as _;

use serde::Serialize;

/// Compact JSON, with the characters escaped that JSON takes as they are and YAML does not.
#[must_use]
pub fn to_json(value: &impl Serialize) -> String {
    // What is written here are structs of strings and numbers, which cannot fail.
    let json = serde_json::to_string(value).unwrap_or_default();
    if !json.contains(is_escaped) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        if is_escaped(letter) {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(letter));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// What is not printable by YAML 1.2.2, production 1, or would be taken for a line break or a byte order mark.
fn is_escaped(letter: char) -> bool {
    matches!(letter, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
