//! Building the site with Trunk, and what is done to it afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::csp;
use crate::run::{Cmd, path_with, say};
use crate::setup::Tools;
use crate::wasm::without_names;
use crate::workspace::Workspace;

/// Builds the release site into `dist/`: relative URLs, a Content-Security-Policy, nothing from elsewhere.
pub(crate) fn build(workspace: &Workspace, tools: &Tools) -> Result<()> {
    say("building the site");
    trunk(workspace, tools)?.args(["build", "--release"]).run()?;
    finish(&workspace.dist())
}

/// Serves the site as it is being written, until interrupted. It is built elsewhere: `dist/` is always a
/// release, which can be published, weighed and tested.
pub(crate) fn serve_dev(workspace: &Workspace, tools: &Tools, port: u16, open: bool) -> Result<()> {
    let mut command = trunk(workspace, tools)?
        .args(["serve", "--address", "127.0.0.1", "--port", &port.to_string(), "--dist"])
        .arg(workspace.dev_site());
    if open {
        command = command.arg("--open");
    }
    command.run()
}

/// Fails where there is no built site.
pub(crate) fn require(workspace: &Workspace) -> Result<()> {
    if workspace.dist().join("index.html").is_file() {
        return Ok(());
    }
    bail!("there is no `dist/` yet: run `cargo xtask build` first")
}

fn trunk(workspace: &Workspace, tools: &Tools) -> Result<Cmd> {
    Ok(Cmd::new(&tools.trunk)
        .arg("--skip-version-check")
        // Trunk wants `true` or `false` here, while everyone else takes any value.
        .without_env("NO_COLOR")
        // Its backtraces would bury what the compiler says.
        .without_env("RUST_BACKTRACE")
        .env("PATH", path_with(&tools.wasm_bindgen)?)
        .dir(workspace.root()))
}

/// What Trunk leaves to be done.
fn finish(dist: &Path) -> Result<()> {
    let page = dist.join("index.html");
    for module in files_with_extension(dist, "wasm")? {
        slim(&module)?;
    }
    let html = csp::secure(&read(&page)?)?;
    refuse_outside_urls("index.html", &html)?;
    for style in files_with_extension(dist, "css")? {
        refuse_outside_urls(&style.display().to_string(), &read(&style)?)?;
    }
    fs::write(&page, html).with_context(|| format!("cannot write {}", page.display()))
}

fn slim(path: &Path) -> Result<()> {
    let module = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let slim = without_names(&module).with_context(|| format!("cannot read {}", path.display()))?;
    fs::write(path, slim).with_context(|| format!("cannot write {}", path.display()))
}

/// A URL that begins with a slash would break under a sub-path, one with a host would fetch from elsewhere.
fn refuse_outside_urls(file: &str, text: &str) -> Result<()> {
    const BEFORE_A_URL: [&str; 7] =
        ["href=\"", "src=\"", "from '", "module_or_path: '", "url(", "url('", "url(\""];
    for before in BEFORE_A_URL {
        for after in text.split(before).skip(1) {
            let url = after.split(['"', '\'', ')']).next().unwrap_or_default();
            if url.starts_with('/') || url.contains("://") {
                bail!("{file} refers to `{url}`, which is not relative to the page");
            }
        }
    }
    Ok(())
}

fn files_with_extension(dir: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_urls_pass_and_others_do_not() {
        let check = |text| refuse_outside_urls("index.html", text).is_ok();
        assert!(check("<link href=\"./a.css\"><img src=\"data:image/svg+xml,x\"> from './b.js'"));
        assert!(check("a { background: url(\"icons/a.svg\") }"));
        assert!(!check("<link href=\"/a.css\">"));
        assert!(!check("<script src=\"https://example.org/a.js\"></script>"));
        assert!(!check("import init from '/a.js'"));
        assert!(!check("a { background: url(//example.org/a.png) }"));
    }
}
