//! What nobody should paste, and somebody will: broken, huge, deep and malicious texts.
#![expect(clippy::indexing_slicing, reason = "every index is rolled below the length of what it points into")]

use std::fmt::Write as _;

use crate::dice::Dice;

/// A text, and what is wrong with it.
pub type Named = (&'static str, String);

/// Texts that nest, repeat or multiply without being large, and odd values in every field.
pub fn small() -> Vec<Named> {
    let mut all = vec![
        ("nothing", String::new()),
        ("blanks", " \n\t\n \r\n\r".to_owned()),
        ("a comment", "# nothing".to_owned()),
        ("a byte order mark", "\u{feff}".to_owned()),
        ("a zero byte", "kind: Pod\u{0}\n".to_owned()),
        ("only separators", "---\n...\n---\n--- # x\n".to_owned()),
        ("JSON", r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a\u0000\ud83d\ude00"}}"#.to_owned()),
        ("null as an item", "apiVersion: v1\nkind: List\nitems: [null, ~, 1, [], {}]\n".to_owned()),
        ("an anchor to itself", "a: &a [*a]\n".to_owned()),
        ("many pods of one alias", many_aliases()),
        ("lists in lists", lists(40)),
        ("lists in lists, too deep", lists(200)),
        ("odd names", odd_names()),
        ("huge names", huge_names()),
        ("blocks of all kinds", blocks()),
        ("odd ports", odd_ports()),
        ("negative replicas", deployment("-1")),
        ("a thousand million replicas", deployment("1000000000")),
        ("more replicas than an i64 holds", deployment("92233720368547758080")),
        ("half a replica", deployment("0.5")),
    ];
    all.extend(bombs());
    for depth in [98, 101, 2_000] {
        all.extend(deep(depth));
    }
    all
}

/// Texts of many lines. Each is within the limits of the page, or just past one.
pub fn large() -> Vec<Named> {
    let deployments: String = (0..200).map(|at| renamed(&deployment("1000000"), at)).collect();
    vec![
        ("50,000 lines of pods", (0..5_000).map(|at| renamed(POD, at)).collect()),
        ("50,000 lines of one list", "- x\n".repeat(50_000)),
        ("50,000 lines of one mapping", lines(50_000, |at| format!("key-{at}: {at}"))),
        ("50,000 broken lines", "a: [b: {c\n".repeat(50_000)),
        ("50,000 lines of one string", format!("a: |\n{}", "  text\n".repeat(50_000))),
        ("50,000 keys alike", "a: 1\n".repeat(50_000)),
        ("50,000 wrong fields", format!("{POLICY_HEAD}{}", lines(50_000, |at| format!("  x{at}: 1")))),
        ("20,000 empty documents", "---\n".repeat(20_000)),
        ("10,000 broken documents", "--- [\n".repeat(10_000)),
        ("10,000 documents of no kind", "---\na: 1\n".repeat(10_000)),
        ("200 deployments of a million", deployments),
    ]
}

/// Texts that go past one of the page's limits by far, and must be refused at once.
pub fn over_limits() -> Vec<Named> {
    let mut all = vec![
        ("a million empty documents", "---\n".repeat(1_000_000)),
        ("16 MiB of pods", POD.repeat((16 << 20) / POD.len())),
        ("16 MiB of one line", "x".repeat(16 << 20)),
        ("a million nodes", format!("a: [{}1]\n", "1, ".repeat(1_000_000))),
        ("three million nodes", format!("[{}1]\n", "1,".repeat(3_000_000))),
        ("a million broken documents", "--- [\n".repeat(1_000_000)),
    ];
    all.extend(bombs());
    all.extend(deep(100_000));
    all
}

/// Texts within the limits whose clusters are hard work: everything differs from everything else.
pub fn heavy(count: usize) -> Vec<Named> {
    let policy = |at: usize, rest: &str| {
        let head = POLICY_HEAD.replace("{name: p}", &format!("{{name: p-{at}}}"));
        format!("---\n{head}{}", rest.replace('@', &at.to_string()))
    };
    let block = |at: usize| format!("{{ipBlock: {{cidr: 198.{}.{}.0/24}}}}", at / 256 % 256, at % 256);
    let pods = lines(count, |at| {
        format!(
            "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p-{at}, labels: {{a{at}: b, all: x}}}}}}"
        )
    });
    let blocks: Vec<String> = (0..count).map(block).collect();
    let peers: Vec<String> =
        (0..count).map(|at| format!("{{podSelector: {{matchLabels: {{a{at}: b}}}}}}")).collect();
    let rules = |from: &str| {
        lines(count, |at| format!("  - {from}: [{}]\n    ports: [{{port: {}}}]", block(at), 1 + at % 60_000))
    };
    let services = lines(count, |at| {
        let ports =
            (0..count).map(|port| format!("{{name: p{port}, port: {}}}", 1 + port)).collect::<Vec<_>>();
        format!(
            "---\n{{apiVersion: v1, kind: Service, metadata: {{name: s-{at}}}, spec: {{selector: {{all: x}}, ports: [{}]}}}}",
            ports.join(", ")
        )
    });
    vec![
        ("pods, all different", pods.clone()),
        ("as many services with as many ports in front of all pods", format!("{pods}{services}")),
        ("blocks in one rule", format!("{pods}{}  egress: [{{to: [{}]}}]\n", policy(0, ""), blocks.join(", "))),
        ("rules of a block and a port", format!("{pods}{}  ingress:\n{}", policy(0, ""), rules("from"))),
        ("egress rules of a block and a port", format!("{pods}{}  egress:\n{}", policy(0, ""), rules("to"))),
        ("selectors in one rule", format!("{pods}{}  ingress: [{{from: [{}]}}]\n", policy(0, ""), peers.join(", "))),
        (
            "a policy for each pod, with a port of its own",
            pods.clone()
                + &(0..count)
                    .map(|at| policy(at, &format!("  ingress: [{{from: [{{podSelector: {{matchLabels: {{a@: b}}}}}}], ports: [{{port: {}}}]}}]\n", 1 + at % 60_000)))
                    .collect::<String>(),
        ),
        (
            "policies about all pods",
            pods + &(0..count)
                .map(|at| policy(at, &format!("  policyTypes: [Egress]\n  egress: [{{to: [{{podSelector: {{matchLabels: {{a@: b}}}}}}], ports: [{{port: {}}}]}}]\n", 1 + at % 60_000)))
                .collect::<String>(),
        ),
    ]
}

/// A pod in ten lines.
const POD: &str = "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web-N\n  labels:\n    app: web\nspec:\n  containers:\n  - {name: c, image: nginx, ports: [{containerPort: 80}]}\n";

const POLICY_HEAD: &str =
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelector: {}\n";

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|at| line(at) + "\n").collect()
}

fn renamed(text: &str, at: usize) -> String {
    text.replace("web-N", &format!("web-{at}"))
}

fn deployment(replicas: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web-N}}\nspec:\n  replicas: {replicas}\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    \
         spec: {{containers: [{{name: c, image: nginx}}]}}\n"
    )
}

/// Aliases that would expand to more than any machine holds.
fn bombs() -> Vec<Named> {
    let bomb = |levels: usize, level: &dyn Fn(usize) -> String| {
        (1..levels)
            .fold("l0: &l0 {k: 1}\n".to_owned(), |text, at| format!("{text}l{at}: &l{at} {}\n", level(at)))
    };
    let aliases = |at: usize| vec![format!("*l{}", at - 1); 9].join(", ");
    vec![
        ("a bomb of lists", bomb(12, &|at| format!("[{}]", aliases(at)))),
        ("a bomb of merges", bomb(12, &|at| format!("{{<<: [{}], k{at}: 1}}", aliases(at)))),
        ("a bomb of depth", bomb(3_000, &|at| format!("[*l{}]", at - 1))),
    ]
}

fn many_aliases() -> String {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a}}}";
    format!("apiVersion: v1\nkind: List\nitems:\n- &pod {pod}\n{}", "- *pod\n".repeat(3_000))
}

fn lists(depth: usize) -> String {
    let open = "{apiVersion: v1, kind: List, items: [";
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: inner}}";
    format!("{}{pod}{}\n", open.repeat(depth), "]}".repeat(depth))
}

/// Nested to `depth` in every way there is, closed and left open, alone and inside a policy.
fn deep(depth: usize) -> Vec<Named> {
    let closed = |open: &str, close: &str| format!("{}1{}\n", open.repeat(depth), close.repeat(depth));
    // Indentation adds up, so that this one's length grows with the square of its depth.
    let block = lines(depth.min(2_000), |at| format!("{}a:", " ".repeat(at)));
    vec![
        ("deep lists", closed("[", "]")),
        ("deep mappings", closed("{a: ", "}")),
        ("deep, left open", "[{a: ".repeat(depth)),
        ("deep in a block", block),
        ("deep dashes", format!("{}1\n", "- ".repeat(depth))),
        ("deep keys", format!("{}1\n", "? ".repeat(depth))),
        ("deep in a policy", format!("{POLICY_HEAD}  ingress: {}", closed("[", "]"))),
        (
            "deep in labels",
            format!("{POLICY_HEAD}  egress: [{{to: [{{podSelector: {}}}]}}]", closed("{a: ", "}").trim_end()),
        ),
    ]
}

/// What a name or a value may be replaced with.
const ODD: [&str; 30] = [
    "",
    "~",
    "yes",
    "n",
    "1",
    "-1",
    "1e9",
    "0x1F",
    "1:30",
    "99999999999999999999",
    ".nan",
    "[]",
    "{}",
    "[null]",
    "{a: b}",
    "*x",
    "&x y",
    "!!binary Zm9v",
    "'",
    "\"",
    "\"\\u0000\\u0007\\e\"",
    "\"\\u202Egnp\\u2066\\uFEFF\"",
    "😀",
    "e\u{301}",
    "<b>&amp;</b>",
    "]]>",
    "a/b",
    "..",
    "\"\\uFFFE\\uFFFF\"",
    "| \n  x",
];

fn odd_names() -> String {
    let mut text = String::new();
    for odd in ODD {
        for pattern in [
            "metadata: {name: @}",
            "metadata: {name: a, namespace: @}",
            "metadata: {name: a, labels: {@: @}}",
            "metadata: {name: b, labels: {app: @}}\nspec: {containers: [{name: c, ports: [{name: @, containerPort: @}]}]}",
        ] {
            let _ = write!(text, "---\napiVersion: v1\nkind: Pod\n{}\n", pattern.replace('@', odd));
        }
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {odd}}}\nspec: {{selector: {{app: {odd}}}, ports: [{{port: {odd}}}]}}\n"
        );
        let _ = write!(text, "---\n{}", POLICY_HEAD.replace("{name: p}", &format!("{{name: {odd}}}")));
    }
    text
}

/// Names of every length at which something may end, in letters of one to four bytes.
fn huge_names() -> String {
    let mut text = String::new();
    for letter in ["a", "é", "中", "😀", "\u{202e}"] {
        for length in [63, 64, 253, 254, 40_000] {
            let name = letter.repeat(length);
            let _ = write!(
                text,
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {name}, labels: {{app: {name}, {name}: a}}}}\n"
            );
        }
    }
    text
}

fn blocks() -> String {
    const CIDRS: [&str; 28] = [
        "0.0.0.0/0",
        "10.0.0.0/8",
        "10.0.0.1/8",
        "10.0.0.5/32",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "/8",
        "10.0.0.0",
        "10.0.0/8",
        "010.0.0.0/8",
        "10.0.0.0/08",
        "256.0.0.0/8",
        "255.255.255.255/32",
        "::/0",
        "::1/128",
        "::/129",
        "fe80::1%eth0/64",
        "::ffff:10.0.0.0/104",
        "::ffff:0:0/96",
        "2001:db8::/32",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
        "\"\"",
        "~",
        "1",
        "[]",
        "10.244.0.0/16",
        "127.0.0.1/31",
    ];
    let mut text =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nstatus: {podIP: 10.0.0.5}\n"
            .to_owned();
    for (at, cidr) in CIDRS.iter().enumerate() {
        for (hole_at, hole) in CIDRS.iter().enumerate() {
            let _ = write!(
                text,
                "---\n{}  egress: [{{to: [{{ipBlock: {{cidr: {cidr}, except: [{hole}]}}}}]}}]\n",
                POLICY_HEAD.replace("{name: p}", &format!("{{name: p-{at}-{hole_at}}}"))
            );
        }
    }
    text
}

fn odd_ports() -> String {
    let mut text = deployment("2");
    for (at, port) in ODD.iter().chain(&["0", "65535", "65536", "http", "'80'", "a--b", "80.0"]).enumerate() {
        for (end_at, rest) in
            ["", ", endPort: 65535", ", endPort: 0", ", protocol: UDP", ", protocol: @"].iter().enumerate()
        {
            let rest = rest.replace('@', port);
            let _ = write!(
                text,
                "---\n{}  ingress: [{{ports: [{{port: {port}{rest}}}]}}]\n",
                POLICY_HEAD.replace("{name: p}", &format!("{{name: p-{at}-{end_at}}}"))
            );
        }
    }
    text
}

/// Any bytes, as a text.
pub fn noise(seed: u64, length: usize) -> String {
    let mut dice = Dice::new(seed);
    let bytes: Vec<u8> = (0..length).map(|_| u8::try_from(dice.roll(256)).unwrap_or_default()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `base` after so many accidents. Equal arguments give equal text.
pub fn mutated(base: &str, seed: u64, accidents: usize) -> String {
    let mut dice = Dice::new(seed);
    (0..accidents).fold(base.to_owned(), |text, _| accident(text, &mut dice))
}

fn accident(text: String, dice: &mut Dice) -> String {
    match dice.roll(12) {
        0 => text.get(..boundary(&text, dice)).unwrap_or_default().to_owned(),
        1 => {
            let (one, other) = (boundary(&text, dice), boundary(&text, dice));
            let keep = one.abs_diff(other).min(40) + one.min(other);
            format!("{}{}", &text[..one.min(other)], text.get(keep..).unwrap_or_default())
        }
        2 | 3 => {
            const PIECES: [&str; 24] = [
                "\t", "\n", " ", ":", ": ", "- ", "---\n", "...\n", "{", "}", "[", "]", "&a ", "*a", "<<: ",
                "!!int ", "#", "'", "\"", "|", "\u{0}", "\u{202e}", "😀", "\u{85}",
            ];
            let at = boundary(&text, dice);
            let (before, after) = text.split_at(at);
            format!("{before}{}{after}", dice.pick(&PIECES))
        }
        4 => {
            let at = boundary(&text, dice);
            let (before, after) = text.split_at(at);
            format!("{before}{}{after}", noise(dice.roll(1 << 30) as u64, 1 + dice.roll(8)))
        }
        of_lines => {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let (at, other) = (dice.roll(lines.len()), dice.roll(lines.len()));
            if lines.is_empty() {
                return text;
            }
            match of_lines {
                5 => drop(lines.remove(at)),
                6 => lines.insert(other, lines[at].clone()),
                7 => lines.swap(at, other),
                8 => lines[at].insert_str(0, dice.pick(&[" ", "  ", "    ", "\t"])),
                9 => lines[at] = lines[at].strip_prefix("  ").unwrap_or(lines[at].trim_start()).to_owned(),
                10 => {
                    if let Some((key, _)) = lines[at].split_once(": ") {
                        lines[at] = format!("{key}: {}", dice.pick(&ODD));
                    }
                }
                _ => {
                    lines[at] = lines[at].replacen(
                        dice.pick(&["e", "a", "app", "0", ", "]),
                        dice.pick(&["", "E", "1", ": "]),
                        1,
                    )
                }
            }
            lines.join("\n") + "\n"
        }
    }
}

/// A place in `text` between two characters.
fn boundary(text: &str, dice: &mut Dice) -> usize {
    let at = dice.roll(text.len() + 1);
    (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}
