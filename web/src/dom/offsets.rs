//! Byte offsets as UTF-16 offsets, at the border to the editor.

/// Turns byte offsets of one text into UTF-16 ones.
pub struct Utf16<'t> {
    text: &'t str,
    is_ascii: bool,
}

impl<'t> Utf16<'t> {
    /// For `text`.
    pub fn new(text: &'t str) -> Self {
        Self { text, is_ascii: text.is_ascii() }
    }

    /// The UTF-16 offset of byte `offset`; the end of the text where it lies past that.
    pub fn offset(&self, offset: u32) -> u32 {
        let offset = (offset as usize).min(self.text.len());
        let units = if self.is_ascii {
            offset
        } else {
            self.text
                .char_indices()
                .take_while(|(at, _)| *at < offset)
                .map(|(_, letter)| letter.len_utf16())
                .sum()
        };
        u32::try_from(units).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_code_units() {
        let ascii = Utf16::new("kind: Pod");
        assert_eq!((ascii.offset(6), ascii.offset(99)), (6, 9));
        // Two bytes and one unit, then four bytes and two units.
        let mixed = Utf16::new("é🦀x");
        assert_eq!([0, 2, 6, 7, 99].map(|offset| mixed.offset(offset)), [0, 1, 3, 4, 4]);
    }
}
