//! `netpol probe`.

mod common;

use common::netpol;

#[test]
fn the_last_line_is_the_outcome_alone() {
    let cases = [
        ("shop.yaml --from shop/web --curl db:15432", "ok"),
        ("shop.yaml --from shop/web-1 --curl http://db.shop.svc.cluster.local:15432/", "ok"),
        ("shop.yaml --from shop/web --curl db:5432", "timeout"),
        ("shop.yaml --from shop/web --curl nowhere", "unknown-host"),
        ("shop.yaml --from street/guest --curl db", "unknown-host"),
        ("shop.yaml --from street/guest --curl db.shop:15432", "timeout"),
        ("shop.yaml --from shop/web --to shop/db --port 5432", "ok"),
        ("shop.yaml --from shop/web --to shop/db --port 9187", "timeout"),
        ("shop.yaml --from shop/web --to shop/db --port 5432 --protocol udp", "timeout"),
        ("shop.yaml --from shop/db --to shop/web --port 80", "ok"),
        ("shop.yaml --from shop/db --to shop/web --port 81", "refused"),
        ("shop.yaml --from 198.51.100.7 --to shop/db --port 5432", "timeout"),
        ("shop.yaml --from shop/db --to 198.51.100.7 --port 443", "ok"),
        ("mixed.yaml --from shop/left --curl 10.1.0.3", "ok"),
        ("mixed.yaml --from shop/right --curl 10.1.0.3", "timeout"),
    ];
    for (arguments, outcome) in cases {
        let ran = netpol(&format!("probe {arguments}"));
        assert_eq!((ran.code, ran.last_line()), (Some(0), outcome), "{arguments}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn replicas_that_differ_are_mixed_and_each_is_told() {
    let ran = netpol("probe mixed.yaml --from shop/pair --curl 10.1.0.3");
    assert_eq!((ran.code, ran.last_line()), (Some(0), "mixed"), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("shop/left → 10.1.0.3, `curl 10.1.0.3:80`: Connected\n"), "{}", ran.out);
    assert!(ran.out.contains("shop/right → 10.1.0.3, `curl 10.1.0.3:80`: Timed out\n"), "{}", ran.out);
}

#[test]
fn steps_lead_to_the_lines_that_decide() {
    let ran = netpol("probe shop.yaml --from street/guest --curl db.shop:15432");
    for step in
        ["  ✓ DNS: answered\n", "  ✓ Service: 1 endpoint\n", "`db` (shop.yaml:23)", "`db` (shop.yaml:30)"]
    {
        assert!(ran.out.contains(step), "{step}\n{}", ran.out);
    }
}

#[test]
fn names_that_nothing_has_get_the_nearest_that_something_has() {
    let cases = [
        ("--from shop/wbe --curl db", "`shop/web`"),
        ("--from web --curl db", "`shop/web`"),
        ("--from shop/guest --curl db", "`street/guest`"),
        ("--from shop/web --to shop/dbb --port 80", "`shop/db`"),
    ];
    for (arguments, nearest) in cases {
        let ran = netpol(&format!("probe shop.yaml {arguments}"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments}");
        assert!(ran.err.contains(&format!("did you mean {nearest}?")), "{}", ran.err);
    }
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    let cases = [
        "--from shop/web",
        "--from shop/web --to shop/db",
        "--from shop/web --to shop/db --port 0",
        "--from shop/web --curl db --port 80",
        "--from shop/web --curl ftp://db",
        "--from shop/web --curl db:http",
        "--curl db",
    ];
    for arguments in cases {
        let ran = netpol(&format!("probe shop.yaml {arguments}"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments}");
        assert!(ran.err.contains("error: "), "{}", ran.err);
    }
}
