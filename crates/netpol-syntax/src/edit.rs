//! Changes to a text that leave alone what they are not about: comments, indentation, the order of things.
//!
//! An [`Editor`] writes in the style it finds in a document: its line ends, how far it indents, whether it sets
//! lists in. What it cannot place safely it gives `None` for, and nothing is ever edited blindly: the text of
//! block style is changed by whole lines, that of flow style within its brackets.

mod editor;
mod sources;
mod write;

use crate::Location;

pub use editor::Editor;
pub use sources::Sources;
pub use write::{Style, Yaml};

/// A replacement of one place of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextEdit {
    /// What is replaced; empty where text is put in.
    pub at: Location,
    /// What stands there then.
    pub text: String,
}

/// Edits that mend what a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What it does, as a button says it: upper case first, no full stop.
    pub title: String,
    /// The edits; they do not overlap.
    pub edits: Vec<TextEdit>,
    /// Whether the text means the same afterwards.
    pub keeps_meaning: bool,
}

/// `text` after those of `edits` that are for `file`. Of two that overlap the later one is left out.
#[must_use]
pub fn apply(file: crate::FileId, text: &str, edits: &[TextEdit]) -> String {
    let mut own: Vec<&TextEdit> = edits.iter().filter(|edit| edit.at.file == file).collect();
    // What is put in at one place stays in the order of the edits: the sort is stable.
    crate::order::sort_by_key(&mut own, |edit| edit.at.span);
    let mut edited = String::with_capacity(text.len());
    let mut done = 0;
    for edit in own {
        let (start, end) = (edit.at.span.start as usize, edit.at.span.end as usize);
        let Some(before) = text.get(done..start) else { continue };
        edited.push_str(before);
        edited.push_str(&edit.text);
        done = end;
    }
    edited.push_str(text.get(done..).unwrap_or(""));
    edited
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileId, Span};

    #[test]
    fn edits_are_applied_by_place_and_only_to_their_file() {
        let edit = |file, start, end, text: &str| TextEdit {
            at: Location { file: FileId(file), span: Span::new(start, end) },
            text: text.to_owned(),
        };
        let edits = [
            edit(0, 6, 6, "X"),
            edit(0, 0, 1, "A"),
            edit(1, 0, 6, "other"),
            edit(0, 6, 6, "Y"),
            edit(0, 2, 4, ""),
        ];
        assert_eq!(apply(FileId(0), "abcdef", &edits), "AbefXY");
        let overlapping = [edit(0, 0, 3, "1"), edit(0, 2, 4, "2")];
        assert_eq!(apply(FileId(0), "abcdef", &overlapping), "1def");
    }
}
