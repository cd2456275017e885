//! `netpol diff`.

mod common;

use std::fs;

use common::{fixtures, netpol, written};

/// The shop, with something of it replaced.
#[expect(clippy::unwrap_used, reason = "it is called from tests alone")]
fn edited(name: &str, from: &str, to: &str) -> String {
    let shop = fs::read_to_string(fixtures().join("shop.yaml")).unwrap();
    assert!(shop.contains(from));
    written(name, &shop.replace(from, to)).display().to_string()
}

#[test]
fn the_same_manifests_do_not_differ() {
    let ran = netpol("diff shop.yaml shop.yaml");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "no flow differs\n"));
}

#[test]
fn an_edit_is_told_with_its_flows_and_its_policy() {
    let new = edited("diff/ports.yaml", "ports: [{port: sql}]", "ports: [{port: metrics}]");
    let ran = netpol(&format!("diff shop.yaml {new}"));
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.out,
        format!(
            "opened  shop/web -> shop/db  TCP 9187  by shop/db (changed, {new}:28)\n\
             closed  shop/web -> shop/db  TCP 5432  by shop/db (changed, {new}:28)\n"
        )
    );
}

#[test]
fn what_has_no_effect_is_said_and_workloads_that_come_are_told() {
    let more = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: probe, namespace: street}\n---\n\
        apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: open, namespace: street}\n\
        spec: {podSelector: {}, ingress: [{}]}\n";
    let shop = fs::read_to_string(fixtures().join("shop.yaml")).unwrap();
    let new = written("diff/more.yaml", &(shop + more)).display().to_string();
    let ran = netpol(&format!("diff shop.yaml {new}"));
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.out,
        format!("added workload street/probe\nwithout effect: street/open (added, {new}:41)\n")
    );
}

#[test]
fn outside_addresses_are_told_by_range() {
    let new = edited(
        "diff/outside.yaml",
        "  ingress:\n",
        "  ingress:\n  - from: [{ipBlock: {cidr: 203.0.113.0/24}}]\n",
    );
    let ran = netpol(&format!("diff shop.yaml {new}"));
    assert!(
        ran.out.starts_with("opened  203.0.113.0-203.0.113.255 -> shop/db  all  by shop/db"),
        "{}",
        ran.out
    );
    let back = netpol(&format!("diff {new} shop.yaml"));
    assert!(
        back.out.starts_with("closed  203.0.113.0-203.0.113.255 -> shop/db  all  by shop/db"),
        "{}",
        back.out
    );
}

#[test]
fn json_says_its_version_and_every_change() {
    let new = edited("diff/json.yaml", "ports: [{port: sql}]", "ports: [{port: metrics}]");
    let ran = netpol(&format!("diff shop.yaml {new} -o json"));
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let port = |number: u16| serde_json::json!([{"protocol": "TCP", "first": number, "last": number}]);
    assert_eq!(
        json,
        serde_json::json!({
            "version": 1,
            "changes": [{
                "from": {"workload": "shop/web"}, "to": {"workload": "shop/db"},
                "opened": port(9187), "closed": port(5432), "partial": false, "causes": [0],
            }],
            "policies": [{"namespace": "shop", "name": "db", "edit": "changed"}],
            "added": [], "removed": [],
        })
    );
}

#[test]
fn an_input_that_cannot_be_used_exits_with_2() {
    let ran = netpol("diff shop.yaml nowhere.yaml");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("cannot read `nowhere.yaml`"), "{}", ran.err);
}
