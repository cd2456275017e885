//! Findings in SARIF 2.1.0 (OASIS), which code hosts and editors read.

use std::collections::BTreeSet;
use std::io::{self, Write};

use netpol_engine::LINTS;
use netpol_syntax::{Diagnostic, Location, Severity};
use serde_json::{Value, json};

use crate::lines::Lines;
use crate::output::json as places;

/// Writes one run.
///
/// # Errors
/// Where `out` has one.
pub fn write(found: &[Diagnostic], lines: &mut Lines<'_>, out: &mut impl Write) -> io::Result<()> {
    let ids: BTreeSet<&str> = found.iter().map(|diagnostic| diagnostic.id).collect();
    let rules: Vec<Value> = ids.iter().map(|id| rule(id)).collect();
    let results: Vec<Value> = found.iter().map(|diagnostic| result(diagnostic, lines)).collect();
    let sarif = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "netpol",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer(&mut *out, &sarif)?;
    writeln!(out)
}

fn level(severity: Severity) -> &'static str {
    severity.as_str()
}

fn rule(id: &str) -> Value {
    match LINTS.iter().find(|lint| lint.id == id) {
        Some(lint) => json!({
            "id": id,
            "shortDescription": {"text": lint.finds},
            "defaultConfiguration": {"level": level(lint.severity)},
        }),
        None => json!({"id": id}),
    }
}

fn result(diagnostic: &Diagnostic, lines: &mut Lines<'_>) -> Value {
    let help = diagnostic.help.iter().map(|help| format!("\n{help}")).collect::<String>();
    let mut result = json!({
        "ruleId": diagnostic.id,
        "level": level(diagnostic.severity),
        "message": {"text": format!("{}{help}", diagnostic.message)},
    });
    let Some(fields) = result.as_object_mut() else { return result };
    if let Some(place) = diagnostic.at.and_then(|at| location(at, lines)) {
        fields.insert("locations".to_owned(), json!([place]));
    }
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .filter_map(|related| {
            let mut place = location(related.at, lines)?;
            place.as_object_mut()?.insert("message".to_owned(), json!({"text": related.message}));
            Some(place)
        })
        .collect();
    if !related.is_empty() {
        fields.insert("relatedLocations".to_owned(), json!(related));
    }
    if let Some(fix) = diagnostic.fix.as_deref() {
        let changes: Vec<Value> = fix
            .edits
            .iter()
            .filter_map(|edit| {
                let place = location(edit.at, lines)?.get("physicalLocation")?.clone();
                Some(json!({
                    "artifactLocation": place.get("artifactLocation")?,
                    "replacements": [{
                        "deletedRegion": place.get("region")?,
                        "insertedContent": {"text": edit.text},
                    }],
                }))
            })
            .collect();
        let fix = json!({"description": {"text": fix.title}, "artifactChanges": changes});
        fields.insert("fixes".to_owned(), json!([fix]));
    }
    result
}

fn location(at: Location, lines: &mut Lines<'_>) -> Option<Value> {
    let span = places::span(at, lines)?;
    let place = &span.start;
    // SARIF's addresses are URIs, in which a folder ends with a slash whatever the system has.
    let uri = place.file.replace('\\', "/").replace('%', "%25").replace(' ', "%20");
    Some(json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
        },
    }))
}
