//! The engine's steps, from a text to all pairs and from one state to the next, in three sizes each ten times the
//! one before. This part runs in WebAssembly, too.

use std::sync::Arc;

use netpol_engine::{Analysis, Diff, Index, Matrix, Session};
use netpol_syntax::{Limits, SourceFile, parse_all};
use netpol_tests::generate::{Form, Generated, Size, generate};

use crate::clock::{print, say, time};

/// The sizes, in pods; there is a tenth as many policies.
pub const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// The edits that are timed: what they are called, the kind of policy that they are made in, and what is written there
/// instead of what.
const EDITS: [(&str, &str, &str, &str); 4] = [
    ("edit: a port that comes in", "from-app-", "- port: ", "- port: 1"),
    ("edit: a port that goes out", "to-app-", "- port: main", "- port: metrics"),
    (
        "edit: whom a policy isolates",
        "within-tier-",
        "podSelector:\n    matchLabels:\n      tier: ",
        "podSelector:\n    matchLabels:\n      edited: ",
    ),
    ("edit: a block of addresses", "from-office-", "198.51.", "203.0."),
];

/// Times the steps.
pub fn steps() {
    for form in [Form::Deployments, Form::Pods] {
        for pods in SIZES {
            measure(pods, form);
        }
    }
}

fn measure(pods: usize, form: Form) {
    let size = Size { pods, policies: pods / 10, form };
    let generated = generate(1, size);
    let files = files(&generated);
    let parsed = parse_all(&files, &Limits::COMMAND);
    let analysis = Analysis::of(&parsed);
    let matrix = analysis.matrix();
    print(&format!(
        "\n{pods} pods as {form:?}, {} policies: {} KB, {} pods, {} workloads, {} classes",
        size.policies,
        files.iter().map(|file| file.text.len()).sum::<usize>() / 1024,
        analysis.cluster.pods.len(),
        analysis.cluster.workloads.len(),
        analysis.index.classes().len(),
    ));
    say("parse", time(|| parse_all(&files, &Limits::COMMAND)));
    say("analysis", time(|| Analysis::of(&parsed)));
    drop(parsed);
    say("of which compile", time(|| Index::compile(&analysis.cluster)));
    say("matrix", time(|| analysis.matrix()));
    say("all of it", time(|| all_of_it(&files)));

    let edits = EDITS.iter().filter_map(|(name, kind, from, to)| {
        let mut edited = generated.clone();
        let policy =
            edited.policies.iter_mut().find(|policy| policy.contains(kind) && policy.contains(from))?;
        *policy = policy.replacen(from, to, 1);
        Some((*name, edited))
    });
    for (name, edited) in edits {
        say(name, edit([&generated, &edited]));
    }
    let mut fewer = generated.clone();
    fewer.policies.remove(0);
    say("edit: a policy comes or goes", edit([&generated, &fewer]));
    let mut other = generated.clone();
    if let Some(labels) = other.cluster.iter_mut().find(|document| document.contains("tier: ")) {
        *labels = labels.replace("tier: ", "tier: not-");
    }
    say("edit: a label of a pod", edit([&generated, &other]));

    let later = Analysis::read(&self::files(&fewer), &Limits::COMMAND);
    let later_matrix = later.matrix();
    let diff = || Diff::between((&analysis, &matrix), (&later, &later_matrix));
    say("diff: a policy less", time(diff));
    let mut fewer = generated;
    fewer.policies.truncate(size.policies - size.policies / 10);
    let later = Analysis::read(&self::files(&fewer), &Limits::COMMAND);
    let later_matrix = later.matrix();
    let diff = || Diff::between((&analysis, &matrix), (&later, &later_matrix));
    let changes = diff().changes.len();
    say(&format!("diff: {changes} flows"), time(diff));
}

/// Policies first, so that an edit in them moves everything else.
fn files(generated: &Generated) -> [SourceFile; 1] {
    let all: Vec<&str> = generated.policies.iter().chain(&generated.cluster).map(String::as_str).collect();
    [SourceFile::new("cluster.yaml", all.join("---\n"))]
}

fn all_of_it(files: &[SourceFile]) -> (Analysis, Matrix) {
    let analysis = Analysis::read(files, &Limits::COMMAND);
    let matrix = analysis.matrix();
    (analysis, matrix)
}

/// From a changed text to the new matrix, there and back.
fn edit(states: [&Generated; 2]) -> crate::clock::Took {
    let states = states.map(files);
    let mut session = Session::new(&Limits::COMMAND);
    let mut turn = states.iter().cycle();
    if let Some(files) = turn.next() {
        session.update(files);
        std::hint::black_box(session.matrix());
    }
    time(|| {
        let files = turn.next()?;
        session.update(files);
        Some(Arc::clone(session.matrix()))
    })
}
