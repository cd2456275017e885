//! A challenge that is made of two states of a text: how it begins, and how it is solved.

use std::collections::BTreeSet;

use serde::Serialize;

use super::goal::Want;
use super::{ChallengeWords, Scope};
use crate::edit::manifests;
use crate::json::to_json;
use crate::object::ObjectRef;
use crate::scenario::ScenarioFile;

/// The files of a challenge, as [`Challenge::parse`](super::Challenge::parse) reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChallengeFiles {
    /// Its structure.
    pub structure: String,
    /// Its words.
    pub words: String,
}

/// What somebody who writes a challenge settles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// How it begins.
    pub start: Vec<ScenarioFile>,
    /// How it is solved.
    pub solution: Vec<ScenarioFile>,
    /// The rows of its goal.
    pub goal: Vec<(Want, String)>,
    /// What may change.
    pub scope: Scope,
    /// What is said.
    pub words: ChallengeWords,
}

#[derive(Serialize)]
struct Structure {
    cluster: String,
    policies: String,
    change: &'static str,
    goal: Vec<Row>,
    solution: Answer,
}

#[derive(Default, Serialize)]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    pass: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    same: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    any: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    apply: String,
    delete: Vec<String>,
}

#[derive(Serialize)]
struct Words<'a> {
    title: &'a str,
    task: &'a str,
    hints: &'a [String],
    solved: &'a str,
}

impl Draft {
    /// The challenge's files.
    #[must_use]
    pub fn compose(&self) -> ChallengeFiles {
        let (before, after) = (objects(&self.start), objects(&self.solution));
        let kept: BTreeSet<&ObjectRef> = after.iter().map(|(object, _)| object).collect();
        let gone = before.iter().map(|(object, _)| object).filter(|object| !kept.contains(object));
        let is_new = |object: &(ObjectRef, String)| !before.contains(object);
        let structure = Structure {
            cluster: joined(before.iter().filter(|(object, _)| !object.is_policy())),
            policies: joined(before.iter().filter(|(object, _)| object.is_policy())),
            change: self.scope.as_str(),
            goal: self.goal.iter().map(|(want, text)| row(*want, text)).collect(),
            solution: Answer {
                apply: joined(after.iter().filter(|object| is_new(object))),
                delete: gone.map(ToString::to_string).collect(),
            },
        };
        let ChallengeWords { title, task, hints, solved, .. } = &self.words;
        ChallengeFiles {
            structure: to_json(&structure),
            words: to_json(&Words { title, task, hints, solved }),
        }
    }
}

fn row(want: Want, text: &str) -> Row {
    let text = Some(text.to_owned());
    match want {
        Want::Pass => Row { pass: text, ..Row::default() },
        Want::Block => Row { block: text, ..Row::default() },
        Want::Same => Row { same: text, ..Row::default() },
        Want::Any => Row { any: text, ..Row::default() },
    }
}

/// The objects of files, each with its manifest.
fn objects(files: &[ScenarioFile]) -> Vec<(ObjectRef, String)> {
    let manifests = files.iter().flat_map(|file| manifests(&file.text));
    manifests.filter_map(|manifest| Some((manifest.object?, manifest.text))).collect()
}

fn joined<'a>(objects: impl Iterator<Item = &'a (ObjectRef, String)>) -> String {
    objects.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("---\n")
}

/// A goal's rows as they are written in a text field, a row a line: `pass shop/web -> shop/db`.
#[must_use]
pub fn goal_to_text(rows: &[(Want, String)]) -> String {
    rows.iter().map(|(want, text)| format!("{} {text}\n", want.as_str())).collect()
}

/// The rows of such a text.
///
/// # Errors
/// The first line, from 1, that is none, and why.
pub fn goal_from_text(text: &str) -> Result<Vec<(Want, String)>, (usize, String)> {
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let Some(want) = Want::parse(word) else {
            let message = "a row begins with `pass`, `block`, `same` or `any`";
            return Err((number, message.to_owned()));
        };
        let row = super::goal::GoalRow::parse(want, rest);
        row.map_err(|error| (number, error.to_string()))?;
        rows.push((want, rest.trim().to_owned()));
    }
    Ok(rows)
}
