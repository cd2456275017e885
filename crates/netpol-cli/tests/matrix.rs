//! `netpol matrix`.

mod common;

use common::{netpol, valid, written};

#[test]
fn a_table_has_workloads_and_the_internet() {
    let ran = netpol("matrix shop.yaml");
    assert_eq!(ran.code, Some(0));
    let rows: Vec<Vec<&str>> = ran
        .out
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
        .collect();
    assert_eq!(
        rows,
        [
            ["from \\ to", "shop/web", "shop/db", "street/guest", "kube-system/coredns", "internet"],
            ["shop/web", "allowed", "partial (TCP 5432)", "allowed", "allowed", "allowed"],
            ["shop/db", "allowed", "-", "allowed", "allowed", "allowed"],
            ["street/guest", "allowed", "blocked", "-", "allowed", "allowed"],
            ["kube-system/coredns", "allowed", "blocked", "allowed", "-", "allowed"],
            ["internet", "allowed", "blocked", "allowed", "allowed", "-"],
        ]
    );
}

#[test]
fn a_port_may_be_asked_about() {
    let word = |arguments: &str| {
        let ran = netpol(&format!("matrix shop.yaml {arguments} -o json"));
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let cells = json["cells"].as_array().unwrap().clone();
        let cell = cells.into_iter().find(|cell| cell["from"] == "shop/web" && cell["to"] == "shop/db");
        cell.unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(word("--port 5432"), "allowed");
    assert_eq!(word("--port 9187"), "blocked");
    assert_eq!(word("--port 5432 --protocol UDP"), "blocked");
    assert_eq!(word(""), "partial");
}

#[test]
fn json_says_its_version_and_every_pair() {
    let ran = netpol("matrix shop.yaml -o json");
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["ends"][0], serde_json::json!({"name": "shop/web", "kind": "Deployment", "pods": 2}));
    // Five by five, without the four that stand for one pod or for the internet alone.
    assert_eq!(json["cells"].as_array().unwrap().len(), 5 * 5 - 4);
    let cell = &json["cells"][1];
    let port = |number: u16| serde_json::json!({"protocol": "TCP", "first": number, "last": number});
    assert_eq!((&cell["from"], &cell["to"]), (&"shop/web".into(), &"shop/db".into()));
    assert_eq!(cell["asked"], serde_json::json!([port(5432), port(9187)]));
    assert_eq!(cell["always"], serde_json::json!([port(5432)]));
    assert_eq!(cell["sometimes"], serde_json::json!([]));
}

#[test]
fn a_port_that_only_some_pods_may_use_is_told_apart() {
    let ran = netpol("matrix mixed.yaml --port 80 -o json");
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let cells = json["cells"].as_array().unwrap();
    let cell = cells.iter().find(|cell| cell["from"] == "shop/pair" && cell["to"] == "shop/door").unwrap();
    assert_eq!(cell["verdict"], "partial");
    assert_eq!(cell["always"], serde_json::json!([]));
    assert_eq!(cell["sometimes"][0]["first"], 80);
}

#[test]
fn addresses_outside_are_ends_as_far_as_blocks_tell_them_apart() {
    let text = "apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {}
  ingress:
  - from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.8/29]}}, {ipBlock: {cidr: 'fd00:1::/64'}}]
";
    let path = written("matrix/blocks.yaml", text).display().to_string();
    let csv = netpol(&format!("matrix {path} -o csv")).out;
    let to_web: Vec<&str> = csv.lines().filter(|line| line.contains(",default/web,")).collect();
    assert_eq!(
        to_web,
        [
            "kube-system/coredns,default/web,blocked,TCP 80,none,none",
            "internet,default/web,partial,TCP 80,none,TCP 80",
            "other IPv4,default/web,blocked,TCP 80,none,none",
            "\"203.0.113.0/29, 203.0.113.16-203.0.113.255\",default/web,allowed,TCP 80,TCP 80,none",
            "other IPv6,default/web,blocked,TCP 80,none,none",
            "fd00:1::/64,default/web,allowed,TCP 80,TCP 80,none",
        ]
    );
    let json = valid("matrix", &netpol(&format!("matrix {path} -o json")).out);
    let end = &json["ends"].as_array().unwrap()[4];
    assert_eq!(
        end["ranges"],
        serde_json::json!([["203.0.113.0", "203.0.113.7"], ["203.0.113.16", "203.0.113.255"]])
    );
}
