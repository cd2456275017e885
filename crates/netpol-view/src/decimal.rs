//! Numbers as a picture spells them: rounded, and no digit more than it takes.

use std::fmt;

/// A number with at most so many decimal places, on its way into a text. By whole numbers, not by the standard
/// library's printing of floats: that is exact to the last bit, which takes 20 KB that no picture needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decimal {
    number: f64,
    places: u32,
}

/// `number` with one place: a tenth of a pixel is as exact as a picture needs to be.
#[must_use]
pub fn tenths(number: f64) -> Decimal {
    decimal(number, 1)
}

/// `number` with at most so many places; what is no number, or has more than 15 digits, becomes what `as` makes
/// of it.
#[must_use]
pub fn decimal(number: f64, places: u32) -> Decimal {
    Decimal { number, places: places.min(9) }
}

/// The number itself, or the nearer of `low` and `high` where it is not between them. Unlike `f64::clamp`, which prints what
/// it is given where that is no range, and so brings what prints floats.
#[must_use]
pub fn between(number: f64, low: f64, high: f64) -> f64 {
    number.min(high).max(low)
}

impl fmt::Display for Decimal {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "saturating is fine here"
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(self.places);
        let parts = (self.number * unit as f64).round() as i64;
        let (whole, mut fraction) = (parts.unsigned_abs() / unit, parts.unsigned_abs() % unit);
        if parts < 0 {
            f.write_str("-")?;
        }
        write!(f, "{whole}")?;
        if fraction == 0 {
            return Ok(());
        }
        let mut width = self.places as usize;
        while fraction % 10 == 0 {
            fraction /= 10;
            width -= 1;
        }
        write!(f, ".{fraction:0width$}")
    }
}

#[cfg(test)]
mod tests {
    use super::{decimal, tenths};

    #[test]
    fn numbers_are_rounded_and_spelled_short() {
        let cases = [
            (tenths(0.0), "0"),
            (tenths(-0.04), "0"),
            (tenths(-0.06), "-0.1"),
            (tenths(12.0), "12"),
            (tenths(12.35), "12.4"),
            (tenths(-199.5), "-199.5"),
            (decimal(1.0, 4), "1"),
            (decimal(0.0625, 4), "0.0625"),
            (decimal(1.23456, 4), "1.2346"),
            (decimal(1.05, 2), "1.05"),
            (decimal(1.999, 2), "2"),
            (tenths(f64::NAN), "0"),
        ];
        for (number, expected) in cases {
            assert_eq!(number.to_string(), expected, "{number:?}");
        }
    }
}
