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
        format!("{pods}{}", repeated(count, |at| policy(at).replace('@', &at.to_string())))
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
        ("services in front of none", format!("{many}{}", repeated(10_000, |at| service(at, "none: x", 80)))),
        (
            "policies, each about one pod",
            policies(&many, 9_000, "{matchLabels: {a@: b}}", &format!("  ingress: [{{{of_label}}}]\n")),
        ),
        (
            "policies about all pods, each for one source",
            policies(&many, 4_000, "{}", &format!("  ingress: [{{{of_label}, ports: [{{port: @}}]}}]\n")),
        ),
        (
            "policies about all pods, each for one destination",
            policies(
                &many,
                4_000,
                "{}",
                "  policyTypes: [Egress]\n  egress: [{to: [{podSelector: {matchLabels: {a@: b}}}], ports: [{port: @}]}]\n",
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
            rules(&one, "egress", 35_000, "  - {to: [{ipBlock: {cidr: 20.%.0/24}}], ports: [{port: @}]}\n"),
        ),
        ("ports in one rule", in_one_rule(&one, "  ingress: [{ports: [", 60_000, "{port: @}, ", "]}]")),
        (
            "rules of a source and a port",
            rules(
                &few,
                "ingress",
                25_000,
                &format!("  - {{{}, ports: [{{port: @}}]}}\n", of_label.replace('@', "1")),
            ),
        ),
        (
            "rules of all sources but one, and a port",
            rules(
                &few,
                "ingress",
                20_000,
                "  - {from: [{podSelector: {matchExpressions: [{key: a&, operator: DoesNotExist}]}}], ports: [{port: @}]}\n",
            ),
        ),
        (
            "rules of all of thousands of sources but one, and a port",
            rules(
                &many,
                "ingress",
                20_000,
                "  - {from: [{podSelector: {matchExpressions: [{key: a@, operator: DoesNotExist}]}}], ports: [{port: @}]}\n",
            ),
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
    ]
}

fn repeated(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// `text` so often, with its number from 1 for `@` (at most the highest port), two parts of an address for `%` and its
/// number below 100 for `&`.
fn numbered(count: usize, text: &str) -> String {
    repeated(count, |at| {
        let port = (at % 65_000 + 1).to_string();
        let address = format!("{}.{}", at / 256 % 256, at % 256);
        text.replace('@', &port).replace('%', &address).replace('&', &(at % 100).to_string())
    })
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
