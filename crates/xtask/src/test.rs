//! `cargo xtask test`: everything that must hold, the quick checks first, stopping at the first that fails.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::run::{Cmd, say};
use crate::setup::{self, Tools, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{browser, site, size};

/// The crates that the page is made of, which must be clean on its target as well.
const PAGE: [&str; 5] = ["netpol-syntax", "netpol-engine", "netpol-view", "netpol-lessons", "netpol-web"];

/// The package that holds the tests of the page's target, each in a test target named `wasm…`.
const TESTS: &str = "netpol-tests";

#[derive(Args)]
pub(crate) struct Options {
    /// Leave out the browser tests
    #[arg(long)]
    no_browser: bool,
    /// Run these stages alone
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Stage>,
    /// Passed on to Playwright
    #[arg(last = true)]
    playwright: Vec<String>,
}

/// The stages, in the order in which they run.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Stage {
    /// rustfmt
    Fmt,
    /// clippy, natively and for the page's target
    Clippy,
    /// The unit, property and conformance tests
    Native,
    /// The tests that run as WebAssembly
    Wasm,
    /// The site builds
    Site,
    /// The site is within its budget
    Size,
    /// The browser tests, against the site in `dist/`
    Browser,
}

impl Stage {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

enum Outcome {
    Passed(Duration),
    /// With the reason.
    Skipped(String),
}

/// Runs the stages and sums them up.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let chosen = |stage: &Stage| options.only.is_empty() || options.only.contains(stage);
    let begun = Instant::now();
    setup::checkers()?;
    let tools = setup::site_tools(workspace)?;
    if chosen(&Stage::Browser) && !options.no_browser {
        // Known now, and not after all else.
        browser::chromium()?;
    }

    let mut outcomes = Vec::new();
    for stage in Stage::value_variants().iter().copied().filter(chosen) {
        headline(&stage.name());
        let stage_begun = Instant::now();
        let skipped = if stage == Stage::Browser && options.no_browser {
            Some("left out by `--no-browser`: nothing has been tested in a browser".to_owned())
        } else {
            run_stage(stage, workspace, &tools, &options.playwright).with_context(|| {
                let name = stage.name();
                format!("stage `{name}` failed; rerun it with `cargo xtask test --only {name}`")
            })?
        };
        outcomes.push(match skipped {
            Some(reason) => {
                say(&format!("SKIPPED: {reason}"));
                (stage, Outcome::Skipped(reason))
            }
            None => {
                say(&format!("passed in {:.1} s", stage_begun.elapsed().as_secs_f64()));
                (stage, Outcome::Passed(stage_begun.elapsed()))
            }
        });
    }

    headline("summary");
    for (stage, outcome) in &outcomes {
        match outcome {
            Outcome::Passed(took) => println!("{:<8} passed {:>7.1} s", stage.name(), took.as_secs_f64()),
            Outcome::Skipped(reason) => println!("{:<8} SKIPPED: {reason}", stage.name()),
        }
    }
    println!("all passed in {:.0} s, set-up included", begun.elapsed().as_secs_f64());
    Ok(())
}

/// Runs one stage; gives a reason where there was nothing to run.
fn run_stage(
    stage: Stage,
    workspace: &Workspace,
    tools: &Tools,
    playwright: &[String],
) -> Result<Option<String>> {
    match stage {
        Stage::Fmt => Cmd::cargo("fmt").args(["--all", "--check"]).run()?,
        Stage::Clippy => {
            Cmd::cargo("clippy").args(["--workspace", "--all-targets", "--", "-D", "warnings"]).run()?;
            Cmd::cargo("clippy")
                .args(["--target", WASM_TARGET])
                .args(PAGE.iter().flat_map(|name| ["-p", *name]))
                .args(["--", "-D", "warnings"])
                .run()?;
        }
        Stage::Native => Cmd::cargo("test").arg("--workspace").run()?,
        Stage::Wasm => return wasm_tests(workspace, tools),
        Stage::Site => site::build(workspace, tools)?,
        Stage::Size => {
            // A weight is a figure to be looked at, not a fault of the code: `cargo xtask size` fails on it.
            for sum in size::report(&workspace.dist())? {
                eprintln!("\nOVER THE BUDGET: {sum}\n");
            }
        }
        Stage::Browser => browser::test(workspace, playwright)?,
    }
    Ok(None)
}

/// Runs the tests for the page's target, under Node.
fn wasm_tests(workspace: &Workspace, tools: &Tools) -> Result<Option<String>> {
    let mut targets = workspace.targets(TESTS, "test");
    targets.retain(|name| name.starts_with("wasm"));
    if targets.is_empty() {
        return Ok(Some(format!("{TESTS} has no test target whose name begins with `wasm`")));
    }
    Cmd::cargo("test")
        .args(["-p", TESTS, "--target", WASM_TARGET])
        .args(targets.iter().flat_map(|name| ["--test", *name]))
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            tools.wasm_bindgen.join("wasm-bindgen-test-runner"),
        )
        .run()?;
    Ok(None)
}

fn headline(text: &str) {
    println!("\n==== {text} ====");
}
