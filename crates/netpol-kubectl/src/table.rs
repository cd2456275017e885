//! Columns, as Go's `text/tabwriter` sets them for `kubectl`.

use std::ops::Range;

/// Rows of cells below their headings, three columns between the widest cell of one and the next one, as `kubectl get`
/// prints them (`GetNewTabWriter` in `k8s.io/cli-runtime/pkg/printers`: at least six wide, three apart).
#[must_use]
pub fn table<S: AsRef<str>>(headings: &[&str], rows: &[Vec<S>]) -> String {
    let mut lines = Lines::default();
    lines.add(headings.iter().copied());
    rows.iter().for_each(|row| lines.add(row.iter().map(AsRef::as_ref)));
    lines.set(6, 3)
}

/// A text whose tabs part cells, as `kubectl describe` sets it (`tabbedString` in `k8s.io/kubectl/pkg/describe`: two apart).
#[must_use]
pub fn tabbed(text: &str) -> String {
    let mut lines = Lines::default();
    text.lines().for_each(|line| lines.add(line.split('\t')));
    lines.set(0, 2)
}

/// Lines of cells, one behind the other.
#[derive(Default)]
struct Lines<'t> {
    cells: Vec<Cell<'t>>,
    /// Where the cells of each line end.
    ends: Vec<usize>,
}

struct Cell<'t> {
    text: &'t str,
    width: usize,
    /// How wide its column is; 0 for a line's last cell, which is in none.
    room: usize,
}

impl<'t> Lines<'t> {
    fn add(&mut self, cells: impl Iterator<Item = &'t str>) {
        self.cells.extend(cells.map(|text| Cell { text, width: text.chars().count(), room: 0 }));
        self.ends.push(self.cells.len());
    }

    /// Where the cells of each line stand.
    fn ranges(&self) -> Vec<Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| start..*end).collect()
    }

    /// Each cell but the last of a line as wide as the widest that is above or below it without a line between that does
    /// not have it, and `apart` more; at least `least`.
    fn set(mut self, least: usize, apart: usize) -> String {
        let ranges = self.ranges();
        let deepest = ranges.iter().map(Range::len).max().unwrap_or(0);
        for column in 0..deepest.saturating_sub(1) {
            let cell_of = |line: &Range<usize>| (line.len() > column + 1).then_some(line.start + column);
            let is_together =
                |one: &Range<usize>, other: &Range<usize>| cell_of(one).is_some() == cell_of(other).is_some();
            for block in ranges.chunk_by(is_together) {
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
        let size = self.cells.iter().map(|cell| cell.text.len().max(cell.room) + 1).sum();
        let mut out = String::with_capacity(size);
        for range in ranges {
            for cell in self.cells.get(range).unwrap_or_default() {
                out.push_str(cell.text);
                pad(&mut out, cell.room.saturating_sub(cell.width));
            }
            out.push('\n');
        }
        out
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
        assert_eq!(
            tabbed("Name:\tx\nLabels:\ta=1\nSpec:\n  A:\tb"),
            "Name:    x\nLabels:  a=1\nSpec:\n  A:  b\n"
        );
    }
}
