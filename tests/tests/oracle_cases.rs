//! The oracle and the semantics cases against each other: two readings of one text, by way of what they share,
//! which is bare connections in clusters of plain pods.

use netpol_tests::cases::{self, Case, Outcome, Severity, Target};
use netpol_tests::oracle::verdict;
use netpol_tests::plain;
use netpol_tests::replay::State;

/// Cases about which pods and objects there are, or how text is read, which the oracle leaves to others.
const NOT_THE_ORACLES: [&str; 12] = [
    "12-node-by",
    "13-host-network-has-no",
    "05-",
    "14-without",
    "16-",
    "17-controller",
    "17-jobs",
    "17-no-replicas",
    "17-pods",
    "17-workloads",
    "18-",
    "19-",
];

#[test]
fn the_oracle_agrees_with_the_cases() -> Result<(), String> {
    let mut rows = 0;
    let mut differences = Vec::new();
    for (name, case) in cases::load(&cases::semantics_folder())? {
        if NOT_THE_ORACLES.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        rows += play(&name, &case, &mut differences).map_err(|error| format!("{name}: {error}"))?;
    }
    assert!(rows > 250, "only {rows} rows were played");
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
}

/// Plays the steps and compares what can be compared. Gives the number of rows that were.
fn play(name: &str, case: &Case, differences: &mut Vec<String>) -> Result<usize, String> {
    let mut state = State::new(&case.cluster);
    let mut rows = 0;
    for step in &case.steps {
        state.take(step)?;
        let refused = step.diagnostics.iter().flatten().any(|d| d.severity == Some(Severity::Error));
        if refused {
            continue;
        }
        let cluster = plain::cluster(&plain::documents(&state.text())?)?;
        for row in &step.expect {
            let Target::Bare { to, port, protocol } = row.target()? else { continue };
            let (from, to) = (plain::endpoint(&cluster, &row.from)?, plain::endpoint(&cluster, to)?);
            // Whether something listens is no matter of policies.
            let expected = matches!(row.got, Outcome::Ok | Outcome::Refused);
            if verdict(&cluster, &from, &to, port, plain::protocol_of(protocol)).allowed != expected {
                differences.push(format!("{name}, {}: {row:?}", step.title));
            }
            rows += 1;
        }
    }
    Ok(rows)
}
