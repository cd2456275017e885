//! `cargo xtask bench`: the benchmarks, and the engine's steps natively against WebAssembly.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::{Cmd, say};
use crate::setup::{self, WASM_TARGET};
use crate::workspace::Workspace;

/// The package of the benchmark, and its name there.
const PACKAGE: &str = "netpol-tests";
const BENCH: &str = "speed";

/// The part that runs in WebAssembly, too.
const STEPS: &str = "steps";

/// How the page is compiled.
const PAGE: [&str; 2] = ["--profile", "page"];

/// By this name the comparison is asked for.
const COMPARISON: &str = "wasm";

/// How often both are run, in turn, so that what else the machine does falls on both.
const ROUNDS: usize = 3;

/// Milliseconds by the heading and the name of what was timed.
type Figures = BTreeMap<(String, String), f64>;

/// Runs these parts of the benchmark, or everything where none is named.
pub(crate) fn run(workspace: &Workspace, parts: &[String]) -> Result<()> {
    let native: Vec<&String> = parts.iter().filter(|part| *part != COMPARISON).collect();
    if parts.is_empty() || !native.is_empty() {
        bench().arg("--").args(native).run()?;
    }
    if parts.is_empty() || parts.iter().any(|part| part == COMPARISON) {
        compare(workspace)?;
    }
    Ok(())
}

fn bench() -> Cmd {
    Cmd::cargo("bench").args(["--quiet", "-p", PACKAGE, "--bench", BENCH])
}

/// Prints what each step takes natively and in WebAssembly under Node, at least, and the ratio.
fn compare(workspace: &Workspace) -> Result<()> {
    let script = wasm_script(workspace)?;
    let (mut order, mut native, mut wasm) = (Vec::new(), Figures::new(), Figures::new());
    for round in 1..=ROUNDS {
        say(&format!("natively and in WebAssembly, round {round} of {ROUNDS}"));
        // Both as the page is compiled: what is compared is where the code runs.
        order = note(&bench().args(PAGE).args(["--", STEPS]).read()?, &mut native);
        note(&Cmd::new("node").arg(&script).read()?, &mut wasm);
    }
    let mut heading = "";
    for key in &order {
        let (Some(native), Some(wasm)) = (native.get(key), wasm.get(key)) else {
            bail!("WebAssembly does not say what `{}` of `{}` took", key.1, key.0);
        };
        if heading != key.0 {
            heading = &key.0;
            println!("\n{heading}, at least:");
        }
        let name = &key.1;
        println!("  {name:<36} native {native:>9.3} ms, wasm {wasm:>9.3} ms, ratio {:.2}", wasm / native);
    }
    Ok(())
}

/// Keeps the least of each figure, and gives what was timed in its order.
fn note(output: &str, figures: &mut Figures) -> Vec<(String, String)> {
    let mut order = Vec::new();
    let mut heading = "";
    for line in output.lines() {
        match figure(line) {
            Some((name, took)) => {
                let key = (heading.to_owned(), name.to_owned());
                let least = figures.entry(key.clone()).or_insert(took);
                *least = least.min(took);
                order.push(key);
            }
            None if !line.trim().is_empty() => heading = line,
            None => {}
        }
    }
    order
}

/// `  name   1.5 ms, at least   1.2 ms` is the name, and the last number.
fn figure(line: &str) -> Option<(&str, f64)> {
    let (rest, least) = line.strip_prefix("  ")?.strip_suffix(" ms")?.rsplit_once("at least")?;
    let (name, _) = rest.trim_end().strip_suffix(" ms,")?.trim_end().rsplit_once(' ')?;
    Some((name.trim(), least.trim().parse().ok()?))
}

/// Builds the benchmark for the page's target and gives what Node is to run.
fn wasm_script(workspace: &Workspace) -> Result<PathBuf> {
    let bindgen = setup::wasm_bindgen(workspace)?.join("wasm-bindgen");
    let build = bench().args(PAGE).args(["--no-run", "--target", WASM_TARGET]);
    let messages = build.args(["--message-format", "json-render-diagnostics"]).read()?;
    let module = executable(&messages).context("cargo does not say where the benchmark's module is")?;
    let out = workspace.tools().join("bench");
    Cmd::new(bindgen)
        .args(["--target", "nodejs", "--out-name", BENCH, "--out-dir"])
        .arg(&out)
        .arg(module)
        .run()?;
    // It is no ES module, while the workspace's scripts are.
    let script = out.join(format!("{BENCH}.cjs"));
    std::fs::rename(out.join(format!("{BENCH}.js")), &script).context("wasm-bindgen wrote no script")?;
    Ok(script)
}

/// Where cargo's messages say that the benchmark is.
fn executable(messages: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut built = messages.filter(|message| {
        let target = message.get("target").and_then(|target| target.get("name"));
        target.and_then(Value::as_str) == Some(BENCH)
    });
    built.find_map(|message| Some(Path::new(message.get("executable")?.as_str()?).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_each_figure_is_kept() {
        let mut figures = Figures::new();
        let one = "\n100 pods:\n  parse       1.500 ms, at least      1.250 ms\n  diff: 3 flows  2.0 ms, at least 2.0 ms\n";
        let order = note(one, &mut figures);
        note("100 pods:\n  parse       1.500 ms, at least      1.125 ms\n", &mut figures);
        let key = |name: &str| ("100 pods:".to_owned(), name.to_owned());
        assert_eq!(order, [key("parse"), key("diff: 3 flows")]);
        assert_eq!(figures.get(&key("parse")), Some(&1.125));
        assert_eq!(figures.get(&key("diff: 3 flows")), Some(&2.0));
    }

    #[test]
    fn the_module_is_where_cargo_says() {
        let messages = "{\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"speed\"},\"executable\":\"/a/speed.wasm\"}\n\
                        {\"reason\":\"build-finished\",\"success\":true}\n";
        assert_eq!(executable(messages).as_deref(), Some(Path::new("/a/speed.wasm")));
        assert_eq!(executable("{\"target\":{\"name\":\"other\"},\"executable\":\"/a\"}"), None);
    }
}
