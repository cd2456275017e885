//! Findings as text, JSON, CSV and Markdown.

use std::io::{self, Write};

use netpol_syntax::{Diagnostic, Severity};
use serde::Serialize;

use crate::lines::Lines;
use crate::output::json::{self, JsonPlace, JsonSpan};
use crate::output::{csv, markdown};

/// "1 error, 2 warnings, 3 notes".
pub fn summary(found: &[Diagnostic]) -> String {
    let count = |severity: Severity| {
        let number = found.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let many = if number == 1 { "" } else { "s" };
        (number > 0).then(|| format!("{number} {severity}{many}"))
    };
    let counts: Vec<String> =
        [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(count).collect();
    if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") }
}

/// As `schemas/lint.schema.json` describes it.
#[derive(Serialize)]
struct Json<'d> {
    findings: Vec<JsonFinding<'d>>,
}

#[derive(Serialize)]
struct JsonFinding<'d> {
    id: &'d str,
    severity: &'static str,
    message: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonSpan>,
    related: Vec<JsonRelated<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'d>>,
}

#[derive(Serialize)]
struct JsonRelated<'d> {
    message: &'d str,
    #[serde(flatten)]
    place: JsonPlace,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonFix<'d> {
    title: &'d str,
    keeps_meaning: bool,
    edits: Vec<json::JsonEdit>,
}

pub fn json(found: &[Diagnostic], lines: &mut Lines<'_>, out: &mut impl Write) -> io::Result<()> {
    let findings = found.iter().map(|diagnostic| {
        let related = diagnostic.related.iter().filter_map(|related| {
            let place = json::place(related.at, lines)?;
            Some(JsonRelated { message: &related.message, place })
        });
        let related = related.collect();
        let fix = diagnostic.fix.as_deref().map(|fix| JsonFix {
            title: &fix.title,
            keeps_meaning: fix.keeps_meaning,
            edits: json::edits(&fix.edits, lines),
        });
        JsonFinding {
            id: diagnostic.id,
            severity: diagnostic.severity.as_str(),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            path: diagnostic.path.as_deref(),
            place: diagnostic.at.and_then(|at| json::span(at, lines)),
            related,
            fix,
        }
    });
    json::write(&Json { findings: findings.collect() }, out)
}

pub fn csv(found: &[Diagnostic], lines: &mut Lines<'_>, out: &mut impl Write) -> io::Result<()> {
    let rows = found.iter().map(|diagnostic| {
        let place = diagnostic.at.and_then(|at| json::place(at, lines));
        let (file, line, column) = place.map_or_else(Default::default, |place| place.parts());
        let help = diagnostic.help.clone().unwrap_or_default();
        let (id, severity) = (diagnostic.id.to_owned(), diagnostic.severity.to_string());
        [severity, id, file, line, column, diagnostic.message.clone(), help]
    });
    csv::write(["severity", "id", "file", "line", "column", "message", "help"], rows, out)
}

pub fn markdown(found: &[Diagnostic], lines: &mut Lines<'_>, out: &mut impl Write) -> io::Result<()> {
    let header = ["severity", "finding", "place", "message", "help"].map(str::to_owned);
    let rows = found.iter().map(|diagnostic| {
        let place = diagnostic.at.and_then(|at| json::place(at, lines));
        vec![
            diagnostic.severity.to_string(),
            diagnostic.id.to_owned(),
            place.map(|place| place.to_string()).unwrap_or_default(),
            diagnostic.message.clone(),
            diagnostic.help.clone().unwrap_or_default(),
        ]
    });
    markdown::table(&header, rows, out)
}
