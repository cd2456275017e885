//! Whatever is pasted: no panic, every place within its text, the same bytes again.
//!
//! `wasm` plays a part of the same inputs in WebAssembly.
#![expect(clippy::unwrap_used, reason = "it is how a test fails")]

use std::sync::LazyLock;

use netpol_syntax::{FileId, Limits, Severity, parse};
use netpol_tests::cases;
use netpol_tests::crowded::crowded;
use netpol_tests::hostile;
use netpol_tests::random::config;
use netpol_tests::whole_way::survives;
use proptest::prelude::*;

/// The manifests of all cases and walkthroughs.
static BASES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folders = [cases::semantics_folder(), cases::walkthroughs_folder()];
    let cases = folders.iter().flat_map(|folder| cases::load(folder).unwrap());
    let texts = cases.map(|(_, case)| {
        let steps = case.steps.iter().map(|step| step.apply.clone());
        std::iter::once(case.cluster.clone()).chain(steps).collect::<Vec<_>>().join("\n---\n")
    });
    texts.collect()
});

#[test]
fn sound_inputs() {
    for text in BASES.iter() {
        survives(text);
    }
}

#[test]
fn small_inputs() {
    for (name, text) in hostile::small() {
        println!("{name}");
        survives(&text);
    }
}

#[test]
fn large_inputs() {
    for (name, text) in hostile::large() {
        println!("{name}");
        survives(&text);
    }
}

#[test]
fn everything_different() {
    for (name, text) in hostile::heavy(60) {
        println!("{name}");
        survives(&text);
    }
}

#[test]
fn crowded_inputs_are_within_the_limits() {
    for (name, text) in crowded() {
        let parsed = parse(FileId(0), text, &Limits::PAGE);
        let refused = parsed.diagnostics.iter().find(|found| found.id.starts_with("too-"));
        assert_eq!(refused, None, "{name}");
    }
}

#[test]
fn inputs_over_the_limits_are_told() {
    for (name, text) in hostile::over_limits() {
        println!("{name}");
        let analysis = survives(&text);
        let told = analysis.diagnostics.iter().any(|found| found.severity == Severity::Error);
        assert!(told, "{name}: {:?}", analysis.diagnostics.first());
        assert!(analysis.diagnostics.len() <= 20_001, "{name}: {} diagnostics", analysis.diagnostics.len());
    }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn accidents(base in prop::sample::select(BASES.as_slice()), seed: u64, accidents in 1..12_usize) {
        survives(&hostile::mutated(&base, seed, accidents));
    }

    #[test]
    fn halves_of_two(
        one in prop::sample::select(BASES.as_slice()),
        other in prop::sample::select(BASES.as_slice()),
        cut: prop::sample::Index,
    ) {
        let at = |text: &str| (0..=text.len()).rev().find(|at| *at <= cut.index(text.len() + 1) && text.is_char_boundary(*at));
        let (before, after) = (&one[..at(&one).unwrap_or(0)], &other[at(&other).unwrap_or(0)..]);
        survives(&format!("{before}{after}"));
    }
}
