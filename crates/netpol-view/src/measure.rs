//! How wide a text will be, near enough to lay out by: the page's fonts are the system's own.

/// Widths of ASCII letters in DejaVu Sans, in thousandths of the font's size; it is among the widest of the
/// system fonts that the page may meet, so that what fits here fits there.
fn width_of(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '\'' | '|' => 0.29,
        '.' | ',' | ':' | ';' | ' ' | '/' => 0.33,
        'f' | 't' | 'r' | '-' | '(' | ')' | 'I' | '[' | ']' => 0.40,
        's' | 'c' | 'k' | 'z' | 'v' | 'x' | 'y' => 0.57,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.97,
        'A'..='Z' | '=' | '+' | '×' | '→' => 0.78,
        '\u{0300}'..='\u{036f}' => 0.0,
        '\0'..='\u{2fff}' => 0.63,
        // CJK and emoji stand in full squares.
        _ => 1.05,
    }
}

/// The width of `text` at `size` pixels. Bold is about a tenth wider.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(width_of).sum::<f64>() * size
}

/// The width of bold `text`.
pub(crate) fn bold_width(text: &str, size: f64) -> f64 {
    width(text, size) * 1.1
}

/// `text`, or as much of both its ends as fits into `room`, for names differ at their ends.
pub(crate) fn shorten(text: &str, room: f64, measure: impl Fn(&str) -> f64) -> String {
    if measure(text) <= room {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    for kept in (2..letters.len()).rev() {
        let head = kept.div_ceil(2);
        let tail = letters.len() - (kept - head);
        let short: String =
            letters.iter().take(head).chain(&['…']).chain(letters.iter().skip(tail)).collect();
        if measure(&short) <= room {
            return short;
        }
    }
    "…".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_both_ends() {
        let measure = |text: &str| width(text, 13.0);
        assert_eq!(shorten("frontend", 200.0, measure), "frontend");
        let short = shorten("payments-gateway-production-eu-west-1-canary", 120.0, measure);
        assert!(short.starts_with("pay") && short.ends_with("ary") && short.contains('…'), "{short}");
        assert!(measure(&short) <= 120.0);
        assert_eq!(shorten("anything", 1.0, measure), "…");
    }
}
