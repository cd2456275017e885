//! The command's papers are as true as the command.

mod common;

use std::fs;
use std::path::Path;

use common::{netpol, written};

#[expect(clippy::unwrap_used, reason = "it is called from tests alone")]
fn paper(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)).unwrap()
}

/// The names and formats of the subcommands, as `--help` lists them.
fn commands() -> Vec<String> {
    let help = netpol("--help").out;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_is_described_with_the_formats_that_it_has() {
    let paper = paper("command.md");
    let commands = commands();
    assert!(commands.len() >= 10, "{commands:?}");
    for command in commands {
        let row = paper.lines().find(|line| line.starts_with(&format!("| `{command} ")));
        let row = row.unwrap_or_else(|| panic!("`{command}` has no row"));
        let help = netpol(&format!("{command} -h")).out;
        let offered = help.lines().find(|line| line.contains("--output"));
        let Some((_, offered)) = offered.and_then(|line| line.split_once("[possible values: ")) else {
            continue;
        };
        let formats: Vec<String> =
            offered.trim_end_matches(']').split(", ").map(|format| format!("`{format}`")).collect();
        assert!(row.ends_with(&format!("| {} |", formats.join(", "))), "{row}\n{formats:?}");
        for option in help.split_whitespace().filter(|word| word.starts_with("--")) {
            let is_common =
                ["--output", "--quiet", "--help", "--version", "--protocol", "--port"].contains(&option);
            assert!(is_common || row.contains(option), "`{command} {option}`");
        }
    }
}

/// The blocks of `language` in a paper, each with the name in backticks that stands last before it.
fn blocks<'p>(paper: &'p str, language: &str) -> Vec<(&'p str, &'p str)> {
    let fence = format!("```{language}\n");
    let mut found = Vec::new();
    for (at, _) in paper.match_indices(&fence) {
        let (before, after) = (&paper[..at], &paper[at + fence.len()..]);
        let line = before.trim_end().rsplit("\n\n").next().unwrap_or_default();
        let name = line.split('`').nth(1).unwrap_or_default();
        found.push((name, after.split("```").next().unwrap_or_default()));
    }
    found
}

#[test]
fn the_example_of_expectations_plays_as_it_is_told() {
    let paper = paper("expectations.md");
    let files = blocks(&paper, "yaml");
    assert_eq!(
        files.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["manifests/shop.yaml", "tests/shop.yaml"]
    );
    let mut folder = None;
    for (name, text) in files {
        folder = written(&format!("example/{name}"), text).ancestors().nth(2).map(Path::to_path_buf);
    }
    let tests = folder.unwrap().join("tests").display().to_string();
    let ran = netpol(&format!("test {tests}"));
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let consoles = blocks(&paper, "console");
    let (_, told) = consoles.last().unwrap();
    let told = told.strip_prefix("$ netpol test tests/\n").unwrap();
    assert_eq!(ran.out.replace(&tests, "tests"), told);
}
