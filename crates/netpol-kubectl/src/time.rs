//! Lengths of time, as `timeout`, `watch` and `curl -m` take them.

/// `2`, `0.5`, `10s` or `1m`, in milliseconds. Whole numbers do: what reads and prints floats would be 12 KB of the page.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    let unit = match text.chars().next_back()? {
        'd' => 86_400_000,
        'h' => 3_600_000,
        'm' => 60_000,
        _ => 1_000,
    };
    let number = text.strip_suffix(['s', 'm', 'h', 'd']).unwrap_or(text);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()?.checked_mul(unit)? };
    let thousandths = format!("{fraction:0<3}").get(..3)?.parse::<u64>().ok()?;
    whole.checked_add(thousandths * unit / 1_000)
}

/// What a program that runs another one is to run: `words` without its times and flags, and without the signal that `timeout`
/// is to send.
pub(crate) fn behind_times(mut words: &[String]) -> &[String] {
    while let [first, rest @ ..] = words {
        words = match first.as_str() {
            "-s" | "--signal" => rest.get(1..).unwrap_or_default(),
            flag if flag.starts_with('-') => rest,
            time if milliseconds(time).is_some() => rest,
            _ => break,
        };
    }
    words
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
            ("1d", Some(86_400_000)),
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
