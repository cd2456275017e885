//! Which lines of the table are in view: only those are in the document.

use std::ops::Range;

use web_sys::Element;

/// The height of a row, in CSS pixels; `web/style/matrix.css` draws it so.
pub const ROW: u32 = 28;

/// The width of the rows' names.
pub const NAMES: u32 = 152;

/// The height of both rows of the head where its names stand upright, and where they lie.
pub const UPRIGHT_HEAD: u32 = 24 + 124;
/// See [`UPRIGHT_HEAD`].
pub const LYING_HEAD: u32 = 24 + 30;

/// Lines come and go so many at a time, so that not every pixel of scrolling draws anew.
pub const STEP: usize = 4;

/// So many around what is in view are there at least: what comes into view by a small step is drawn already, and what is
/// laid out for nothing stays little.
const AROUND: usize = 1;

/// The lines in view and some around them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Window {
    /// The rows.
    pub rows: Range<usize>,
    /// The columns.
    pub columns: Range<usize>,
}

/// How large the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
}

impl Size {
    /// The width of a column: few have room for words, many for numbers.
    pub fn column(self) -> u32 {
        if self.is_upright() { 64 } else { 118 }
    }

    /// Whether the columns are so many that their names stand upright.
    pub fn is_upright(self) -> bool {
        self.columns > 9
    }

    /// The height of the head.
    pub fn head(self) -> u32 {
        if self.is_upright() { UPRIGHT_HEAD } else { LYING_HEAD }
    }

    /// What `scroller` shows of the table.
    pub fn window(self, scroller: &Element) -> Window {
        let along = |from: i32, room: i32, size: u32, count: usize| {
            let of = |pixels: i32| usize::try_from(pixels).unwrap_or_default();
            span(of(from), of(room), size as usize, count)
        };
        Window {
            rows: along(scroller.scroll_top(), scroller.client_height(), ROW, self.rows),
            columns: along(scroller.scroll_left(), scroller.client_width(), self.column(), self.columns),
        }
    }

    /// All of the table, where it can be read on paper; a larger one is printed as far as it is in view.
    pub fn printable(self) -> Option<Window> {
        const CELLS: usize = 10_000;
        (self.rows * self.columns <= CELLS).then_some(Window { rows: 0..self.rows, columns: 0..self.columns })
    }

    /// Scrolls to a cell, as far as it is out of view. Rows and columns count from 0, the rows' names being none.
    pub fn reveal(self, scroller: &Element, row: usize, column: Option<usize>) {
        let (names, head) = (px(NAMES), px(self.head()));
        let top = moved(scroller.scroll_top(), scroller.client_height() - head, row, ROW);
        scroller.set_scroll_top(top);
        if let Some(column) = column {
            let left = moved(scroller.scroll_left(), scroller.client_width() - names, column, self.column());
            scroller.set_scroll_left(left);
        }
    }
}

fn px(pixels: u32) -> i32 {
    i32::try_from(pixels).unwrap_or(i32::MAX)
}

/// The lines of `size` pixels of which some lie in the `room` pixels from `from` on, and a few before and after.
fn span(from: usize, room: usize, size: usize, count: usize) -> Range<usize> {
    let first = (from / size).saturating_sub(AROUND) / STEP * STEP;
    let last = ((from + room).div_ceil(size) + AROUND).div_ceil(STEP) * STEP;
    first.min(count)..last.min(count)
}

/// Where to scroll from `from` so that the line `at` lies within `room`.
fn moved(from: i32, room: i32, at: usize, size: u32) -> i32 {
    let start = i32::try_from(at).unwrap_or(i32::MAX).saturating_mul(px(size));
    let end = start.saturating_add(px(size));
    if start < from { start } else { from.max(end.saturating_sub(room)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_view_is_drawn_and_little_more() {
        assert_eq!(span(0, 600, 28, 2_000), 0..24);
        assert_eq!(span(28_000, 600, 28, 2_000), 996..1_024);
        assert_eq!(span(0, 600, 28, 3), 0..3);
        // The table has shrunk since.
        assert_eq!(span(28_000, 600, 28, 10), 10..10);
        for from in 0..500 {
            let drawn = span(from, 280, 28, 1_000);
            assert!(drawn.start * 28 <= from && from + 280 <= drawn.end * 28, "{from}: {drawn:?}");
        }
    }

    #[test]
    fn scrolls_no_farther_than_it_must() {
        assert_eq!(moved(100, 280, 5, 28), 100);
        assert_eq!(moved(100, 280, 0, 28), 0);
        assert_eq!(moved(0, 280, 10, 28), 28);
    }
}
