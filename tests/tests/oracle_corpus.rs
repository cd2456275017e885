//! The oracle against clusters whose reachability is known, so that it is more than an opinion.

use netpol_tests::corpus::{self, RowTarget};
use netpol_tests::oracle::verdict;
use netpol_tests::plain;

#[test]
fn the_oracle_agrees_with_the_conformance_tests() -> Result<(), String> {
    check("k8s-e2e")
}

#[test]
fn the_oracle_agrees_with_the_recipes() -> Result<(), String> {
    check("recipes")
}

fn check(suite: &str) -> Result<(), String> {
    let Some(folder) = corpus::folder()? else {
        println!("skipped: no corpus at NETPOL_CORPUS or ../shared/corpus");
        return Ok(());
    };
    let mut differences = Vec::new();
    for case in corpus::load(&folder, suite)? {
        let cluster = plain::documents(&case.manifests).and_then(|documents| plain::cluster(&documents));
        let cluster = cluster.map_err(|error| format!("{}: {error}", case.name))?;
        for row in &case.rows {
            // The oracle knows no services.
            let RowTarget::Direct(to) = &row.to else { continue };
            let (from, to) = (plain::endpoint(&cluster, &row.from)?, plain::endpoint(&cluster, to)?);
            if verdict(&cluster, &from, &to, row.port, plain::protocol_of(row.protocol)).allowed
                != row.allowed
            {
                differences.push(format!("{}: {row:?}", case.name));
            }
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
}
