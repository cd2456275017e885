//! Places in the text as people count them, found out only for the files that something is said of.

use std::collections::BTreeMap;

use netpol_syntax::{FileId, LineIndex, Location, SourceFile};

/// The files of the input, and where their lines begin.
pub struct Lines<'f> {
    files: &'f [SourceFile],
    indices: BTreeMap<FileId, LineIndex>,
}

/// A line of a file.
pub struct Line<'f> {
    /// The file's name.
    pub file: &'f str,
    /// The line's number, from 1.
    pub number: u32,
    /// Its text, without its end.
    pub text: &'f str,
    /// Where it begins in the file, in bytes.
    pub start: usize,
}

impl Line<'_> {
    /// In which column of it a place begins, in characters from 1.
    pub fn column(&self, at: Location) -> usize {
        let before = (at.span.start as usize).saturating_sub(self.start);
        self.text.get(..before).unwrap_or(self.text).chars().count() + 1
    }
}

impl<'f> Lines<'f> {
    /// None looked at yet.
    pub fn of(files: &'f [SourceFile]) -> Self {
        Self { files, indices: BTreeMap::new() }
    }

    /// The line that a place begins in; `None` where it lies in none of the files.
    pub fn line(&mut self, at: Location) -> Option<Line<'f>> {
        let file = self.files.get(at.file.index())?;
        let index = self.indices.entry(at.file).or_insert_with(|| LineIndex::new(&file.text));
        let number = index.line(at.span.start);
        let start = index.start_of(number) as usize;
        let text = file.text.get(start..)?.lines().next().unwrap_or_default();
        Some(Line { file: &file.name, number, text, start })
    }
}
