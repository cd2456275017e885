//! Manifests with known reachability, from a folder beside the repository.
//!
//! `<suite>/<case>/manifests.yaml` stands beside `expected.json` and, in some cases, `services.json`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cases::Protocol;

/// One folder of a suite.
#[derive(Clone, Debug)]
pub struct CorpusCase {
    /// `suite/case`
    pub name: String,
    /// The text of `manifests.yaml`.
    pub manifests: String,
    /// The rows of both files.
    pub rows: Vec<Row>,
}

/// One connection, and whether it passes.
#[derive(Clone, Debug)]
pub struct Row {
    /// `namespace/pod` or an address.
    pub from: String,
    /// Where to.
    pub to: RowTarget,
    /// The port: a service's own where the target is a service, else the pod's.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// Whether it passes.
    pub allowed: bool,
}

/// The target of a [`Row`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowTarget {
    /// `namespace/pod` or an address.
    Direct(String),
    /// A service, `namespace/name`.
    Service(String),
}

/// A row as the files have it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawRow {
    from: String,
    to: Option<String>,
    to_service: Option<String>,
    port: u16,
    protocol: Protocol,
    allowed: bool,
}

/// Where the corpus is: `NETPOL_CORPUS`, or `../shared/corpus` seen from the workspace. Nothing where that is
/// no folder.
///
/// # Errors
/// `NETPOL_CORPUS` that names no folder: who sets it means it.
pub fn folder() -> Result<Option<PathBuf>, String> {
    if let Some(named) = std::env::var_os("NETPOL_CORPUS") {
        let named = PathBuf::from(named);
        return if named.is_dir() {
            Ok(Some(named))
        } else {
            Err(format!("NETPOL_CORPUS names no folder: {}", named.display()))
        };
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    Ok(beside.is_dir().then_some(beside))
}

/// Reads the cases of one suite, by name.
///
/// # Errors
/// A file that is missing or not of the format, with its path.
pub fn load(corpus: &Path, suite: &str) -> Result<Vec<CorpusCase>, String> {
    let folder = corpus.join(suite);
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.is_dir());
    paths.sort();
    paths.iter().map(|path| load_case(path, suite)).collect()
}

fn load_case(path: &Path, suite: &str) -> Result<CorpusCase, String> {
    let name = format!("{suite}/{}", path.file_name().unwrap_or_default().to_string_lossy());
    let manifests = read(&path.join("manifests.yaml"))?;
    let mut rows = rows(&path.join("expected.json"))?;
    let services = path.join("services.json");
    if services.is_file() {
        rows.extend(self::rows(&services)?);
    }
    Ok(CorpusCase { name, manifests, rows })
}

fn rows(path: &Path) -> Result<Vec<Row>, String> {
    let raw: Vec<RawRow> =
        serde_json::from_str(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    let row = |raw: RawRow| {
        let to = match (raw.to, raw.to_service) {
            (Some(direct), None) => RowTarget::Direct(direct),
            (None, Some(service)) => RowTarget::Service(service),
            _ => return Err(format!("{}: a row has either `to` or `toService`", path.display())),
        };
        let RawRow { from, port, protocol, allowed, .. } = raw;
        Ok(Row { from, to, port, protocol, allowed })
    };
    raw.into_iter().map(row).collect()
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
