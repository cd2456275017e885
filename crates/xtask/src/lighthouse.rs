//! `cargo xtask bench --lighthouse`: what Lighthouse says of the built page, as a phone gets it from a server that
//! compresses.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::browser;
use crate::run::{Cmd, npm_script, say};
use crate::serve::Site;
use crate::site;
use crate::size;
use crate::workspace::Workspace;

/// It is fetched when it is asked for: with all that it brings it is larger than all else the project needs.
const LIGHTHOUSE: &str = "lighthouse@13.5.0";

/// How often it looks: its figures vary with what else the machine does.
const RUNS: usize = 5;

/// What it gives a score, of 100.
const CATEGORIES: [&str; 4] = ["performance", "accessibility", "best-practices", "seo"];

/// What the first of them is made of, in milliseconds but for the shift of the layout.
const METRICS: [&str; 5] = [
    "first-contentful-paint",
    "largest-contentful-paint",
    "speed-index",
    "total-blocking-time",
    "cumulative-layout-shift",
];

/// Prints the median of each score and each figure, and all of them.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    site::require(workspace)?;
    let chromium = browser::chromium()?;
    let served = workspace.compressed_site();
    if served.exists() {
        fs::remove_dir_all(&served).with_context(|| format!("cannot clear {}", served.display()))?;
    }
    compress(&workspace.dist(), &served)?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot listen on 127.0.0.1")?;
    let site = Site::start(listener, &served, &"/".parse()?)?;
    let mut reports = Vec::new();
    for run in 1..=RUNS {
        say(&format!("Lighthouse, run {run} of {RUNS}"));
        let report = Cmd::new(npm_script("npx"))
            .args(["--yes", LIGHTHOUSE, site.url(), "--quiet", "--output=json"])
            .arg(format!("--only-categories={}", CATEGORIES.join(",")))
            .arg("--chrome-flags=--headless=new --no-sandbox")
            .env("CHROME_PATH", &chromium)
            .dir(workspace.root())
            .read()?;
        let report: Value = serde_json::from_str(&report).context("Lighthouse gave no report")?;
        reports.push(report);
    }
    println!("{LIGHTHOUSE}, its mobile preset: the median of {RUNS} runs, and all of them");
    for (part, key, names) in [("categories", "score", &CATEGORIES[..]), ("audits", "numericValue", &METRICS)]
    {
        for name in names {
            let factor = if part == "categories" { 100.0 } else { 1.0 };
            let value = |report: &Value| report.get(part)?.get(name)?.get(key)?.as_f64();
            let mut values: Vec<f64> = reports.iter().filter_map(value).map(|value| value * factor).collect();
            values.sort_by(f64::total_cmp);
            let digits = if *name == "cumulative-layout-shift" { 3 } else { 0 };
            let all: Vec<String> = values.iter().map(|value| format!("{value:.digits$}")).collect();
            let median =
                all.get(all.len() / 2).with_context(|| format!("Lighthouse does not tell `{name}`"))?;
            println!("  {name:<26} {median:>6}   {}", all.join(", "));
        }
    }
    Ok(())
}

/// Copies a site, each file with its compressed self beside it, as a server keeps them that need not compress anew.
fn compress(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        let copy = to.join(name);
        if path.is_dir() {
            compress(&path, &copy)?;
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut beside = copy.clone().into_os_string();
        beside.push(".br");
        fs::write(beside, size::compressed(&bytes)?)?;
        fs::write(&copy, bytes).with_context(|| format!("cannot write {}", copy.display()))?;
    }
    Ok(())
}
