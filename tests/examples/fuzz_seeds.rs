//! Writes what the fuzzers begin with: `fuzz_seeds FOLDER`, in which each target gets a folder of its own.
//!
//! `cargo xtask fuzz` runs it.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use netpol_tests::fuzzing::{TARGETS, seeds::seeds};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).ok_or("give the folder to write to")?;
    for (target, _) in TARGETS {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        for (at, seed) in seeds(target)?.iter().enumerate() {
            fs::write(folder.join(format!("seed-{at:03}")), seed)?;
        }
    }
    Ok(())
}
