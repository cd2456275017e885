//! The page's own target: the walkthroughs and hostile inputs in WebAssembly, on its stack of 1 MiB.
//!
//! Natively it runs as well, so that a difference between the two shows. Files are part of the module, since
//! there are none to read in a page.

#![expect(clippy::unwrap_used, reason = "it is how a test fails")]

mod common;

use common::play::play;
use netpol_tests::cases;
use netpol_tests::generate::{Form, Size, generate};
use netpol_tests::hostile;
use netpol_tests::whole_way::survives;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const THREE_TIERS: &str = include_str!("../../lessons/walkthroughs/3-three-tier.yaml");

const WALKTHROUGHS: [&str; 5] = [
    include_str!("../../lessons/walkthroughs/1-frontend-backend-dns.yaml"),
    include_str!("../../lessons/walkthroughs/2-dev-prod-defaults.yaml"),
    THREE_TIERS,
    include_str!("../../lessons/walkthroughs/4-cassandra.yaml"),
    include_str!("../../lessons/walkthroughs/5-deployments-and-services.yaml"),
];

/// Cases whose text is unusual, for accidents to happen to.
const CASES: [&str; 6] = [
    include_str!("../cases/semantics/18-lists.yaml"),
    include_str!("../cases/semantics/18-json.yaml"),
    include_str!("../cases/semantics/19-merges-and-anchors.yaml"),
    include_str!("../cases/semantics/10-except.yaml"),
    include_str!("../cases/semantics/17-workloads.yaml"),
    include_str!("../cases/semantics/14-endpoints.yaml"),
];

#[test]
fn walkthroughs() {
    let mut played = 0;
    for text in WALKTHROUGHS {
        let case = cases::parse(text).unwrap();
        played += case.steps.iter().map(|step| step.expect.len()).sum::<usize>();
        let differences = play(&case).unwrap();
        assert!(differences.is_empty(), "{}: {differences:#?}", case.title);
    }
    assert_eq!(played, 114);
}

#[test]
fn three_tiers_in_nine_steps() {
    assert_eq!(cases::parse(THREE_TIERS).unwrap().steps.len(), 9);
}

#[test]
fn small_inputs() {
    for (_, text) in hostile::small() {
        survives(&text);
    }
}

#[test]
fn large_inputs() {
    for (_, text) in hostile::large() {
        survives(&text);
    }
}

#[test]
fn everything_different() {
    for (_, text) in hostile::heavy(30) {
        survives(&text);
    }
}

#[test]
fn inputs_over_the_limits() {
    for (_, text) in hostile::over_limits() {
        survives(&text);
    }
}

#[test]
fn noise() {
    for seed in 0..150 {
        survives(&hostile::noise(seed, 200));
    }
}

#[test]
fn accidents() {
    let texts: Vec<String> = WALKTHROUGHS.iter().chain(&CASES).map(|text| whole(text)).collect();
    for seed in 0..30 {
        for (at, text) in texts.iter().enumerate() {
            survives(&hostile::mutated(text, seed, 1 + (at + usize::try_from(seed).unwrap()) % 9));
        }
    }
}

/// All manifests of a case, one after the other.
fn whole(case: &str) -> String {
    let case = cases::parse(case).unwrap();
    let steps = case.steps.iter().map(|step| step.apply.as_str());
    std::iter::once(case.cluster.as_str()).chain(steps).collect::<Vec<_>>().join("\n---\n")
}

#[test]
fn generated_clusters() {
    for seed in 0..4 {
        for form in [Form::Deployments, Form::Pods] {
            let analysis = survives(&generate(seed, Size { pods: 60, policies: 20, form }).text());
            assert_eq!(analysis.cluster.policies.len(), 20);
            assert!(analysis.diagnostics.is_empty(), "{:?}", analysis.diagnostics);
        }
    }
}
