//! One expectation file, played.

use std::collections::BTreeSet;

use netpol_engine::{Analysis, Outcome};
use netpol_lessons::{CLUSTER_FILE, Expectation, POLICIES_FILE, ScenarioFile, Suite, SuiteStep, check};
use netpol_syntax::{Diagnostic, Limits, SourceFile};

use crate::diagnostics;
use crate::lines::Lines;
use crate::output::json::{self, JsonPlace};
use crate::report;
use crate::shell::Shell;

use super::files::ExpectationFile;

/// What came of an expectation file.
pub struct Played {
    /// What it shows.
    pub title: String,
    /// Its steps.
    pub steps: Vec<PlayedStep>,
}

/// What came of a step.
pub struct PlayedStep {
    /// What happens, in one line.
    pub title: String,
    /// What came of its expectations.
    pub rows: Vec<Judged>,
}

/// What came of an expectation.
pub struct Judged {
    /// What was expected.
    pub expectation: Expectation,
    /// Where it is written.
    pub place: Option<JsonPlace>,
    /// `None` where it holds.
    pub failure: Option<Failure>,
}

/// How an expectation does not hold.
pub struct Failure {
    /// What came out; `None` where it cannot be asked.
    pub got: Option<Outcome>,
    /// What decided it, or why it cannot be asked.
    pub why: String,
}

/// Plays `file`; `None` where it cannot be played, and it was told why.
pub fn play(file: &ExpectationFile, shell: &Shell) -> Option<Played> {
    let source = std::slice::from_ref(&file.source);
    let unusable = |wrong: Vec<Diagnostic>| diagnostics::tell(source, wrong.iter(), &[], shell);
    let suite = Suite::parse(&file.source.text).map_err(unusable).ok()?;
    let title = suite.title().to_owned();
    let given = file.manifests(suite.manifests(), shell);
    let rehearsal = suite.rehearse(given).map_err(unusable).ok()?;
    let mut lines = Lines::of(source);
    let mut told = BTreeSet::new();
    let steps = rehearsal.zip(1..).map(|(step, number)| {
        let analysis = analyse(file, number, &step, &mut told, shell);
        let rows = step.expect.into_iter().map(|(expectation, at)| {
            let failure = failure(&analysis, &expectation);
            Judged { expectation, place: json::place(at, &mut lines), failure }
        });
        PlayedStep { title: step.title, rows: rows.collect() }
    });
    Some(Played { title, steps: steps.collect() })
}

/// What tells diagnostics apart from step to step, while lines move.
type Known = BTreeSet<(String, &'static str, String, Option<String>)>;

/// Analyses the files at a step, and tells what is wrong with them where no earlier step did.
fn analyse(
    file: &ExpectationFile,
    number: usize,
    step: &SuiteStep,
    told: &mut Known,
    shell: &Shell,
) -> Analysis {
    let name = |it: &ScenarioFile| match it.name.as_str() {
        own @ (CLUSTER_FILE | POLICIES_FILE) => format!("{}, step {number}, {own}", file.source.name),
        given => given.to_owned(),
    };
    let files: Vec<SourceFile> =
        step.files.iter().map(|it| SourceFile::new(name(it), it.text.as_str())).collect();
    let analysis = Analysis::read(&files, &Limits::COMMAND);
    let is_new = |diagnostic: &&Diagnostic| {
        let named = diagnostic.at.and_then(|at| step.files.get(at.file.index()));
        let named = named.map_or_else(String::new, |file| file.name.clone());
        told.insert((named, diagnostic.id, diagnostic.message.clone(), diagnostic.path.clone()))
    };
    let new = analysis.diagnostics.iter().filter(is_new);
    diagnostics::tell(&files, new, &[], shell);
    analysis
}

/// How `expectation` does not hold; `None` where it does.
fn failure(analysis: &Analysis, expectation: &Expectation) -> Option<Failure> {
    let checked = match check(analysis, expectation) {
        Ok(checked) if checked.holds => return None,
        Ok(checked) => checked,
        Err(unknown) => return Some(Failure { got: None, why: unknown.to_string() }),
    };
    let culprit = checked.reports.iter().find(|played| played.report.outcome != checked.wanted);
    let why = culprit.map_or_else(String::new, |played| report::why_probed(analysis, &played.report));
    Some(Failure { got: Some(checked.got), why })
}
