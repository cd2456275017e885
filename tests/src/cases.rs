//! Walkthroughs and semantics cases: what is in a cluster, what is applied, what a probe then gets.
//!
//! Both are files of one format, described in `cases/semantics/README.md`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub title: String,
    /// Manifests that exist before the first step.
    #[serde(default)]
    pub cluster: String,
    /// What those manifests raise, read as [`Step::diagnostics`].
    pub diagnostics: Option<Vec<ExpectedDiagnostic>>,
    /// What happens, in order. State carries over from step to step.
    pub steps: Vec<Step>,
}

/// One step of a [`Case`]. First `delete`, then `apply`, then `label`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it does.
    pub title: String,
    /// Manifests that are created, or replace those of the same kind, namespace and name.
    #[serde(default)]
    pub apply: String,
    /// Objects to delete, `Kind/namespace/name`.
    #[serde(default)]
    pub delete: Vec<String>,
    /// Labels to set or remove: `Kind/[namespace/]name key=value key-`.
    #[serde(default)]
    pub label: Vec<String>,
    /// Diagnostics that everything applied so far raises. Where there is a list, each of it must be there, and
    /// no error beside them; where it is empty, no warning either.
    pub diagnostics: Option<Vec<ExpectedDiagnostic>>,
    /// The probes.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

/// A diagnostic that must be raised.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedDiagnostic {
    /// Its stable id.
    pub id: String,
    /// The field it is about, in the API server's spelling: `spec.ingress[0].from[0]`.
    pub path: Option<String>,
    /// How bad it is.
    pub severity: Option<Severity>,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A real cluster would refuse the object.
    Error,
    /// A real cluster takes it, and it hardly means what it looks like.
    Warning,
    /// Worth knowing.
    Note,
}

/// One probe and its outcome.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// `namespace/pod`, `namespace/workload` (each of its pods), or an address.
    pub from: String,
    /// The target of a bare connection: as `from`.
    pub to: Option<String>,
    /// The target as a shell would give it to `curl`: `HOST[:PORT]`.
    pub curl: Option<String>,
    /// The port of a bare connection.
    pub port: Option<u16>,
    /// The protocol of a bare connection: TCP unless given.
    pub protocol: Option<Protocol>,
    /// The outcome.
    pub got: Outcome,
    /// Stable ids of caveats that the verdict carries. Each must be there; where the list is given and empty,
    /// none may.
    pub caveats: Option<Vec<String>>,
}

/// A transport protocol, in the API's spelling.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// TCP
    Tcp,
    /// UDP
    Udp,
    /// SCTP
    Sctp,
}

/// What a person at a shell sees.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Connected.
    Ok,
    /// The name could not be asked for: packets to the DNS were dropped.
    NoDns,
    /// There is no such name.
    UnknownHost,
    /// The connection's packets were dropped, or nothing takes them.
    Timeout,
    /// Reached, and nothing listens.
    Refused,
    /// The endpoints of a service differ in outcome.
    Mixed,
}

/// What a row probes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// `curl HOST[:PORT]`
    Curl(&'a str),
    /// A bare connection.
    Bare {
        /// `namespace/pod`, `namespace/workload` or an address.
        to: &'a str,
        /// The port.
        port: u16,
        /// The protocol.
        protocol: Protocol,
    },
}

impl Expectation {
    /// The row's one target.
    ///
    /// # Errors
    /// A row that has none, or parts of both.
    pub fn target(&self) -> Result<Target<'_>, String> {
        match (&self.curl, &self.to, self.port) {
            (Some(host), None, None) if self.protocol.is_none() => Ok(Target::Curl(host)),
            (None, Some(to), Some(port)) => {
                Ok(Target::Bare { to, port, protocol: self.protocol.unwrap_or(Protocol::Tcp) })
            }
            _ => Err(format!("a row has either `curl`, or `to` and `port`: {self:?}")),
        }
    }
}

/// Reads one file's text.
///
/// # Errors
/// Text that is not of the format.
pub fn parse(text: &str) -> Result<Case, String> {
    serde_yaml::from_str(text).map_err(|error| error.to_string())
}

/// Reads every `*.yaml` of a folder, by name.
///
/// # Errors
/// A folder or file that cannot be read, with its path.
pub fn load(folder: &Path) -> Result<Vec<(String, Case)>, String> {
    let place = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let entries = std::fs::read_dir(folder).map_err(|error| place(folder, &error))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(|error| place(&path, &error))?;
        let case = parse(&text).map_err(|error| place(&path, &error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        cases.push((name, case));
    }
    Ok(cases)
}

/// The folder of the semantics cases.
pub fn semantics_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/semantics")
}

/// The folder of the walkthroughs.
pub fn walkthroughs_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons/walkthroughs")
}
