//! Findings as the workflow commands by which GitHub Actions annotates a change ("Workflow commands", "Setting an error
//! message").

use std::io::{self, Write};

use netpol_syntax::{Diagnostic, Severity};

use crate::lines::Lines;
use crate::output::json;

/// A line for each finding.
///
/// # Errors
/// Where `out` has one.
pub fn write(found: &[Diagnostic], lines: &mut Lines<'_>, out: &mut impl Write) -> io::Result<()> {
    for diagnostic in found {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = Vec::new();
        if let Some(span) = diagnostic.at.and_then(|at| json::span(at, lines)) {
            let (file, line, column) = span.start.parts();
            properties.push(format!("file={}", property(&file)));
            properties.push(format!("line={line},col={column}"));
            properties.push(format!("endLine={}", span.end_line));
            // An end column is for one line alone.
            if line == span.end_line.to_string() {
                properties.push(format!("endColumn={}", span.end_column));
            }
        }
        properties.push(format!("title={}", property(diagnostic.id)));
        let help = diagnostic.help.iter().map(|help| format!("\n{help}")).collect::<String>();
        let message = data(&format!("{}{help}", diagnostic.message));
        writeln!(out, "::{command} {}::{message}", properties.join(","))?;
    }
    Ok(())
}

/// A message, which ends with its line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, which a comma or a colon would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(property("C:\\a,b%\n"), "C%3A\\a%2Cb%25%0A");
        assert_eq!(data("50 %: a,\r\nb"), "50 %25: a,%0D%0Ab");
    }
}
