//! Which files hold expectations.

use std::path::{Path, PathBuf};
use std::slice;

use netpol_lessons::ScenarioFile;
use netpol_syntax::{Diagnostic, FileId, Limits, SourceFile, Spanned, parse};

use crate::diagnostics;
use crate::input::{self, STANDARD_INPUT};
use crate::shell::{Shell, told};

/// An expectation file, as it was found.
pub struct ExpectationFile {
    /// Its text, under its path.
    pub source: SourceFile,
    /// Where paths in it begin.
    folder: PathBuf,
}

/// The expectation files that `paths` name, as many as can be read. Below folders, manifests are passed over.
pub fn found(paths: &[PathBuf], shell: &Shell) -> Vec<ExpectationFile> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.extend(read(path, shell));
            continue;
        }
        let below = input::manifests_below(path, shell);
        let found = below.iter().filter_map(|path| read(path, shell));
        files.extend(found.filter(|file| !is_manifest(&file.source.text)));
    }
    files
}

fn read(path: &Path, shell: &Shell) -> Option<ExpectationFile> {
    match input::text(path) {
        Ok(text) => {
            let is_piped = path.as_os_str() == STANDARD_INPUT;
            let folder = path.parent().filter(|_| !is_piped).unwrap_or(Path::new("")).to_owned();
            Some(ExpectationFile { source: SourceFile::new(path.display().to_string(), text), folder })
        }
        Err(error) => {
            shell.error(told(&error));
            None
        }
    }
}

/// Whether a text is made of Kubernetes objects, as those are that expectations are about. A text that is nothing of
/// the kind is taken for expectations, so that what is wrong with it is told.
fn is_manifest(text: &str) -> bool {
    let documents = parse(FileId(0), text, &Limits::PAGE).documents;
    let first = documents.first().map(netpol_syntax::Document::root);
    first.is_some_and(|root| root.get("apiVersion").is_some() && root.get("steps").is_none())
}

impl ExpectationFile {
    /// The manifests that it names, by paths that begin at its own folder, as many as can be read.
    pub fn manifests(&self, names: &[Spanned<String>], shell: &Shell) -> Vec<ScenarioFile> {
        let (mut paths, mut absent) = (Vec::new(), Vec::new());
        for name in names {
            let path = self.folder.join(&name.value);
            if path.exists() {
                paths.push(path);
            } else {
                let message = format!("there is no `{}`", path.display());
                absent.push(Diagnostic::error("steps-manifests", name.at, message));
            }
        }
        diagnostics::tell(slice::from_ref(&self.source), absent.iter(), &[], shell);
        let files = input::files(&paths, shell).into_iter();
        files.map(|file| ScenarioFile::new(file.name.as_ref(), file.text.as_ref())).collect()
    }
}
