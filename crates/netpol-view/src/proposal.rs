//! A change of the text that is proposed: in words, and line by line.

use std::sync::Arc;

use netpol_syntax::{FileId, LineIndex, Location, SourceFile, Span, TextEdit, apply, order};

use crate::story::Words;

/// A change of the text that does what was asked for.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Proposal {
    /// What it does, a sentence each.
    pub does: Vec<Words>,
    /// What it does besides, or leaves undone, one by one.
    pub besides: Vec<String>,
    /// Whether it does nothing but what is asked for.
    pub is_exact: bool,
    /// What changes in the files.
    pub edits: Vec<TextEdit>,
}

/// Lines of a file that change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The file's name.
    pub file: Arc<str>,
    /// The number of the first line, from 1.
    pub line: u32,
    /// Where it is, in the text as it stands.
    pub at: Location,
    /// Lines that go.
    pub old: Vec<String>,
    /// Lines that come.
    pub new: Vec<String>,
}

/// The lines that `edits` change, those of one place together.
#[must_use]
pub fn hunks(files: &[SourceFile], edits: &[TextEdit]) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    for (file, source) in (0..).map(FileId).zip(files) {
        let mut own: Vec<TextEdit> = edits.iter().filter(|edit| edit.at.file == file).cloned().collect();
        order::sort_by_key(&mut own, |edit| edit.at.span);
        let lines = LineIndex::new(&source.text);
        let whole = |span: Span| lines_of(&source.text, span);
        let mut places: Vec<(Span, Vec<TextEdit>)> = Vec::new();
        for edit in own {
            let span = whole(edit.at.span);
            match places.last_mut() {
                Some((known, edits)) if span.start <= known.end => {
                    known.end = known.end.max(span.end);
                    edits.push(edit);
                }
                _ => places.push((span, vec![edit])),
            }
        }
        for (span, edits) in places {
            // The others of the file keep away, so that the rest of the text stands as it did.
            let edited = apply(file, &source.text, &edits);
            let tail = source.text.len() - span.end as usize;
            let new = edited.get(span.start as usize..edited.len() - tail).unwrap_or_default();
            let (kept, old, new) = differing(span.of(&source.text), new);
            let line = lines.line(span.start) + u32::try_from(kept).unwrap_or(0);
            hunks.push(Hunk { file: Arc::clone(&source.name), line, at: Location { file, span }, old, new });
        }
    }
    hunks
}

/// The span of whole lines, without the last one's end, that `span` touches.
fn lines_of(text: &str, span: Span) -> Span {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let after = text.get(span.end as usize..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| span.end as usize + at);
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(end))
}

/// How many lines both begin with, and the lines of each without those that both begin and end with.
fn differing(old: &str, new: &str) -> (usize, Vec<String>, Vec<String>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = |(one, other): &(&&str, &&str)| one == other;
    let kept = old.iter().zip(&new).take_while(same).count();
    let room = old.len().min(new.len()) - kept;
    let after = old.iter().rev().zip(new.iter().rev()).take(room).take_while(same).count();
    let cut = |lines: &[&str]| {
        let count = lines.len().saturating_sub(kept + after);
        lines.iter().skip(kept).take(count).map(|line| (*line).to_owned()).collect()
    };
    (kept, cut(&old), cut(&new))
}
