//! The whole way to a picture, and inputs that nobody should paste.

use netpol_engine::Analysis;
use netpol_syntax::{Limits, SourceFile, parse_all};
use netpol_tests::generate::{Form, Size, generate};
use netpol_tests::{cases, hostile, replay};
use netpol_view::{Layout, PortChoice, Reach, Scene, SceneOptions, Theme, svg};

use crate::clock::{say, time};

/// Clusters of which a picture is drawn.
pub fn generated() {
    for pods in [100, 1_000] {
        let size = Size { pods, policies: pods / 10, form: Form::Deployments };
        measure(&format!("{pods} pods, {} policies", size.policies), &generate(1, size).text());
    }
}

/// The walkthrough that everyone knows.
pub fn three_tiers() {
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
    say("parse", time(|| parse_all(&files, &Limits::COMMAND)));
    say("analysis", time(|| Analysis::of(&parsed)));
    say("matrix", time(|| analysis.matrix()));
    say("arrows", time(|| Reach::of(&analysis, &matrix, PortChoice::AsServed)));
    let reach = Reach::of(&analysis, &matrix, PortChoice::AsServed);
    say("layout", time(|| Layout::of(&analysis)));
    let layout = Layout::of(&analysis);
    say("scene", time(|| Scene::of(&analysis, &layout, &reach, &SceneOptions::default())));
    let scene = Scene::of(&analysis, &layout, &reach, &SceneOptions::default());
    say("picture as SVG", time(|| svg(&scene, Theme::Light)));
    say("whole edit", time(|| edit(&files)));
}

/// What happens at each keystroke, but for the page's own work.
fn edit(files: &[SourceFile]) -> Scene {
    let analysis = Analysis::read(files, &Limits::COMMAND);
    let reach = Reach::of(&analysis, &analysis.matrix(), PortChoice::AsServed);
    Scene::of(&analysis, &Layout::of(&analysis), &reach, &SceneOptions::default())
}

/// What is over the page's limits must be refused at once.
pub fn refusals() {
    println!("\nover the page's limits, or at them:");
    for (name, text) in hostile::over_limits().into_iter().chain(hostile::large()) {
        let files = [SourceFile::new("input.yaml", text)];
        say(name, time(|| Analysis::read(&files, &Limits::PAGE).matrix()));
    }
}

/// Clusters in which everything differs, twice as large each time: what more than doubles stands out.
pub fn heavy() {
    for count in [125, 250, 500] {
        println!("\n{count} of each, to the matrix:");
        for (name, text) in hostile::heavy(count) {
            let files = [SourceFile::new("input.yaml", text)];
            say(name, time(|| Analysis::read(&files, &Limits::PAGE).matrix()));
        }
    }
}
