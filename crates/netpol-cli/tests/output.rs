//! The formats of `matrix` and `diff`, and colours.

mod common;

use std::fs;

use common::{fixtures, netpol, netpol_in, written};

/// The shop, with another port in its policy, a workload more and one less.
#[expect(clippy::unwrap_used, reason = "it is called from tests alone")]
fn edited() -> String {
    let shop = fs::read_to_string(fixtures().join("shop.yaml")).unwrap();
    let edited = shop
        .replace("ports: [{port: sql}]", "ports: [{port: metrics}]")
        .replace("name: guest", "name: visitor");
    let spare = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: spare, namespace: street}\n\
                 spec: {podSelector: {}, ingress: [{}]}\n";
    written("output/edited.yaml", &(edited + spare)).display().to_string()
}

#[test]
fn csv_has_a_line_for_each_pair() {
    let ran = netpol("matrix mixed.yaml --port 80 -o csv");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(
        ran.out,
        "from,to,verdict,asked,always,sometimes
shop/pair,shop/pair,allowed,TCP 80,TCP 80,none
shop/pair,shop/door,partial,TCP 80,none,TCP 80
shop/pair,kube-system/coredns,allowed,TCP 80,TCP 80,none
shop/pair,internet,allowed,TCP 80,TCP 80,none
shop/door,shop/pair,allowed,TCP 80,TCP 80,none
shop/door,kube-system/coredns,allowed,TCP 80,TCP 80,none
shop/door,internet,allowed,TCP 80,TCP 80,none
kube-system/coredns,shop/pair,allowed,TCP 80,TCP 80,none
kube-system/coredns,shop/door,blocked,TCP 80,none,none
kube-system/coredns,internet,allowed,TCP 80,TCP 80,none
internet,shop/pair,allowed,TCP 80,TCP 80,none
internet,shop/door,blocked,TCP 80,none,none
internet,kube-system/coredns,allowed,TCP 80,TCP 80,none
"
    );
    let shop = netpol("matrix shop.yaml -o csv").out;
    assert!(shop.contains("\nshop/web,shop/db,partial,\"TCP 5432,9187\",TCP 5432,none\n"), "{shop}");
}

#[test]
fn markdown_is_the_grid() {
    let ran = netpol("matrix mixed.yaml --port 80 -o markdown");
    assert_eq!(
        ran.out,
        "| from \\\\ to | shop/pair | shop/door | kube-system/coredns | internet |
| --- | --- | --- | --- | --- |
| shop/pair | allowed | partial (some pods: TCP 80) | allowed | allowed |
| shop/door | allowed | - | allowed | allowed |
| kube-system/coredns | allowed | blocked | - | allowed |
| internet | allowed | blocked | allowed | - |
"
    );
}

#[test]
fn dot_has_clusters_and_an_edge_for_each_pair() {
    let out = netpol("matrix mixed.yaml --port 80 -o dot").out;
    for said in [
        "digraph \"matrix\" {\n",
        "  subgraph \"cluster shop\" {\n    label=\"shop\";\n    \"shop/door\" [label=\"door\"];\n    \"shop/pair\" [label=\"pair\"];\n  }\n",
        "\n  \"internet\" [label=\"internet\"];\n",
        "\n  \"shop/pair\" -> \"shop/door\" [color=\"#8f5600\", fontcolor=\"#8f5600\", label=\"partial (some pods: TCP 80)\"];\n",
        "\n  \"internet\" -> \"shop/door\" [color=\"#bb2f2f\", fontcolor=\"#bb2f2f\", style=dashed, label=\"blocked\"];\n",
        "\n  \"shop/door\" -> \"internet\" [color=\"#0f7352\", fontcolor=\"#0f7352\", label=\"TCP 80\"];\n",
    ] {
        assert!(out.contains(said), "{said}\n{out}");
    }
    assert_eq!(out.matches(" -> ").count(), 4 * 4 - 3);
}

#[test]
fn a_difference_has_the_same_formats() {
    let new = edited();
    let ran = |format: &str| {
        let ran = netpol(&format!("diff shop.yaml {new} -o {format}"));
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        ran.out.replace(&new, "new.yaml")
    };
    assert_eq!(
        ran("csv"),
        "change,from,to,ports,pods,by
opened,shop/web,shop/db,TCP 9187,all,\"shop/db (changed, new.yaml:28)\"
closed,shop/web,shop/db,TCP 5432,all,\"shop/db (changed, new.yaml:28)\"
added,street/visitor,,,,
removed,street/guest,,,,
without effect,,,,,\"street/spare (added, new.yaml:37)\"
"
    );
    assert_eq!(
        ran("markdown"),
        "|  | from | to | ports | by |
| --- | --- | --- | --- | --- |
| opened | shop/web | shop/db | TCP 9187 | shop/db (changed, new.yaml:28) |
| closed | shop/web | shop/db | TCP 5432 | shop/db (changed, new.yaml:28) |

- added workload street/visitor
- removed workload street/guest
- without effect: street/spare (added, new.yaml:37)
"
    );
    let dot = ran("dot");
    for said in [
        "\"shop/web\" -> \"shop/db\" [color=\"#8f5600\", fontcolor=\"#8f5600\", label=\"opened TCP 9187\\nclosed TCP 5432\"];",
        "\"street/visitor\" [label=\"visitor\", color=\"#0f7352\"];",
        "\"street/guest\" [label=\"guest\", color=\"#bb2f2f\"];",
    ] {
        assert!(dot.contains(said), "{said}\n{dot}");
    }
    for (format, nothing) in [("csv", "change,from,to,ports,pods,by\n"), ("markdown", "- no flow differs\n")]
    {
        let ran = netpol(&format!("diff shop.yaml shop.yaml -o {format}"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), nothing));
    }
}

#[test]
fn outside_addresses_are_named_in_full_for_programs() {
    let shop = fs::read_to_string(fixtures().join("shop.yaml")).unwrap();
    let blocks: Vec<String> = (0..5).map(|at| format!("{{ipBlock: {{cidr: 203.0.{at}.0/25}}}}")).collect();
    let text = shop.replace("  ingress:\n", &format!("  ingress:\n  - from: [{}]\n", blocks.join(", ")));
    let new = written("output/outside.yaml", &text).display().to_string();
    let ranges = "203.0.0.0-203.0.0.127, 203.0.1.0-203.0.1.127, 203.0.2.0-203.0.2.127";
    let table = netpol(&format!("diff shop.yaml {new}")).out;
    assert!(table.starts_with(&format!("opened  {ranges}, 2 more ranges -> shop/db")), "{table}");
    let csv = netpol(&format!("diff shop.yaml {new} -o csv")).out;
    assert!(
        csv.contains(&format!(
            "opened,\"{ranges}, 203.0.3.0-203.0.3.127, 203.0.4.0-203.0.4.127\",shop/db,all,all,"
        )),
        "{csv}"
    );
    let dot = netpol(&format!("diff shop.yaml {new} -o dot")).out;
    assert!(dot.contains(&format!("203.0.4.127\" [label=\"{ranges}, 2 more ranges\"];")), "{dot}");
}

#[test]
fn colours_are_left_out_where_nobody_sees_them() {
    let plain = netpol("matrix shop.yaml").out;
    assert!(!plain.contains('\u{1b}'));
    let forced = netpol_in("matrix shop.yaml", "", &[("CLICOLOR_FORCE", "1")]).out;
    for word in
        ["\u{1b}[32mallowed\u{1b}[0m", "\u{1b}[31mblocked\u{1b}[0m", "\u{1b}[33mpartial (TCP 5432)\u{1b}[0m"]
    {
        assert!(forced.contains(word), "{word:?}\n{forced}");
    }
    let stripped = forced.split('\u{1b}').map(|part| part.split_once('m').map_or(part, |(_, rest)| rest));
    // Every piece but the first begins with what follows its escape.
    assert_eq!(stripped.collect::<String>().len(), plain.len());
    let refused = netpol_in("matrix shop.yaml", "", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).out;
    assert_eq!(refused, plain);
}

#[test]
fn a_format_that_does_not_fit_is_told_which_do() {
    let cases = [
        ("matrix shop.yaml -o sarif", "possible values: table, json, csv, markdown, dot"),
        ("diff shop.yaml shop.yaml -o yaml", "possible values: table, json, csv, markdown, dot"),
        ("check cases -o csv", "possible values: table, json"),
        ("probe shop.yaml --from shop/web --curl db -o dot", "possible values: table, json"),
        ("explain shop.yaml --from shop/web --to shop/db -o markdown", "possible values: table, json"),
        ("test expectations -o csv", "possible values: table, json"),
        ("matrix shop.yaml -o jsn", "a similar value exists: 'json'"),
        ("matrix shop.yaml --prot 80", "a similar argument exists: '--port'"),
        ("matrix shop.yaml --port 80 --protocol HTTP", "possible values: TCP, UDP, SCTP"),
        ("matrx shop.yaml", "a similar subcommand exists: 'matrix'"),
    ];
    for (arguments, fits) in cases {
        let ran = netpol(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments}");
        assert!(ran.err.contains(fits), "{arguments}: {}", ran.err);
    }
}
