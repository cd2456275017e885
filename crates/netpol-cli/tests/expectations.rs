//! `netpol test`.

mod common;

use std::path::Path;

use common::{fixtures, netpol, netpol_with_input, valid, written};

#[test]
fn the_walkthroughs_hold() {
    let walkthroughs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons/walkthroughs");
    let ran = netpol(&format!("test {}", walkthroughs.display()));
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert_eq!(ran.last_line(), "114 expectations in 5 files, all hold");
    assert_eq!(ran.out.matches("    ✓ ").count(), 114);
}

#[test]
fn manifests_are_tested_where_they_stand() {
    let ran = netpol("test expectations/shop.yaml");
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert_eq!(
        ran.out,
        "expectations/shop.yaml: The shop's database takes the web alone
  1. as it is
    ✓ shop/web: connect to shop/db on TCP 5432 → ok
    ✓ shop/web: curl db:15432 → ok
    ✓ street/guest: curl db.shop:15432 → timeout
  2. a guest with the web's label, in another namespace, stays out
    ✓ street/guest: connect to shop/db on TCP 5432 → timeout
  3. without the policy everybody comes in
    ✓ street/guest: connect to shop/db on TCP 5432 → ok
5 expectations in 1 file, all hold
"
    );
}

#[test]
fn what_does_not_hold_is_told_with_what_came_out_and_why() {
    let ran = netpol("test expectations/failing.yaml");
    assert_eq!(
        (ran.code, ran.last_line()),
        (Some(1), "7 expectations in 1 file, 6 do not hold"),
        "{}",
        ran.err
    );
    for said in [
        "    ✗ street/guest: connect to shop/db on TCP 5432 → ok, but got timeout (expectations/failing.yaml:6:5)
      ingress of shop/db is blocked by `shop/db`
",
        "→ timeout, but got ok (expectations/failing.yaml:7:5)
      egress of street/guest is open, no policy isolates it; ingress of shop/web-1 is open, no policy isolates it
",
        "→ ok, but got unknown-host (expectations/failing.yaml:8:5)
      there is no host `nowhere`
",
        "→ ok, but got timeout (expectations/failing.yaml:9:5)
      the service has no such port
",
        "→ ok, but cannot be asked (expectations/failing.yaml:11:5)
      there is no pod or workload `shop/wbe`
",
        "→ timeout, but got no-dns (expectations/failing.yaml:19:5)
      nobody answers what `db.shop` is: egress of street/guest is blocked by `street/silent`
",
    ] {
        assert!(ran.out.contains(said), "{said}\n{}", ran.out);
    }
}

#[test]
fn a_folder_is_played_without_its_manifests() {
    let folder = written("suite/net/shop.yaml", "");
    let folder = folder.parent().unwrap().parent().unwrap();
    let shop = std::fs::read_to_string(fixtures().join("shop.yaml")).unwrap();
    written("suite/net/shop.yaml", &shop);
    let text = "title: t\nmanifests: [net]\nsteps:\n- title: s\n  expect:\n  - {from: shop/web, curl: 'db:15432', got: ok}\n";
    written("suite/shop.yaml", text);
    let ran = netpol(&format!("test {}", folder.display()));
    assert_eq!((ran.code, ran.last_line()), (Some(0), "1 expectation in 1 file, all hold"), "{}", ran.err);
    let manifests_alone = netpol(&format!("test {}", folder.join("net").display()));
    assert_eq!((manifests_alone.code, manifests_alone.out.as_str()), (Some(2), ""));
    assert!(manifests_alone.err.contains("there is no expectation file"), "{}", manifests_alone.err);
}

#[test]
fn standard_input_holds_expectations_too() {
    let text = "title: t\nmanifests: [shop.yaml]\nsteps:\n- title: s\n  expect:\n  - {from: shop/web, curl: 'db:15432', got: ok}\n";
    let ran = netpol_with_input("test -", text);
    assert_eq!((ran.code, ran.last_line()), (Some(0), "1 expectation in 1 file, all hold"), "{}", ran.err);
}

#[test]
fn a_file_that_cannot_be_used_hides_no_other_and_is_told_with_its_place() {
    let rest = "steps:\n- title: s\n  expect:\n";
    let cases = [
        ("title: t\nmanifests: [shop.yaml]\nsteps: [", "3:8"),
        ("title: t\nsteps: []\n", "1:1"),
        (&format!("title: t\ncluster: ''\n{rest}  - {{from: a/b, crul: c, got: ok}}\n"), "6:17"),
        (&format!("title: t\ncluster: ''\n{rest}  - {{from: a/b, curl: c, got: fine}}\n"), "6:31"),
        (&format!("title: t\ncluster: ''\n{rest}  - {{from: a, curl: c, got: ok}}\n"), "6:12"),
        ("title: t\ncluster: ''\nsteps:\n- title: s\n  delete: [Pod/a]\n", "5:12"),
    ];
    for (at, (text, place)) in cases.into_iter().enumerate() {
        let bad = written(&format!("unusable/{at}.yaml"), text);
        let ran = netpol(&format!("test {} expectations/shop.yaml", bad.display()));
        assert_eq!(
            (ran.code, ran.last_line()),
            (Some(2), "5 expectations in 1 file, all hold"),
            "{text}{}",
            ran.err
        );
        assert!(ran.err.contains(&format!("{}:{place}", bad.display())), "{text}{}", ran.err);
        assert!(ran.err.contains("could not play 1 of the 2 expectation files"), "{}", ran.err);
    }
    let ran = netpol("test nowhere.yaml expectations/shop.yaml");
    assert_eq!((ran.code, ran.last_line()), (Some(2), "5 expectations in 1 file, all hold"));
    assert!(ran.err.contains("cannot read `nowhere.yaml`"), "{}", ran.err);
}

#[test]
fn manifests_that_cannot_be_used_are_told_once() {
    let policy = "    apiVersion: networking.k8s.io/v1\n    kind: NetworkPolicy\n    metadata: {name: p}\n    spec: {podSelector: {}, ingress: [{from: [{}]}]}\n";
    let text = format!(
        "title: t\ncluster: |\n    kind: Pod\n    apiVersion: v1\n    metadata: {{name: a}}\nsteps:\n\
         - title: s\n  apply: |\n{policy}- title: t\n  expect:\n  - {{from: default/a, curl: 192.0.2.1, got: ok}}\n"
    );
    let file = written("refused.yaml", &text);
    let ran = netpol(&format!("test {}", file.display()));
    assert_eq!((ran.code, ran.last_line()), (Some(2), "1 expectation in 1 file, all hold"), "{}", ran.err);
    assert_eq!(ran.err.matches("error[invalid-policy]").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("refused.yaml, step 1, policies.yaml:"), "{}", ran.err);
    let missing = written("missing.yaml", "title: t\nmanifests: [gone.yaml]\nsteps: [{title: s}]\n");
    let ran = netpol(&format!("test {}", missing.display()));
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains(&format!("{}:2:13", missing.display())), "{}", ran.err);
    assert!(ran.err.contains("there is no `") && ran.err.contains("gone.yaml`"), "{}", ran.err);
}

#[test]
fn json_tells_every_expectation() {
    let bad = written("unusable/for-json.yaml", "title: [");
    let ran = netpol(&format!("test expectations {} -o json", bad.display()));
    assert_eq!(ran.code, Some(2));
    let json = valid("test", &ran.out);
    assert_eq!(
        (&json["expectations"], &json["failed"], &json["unusable"]),
        (&12.into(), &6.into(), &1.into())
    );
    let failed = &json["files"][0]["steps"][0]["expectations"][0];
    assert_eq!(
        *failed,
        serde_json::json!({
            "from": "street/guest", "to": "shop/db", "port": 5432, "protocol": "TCP",
            "want": "ok", "got": "timeout", "holds": false,
            "why": "ingress of shop/db is blocked by `shop/db`",
            "place": {"file": "expectations/failing.yaml", "line": 6, "column": 5},
        })
    );
    let unasked = &json["files"][0]["steps"][0]["expectations"][5];
    assert!(unasked.get("got").is_none() && unasked["holds"] == false);
    let holds = &json["files"][1]["steps"][0]["expectations"][1];
    assert!(holds["holds"] == true && holds["curl"] == "db:15432" && holds.get("why").is_none());
    assert!(json["files"][2].get("title").is_none());
}
