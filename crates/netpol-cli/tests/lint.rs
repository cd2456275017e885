//! `netpol lint`: its formats and exit codes. What each lint finds is tested with the engine.

mod common;

use common::{netpol, netpol_with_input, written};

const SLIP: &str = "../../../netpol-engine/tests/lints/deny-that-allows/raises.yaml";

#[test]
fn findings_are_told_as_a_compiler_tells_them() {
    let ran = netpol(&format!("lint {SLIP}"));
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    assert_eq!(
        ran.out,
        format!(
            "warning[deny-that-allows]: `default-deny` allows all ingress: a rule without peers and ports matches everything
  --> {SLIP}:35:5
   |
35 |   - {{}}
   |     ^^
   |
   = help: write `ingress: []` to deny it
   = fix: Take the rule out

1 warning
"
        )
    );
}

#[test]
fn a_lint_can_be_left_out() {
    let ran = netpol(&format!("lint {SLIP} --allow deny-that-allows,unprotected"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "nothing found\n"));
    let ran = netpol(&format!("lint {SLIP} --allow deny-that-alows"));
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("deny-that-allows"), "{}", ran.err);
}

#[test]
fn notes_alone_are_no_findings() {
    let near = "../../../netpol-engine/tests/lints/host-network-pod/raises.yaml";
    let ran = netpol(&format!("lint {near}"));
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    assert!(ran.out.ends_with("2 notes\n"), "{}", ran.out);
    assert_eq!(netpol(&format!("lint {near} -q")).out, "nothing found\n");
}

#[test]
fn an_error_in_the_input_is_a_finding_and_an_unreadable_file_is_none() {
    let broken = netpol("lint broken.yaml");
    assert_eq!(broken.code, Some(1));
    assert!(broken.out.contains("error["), "{}", broken.out);
    let missing = netpol(&format!("lint {SLIP} nowhere.yaml"));
    assert_eq!(missing.code, Some(2));
    assert!(missing.out.contains("deny-that-allows") && missing.err.contains("nowhere.yaml"), "{missing:?}");
    let empty = netpol_with_input("lint -", "");
    assert_eq!(empty.code, Some(2), "{empty:?}");
}

#[test]
fn annotations_name_file_and_line() {
    let ran = netpol(&format!("lint {SLIP} -o github"));
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.out,
        format!(
            "::warning file={SLIP},line=35,col=5,endLine=35,endColumn=7,title=deny-that-allows::`default-deny` allows all ingress: \
             a rule without peers and ports matches everything%0Awrite `ingress: []` to deny it\n"
        )
    );
}

#[test]
fn sarif_has_rules_results_and_fixes() {
    let sarif: serde_json::Value =
        serde_json::from_str(&netpol(&format!("lint {SLIP} -o sarif")).out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "netpol");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "deny-that-allows");
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"deny-that-allows".into(), &"warning".into()));
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&35.into(), &5.into()));
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], ": []");
}

#[test]
fn rows_are_for_spreadsheets_and_reviews() {
    let csv = netpol(&format!("lint {SLIP} -o csv")).out;
    assert!(csv.starts_with("severity,id,file,line,column,message,help\nwarning,deny-that-allows,"), "{csv}");
    let markdown = netpol(&format!("lint {SLIP} -o markdown")).out;
    assert!(markdown.lines().nth(2).unwrap().starts_with("| warning | deny-that-allows | "), "{markdown}");
}

#[test]
fn a_file_that_is_named_twice_is_read_twice() {
    let path = written("lint/one.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");
    let ran = netpol(&format!("lint {0} {0}", path.display()));
    assert!(ran.out.contains("warning[replaced-object]"), "{}", ran.out);
}

#[test]
fn what_the_input_says_steers_neither_terminals_nor_logs() {
    let kind = "apiVersion: v1\nkind: \"X\\n::error::kind \\e[2J\"\nmetadata: {name: a}\n";
    let ran = netpol_with_input("lint -", kind);
    assert!(ran.out.contains("X\\n::error::kind \\u{1b}[2J"), "{}", ran.out);
    assert!(!ran.out.lines().any(|line| line.trim_start().starts_with("::")), "{}", ran.out);
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
}

#[test]
fn columns_that_are_missing_are_told_of() {
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: slip}\nspec:\n  podSelector: {}\n  ingress:\n  - from:\n    - podSelector:\n      matchLabels: {app: a}\n";
    let ran = netpol_with_input("lint -", policy);
    assert!(
        ran.out.contains("help: it belongs into the selector above it: indent it two columns deeper"),
        "{}",
        ran.out
    );
}
