//! Diagnostics as a compiler prints them: the place, its line, what is wrong, what to do.

use std::io::Write;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use netpol_engine::RefusedPolicy;
use netpol_syntax::{Diagnostic, Severity, SourceFile};

use crate::lines::Lines;

/// Tells `diagnostics` on standard error, in colour where that is a terminal; with `quiet` errors only.
pub fn tell(files: &[SourceFile], diagnostics: &[Diagnostic], quiet: bool) {
    let mut lines = Lines::of(files);
    let mut out = anstream::stderr().lock();
    for diagnostic in diagnostics {
        if quiet && diagnostic.severity != Severity::Error {
            continue;
        }
        // Where nobody reads standard error the answer still counts.
        let _ = writeln!(out, "{}\n", render(&mut lines, diagnostic, &Renderer::styled()));
    }
}

/// Tells which policies are left out of all that follows, which their errors alone do not say.
pub fn tell_refused(refused: &[RefusedPolicy]) {
    let mut out = anstream::stderr().lock();
    for policy in refused {
        let _ = writeln!(
            out,
            "policy `{}/{}` has errors, so that the API server would refuse it: it takes no part in any verdict",
            policy.namespace, policy.name
        );
    }
}

fn render(lines: &mut Lines<'_>, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
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
    renderer.render(&[group])
}
