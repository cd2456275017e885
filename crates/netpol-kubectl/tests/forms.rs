//! What `get` and `describe` print, held against forms whose source in kubectl or the API server is named at each.
//!
//! `tests/forms.txt` holds the cases: a title, where the form comes from, the manifests, and a command with its output.
//! `UPDATE_FORMS=1` writes down what comes out, to be read against the source.

#![expect(clippy::panic, reason = "a test fails where it cannot go on")]

use std::fs;
use std::path::PathBuf;

use netpol_kubectl::Shell;
use netpol_lessons::ScenarioFile;

/// Between two cases.
const BORDER: &str = "\n================\n";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/forms.txt")
}

/// A case: all of it up to its command, the command, and what it prints.
fn parts(case: &str) -> (&str, &str, &str) {
    let (head, rest) = case.split_once("\n$ ").unwrap_or_else(|| panic!("no command in {case}"));
    let (command, expected) = rest.split_once('\n').unwrap_or((rest, ""));
    (head, command, expected)
}

fn printed(head: &str, command: &str) -> String {
    // Its title and its source are comments of the manifests.
    let mut shell = Shell::new(&[ScenarioFile::new("cluster.yaml", head)]);
    shell.run(command).text
}

#[test]
fn forms_are_those_of_kubectl() {
    let text = fs::read_to_string(path()).unwrap();
    let cases: Vec<&str> = text.trim_end_matches('\n').split(BORDER).collect();
    assert!(cases.len() >= 30, "{}", cases.len());
    if std::env::var_os("UPDATE_FORMS").is_some() {
        let updated = cases.iter().map(|case| {
            let (head, command, _) = parts(case);
            format!("{head}\n$ {command}\n{}", printed(head, command).trim_end_matches('\n'))
        });
        fs::write(path(), updated.collect::<Vec<_>>().join(BORDER) + "\n").unwrap();
        return;
    }
    for case in cases {
        let (head, command, expected) = parts(case);
        let title = head.lines().next().unwrap_or_default();
        assert!(head.contains("\n# Source: "), "{title} names no source");
        assert_eq!(printed(head, command).trim_end_matches('\n'), expected, "{title}\n$ {command}");
    }
}
