//! What is read, and what is said of what cannot be.

mod common;

use common::{fixtures, netpol, netpol_with_input, written};

#[test]
fn errors_are_told_with_their_place_and_stop_nothing() {
    let ran = netpol("matrix broken.yaml");
    assert_eq!(ran.code, Some(2));
    assert!(ran.out.contains("shop/web") && ran.out.contains("shop/db"), "{}", ran.out);
    for said in [
        "error[unknown-field]: ",
        "--> broken.yaml:12:5",
        "12 |   - form: []",
        "^^^^",
        "help: did you mean `from`?",
        "error[yaml-syntax]: ",
        "--> broken.yaml:14:7",
        "policy `shop/typo`",
    ] {
        assert!(ran.err.contains(said), "{said}\n{}", ran.err);
    }
}

#[test]
fn quiet_leaves_errors_alone() {
    let text = "apiVersion: v1
kind: Pod
metadata: {name: a, name: b}
spec: {containers: []}
---
kind: [
";
    let loud = netpol_with_input("matrix -", text);
    assert!(loud.err.contains("warning[duplicate-key]"), "{}", loud.err);
    assert!(loud.err.contains("--> -:3:21"), "{}", loud.err);
    let quiet = netpol_with_input("matrix -q -", text);
    assert!(!quiet.err.contains("warning"), "{}", quiet.err);
    assert!(quiet.err.contains("error[yaml-syntax]"), "{}", quiet.err);
}

#[test]
fn files_folders_and_standard_input_make_one_cluster() {
    let shop = std::fs::read_to_string(fixtures().join("shop.yaml")).unwrap();
    let (pods, policy) = shop.rsplit_once("---\n").unwrap();
    let policy = written("folder/deeper/policy.yml", policy);
    written("folder/notes.txt", "kind: [");
    written("folder/.hidden.yaml", "kind: [");
    let folder = policy.ancestors().nth(2).unwrap();
    let both = netpol_with_input(&format!("matrix {} -", folder.display()), pods);
    let whole = netpol("matrix shop.yaml");
    assert_eq!((both.code, both.out), (Some(0), whole.out), "{}", both.err);
}

#[test]
fn input_that_holds_nothing_is_unusable() {
    let without = written("without/notes.txt", "");
    let without = without.parent().unwrap();
    let cases = [
        ("matrix -", ""),
        ("matrix -", "# nothing\n---\n"),
        ("matrix -", "kind: ["),
        ("matrix nowhere.yaml", ""),
        ("matrix", ""),
        (&format!("matrix {}", without.display()), ""),
    ];
    for (arguments, input) in cases {
        let ran = netpol_with_input(arguments, input);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments}");
        assert!(ran.err.contains("error"), "{arguments}: {}", ran.err);
    }
}
