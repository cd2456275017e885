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
fn what_helm_and_kustomize_are_given_is_no_manifest() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: nginx}]}\n";
    let layer = written("kustomized/kustomization.yaml", "resources: [pods.yaml]\n");
    written("kustomized/pods.yaml", pod);
    let folder = layer.parent().unwrap().display();
    let ran = netpol(&format!("matrix {folder}"));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("default/a"), "{}", ran.out);
    assert!(ran.err.contains(&format!("`kubectl kustomize {folder}`")), "{}", ran.err);
    assert_eq!(netpol(&format!("matrix -q {folder}")).err, "");

    let chart = written("charted/chart/Chart.yaml", "name: shop\n");
    written("charted/chart/values.yaml", "replicas: 2\n");
    written("charted/chart/templates/pod.yaml", "kind: {{ .Values.kind }}\n");
    written("charted/chart/charts/db/Chart.yaml", "name: db\n");
    written("charted/chart/files/kustomization.yaml", "resources: []\n");
    written("charted/pods.yaml", pod);
    let (chart, whole) = (chart.parent().unwrap(), chart.ancestors().nth(2).unwrap());
    let ran = netpol(&format!("matrix {}", whole.display()));
    assert!(ran.out.contains("default/a"), "{}", ran.out);
    // Not all that was given is in the answer.
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(ran.err.contains("is a Helm chart"), "{}", ran.err);
    assert!(ran.err.contains(&format!("`helm template {}`", chart.display())), "{}", ran.err);
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

#[test]
fn what_kubectl_prints_is_read_as_it_is() {
    for format in ["yaml", "json"] {
        let list =
            std::fs::read_to_string(fixtures().join("kubectl").join(format!("list.{format}"))).unwrap();
        let ran = netpol_with_input("matrix - -o csv", &list);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{format}");
        assert_eq!(
            ran.out,
            "from,to,verdict,asked,always,sometimes
kube-system/coredns,shop/db,blocked,TCP 5432,none,none
kube-system/coredns,shop/web,allowed,TCP 8080,TCP 8080,none
kube-system/coredns,internet,allowed,all,all,none
shop/db,kube-system/coredns,allowed,TCP 53; UDP 53,TCP 53; UDP 53,none
shop/db,shop/web,allowed,TCP 8080,TCP 8080,none
shop/db,internet,allowed,all,all,none
shop/web,kube-system/coredns,allowed,TCP 53; UDP 53,TCP 53; UDP 53,none
shop/web,shop/db,allowed,TCP 5432,TCP 5432,none
shop/web,shop/web,allowed,TCP 8080,TCP 8080,none
shop/web,internet,allowed,all,all,none
internet,kube-system/coredns,allowed,TCP 53; UDP 53,TCP 53; UDP 53,none
internet,shop/db,blocked,TCP 5432,none,none
internet,shop/web,allowed,TCP 8080,TCP 8080,none
",
            "{format}"
        );
    }
}

#[test]
fn input_of_which_some_cannot_be_used_exits_with_2_and_is_answered_all_the_same() {
    let expected = r#"[{"from": "shop/web", "to": "shop/db", "port": 80, "allowed": true}]"#;
    let rows = written("some/rows.json", expected).display().to_string();
    let suite = format!(
        "title: t\nmanifests: ['{}']\nsteps:\n- title: s\n  expect:\n  - {{from: shop/web, to: shop/db, port: 80, got: ok}}\n",
        fixtures().join("broken.yaml").display()
    );
    let suite = written("some/suite.yaml", &suite).display().to_string();
    let cases = [
        ("matrix broken.yaml".to_owned(), "shop/db"),
        ("matrix broken.yaml -o json".to_owned(), "\"verdict\":\"allowed\""),
        ("probe broken.yaml --from shop/web --to shop/db --port 80".to_owned(), "\nok\n"),
        ("explain broken.yaml --from shop/web --to shop/db".to_owned(), "\nallowed\n"),
        ("diff broken.yaml broken.yaml".to_owned(), "no flow differs\n"),
        (format!("test {suite}"), "1 expectation in 1 file, all hold\n"),
        ("svg broken.yaml".to_owned(), "</svg>\n"),
        ("share broken.yaml".to_owned(), "#v1="),
    ];
    for (arguments, answer) in cases {
        let ran = netpol(&arguments);
        assert_eq!(ran.code, Some(2), "{arguments}\n{}", ran.err);
        assert!(ran.out.contains(answer), "{arguments}\n{}", ran.out);
        assert!(ran.err.contains("broken.yaml:12:5"), "{arguments}\n{}", ran.err);
    }
    // What is expected of a case is expected of it with its faults.
    let ran = netpol(&format!("check broken.yaml --expect {rows}"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "1 checked, 0 differ\n"));
    assert!(ran.err.contains("broken.yaml:12:5"), "{}", ran.err);
    // Warnings are no reason.
    let odd = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, name: b}\n";
    let ran = netpol_with_input("matrix -", odd);
    assert!(ran.code == Some(0) && ran.err.contains("warning"), "{}", ran.err);
}

#[test]
fn a_file_that_cannot_be_read_hides_no_other() {
    let bytes = written("bytes.yaml", "");
    std::fs::write(&bytes, b"kind: Pod\nname: caf\xe9\n").unwrap();
    let empty = written("nothing/notes.txt", "");
    let cases = [
        ("nowhere.yaml".to_owned(), "cannot read `nowhere.yaml`".to_owned()),
        (bytes.display().to_string(), format!("{}:2:10", bytes.display())),
        (empty.parent().unwrap().display().to_string(), "no `.yaml`, `.yml` or `.json` file".to_owned()),
    ];
    let whole = netpol("matrix shop.yaml");
    for (file, said) in cases {
        let ran = netpol(&format!("matrix {file} shop.yaml"));
        assert_eq!((ran.code, &ran.out), (Some(2), &whole.out), "{file}");
        assert!(ran.err.contains("error: ") && ran.err.contains(&said), "{}", ran.err);
    }
}

/// A link that leads nowhere is such an entry.
#[cfg(unix)]
#[test]
fn an_entry_that_cannot_be_listed_hides_no_other() {
    let shop = std::fs::read_to_string(fixtures().join("shop.yaml")).unwrap();
    let folder = written("linked/shop.yaml", &shop).parent().unwrap().to_owned();
    let link = folder.join("gone.yaml");
    if link.symlink_metadata().is_err() {
        std::os::unix::fs::symlink("nowhere.yaml", &link).unwrap();
    }
    let ran = netpol(&format!("matrix {}", folder.display()));
    assert_eq!((ran.code, ran.out), (Some(2), netpol("matrix shop.yaml").out));
    assert!(ran.err.contains("cannot list") && ran.err.contains("gone.yaml"), "{}", ran.err);
}
