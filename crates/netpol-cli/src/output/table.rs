//! Text for people: columns that stand one below the other, in colour.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::Tone;

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Mixed => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
            Self::Head => Style::new().bold(),
        }
    }

    /// `text` in its colour.
    pub fn paint<T: Display>(self, text: T) -> Painted<T> {
        Painted { tone: self, text }
    }
}

/// Text in a colour.
pub struct Painted<T> {
    tone: Tone,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = self.tone.style();
        write!(f, "{style}{}{style:#}", self.text)
    }
}

/// What stands in one row and column.
#[derive(Clone, Debug)]
pub struct Cell {
    text: Cow<'static, str>,
    tone: Tone,
}

impl Cell {
    /// Words in a colour.
    pub fn new(tone: Tone, text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), tone }
    }

    /// Words without one.
    pub fn plain(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Tone::Plain, text)
    }
}

/// Writes rows, of which each may have as many cells as it likes; a line has no blanks at its end.
///
/// # Errors
/// Where `out` has one.
pub fn write(rows: &[Vec<Cell>], out: &mut impl Write) -> io::Result<()> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = cell.text.chars().count();
            match widths.get_mut(column) {
                Some(widest) => *widest = width.max(*widest),
                None => widths.push(width),
            }
        }
    }
    for row in rows {
        // Blanks are written once something follows them.
        let mut owed = 0;
        for (cell, width) in row.iter().zip(&widths) {
            if !cell.text.is_empty() {
                write!(out, "{:owed$}{}", "", cell.tone.paint(&cell.text))?;
                owed = 0;
            }
            owed += width.saturating_sub(cell.text.chars().count()) + GAP;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The blanks between two columns.
const GAP: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_and_lines_end_in_words() {
        let row = |cells: [&'static str; 3]| cells.map(Cell::plain).to_vec();
        let mut out = Vec::new();
        write(&[row(["a", "→→→", "c"]), row(["long", "", "d"]), row(["x", "y", ""])], &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a     →→→  c\nlong       d\nx     y\n");
    }

    #[test]
    fn a_tone_ends_with_its_cell() {
        let mut out = Vec::new();
        write(&[vec![Cell::new(Tone::Bad, "no"), Cell::plain("yes")]], &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\u{1b}[31mno\u{1b}[0m  yes\n");
    }
}
