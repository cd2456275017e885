//! `cargo xtask fuzz`: libFuzzer on the targets in `fuzz/fuzz_targets`, one after the other.
//!
//! It runs without a sanitizer: our crates have no unsafe code, so that there is next to nothing for
//! AddressSanitizer to find, and its shadow and quarantine would count as memory of ours. `--address` runs with it, and
//! then without a bound on memory.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::run::{Cmd, say};
use crate::setup;
use crate::workspace::Workspace;

/// What an input may take, in seconds of a fuzzer's. It is bound to take one second of a release build: instrumented
/// code with its assertions takes some three times as long, and a fuzzer shares the machine with others.
const TIMEOUT: u32 = 4;

/// Inputs that take so many seconds are kept as `slow-unit-…`, to be looked at with a release build.
const SLOW: u32 = 1;

/// How libFuzzer calls them.
const SLOW_UNIT: &str = "slow-unit-";

/// How much memory there may be, in MiB, the fuzzer's own included.
const MEMORY: u32 = 512;

/// The longest inputs of the targets, in bytes. Those that read manifests make long texts of short inputs as well
/// (`tests/src/fuzzing/swell.rs`).
const LENGTHS: [(&str, u32); 5] = [
    ("command_input", 16 << 10),
    ("deserialize", 16 << 10),
    ("evaluate", 1 << 10),
    ("parse", 64 << 10),
    ("share_link", 64 << 10),
];

/// How often a finding is tried to be made smaller.
const SMALLER: u32 = 50_000;

#[derive(Args)]
pub(crate) struct Options {
    /// The targets to run; all of them where none is named
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// How long each of them runs, in seconds
    #[arg(long, default_value_t = 1200)]
    seconds: u32,
    /// Run with AddressSanitizer, which is slower and knows no bound on memory
    #[arg(long)]
    address: bool,
}

/// Where things stand for one run.
struct Fuzzer<'a> {
    cargo_fuzz: PathBuf,
    workspace: &'a Workspace,
    options: &'a Options,
}

/// Runs the targets, each as long as asked for, and fails where any of them found something.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let targets = targets(workspace, &options.targets)?;
    let fuzzer = Fuzzer { cargo_fuzz: setup::fuzzer(workspace)?, workspace, options };
    say("writing what the fuzzers begin with");
    let seeds = workspace.fuzzing().join("seeds");
    Cmd::cargo("run")
        .args(["--quiet", "-p", "netpol-tests", "--example", "fuzz_seeds", "--"])
        .arg(&seeds)
        .run()?;
    let mut found = Vec::new();
    for target in &targets {
        if fuzzer.target(target, &seeds.join(target))? {
            found.push(target.as_str());
        }
    }
    if !found.is_empty() {
        bail!("something was found by {}", found.join(", "));
    }
    say("nothing was found");
    Ok(())
}

/// The targets that are asked for, all of which must be there.
fn targets(workspace: &Workspace, asked: &[String]) -> Result<Vec<String>> {
    let folder = workspace.fuzz().join("fuzz_targets");
    let known: BTreeSet<String> =
        names(&folder)?.into_iter().filter_map(|name| name.strip_suffix(".rs").map(str::to_owned)).collect();
    if let Some(unknown) = asked.iter().find(|name| !known.contains(*name)) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        bail!("no target is called `{unknown}`: there are {}", known.join(", "));
    }
    Ok(if asked.is_empty() { known.into_iter().collect() } else { asked.to_vec() })
}

impl Fuzzer<'_> {
    /// Runs one target, and tells what it finds. Whether it found anything.
    fn target(&self, target: &str, seeds: &Path) -> Result<bool> {
        say(&format!("`{target}` for {} s", self.options.seconds));
        let folder = self.workspace.fuzz();
        let artifacts = folder.join("artifacts").join(target);
        let (corpus, regressions) =
            (folder.join("corpus").join(target), folder.join("regressions").join(target));
        fs::create_dir_all(&corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
        let before = names(&artifacts)?;
        let length = LENGTHS.iter().find(|(name, _)| *name == target).map_or(4 << 10, |(_, length)| *length);
        let memory = if self.options.address { 0 } else { MEMORY };

        let mut fuzz = self.cargo_fuzz("run", target).arg(&corpus).arg(seeds);
        // libFuzzer wants every folder that it is given to be there.
        if regressions.is_dir() {
            fuzz = fuzz.arg(regressions);
        }
        let ran = fuzz
            .arg("--")
            .arg(format!("-dict={}", folder.join("manifests.dict").display()))
            .arg(format!("-max_len={length}"))
            .arg(format!("-max_total_time={}", self.options.seconds))
            .arg(format!("-timeout={TIMEOUT}"))
            .arg(format!("-report_slow_units={SLOW}"))
            .arg(format!("-rss_limit_mb={memory}"))
            .args(["-print_final_stats=1", &format!("-close_fd_mask={}", silenced(target))])
            .run();

        let mut found = Vec::new();
        for name in names(&artifacts)?.difference(&before) {
            let path = artifacts.join(name);
            if name.starts_with(SLOW_UNIT) {
                found.extend(self.is_slow(target, &path)?.then_some(path));
            } else {
                self.make_smaller(target, &path);
                found.push(path);
            }
        }
        match (ran, found.is_empty()) {
            (Ok(()), true) => Ok(false),
            // It could not be built or run at all.
            (Err(error), true) => Err(error),
            // It stops at a fault, and goes on after what is merely slow.
            (_, false) => {
                found.iter().for_each(|finding| tell(target, finding));
                Ok(true)
            }
        }
    }

    /// Whether an input takes its time also where nothing else has the machine; it is thrown away where it does not.
    fn is_slow(&self, target: &str, finding: &Path) -> Result<bool> {
        say(&format!("an input took more than {SLOW} s; once more, alone"));
        // libFuzzer's own clock, which what comes before the input does not count for.
        let ran = self.cargo_fuzz("run", target).arg(finding).arg("--").arg(format!("-timeout={SLOW}")).run();
        if ran.is_ok() {
            fs::remove_file(finding).with_context(|| format!("cannot remove {}", finding.display()))?;
        }
        Ok(ran.is_err())
    }

    /// Leaves a smaller input with the same fault beside a finding, where there is one.
    fn make_smaller(&self, target: &str, finding: &Path) {
        let smaller = self.cargo_fuzz("tmin", target).arg("--runs").arg(SMALLER.to_string()).arg(finding);
        if smaller.arg("--").arg(format!("-timeout={TIMEOUT}")).run().is_err() {
            say("it could not be made smaller");
        }
    }

    /// `cargo fuzz COMMAND TARGET` with the nightly toolchain, to be given inputs.
    fn cargo_fuzz(&self, command: &str, target: &str) -> Cmd {
        let sanitizer = if self.options.address { "address" } else { "none" };
        setup::nightly(&self.cargo_fuzz)
            .args(["fuzz", command, "--sanitizer", sanitizer, "--target-dir"])
            .arg(self.workspace.fuzzing())
            .arg(target)
            .dir(self.workspace.root())
    }
}

/// Says where a finding lies, and what to do with it.
fn tell(target: &str, finding: &Path) {
    let path = finding.display();
    say(&format!("found by `{target}`: {path}"));
    for (what, how) in [
        ("made smaller", "`minimized-from-…` beside it, where that could be done".to_owned()),
        (
            "once more",
            format!("cargo +nightly fuzz run --sanitizer none --target-dir target/fuzz {target} {path}"),
        ),
        ("as a test", format!("copy it to fuzz/regressions/{target}/, under a name that says what it is")),
        (
            "on stable",
            "cargo test -p netpol-tests --test fuzz_regressions, with --release to see how long it takes"
                .to_owned(),
        ),
    ] {
        eprintln!("  {what:<12}  {how}");
    }
}

/// What is closed of a target's output: of the command's, which says much, all of it.
fn silenced(target: &str) -> &'static str {
    if target == "command_input" { "3" } else { "0" }
}

/// The names of what lies in a folder; none where there is no folder.
fn names(folder: &Path) -> Result<BTreeSet<String>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(BTreeSet::new()) };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_length() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/fuzz_targets");
        let known: Vec<String> = names(&folder).unwrap().into_iter().collect();
        assert_eq!(known, LENGTHS.map(|(name, _)| format!("{name}.rs")));
    }
}
