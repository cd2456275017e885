//! As much as the page's limits let in of one thing each: what grows faster than its text shows here first.

use crate::hostile::Named;

/// The texts, each within the limits of the page.
pub fn crowded() -> Vec<Named> {
    let pod = |rest: &'static str| move |at: usize| pod(at, rest);
    let (few, many) = (repeated(100, pod("")), repeated(5_000, pod("")));
    let one = repeated(1, pod(""));
    let rules = |before: &str, direction: &str, count: usize, rule: &str| {
        format!("{before}{}  {direction}:\n{}", policy(0, "{}"), numbered(count, rule))
    };
    let in_one_rule = |before: &str, head: &str, count: usize, item: &str, end: &str| {
        format!("{before}{}{head}{}{end}\n", policy(0, "{}"), numbered(count, item))
    };
    let policies = |pods: &str, count: usize, subject: &str, rest: &str| {
        let policy = |at: usize| policy(at, subject) + rest;
        format!("{pods}{}", repeated(count, |at| spelt(&policy(at), at)))
    };
    let of_label = "from: [{podSelector: {matchLabels: {a@: b}}}]";
    vec![
        ("pods, each with a label of its own", repeated(19_000, pod(""))),
        (
            "pods, each in its node's network",
            repeated(19_000, pod(", spec: {hostNetwork: true, nodeName: n@}, status: {hostIP: 10.1.%}")),
        ),
        (
            "services in front of all pods",
            format!("{many}{}", repeated(10_000, |at| service(at, "all: x", at + 1))),
        ),
        (
            "ports of services in front of thousands of replicas",
            format!(
                "---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: d}}, spec: {{replicas: 19000, template: {{metadata: {{labels: {{all: x}}}}}}}}}}\n{}",
                repeated(50, |at| {
                    let ports = numbered(100, "{name: p@, port: @}, ").replace("port: 0}", "port: 100}");
                    format!("---\n{{apiVersion: v1, kind: Service, metadata: {{name: s{at}}}, spec: {{selector: {{all: x}}, ports: [{ports}]}}}}\n")
                })
            ),
        ),
        ("services in front of none", format!("{many}{}", repeated(10_000, |at| service(at, "none: x", 80)))),
        (
            "policies, each about one pod",
            policies(&many, 9_000, "{matchLabels: {a@: b}}", &format!("  ingress: [{{{of_label}}}]\n")),
        ),
        (
            "policies about all pods, each for one source",
            policies(&many, 4_000, "{}", &format!("  ingress: [{{{of_label}, ports: [{{port: $}}]}}]\n")),
        ),
        (
            "policies about all pods, each for one destination",
            policies(
                &many,
                4_000,
                "{}",
                "  policyTypes: [Egress]\n  egress: [{to: [{podSelector: {matchLabels: {a@: b}}}], ports: [{port: $}]}]\n",
            ),
        ),
        (
            "selectors in one rule",
            in_one_rule(
                &many,
                "  ingress: [{from: [",
                30_000,
                "{podSelector: {matchExpressions: [{key: a@, operator: NotIn, values: [b]}]}},",
                "]}]",
            ),
        ),
        (
            "values in one selector",
            in_one_rule(
                &many,
                "  ingress: [{from: [{podSelector: {matchExpressions: [{key: all, operator: In, values: [",
                350_000,
                "v@, ",
                "]}]}}]}]",
            ),
        ),
        (
            "blocks in one rule",
            in_one_rule(&one, "  egress: [{to: [", 80_000, "{ipBlock: {cidr: 20.%.0/24}}, ", "]}]"),
        ),
        (
            "blocks of all addresses but a few",
            in_one_rule(
                &one,
                "  egress: [{to: [",
                50_000,
                "{ipBlock: {cidr: 0.0.0.0/0, except: [20.%.0/24]}}, ",
                "]}]",
            ),
        ),
        (
            "exceptions of one block",
            in_one_rule(
                &one,
                "  egress: [{to: [{ipBlock: {cidr: 20.0.0.0/8, except: [",
                60_000,
                "20.%.0/24, ",
                "]}}]}]",
            ),
        ),
        (
            "rules of a block and a port",
            rules(&one, "egress", 35_000, "  - {to: [{ipBlock: {cidr: 20.%.0/24}}], ports: [{port: $}]}\n"),
        ),
        ("ports in one rule", in_one_rule(&one, "  ingress: [{ports: [", 60_000, "{port: @}, ", "]}]")),
        (
            "rules of a source and a port",
            rules(
                &few,
                "ingress",
                25_000,
                &format!("  - {{{}, ports: [{{port: $}}]}}\n", of_label.replace('@', "1")),
            ),
        ),
        (
            "rules of all sources but one, and a port",
            rules(
                &few,
                "ingress",
                20_000,
                "  - {from: [{podSelector: {matchExpressions: [{key: a&, operator: DoesNotExist}]}}], ports: [{port: $}]}\n",
            ),
        ),
        (
            "rules of all of thousands of sources but one, and a port",
            rules(
                &many,
                "ingress",
                20_000,
                "  - {from: [{podSelector: {matchExpressions: [{key: a@, operator: DoesNotExist}]}}], ports: [{port: $}]}\n",
            ),
        ),
        (
            "sources, each with rules of its own to many destinations",
            selective(),
        ),
        (
            "labels of one pod",
            format!(
                "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n{}",
                numbered(200_000, "    a@: b\n")
            ),
        ),
        ("unknown fields of one policy", policy(0, "{}") + &numbered(150_000, "  podSelectr@: {}\n")),
        ("documents that are broken", "--- [\n".repeat(19_000)),
        ("objects one behind the other", "{a: b}".repeat(19_000)),
        (
            "keys that come downwards behind others",
            repeated(512, |at| format!("a{at:06}: 1\n"))
                + &repeated(150_000, |at| format!("z{:06}: 1\n", 999_999 - at)),
        ),
    ]
    .into_iter()
    .chain(linted())
    .collect()
}

/// Sources in half of some labels each, and destinations that let each label through to another port: no two have the
/// same set of ports.
fn selective() -> String {
    const LABELS: usize = 150;
    let source = |at: usize| {
        // The high bits of multiplied numbers are well mixed.
        let mixed = |label: usize| ((at * LABELS + label + 1) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let has = |label: &usize| {
            (mixed(*label) ^ mixed(*label) >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 63 == 0
        };
        let labels: Vec<String> = (0..LABELS).filter(has).map(|label| format!("k{label}: a")).collect();
        format!(
            "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: s-{at}, labels: {{{}}}}}}}\n",
            labels.join(", ")
        )
    };
    let destination = |at: usize| {
        let rule = |label: usize| {
            let port = (label * 37 + at * 11) % 999 * 7 + 1;
            format!(
                "  - {{from: [{{podSelector: {{matchExpressions: [{{key: k{label}, operator: Exists}}]}}}}], ports: [{{port: {port}}}]}}\n"
            )
        };
        let rules: String = (0..LABELS).map(rule).collect();
        format!("{}{}  ingress:\n{rules}", pod(at, ""), policy(at, &format!("{{matchLabels: {{a{at}: b}}}}")))
    };
    repeated(1_900, source) + &repeated(65, destination)
}

/// Those that ask most of the lints.
fn linted() -> Vec<Named> {
    let many = repeated(5_000, |at| pod(at, ""));
    let addressed = |at: usize| pod(at, ", status: {podIP: 10.1.%}");
    let policies = |count: usize, rest: &str| {
        repeated(count, |at| policy(at, "{}") + &rest.replace('@', &(at + 1).to_string()))
    };
    let peers = |before: &str, count: usize, peer: &str| {
        format!("{before}{}  ingress: [{{from: [{}]}}]\n", policy(0, "{}"), numbered(count, peer))
    };
    let rules = |before: &str, count: usize, rule: &str| {
        format!("{before}{}  ingress:\n{}", policy(0, "{}"), numbered(count, rule))
    };
    let balancer = |at: usize| {
        format!(
            "---\n{{apiVersion: v1, kind: Service, metadata: {{name: s-{at}}}, spec: {{type: LoadBalancer, selector: {{a{at}: b}}, ports: [{{port: 80}}]}}}}\n"
        )
    };
    let translating = |at: usize| {
        let port = at % 900 + 1;
        format!(
            "---\n{{apiVersion: v1, kind: Service, metadata: {{name: s-{at}}}, spec: {{selector: {{a{at}: b}}, ports: [{{port: {port}, targetPort: 8080}}]}}}}\n"
        )
    };
    let valued = |operator: &str, from: usize, count: usize| {
        let values: Vec<String> = (from..from + count).map(|value| format!("v{value}")).collect();
        format!(
            "  - {{from: [{{podSelector: {{matchExpressions: [{{key: a0, operator: {operator}, values: [{}]}}]}}}}]}}\n",
            values.join(", ")
        )
    };
    vec![
        (
            "blocks over pods with addresses",
            peers(&repeated(8_000, addressed), 50_000, "{ipBlock: {cidr: 10.0.0.0/8}}, "),
        ),
        (
            "blocks over no pod's address, before services that hide clients",
            format!(
                "{}{}{}",
                repeated(3_000, addressed),
                repeated(3_000, balancer),
                policies(
                    2_500,
                    "  ingress: [{from: [{ipBlock: {cidr: 30.0.0.0/8}}, {ipBlock: {cidr: 31.0.0.0/8}}]}]\n"
                )
            ),
        ),
        (
            "ports that thousands of services translate",
            format!(
                "{}{}{}",
                repeated(4_000, |at| pod(at, "")),
                repeated(4_000, translating),
                policies(4_000, "  ingress: [{ports: [{port: 900}]}]\n")
            ),
        ),
        (
            "ports that one service translates for all",
            format!(
                "{many}---\n{{apiVersion: v1, kind: Service, metadata: {{name: s}}, spec: {{selector: {{all: x}}, ports: [{{port: 80, targetPort: 8080}}]}}}}\n{}",
                policies(4_000, "  ingress: [{ports: [{port: 80}]}]\n")
            ),
        ),
        (
            "rules that the other end closes",
            format!(
                "{many}{}  policyTypes: [Egress]\n{}",
                policy(9_999, "{}"),
                policies(4_000, "  ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]\n")
            ),
        ),
        (
            "peers of which every second is about namespaces",
            peers(&many, 20_000, "{podSelector: {matchLabels: {all: x}}}, {namespaceSelector: {}}, "),
        ),
        (
            "peers that only pods in nodes' networks meet",
            peers(
                &repeated(8_000, |at| pod(at, ", spec: {hostNetwork: true}")),
                30_000,
                "{podSelector: {matchExpressions: [{key: a@, operator: DoesNotExist}]}}, ",
            ),
        ),
        (
            "rules that have much in common",
            rules(&many, 25_000, "  - {from: [{podSelector: {matchLabels: {all: x, a@: b}}}]}\n"),
        ),
        (
            "policies that have much in common",
            format!(
                "{many}{}",
                repeated(9_000, |at| {
                    policy(at, &format!("{{matchLabels: {{all: x, a{at}: b}}}}")) + "  ingress: [{}]\n"
                })
            ),
        ),
        (
            "values that one rule asks for and the next one leaves out",
            format!(
                "{}{}  ingress:\n{}{}",
                repeated(1, |at| pod(at, "")),
                policy(0, "{}"),
                valued("In", 0, 170_000),
                valued("NotIn", 200_000, 170_000)
            ),
        ),
        ("peers misspelt", peers(&many, 30_000, "{podSelector: {matchLabels: {al@: x}}}, ")),
        ("values misspelt", peers(&many, 30_000, "{podSelector: {matchLabels: {all: y@}}}, ")),
        (
            "namespaces, each with a pod, and peers of all of them",
            peers(
                &repeated(8_000, |at| {
                    format!(
                        "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: n{at}, labels: {{a: b}}}}}}\n"
                    )
                }),
                25_000,
                "{namespaceSelector: {}, podSelector: {matchLabels: {c@: d}}}, ",
            ),
        ),
        (
            "pods of Deployments whose own labels are asked for",
            format!(
                "{}{}",
                repeated(7_000, |at| {
                    format!(
                        "---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: d{at}, labels: {{own: x{at}}}}}, spec: {{template: {{metadata: {{labels: {{app: d{at}}}}}}}}}}}\n"
                    )
                }),
                policy(0, "{}")
                    + "  ingress: [{from: ["
                    + &numbered(25_000, "{podSelector: {matchLabels: {own: x1}}}, ")
                    + "]}]\n"
            ),
        ),
    ]
}

fn repeated(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// `text` so often, spelt with its number.
fn numbered(count: usize, text: &str) -> String {
    repeated(count, |at| spelt(text, at))
}

/// `text` with a number for `@`, one of as many ports as may be named for `$`, two parts of an address for `%` and a number
/// below 100 for `&`.
fn spelt(text: &str, at: usize) -> String {
    let (port, address) = (at % 999 * 7 + 1, format!("{}.{}", at / 256 % 256, at % 256));
    text.replace('@', &at.to_string())
        .replace('$', &port.to_string())
        .replace('%', &address)
        .replace('&', &(at % 100).to_string())
}

fn pod(at: usize, rest: &str) -> String {
    let rest = rest.replace('@', &at.to_string()).replace('%', &format!("{}.{}", at / 250, at % 250));
    format!(
        "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p-{at}, labels: {{a{at}: b, all: x}}}}{rest}}}\n"
    )
}

fn service(at: usize, selector: &str, port: usize) -> String {
    format!(
        "---\n{{apiVersion: v1, kind: Service, metadata: {{name: s-{at}}}, spec: {{selector: {{{selector}}}, ports: [{{port: {port}}}]}}}}\n"
    )
}

fn policy(at: usize, subject: &str) -> String {
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: q-{at}}}\nspec:\n  podSelector: {subject}\n"
    )
}
