//! What a learner has done: kept by the browser, taken along as a file.

use std::collections::BTreeMap;

use netpol_syntax::{FileId, Limits, Node, Severity, Value, parse};
use serde::Serialize;

use crate::json::to_json;

/// The version of the form that [`Progress::to_json`] writes.
const VERSION: i64 = 1;

/// As many exams as anyone would look back at; the oldest go.
const MAX_EXAMS: usize = 50;

/// More lessons or challenges than there will ever be: what is imported may hold anything.
const MAX_ENTRIES: usize = 2_000;

/// What a learner has done. Merging two never loses anything that was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many steps of each guided lesson have been done, by its id.
    pub lessons: BTreeMap<String, usize>,
    /// The most stars that each challenge was solved with, by its id.
    pub challenges: BTreeMap<String, u8>,
    /// The exams that were taken, the latest last.
    pub exams: Vec<ExamResult>,
}

/// How an exam ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ExamResult {
    /// When it ended, in milliseconds since 1970, as the browser's clock has it.
    pub at: u64,
    /// Which one it was.
    pub exam: String,
    /// The points that were reached.
    pub points: u32,
    /// The points that there were.
    pub of: u32,
}

/// Why a text is no progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressError {
    /// It is something else, or damaged.
    Foreign,
    /// A newer version of the page wrote it.
    Newer,
}

impl std::fmt::Display for ProgressError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Foreign => "This file holds no progress of this page.",
            Self::Newer => "A newer version of this page wrote this file. Reload to get that version.",
        })
    }
}

impl std::error::Error for ProgressError {}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(rename = "netpolProgress")]
    version: i64,
    lessons: &'a BTreeMap<String, usize>,
    challenges: &'a BTreeMap<String, u8>,
    exams: &'a [ExamResult],
}

impl Progress {
    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Self { lessons, challenges, exams } = self;
        to_json(&Written { version: VERSION, lessons, challenges, exams })
    }

    /// From what [`Self::to_json`] wrote.
    ///
    /// # Errors
    /// Where it is something else, or of a newer version.
    pub fn from_json(json: &str) -> Result<Self, ProgressError> {
        let parsed = parse(FileId(0), json, &Limits::PAGE);
        let is_whole = parsed.diagnostics.iter().all(|it| it.severity != Severity::Error);
        let [document] = parsed.documents.as_slice() else { return Err(ProgressError::Foreign) };
        let root = document.root();
        let version = root.get("netpolProgress").and_then(number).filter(|_| is_whole);
        match version.ok_or(ProgressError::Foreign)? {
            ..=VERSION_BEFORE => return Err(ProgressError::Foreign),
            VERSION_NOW => {}
            _ => return Err(ProgressError::Newer),
        }
        let counts = |key: &str| {
            let entries = root.get(key).into_iter().flat_map(Node::entries).take(MAX_ENTRIES);
            entries.filter_map(|(key, value)| Some((key.as_str()?.to_owned(), number(value)?)))
        };
        let lessons = counts("lessons").filter_map(|(id, steps)| Some((id, usize::try_from(steps).ok()?)));
        let challenges = counts("challenges")
            .filter_map(|(id, stars)| Some((id, u8::try_from(stars).ok().filter(|stars| *stars <= 3)?)));
        let exam = |node: Node<'_>| {
            Some(ExamResult {
                at: u64::try_from(number(node.get("at")?)?).ok()?,
                exam: node.get("exam")?.as_str()?.to_owned(),
                points: u32::try_from(number(node.get("points")?)?).ok()?,
                of: u32::try_from(number(node.get("of")?)?).ok()?,
            })
        };
        let mut progress = Self {
            lessons: lessons.collect(),
            challenges: challenges.collect(),
            exams: root.get("exams").into_iter().flat_map(Node::items).filter_map(exam).collect(),
        };
        progress.settle();
        Ok(progress)
    }

    /// Takes over what `other` reached and this did not.
    pub fn merge(&mut self, other: Self) {
        for (id, steps) in other.lessons {
            let known = self.lessons.entry(id).or_default();
            *known = steps.max(*known);
        }
        for (id, stars) in other.challenges {
            self.solved(&id, stars);
        }
        self.exams.extend(other.exams);
        self.settle();
    }

    /// A step of a lesson, from 0, has been done.
    pub fn done(&mut self, lesson: &str, step: usize) {
        let known = self.lessons.entry(lesson.to_owned()).or_default();
        *known = (*known).max(step + 1);
    }

    /// A challenge has been solved with so many stars.
    pub fn solved(&mut self, challenge: &str, stars: u8) {
        let known = self.challenges.entry(challenge.to_owned()).or_default();
        *known = (*known).max(stars);
    }

    /// An exam has ended.
    pub fn took(&mut self, exam: ExamResult) {
        self.exams.push(exam);
        self.settle();
    }

    /// In order of time, each once.
    fn settle(&mut self) {
        self.exams.sort();
        self.exams.dedup();
        let over = self.exams.len().saturating_sub(MAX_EXAMS);
        self.exams.drain(..over);
    }
}

const VERSION_BEFORE: i64 = VERSION - 1;
const VERSION_NOW: i64 = VERSION;

fn number(node: Node<'_>) -> Option<i64> {
    match node.value()? {
        Value::Int(number) => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Progress {
        let mut progress = Progress::default();
        progress.done("selects", 2);
        progress.solved("one-label", 2);
        progress.took(ExamResult { at: 1_790_000_000_000, exam: "cka".into(), points: 30, of: 45 });
        progress
    }

    #[test]
    fn what_is_written_is_read_again() {
        let progress = some();
        assert_eq!(Progress::from_json(&progress.to_json()), Ok(progress));
        assert_eq!(Progress::from_json(&Progress::default().to_json()), Ok(Progress::default()));
    }

    #[test]
    fn other_files_are_refused() {
        for (text, expected) in [
            ("", ProgressError::Foreign),
            ("hello", ProgressError::Foreign),
            ("{\"lessons\":{}}", ProgressError::Foreign),
            ("{\"netpolProgress\":0}", ProgressError::Foreign),
            ("{\"netpolProgress\":2}", ProgressError::Newer),
            ("{\"netpolProgress\":1", ProgressError::Foreign),
        ] {
            assert_eq!(Progress::from_json(text), Err(expected), "{text}");
        }
        // What of it makes no sense is left out.
        let odd =
            "{\"netpolProgress\":1,\"challenges\":{\"a\":9,\"b\":3},\"lessons\":{\"c\":-1},\"exams\":[{}]}";
        let read = Progress::from_json(odd).unwrap();
        assert_eq!((read.challenges.len(), read.lessons.len(), read.exams.len()), (1, 0, 0));
    }

    #[test]
    fn merging_loses_nothing() {
        let mut one = some();
        let mut other = some();
        other.done("selects", 0);
        other.done("dns", 4);
        other.solved("one-label", 3);
        one.merge(other.clone());
        assert_eq!(one.lessons, BTreeMap::from([("selects".into(), 3), ("dns".into(), 5)]));
        assert_eq!(one.challenges, BTreeMap::from([("one-label".into(), 3)]));
        assert_eq!(one.exams.len(), 1);
        let before = one.clone();
        one.merge(other);
        assert_eq!(one, before);
    }
}
