//! The oracle and the semantics cases against each other: two readings of one text, by way of what they share,
//! which is bare connections in clusters of plain pods.

use netpol_tests::cases::{self, Case, Outcome, Severity, Step, Target};
use netpol_tests::oracle::verdict;
use netpol_tests::plain;
use serde_yaml::Value;

/// Cases about which pods and objects there are, or how text is read, which the oracle leaves to others.
const NOT_THE_ORACLES: [&str; 9] =
    ["05-", "14-without", "16-", "17-controller", "17-no-replicas", "17-pods", "17-workloads", "18-", "19-"];

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
    let mut state = plain::documents(&case.cluster)?;
    let mut rows = 0;
    for step in &case.steps {
        change(&mut state, step)?;
        let refused = step.diagnostics.iter().flatten().any(|d| d.severity == Some(Severity::Error));
        let known: Vec<Value> =
            state.iter().filter(|object| kind(object) != "EndpointSlice").cloned().collect();
        if refused {
            continue;
        }
        let cluster = plain::cluster(&known)?;
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

fn change(state: &mut Vec<Value>, step: &Step) -> Result<(), String> {
    state.retain(|object| !step.delete.contains(&key(object)));
    for object in plain::documents(&step.apply)? {
        state.retain(|old| key(old) != key(&object));
        state.push(object);
    }
    for label in &step.label {
        let mut words = label.split_whitespace();
        let name = words.next().unwrap_or_default();
        let object = match state.iter_mut().position(|object| key(object) == name) {
            Some(place) => state.get_mut(place),
            None => {
                let (kind, name) = name.split_once('/').ok_or(format!("no kind in `{label}`"))?;
                state.extend(plain::documents(&format!("{{kind: {kind}, metadata: {{name: {name}}}}}"))?);
                state.last_mut()
            }
        };
        let metadata = object.and_then(|object| object.get_mut("metadata")).and_then(Value::as_mapping_mut);
        let labels = metadata.ok_or(format!("no metadata for `{label}`"))?.entry("labels".into());
        let labels = labels.or_insert_with(|| Value::Mapping(Default::default())).as_mapping_mut();
        let labels = labels.ok_or(format!("no labels for `{label}`"))?;
        for word in words {
            match word.split_once('=') {
                Some((key, value)) => labels.insert(key.into(), value.into()),
                None => labels.remove(word.trim_end_matches('-')),
            };
        }
    }
    Ok(())
}

fn kind(object: &Value) -> &str {
    object.get("kind").and_then(Value::as_str).unwrap_or_default()
}

/// `Kind/namespace/name`, or `Kind/name` for what is in no namespace.
fn key(object: &Value) -> String {
    let field = |name: &str| object.get("metadata")?.get(name)?.as_str();
    let (kind, name) = (kind(object), field("name").unwrap_or_default());
    match kind {
        "Namespace" | "Node" => format!("{kind}/{name}"),
        _ => format!("{kind}/{}/{name}", field("namespace").unwrap_or("default")),
    }
}
