//! What the site weighs on the wire.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use brotli::CompressorWriter;
use brotli::enc::BrotliEncoderParams;

use crate::offline;

/// What may be fetched until the page answers, in bytes after brotli.
const BUDGET_INTERACTIVE: usize = 350 * 1000;
/// What all may weigh that the page fetches by itself, in bytes after brotli.
const BUDGET_PAGE: usize = 600 * 1000;
/// What may be fetched besides where somebody opens the lessons or the terminal, in bytes after brotli.
const BUDGET_LEARNING: usize = 280 * 1000;

struct Weight {
    file: String,
    raw: usize,
    brotli: usize,
    when: When,
}

/// When a file is fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Until the page answers.
    First,
    /// Once the picture is there, or not by the page: the editor, the rest of the code, what only paper wants, what makes it
    /// an app, and the picture for READMEs.
    Later,
    /// Where somebody opens the lessons or the terminal.
    Learning,
}

/// Prints the weight of each file and gives the sums that are over their budget.
pub(crate) fn report(dist: &Path) -> Result<Vec<&'static str>> {
    let mut weights = Vec::new();
    weigh(dist, dist, &mut weights)?;
    if weights.is_empty() {
        bail!("there is no `dist/` yet: run `cargo xtask build` first");
    }
    weights.sort_by(|a, b| b.brotli.cmp(&a.brotli).then_with(|| a.file.cmp(&b.file)));

    println!(
        "{:>9} {:>9}  file (bytes raw, after brotli 11; * until interactive, + where one learns)",
        "raw", "brotli"
    );
    for Weight { file, raw, brotli, when } in &weights {
        let mark = match when {
            When::First => "*",
            When::Later => " ",
            When::Learning => "+",
        };
        println!("{raw:>9} {brotli:>9}  {mark} {file}");
    }
    let sum = |counts: fn(When) -> bool| -> usize {
        weights.iter().filter(|weight| counts(weight.when)).map(|weight| weight.brotli).sum()
    };
    let mut over = Vec::new();
    for (what, sum, budget) in [
        ("until interactive", sum(|when| when == When::First), BUDGET_INTERACTIVE),
        ("the page", sum(|when| when != When::Learning), BUDGET_PAGE),
        ("where one learns", sum(|when| when == When::Learning), BUDGET_LEARNING),
    ] {
        let kilobytes = |bytes: usize| format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100);
        println!("{:>17}: {} of {}", what, kilobytes(sum), kilobytes(budget));
        if sum > budget {
            over.push(what);
        }
    }
    Ok(over)
}

fn weigh(dir: &Path, root: &Path, weights: &mut Vec<Weight>) -> Result<()> {
    let Ok(entries) = fs::read_dir(dir) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            weigh(&path, root, weights)?;
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        weights.push(Weight { raw: bytes.len(), brotli: compressed(&bytes)?.len(), when: when(&file), file });
    }
    Ok(())
}

/// When the page fetches a file.
fn when(file: &str) -> When {
    let later = ["editor-", "print-"].iter().any(|start| file.starts_with(start))
        || file.contains("-rest-")
        || [offline::WORKER, offline::PAGE_SIDE, "manifest.webmanifest", "badge.svg"].contains(&file);
    match file {
        file if file.contains("-learn-") || file.starts_with("lessons-") => When::Learning,
        _ if later => When::Later,
        _ => When::First,
    }
}

/// As servers of static files send it.
pub(crate) fn compressed(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    let mut writer = CompressorWriter::with_params(Vec::new(), 1 << 16, &params);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}
