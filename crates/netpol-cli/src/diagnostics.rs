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

/// A diagnostic in colour, without a line end after its last.
pub fn render(lines: &mut Lines<'_>, diagnostic: &Diagnostic) -> String {
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
                group.element(
                    Snippet::source(line.text)
                        .path(line.file)
                        .line_start(line.number as usize)
                        .annotation(kind.span(from..to).label(label)),
                )
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
