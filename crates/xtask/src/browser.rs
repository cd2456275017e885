//! The browser tests and the page's figures: the built site, in the Chromium of this machine.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::run::{Cmd, find_in_path, npm_script, say};
use crate::serve::Site;
use crate::site;
use crate::workspace::Workspace;

/// The site must work wherever it is put, so the tests see it under a path such as this.
const BASE: &str = "/some/sub/path/";

const CONFIG: &str = "tests/browser/playwright.config.mjs";

/// Under these names a Chromium is taken from `PATH`, the first first.
const NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "google-chrome-for-testing"];

/// Where macOS keeps applications, outside `PATH`.
const APPLICATIONS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const BENCH: &str = "tests/browser/bench.mjs";

/// The clusters that the page is timed with: pods and policies.
const CLUSTERS: [(&str, &str); 4] = [("90", "10"), ("1000", "100"), ("3000", "300"), ("5000", "500")];

/// Serves `dist/` on a free port and runs the browser tests against it.
pub(crate) fn test(workspace: &Workspace, args: &[String]) -> Result<()> {
    let playwright = workspace.node_modules().join(".bin").join(npm_script("playwright"));
    against_site(workspace, Cmd::new(playwright).args(["test", "--config", CONFIG]).args(args))
}

/// Serves `dist/` on a free port and prints what edits cost there.
pub(crate) fn bench(workspace: &Workspace) -> Result<()> {
    let clusters = workspace.clusters();
    fs::create_dir_all(&clusters).with_context(|| format!("cannot create {}", clusters.display()))?;
    for (pods, policies) in CLUSTERS {
        let example = ["--quiet", "-p", "netpol-tests", "--example", "cluster", "--", pods, policies];
        let path = clusters.join(format!("{pods}-{policies}.yaml"));
        fs::write(&path, Cmd::cargo("run").args(example).read()?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    against_site(workspace, Cmd::new("node").arg(BENCH).env("NETPOL_CLUSTERS", clusters))
}

/// Runs `command` while `dist/` is served, and tells it where that and the browser are.
fn against_site(workspace: &Workspace, command: Cmd) -> Result<()> {
    site::require(workspace)?;
    let chromium = chromium()?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot listen on 127.0.0.1")?;
    let site = Site::start(listener, &workspace.dist(), &BASE.parse()?)?;
    say(&format!("the site is at {}, the browser is {}", site.url(), chromium.display()));
    command.env("NETPOL_SITE", site.url()).env("CHROME", &chromium).dir(workspace.root()).run()
}

/// The Chromium to test with: `CHROME`, then `PATH`, then apt's, installed.
///
/// # Errors
///
/// Where there is none and this is not a root's Debian or Ubuntu.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROME") {
        let path = PathBuf::from(path);
        if !path.is_file() {
            bail!("`CHROME` is {}, which is not a file", path.display());
        }
        return Ok(path);
    }
    if let Some(path) = find() {
        return Ok(path);
    }
    if find_in_path("apt-get").is_some() && is_root() {
        say("no Chromium in `PATH`: installing Debian's");
        let apt = || Cmd::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet");
        apt().arg("update").run()?;
        // Without a font there would be no text to measure.
        let packages = ["chromium", "fonts-dejavu-core"];
        apt().args(["install", "--yes", "--no-install-recommends"]).args(packages).run()?;
        if let Some(path) = find() {
            return Ok(path);
        }
    }
    bail!(
        "no Chromium for the browser tests: install the package `chromium` (Debian: `sudo apt-get install \
         chromium`), or name a Chromium or Chrome in `CHROME`, or leave these tests out with `--no-browser`"
    )
}

fn find() -> Option<PathBuf> {
    let installed = || APPLICATIONS.iter().map(PathBuf::from).find(|path| Path::is_file(path));
    NAMES.iter().find_map(|name| find_in_path(name)).or_else(installed)
}

fn is_root() -> bool {
    Cmd::new("id").arg("-u").probe().as_deref() == Some("0")
}
