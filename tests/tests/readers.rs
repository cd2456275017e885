//! Everything that is data can be read.

use netpol_tests::{cases, corpus};

#[test]
fn walkthroughs_have_all_their_expectations() {
    let walkthroughs = cases::load(&cases::walkthroughs_folder()).unwrap();
    assert_eq!(walkthroughs.len(), 5);
    let rows = walkthroughs.iter().flat_map(|(_, case)| &case.steps).flat_map(|step| &step.expect);
    assert_eq!(rows.clone().count(), 114);
    for row in rows {
        row.target().unwrap();
    }
}

#[test]
fn every_point_of_the_semantics_has_a_case() {
    let semantics = cases::load(&cases::semantics_folder()).unwrap();
    for (name, case) in &semantics {
        let says_something = case.diagnostics.is_some()
            || case.steps.iter().any(|step| step.diagnostics.is_some() || !step.expect.is_empty());
        assert!(says_something, "{name} expects nothing");
        for row in case.steps.iter().flat_map(|step| &step.expect) {
            row.target().unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
    for point in 1..=21 {
        let prefix = format!("{point:02}-");
        assert!(semantics.iter().any(|(name, _)| name.starts_with(&prefix)), "point {point} has no case");
    }
}

#[test]
fn the_corpus_can_be_read() {
    let Some(folder) = corpus::folder().unwrap() else {
        println!("skipped: no corpus at NETPOL_CORPUS or ../shared/corpus");
        return;
    };
    for suite in ["k8s-e2e", "recipes"] {
        let cases = corpus::load(&folder, suite).unwrap();
        assert!(!cases.is_empty(), "{suite} is empty");
        for case in cases {
            assert!(!case.rows.is_empty(), "{} expects nothing", case.name);
        }
    }
}
