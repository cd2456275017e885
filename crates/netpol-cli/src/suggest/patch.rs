//! Edits as unified diffs, which `patch -p0` takes.

use netpol_syntax::{FileId, SourceFile, TextEdit, apply};
use similar::TextDiff;

/// A diff for each file that `edits` change.
pub fn of(files: &[SourceFile], edits: &[TextEdit]) -> Vec<String> {
    let files = (0..).map(FileId).zip(files);
    let changed = files.filter_map(|(id, file)| {
        let edited = apply(id, &file.text, edits);
        (edited != *file.text).then(|| {
            let diff = TextDiff::from_lines(file.text.as_ref(), edited.as_str());
            // A tab ends a name, which may have blanks in it.
            let name = format!("{}\t", file.name);
            diff.unified_diff().header(&name, &name).to_string()
        })
    });
    changed.collect()
}
