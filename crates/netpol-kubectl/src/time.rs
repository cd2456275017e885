//! Lengths of time, as `timeout`, `watch` and `curl -m` take them.

/// `2`, `0.5`, `10s` or `1m`, in milliseconds. Whole numbers do: what reads and prints floats would be 12 KB of the page.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) if text.ends_with('m') => (number, 60_000),
        Some(number) if text.ends_with('h') => (number, 3_600_000),
        Some(number) => (number, 1_000),
        None => (text, 1_000),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()?.checked_mul(unit)? };
    let thousandths = format!("{fraction:0<3}").get(..3)?.parse::<u64>().ok()?;
    whole.checked_add(thousandths * unit / 1_000)
}

/// What a program that runs another one is to run: `words` without its flags and times.
pub(crate) fn behind_times(words: &[String]) -> &[String] {
    let is_own = |word: &&String| word.starts_with('-') || milliseconds(word).is_some();
    words.get(words.iter().take_while(is_own).count()..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_units() {
        let cases = [
            ("2", Some(2_000)),
            ("0.5", Some(500)),
            (".25", Some(250)),
            ("1.2345", Some(1_234)),
            ("10s", Some(10_000)),
            ("1.5m", Some(90_000)),
            ("1h", Some(3_600_000)),
            ("", None),
            ("s", None),
            (".", None),
            ("two", None),
            ("1e3", None),
            ("-1", None),
            ("99999999999999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(milliseconds(text), expected, "{text}");
        }
    }
}
