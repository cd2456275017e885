//! `netpol suggest` and `netpol exposure`.

mod common;

use std::fs;
use std::process::Command;

use common::{fixtures, netpol, netpol_with_input, valid, written};

#[test]
fn a_change_is_told_and_comes_as_a_patch_that_does_it() {
    let ran = netpol("suggest shop.yaml --from street/guest --to shop/db --port 5432");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.starts_with("1. Add "), "{}", ran.out);
    assert!(
        ran.out.contains("\n1 as a patch, for `patch -p0`:\n\n--- shop.yaml\t\n+++ shop.yaml\t\n"),
        "{}",
        ran.out
    );

    let patch = netpol("suggest shop.yaml --from street/guest --to shop/db --port 5432 -o patch").out;
    let copy = written("suggest/shop.yaml", &fs::read_to_string(fixtures().join("shop.yaml")).unwrap());
    let folder = copy.parent().unwrap();
    let file = written("suggest/change.patch", &patch);
    let patched = Command::new("patch").args(["-p0", "--input"]).arg(&file).current_dir(folder).output();
    // Not every machine has `patch`; the edits themselves are tested with the engine.
    if let Ok(patched) = patched {
        assert!(patched.status.success(), "{}", String::from_utf8_lossy(&patched.stdout));
        let ran = netpol(&format!("explain {} --from street/guest --to shop/db --port 5432", copy.display()));
        assert_eq!((ran.code, ran.last_line()), (Some(0), "allowed"), "{}", ran.out);
    }
}

#[test]
fn what_passes_needs_no_change() {
    let ran = netpol("suggest shop.yaml --from shop/web --to shop/db --port 5432");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "It passes already.\n"));
}

#[test]
fn a_question_without_a_port_is_about_what_is_served() {
    let ran = netpol("suggest mixed.yaml --from shop/pair --to shop/door");
    assert!(ran.code == Some(2) || ran.out.starts_with("1. "), "{ran:?}");
    let ran = netpol("suggest shop.yaml --from shop/web");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("--to"), "{}", ran.err);
    let ran = netpol("suggest shop.yaml");
    assert_eq!(ran.code, Some(2));
    let ran = netpol("suggest shop.yaml --from shop/wbe --to shop/db --port 1");
    assert!(ran.code == Some(2) && ran.err.contains("did you mean `shop/web`?"), "{}", ran.err);
}

#[test]
fn a_workload_is_kept_to_what_is_named() {
    let ran =
        netpol("suggest shop.yaml --isolate shop/web --allow-from internet:80 --allow-to shop/db -o patch");
    assert!(ran.out.contains("+  podSelector:") && ran.out.contains("cidr: 0.0.0.0/0"), "{}", ran.out);
    let nothing = netpol("suggest shop.yaml --isolate shop/web --nothing -o patch");
    assert_eq!(nothing.code, Some(0), "{nothing:?}");
    assert!(nothing.out.contains("ingress: []") && nothing.out.contains("egress: []"), "{}", nothing.out);
}

#[test]
fn the_internet_and_blocks_are_opened_as_a_whole_and_nothing_else_is() {
    let alone = "changes nothing else";
    let cases = [
        ("shop.yaml --from internet --to shop/db --port 5432", ["cidr: 0.0.0.0/0", "- 10.0.0.0/8", alone]),
        ("shop.yaml --from 203.0.113.0/24 --to shop/db", ["cidr: 203.0.113.0/24", "port: 5432", alone]),
        (
            "misses.yaml --from lab/closed --to 203.0.113.0/24 --port 443",
            ["cidr: 203.0.113.0/24", "port: 443", alone],
        ),
        // Its own pods' addresses are left out, but for those that are a node's.
        (
            "misses.yaml --from lab/closed --to internet --port 443",
            ["allow-closed-to-internet", "- 10.0.0.0/8", "also opens lab/closed -> lab/agent TCP 443"],
        ),
        (
            "misses.yaml --from 198.51.100.0/24 --to lab/block --port 80",
            ["cidr: 198.51.100.0/24", "port: 80", alone],
        ),
        ("misses.yaml --from fd00::/64 --to lab/label --port 80", ["cidr: \"fd00::/64\"", "port: 80", alone]),
    ];
    for (question, told) in cases {
        let ran = netpol(&format!("suggest {question}"));
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{question}");
        for words in told {
            assert!(ran.out.contains(words), "{question}: {words}\n{}", ran.out);
        }
    }
    let passing = netpol("suggest shop.yaml --from shop/web --to internet --port 443");
    assert_eq!((passing.code, passing.out.as_str()), (Some(0), "It passes already.\n"));
    let unserved = netpol("suggest shop.yaml --from shop/db --to internet");
    assert_eq!(unserved.code, Some(2));
    assert!(unserved.err.contains("--port"), "{}", unserved.err);
}

#[test]
fn a_service_that_comes_to_select_pods_is_told() {
    let pod = |name: &str| {
        format!("---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  labels:\n    app: {name}\n")
    };
    let rest = "---\napiVersion: v1\nkind: Service\nmetadata: {name: clients}\nspec: {selector: {role: client}}\n\
        ---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: b}\nspec:\n  podSelector: {matchLabels: {app: b}}\n  \
        ingress: [{from: [{podSelector: {matchLabels: {role: client}}}], ports: [{port: 80}]}]\n";
    let path = written("suggest/joined.yaml", &(pod("a") + &pod("b") + rest));
    let question = format!("suggest {} --from a --to b --port 80", path.display());
    let ran = netpol(&question);
    let words = "asks for; it makes them backends of `clients` (";
    assert!(ran.out.contains(words), "{}", ran.out);
    let json = valid("suggest", &netpol(&format!("{question} -o json")).out);
    let services: Vec<&serde_json::Value> =
        json["suggestions"].as_array().unwrap().iter().map(|it| &it["services"]).collect();
    assert!(services.contains(&&serde_json::json!(["default/clients"])), "{json}");
}

#[test]
fn exposure_is_told_for_each_direction() {
    let ran = netpol("exposure shop.yaml");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let rows: Vec<Vec<&str>> =
        ran.out.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    assert_eq!(rows[0], ["workload", "direction", "state"]);
    assert!(rows.contains(&vec!["shop/web", "ingress", "unprotected"]), "{}", ran.out);
    assert!(rows.contains(&vec!["shop/db", "ingress", "open"]), "{}", ran.out);
    let csv = netpol("exposure shop.yaml -o csv").out;
    assert!(csv.starts_with("workload,direction,state,cluster,internet,internet partly,admits\n"), "{csv}");
    assert!(netpol("exposure shop.yaml -o markdown").out.starts_with("| workload | direction |"));
}

#[test]
fn what_no_policy_could_open_is_said() {
    let ran = netpol("suggest shop.yaml --from shop/web --curl nowhere.shop");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.out, "No policy could let it pass: it ends in unknown-host.\n");
    let ran = netpol("suggest shop.yaml --from shop/web --curl db.shop:81");
    assert_eq!(ran.out, "No policy could let it pass: it ends in timeout.\n");
}

#[test]
fn addresses_and_blocks_are_named_as_they_are() {
    let ran =
        netpol("suggest shop.yaml --isolate shop/web --allow-to 10.9.9.9:443 --allow-to fd00::1 -o patch");
    assert!(ran.out.contains("cidr: 10.9.9.9/32") && ran.out.contains("cidr: \"fd00::1/128\""), "{ran:?}");
}

#[test]
fn json_is_not_continued_in_yaml() {
    let text = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": {"app": "a"}}}"#;
    let path = written("suggest/pod.json", text);
    let ran = netpol(&format!("suggest {} --isolate default/a --nothing", path.display()));
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("JSON alone"), "{}", ran.err);
}

#[test]
fn a_policy_can_be_added_behind_one_that_is_json() {
    let input = "{\"apiVersion\": \"networking.k8s.io/v1\", \"kind\": \"NetworkPolicy\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"podSelector\": {}}}\n---\n\
        apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nspec: {containers: [{name: c, image: x}]}\n---\n\
        apiVersion: v1\nkind: Pod\nmetadata: {name: b, labels: {app: b}}\nspec: {containers: [{name: c, image: x}]}\n";
    let ran = netpol_with_input("suggest - --from a --to b --port 80", input);
    assert!(ran.out.contains("Add a policy"), "{}{}", ran.out, ran.err);
}
