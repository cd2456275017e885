//! A workload that is isolated as it is: nothing that is drawn changes, and nothing else passes.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use netpol_engine::{Analysis, Direction};
use netpol_syntax::{FileId, Limits, SourceFile, apply};
use netpol_view::{EndKey, Pairs, PortChoice, Proposal, hunks, keeping};

const PODS: &str = "
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: street}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
status: {loadBalancer: {ingress: [{ip: 203.0.113.10}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: postgres, ports: [{containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: guest, namespace: street, labels: {app: guest}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
";

const POLICIES: [&str; 3] = [
    "",
    "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: web}}}]
",
    "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{ipBlock: {cidr: 198.51.100.0/24}}]
  egress:
    - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
      ports: [{port: 53, protocol: UDP}, {port: 53}]
",
];

fn files(policies: &str) -> Vec<SourceFile> {
    vec![SourceFile::new("pods.yaml", PODS), SourceFile::new("policies.yaml", policies)]
}

fn kept(files: &[SourceFile], workload: &str) -> Proposal {
    let analysis = Analysis::read(files, &Limits::PAGE);
    let end = EndKey::Workload(workload.into());
    keeping((&analysis, &analysis.matrix()), (files, &Limits::PAGE), &end).unwrap()
}

fn edited(files: &[SourceFile], keeping: &Proposal) -> Vec<SourceFile> {
    let edit = |(id, file): (FileId, &SourceFile)| {
        SourceFile::new(&*file.name, apply(id, &file.text, &keeping.edits))
    };
    (0..).map(FileId).zip(files).map(edit).collect()
}

/// Every arrow with its verdict.
fn picture(files: &[SourceFile]) -> Vec<String> {
    let analysis = Analysis::read(files, &Limits::PAGE);
    let pairs = Pairs::of(&analysis, &analysis.matrix(), PortChoice::AsServed);
    let (from, to): (Vec<usize>, Vec<usize>) =
        ((0..pairs.sources().len()).collect(), (0..pairs.destinations().len()).collect());
    let arrows = pairs.arrows(&from, &to);
    arrows
        .map(|arrow| format!("{} > {} {:?} {}", arrow.from, arrow.to, arrow.verdict, arrow.passes))
        .collect()
}

#[test]
fn nothing_that_is_drawn_changes() {
    for policies in POLICIES {
        let before = files(policies);
        for workload in ["shop/web", "shop/db", "street/guest"] {
            let keeping = kept(&before, workload);
            let after = edited(&before, &keeping);
            let (was, is) = (picture(&before), picture(&after));
            // A block that the new policy is the first to name is drawn from then on.
            let lost: Vec<_> = was.iter().filter(|arrow| !is.contains(arrow)).collect();
            assert!(lost.is_empty(), "{workload} with {policies}: {lost:?}\n{}", after[1].text);
            let analysis = Analysis::read(&after, &Limits::PAGE);
            let (namespace, name) = workload.split_once('/').unwrap();
            let id = analysis.cluster.workload(namespace, name).unwrap();
            let exposure = analysis.exposure();
            let own = exposure.iter().find(|exposure| exposure.workload == id).unwrap();
            for direction in [Direction::Ingress, Direction::Egress] {
                assert!(own.side(direction).is_isolated, "{workload} {direction:?}");
            }
        }
    }
}

#[test]
fn it_says_what_it_does() {
    let files = files(POLICIES[1]);
    let keeping = kept(&files, "shop/web");
    let does: Vec<String> = keeping.does.iter().map(ToString::to_string).collect();
    assert_eq!(does, ["Add a policy `web` to `shop` that keeps `web` to what passes now"]);
    assert_eq!((keeping.besides.as_slice(), keeping.is_exact), (&[][..], true));
    let lines = hunks(&files, &keeping.edits);
    assert!(lines[0].new.iter().any(|line| line.contains("policyTypes")), "{lines:?}");
}
