//! Columns, as Go's `text/tabwriter` sets them for `kubectl`.

use std::ops::Range;

/// Rows of cells below their headings, three columns between the widest cell of one and the next one, as `kubectl get`
/// prints them (`GetNewTabWriter` in `k8s.io/cli-runtime/pkg/printers`: at least six wide, three apart).
#[must_use]
pub fn table<S: AsRef<str>>(headings: &[&str], rows: &[Vec<S>]) -> String {
    let (mut text, mut lines) = (String::new(), Lines::default());
    let mut add = |cells: &mut dyn Iterator<Item = &str>| {
        for cell in cells {
            let start = text.len();
            text.push_str(cell);
            lines.cell(&text, start..text.len());
        }
        lines.end();
    };
    add(&mut headings.iter().copied());
    rows.iter().for_each(|row| add(&mut row.iter().map(AsRef::as_ref)));
    let mut out = String::with_capacity(2 * text.len());
    lines.set(&text, 6, 3, &mut out);
    out
}

/// Texts whose tabs part cells, one after the other, as `kubectl describe` sets them (`tabbedString` in
/// `k8s.io/kubectl/pkg/describe`: two apart).
#[derive(Default)]
pub struct Tabbed(Lines);

impl Tabbed {
    /// Sets a text, which ends with a line break, behind what is there.
    pub fn set(&mut self, text: &str, out: &mut String) {
        let mut start = 0;
        for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'\t' | b'\n')) {
            let cell = text.get(start..at).unwrap_or_default();
            if byte == b'\t' {
                self.0.cell(text, start..at);
            } else {
                self.0.cell(text, start..start + cell.strip_suffix('\r').unwrap_or(cell).len());
                self.0.end();
            }
            start = at + 1;
        }
        self.0.set(text, 0, 2, out);
    }
}

/// Lines of cells, which stand in a text.
#[derive(Default)]
struct Lines {
    cells: Vec<Cell>,
    /// The cells of each line.
    lines: Vec<Range<usize>>,
}

struct Cell {
    /// Where it stands in the text.
    place: Range<usize>,
    width: usize,
    /// How wide its column is; 0 for a line's last cell, which is in none.
    room: usize,
}

impl Lines {
    /// Adds a cell to the last line.
    fn cell(&mut self, text: &str, place: Range<usize>) {
        let width = text.get(place.clone()).map_or(0, |cell| match cell.is_ascii() {
            true => cell.len(),
            false => cell.chars().count(),
        });
        self.cells.push(Cell { place, width, room: 0 });
    }

    /// Ends the last line.
    fn end(&mut self) {
        let start = self.lines.last().map_or(0, |line| line.end);
        self.lines.push(start..self.cells.len());
    }

    /// Each cell but the last of a line as wide as the widest that is above or below it without a line between that does
    /// not have it, and `apart` more; at least `least`. No line is left then.
    fn set(&mut self, text: &str, least: usize, apart: usize, out: &mut String) {
        let deepest = self.lines.iter().map(Range::len).max().unwrap_or(0);
        for column in 0..deepest.saturating_sub(1) {
            let cell_of = |line: &Range<usize>| (line.len() > column + 1).then_some(line.start + column);
            let is_together =
                |one: &Range<usize>, other: &Range<usize>| cell_of(one).is_some() == cell_of(other).is_some();
            for block in self.lines.chunk_by(is_together) {
                let cells = || block.iter().filter_map(cell_of);
                let widest = cells().filter_map(|at| self.cells.get(at)).map(|cell| cell.width).max();
                let room = widest.map_or(0, |widest| (widest + apart).max(least));
                for at in cells() {
                    if let Some(cell) = self.cells.get_mut(at) {
                        cell.room = room;
                    }
                }
            }
        }
        for line in self.lines.drain(..) {
            for cell in self.cells.get(line).unwrap_or_default() {
                out.push_str(text.get(cell.place.clone()).unwrap_or_default());
                pad(out, cell.room.saturating_sub(cell.width));
            }
            out.push('\n');
        }
        self.cells.clear();
    }
}

/// So many spaces.
pub(crate) fn pad(out: &mut String, mut columns: usize) {
    const SPACES: &str = "                                                                ";
    while columns > 0 {
        let some = columns.min(SPACES.len());
        out.push_str(SPACES.get(..some).unwrap_or_default());
        columns -= some;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["a".to_owned(), "10.0.0.1".to_owned(), "1m".to_owned()]];
        assert_eq!(table(&["NAME", "IP", "AGE"], &rows), "NAME   IP         AGE\na      10.0.0.1   1m\n");
    }

    #[test]
    fn a_line_without_the_column_parts_what_is_above_from_what_is_below() {
        let (mut tabbed, mut out) = (Tabbed::default(), String::new());
        tabbed.set("Name:\tx\nLabels:\ta=1\nSpec:\n  A:\tb\n", &mut out);
        tabbed.set("B:\tc\n", &mut out);
        assert_eq!(out, "Name:    x\nLabels:  a=1\nSpec:\n  A:  b\nB:  c\n");
    }
}
