//! Diagnostics as a compiler prints them: the place, its line, what is wrong, what to do.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use netpol_engine::RefusedPolicy;
use netpol_syntax::{Diagnostic, FileId, LineIndex, Location, Severity, SourceFile};

/// Tells `diagnostics` on standard error, in colour where that is a terminal; with `quiet` errors only.
pub fn tell(files: &[SourceFile], diagnostics: &[Diagnostic], quiet: bool) {
    let mut places = Places { files, lines: BTreeMap::new() };
    let mut out = anstream::stderr().lock();
    for diagnostic in diagnostics {
        if quiet && diagnostic.severity != Severity::Error {
            continue;
        }
        // Where nobody reads standard error the answer still counts.
        let _ = writeln!(out, "{}\n", render(&mut places, diagnostic, &Renderer::styled()));
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

fn render(places: &mut Places<'_>, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
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
        group = match places.line_of(at) {
            Some(line) => group.element(
                Snippet::source(line.text)
                    .path(line.file)
                    .line_start(line.number as usize)
                    .annotation(kind.span(line.span).label(label)),
            ),
            None => group.element(Origin::path("input")),
        };
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The texts and where their lines begin, which is found out only for those that something is said of.
struct Places<'f> {
    files: &'f [SourceFile],
    lines: BTreeMap<FileId, LineIndex>,
}

/// The line that a place begins in.
struct Line<'f> {
    file: &'f str,
    number: u32,
    text: &'f str,
    /// What of the place lies in this line, in bytes of it.
    span: Range<usize>,
}

impl<'f> Places<'f> {
    /// Only the first line of a place is shown: a whole object says no more than its first line. And only that
    /// line is handed to the renderer, which would otherwise count the lines of the whole text each time.
    fn line_of(&mut self, at: Location) -> Option<Line<'f>> {
        let file = self.files.get(at.file.index())?;
        let index = self.lines.entry(at.file).or_insert_with(|| LineIndex::new(&file.text));
        let number = index.line(at.span.start);
        let start = index.start_of(number) as usize;
        let text = file.text.get(start..)?.lines().next().unwrap_or("");
        let from = (at.span.start as usize).saturating_sub(start).min(text.len());
        let to = (at.span.end as usize).saturating_sub(start).clamp(from, text.trim_end().len().max(from));
        Some(Line { file: &file.name, number, text, span: from..to })
    }
}
