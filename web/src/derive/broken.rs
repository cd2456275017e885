//! Documents that cannot be read, and whether one is just being typed.

use netpol_syntax::{Diagnostic, Location, SourceFile};

use super::Evaluated;

/// Where documents were left out since they are not YAML, or too large to be read.
pub(super) fn unread(diagnostics: &[Diagnostic]) -> Vec<Location> {
    const IDS: [&str; 4] = ["yaml-syntax", "too-deep", "too-large", "too-many-documents"];
    diagnostics.iter().filter(|found| IDS.contains(&found.id)).filter_map(|found| found.at).collect()
}

/// Whether what cannot be read now is the one document that the edit since `shown` was made in: then the
/// edit is under way, and what could be read last is the better picture. A document that is broken elsewhere
/// is not waited for.
pub(super) fn is_being_typed(shown: &[SourceFile], now: &Evaluated) -> bool {
    let mut changed = (0_u32..).zip(shown.iter().zip(now.files.iter())).filter(|(_, (old, new))| old != new);
    let (Some((file, (old, new))), None) = (changed.next(), changed.next()) else { return false };
    if shown.len() != now.files.len() || old.name != new.name {
        return false;
    }
    let Some((start, end)) = document_around_change(&old.text, &new.text) else { return false };
    now.unread.iter().any(|at| {
        let fault = at.span.start as usize;
        at.file.0 == file && start <= fault && fault <= end
    })
}

/// The document of `new` in which it differs from `old`; `None` where it does so in several.
fn document_around_change(old: &str, new: &str) -> Option<(usize, usize)> {
    let same_start = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
    let room = old.len().min(new.len()) - same_start;
    let same_end =
        old.bytes().rev().zip(new.bytes().rev()).take(room).take_while(|(old, new)| old == new).count();
    let (first, last) = (same_start, new.len() - same_end);
    let separator = b"\n---";
    let is_separator = |at: usize| new.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(separator));
    if (first..last).any(is_separator) {
        return None;
    }
    let start = (0..first).rev().find(|at| is_separator(*at)).map_or(0, |at| at + 1);
    let end = (last..new.len()).find(|at| is_separator(*at)).unwrap_or(new.len());
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_document_that_is_edited() {
        let old = "a: 1\n---\nb: 2\n---\nc: 3\n";
        let document =
            |new: &str| document_around_change(old, new).map(|(start, end)| new[start..end].to_owned());
        assert_eq!(document("a: 1\n---\nb: [2\n---\nc: 3\n").as_deref(), Some("---\nb: [2"));
        assert_eq!(document("a: 1]\n---\nb: 2\n---\nc: 3\n").as_deref(), Some("a: 1]"));
        assert_eq!(document("a: 1\n---\nb: 2\n---\nc: 3\nd").as_deref(), Some("---\nc: 3\nd"));
        assert_eq!(document("x: 1\n---\nb: 2\n---\ny: 3\n"), None);
    }
}
