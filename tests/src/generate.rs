//! Clusters as people have them, of any size: namespaces of teams, deployments of a few replicas, services, and
//! policies of the usual kinds.
#![expect(
    clippy::indexing_slicing,
    reason = "every index is rolled or taken modulo the length of what it points into"
)]

use std::fmt::Write as _;

use crate::dice::Dice;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Pods, about; a cluster has at least two namespaces of two deployments each.
    pub pods: usize,
    /// Policies, exactly.
    pub policies: usize,
    /// How the pods are written.
    pub form: Form,
}

/// How pods are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As deployments, the way one applies them.
    Deployments,
    /// Each on its own, the way `kubectl get pods -o yaml` prints them, without what policies never look at.
    Pods,
}

/// The documents of a cluster, each ending in a line feed.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Namespaces, workloads and services.
    pub cluster: Vec<String>,
    /// Policies.
    pub policies: Vec<String>,
}

impl Generated {
    /// Everything, as one text.
    pub fn text(&self) -> String {
        let all: Vec<&str> = self.cluster.iter().chain(&self.policies).map(String::as_str).collect();
        all.join("---\n")
    }

    /// The text without any policy.
    pub fn without_policies(&self) -> String {
        self.cluster.join("---\n")
    }
}

const PARTS: [&str; 12] = [
    "api", "web", "worker", "cache", "queue", "gateway", "auth", "search", "billing", "mailer", "report",
    "db",
];
const PRODUCTS: [&str; 10] =
    ["checkout", "catalog", "orders", "users", "stock", "media", "ads", "geo", "chat", "ledger"];
const TIERS: [&str; 4] = ["frontend", "backend", "data", "jobs"];
const STAGES: [&str; 3] = ["prod", "staging", "dev"];

/// An application: a deployment and its service.
struct App {
    namespace: usize,
    name: String,
    tier: &'static str,
    replicas: usize,
    port: u16,
}

/// A cluster. Equal arguments give equal text.
pub fn generate(seed: u64, size: Size) -> Generated {
    let mut dice = Dice::new(seed);
    let count = (size.pods / 40).max(2);
    let names: Vec<String> = (0..count)
        .map(|at| {
            let (product, stage) =
                (PRODUCTS[at % PRODUCTS.len()], STAGES[at / PRODUCTS.len() % STAGES.len()]);
            let round = at / (PRODUCTS.len() * STAGES.len());
            if round == 0 { format!("{product}-{stage}") } else { format!("{product}-{stage}-{round}") }
        })
        .collect();
    let mut cluster: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let (team, stage) = (PRODUCTS[at % PRODUCTS.len()], STAGES[at / PRODUCTS.len() % STAGES.len()]);
            format!(
                "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n  labels:\n    team: {team}\n    stage: {stage}\n"
            )
        })
        .collect();
    let apps = apps(&mut dice, size.pods, count);
    for (at, app) in apps.iter().enumerate() {
        match size.form {
            Form::Deployments => cluster.push(deployment(app, &names)),
            Form::Pods => cluster.extend((0..app.replicas).map(|replica| pod(app, at, replica, &names))),
        }
        if !dice.one_in(5) {
            cluster.push(service(app, &names));
        }
    }
    let policies = (0..size.policies).map(|at| policy(&mut dice, at, &names, &apps)).collect();
    Generated { cluster, policies }
}

fn apps(dice: &mut Dice, pods: usize, namespaces: usize) -> Vec<App> {
    let mut apps: Vec<App> = Vec::new();
    let mut made = 0;
    while made < pods.max(8) {
        let at = apps.len();
        // Two for each namespace first, so that none is empty.
        let namespace = if at < 2 * namespaces { at / 2 } else { dice.roll(namespaces) };
        let part = PARTS[at % PARTS.len()];
        let replicas = 1 + dice.roll(5);
        apps.push(App {
            namespace,
            name: format!("{part}-{}", at / PARTS.len()),
            tier: dice.pick(&TIERS),
            replicas,
            port: dice.pick(&[80, 443, 3000, 5432, 6379, 8080, 9000]),
        });
        made += replicas;
    }
    apps
}

/// What of a pod's text depends on the application alone.
fn labels(app: &App, indent: &str) -> String {
    let App { name, tier, .. } = app;
    format!("{indent}app.kubernetes.io/name: {name}\n{indent}app: {name}\n{indent}tier: {tier}\n")
}

fn containers(app: &App, indent: &str) -> String {
    let App { port, .. } = app;
    format!(
        "{indent}containers:\n{indent}- name: main\n{indent}  image: registry.example/{}:1.0\n{indent}  ports:\n{indent}  \
         - containerPort: {port}\n{indent}    name: main\n{indent}  - containerPort: 9100\n{indent}    name: metrics\n",
        app.name
    )
}

fn deployment(app: &App, namespaces: &[String]) -> String {
    let App { name, replicas, .. } = app;
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  namespace: {}\nspec:\n  replicas: {replicas}\n  \
         selector:\n    matchLabels:\n      app: {name}\n  template:\n    metadata:\n      labels:\n{}    spec:\n{}",
        namespaces[app.namespace],
        labels(app, "        "),
        containers(app, "      "),
    )
}

fn pod(app: &App, at: usize, replica: usize, namespaces: &[String]) -> String {
    let App { name, .. } = app;
    // Five replicas at most: 40,000 applications have addresses of their own.
    let address = at * 5 + replica + 2;
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}-7d9c4b5f6-{replica:05}\n  namespace: {}\n  labels:\n{}    \
         pod-template-hash: 7d9c4b5f6\n  ownerReferences:\n  - apiVersion: apps/v1\n    kind: ReplicaSet\n    \
         name: {name}-7d9c4b5f6\n    controller: true\nspec:\n  nodeName: node-{}\n{}status:\n  phase: Running\n  \
         podIP: 10.{}.{}.{}\n",
        namespaces[app.namespace],
        labels(app, "    "),
        at % 50,
        containers(app, "  "),
        64 + address / 65_536,
        address / 256 % 256,
        address % 256,
    )
}

fn service(app: &App, namespaces: &[String]) -> String {
    let App { name, port, .. } = app;
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: {}\nspec:\n  selector:\n    app: {name}\n  \
         ports:\n  - port: {port}\n    targetPort: main\n",
        namespaces[app.namespace]
    )
}

/// One of the kinds of policy that clusters are full of.
fn policy(dice: &mut Dice, at: usize, namespaces: &[String], apps: &[App]) -> String {
    let app = &apps[dice.roll(apps.len())];
    let other = &apps[dice.roll(apps.len())];
    let (name, peer, tier, port) = (&app.name, &other.name, other.tier, app.port);
    let peer_namespace = &namespaces[other.namespace];
    let this = format!("  podSelector:\n    matchLabels:\n      app: {name}\n");
    let (kind, spec) = match dice.roll(9) {
        0 => ("deny-ingress", "  podSelector: {}\n  policyTypes: [Ingress]\n".to_owned()),
        1 => (
            "deny-all-but-dns",
            "  podSelector: {}\n  policyTypes: [Ingress, Egress]\n  egress:\n  - to:\n    - namespaceSelector:\n        \
             matchLabels:\n          kubernetes.io/metadata.name: kube-system\n      podSelector:\n        matchLabels:\n          \
             k8s-app: kube-dns\n    ports:\n    - {protocol: UDP, port: 53}\n    - {protocol: TCP, port: 53}\n"
                .to_owned(),
        ),
        2 => (
            "from-app",
            format!(
                "{this}  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          app: {peer}\n    ports:\n    \
                 - port: {port}\n"
            ),
        ),
        3 => (
            "from-team",
            format!(
                "{this}  ingress:\n  - from:\n    - namespaceSelector:\n        matchLabels:\n          team: {}\n      \
                 podSelector:\n        matchExpressions:\n        - {{key: tier, operator: In, values: [{tier}, frontend]}}\n",
                dice.pick(&PRODUCTS)
            ),
        ),
        4 => (
            "to-app",
            format!(
                "{this}  policyTypes: [Egress]\n  egress:\n  - to:\n    - namespaceSelector:\n        matchLabels:\n          \
                 kubernetes.io/metadata.name: {peer_namespace}\n      podSelector:\n        matchLabels:\n          app: {peer}\n    \
                 ports:\n    - port: main\n  - ports:\n    - {{protocol: UDP, port: 53}}\n"
            ),
        ),
        5 => (
            "metrics",
            format!(
                "  podSelector:\n    matchExpressions:\n    - {{key: tier, operator: NotIn, values: [{tier}]}}\n  ingress:\n  - from:\n    \
                 - namespaceSelector:\n        matchLabels:\n          stage: prod\n    ports:\n    - port: metrics\n"
            ),
        ),
        6 => (
            "to-the-internet",
            format!(
                "{this}  policyTypes: [Egress]\n  egress:\n  - to:\n    - ipBlock:\n        cidr: 0.0.0.0/0\n        except: [10.0.0.0/8, \
                 172.16.0.0/12, 192.168.0.0/16]\n    ports:\n    - port: 443\n"
            ),
        ),
        7 => (
            "from-office",
            format!(
                "{this}  ingress:\n  - from:\n    - ipBlock:\n        cidr: 198.51.{}.0/24\n    - podSelector: {{}}\n    ports:\n    \
                 - {{port: 8000, endPort: 9000}}\n",
                dice.roll(100)
            ),
        ),
        _ => (
            "within-tier",
            format!(
                "  podSelector:\n    matchLabels:\n      tier: {tier}\n  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          \
                 tier: {tier}\n"
            ),
        ),
    };
    let mut text = String::new();
    let _ = write!(
        text,
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {kind}-{at}\n  namespace: {}\nspec:\n{spec}",
        namespaces[app.namespace]
    );
    text
}
