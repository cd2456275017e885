//! `netpol share`: the input as a link to a playground.

use std::io::Write;

use anyhow::{Context, Result};
use netpol_lessons::{Scenario, ScenarioFile, share};
use netpol_syntax::{Limits, Node, SourceFile, parse_all};

use crate::Finding;
use crate::args::ShareArgs;
use crate::input;
use crate::shell::Shell;

/// Prints the link.
///
/// # Errors
/// Where the input cannot be read, or is too large for a link.
pub fn run(args: &ShareArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let input = input::analyse(&args.input.files, shell)?;
    let files = input.files.iter().map(|file| ScenarioFile::new(name(&file.name), file.text.to_string()));
    let scenario = Scenario { files: files.collect(), ..Scenario::default() };
    let fragment = share::encode(&scenario).context("no link can be made")?;
    let site = args.site.trim_end_matches('#');
    if holds_secrets(&input.files) {
        shell.say("warning: the input holds Secrets, and the link holds all of the input; leave them out\n");
    }
    writeln!(out, "{site}{fragment}")?;
    if fragment.len() > share::WARN_CHARACTERS && !shell.is_quiet() {
        let length = site.len() + fragment.len();
        shell.say(format_args!(
            "note: the link has {length} characters; some mail and chat programs cut such links"
        ));
    }
    Ok(Finding::Nothing)
}

/// Whether any of the objects is a Secret.
fn holds_secrets(files: &[SourceFile]) -> bool {
    let is_secret = |node: Node<'_>| node.get("kind").and_then(Node::as_str) == Some("Secret");
    parse_all(files, &Limits::COMMAND).documents.iter().any(|document| {
        let root = document.root();
        is_secret(root) || root.get("items").is_some_and(|items| items.items().any(is_secret))
    })
}

/// What a file is called on the page.
fn name(file: &str) -> &str {
    if file == input::STANDARD_INPUT { "input.yaml" } else { file }
}
