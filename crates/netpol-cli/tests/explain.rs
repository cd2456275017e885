//! `netpol explain`, `netpol share` and `netpol completions`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "it is how a test fails")]

mod common;

use common::{netpol, netpol_with_input, valid};
use serde_json::Value;

#[test]
fn both_sides_are_told_with_their_places() {
    let ran = netpol("explain shop.yaml --from shop/web --to shop/db --port 5432");
    assert_eq!((ran.code, ran.last_line()), (Some(0), "allowed"));
    assert!(ran.out.starts_with("web → db, TCP 5432"), "{}", ran.out);
    assert!(ran.out.contains("(shop.yaml:"), "{}", ran.out);
}

#[test]
fn what_does_not_pass_exits_with_1_and_says_what_was_missed() {
    let ran = netpol("explain shop.yaml --from street/guest --to shop/db");
    assert_eq!((ran.code, ran.last_line()), (Some(1), "blocked"));
    assert!(ran.out.contains("`shop/db`") || ran.out.contains("`db`"), "{}", ran.out);
    let ran = netpol("explain shop.yaml --from shop/web --to shop/db");
    assert_eq!((ran.code, ran.last_line()), (Some(1), "partial"));
}

#[test]
fn the_internet_is_an_end() {
    let ran = netpol("explain shop.yaml --from shop/web --to internet");
    assert_eq!((ran.code, ran.last_line()), (Some(0), "allowed"), "{}{}", ran.out, ran.err);
}

#[test]
fn an_end_that_is_unknown_exits_with_2_and_names_the_nearest() {
    let ran = netpol("explain shop.yaml --from shop/wbe --to shop/db");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("did you mean `shop/web`?"), "{}", ran.err);
    let ran = netpol("explain shop.yaml --from 192.0.2.1 --to shop/db");
    assert_eq!((ran.code, ran.last_line()), (Some(1), "blocked"));
}

/// The evidence of `netpol explain`, and each of its flows in short.
fn evidence(question: &str) -> Vec<(Value, String)> {
    let ran = netpol(&format!("explain {question} -o json"));
    let answer = valid("explain", &ran.out);
    let flows = answer["evidence"].as_array().unwrap().iter();
    flows.map(|flow| (flow.clone(), in_short(flow))).collect()
}

/// "isolated by: allowed by | what each policy's nearest rule lacks" of the destination's side; the line of each after `@`.
fn in_short(flow: &Value) -> String {
    let side = &flow["ingress"];
    let list = |field: &str, item: &dyn Fn(&Value) -> String| {
        side[field].as_array().unwrap().iter().map(item).collect::<Vec<_>>().join(", ")
    };
    let at = |item: &Value| format!("@{}", item["place"]["line"]);
    let policy = |policy: &Value| format!("{}{}", policy["name"].as_str().unwrap(), at(policy));
    let numbered = |of: &Value, field: &str| match of.get(field) {
        Some(item) => format!(" {field} {}{}", item["index"], at(item)),
        None => String::new(),
    };
    let by = list("isolatedBy", &policy);
    let allowed = list("allowedBy", &|grant| {
        format!(
            "{}{}{}{}",
            policy(&grant["policy"]),
            numbered(grant, "rule"),
            numbered(grant, "peer"),
            numbered(grant, "port")
        )
    });
    let misses = list("misses", &|miss| {
        let lacks: Vec<String> = miss["lacks"].as_array().unwrap().iter().map(lack).collect();
        format!("{} lacks {}", policy(&miss["policy"]), lacks.join(" + "))
    });
    format!("{by}: {allowed}| {misses}")
}

fn lack(lack: &Value) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let found = match &lack["found"] {
        Value::Object(found) => format!("{} of {}", text(&found["value"]), text(&found["on"])),
        found => text(found),
    };
    let wanted = match &lack["wanted"] {
        Value::Object(wanted) => format!("{}@{}", text(&wanted["text"]), wanted["place"]["line"]),
        wanted => text(wanted),
    };
    let exception = lack.get("exception").map(|hole| format!(" but {}", text(hole))).unwrap_or_default();
    format!("{}({wanted}{exception}, not {found})", text(&lack["kind"]))
}

#[test]
fn evidence_names_every_rule_that_allows_and_what_each_policy_lacks() {
    let label = "label@42, teams@54: ";
    let block = "block@63: ";
    let port =
        |lines: &str| format!("[{{\"first\":8080,\"last\":8090,\"place\":{lines},\"protocol\":\"TCP\"}}]");
    let port = port(r#"{"column":7,"file":"misses.yaml","line":49}"#);
    let team = "teams@54 lacks namespace-label(team in (blue, green)@59, not ";
    let cases = [
        (
            "--from lab/client --to lab/label --port 8081",
            format!(
                "{label}| label@42 lacks pod-label(app=client@47, not cleint of lab/client), {team}red of lab)"
            ),
        ),
        (
            "--from far/other --to lab/label --port 8081",
            format!("{label}| label@42 lacks other-namespace(lab, not far), {team}null of far)"),
        ),
        (
            "--from lab/agent --to lab/block --port 80",
            format!(r#"{block}| block@63 lacks outside-block(198.51.100.0/24, not ["192.0.2.1"])"#),
        ),
        (
            "--from 198.51.100.9 --to lab/block --port 80",
            format!(
                r#"{block}| block@63 lacks in-exception(198.51.100.0/24 but 198.51.100.8/29, not ["198.51.100.9"])"#
            ),
        ),
        ("--from 198.51.100.1 --to lab/block --port 80", format!("{block}block@63 rule 0@67 peer 0@68| ")),
        (
            "--from lab/client --to lab/block --port 5 --protocol udp",
            format!("{block}block@63 rule 1@69 peer 0@70 port 0@72| "),
        ),
        (
            "--from lab/client --to lab/block --port 80",
            format!(
                r#"{block}| block@63 lacks protocol([{{"place":{{"column":7,"file":"misses.yaml","line":72}},"protocol":"UDP"}}], not TCP)"#
            ),
        ),
        (
            "--from lab/client --to lab/closed --port 80",
            "closed@76: | closed@76 lacks no-rule(null, not null)".to_owned(),
        ),
        (
            "--from 203.0.113.1 --to lab/label --port 8081",
            format!(
                "{label}| label@42 lacks not-a-pod(null, not 203.0.113.1), teams@54 lacks not-a-pod(null, not 203.0.113.1)"
            ),
        ),
        ("--from lab/closed --to lab/client --port 80", ": | ".to_owned()),
        (
            "--from lab/block --to lab/label --port 80",
            format!(
                "{label}| {team}red of lab), label@42 lacks pod-label(app=client@47, not block of lab/block) + port({port}, not 80)"
            ),
        ),
    ];
    for (question, expected) in cases {
        let flows = evidence(&format!("misses.yaml {question}"));
        let short: Vec<&str> = flows.iter().map(|(_, short)| short.as_str()).collect();
        assert_eq!(short, [expected], "{question}");
    }
}

#[test]
fn evidence_is_about_the_flow_told_and_where_some_pass_about_one_that_does() {
    let flows = evidence("shop.yaml --from shop/web --to shop/db");
    let about: Vec<_> = flows
        .iter()
        .map(|(flow, short)| (flow["allowed"].clone(), flow["port"].clone(), short.as_str()))
        .collect();
    assert_eq!(
        about,
        [
            (
                false.into(),
                9187.into(),
                r#"db@30: | db@30 lacks port([{"name":"sql","place":{"column":13,"file":"shop.yaml","line":35},"protocol":"TCP"}], not 9187)"#
            ),
            (true.into(), 5432.into(), "db@30: db@30 rule 0@34 peer 0@34 port 0@35| "),
        ]
    );
}

#[test]
fn evidence_says_what_policies_have_no_say_in_and_where_clusters_differ() {
    let cases = [
        (
            "misses.yaml --from lab/agent --to lab/label --port 80",
            "{\"kind\":\"same-node\",\"node\":\"n1\"}",
            "host-network",
        ),
        ("misses.yaml --from lab/client --to lab/block --port 80", "null", "ip-block-over-pods"),
        ("misses.yaml --from lab/agent --to lab/block --port 80", "null", "host-network"),
    ];
    for (question, exemption, caveats) in cases {
        let flows = evidence(question);
        let (flow, _) = flows.first().unwrap();
        let ids: Vec<&str> =
            flow["caveats"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
        assert_eq!(
            (flow["exemption"].to_string().as_str(), ids.join(" ").as_str()),
            (exemption, caveats),
            "{question}"
        );
    }
    let (flow, _) = evidence("misses.yaml --from lab/agent --to 203.0.113.1 --port 80").remove(0);
    let subject = |side: &str| flow[side]["subject"].as_str().unwrap().to_owned();
    assert_eq!((subject("egress").as_str(), subject("ingress").as_str()), ("host-network", "outside"));
}

#[test]
fn a_link_holds_the_input() {
    let ran = netpol("share shop.yaml --site https://playground.example/");
    assert_eq!(ran.code, Some(0));
    let link = ran.out.trim_end();
    let fragment = link.strip_prefix("https://playground.example/").unwrap();
    let scenario = netpol_lessons::share::decode(fragment).unwrap().unwrap();
    let names: Vec<&str> = scenario.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["shop.yaml"]);
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n";
    let warned = netpol_with_input("share -", secret);
    assert!(warned.err.contains("the input holds Secrets"), "{}", warned.err);
    let piped = netpol_with_input("share -", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");
    assert!(piped.out.starts_with("http://127.0.0.1:8080/#v1="), "{}", piped.out);
}

#[test]
fn shells_get_their_completions() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = netpol(&format!("completions {shell}"));
        assert_eq!(ran.code, Some(0));
        assert!(ran.out.contains("explain"), "{shell}");
    }
}

#[test]
fn a_pod_that_differs_from_its_siblings_is_explained_alone() {
    let input = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {replicas: 2, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: x}]}}}\n---\n\
        apiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec: {containers: [{name: c, image: x}]}\n---\n\
        apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: first}\nspec: {podSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}, policyTypes: [Ingress]}\n";
    for (to, verdict, code) in [("db-0", "blocked", 1), ("db-1", "allowed", 0), ("db", "partial", 1)] {
        let ran = netpol_with_input(&format!("explain - --from client --to {to}"), input);
        assert_eq!((ran.last_line(), ran.code), (verdict, Some(code)), "{to}\n{}{}", ran.out, ran.err);
        assert!(ran.out.starts_with(&format!("client → {to}, ")), "{}", ran.out);
    }
}
