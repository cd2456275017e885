//! The engine against the oracle, on random clusters: verdicts and what they rest on. Some 1.1 million flows are asked
//! about, as many again with each doubling of `PROPTEST_CASES`.

use netpol_tests::agreement::compare;
use netpol_tests::oracle::render;
use netpol_tests::random::{boundary_ports, clusters, config, protocols};
use proptest::prelude::*;

proptest! {
    #![proptest_config(config(2048))]

    #[test]
    fn the_engine_agrees(
        cluster in clusters(),
        style: u64,
        ports in proptest::collection::vec((boundary_ports(), protocols()), 1..=4),
    ) {
        let text = render(&cluster, style);
        compare(&cluster, &text, &ports).map_err(|difference| {
            TestCaseError::fail(format!("{difference}\n\n{text}"))
        })?;
    }
}
