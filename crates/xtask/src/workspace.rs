//! Where things stand in the workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::run::Cmd;

/// The workspace, as `cargo metadata` tells it.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    metadata: Value,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let json = Cmd::cargo("metadata").args(["--no-deps", "--format-version", "1"]).read()?;
        let metadata: Value = serde_json::from_str(&json).context("`cargo metadata` gave no JSON")?;
        let path = |field: &str| -> Result<PathBuf> {
            let value = metadata.get(field).and_then(Value::as_str);
            Ok(value.ok_or_else(|| anyhow!("`cargo metadata` gave no `{field}`"))?.into())
        };
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")?, metadata })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The built site.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The site that is built while one works on it.
    pub(crate) fn dev_site(&self) -> PathBuf {
        self.target.join("dev-site")
    }

    /// Where the tools go that are not in `PATH`: a root for `cargo install`.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The fuzzers: a workspace of its own.
    pub(crate) fn fuzz(&self) -> PathBuf {
        self.root.join("fuzz")
    }

    /// What the fuzzers are compiled into, and what they begin with.
    pub(crate) fn fuzzing(&self) -> PathBuf {
        self.target.join("fuzz")
    }

    /// Which functions of the page are fetched first, and which after them.
    pub(crate) fn listing(&self) -> PathBuf {
        self.target.join("functions.txt")
    }

    /// The page's module as the linker leaves it.
    pub(crate) fn linked(&self) -> PathBuf {
        self.target.join("wasm32-unknown-unknown/page/netpol-web.wasm")
    }

    /// The generated clusters that the page is timed with.
    pub(crate) fn clusters(&self) -> PathBuf {
        self.target.join("clusters")
    }

    /// The built site with its compressed self, as Lighthouse looks at it.
    pub(crate) fn compressed_site(&self) -> PathBuf {
        self.target.join("compressed-site")
    }

    pub(crate) fn node_modules(&self) -> PathBuf {
        self.root.join("node_modules")
    }

    /// The names of a package's targets of one kind (`lib`, `bin`, `test`, …), in the manifest's order.
    pub(crate) fn targets(&self, package: &str, kind: &str) -> Vec<&str> {
        self.metadata
            .get("packages")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|found| found.get("name").and_then(Value::as_str) == Some(package))
            .filter_map(|found| found.get("targets").and_then(Value::as_array))
            .flatten()
            .filter(|target| {
                let kinds = target.get("kind").and_then(Value::as_array);
                kinds.is_some_and(|kinds| kinds.iter().any(|each| each == kind))
            })
            .filter_map(|target| target.get("name").and_then(Value::as_str))
            .collect()
    }
}
