//! The rows of `EXPECTED.json`.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use netpol_engine::{Port, Protocol};
use serde::{Deserialize, Serialize};

use crate::input;

/// One connection, and whether it is expected to pass.
#[derive(Clone, Debug)]
pub struct Row {
    /// Who opens it.
    pub from: String,
    /// Who is to take it.
    pub to: RowTarget,
    /// The destination pod's own port, or the service's.
    pub port: Port,
    /// Whether it passes.
    pub allowed: bool,
}

/// The other end of a row.
#[derive(Clone, Debug, Serialize)]
pub enum RowTarget {
    /// A pod, workload or address.
    #[serde(rename = "to")]
    Direct(String),
    /// A service, `namespace/name`.
    #[serde(rename = "toService")]
    Service(String),
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.to {
            RowTarget::Direct(to) => write!(f, "{} -> {to} {}", self.from, self.port),
            RowTarget::Service(to) => write!(f, "{} -> service {to} {}", self.from, self.port),
        }
    }
}

/// A row as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Written {
    from: String,
    to: Option<String>,
    to_service: Option<String>,
    port: u16,
    #[serde(default)]
    protocol: WrittenProtocol,
    allowed: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum WrittenProtocol {
    #[default]
    Tcp,
    Udp,
    Sctp,
}

/// Reads a file of rows.
///
/// # Errors
/// Where it cannot be read, or is not a list of rows; then with the place.
pub fn read(path: &Path) -> Result<Vec<Row>> {
    let written: Vec<Written> = serde_json::from_str(&input::text(path)?)
        .with_context(|| format!("`{}` is not a list of expected rows", path.display()))?;
    let row = |(at, written): (usize, Written)| {
        let to = match (written.to, written.to_service) {
            (Some(to), None) => RowTarget::Direct(to),
            (None, Some(service)) => RowTarget::Service(service),
            _ => anyhow::bail!("`{}`: row {} needs either `to` or `toService`", path.display(), at + 1),
        };
        let protocol = match written.protocol {
            WrittenProtocol::Tcp => Protocol::Tcp,
            WrittenProtocol::Udp => Protocol::Udp,
            WrittenProtocol::Sctp => Protocol::Sctp,
        };
        let port = Port { protocol, number: written.port };
        Ok(Row { from: written.from, to, port, allowed: written.allowed })
    };
    written.into_iter().enumerate().map(row).collect()
}
