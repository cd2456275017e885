//! The table of all pairs: its groups, its cells, and the texts it is exported as.
#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::sync::Arc;

use netpol_engine::Analysis;
use netpol_syntax::{Limits, SourceFile};
use netpol_view::{
    Arrangement, ArrowVerdict, Changes, Grouping, Line, Pairs, PortChoice, Shows, Table, TableCell,
    grouping_labels,
};

/// Two namespaces; in one of them only `web` is let in, on one of its two ports, and `db` by no one.
const TEXT: &str = "
{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}, {containerPort: 443}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: guest, namespace: street, labels: {app: guest, tier: front}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop, namespace: shop}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: street}}}]
    ports: [{port: 80}]
";

struct Shown {
    analysis: Analysis,
    pairs: Pairs,
}

fn shown(text: &str) -> Shown {
    let analysis = Analysis::read(&[SourceFile::new("all.yaml", text)], &Limits::PAGE);
    let pairs = Pairs::of(&analysis, &analysis.matrix(), PortChoice::AsServed);
    Shown { analysis, pairs }
}

impl Shown {
    fn table(&self, grouping: &Grouping, folded: &[&str]) -> Table {
        let folded: Vec<Arc<str>> = folded.iter().map(|name| (*name).into()).collect();
        Table::of(&self.analysis, &self.pairs, Arrangement { grouping, folded: &folded, hidden: &[] })
    }

    fn cell(&self, table: &Table, row: &str, column: &str) -> TableCell {
        self.cell_by(table, row, column, &|_, _| true)
    }

    fn cell_by(&self, table: &Table, row: &str, column: &str, shows: Shows<'_>) -> TableCell {
        let line = |side: &netpol_view::Side, ends: &[netpol_view::EndKey], name: &str| {
            let is_it =
                |line: &&Line| !matches!(line, Line::Heading(_)) && Table::name(side, ends, **line) == name;
            *side.lines.iter().find(is_it).unwrap()
        };
        let lines = (
            line(&table.rows, self.pairs.sources(), row),
            line(&table.columns, self.pairs.destinations(), column),
        );
        table.cell(&self.pairs, &Changes::default(), shows, lines).unwrap()
    }
}

fn rows(table: &Table, pairs: &Pairs) -> Vec<String> {
    let lines = table.rows.lines.iter();
    lines
        .map(|line| {
            let name = Table::name(&table.rows, pairs.sources(), *line);
            match line {
                Line::Heading(_) => format!("{name}:"),
                Line::End { .. } => format!("  {name}"),
                Line::Folded(_) => format!("{name} …"),
            }
        })
        .collect()
}

#[test]
fn lines_stand_under_their_groups() {
    let shown = shown(TEXT);
    let table = shown.table(&Grouping::Namespace, &[]);
    assert_eq!(rows(&table, &shown.pairs), ["shop:", "  web", "  db", "street:", "  guest"]);
    let folded = shown.table(&Grouping::Namespace, &["shop"]);
    assert_eq!(rows(&folded, &shown.pairs), ["shop …", "street:", "  guest"]);
    let by_label = shown.table(&Grouping::Label("tier".into()), &[]);
    assert_eq!(rows(&by_label, &shown.pairs), ["front:", "  web", "  guest", "without tier:", "  db"]);
    assert_eq!(grouping_labels(&shown.analysis).first().map(AsRef::as_ref), Some("app"));
}

#[test]
fn a_cell_says_who_whom_ports_and_verdict() {
    let shown = shown(TEXT);
    let table = shown.table(&Grouping::Namespace, &[]);
    let cell = |from, to| shown.cell(&table, from, to);
    let told = |cell: TableCell| (cell.verdict, cell.text, cell.label);
    assert_eq!(
        told(cell("guest", "web")),
        (
            Some(ArrowVerdict::Partial),
            "80".to_owned(),
            "street/guest to shop/web: only TCP 80 allowed, of TCP 80,443".to_owned()
        )
    );
    assert_eq!(
        told(cell("web", "db")),
        (Some(ArrowVerdict::Blocked), String::new(), "shop/web to shop/db: TCP 5432 blocked".to_owned())
    );
    assert_eq!(
        told(cell("db", "guest")),
        (
            Some(ArrowVerdict::Allowed),
            "8080".to_owned(),
            "shop/db to street/guest: TCP 8080 allowed".to_owned()
        )
    );
    assert_eq!(told(cell("web", "web")), (None, String::new(), "shop/web itself".to_owned()));

    let folded = shown.table(&Grouping::Namespace, &["shop", "street"]);
    let cell = |from, to| shown.cell(&folded, from, to);
    assert_eq!(
        told(cell("street", "shop")),
        (Some(ArrowVerdict::Partial), "0/2".to_owned(), "street to shop: 0 of 2 arrows pass".to_owned())
    );
    assert_eq!(told(cell("shop", "street")).0, Some(ArrowVerdict::Allowed));
    assert_eq!(told(cell("shop", "shop")).1, "2");
}

#[test]
fn what_is_filtered_out_is_told_and_not_shown() {
    let shown = shown(TEXT);
    let table = shown.table(&Grouping::Namespace, &[]);
    let shown_by = |shows: &dyn Fn(ArrowVerdict, bool) -> bool| shown.cell_by(&table, "web", "db", shows);
    assert!(shown_by(&|verdict, _| verdict == ArrowVerdict::Blocked).shown);
    let hidden = shown_by(&|_, changed| changed);
    assert_eq!((hidden.shown, hidden.verdict), (false, Some(ArrowVerdict::Blocked)));
}

#[test]
fn changes_are_marked() {
    let (before, after) = (shown(TEXT.split("---\napiVersion: networking").next().unwrap()), shown(TEXT));
    let changes = Changes::between(&before.pairs, &after.pairs);
    let table = after.table(&Grouping::Namespace, &[]);
    let changed = table.rows.lines.iter().flat_map(|row| {
        let cells = table.columns.lines.iter();
        cells.filter_map(|column| table.cell(&after.pairs, &changes, &|_, changed| changed, (*row, *column)))
    });
    let shown: Vec<String> =
        changed.filter(|cell| cell.shown && cell.verdict.is_some()).map(|cell| cell.label).collect();
    assert_eq!(
        shown,
        [
            "shop/web to shop/db: TCP 5432 blocked",
            "shop/db to shop/web: TCP 80,443 blocked",
            "street/guest to shop/web: only TCP 80 allowed, of TCP 80,443",
            "street/guest to shop/db: TCP 5432 blocked",
        ]
    );
}

#[test]
fn exports_are_the_table_as_it_is_shown() {
    let shown = shown(TEXT);
    let table = shown.table(&Grouping::Namespace, &[]);
    let csv = table.csv(&shown.pairs, &Changes::default(), &|verdict, _| verdict != ArrowVerdict::Blocked);
    assert!(csv.starts_with("from / to,"), "{csv}");
    assert!(csv.contains("\r\nstreet/guest,") && csv.contains("partial 80"), "{csv}");
    assert!(!csv.contains("blocked"), "{csv}");
    let markdown = table.markdown(&shown.pairs, &Changes::default(), &|_, _| true);
    let lines: Vec<&str> = markdown.lines().collect();
    let cells = |line: &str| line.matches('|').count();
    assert!(lines.iter().all(|line| cells(line) == cells(lines[0])), "{markdown}");
    assert!(lines[1].starts_with("|---|"), "{markdown}");
    assert!(markdown.contains("| shop/web |") && markdown.contains(" blocked "), "{markdown}");
}

#[test]
fn names_stay_text_in_exports() {
    let named = "
apiVersion: v1
kind: Pod
metadata: {name: '=HYPERLINK(\"x\"),a|b<script>', namespace: '=1', labels: {app: x}}
spec: {containers: [{name: c, image: nginx}]}
";
    let shown = shown(named);
    let table = shown.table(&Grouping::Namespace, &[]);
    let csv = table.csv(&shown.pairs, &Changes::default(), &|_, _| true);
    assert!(csv.contains("\"'=1/=HYPERLINK(\"\"x\"\"),a|b<script>\""), "{csv}");
    let markdown = table.markdown(&shown.pairs, &Changes::default(), &|_, _| true);
    assert!(markdown.contains("a\\|b&lt;script>"), "{markdown}");
}

#[test]
fn namespaces_that_are_left_out_have_no_lines() {
    let shown = shown(TEXT);
    let all = shown.table(&Grouping::Namespace, &[]);
    let hidden: Vec<Arc<str>> = vec![all.rows.groups[0].name.clone()];
    let arrangement = Arrangement { grouping: &Grouping::Namespace, folded: &[], hidden: &hidden };
    let fewer = Table::of(&shown.analysis, &shown.pairs, arrangement);
    for (side, whole) in [(&fewer.rows, &all.rows), (&fewer.columns, &all.columns)] {
        let names = |side: &netpol_view::Side| -> Vec<Arc<str>> {
            side.groups.iter().map(|group| group.name.clone()).collect()
        };
        let left: Vec<Arc<str>> = names(whole).into_iter().filter(|name| !hidden.contains(name)).collect();
        assert_eq!(names(side), left);
        assert!(left.len() < whole.groups.len());
    }
    // By label, too, where they are no groups.
    let by_label = Grouping::Label("app".into());
    let ends = |hidden| {
        let arrangement = Arrangement { grouping: &by_label, folded: &[], hidden };
        let table = Table::of(&shown.analysis, &shown.pairs, arrangement);
        table.rows.groups.iter().map(|group| group.ends.len()).sum::<usize>()
    };
    assert!(ends(&hidden) < ends(&[]));
}
