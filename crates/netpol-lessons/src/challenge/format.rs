//! The two files of a challenge: its structure, which is the same in every language, and its words.

use netpol_engine::Analysis;
use netpol_syntax::{Diagnostic, Limits, Location, Severity, SourceFile, Spanned};

use super::goal::{Goal, GoalRow, Want};
use super::{Bounds, Challenge, ChallengeWords, ExamSet, Scope, Wrong};
use crate::lesson::format::{AnswerFile, Reader, shape, start};
use crate::object::ObjectRef;
use crate::play::Desk;
use crate::reading::files;

files! {
    struct StructureFile requires ["cluster", "goal", "solution"] {
        sets: Vec<Spanned<String>> = "sets",
        level: Option<u8> = "level",
        weight: Option<u8> = "weight",
        lesson: Option<String> = "lesson",
        cluster: Spanned<String> = "cluster",
        policies: Option<Spanned<String>> = "policies",
        goal: Vec<Spanned<RowFile>> = "goal",
        change: Option<Spanned<String>> = "change",
        at_most: AtMostFile = "atMost",
        keep: Vec<Spanned<String>> = "keep",
        solution: AnswerFile = "solution",
        wrong: Vec<WrongFile> = "wrong",
    }
}

files! {
    struct AtMostFile requires [] {
        policies: Option<u16> = "policies",
        labels: Option<u16> = "labels",
    }
}

files! {
    struct RowFile requires [] {
        pass: Option<String> = "pass",
        block: Option<String> = "block",
        same: Option<String> = "same",
        any: Option<String> = "any",
    }
}

files! {
    struct WrongFile requires ["fails"] {
        apply: Option<Spanned<String>> = "apply",
        delete: Vec<Spanned<String>> = "delete",
        label: Vec<Spanned<String>> = "label",
        fails: String = "fails",
    }
}

files! {
    struct WordsFile requires ["title", "task"] {
        title: String = "title",
        task: String = "task",
        hints: Vec<String> = "hints",
        wrong: Vec<String> = "wrong",
        solved: String = "solved",
    }
}

pub(super) fn read(id: &str, structure: &str, words: &str) -> Result<Challenge, Vec<Diagnostic>> {
    let (file, diagnostics) = shape::<StructureFile>(structure)?;
    let (words, said) = shape::<WordsFile>(words)?;
    let mut reader = Reader::new(diagnostics);
    reader.diagnostics.extend(said);

    reader.manifests(&file.cluster);
    if let Some(policies) = &file.policies {
        reader.manifests(policies);
    }
    let mut desk = Desk::default();
    desk.apply(&file.cluster);
    desk.apply(file.policies.as_ref().map_or("", |it| it.value.as_str()));
    let files: Vec<_> = desk.own().into();

    let goal = Goal { rows: file.goal.iter().filter_map(|row| self::row(&mut reader, row)).collect() };
    if goal.rows.is_empty() {
        reader.error("challenge-goal", start(), "a goal has at least one row");
    }
    let sources: Vec<SourceFile> =
        files.iter().map(|it| SourceFile::new(it.name.as_str(), it.text.as_str())).collect();
    let analysis = Analysis::read(&sources, &Limits::PAGE);
    if let Some(wrong) = analysis.diagnostics.iter().find(|it| it.severity == Severity::Error) {
        reader.error("challenge-start", file.cluster.at, wrong.message.clone());
    }
    if let Some(missing) = goal.missing(&analysis.cluster) {
        reader.error("challenge-goal", start(), format!("the cluster has no `{missing}`"));
    }

    let scope = file.change.as_ref().and_then(|text| {
        let scope = Scope::parse(text);
        if scope.is_none() {
            let message = format!("`{}` is none of `policies`, `labels` and `anything`", text.value);
            reader.error("challenge-change", text.at, message);
        }
        scope
    });
    let keep = file.keep.iter().filter_map(|text| kept(&mut reader, text)).collect();
    let sets = file.sets.iter().filter_map(|name| set(&mut reader, name)).collect();
    let solution = reader.branch(file.solution);
    let wrong = file.wrong.into_iter().map(|it| {
        let answer = AnswerFile { apply: it.apply, delete: it.delete, label: it.label };
        Wrong { answer: reader.branch(answer), fails: it.fails }
    });
    let challenge = Challenge {
        id: id.to_owned(),
        sets,
        level: file.level.unwrap_or(1),
        weight: file.weight.unwrap_or(1),
        lesson: file.lesson,
        start: files,
        goal,
        bounds: Bounds {
            scope: scope.unwrap_or_default(),
            most_policies: file.at_most.policies.map(usize::from),
            most_labels: file.at_most.labels.map(usize::from),
            keep,
        },
        solution,
        wrong: wrong.collect(),
        words: ChallengeWords {
            title: words.title,
            task: words.task,
            hints: words.hints,
            wrong: words.wrong,
            solved: words.solved,
        },
    };
    reader.finish(challenge)
}

fn row(reader: &mut Reader, row: &Spanned<RowFile>) -> Option<GoalRow> {
    let texts =
        [(Want::Pass, &row.pass), (Want::Block, &row.block), (Want::Same, &row.same), (Want::Any, &row.any)];
    let mut given = texts.into_iter().filter_map(|(want, text)| Some((want, text.as_ref()?)));
    let (Some((want, text)), None) = (given.next(), given.next()) else {
        reader.error("challenge-goal", row.at, "a row is one of `pass`, `block`, `same` and `any`");
        return None;
    };
    GoalRow::parse(want, text).map_err(|error| reader.error("challenge-goal", row.at, error.to_string())).ok()
}

fn kept(reader: &mut Reader, text: &Spanned<String>) -> Option<ObjectRef> {
    let object = ObjectRef::parse(text).filter(|object| reader.has(object));
    if object.is_none() {
        reader.error("challenge-keep", text.at, format!("there is no `{}` to keep", text.value));
    }
    object
}

fn set(reader: &mut Reader, name: &Spanned<String>) -> Option<ExamSet> {
    let set = ExamSet::ALL.into_iter().find(|set| set.as_str() == name.value);
    if set.is_none() {
        let at: Location = name.at;
        reader.error("challenge-set", at, format!("`{}` is none of CKAD, CKA and CKS", name.value));
    }
    set
}
