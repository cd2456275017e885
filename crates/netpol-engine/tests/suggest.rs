//! What opens a flow, as text: the smallest change, in the style of the file, and what it opens besides.
#![expect(clippy::expect_used, reason = "it is how a test fails")]

use netpol_engine::{
    Analysis, Change, Endpoint, ExcessEnd, Flow, Outcome, Port, PortSet, Probe, Protocol, Target, UrlTarget,
    Wanted, WantedEnd,
};
use netpol_syntax::{FileId, Limits, SourceFile, apply};

/// Three tiers and a stranger; `policies.yaml` is what a test says.
const CLUSTER: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: api
  namespace: shop
  labels:
    app: api # the tier between
spec: {containers: [{name: c, image: i, ports: [{containerPort: 9000}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: else, labels: {app: other}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{port: 80, targetPort: 9000}]}
";

const DENY: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
";

struct Scenario {
    files: Vec<SourceFile>,
    analysis: Analysis,
}

impl Scenario {
    fn of(policies: &str) -> Self {
        let files =
            vec![SourceFile::new("cluster.yaml", CLUSTER), SourceFile::new("policies.yaml", policies)];
        let analysis = Analysis::read(&files, &Limits::PAGE);
        Self { files, analysis }
    }

    fn pod(&self, name: &str) -> Endpoint {
        let (namespace, name) = name.split_once('/').unwrap_or(("shop", name));
        Endpoint::Pod(self.analysis.cluster.pod(namespace, name).expect(name))
    }

    fn flow(&self, from: &str, to: &str, number: u16) -> Flow {
        Flow { from: self.pod(from), to: self.pod(to), port: Port { protocol: Protocol::Tcp, number } }
    }

    fn edited(&self, edits: &[netpol_syntax::TextEdit]) -> Vec<String> {
        let files = (0..).map(FileId).zip(&self.files);
        files.map(|(id, file)| apply(id, &file.text, edits)).collect()
    }
}

fn policy(name: &str, app: &str, spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {name}\n  namespace: shop\nspec:\n  \
         podSelector:\n    matchLabels:\n      app: {app}\n{spec}"
    )
}

#[test]
fn a_rule_is_added_to_the_policy_that_selects_the_pod() {
    let before = policy(
        "db",
        "db",
        "  ingress:\n  # Nobody yet.\n  - from:\n    - podSelector:\n        matchLabels:\n          app: web\n",
    );
    let scenario = Scenario::of(&before);
    let best =
        scenario.analysis.suggest(&scenario.files, &Limits::PAGE, &[scenario.flow("api", "db", 5432)], &[]);
    let best = best.first().expect("a suggestion");
    assert!(matches!(best.changes.as_slice(), [Change::Rules { .. }]), "{:?}", best.changes);
    assert_eq!(best.besides, []);
    let expected = format!(
        "{before}  - from:\n    - podSelector:\n        matchLabels:\n          app: api\n    ports:\n    - protocol: TCP\n      \
         port: 5432\n"
    );
    assert_eq!(scenario.edited(&best.edits), [CLUSTER.to_owned(), expected]);
}

#[test]
fn a_rule_that_lacks_only_the_port_gets_it() {
    let spec = "  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          app: api\n    ports:\n    - port: 80\n";
    let before = policy("db", "db", spec);
    let scenario = Scenario::of(&before);
    let best =
        scenario.analysis.suggest(&scenario.files, &Limits::PAGE, &[scenario.flow("api", "db", 5432)], &[]);
    let best = best.first().expect("a suggestion");
    assert!(matches!(best.changes.as_slice(), [Change::Ports { rule: 0, .. }]), "{:?}", best.changes);
    let expected = format!("{before}    - protocol: TCP\n      port: 5432\n");
    assert_eq!(scenario.edited(&best.edits), [CLUSTER.to_owned(), expected]);
}

#[test]
fn the_label_that_a_rule_asks_for_is_given() {
    let spec = "  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          role: client\n";
    let scenario = Scenario::of(&policy("db", "db", spec));
    let all =
        scenario.analysis.suggest(&scenario.files, &Limits::PAGE, &[scenario.flow("api", "db", 5432)], &[]);
    let with_label = all.iter().find(|it| matches!(it.changes.as_slice(), [Change::Labels { .. }]));
    let with_label = with_label.expect("the label is among them");
    let [cluster, _] = scenario.edited(&with_label.edits).try_into().expect("two files");
    assert!(cluster.contains("    app: api # the tier between\n    role: client\nspec:"), "{cluster}");
    // The rule is for every port, so that the label opens more than the one.
    let [change] = with_label.besides.as_slice() else { panic!("{:?}", with_label.besides) };
    assert_eq!(change.opened.to_string(), "TCP 1-5431,5433-65535; UDP; SCTP");
}

#[test]
fn a_label_that_a_service_selects_by_is_not_given_without_a_word() {
    let spec = "  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          role: client\n";
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: NAME, namespace: shop}\nspec: {selector: SELECTOR}\n";
    let cases = [("{role: client}", true), ("{role: client, tier: front}", false), ("{app: api}", false)];
    for (selector, is_joined) in cases {
        let service = service.replace("NAME", "clients").replace("SELECTOR", selector);
        let scenario = Scenario::of(&(policy("db", "db", spec) + &service));
        let flows = [scenario.flow("api", "db", 5432)];
        let all = scenario.analysis.suggest(&scenario.files, &Limits::PAGE, &flows, &[]);
        let changes: Vec<&Change> = all.iter().flat_map(|it| &it.changes).collect();
        let mut services =
            changes.iter().filter(|it| matches!(it, Change::Labels { .. })).map(|it| it.services());
        let services: Vec<&str> = services
            .next()
            .expect("the label is among them")
            .iter()
            .map(|service| scenario.analysis.cluster.services[*service].name.as_ref())
            .collect();
        let expected: &[&str] = if is_joined { &["clients"] } else { &[] };
        assert_eq!(services, expected, "{selector}");
    }
}

#[test]
fn where_a_policy_is_for_all_one_of_its_own_is_added_and_both_sides_are_opened() {
    let scenario = Scenario::of(DENY);
    let all =
        scenario.analysis.suggest(&scenario.files, &Limits::PAGE, &[scenario.flow("web", "api", 9000)], &[]);
    let best = all.first().expect("a suggestion");
    assert!(
        matches!(best.changes.as_slice(), [Change::Policy { .. }, Change::Policy { .. }]),
        "{:?}",
        best.changes
    );
    assert_eq!(best.besides, []);
}

#[test]
fn a_rule_in_a_policy_for_all_says_what_it_opens_besides() {
    let scenario = Scenario::of(&DENY.replace(", Egress", ""));
    let flows = [scenario.flow("web", "api", 9000)];
    let all = scenario.analysis.suggest(&scenario.files, &Limits::PAGE, &flows, &[]);
    let besides: Vec<usize> = all.iter().map(|it| it.besides.len()).collect();
    // A policy of its own opens just this; the rule lets `web` send to `db` as well.
    assert_eq!(besides, [0, 1]);
    let [change] = all[1].besides.as_slice() else { panic!("{:?}", all[1].besides) };
    assert_eq!(change.opened.to_string(), "TCP 9000");
    assert!(
        matches!(&change.to, netpol_engine::DiffEnd::Workload(to) if to.name.as_ref() == "db"),
        "{change:?}"
    );
}

#[test]
fn what_opens_a_flow_isolates_nobody_else() {
    // All that tells `lone` from others is a label that `twin` has as well, which nothing isolates.
    let scenario = Scenario::of(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: lone, namespace: shop, labels: {role: a}}\nspec: {containers: [{name: c, image: i}]}\n\
         ---\napiVersion: v1\nkind: Pod\nmetadata: {name: twin, namespace: shop, labels: {role: a, app: twin}}\nspec: {containers: [{name: c, image: i}]}\n\
         ---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: most, namespace: shop}\n\
         spec: {podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [twin]}]}, ingress: []}\n",
    );
    let flows = [scenario.flow("web", "lone", 80)];
    let all = scenario.analysis.suggest(&scenario.files, &Limits::PAGE, &flows, &[]);
    assert!(!all.is_empty());
    for suggestion in all {
        assert!(suggestion.besides.iter().all(|change| change.closed.is_none()), "{suggestion:#?}");
    }
}

#[test]
fn a_probe_by_name_is_let_ask_dns() {
    let spec =
        "  policyTypes: [Egress]\n  egress:\n    - to:\n        - podSelector: {matchLabels: {app: db}}\n";
    let scenario = Scenario::of(&policy("web", "web", spec));
    let target = UrlTarget { host: "api".to_owned(), port: 80 };
    let probe = Probe { from: scenario.pod("web"), target: Target::Url(target) };
    assert_eq!(scenario.analysis.probe(&probe).outcome, Outcome::NoDns);
    let flows = scenario.analysis.flows_of(&probe);
    let all = scenario.analysis.suggest(&scenario.files, &Limits::PAGE, &flows, &[]);
    let best = all.first().expect("a suggestion");
    let [_, policies] = scenario.edited(&best.edits).try_into().expect("two files");
    let expected = "\
    - to:
        - podSelector:
            matchLabels:
              app: api
      ports:
        - protocol: TCP
          port: 9000
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - protocol: TCP
          port: 53
        - protocol: UDP
          port: 53
";
    assert!(policies.ends_with(expected), "{policies}");
    let files = [scenario.files[0].clone(), SourceFile::new("policies.yaml", policies)];
    assert_eq!(Analysis::read(&files, &Limits::PAGE).probe(&probe).outcome, Outcome::Ok);
}

#[test]
fn nothing_is_suggested_for_what_passes() {
    let scenario = Scenario::of("");
    assert_eq!(
        scenario.analysis.suggest(&scenario.files, &Limits::PAGE, &[scenario.flow("web", "db", 1)], &[]),
        []
    );
}

#[test]
fn a_workload_is_kept_to_what_is_wanted() {
    let scenario = Scenario::of(DENY);
    let id = |name| scenario.analysis.cluster.workload("shop", name).expect(name);
    let tcp = |number| PortSet::one(Port { protocol: Protocol::Tcp, number });
    let from = |name, number| Wanted {
        direction: netpol_engine::Direction::Ingress,
        other: WantedEnd::Workload(id(name)),
        ports: tcp(number),
    };
    let wanted = [from("web", 9000), from("db", 9000)];
    let isolation =
        scenario.analysis.isolate(&scenario.files, &Limits::PAGE, id("api"), &wanted).expect("a policy");
    let [_, policies] = scenario.edited(&isolation.edits).try_into().expect("two files");
    let expected = format!(
        "{DENY}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: api
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
        - podSelector:
            matchLabels:
              app: db
      ports:
        - protocol: TCP
          port: 9000
  egress: []
"
    );
    assert_eq!(policies, expected);
    assert_eq!((isolation.excess.len(), isolation.indistinct.len()), (0, 0));
    // Both are closed by the policy for all.
    assert_eq!(isolation.blocked, wanted);
}

#[test]
fn what_another_policy_allows_is_named() {
    let scenario = Scenario::of(&policy("open", "api", "  ingress:\n  - {}\n"));
    let api = scenario.analysis.cluster.workload("shop", "api").expect("api");
    let isolation = scenario.analysis.isolate(&scenario.files, &Limits::PAGE, api, &[]).expect("a policy");
    assert!(!isolation.excess.is_empty());
    assert!(isolation.excess.iter().all(|excess| excess.by == ["shop/open"]), "{:?}", isolation.excess);
}

#[test]
fn all_that_passes_the_same_way_is_named_together() {
    let spec = "  ingress:\n  - from:\n    - ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.8/29]}\n    - ipBlock: {cidr: 203.0.113.128/25}\n    \
        ports: [{port: 1}]\n  - from: [{podSelector: {matchLabels: {app: db}}}]\n    ports: [{port: 2}]\n";
    let more = |name: &str, app: &str| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {app}}}}}\n"
        )
    };
    let scenario = Scenario::of(&(policy("open", "api", spec) + &more("x-1", "db") + &more("x-2", "db")));
    let cluster = &scenario.analysis.cluster;
    let api = cluster.workload("shop", "api").expect("api");
    let isolation = scenario.analysis.isolate(&scenario.files, &Limits::PAGE, api, &[]).expect("a policy");
    let told = isolation.excess.iter().map(|excess| match &excess.others {
        ExcessEnd::Pods { pods, .. } => {
            let pods: Vec<String> = pods.iter().map(|pod| cluster.pod_name(*pod)).collect();
            format!("{}: {}", pods.join(" "), excess.ports)
        }
        ExcessEnd::Outside(ranges) => format!("{ranges:?}: {}", excess.ports),
    });
    let told: Vec<String> = told.collect();
    assert_eq!(
        told,
        [
            "shop/db: TCP 2",
            "shop/x-1 shop/x-2: TCP 2",
            "[(203.0.113.0, 203.0.113.7), (203.0.113.16, 203.0.113.255)]: TCP 1",
        ]
    );
}

#[test]
fn pods_that_no_label_tells_apart_are_named() {
    let twin = "apiVersion: v1\nkind: Pod\nmetadata: {name: twin, namespace: shop, labels: {app: db}}\nspec: {hostNetwork: false, containers: [{name: c, image: i, ports: [{containerPort: 1}]}]}\n";
    let scenario = Scenario::of(twin);
    let db = scenario.analysis.cluster.workload("shop", "db").expect("db");
    let isolation = scenario.analysis.isolate(&scenario.files, &Limits::PAGE, db, &[]).expect("a policy");
    let names: Vec<_> =
        isolation.indistinct.iter().map(|pod| scenario.analysis.cluster.pod_name(*pod)).collect();
    assert_eq!(names, ["shop/twin"]);
}

#[test]
fn what_passes_now_can_be_kept() {
    let scenario = Scenario::of(&policy(
        "db",
        "db",
        "  ingress:\n  - from:\n    - podSelector: {matchLabels: {app: api}}\n",
    ));
    let db = scenario.analysis.cluster.workload("shop", "db").expect("db");
    let passing = scenario.analysis.passing(db);
    let isolation =
        scenario.analysis.isolate(&scenario.files, &Limits::PAGE, db, &passing).expect("a policy");
    let files = [
        scenario.files[0].clone(),
        SourceFile::new("policies.yaml", scenario.edited(&isolation.edits)[1].clone()),
    ];
    let after = Analysis::read(&files, &Limits::PAGE);
    assert_eq!(after.passing(after.cluster.workload("shop", "db").expect("db")).len(), passing.len());
}
