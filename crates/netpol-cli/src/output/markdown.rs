//! Tables in Markdown, as code hosts show them.

use std::io::{self, Write};

/// Writes a table: a header, and rows as long as it.
///
/// # Errors
/// Where `out` has one.
pub fn table(
    header: &[String],
    rows: impl Iterator<Item = Vec<String>>,
    out: &mut impl Write,
) -> io::Result<()> {
    line(header, out)?;
    writeln!(out, "|{}", " --- |".repeat(header.len()))?;
    for row in rows {
        line(&row, out)?;
    }
    Ok(())
}

/// A list item.
///
/// # Errors
/// Where `out` has one.
pub fn item(text: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "- {}", escape(text))
}

fn line(cells: &[String], out: &mut impl Write) -> io::Result<()> {
    write!(out, "|")?;
    for cell in cells {
        write!(out, " {} |", escape(cell))?;
    }
    writeln!(out)
}

/// `text` with nothing in it that Markdown reads as its own; a line break would end the row.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => escaped.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '~' => escaped.extend(['\\', letter]),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_cells() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let (header, rows) = (row(["a", "b|c"]), [row(["*x*", "two\nlines \\|"])]);
        let mut out = Vec::new();
        table(&header, rows.into_iter(), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "| a | b\\|c |\n| --- | --- |\n| \\*x\\* | two lines \\\\\\| |\n"
        );
    }
}
