//! The built command, run as a shell would.

#![allow(dead_code, reason = "each test binary uses its own part of it")]
#![expect(clippy::unwrap_used, reason = "it is called from tests alone")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What came out of it.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The last line of standard output.
    pub fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or_default()
    }
}

/// Runs `netpol` in the folder of fixtures; arguments are parted by spaces.
pub fn netpol(arguments: &str) -> Ran {
    netpol_with_input(arguments, "")
}

/// The same, with a standard input.
pub fn netpol_with_input(arguments: &str, input: &str) -> Ran {
    netpol_in(arguments, input, &[])
}

/// The same, with more in its environment, which otherwise says nothing about colours.
pub fn netpol_in(arguments: &str, input: &str, environment: &[(&str, &str)]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_netpol"))
        .args(arguments.split_whitespace())
        .current_dir(fixtures())
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The inputs are far smaller than a pipe's buffer. A command that fails early need not read them.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The folder of fixtures.
pub fn fixtures() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures"].iter().collect()
}

/// A file of this run alone, outside the fixtures.
pub fn written(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// `answer`, which is JSON and what the schema of `command` says.
pub fn valid(command: &str, answer: &str) -> serde_json::Value {
    let schema = fs::read_to_string(
        [env!("CARGO_MANIFEST_DIR"), "schemas", &format!("{command}.schema.json")]
            .iter()
            .collect::<PathBuf>(),
    );
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema.unwrap()).unwrap()).unwrap();
    let answer = serde_json::from_str(answer).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(&answer).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{command}: {wrong:#?}\n{answer}");
    answer
}
