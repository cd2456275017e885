//! How long everything takes, as figures: nothing here passes or fails. `README.md` says how to read them.

use std::hint::black_box;
use std::time::{Duration, Instant};

use netpol_engine::{Analysis, Matrix};
use netpol_syntax::{Limits, SourceFile, parse_all};
use netpol_tests::generate::{Form, Size, generate};
use netpol_tests::{cases, hostile, replay};
use netpol_view::{Layout, PortChoice, Reach, Scene, SceneOptions, Theme, svg};

/// How long a measurement is repeated.
const BUDGET: Duration = Duration::from_millis(600);
/// Past so many workloads nobody draws all arrows: the page shows the matrix.
const DRAWN: usize = 500;

/// The parts, by the names that choose them on the command line; all of them where none is named.
const PARTS: [(&str, fn()); 4] =
    [("three-tiers", three_tiers), ("generated", generated), ("refusals", refusals), ("heavy", heavy)];

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    for (name, part) in PARTS {
        if named.is_empty() || named.iter().any(|it| it == name) {
            part();
        }
    }
}

fn generated() {
    for form in [Form::Deployments, Form::Pods] {
        for pods in [100, 1_000, 10_000] {
            let size = Size { pods, policies: pods / 10, form };
            let text = generate(1, size).text();
            measure(&format!("{pods} pods as {form:?}, {} policies", size.policies), &text);
        }
    }
}

fn three_tiers() {
    let path = cases::walkthroughs_folder().join("3-three-tier.yaml");
    let case = std::fs::read_to_string(&path).map_err(|error| error.to_string());
    let case = match case.and_then(|text| cases::parse(&text)) {
        Ok(case) => case,
        Err(error) => return println!("{}: {error}", path.display()),
    };
    let mut state = replay::State::new(&case.cluster);
    if let Err(error) = case.steps.iter().try_for_each(|step| state.take(step)) {
        return println!("{}: {error}", path.display());
    }
    measure("three tiers, last step", &state.text());
}

/// Each stage on its own, and all of them as one edit.
fn measure(name: &str, text: &str) {
    let files = [SourceFile::new("cluster.yaml", text)];
    let parsed = parse_all(&files, &Limits::COMMAND);
    let analysis = Analysis::of(&parsed);
    let matrix = analysis.matrix();
    println!(
        "\n{name}: {} KB, {} pods, {} workloads, {} policies, {} classes",
        text.len() / 1024,
        analysis.cluster.pods.len(),
        analysis.cluster.workloads.len(),
        analysis.cluster.policies.len(),
        analysis.index.classes().len(),
    );
    say("parse", median(|| parse_all(&files, &Limits::COMMAND)));
    say("analysis", median(|| Analysis::of(&parsed)));
    say("matrix", median(|| analysis.matrix()));
    if analysis.cluster.workloads.len() <= DRAWN {
        say("arrows", median(|| Reach::of(&analysis, &matrix, PortChoice::AsServed)));
        let reach = Reach::of(&analysis, &matrix, PortChoice::AsServed);
        say("layout", median(|| Layout::of(&analysis)));
        let layout = Layout::of(&analysis);
        say("scene", median(|| Scene::of(&analysis, &layout, &reach, &SceneOptions::default())));
        let scene = Scene::of(&analysis, &layout, &reach, &SceneOptions::default());
        say("picture as SVG", median(|| svg(&scene, Theme::Light)));
        say("whole edit", median(|| edit(&files)));
    } else {
        say("whole edit, as a matrix", median(|| edit_to_matrix(&files)));
    }
}

/// What happens at each keystroke, but for the page's own work.
fn edit(files: &[SourceFile]) -> Scene {
    let analysis = Analysis::read(files, &Limits::COMMAND);
    let reach = Reach::of(&analysis, &analysis.matrix(), PortChoice::AsServed);
    Scene::of(&analysis, &Layout::of(&analysis), &reach, &SceneOptions::default())
}

fn edit_to_matrix(files: &[SourceFile]) -> Matrix {
    Analysis::read(files, &Limits::COMMAND).matrix()
}

/// What is over the page's limits must be refused at once.
fn refusals() {
    println!("\nover the page's limits, or at them:");
    for (name, text) in hostile::over_limits().into_iter().chain(hostile::large()) {
        let files = [SourceFile::new("input.yaml", text)];
        say(name, median(|| Analysis::read(&files, &Limits::PAGE).matrix()));
    }
}

/// Clusters in which everything differs, twice as large each time: what more than doubles stands out.
fn heavy() {
    for count in [125, 250, 500] {
        println!("\n{count} of each, to the matrix:");
        for (name, text) in hostile::heavy(count) {
            let files = [SourceFile::new("input.yaml", text)];
            say(name, median(|| Analysis::read(&files, &Limits::PAGE).matrix()));
        }
    }
}

/// The median of as many runs as the budget allows.
fn median<T>(mut run: impl FnMut() -> T) -> Duration {
    let begun = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || (begun.elapsed() < BUDGET && times.len() < 101) {
        let at = Instant::now();
        let result = black_box(run());
        times.push(at.elapsed());
        drop(result);
    }
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn say(name: &str, time: Duration) {
    println!("  {name:<36} {:>10.3} ms", time.as_secs_f64() * 1_000.0);
}
