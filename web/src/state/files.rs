//! The files' names and texts.

use std::rc::Rc;
use std::sync::Arc;

use netpol_syntax::SourceFile;

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
