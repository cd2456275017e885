//! Every JSON output is what its schema says, and `netpol schema` prints that.

mod common;

use std::fs;
use std::path::Path;

use common::{fixtures, netpol, valid, written};

const COMMANDS: [&str; 9] =
    ["check", "probe", "explain", "matrix", "diff", "lint", "exposure", "suggest", "test"];

#[test]
fn schemas_are_printed_and_closed() {
    for command in COMMANDS {
        let ran = netpol(&format!("schema {command}"));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let schema: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["title"], format!("netpol {command} --output json"));
        open_objects(&schema, command);
    }
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")).unwrap();
    assert_eq!(files.count(), COMMANDS.len());
    let other = netpol("schema svg");
    assert_eq!(other.code, Some(2));
    assert!(
        other
            .err
            .contains("possible values: check, probe, explain, matrix, diff, lint, exposure, suggest, test"),
        "{}",
        other.err
    );
}

/// Every object says which fields it has, so that one that nothing describes is noticed.
fn open_objects(schema: &serde_json::Value, at: &str) {
    match schema {
        serde_json::Value::Object(fields) => {
            if fields.get("type") == Some(&"object".into()) {
                assert_eq!(fields.get("additionalProperties"), Some(&false.into()), "{at}");
            }
            fields.iter().for_each(|(name, field)| open_objects(field, &format!("{at}.{name}")));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| open_objects(item, at)),
        _ => {}
    }
}

/// Questions whose answers show every branch of an output: nothing, part, all, outside, errors.
#[test]
fn answers_are_what_their_schemas_say() {
    let shop = fs::read_to_string(fixtures().join("shop.yaml")).unwrap();
    let outside = shop.replace(
        "  ingress:\n",
        "  ingress:\n  - from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.8/29]}}, {ipBlock: {cidr: 'fd00:1::/64'}}]\n",
    );
    let more = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: probe, namespace: street}\n";
    let edited = written("schema/edited.yaml", &(outside + more)).display().to_string();
    let unusable = written("schema/cases/bad/manifests.yaml", "kind: [");
    written("schema/cases/bad/expected.json", "[]");
    let cases = unusable.parent().unwrap().parent().unwrap().display().to_string();
    let questions = [
        "matrix shop.yaml".to_owned(),
        "matrix shop.yaml --port 5432 --protocol UDP".to_owned(),
        "matrix mixed.yaml".to_owned(),
        "matrix broken.yaml".to_owned(),
        format!("matrix {edited}"),
        "diff shop.yaml shop.yaml".to_owned(),
        format!("diff shop.yaml {edited}"),
        format!("diff {edited} shop.yaml"),
        "diff shop.yaml mixed.yaml".to_owned(),
        "explain shop.yaml --from shop/web --to shop/db".to_owned(),
        "explain shop.yaml --from street/guest --to shop/db --port 5432".to_owned(),
        "explain shop.yaml --from internet --to shop/web".to_owned(),
        "explain mixed.yaml --from shop/pair --to shop/door".to_owned(),
        "probe shop.yaml --from shop/web --curl db:15432".to_owned(),
        "probe shop.yaml --from shop/web --curl nowhere".to_owned(),
        "probe shop.yaml --from 198.51.100.7 --to shop/db --port 5432".to_owned(),
        "probe mixed.yaml --from shop/pair --curl 10.1.0.3".to_owned(),
        "check shop.yaml --expect expected.json".to_owned(),
        "check shop.yaml --expect differing.json".to_owned(),
        format!("check cases {cases}"),
        "test expectations".to_owned(),
        "lint shop.yaml".to_owned(),
        "lint mixed.yaml broken.yaml".to_owned(),
        "lint ../../../netpol-engine/tests/lints".to_owned(),
        "exposure shop.yaml".to_owned(),
        format!("exposure {edited}"),
        "exposure mixed.yaml".to_owned(),
        "suggest shop.yaml --from street/guest --to shop/db --port 5432".to_owned(),
        "suggest shop.yaml --from shop/web --to shop/db --port 5432".to_owned(),
        "suggest shop.yaml --isolate shop/db".to_owned(),
        format!("suggest {edited} --isolate shop/db --allow-from internet:5432 --allow-from 10.0.0.0/8"),
        "suggest mixed.yaml --isolate shop/door --nothing".to_owned(),
    ];
    for question in questions {
        let ran = netpol(&format!("{question} -o json"));
        let command = question.split(' ').next().unwrap();
        assert_eq!(valid(command, &ran.out)["version"], 1, "{question}");
    }
}

#[test]
fn a_case_that_cannot_be_checked_is_in_the_answer() {
    let bad = written("schema/unusable/bad/manifests.yaml", "kind: [");
    written("schema/unusable/bad/expected.json", "[]");
    let folder = bad.parent().unwrap().parent().unwrap();
    let ran = netpol(&format!("check cases {} -o json", folder.display()));
    assert_eq!(ran.code, Some(2));
    let json = valid("check", &ran.out);
    assert_eq!((&json["checked"], &json["differing"], &json["unusable"]), (&5.into(), &0.into(), &1.into()));
    let errors: Vec<&serde_json::Value> =
        json["cases"].as_array().unwrap().iter().filter_map(|case| case.get("error")).collect();
    assert!(matches!(errors.as_slice(), [error] if error.as_str().unwrap().contains("no manifest")));
}

#[test]
fn rows_that_differ_are_told_as_they_were_asked() {
    let json = valid("check", &netpol("check shop.yaml --expect differing.json -o json").out);
    let differences = json["cases"][0]["differences"].as_array().unwrap();
    assert_eq!(
        differences[1],
        serde_json::json!({
            "from": "street/guest", "to": "shop/web", "port": 80, "protocol": "TCP", "allowed": false, "got": "allowed",
            "why": "egress of street/guest is open, no policy isolates it; ingress of shop/web-1 is open, no policy isolates it",
        })
    );
    assert!(differences[3]["toService"] == "shop/dv" && differences[3].get("got").is_none());
}
