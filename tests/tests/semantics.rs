//! The engine plays the semantics cases and the walkthroughs.

mod common;

use std::path::Path;

use common::play::play;
use netpol_tests::cases;

#[test]
fn semantics_cases() -> Result<(), String> {
    check(&cases::semantics_folder())
}

#[test]
fn walkthroughs() -> Result<(), String> {
    check(&cases::walkthroughs_folder())
}

fn check(folder: &Path) -> Result<(), String> {
    let mut differences = Vec::new();
    for (name, case) in cases::load(folder)? {
        for difference in play(&case).map_err(|error| format!("{name}: {error}"))? {
            differences.push(format!("{name}, {difference}"));
        }
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(format!("{} differences:\n{}", differences.len(), differences.join("\n")))
    }
}
