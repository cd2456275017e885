//! What the command `netpol` is given: arguments, manifests, expected rows, cases.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use netpol_engine::Analysis;
use netpol_lessons::{Lesson, check, opening, state, touched};
use netpol_syntax::{FileId, Limits, Node, SourceFile, parse};

/// Between the parts of an input: the character that ASCII has for it.
pub const PART: char = '\u{1e}';

/// The arguments that an input may give, none of which names a file.
const OPTIONS: [&str; 14] = [
    "--from=",
    "--to=",
    "--curl=",
    "--port=",
    "--protocol=",
    "--output=",
    "--theme=",
    "--site=",
    "--quiet",
    "--allow=",
    "--isolate=",
    "--allow-from=",
    "--allow-to=",
    "--nothing",
];

/// Runs the command in this process. The first part of the input is its arguments, a line each and the subcommand first;
/// the second the manifests; the third what else it reads: rows, the other manifests, a case.
///
/// A panic is a fault, and so is output that is not UTF-8 or not the JSON that was asked for.
pub fn command_input(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(3, PART);
    let mut part = || parts.next().unwrap_or_default();
    let (arguments, manifests, other) = (part(), part(), part());
    lesson(other);
    run(arguments, manifests, other);
}

fn run(arguments: &str, manifests: &str, other: &str) {
    let mut arguments = arguments.lines();
    let subcommand = arguments.next().unwrap_or_default();
    if subcommand.is_empty() || !subcommand.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return;
    }
    let Ok(folder) = tempfile::tempdir() else { return };
    let file = |name: &str, text: &str| written(folder.path(), name, text);
    let manifests = file("manifests.yaml", manifests);
    let mut words: Vec<OsString> = vec!["netpol".into(), subcommand.into()];
    match subcommand {
        "check" => {
            let mut expect = OsString::from("--expect=");
            expect.push(file("expected.json", other));
            words.extend([manifests, expect]);
        }
        "diff" => words.extend([manifests, file("other.yaml", other)]),
        "test" if stays_here(other) => words.push(file("case.yaml", other)),
        "test" => return,
        _ => words.push(manifests),
    }
    let given = arguments.filter(|word| OPTIONS.iter().any(|option| word.starts_with(option)));
    let given: Vec<&str> = given.collect();
    words.extend(given.iter().map(OsString::from));

    let mut out = Vec::new();
    let code = netpol_cli::main(words, &mut out, std::io::sink());
    let answer = std::str::from_utf8(&out);
    assert!(answer.is_ok(), "the answer is not UTF-8: {answer:?}");
    if given.contains(&"--output=json") && code != ExitCode::from(2) {
        let json = answer.map(serde_json::from_str::<serde_json::Value>);
        assert!(matches!(json, Ok(Ok(_))), "the answer is not JSON: {answer:?}");
    }
}

/// Whether a case names no files but those of its own folder.
fn stays_here(case: &str) -> bool {
    let parsed = parse(FileId(0), case, &Limits::PAGE);
    let named = parsed.documents.iter().filter_map(|document| document.root().get("manifests"));
    let is_plain = |name: &str| !name.contains('/') && name != "..";
    named.flat_map(Node::items).all(|item| item.as_str().is_some_and(is_plain))
}

fn written(folder: &Path, name: &str, text: &str) -> OsString {
    let path = folder.join(name);
    // Where it cannot be written the command says that it is not there.
    let _ = fs::write(&path, text);
    path.into_os_string()
}

/// Plays the text as a lesson, where it is one.
fn lesson(text: &str) {
    let Ok(lesson) = Lesson::parse("fuzzed", text) else { return };
    assert_eq!(opening(&lesson).steps.len(), lesson.steps.len());
    for (at, step) in lesson.steps.iter().enumerate() {
        let files = state(&lesson, at);
        for touched in touched(&lesson, at) {
            let file = files.get(touched.file).map(|file| touched.span.of(&file.text));
            assert!(file.is_some_and(|text| !text.is_empty()), "{touched:?} is nowhere");
        }
        let files: Vec<SourceFile> =
            files.into_iter().map(|file| SourceFile::new(file.name, file.text)).collect();
        let analysis = Analysis::read(&files, &Limits::PAGE);
        for row in &step.expect {
            // An end that is not in the cluster is told as such.
            let _ = check(&analysis, row).map(|checked| assert!(!checked.holds || checked.got == row.got));
        }
    }
}
