//! What the browser keeps of learning: progress and shared challenges for good, what is being learned for this tab.

use gloo::utils::window;
use netpol_lessons::{ChallengeFiles, Progress, ScenarioFile, to_json};
use netpol_syntax::{FileId, Limits, Node, Value, parse};
use serde::Serialize;

use crate::dom::tab::STUDY;

const PROGRESS: &str = "netpol:progress";
const SHARED: &str = "netpol:challenges";
const STUDY_FILES: &str = "netpol:study-files";
const DESK: &str = "netpol:desk";
const EXAM: &str = "netpol:exam";

/// As many shared challenges as are kept.
const MAX_SHARED: usize = 50;

fn local(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

fn set_local(key: &str, text: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A browser that keeps nothing lets one learn all the same.
        let _ = storage.set_item(key, text);
    }
}

fn session(key: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(key).ok()?
}

fn set_session(key: &str, text: Option<&str>) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = match text {
            Some(text) => storage.set_item(key, text),
            None => storage.remove_item(key),
        };
    }
}

/// What was reached so far.
pub fn progress() -> Progress {
    local(PROGRESS).and_then(|text| Progress::from_json(&text).ok()).unwrap_or_default()
}

/// Keeps what was reached, with what another tab may have reached in the meantime.
pub fn set_progress(progress: &mut Progress) {
    let mut all = self::progress();
    all.merge(progress.clone());
    *progress = all;
    set_local(PROGRESS, &progress.to_json());
}

/// Forgets all progress.
pub fn forget_progress() {
    set_local(PROGRESS, &Progress::default().to_json());
}

#[derive(Serialize)]
struct Shared<'a> {
    structure: &'a str,
    words: &'a str,
}

/// Challenges that were shared, the latest first.
pub fn shared() -> Vec<ChallengeFiles> {
    let Some(text) = local(SHARED) else { return Vec::new() };
    let parsed = parse(FileId(0), text.as_str(), &Limits::PAGE);
    let Some(document) = parsed.documents.first() else { return Vec::new() };
    let text = |node: Node<'_>, key| Some(node.get(key)?.as_str()?.to_owned());
    let files =
        |node| Some(ChallengeFiles { structure: text(node, "structure")?, words: text(node, "words")? });
    document.root().items().filter_map(files).collect()
}

/// Keeps shared challenges, and those that another tab may have got in the meantime.
pub fn set_shared<'a>(challenges: impl Iterator<Item = &'a ChallengeFiles>) {
    let known = shared();
    let mut all: Vec<&ChallengeFiles> = challenges.collect();
    let others: Vec<&ChallengeFiles> = known.iter().filter(|it| !all.contains(it)).collect();
    all.extend(others);
    let all = all.into_iter().take(MAX_SHARED);
    let all: Vec<Shared<'_>> = all.map(|it| Shared { structure: &it.structure, words: &it.words }).collect();
    set_local(SHARED, &to_json(&all));
}

/// What this tab was learning: `guide selects 2`, `challenge one-label`, `exam`.
pub fn study() -> Option<String> {
    session(STUDY)
}

/// Remembers that, over reloads.
pub fn set_study(study: Option<&str>) {
    set_session(STUDY, study);
}

/// Keeps the files of what this tab is learning: a page that is loaded again may begin with others.
pub fn set_study_files(files: Option<&[ScenarioFile]>) {
    set_session(STUDY_FILES, files.map(files_to_text).as_deref());
}

/// Those files.
pub fn study_files() -> Option<Vec<ScenarioFile>> {
    files_from_text(&session(STUDY_FILES)?)
}

/// A file, as a list of its name and its text.
fn file(node: Node<'_>) -> Option<ScenarioFile> {
    let text = |at| node.item(at).and_then(Node::as_str).map(str::to_owned);
    Some(ScenarioFile::new(text(0)?, text(1).unwrap_or_default()))
}

/// Keeps what is being written, over reloads: texts, of which each has a meaning for who writes.
pub fn set_desk(texts: &[String]) {
    set_session(DESK, Some(&to_json(&texts)));
}

/// What was being written.
pub fn desk() -> Vec<String> {
    let text = session(DESK).unwrap_or_default();
    let parsed = parse(FileId(0), text.as_str(), &Limits::PAGE);
    let root = parsed.documents.first().map(netpol_syntax::Document::root);
    let texts = root.into_iter().flat_map(Node::items);
    texts.map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}

/// Files as one text.
pub fn files_to_text(files: &[ScenarioFile]) -> String {
    let files: Vec<[&str; 2]> = files.iter().map(|file| [file.name.as_str(), file.text.as_str()]).collect();
    to_json(&files)
}

/// Files from such a text.
pub fn files_from_text(text: &str) -> Option<Vec<ScenarioFile>> {
    let parsed = parse(FileId(0), text, &Limits::PAGE);
    let files: Vec<ScenarioFile> = parsed.documents.first()?.root().items().filter_map(file).collect();
    (!files.is_empty()).then_some(files)
}

/// An exam that is under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptExam {
    /// Which one.
    pub id: String,
    /// When it ends, by the browser's clock.
    pub ends: f64,
    /// The task that is open.
    pub task: usize,
    /// The files of each task, where it was begun.
    pub answers: Vec<Option<Vec<ScenarioFile>>>,
}

#[derive(Serialize)]
struct WrittenExam<'a> {
    id: &'a str,
    /// In whole seconds, for numbers that are written here are whole.
    ends: u64,
    task: usize,
    answers: Vec<Vec<[&'a str; 2]>>,
}

/// Keeps an exam that is under way, or none.
pub fn set_exam(exam: Option<&KeptExam>) {
    let text = exam.map(|exam| {
        let answers = exam.answers.iter().map(|files| {
            let files = files.iter().flatten();
            files.map(|file| [file.name.as_str(), file.text.as_str()]).collect()
        });
        let ends = (exam.ends / 1000.0) as u64;
        to_json(&WrittenExam { id: &exam.id, ends, task: exam.task, answers: answers.collect() })
    });
    set_session(EXAM, text.as_deref());
}

/// The exam that this tab was taking.
pub fn exam() -> Option<KeptExam> {
    let text = session(EXAM)?;
    let parsed = parse(FileId(0), text.as_str(), &Limits::PAGE);
    let root = parsed.documents.first()?.root();
    let number = |key| match root.get(key)?.value()? {
        Value::Int(number) => u32::try_from(number).ok(),
        _ => None,
    };
    let answers = root.get("answers")?.items().map(|answer| {
        let files: Vec<ScenarioFile> = answer.items().filter_map(file).collect();
        (!files.is_empty()).then_some(files)
    });
    Some(KeptExam {
        id: root.get("id")?.as_str()?.to_owned(),
        ends: f64::from(number("ends")?) * 1000.0,
        task: usize::try_from(number("task")?).ok()?,
        answers: answers.collect(),
    })
}
