//! Which manifests are held against which rows.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::args::InputArgs;
use crate::input;
use crate::shell::{Shell, told};

/// The manifests of a case in a folder.
pub const MANIFESTS: &str = "manifests.yaml";
/// Its rows.
pub const EXPECTED: &str = "expected.json";
/// More of them, which ask through services, where there are any.
const SERVICES: &str = "services.json";

/// Manifests and the rows that they must bear out.
pub struct Case {
    /// Its folder, where there may be several.
    pub name: Option<String>,
    /// As for every command: files, folders, `-`.
    pub manifests: Vec<PathBuf>,
    /// Files of rows.
    pub expected: Vec<PathBuf>,
}

impl Case {
    /// The one case that the command line spells out.
    pub fn single(input: &InputArgs, expected: &[PathBuf]) -> Vec<Self> {
        vec![Self { name: None, manifests: input.files.clone(), expected: expected.to_vec() }]
    }

    fn in_folder(folder: &Path) -> Option<Self> {
        let file = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
        let (manifests, expected) = (file(MANIFESTS)?, file(EXPECTED)?);
        let expected = std::iter::once(expected).chain(file(SERVICES)).collect();
        Some(Self { name: Some(folder.display().to_string()), manifests: vec![manifests], expected })
    }
}

/// The cases at and below `folders`, sorted within each. Of what is no folder it is told.
pub fn below(folders: &[PathBuf], shell: &Shell) -> Vec<Case> {
    let mut cases = Vec::new();
    for folder in folders {
        if folder.is_dir() {
            cases.extend(input::below(folder, shell).iter().filter_map(|path| Case::in_folder(path)));
        } else {
            let what = "is no folder of cases; give its expected rows with `--expect`";
            shell.error(told(&anyhow!("`{}` {what}", folder.display())));
        }
    }
    cases
}
