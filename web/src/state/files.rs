//! The files' names and texts.

use std::rc::Rc;
use std::sync::Arc;

use netpol_syntax::{SourceFile, Span};

/// The texts, in the order of their tabs. Replaced as a whole on each change, so that equal pointers mean
/// equal files.
pub type Files = Rc<Vec<SourceFile>>;

/// The text with every line ended by `\n`, as the editor has it: offsets are the same on both sides.
pub fn normalise(text: &str) -> Arc<str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// Whether there is nothing in it.
pub(super) fn is_blank(file: &SourceFile) -> bool {
    file.text.trim().is_empty()
}

/// Where `new` differs from `old`: the last such file, for policies come after what they are about, and there the lines between what both begin and end with.
pub(super) fn last_change(old: &[SourceFile], new: &[SourceFile]) -> Option<(usize, Span)> {
    new.iter().enumerate().rev().find_map(|(index, file)| {
        let before = old.iter().find(|known| known.name == file.name).map_or("", |known| &known.text);
        (*before != *file.text).then(|| (index, changed_lines(before, &file.text)))
    })
}

fn changed_lines(old: &str, new: &str) -> Span {
    let start = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
    let room = old.len().min(new.len()) - start;
    let same_end =
        old.bytes().rev().zip(new.bytes().rev()).take(room).take_while(|(old, new)| old == new).count();
    let end = new.len() - same_end;
    let head = new.as_bytes().get(..start).unwrap_or_default();
    let line_start = head.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line_end = match new.as_bytes().iter().skip(end).position(|byte| *byte == b'\n') {
        // A change that ends with its line ends there.
        _ if end > line_start && new.as_bytes().get(end - 1) == Some(&b'\n') => end,
        Some(rest) => end + rest,
        None => new.len(),
    };
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(line_start), offset(line_end))
}

/// `wanted`, or with a number before its extension where that name is taken: `policies-2.yaml`.
pub fn free_name(files: &[SourceFile], wanted: &str) -> String {
    let is_free = |name: &str| files.iter().all(|file| file.name.as_ref() != name);
    if is_free(wanted) {
        return wanted.to_owned();
    }
    let (stem, extension) =
        wanted.rsplit_once('.').map_or((wanted, String::new()), |(stem, end)| (stem, format!(".{end}")));
    let names = (2_usize..).map(|number| format!("{stem}-{number}{extension}"));
    // Among one more name than there are files, one is free.
    names.take(files.len() + 1).find(|name| is_free(name)).unwrap_or_else(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_a_number() {
        let files = ["more.yaml", "more-2.yaml", "notes"].map(|name| SourceFile::new(name, ""));
        let names = ["new.yaml", "more.yaml", "notes"].map(|name| free_name(&files, name));
        assert_eq!(names, ["new.yaml", "more-3.yaml", "notes-2"]);
    }

    #[test]
    fn lines_end_alike() {
        assert_eq!(&*normalise("a\r\nb\rc\n"), "a\nb\nc\n");
    }

    #[test]
    fn finds_the_lines_that_changed() {
        let change = |old: &str, new: &str| {
            let files = |text: &str| [SourceFile::new("same", "x"), SourceFile::new("file", text)];
            last_change(&files(old), &files(new)).map(|(file, span)| (file, span.of(new).to_owned()))
        };
        assert_eq!(change("a\n", "a\n"), None);
        assert_eq!(change("a\n", "a\n---\nb\n"), Some((1, "---\nb\n".to_owned())));
        assert_eq!(change("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 20\nc: 3\n"), Some((1, "b: 20".to_owned())));
        assert_eq!(change("a\nb\n", "b\n"), Some((1, "b".to_owned())));
    }
}
