//! All that is wrong with the files, as the page lists it: what reading them says, and what the lints find.

use std::rc::Rc;
use std::sync::Arc;

use netpol_syntax::{Diagnostic, LineIndex, Location, Severity, SourceFile, Span, order};

use super::Evaluated;
use crate::thread::{Findings, Use};

/// The diagnostics, sorted as the page shows them, with the lines they stand at.
pub struct Problems {
    /// The worst first, then in the order of the text.
    pub listed: Vec<Problem>,
    /// For each file, how many errors and warnings it has.
    pub per_file: Vec<usize>,
    /// What comes of each rule; `None` while there is yet to be an answer about the text as it is.
    pub uses: Option<Vec<Use>>,
    /// Whether the lints have looked at the text as it is.
    pub is_whole: bool,
}

/// A diagnostic and its line.
pub struct Problem {
    /// What there is to say. It has its fix only where that fits the text as it is.
    pub diagnostic: Diagnostic,
    /// `policies.yaml:12`, where it has a place.
    pub place: Option<String>,
}

impl Problems {
    /// What reading says of a state of the files, and what the lints found in it. Those come later: until then what they
    /// found last stays, where the edits since have left its place alone.
    pub(super) fn of(evaluated: &Evaluated, findings: Option<&Findings>) -> Self {
        let files = &evaluated.files;
        let read = &evaluated.analysis.diagnostics;
        let diagnostics: Vec<Diagnostic> = match findings {
            Some(findings) if Rc::ptr_eq(&findings.files, files) => {
                findings.listed.iter().map(|finding| finding.diagnostic.clone()).collect()
            }
            Some(findings) => {
                let mut moved = Moved::new(&findings.files, files);
                let lints = findings.listed.iter().filter(|finding| finding.is_lint);
                let lints = lints.filter_map(|finding| moved.diagnostic(&finding.diagnostic));
                read.iter().cloned().chain(lints).collect()
            }
            None => read.clone(),
        };
        let mut lines: Vec<Option<LineIndex>> = files.iter().map(|_| None).collect();
        let mut place = |at: Location| {
            let (file, lines) = (files.get(at.file.index())?, lines.get_mut(at.file.index())?);
            let lines = lines.get_or_insert_with(|| LineIndex::new(&file.text));
            Some(format!("{}:{}", file.name, lines.line(at.span.start)))
        };
        let mut per_file = vec![0; files.len()];
        for diagnostic in diagnostics.iter().filter(|found| found.severity != Severity::Note) {
            if let Some(count) = diagnostic.at.and_then(|at| per_file.get_mut(at.file.index())) {
                *count += 1;
            }
        }
        let mut listed: Vec<Problem> = Vec::with_capacity(diagnostics.len());
        listed.extend(
            diagnostics
                .into_iter()
                .map(|diagnostic| Problem { place: diagnostic.at.and_then(&mut place), diagnostic }),
        );
        order::sort_by_key(&mut listed, |problem| (problem.diagnostic.severity, problem.diagnostic.at));
        let is_of_now = |findings: &&Findings| Rc::ptr_eq(&findings.files, files);
        let uses = match findings {
            Some(findings) => Some(findings).filter(is_of_now).map(|findings| findings.uses.clone()),
            None => Some(Vec::new()),
        };
        Self { listed, per_file, uses, is_whole: findings.as_ref().is_some_and(is_of_now) }
    }

    /// How many there are of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.listed.iter().filter(|problem| problem.diagnostic.severity == severity).count()
    }
}

/// Where places of an earlier state of the files are now.
struct Moved<'f> {
    before: &'f [SourceFile],
    after: &'f [SourceFile],
    /// For each file how much both texts begin and end with, where it was asked for.
    same: Vec<Option<(usize, usize)>>,
}

impl<'f> Moved<'f> {
    fn new(before: &'f [SourceFile], after: &'f [SourceFile]) -> Self {
        Self { before, after, same: before.iter().map(|_| None).collect() }
    }

    /// The same at its place of now, without the fix, which was made for the earlier text. `None` where an edit touched it.
    fn diagnostic(&mut self, diagnostic: &Diagnostic) -> Option<Diagnostic> {
        let mut moved = Diagnostic { fix: None, ..diagnostic.clone() };
        if let Some(at) = &mut moved.at {
            *at = self.place(*at)?;
        }
        for related in &mut moved.related {
            related.at = self.place(related.at)?;
        }
        Some(moved)
    }

    fn place(&mut self, at: Location) -> Option<Location> {
        let index = at.file.index();
        let (before, after) = (self.before.get(index)?, self.after.get(index)?);
        if before.name != after.name {
            return None;
        }
        if Arc::ptr_eq(&before.text, &after.text) {
            return Some(at);
        }
        let same = self.same.get_mut(index)?;
        let (head, tail) =
            *same.get_or_insert_with(|| same_ends(before.text.as_bytes(), after.text.as_bytes()));
        if at.span.end as usize <= head {
            return Some(at);
        }
        let moved = |offset: u32| {
            let to_end = before.text.len().checked_sub(offset as usize).filter(|to_end| *to_end <= tail)?;
            u32::try_from(after.text.len() - to_end).ok()
        };
        let span = Span::new(moved(at.span.start)?, moved(at.span.end)?);
        Some(Location { file: at.file, span })
    }
}

/// How many bytes two texts both begin with, and how many of the others both end with.
fn same_ends(one: &[u8], other: &[u8]) -> (usize, usize) {
    let head = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let room = one.len().min(other.len()) - head;
    let tail =
        one.iter().rev().zip(other.iter().rev()).take(room).take_while(|(one, other)| one == other).count();
    (head, tail)
}

#[cfg(test)]
mod tests {
    use netpol_syntax::FileId;

    use super::*;

    fn moved(before: &str, after: &str, place: &str) -> Option<String> {
        let files = |text: &str| vec![SourceFile::new("a.yaml", text)];
        let (before, after) = (files(before), files(after));
        let start = before[0].text.find(place).unwrap();
        let span = Span::new(u32::try_from(start).unwrap(), u32::try_from(start + place.len()).unwrap());
        let at = Moved::new(&before, &after).place(Location { file: FileId(0), span })?;
        Some(at.span.of(&after[0].text).to_owned())
    }

    #[test]
    fn a_place_goes_with_its_text() {
        assert_eq!(moved("a: 1\nb: 2\n", "a: 1\nb: 23\n", "a: 1").as_deref(), Some("a: 1"));
        assert_eq!(moved("a: 1\nb: 2\n", "a: 100\nb: 2\n", "b: 2").as_deref(), Some("b: 2"));
        assert_eq!(moved("aaaa", "aaa", "aaaa"), None);
    }

    #[test]
    fn a_place_that_was_edited_is_gone() {
        assert_eq!(moved("a: 1\nb: 2\n", "a: 1\nc: 2\n", "b: 2"), None);
        assert_eq!(moved("a: 1\nb: 2\n", "", "b: 2"), None);
    }
}
