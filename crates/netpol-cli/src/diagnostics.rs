//! Diagnostics as a compiler prints them: the place, its line, what is wrong, what to do.

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use netpol_engine::RefusedPolicy;
use netpol_syntax::{Diagnostic, Severity, SourceFile};

use crate::lines::Lines;
use crate::shell::Shell;

/// Tells `diagnostics`, of which `files` are the text, and which policies they leave out of all that follows.
pub fn tell<'d>(
    files: &[SourceFile],
    diagnostics: impl Iterator<Item = &'d Diagnostic>,
    refused: &[RefusedPolicy],
    shell: &Shell,
) {
    let mut lines = Lines::of(files);
    for diagnostic in diagnostics {
        let text = |lines: &mut Lines<'_>| format!("{}\n", render(lines, diagnostic));
        match diagnostic.severity {
            Severity::Error => shell.error(text(&mut lines)),
            Severity::Warning | Severity::Note if shell.is_quiet() => {}
            Severity::Warning | Severity::Note => shell.say(text(&mut lines)),
        }
    }
    for policy in refused {
        shell.say(format_args!(
            "policy `{}/{}` has errors, so that the API server would refuse it: it takes no part in any verdict",
            policy.namespace, policy.name
        ));
    }
}

/// Tells `diagnostics` without counting any of them as a fault of this run.
pub fn mention<'d>(files: &[SourceFile], diagnostics: impl Iterator<Item = &'d Diagnostic>, shell: &Shell) {
    let mut lines = Lines::of(files);
    for diagnostic in diagnostics {
        if diagnostic.severity == Severity::Error || !shell.is_quiet() {
            shell.say(format_args!("{}\n", render(&mut lines, diagnostic)));
        }
    }
}

/// Of a line that is longer, in bytes, only what stands at the place is shown.
const LONG: usize = 2_000;

/// How much of a long line is shown, in bytes.
const SHOWN: usize = 80;

/// The same without letters that steer a terminal, or end a line where a log takes the next one for a command: what
/// diagnostics quote may be anybody's.
fn printable(diagnostic: &Diagnostic) -> Diagnostic {
    let escaped = |text: &str| {
        let letter = |letter: char| match letter.is_control() {
            true => letter.escape_default().to_string(),
            false => letter.to_string(),
        };
        text.chars().map(letter).collect::<String>()
    };
    let mut diagnostic = diagnostic.clone();
    diagnostic.message = escaped(&diagnostic.message);
    for text in [&mut diagnostic.path, &mut diagnostic.help].into_iter().flatten() {
        *text = escaped(text);
    }
    diagnostic.related.iter_mut().for_each(|related| related.message = escaped(&related.message));
    if let Some(fix) = &mut diagnostic.fix {
        fix.title = escaped(&fix.title);
    }
    diagnostic
}

/// A diagnostic in colour, without a line end after its last.
pub fn render(lines: &mut Lines<'_>, diagnostic: &Diagnostic) -> String {
    let diagnostic = &printable(diagnostic);
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        level.primary_title(diagnostic.message.as_str()).id(diagnostic.id).elements([] as [Element<'_>; 0]);
    let main = diagnostic.at.map(|at| (at, AnnotationKind::Primary, diagnostic.path.as_deref()));
    let related = diagnostic
        .related
        .iter()
        .map(|related| (related.at, AnnotationKind::Context, Some(related.message.as_str())));
    for (at, kind, label) in main.into_iter().chain(related) {
        group = match lines.line(at) {
            Some(line) => {
                // Only the first line of a place is shown: a whole object says no more than its first line. And
                // only that line is handed on, as the renderer would count the lines of the whole text each time.
                let end = line.text.trim_end().len();
                let from = (at.span.start as usize).saturating_sub(line.start).min(end);
                let to = (at.span.end as usize).saturating_sub(line.start).clamp(from, end);
                let number = line.number as usize;
                if line.text.len() <= LONG {
                    let source = Snippet::source(line.text).path(line.file).line_start(number);
                    group.element(source.annotation(kind.span(from..to).label(label)))
                } else {
                    // The renderer goes through a line several times for each of its places, and the input may be
                    // one line of which much is said.
                    let origin = Origin::path(line.file).line(number).char_column(lines.column(at));
                    let end = line.text.ceil_char_boundary((from + SHOWN).min(line.text.len()));
                    let shown = line.text.get(from..end).unwrap_or_default();
                    let more = if end < line.text.len() { "..." } else { "" };
                    let named = Level::NOTE.with_name(label.unwrap_or("here"));
                    group.element(origin).element(named.message(format!("`{shown}{more}`")))
                }
            }
            None => group.element(Origin::path("input")),
        };
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if let Some(fix) = &diagnostic.fix {
        group = group.element(Level::HELP.with_name("fix").message(fix.title.as_str()));
    }
    Renderer::styled().render(&[group])
}

#[cfg(test)]
mod tests {
    use netpol_syntax::{FileId, Location, Span};

    use super::*;

    /// The lines that tell of a place which covers `piece` in `text`.
    fn told(text: &str, piece: &str) -> Vec<String> {
        let start = text.find(piece).unwrap();
        let [start, end] = [start, start + piece.len()].map(|at| u32::try_from(at).unwrap());
        let at = Location { file: FileId(0), span: Span::new(start, end) };
        let diagnostic = Diagnostic::warning("odd", at, "this is odd").with_related(at, "and this");
        let files = [SourceFile::new("input.json", text)];
        let told = render(&mut Lines::of(&files), &diagnostic);
        anstream::adapter::strip_str(&told).to_string().lines().map(str::to_owned).collect()
    }

    #[test]
    fn of_a_long_line_is_shown_what_stands_at_the_place() {
        let text = format!("{}here{}\n", "é = 1; ".repeat(1_000), "; x".repeat(100_000));
        let shown = format!("`here{};...`", "; x".repeat(25));
        let wanted = [
            "warning[odd]: this is odd".to_owned(),
            "--> input.json:1:7001".to_owned(),
            format!(" = here: {shown}"),
            "::: input.json:1:7001".to_owned(),
            format!(" = and this: {shown}"),
        ];
        let told = told(&text, "here");
        assert_eq!(told, wanted, "{told:#?}");
    }
}
