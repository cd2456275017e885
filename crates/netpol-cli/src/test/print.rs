//! What came of expectation files, for people and for programs.

use std::io::{self, Write};

use netpol_lessons::ExpectedTarget;
use serde::Serialize;

use crate::output::Tone;
use crate::output::json::{self, JsonPlace, JsonTarget};

use super::files::ExpectationFile;
use super::play::{Judged, Played};

/// Each expectation below its step, with what came out instead where it does not hold.
pub fn table(file: &ExpectationFile, played: Option<&Played>, out: &mut impl Write) -> io::Result<()> {
    let Some(played) = played else { return Ok(()) };
    writeln!(out, "{}", Tone::Head.paint(format_args!("{}: {}", file.source.name, played.title)))?;
    for (number, step) in (1..).zip(&played.steps) {
        writeln!(out, "  {number}. {}", step.title)?;
        for row in &step.rows {
            line(row, out)?;
        }
    }
    Ok(())
}

fn line(row: &Judged, out: &mut impl Write) -> io::Result<()> {
    let Some(failure) = &row.failure else {
        return writeln!(out, "    {} {}", Tone::Good.paint('✓'), row.expectation);
    };
    write!(out, "    {} {}", Tone::Bad.paint('✗'), row.expectation)?;
    match failure.got {
        Some(got) => write!(out, ", but got {}", Tone::Bad.paint(got.as_str()))?,
        None => write!(out, ", but cannot be asked")?,
    }
    match &row.place {
        Some(place) => writeln!(out, " ({place})")?,
        None => writeln!(out)?,
    }
    writeln!(out, "      {}", failure.why)
}

/// The last line.
pub fn count(sum: &Sum, out: &mut impl Write) -> io::Result<()> {
    let plural = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let played = sum.0.files.len() - sum.unusable();
    let (expectations, files) = (plural(sum.0.expectations, "expectation"), plural(played, "file"));
    let failed = match sum.failed() {
        0 => Tone::Good.paint("all hold".to_owned()),
        1 => Tone::Bad.paint("1 does not hold".to_owned()),
        many => Tone::Bad.paint(format!("{many} do not hold")),
    };
    writeln!(out, "{expectations} in {files}, {failed}")
}

/// All files together.
#[derive(Default)]
pub struct Sum(Json);

impl Sum {
    /// Counts what came of `file`.
    pub fn add(&mut self, file: &ExpectationFile, played: Option<Played>) {
        let file = JsonFile::of(file, played);
        let rows = || file.steps.iter().flat_map(|step| &step.expectations);
        self.0.expectations += rows().count();
        self.0.failed += rows().filter(|row| !row.holds).count();
        self.0.unusable += usize::from(file.title.is_none());
        self.0.files.push(file);
    }

    /// How many files could not be played.
    pub fn unusable(&self) -> usize {
        self.0.unusable
    }

    /// How many expectations do not hold.
    pub fn failed(&self) -> usize {
        self.0.failed
    }
}

/// The sum.
pub fn json(sum: &Sum, out: &mut impl Write) -> io::Result<()> {
    json::write(&sum.0, out)
}

/// As `schemas/test.schema.json` describes it.
#[derive(Default, Serialize)]
struct Json {
    expectations: usize,
    failed: usize,
    unusable: usize,
    files: Vec<JsonFile>,
}

#[derive(Serialize)]
struct JsonFile {
    file: String,
    /// Absent where the file cannot be played.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    steps: Vec<JsonStep>,
}

#[derive(Serialize)]
struct JsonStep {
    title: String,
    expectations: Vec<JsonExpectation>,
}

#[derive(Serialize)]
struct JsonExpectation {
    from: String,
    #[serde(flatten)]
    target: JsonTarget,
    want: &'static str,
    /// Absent where it cannot be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    got: Option<&'static str>,
    holds: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
}

impl JsonFile {
    fn of(file: &ExpectationFile, played: Option<Played>) -> Self {
        let name = file.source.name.to_string();
        let Some(played) = played else { return Self { file: name, title: None, steps: Vec::new() } };
        let steps = played.steps.into_iter().map(|step| JsonStep {
            title: step.title,
            expectations: step.rows.into_iter().map(JsonExpectation::of).collect(),
        });
        Self { file: name, title: Some(played.title), steps: steps.collect() }
    }
}

impl JsonExpectation {
    fn of(row: Judged) -> Self {
        let want = row.expectation.got;
        let (got, why) = match row.failure {
            Some(failure) => (failure.got, Some(failure.why)),
            None => (Some(want), None),
        };
        let target = match &row.expectation.target {
            ExpectedTarget::Curl(url) => JsonTarget::Curl { curl: url.to_string() },
            ExpectedTarget::Connect { to, port } => JsonTarget::connect(to.to_string(), *port),
        };
        Self {
            from: row.expectation.from.to_string(),
            target,
            want: want.as_str(),
            got: got.map(|got| got.as_str()),
            holds: why.is_none(),
            why,
            place: row.place,
        }
    }
}
