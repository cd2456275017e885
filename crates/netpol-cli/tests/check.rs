//! `netpol check`.

mod common;

use std::path::{Path, PathBuf};

use common::{netpol, written};

#[test]
fn rows_that_hold_are_counted() {
    let ran = netpol("check shop.yaml --expect expected.json");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "11 checked, 0 differ\n"), "{}", ran.err);
}

#[test]
fn rows_that_do_not_are_named_with_what_decided_them() {
    let ran = netpol("check shop.yaml --expect differing.json");
    assert_eq!(ran.code, Some(1));
    let lines: Vec<&str> = ran.out.lines().collect();
    let [guest, web, pod, service, count] = lines.as_slice() else { panic!("{}", ran.out) };
    assert!(guest.starts_with("street/guest -> shop/db TCP 5432: want allowed, got blocked: "), "{guest}");
    assert!(guest.contains("ingress") && guest.contains("`shop/db`"), "{guest}");
    assert!(web.starts_with("street/guest -> shop/web TCP 80: want blocked, got allowed: "), "{web}");
    assert!(pod.contains("`shop/wbe`") && pod.contains("`shop/web`"), "{pod}");
    assert!(service.contains("`shop/dv`") && service.contains("`shop/db`"), "{service}");
    assert_eq!(*count, "5 checked, 4 differ");
}

#[test]
fn pods_of_a_workload_that_differ_are_mixed_whatever_is_wanted() {
    for allowed in [true, false] {
        let row =
            format!(r#"[{{"from": "shop/pair", "to": "shop/door", "port": 80, "allowed": {allowed}}}]"#);
        let file = written(&format!("either-{allowed}.json"), &row);
        let ran = netpol(&format!("check mixed.yaml --expect {}", file.display()));
        assert_eq!((ran.code, ran.last_line()), (Some(1), "1 checked, 1 differs"), "{}", ran.out);
        assert!(ran.out.contains("got mixed"), "{}", ran.out);
    }
}

#[test]
fn a_folder_of_cases_is_checked_in_one_go() {
    let ran = netpol("check cases");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "5 checked in 2 cases, 0 differ\n"), "{}", ran.err);
    let ran = netpol("check cases/through-service");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "3 checked, 0 differ\n"), "{}", ran.err);
}

#[test]
fn a_case_that_cannot_be_used_hides_no_other() {
    let good = case_of("some-unusable/good", "{apiVersion: v1, kind: Pod, metadata: {name: a}}");
    case_of("some-unusable/bad", "kind: [");
    let folder = good.parent().unwrap();
    let ran = netpol(&format!("check {}", folder.display()));
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), "1 checked in 2 cases, 0 differ\n"), "{}", ran.err);
    assert!(ran.err.contains("could not check 1 of the 2 cases found"), "{}", ran.err);
}

#[test]
fn what_is_no_folder_hides_no_case() {
    let ran = netpol("check nowhere cases");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), "5 checked in 2 cases, 0 differ\n"), "{}", ran.err);
    assert!(ran.err.contains("`nowhere` is no folder of cases"), "{}", ran.err);
}

fn case_of(case: &str, manifest: &str) -> PathBuf {
    let row = r#"[{"from": "a", "to": "198.51.100.7", "port": 443, "allowed": true}]"#;
    let expected = written(&format!("{case}/expected.json"), row);
    written(&format!("{case}/manifests.yaml"), manifest);
    expected.parent().map(Path::to_path_buf).unwrap_or_default()
}

#[test]
fn rows_that_are_none_are_said_with_their_place() {
    let cases = [
        ("[{", "line 1"),
        (r#"[{"from": "a/b", "to": "c/d", "port": 80, "protocl": "UDP", "allowed": true}]"#, "protocl"),
        (r#"[{"from": "a/b", "port": 80, "allowed": true}]"#, "row 1"),
        (r#"[{"from": "a/b", "to": "c/d", "port": 65536, "allowed": true}]"#, "65536"),
    ];
    for (at, (text, said)) in cases.into_iter().enumerate() {
        let file = written(&format!("rows-{at}.json"), text);
        let ran = netpol(&format!("check shop.yaml --expect {}", file.display()));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{text}");
        assert!(ran.err.contains(said) && ran.err.contains(&file.display().to_string()), "{}", ran.err);
    }
}

#[test]
fn a_question_without_rows_is_none() {
    for arguments in ["check shop.yaml", "check cases/by-address/manifests.yaml", "check", "check nowhere"] {
        let ran = netpol(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments}");
        assert!(!ran.err.is_empty(), "{arguments}");
    }
}

/// The conformance corpus is other projects' data and stands beside the repository, where it does.
#[test]
fn the_corpus_holds() {
    let Some(corpus) = corpus() else {
        println!("skipped: no corpus at NETPOL_CORPUS or ../shared/corpus");
        return;
    };
    for (suite, count) in [("k8s-e2e", "4968 checked in 62 cases"), ("recipes", "54 checked in 19 cases")] {
        let ran = netpol(&format!("check --quiet {}", corpus.join(suite).display()));
        assert_eq!(ran.last_line(), format!("{count}, 0 differ"), "{}", ran.out);
        assert_eq!(ran.code, Some(0));
    }
}

fn corpus() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("NETPOL_CORPUS") {
        // Who sets it means it.
        assert!(Path::new(&named).is_dir(), "NETPOL_CORPUS names no folder: {}", named.display());
        return Some(named.into());
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    beside.is_dir().then_some(beside)
}

#[test]
fn a_policy_that_is_refused_is_part_of_what_is_expected() {
    let manifests = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n\
                     metadata: {name: refused}\nspec: {podSelector: {}, policyTypes: [Nothing]}\n";
    let path = written("check/refused/manifests.yaml", manifests);
    let row = r#"[{"from": "10.9.9.9", "to": "default/a", "port": 80, "allowed": true}]"#;
    written("check/refused/expected.json", row);
    let ran = netpol(&format!("check {}", path.parent().unwrap().display()));
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "1 checked, 0 differ\n"), "{}", ran.err);
    assert!(ran.err.contains("error[invalid-policy]"), "{}", ran.err);
}
