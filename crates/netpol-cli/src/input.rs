//! Files, folders and standard input to an analysis.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use netpol_engine::Analysis;
use netpol_syntax::{Limits, SourceFile};
use walkdir::WalkDir;

use crate::diagnostics;

/// The name that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// What was read, and what it says.
pub struct Input {
    /// The files, by [`netpol_syntax::FileId`].
    pub files: Vec<SourceFile>,
    /// What they describe.
    pub analysis: Analysis,
}

/// Reads what `paths` name, tells on standard error what is wrong with it, and analyses the rest.
///
/// # Errors
/// Where something cannot be read, or nothing of it is a document.
pub fn analyse(paths: &[PathBuf], quiet: bool) -> Result<Input> {
    let files = files(paths)?;
    let analysis = Analysis::read(&files, &Limits::COMMAND);
    diagnostics::tell(&files, &analysis.diagnostics, quiet);
    diagnostics::tell_refused(&analysis.cluster.refused);
    if analysis.documents == 0 {
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        bail!("no manifest could be read from {}", names.join(", "));
    }
    Ok(Input { files, analysis })
}

/// The text of one file.
///
/// # Errors
/// Where it cannot be read or is not UTF-8.
pub fn text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("`{}` is not UTF-8 text", path.display()))
}

fn files(paths: &[PathBuf]) -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    for path in paths {
        if path.as_os_str() == STANDARD_INPUT {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
            files.push(SourceFile::new(STANDARD_INPUT, text));
            continue;
        }
        if !path.is_dir() {
            files.push(SourceFile::new(path.display().to_string(), text(path)?));
            continue;
        }
        let mut found = manifests_below(path)?.peekable();
        if found.peek().is_none() {
            bail!("no `.yaml`, `.yml` or `.json` file lies below `{}`", path.display());
        }
        for path in found {
            files.push(SourceFile::new(path.display().to_string(), text(&path)?));
        }
    }
    Ok(files)
}

/// The manifests below a folder, sorted by name, a folder's own between its neighbours.
fn manifests_below(folder: &Path) -> Result<impl Iterator<Item = PathBuf>> {
    let is_manifest = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| matches!(extension, "yaml" | "yml" | "json"))
    };
    let entries = below(folder)?;
    Ok(entries.into_iter().filter(move |path| path.is_file() && is_manifest(path)))
}

/// All that lies at or below a folder, sorted, hidden files and folders left out.
///
/// # Errors
/// Where part of it cannot be listed.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
    };
    WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !is_hidden(entry))
        .map(|entry| Ok(entry.with_context(|| format!("cannot list `{}`", folder.display()))?.into_path()))
        .collect()
}
