//! Places in the text as people count them, found out only for the files that something is said of.

use std::collections::BTreeMap;

use netpol_syntax::{FileId, LineIndex, Location, SourceFile};

/// The files of the input, and where their lines begin.
pub struct Lines<'f> {
    files: &'f [SourceFile],
    indices: BTreeMap<FileId, LineIndex>,
    /// The place whose column was asked for last, and the column: in a long line the next is seldom far from it.
    counted: Option<(Location, usize)>,
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

impl<'f> Lines<'f> {
    /// None looked at yet.
    pub fn of(files: &'f [SourceFile]) -> Self {
        Self { files, indices: BTreeMap::new(), counted: None }
    }

    /// The line that a place begins in; `None` where it lies in none of the files.
    pub fn line(&mut self, at: Location) -> Option<Line<'f>> {
        let file = self.files.get(at.file.index())?;
        let index = self.indices.entry(at.file).or_insert_with(|| LineIndex::new(&file.text));
        let number = index.line(at.span.start);
        let start = index.start_of(number) as usize;
        // Its end is not looked for in the text, which may be one line that much is said of.
        let is_last = number as usize >= index.len();
        let end = if is_last { file.text.len() } else { index.start_of(number + 1) as usize };
        let text = file.text.get(start..end)?.trim_end_matches(['\n', '\r']);
        Some(Line { file: &file.name, number, text, start })
    }

    /// The column, from 1, in characters, that a place begins in; 1 where it lies in none of the files.
    pub fn column(&mut self, at: Location) -> usize {
        let (Some(line), Some(file)) = (self.line(at), self.files.get(at.file.index())) else { return 1 };
        let range = line.start..=line.start + line.text.len();
        let start = |at: Location| at.span.start as usize;
        let near = self.counted.filter(|(near, _)| near.file == at.file && range.contains(&start(*near)));
        let (from, column) = near.map_or((line.start, 1), |(near, column)| (start(near), column));
        let characters = |from, to| file.text.get(from..to).unwrap_or_default().chars().count();
        let column = (column + characters(from, start(at))).saturating_sub(characters(start(at), from));
        self.counted = Some((at, column));
        column
    }
}

#[cfg(test)]
mod tests {
    use netpol_syntax::Span;

    use super::*;

    #[test]
    fn a_line_ends_where_the_next_begins() {
        let files = [SourceFile::new("a", "é: 1\r\n\nb\rc")];
        let mut lines = Lines::of(&files);
        for (offset, number, text) in [(0, 1, "é: 1"), (7, 2, ""), (8, 3, "b"), (10, 4, "c"), (11, 4, "c")] {
            let at = Location { file: FileId(0), span: Span::new(offset, offset) };
            let line = lines.line(at).unwrap();
            assert_eq!((line.number, line.text), (number, text), "at {offset}");
        }
    }

    #[test]
    fn columns_are_the_same_in_whatever_order_they_are_asked_for() {
        let files = [SourceFile::new("a", "é😀a\nééb"), SourceFile::new("b", "éé")];
        let places =
            [(0, 0, 1), (0, 2, 2), (0, 6, 3), (0, 7, 4), (0, 8, 1), (0, 12, 3), (1, 2, 2), (1, 4, 3)];
        let mut lines = Lines::of(&files);
        for first in places {
            for (file, offset, column) in [first].into_iter().chain(places) {
                let at = Location { file: FileId(file), span: Span::new(offset, offset) };
                assert_eq!(lines.column(at), column, "{offset} of {file}, after {first:?}");
            }
        }
    }
}
