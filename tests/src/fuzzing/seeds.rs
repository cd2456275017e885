//! What a fuzzer begins with, made of the fixtures that are there anyway.

use std::fmt::Write as _;

use netpol_lessons::{LESSONS, LessonPlace, Scenario, share, state};

use super::command_input::PART;
use super::swell::{EDGE, NUMBER};
use crate::cases::{self, Case, Expectation};
use crate::dice::Dice;
use crate::hostile;

/// Past so many bytes an input teaches a fuzzer little, and slows down all that it makes of it.
const LENGTH: usize = 16 << 10;

/// How many clusters the evaluator begins with, and as many bytes as make the largest of them.
const CLUSTERS: u64 = 64;
const DICE: usize = 512;

/// What is worth repeating: before, the part, with its number as `@`, and after.
const REPEATED: [(&str, &str, &str); 18] = [
    ("", "- x\n", ""),
    ("", "k@: 1\n", ""),
    ("", "k: 1\n", ""),
    ("", "---\na@: {}\n", ""),
    ("", "--- [\n", ""),
    ("", "# @\n", ""),
    ("a: ", "[", ""),
    ("[", "1, ", "1]"),
    ("a: |\n", "  @\n", ""),
    ("a: \"", "\\u00e9", "\""),
    ("&a [x]\n", "\n\n", "b"),
    ("a: &a {x: y}\n", "k@: *a\n", ""),
    ("a: &a {x: y}\nb:\n  <<: [", "*a, ", "*a]"),
    ("", "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p-@, labels: {a@: b}}\n", ""),
    (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n",
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p-@}\nspec:\n  podSelector: {}\n  \
         egress: [{to: [{ipBlock: {cidr: 10.0.@.0/24}}], ports: [{port: @}]}]\n",
        "",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelector: {}\n  \
         ingress:\n",
        "  - from: [{podSelector: {matchExpressions: [{key: k@, operator: NotIn, values: [a]}]}}]\n    ports: [{port: @}]\n",
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n",
    ),
    (
        "apiVersion: v1\nkind: List\nitems:\n",
        "- {kind: Service, apiVersion: v1, metadata: {name: s@}, spec: {selector: {a: b}, ports: [{port: 80}]}}\n",
        "",
    ),
    (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, ports: [",
        "{name: n@, containerPort: @},",
        "]}]}\n",
    ),
];

/// Expectations of the manifests beside them.
const SUITE: &str = "title: t\nmanifests: [manifests.yaml]\nsteps:\n- title: s\n  expect:\n  \
                     - {from: default/a, to: default/b, port: 80, got: timeout}\n";

/// The inputs that `target` begins with; none for one that there is not.
///
/// # Errors
/// Fixtures that cannot be read.
pub fn seeds(target: &str) -> Result<Vec<Vec<u8>>, String> {
    let all: Vec<Vec<u8>> = match target {
        "parse" => texts()?.into_iter().map(String::into_bytes).collect(),
        "deserialize" => manifests()?.into_iter().map(String::into_bytes).collect(),
        "evaluate" => (0..CLUSTERS).map(dice).collect(),
        "share_link" => links()?,
        "command_input" => commands()?,
        _ => Vec::new(),
    };
    Ok(all.into_iter().filter(|seed| seed.len() <= LENGTH).collect())
}

fn cases() -> Result<Vec<Case>, String> {
    let mut all = cases::load(&cases::walkthroughs_folder())?;
    all.extend(cases::load(&cases::semantics_folder())?);
    Ok(all.into_iter().map(|(_, case)| case).collect())
}

/// All that is applied in a case, as one text.
fn manifests_of(case: &Case) -> String {
    let steps = case.steps.iter().map(|step| step.apply.as_str());
    std::iter::once(case.cluster.as_str()).chain(steps).collect::<Vec<_>>().join("\n---\n")
}

fn manifests() -> Result<Vec<String>, String> {
    let mut all: Vec<String> = cases()?.iter().map(manifests_of).collect();
    all.extend(hostile::small().into_iter().map(|(_, text)| text));
    all.extend(REPEATED.map(|(before, part, after)| {
        let part = part.replace('@', &NUMBER.to_string());
        format!("{before}{EDGE}{part}{EDGE}{after}")
    }));
    Ok(all)
}

/// Manifests, and the files that they stand in: strings over many lines within YAML.
fn texts() -> Result<Vec<String>, String> {
    let mut all = manifests()?;
    all.extend(LESSONS.iter().map(|lesson| lesson.text.to_owned()));
    Ok(all)
}

fn dice(seed: u64) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    (0..DICE).map(|_| u8::try_from(dice.roll(256)).unwrap_or_default()).collect()
}

/// Every step of every lesson as a link, as its JSON, and as parts.
fn links() -> Result<Vec<Vec<u8>>, String> {
    let mut all = vec![b"#v2=AAAA".to_vec(), b"#stage".to_vec(), b"v1%3D".to_vec()];
    for source in LESSONS {
        let lesson = source.lesson().map_err(|faults| format!("{}: {faults:?}", source.id))?;
        for step in 0..lesson.steps.len() {
            let place = Some(LessonPlace { id: source.id.to_owned(), step });
            let scenario = Scenario { files: state(&lesson, step), lesson: place, ..Scenario::default() };
            let link = share::encode(&scenario).map_err(|error| error.to_string())?;
            let mut parts = "policies.yaml\n80\ndefault/web\n0.0.0.0/0\nthree-tier".to_owned();
            for file in &scenario.files {
                let _ = write!(parts, "\u{1f}{}\u{1f}{}", file.name, file.text);
            }
            all.extend([link, scenario.to_json(), parts].map(String::into_bytes));
        }
    }
    Ok(all)
}

/// Each case through each subcommand, with the first question that it asks.
fn commands() -> Result<Vec<Vec<u8>>, String> {
    let mut all = Vec::new();
    for (at, case) in cases()?.iter().enumerate() {
        let manifests = manifests_of(case);
        let asked = case.steps.iter().flat_map(|step| &step.expect);
        let rows: Vec<serde_json::Value> = asked.clone().filter_map(row).collect();
        let from = asked.clone().next().map_or("default/a", |row| &row.from);
        let to = asked.clone().find_map(|row| row.to.as_deref()).unwrap_or("internet");
        let curl = asked.clone().find_map(|row| row.curl.as_deref()).unwrap_or("backend:80");
        let ends = format!("--from={from}\n--to={to}\n--port=80\n--protocol=TCP");
        let rows = serde_json::Value::from(rows).to_string();
        let (arguments, other) = match at % 18 {
            0 => ("check".to_owned(), rows),
            1 => (format!("probe\n--from={from}\n--curl={curl}"), String::new()),
            2 => (format!("probe\n{ends}"), String::new()),
            3 => (format!("explain\n{ends}"), String::new()),
            4 => ("diff\n--output=json".to_owned(), case.cluster.clone()),
            5 => ("matrix\n--output=json".to_owned(), String::new()),
            6 => ("svg\n--theme=dark".to_owned(), String::new()),
            7 => ("share\n--site=https://example.com/".to_owned(), String::new()),
            8 => ("matrix\n--output=dot".to_owned(), String::new()),
            9 => ("matrix\n--output=csv".to_owned(), String::new()),
            10 => ("diff\n--output=markdown".to_owned(), case.cluster.clone()),
            11 => ("lint\n--output=sarif".to_owned(), String::new()),
            12 => ("lint\n--output=github\n--allow=unprotected".to_owned(), String::new()),
            13 => ("exposure\n--output=json".to_owned(), String::new()),
            14 => (format!("suggest\n{ends}"), String::new()),
            15 => (format!("suggest\n--from={from}\n--curl={curl}\n--output=json"), String::new()),
            16 => (format!("suggest\n--isolate={from}\n--allow-to={to}:80"), String::new()),
            _ => ("check\n--output=json".to_owned(), rows),
        };
        all.push(format!("{arguments}{PART}{manifests}{PART}{other}").into_bytes());
    }
    for lesson in LESSONS {
        all.push(format!("test{PART}{PART}{}", lesson.text).into_bytes());
        all.push(format!("test\n--output=json{PART}{}{PART}{SUITE}", lesson.text).into_bytes());
    }
    Ok(all)
}

/// A bare connection as `netpol check` expects it.
fn row(row: &Expectation) -> Option<serde_json::Value> {
    let (to, port) = (row.to.as_ref()?, row.port?);
    let allowed = row.got == cases::Outcome::Ok;
    Some(serde_json::json!({"from": row.from, "to": to, "port": port, "allowed": allowed}))
}
