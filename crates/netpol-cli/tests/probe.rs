//! `netpol probe`.

mod common;

use common::{netpol, netpol_with_input};

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

#[test]
fn a_name_is_a_written_pods_or_a_workloads_before_that_of_a_pod_that_is_made() {
    let deployment = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{replicas: 2, selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: c, image: nginx}}]}}}}}}\n---\n"
        )
    };
    let input = deployment("worker")
        + &deployment("worker-1")
        + "apiVersion: v1\nkind: Pod\nmetadata: {name: db, labels: {app: db}}\nspec: {containers: [{name: c, image: nginx}]}\n---\n\
           apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db}\nspec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: worker}}}]}]}\n";
    for (from, outcome) in [("worker", "ok"), ("worker-2", "ok"), ("worker-1", "timeout")] {
        let ran = netpol_with_input(&format!("probe - --from {from} --to db --port 80"), &input);
        assert_eq!(ran.last_line(), outcome, "{from}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn pods_that_have_ended_are_no_part_of_a_workload_that_lives() {
    let pod = |name: &str, phase: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web-5d4c8b7f9-{name}, labels: {{app: web}}, ownerReferences: [{{apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4c8b7f9, uid: a, controller: true}}]}}\nspec: {{containers: [{{name: c, image: nginx}}]}}\nstatus: {{phase: {phase}}}\n---\n"
        )
    };
    let input = pod("aaaaa", "Failed")
        + &pod("bbbbb", "Running")
        + "apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec: {containers: [{name: c, image: nginx}]}\n";
    let web = "web-5d4c8b7f9";
    for arguments in [format!("--from app --to {web}"), format!("--from {web} --to app")] {
        let ran = netpol_with_input(&format!("probe - {arguments} --port 80"), &input);
        assert_eq!(ran.last_line(), "ok", "{arguments}\n{}{}", ran.out, ran.err);
    }
    let matrix = netpol_with_input("matrix -", &input);
    assert!(!matrix.out.contains("partial"), "{}", matrix.out);
}
