//! Short inputs that stand for long ones: what costs more than its length is seen in long texts alone, and a fuzzer makes
//! few of those.

use std::borrow::Cow;

/// On both sides of what is repeated: the character that ASCII has for a group.
pub(super) const EDGE: char = '\u{1d}';

/// Within it, stands for the number of the repetition, so that no two need be alike.
pub(super) const NUMBER: char = '\u{1c}';

/// How long a swollen text is, in bytes: at a nanosecond a step, what takes the square of its length takes a second.
const LENGTH: usize = 32 << 10;

/// The text that `data` stands for: itself, or where it has a part between two edges, that part as often as makes it long.
pub(super) fn swollen(data: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(3, EDGE);
    let (Some(before), Some(part), Some(after)) = (parts.next(), parts.next(), parts.next()) else {
        return text;
    };
    let mut long = before.to_owned();
    for number in 0.. {
        if part.is_empty() || long.len() + part.len() + after.len() > LENGTH {
            break;
        }
        long.push_str(&part.replace(NUMBER, &number.to_string()));
    }
    long.push_str(after);
    Cow::Owned(long)
}

/// Whether `data` stands for a longer text.
pub(super) fn swells(data: &[u8]) -> bool {
    data.iter().filter(|byte| **byte == 0x1d).nth(1).is_some()
}
