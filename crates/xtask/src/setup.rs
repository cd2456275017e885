//! What the other commands need, put in place where it is missing.
//!
//! A machine needs only rustup, Node with npm, and a C compiler. Whatever is already right is left alone, so
//! that a second run takes no time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::run::{Cmd, find_in_path, npm_script, say};
use crate::workspace::Workspace;

/// The target that the page is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The newest Trunk that the pinned toolchain compiles.
const TRUNK: &str = "0.21.14";

/// Must equal the version of the crate `wasm-bindgen` that the page uses; a test compares the two.
const WASM_BINDGEN: &str = "0.2.130";

/// What runs the fuzzers.
const CARGO_FUZZ: &str = "0.13.2";

/// The oldest Node that the npm packages run on.
const NODE_MAJOR: u32 = 20;

/// The toolchain that the fuzzers are compiled with, whichever day's it is.
const NIGHTLY: &str = "nightly";

/// The programs that build the page.
pub(crate) struct Tools {
    /// Trunk itself.
    pub(crate) trunk: PathBuf,
    /// The directory that holds `wasm-bindgen` and `wasm-bindgen-test-runner`.
    pub(crate) wasm_bindgen: PathBuf,
}

/// Makes sure of all that building the page needs.
pub(crate) fn site_tools(workspace: &Workspace) -> Result<Tools> {
    wasm_target()?;
    library_sources()?;
    npm_packages(workspace)?;
    let bin = workspace.tools().join("bin");

    let trunk = match find_tool("trunk", TRUNK, &bin) {
        Some(path) => path,
        None => {
            install(workspace, "trunk", TRUNK, &["--locked"])?;
            find_tool("trunk", TRUNK, &bin).context("trunk was installed and cannot be found")?
        }
    };
    let wasm_bindgen = wasm_bindgen(workspace)?;
    Ok(Tools { trunk, wasm_bindgen })
}

/// Makes sure of the wasm target and of `wasm-bindgen`, and gives the directory that holds it.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<PathBuf> {
    wasm_target()?;
    let bin = workspace.tools().join("bin");
    let find = || {
        let path = find_tool("wasm-bindgen", WASM_BINDGEN, &bin)?;
        path.parent().map(Path::to_owned)
    };
    if let Some(dir) = find() {
        return Ok(dir);
    }
    // Not `--locked`: its lock file names a version that was withdrawn.
    install(workspace, "wasm-bindgen-cli", WASM_BINDGEN, &[])?;
    find().context("wasm-bindgen was installed and cannot be found")
}

/// Makes sure of a nightly toolchain and of cargo-fuzz, and gives the place of the latter.
///
/// # Errors
///
/// Where there is no nightly toolchain: which one it is to be is for its owner to say.
pub(crate) fn fuzzer(workspace: &Workspace) -> Result<PathBuf> {
    if Cmd::new("rustup").args(["run", NIGHTLY, "rustc", "--version"]).probe().is_none() {
        bail!("libFuzzer needs a nightly toolchain: run `rustup toolchain install {NIGHTLY}`");
    }
    let bin = workspace.tools().join("bin");
    if let Some(path) = find_tool("cargo-fuzz", CARGO_FUZZ, &bin) {
        return Ok(path);
    }
    install(workspace, "cargo-fuzz", CARGO_FUZZ, &["--locked"])?;
    find_tool("cargo-fuzz", CARGO_FUZZ, &bin).context("cargo-fuzz was installed and cannot be found")
}

/// A cargo subcommand's program with the nightly toolchain, which it finds in its environment.
pub(crate) fn nightly(program: &Path) -> Cmd {
    // This process's own toolchain must not come in between.
    Cmd::new("rustup").args(["run", NIGHTLY]).arg(program).without_env("CARGO").without_env("RUSTC")
}

/// Makes sure of rustfmt and clippy.
pub(crate) fn checkers() -> Result<()> {
    for (command, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if Cmd::cargo(command).arg("--version").probe().is_none() {
            say(&format!("adding the component `{component}`"));
            Cmd::new("rustup").args(["component", "add", component]).run()?;
        }
    }
    Ok(())
}

/// `rust-toolchain.toml` asks for the target too, but rustup may be told not to install by itself.
fn wasm_target() -> Result<()> {
    let installed = Cmd::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .probe()
        .is_some_and(|dir| Path::new(&dir).is_dir());
    if installed {
        return Ok(());
    }
    say(&format!("adding the target `{WASM_TARGET}`"));
    Cmd::new("rustup")
        .args(["target", "add", WASM_TARGET])
        .run()
        .context("without rustup, install the standard library for this target by other means")
}

/// The standard library's sources, which the page compiles for itself.
fn library_sources() -> Result<()> {
    let sysroot = Cmd::new("rustc").args(["--print", "sysroot"]).probe();
    if sysroot.is_some_and(|root| Path::new(&root).join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
    {
        return Ok(());
    }
    say("adding the component `rust-src`");
    Cmd::new("rustup")
        .args(["component", "add", "rust-src"])
        .run()
        .context("without rustup, put the standard library's sources where `rustc` looks for them")
}

/// Runs `npm ci` where the packages are not those of the lock file.
fn npm_packages(workspace: &Workspace) -> Result<()> {
    let version = Cmd::new("node").arg("--version").probe();
    let Some(version) = version else {
        bail!("Node is not installed: install Node {NODE_MAJOR} or newer, with npm");
    };
    if node_major(&version).is_none_or(|major| major < NODE_MAJOR) {
        bail!("Node is {version}: install Node {NODE_MAJOR} or newer");
    }
    let lock =
        fs::read(workspace.root().join("package-lock.json")).context("cannot read package-lock.json")?;
    let wanted = hex(&Sha256::digest(lock));
    let stamp = workspace.node_modules().join(".lock-sha256");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    say("installing the npm packages of package-lock.json");
    Cmd::new(npm_script("npm"))
        .args(["ci", "--no-audit", "--no-fund"])
        // The browser tests use the system's Chromium.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .dir(workspace.root())
        .run()?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// The tool at this version: from `PATH`, else from our own directory.
fn find_tool(name: &str, version: &str, bin: &Path) -> Option<PathBuf> {
    let own = bin.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    [find_in_path(name), Some(own)].into_iter().flatten().find(|path| {
        let line = Cmd::new(path).arg("--version").probe();
        line.is_some_and(|line| line.split_whitespace().nth(1) == Some(version))
    })
}

fn install(workspace: &Workspace, package: &str, version: &str, flags: &[&str]) -> Result<()> {
    let root = workspace.tools();
    say(&format!(
        "{package} {version} is not in `PATH`: compiling it into {}, once; this takes a few minutes",
        root.display()
    ));
    // Compiling without optimisation takes less than half the time, and these tools do little work.
    Cmd::cargo("install")
        .args(["--quiet", "--debug", "--root"])
        .arg(root)
        .args(flags)
        .arg(format!("{package}@{version}"))
        .run()
}

/// `v20.1.2` is 20.
fn node_major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version_of_node() {
        assert_eq!(node_major("v20.20.2"), Some(20));
        assert_eq!(node_major("20.20.2"), None);
    }

    #[test]
    fn the_tool_and_the_crate_wasm_bindgen_are_of_one_version() {
        let lock = include_str!("../../../Cargo.lock");
        let package = lock.split("[[package]]").find(|each| each.contains("\nname = \"wasm-bindgen\"\n"));
        assert!(package.unwrap().contains(&format!("\nversion = \"{WASM_BINDGEN}\"\n")));
    }
}
