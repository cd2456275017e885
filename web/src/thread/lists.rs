//! What goes over the border between the page's two threads: flat lists, written and read in the same order.

use js_sys::{Array, ArrayIter};
use netpol_syntax::{FileId, Location, Span, TextEdit};
use wasm_bindgen::JsValue;

/// Puts a list together.
#[derive(Default)]
pub struct Writer(pub Array);

impl Writer {
    /// A text, or that there is none.
    pub fn text(&self, text: Option<&str>) {
        self.0.push(&text.map_or(JsValue::UNDEFINED, JsValue::from_str));
    }

    /// A yes or no.
    pub fn flag(&self, flag: bool) {
        self.0.push(&JsValue::from_bool(flag));
    }

    /// A number, of 32 bits.
    pub fn number(&self, number: usize) {
        self.0.push(&JsValue::from(u32::try_from(number).unwrap_or(u32::MAX)));
    }

    /// A place in the files, or none: files are counted from 1 here, so that 0 is none.
    pub fn place(&self, at: Option<Location>) {
        let Some(Location { file, span }) = at else { return self.number(0) };
        self.number(file.index() + 1);
        self.number(span.start as usize);
        self.number(span.end as usize);
    }

    /// Changes of the files.
    pub fn edits(&self, edits: &[TextEdit]) {
        self.number(edits.len());
        for edit in edits {
            self.place(Some(edit.at));
            self.text(Some(&edit.text));
        }
    }
}

/// Takes a list apart. Where it ends too early there are no more texts, and numbers are 0.
pub struct Reader<'a>(pub ArrayIter<'a>);

impl Reader<'_> {
    /// A text, or that there is none.
    pub fn text(&mut self) -> Option<String> {
        self.0.next()?.as_string()
    }

    /// A yes or no.
    pub fn flag(&mut self) -> bool {
        self.0.next().is_some_and(|flag| flag.is_truthy())
    }

    /// A number, of 32 bits.
    pub fn number(&mut self) -> usize {
        self.offset() as usize
    }

    /// A number as it came.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "these were made of a `u32`")]
    pub fn offset(&mut self) -> u32 {
        self.0.next().and_then(|number| number.as_f64()).unwrap_or_default() as u32
    }

    /// A place in the files, or none.
    pub fn place(&mut self) -> Option<Location> {
        let file = self.offset().checked_sub(1)?;
        let span = Span::new(self.offset(), self.offset());
        Some(Location { file: FileId(file), span })
    }

    /// Changes of the files.
    pub fn edits(&mut self) -> Vec<TextEdit> {
        let mut edits = Vec::new();
        for _ in 0..self.number() {
            if let (Some(at), Some(text)) = (self.place(), self.text()) {
                edits.push(TextEdit { at, text });
            }
        }
        edits
    }
}
