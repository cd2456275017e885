//! Files, folders and standard input to an analysis.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use netpol_engine::Analysis;
use netpol_syntax::{Limits, SourceFile};
use walkdir::WalkDir;

use crate::diagnostics;
use crate::shell::{Shell, told};

/// The name that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// What was read, and what it says.
pub struct Input {
    /// The files, by [`netpol_syntax::FileId`].
    pub files: Vec<SourceFile>,
    /// What they describe.
    pub analysis: Analysis,
}

/// Reads what `paths` name, tells what is wrong with it, and analyses the rest.
///
/// # Errors
/// Where nothing of it is a document.
pub fn analyse(paths: &[PathBuf], shell: &Shell) -> Result<Input> {
    let input = read(paths, shell)?;
    let Input { files, analysis } = &input;
    diagnostics::tell(files, analysis.diagnostics.iter(), &analysis.cluster.refused, shell);
    Ok(input)
}

/// The same, of a case with verdicts that are expected of it, faults and all: they are told, and what does not hold
/// because of them is a difference.
///
/// # Errors
/// Where nothing of it is a document.
pub fn analyse_case(paths: &[PathBuf], shell: &Shell) -> Result<Input> {
    let input = read(paths, shell)?;
    diagnostics::mention(&input.files, input.analysis.diagnostics.iter(), shell);
    Ok(input)
}

fn read(paths: &[PathBuf], shell: &Shell) -> Result<Input> {
    let files = files(paths, shell);
    let analysis = Analysis::read(&files, &Limits::COMMAND);
    if analysis.documents == 0 {
        diagnostics::tell(&files, analysis.diagnostics.iter(), &[], shell);
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        bail!("no manifest could be read from {}", names.join(", "));
    }
    Ok(Input { files, analysis })
}

/// The text of one file, or of standard input.
///
/// # Errors
/// Where it cannot be read or is not UTF-8.
pub fn text(path: &Path) -> Result<String> {
    let name = path.display();
    let bytes = if path.as_os_str() == STANDARD_INPUT {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        bytes
    } else {
        fs::read(path).with_context(|| format!("cannot read `{name}`"))?
    };
    String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
        let start = good.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let column = 1 + String::from_utf8_lossy(good.get(start..).unwrap_or_default()).chars().count();
        anyhow!("`{name}` is not UTF-8 text, at {name}:{line}:{column}")
    })
}

/// The files that `paths` name, as many as can be read; of the others it is told why not.
pub fn files(paths: &[PathBuf], shell: &Shell) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut read = |path: &Path| match text(path) {
        Ok(text) => files.push(SourceFile::new(path.display().to_string(), text)),
        Err(error) => shell.error(told(&error)),
    };
    for path in paths {
        if !path.is_dir() {
            read(path);
            continue;
        }
        manifests(path, shell).iter().for_each(|path| read(path));
    }
    files
}

/// What Kustomize calls the file that says what it is to do:
/// <https://github.com/kubernetes-sigs/kustomize/blob/master/api/konfig/general.go>.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The manifests below a folder, sorted by name; without what Helm and Kustomize make manifests of, of which it is told.
fn manifests(folder: &Path, shell: &Shell) -> Vec<PathBuf> {
    let mut entries = below(folder, shell);
    let is_named = |path: &Path, name: &str| path.file_name().is_some_and(|it| it == name);
    let charts: Vec<PathBuf> = entries
        .iter()
        .filter(|path| is_named(path, "Chart.yaml"))
        .filter_map(|path| Some(path.parent()?.to_owned()))
        .collect();
    let is_of_chart =
        |path: &Path| path.ancestors().skip(1).any(|above| charts.iter().any(|chart| chart == above));
    // A chart may hold others.
    for chart in charts.iter().filter(|chart| !is_of_chart(chart)) {
        let chart = chart.display();
        shell.error(format_args!(
            "error: `{chart}` is a Helm chart and is left out: pipe what `helm template {chart}` prints into `-`"
        ));
    }
    entries.retain(|path| !is_of_chart(path));
    let is_kustomization = |path: &Path| KUSTOMIZATIONS.iter().any(|name| is_named(path, name));
    let layers = entries.iter().filter(|path| is_kustomization(path) && !shell.is_quiet());
    for layer in layers.filter_map(|path| path.parent()) {
        let layer = layer.display();
        shell.say(format_args!(
            "warning: the files of `{layer}` are read as they are: for what Kustomize makes of them, pipe what \
             `kubectl kustomize {layer}` prints into `-`"
        ));
    }
    entries.retain(|path| is_manifest(path) && !is_kustomization(path));
    if entries.is_empty() && charts.is_empty() {
        let what =
            anyhow!("no `.yaml`, `.yml` or `.json` file of manifests lies below `{}`", folder.display());
        shell.error(told(&what));
    }
    entries
}

/// The manifests below a folder, sorted by name, a folder's own between its neighbours.
pub fn manifests_below(folder: &Path, shell: &Shell) -> Vec<PathBuf> {
    let mut entries = below(folder, shell);
    entries.retain(|path| is_manifest(path));
    entries
}

fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    path.is_file() && extension.is_some_and(|extension| matches!(extension, "yaml" | "yml" | "json"))
}

/// All that lies at or below a folder, sorted, hidden files and folders left out. Of what cannot be listed it is told
/// why not.
pub fn below(folder: &Path, shell: &Shell) -> Vec<PathBuf> {
    let is_hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
    };
    let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    let mut found = Vec::new();
    for entry in entries.filter_entry(|entry| !is_hidden(entry)) {
        match entry.with_context(|| format!("cannot list `{}`", folder.display())) {
            Ok(entry) => found.push(entry.into_path()),
            Err(error) => shell.error(told(&error)),
        }
    }
    found
}
