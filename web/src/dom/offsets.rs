//! Byte offsets as UTF-16 offsets, at the border to the editor.

/// Turns byte offsets of one text into UTF-16 ones.
pub struct Utf16<'t> {
    text: &'t [u8],
    /// How many code units stand before each [`STEP`]th byte; empty for ASCII, where they are as many as bytes.
    before: Vec<u32>,
}

/// So many bytes are counted through at most for an offset.
const STEP: usize = 1024;

impl<'t> Utf16<'t> {
    /// For `text`.
    pub fn new(text: &'t str) -> Self {
        let mut before = Vec::new();
        if !text.is_ascii() {
            let mut sum = 0;
            for chunk in text.as_bytes().chunks(STEP) {
                before.push(sum);
                sum += units(chunk);
            }
        }
        Self { text: text.as_bytes(), before }
    }

    /// The UTF-16 offset of byte `offset`; the end of the text where it lies past that.
    pub fn offset(&self, offset: u32) -> u32 {
        let offset = (offset as usize).min(self.text.len());
        let step = (offset / STEP).min(self.before.len().saturating_sub(1));
        match self.before.get(step) {
            Some(before) => before + units(self.text.get(step * STEP..offset).unwrap_or_default()),
            None => u32::try_from(offset).unwrap_or(u32::MAX),
        }
    }
}

/// How many code units the letters take that begin in some bytes of UTF-8: those that go on with a letter begin none, and
/// the letters that take two are those of four bytes.
fn units(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(!(0x80..0xC0).contains(byte)) + u32::from(*byte >= 0xF0)).sum()
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
        assert_eq!(Utf16::new("").offset(1), 0);
    }

    #[test]
    fn counts_on_wherever_it_begins_to() {
        let text = "aé€🦀\n".repeat(700);
        let offsets = Utf16::new(&text);
        for (at, _) in text.char_indices() {
            let counted: usize = text[..at].chars().map(char::len_utf16).sum();
            assert_eq!(offsets.offset(at as u32), counted as u32, "byte {at}");
        }
        assert_eq!(offsets.offset(u32::MAX), 6 * 700);
    }
}
