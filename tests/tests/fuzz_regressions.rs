//! What fuzzers once found, and what they begin with, through the very functions that they feed.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "it is how a test fails")]

use std::fs;
use std::path::{Path, PathBuf};

use netpol_tests::fuzzing::{TARGETS, Target, seeds::seeds};

/// The folder of a target's findings.
fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/regressions").join(target)
}

/// What lies in a folder, by name; nothing where there is no folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn nothing_that_was_found_comes_back() {
    let mut replayed = 0;
    for (target, run) in TARGETS {
        for path in below(&folder(target)) {
            println!("{}", path.display());
            run(&fs::read(&path).unwrap());
            replayed += 1;
        }
    }
    let kept: usize = below(&folder("")).iter().map(|folder| below(folder).len()).sum();
    assert_eq!(replayed, kept, "a folder of findings has the name of no target");
    assert!(replayed > 0, "nothing is kept");
}

#[test]
fn every_target_can_be_fuzzed() {
    let files = below(&folder("../fuzz_targets"));
    let names: Vec<_> = files.iter().map(|file| file.file_stem().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, TARGETS.map(|(target, _)| target));
}

fn begins_well((target, run): Target) {
    let seeds = seeds(target).unwrap();
    assert!(seeds.len() > 50, "{target} begins with {} inputs", seeds.len());
    for (at, seed) in seeds.iter().enumerate() {
        println!("{target} {at}");
        run(seed);
    }
}

#[test]
fn what_fuzzers_begin_with_is_sound() {
    TARGETS.into_iter().for_each(begins_well);
}
