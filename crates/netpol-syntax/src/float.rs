//! Floats, read and written without the standard library's, which are exact to the last bit for every
//! float there is: that takes tables of 12 KB that no compression makes smaller. A Kubernetes manifest has
//! next to no use for a float; what it has comes out right here.

/// More digits than these are beyond what an `f64` holds.
const DIGITS: u32 = 19;

/// The number of go-yaml v2's `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, where `text` is one and
/// in the range of an `f64`.
///
/// Exact for up to 15 digits and powers of ten up to 22. Past them it may be off by some units in the last place,
/// and the very largest floats are out of range.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let mut rest = text.as_bytes();
    let negative = sign(&mut rest);
    let (mut mantissa, mut kept, mut exponent) = (0_u64, 0_u32, 0_i32);
    let mut digits = |rest: &mut &[u8], is_fraction: bool| {
        let mut any = false;
        while let [digit @ b'0'..=b'9', after @ ..] = rest {
            *rest = after;
            any = true;
            if kept < DIGITS {
                mantissa = mantissa * 10 + u64::from(digit - b'0');
                kept += u32::from(mantissa > 0);
                exponent = exponent.saturating_sub(i32::from(is_fraction));
            } else {
                exponent = exponent.saturating_add(i32::from(!is_fraction));
            }
        }
        any
    };
    let has_whole = digits(&mut rest, false);
    if let [b'.', after @ ..] = rest {
        rest = after;
        if !digits(&mut rest, true) && !has_whole {
            return None;
        }
    } else if !has_whole {
        return None;
    }
    if let [b'e' | b'E', after @ ..] = rest {
        rest = after;
        let negative = sign(&mut rest);
        let (mut power, mut any) = (0_i32, false);
        while let [digit @ b'0'..=b'9', after @ ..] = rest {
            (rest, any) = (after, true);
            power = power.saturating_mul(10).saturating_add(i32::from(digit - b'0'));
        }
        if !any {
            return None;
        }
        exponent = exponent.saturating_add(if negative { -power } else { power });
    }
    if !rest.is_empty() {
        return None;
    }
    let magnitude = scaled(mantissa, exponent);
    let number = if negative { -magnitude } else { magnitude };
    number.is_finite().then_some(number)
}

/// Takes a sign off the front; whether it is a minus.
fn sign(rest: &mut &[u8]) -> bool {
    if let [first @ (b'+' | b'-'), after @ ..] = rest {
        *rest = after;
        return *first == b'-';
    }
    false
}

/// `mantissa` times ten to the power of `exponent`.
#[expect(clippy::cast_precision_loss, reason = "a float holds what a float can")]
fn scaled(mantissa: u64, exponent: i32) -> f64 {
    let number = mantissa as f64;
    if mantissa == 0 {
        0.0
    } else if exponent < -300 {
        // In two steps, as the power alone would be too large.
        number / 10_f64.powi(300) / 10_f64.powi((-(exponent + 300)).min(300))
    } else if exponent < 0 {
        number / 10_f64.powi(-exponent)
    } else {
        number * 10_f64.powi(exponent.min(400))
    }
}

/// As Go's `strconv.FormatFloat(float, 'g', -1, 32)`, with YAML's spelling of what is not finite: what a key
/// that is a float becomes.
#[expect(clippy::cast_possible_truncation, reason = "`sigs.k8s.io/yaml` formats with 32 bits")]
pub(crate) fn format(float: f64) -> String {
    let float = float as f32;
    if float.is_nan() {
        return ".nan".to_owned();
    }
    let sign = if float.is_sign_negative() { "-" } else { "" };
    let magnitude = float.abs();
    if magnitude.is_infinite() {
        return format!("{sign}.inf");
    }
    let (digits, exponent) = shortest(magnitude);
    let (first, others) = digits.split_at_checked(1).unwrap_or_default();
    // Where Go goes over to an exponent.
    if !(-4..6).contains(&exponent) {
        let point = if others.is_empty() { "" } else { "." };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{others}e{exponent_sign}{:02}", exponent.unsigned_abs());
    }
    let zeros = "00000";
    if exponent < 0 {
        let zeros = zeros.get(..exponent.unsigned_abs() as usize - 1).unwrap_or_default();
        return format!("{sign}0.{zeros}{digits}");
    }
    let whole = exponent.unsigned_abs() as usize + 1;
    match digits.split_at_checked(whole) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits}{}", zeros.get(..whole - digits.len()).unwrap_or_default()),
    }
}

/// The fewest digits that give the same float again, and the power of ten of the first of them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`sigs.k8s.io/yaml` formats with 32 bits; at most ten digits"
)]
fn shortest(float: f32) -> (String, i32) {
    /// That many digits always do.
    const ENOUGH: i32 = 9;
    let magnitude = f64::from(float);
    let mut exponent = 0;
    while exponent < 39 && magnitude >= scaled(1, exponent + 1) {
        exponent += 1;
    }
    while exponent > -46 && magnitude < scaled(1, exponent) {
        exponent -= 1;
    }
    let mut digits = 0;
    for count in 1..=ENOUGH {
        let last = exponent + 1 - count;
        let number = if last < 0 { magnitude * 10_f64.powi(-last) } else { magnitude / 10_f64.powi(last) };
        digits = number.round() as u64;
        let is_same = |digits| scaled(digits, last) as f32 == float;
        // Above a power of two there is twice the room that there is below it.
        if !is_same(digits) && is_same(digits + 1) {
            digits += 1;
        }
        if is_same(digits) {
            // Rounding may have carried into another digit.
            exponent += i32::from(digits >= 10_u64.pow(count.unsigned_abs()));
            break;
        }
    }
    let digits = digits.to_string();
    match digits.trim_end_matches('0') {
        "" => ("0".to_owned(), 0),
        digits => (digits.to_owned(), exponent),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{format, parse};

    proptest! {
        #[test]
        fn what_people_write_is_read_to_the_last_bit(
            whole in 0_u32..1_000_000, fraction in 0_u32..1_000_000_000, exponent in -7_i32..=22,
        ) {
            for text in [format!("{whole}.{fraction}"), format!("-{whole}"), format!("{whole}e{exponent}")] {
                prop_assert_eq!(parse(&text), text.parse().ok(), "{}", text);
            }
        }

        #[test]
        fn what_is_no_float_is_none(text in "[-+.eE0-9x]{0,6}") {
            // Rust's own grammar is the same but for a lone exponent and words.
            let expected: Option<f64> = text.parse().ok().filter(|float: &f64| float.is_finite());
            prop_assert_eq!(parse(&text).is_some(), expected.is_some(), "{}", text);
        }

        #[test]
        fn the_shortest_digits_give_the_same_float_again(bits in any::<u32>()) {
            let float = f32::from_bits(bits);
            prop_assume!(float.is_finite());
            let text = format(f64::from(float));
            prop_assert_eq!(text.parse(), Ok(float), "{}", text);
            let significant = |text: &str| {
                let digits = text.split('e').next().unwrap_or_default().replace(['-', '.'], "");
                digits.trim_matches('0').to_owned()
            };
            prop_assert_eq!(significant(&text), significant(&format!("{float:e}")), "{}", text);
        }
    }
}
