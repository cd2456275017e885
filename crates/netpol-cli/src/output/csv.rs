//! Comma-separated values, quoted as RFC 4180 has it.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

/// Writes a line of names, and a line for each row.
///
/// # Errors
/// Where `out` has one.
pub fn write<const COLUMNS: usize>(
    names: [&str; COLUMNS],
    rows: impl Iterator<Item = [String; COLUMNS]>,
    out: &mut impl Write,
) -> io::Result<()> {
    // What reads it takes either end of a line, and everything else here ends its lines so.
    let mut writer = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(out);
    writer.write_record(names)?;
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_misread_is_quoted() {
        let rows = [["plain", "TCP 1-79,81"], ["say \"hi\"", "two\nlines"]].map(|row| row.map(str::to_owned));
        let mut out = Vec::new();
        write(["a", "b"], rows.into_iter(), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a,b\nplain,\"TCP 1-79,81\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n"
        );
    }
}
