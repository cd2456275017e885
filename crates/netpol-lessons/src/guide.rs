//! Guided lessons: what is typed and clicked beside a cluster, step by step, and what is to be noticed.
//!
//! A guided lesson is two files: its structure, which is the same in every language, and its words. What of a step has been
//! done is not decided here but by who plays it: `netpol-kubectl` has the shell.

use netpol_engine::{Analysis, UrlTarget};
use netpol_syntax::{Diagnostic, Limits, SourceFile, Spanned};

use crate::expect::{Expectation, ExpectedTarget, Place};
use crate::lesson::Lesson;
use crate::lesson::format::{ExpectFile, Reader, shape, start};
use crate::play::{Desk, state};
use crate::reading::files;
use crate::scenario::ScenarioFile;

/// A cluster, and steps to be taken by the learner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// Stable: progress and challenges name the lesson by it.
    pub id: String,
    /// Its name in lists.
    pub title: String,
    /// What it is about, in one line.
    pub about: String,
    /// How long it takes.
    pub minutes: u8,
    /// The files as they are at the start; empty where the learner begins with nothing.
    pub files: Vec<ScenarioFile>,
    /// The steps, at least one.
    pub steps: Vec<GuideStep>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideStep {
    /// Its name among the words.
    pub id: String,
    /// What happens, in one line.
    pub title: String,
    /// What is to be known and done: paragraphs with blank lines between.
    pub text: String,
    /// What is to be noticed once it is done.
    pub notice: Option<String>,
    /// What the learner does.
    pub task: GuideTask,
    /// What must be seen then.
    pub expect: Vec<Expectation>,
    /// What is pointed out on the stage.
    pub point: Option<Point>,
}

/// What a learner does in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuideTask {
    /// Types these commands, or others that print the same.
    Type(Vec<String>),
    /// Makes the expectations hold, in whatever way: these commands are one.
    Make(Vec<String>),
    /// Selects this on the stage.
    Select(Point),
}

/// Something on the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Point {
    /// A workload, or what is outside.
    End(Spot),
    /// An arrow, from and to.
    Arrow(Spot, Spot),
}

/// An end on the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A pod or a workload.
    Workload(Place),
    /// A namespace.
    Namespace(String),
    /// The internet.
    Internet,
}

impl Point {
    /// Reads `shop/web`, `shop/*`, `internet`, or `FROM -> TO` of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once("->") {
            Some((from, to)) => Some(Self::Arrow(Spot::parse(from.trim())?, Spot::parse(to.trim())?)),
            None => Spot::parse(text.trim()).map(Self::End),
        }
    }
}

impl Spot {
    fn parse(text: &str) -> Option<Self> {
        if text == "internet" {
            return Some(Self::Internet);
        }
        match text.strip_suffix("/*") {
            Some(namespace) => Some(Self::Namespace(namespace.to_owned())),
            None => Place::parse(text).map(Self::Workload),
        }
    }
}

files! {
    struct GuideFile requires ["minutes", "steps"] {
        minutes: u8 = "minutes",
        cluster: Option<Spanned<String>> = "cluster",
        policies: Option<Spanned<String>> = "policies",
        steps: Vec<GuideStepFile> = "steps",
    }
}

files! {
    struct GuideStepFile requires ["id"] {
        id: Spanned<String> = "id",
        typed: Option<Spanned<String>> = "type",
        make: Option<Spanned<String>> = "make",
        select: Option<Spanned<String>> = "select",
        expect: Vec<Spanned<ExpectFile>> = "expect",
        point: Option<Spanned<String>> = "point",
    }
}

files! {
    struct WordsFile requires ["title", "about", "steps"] {
        title: String = "title",
        about: String = "about",
        steps: Vec<StepWords> = "steps",
    }
}

files! {
    struct StepWords requires ["id", "title", "text"] {
        id: Spanned<String> = "id",
        title: String = "title",
        text: String = "text",
        notice: Option<String> = "notice",
    }
}

impl Guide {
    /// Reads a guided lesson's two files. What it names is checked but for its commands, which a shell must run.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn parse(id: &str, structure: &str, words: &str) -> Result<Self, Vec<Diagnostic>> {
        let (file, diagnostics) = shape::<GuideFile>(structure)?;
        let (words, said) = shape::<WordsFile>(words)?;
        let mut reader = Reader::new(diagnostics);
        reader.diagnostics.extend(said);

        let mut desk = Desk::default();
        for text in [&file.cluster, &file.policies].into_iter().flatten() {
            reader.manifests(text);
            desk.apply(text);
        }
        if file.steps.is_empty() {
            reader.error("guide-shape", start(), "there is at least one step");
        }
        let mut said = words.steps.into_iter();
        let steps = file.steps.into_iter().filter_map(|step| self::step(&mut reader, step, said.next()));
        let guide = Self {
            id: id.to_owned(),
            title: words.title,
            about: words.about,
            minutes: file.minutes,
            files: desk.own().into(),
            steps: steps.collect(),
        };
        if let Some(more) = said.next() {
            reader.error("guide-words", more.id.at, format!("there is no step `{}`", more.id.value));
        }
        reader.finish(guide)
    }
}

impl Guide {
    /// A walkthrough as its tutorial has it: from an empty cluster on, all of it typed. `script` is what is typed, with
    /// `== N` on a line of its own where step N ends. Expectations about addresses that its pods are given are left out, for
    /// pods that a shell makes have others.
    #[must_use]
    pub fn of_walkthrough(lesson: &Lesson, script: &str) -> Self {
        let mut parts: Vec<String> = vec![String::new()];
        for line in script.lines() {
            match parts.last_mut() {
                Some(part) if !line.starts_with("== ") => part.extend([line, "\n"]),
                _ => parts.push(String::new()),
            }
        }
        let steps = lesson.steps.iter().zip(&parts).enumerate().map(|(at, (step, typed))| {
            let files = state(lesson, at).into_iter().map(|it| SourceFile::new(it.name, it.text));
            let cluster = Analysis::read(&files.collect::<Vec<_>>(), &Limits::PAGE).cluster;
            let is_of_a_pod = |url: &UrlTarget| url.host.parse().is_ok_and(|it| cluster.pod_at(it).is_some());
            let names_a_pod =
                |it: &&Expectation| !matches!(&it.target, ExpectedTarget::Curl(url) if is_of_a_pod(url));
            GuideStep {
                id: (at + 1).to_string(),
                title: step.title.clone(),
                text: step.text.clone().unwrap_or_default(),
                notice: None,
                task: GuideTask::Type(commands(typed)),
                expect: step.expect.iter().filter(names_a_pod).cloned().collect(),
                point: None,
            }
        });
        Self {
            id: lesson.id.clone(),
            title: lesson.title.clone(),
            about: String::new(),
            minutes: 10,
            files: Desk::default().own().into(),
            steps: steps.collect(),
        }
    }
}

fn step(reader: &mut Reader, step: GuideStepFile, words: Option<StepWords>) -> Option<GuideStep> {
    let Some(words) = words.filter(|words| words.id.value == step.id.value) else {
        reader.error("guide-words", step.id.at, format!("nothing is said of step `{}`", step.id.value));
        return None;
    };
    let task = match (&step.typed, &step.make, &step.select) {
        (Some(typed), None, None) => GuideTask::Type(commands(typed)),
        (None, Some(make), None) => GuideTask::Make(commands(make)),
        (None, None, Some(select)) => GuideTask::Select(point(reader, select)?),
        _ => {
            let message = "a step has one of `type`, `make` and `select`";
            reader.error("guide-shape", step.id.at, message);
            return None;
        }
    };
    let expect: Vec<Expectation> = step.expect.iter().filter_map(|row| reader.expectation(row)).collect();
    if matches!(task, GuideTask::Make(_)) && expect.is_empty() {
        reader.error("guide-shape", step.id.at, "a step with `make` says in `expect` when it is done");
    }
    Some(GuideStep {
        id: step.id.value,
        title: words.title,
        text: words.text,
        notice: words.notice,
        task,
        expect,
        point: step.point.as_ref().and_then(|text| point(reader, text)),
    })
}

fn point(reader: &mut Reader, text: &Spanned<String>) -> Option<Point> {
    let point = Point::parse(text);
    if point.is_none() {
        let message = format!("`{}` is nothing on the stage", text.value);
        reader.error("guide-point", text.at, message);
    }
    point
}

/// What is typed, command by command: a line each, and with its here-document where it has one.
fn commands(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut ends: Option<String> = None;
    for line in text.lines() {
        match (&ends, commands.last_mut()) {
            (Some(end), Some(open)) => {
                open.push('\n');
                open.push_str(line);
                if line == end {
                    ends = None;
                }
            }
            _ if line.trim().is_empty() => {}
            _ => {
                commands.push(line.to_owned());
                let after = line.split_once("<<").map(|(_, rest)| rest.trim_start_matches('-').trim_start());
                let word = after.and_then(|rest| rest.split_whitespace().next());
                ends = word.map(|word| word.trim_matches(['\'', '"']).to_owned());
            }
        }
    }
    commands
}

files! {
    /// The lessons and challenges that there are, each list in the order in which they build upon one another.
    pub struct Catalogue requires ["course", "walkthroughs", "challenges", "exams"] {
        /// The course: guided lessons from what a policy selects on.
        pub course: Vec<String> = "course",
        /// The walkthroughs, typed as their tutorials do.
        pub walkthroughs: Vec<String> = "walkthroughs",
        /// The challenges.
        pub challenges: Vec<String> = "challenges",
        /// The exams.
        pub exams: Vec<ExamPlan> = "exams",
    }
}

files! {
    /// An exam: challenges against the clock.
    pub struct ExamPlan requires ["id", "title", "minutes", "pass", "tasks"] {
        /// Stable: progress names it by it.
        pub id: String = "id",
        /// Its name.
        pub title: String = "title",
        /// How long it lasts.
        pub minutes: u16 = "minutes",
        /// What of the weights has to be reached, in percent.
        pub pass: u8 = "pass",
        /// Its tasks, by the ids of challenges.
        pub tasks: Vec<String> = "tasks",
    }
}

impl Catalogue {
    /// Reads the catalogue's file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (catalogue, diagnostics) = shape::<Self>(text)?;
        Reader::new(diagnostics).finish(catalogue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_keep_their_here_documents() {
        let text = "kubectl get pods\n\nkubectl apply -f - <<'EOF'\na: 1\n\nb: 2\nEOF\ncat <<EOF | k apply -f -\nx\nEOF\n";
        assert_eq!(
            commands(text),
            [
                "kubectl get pods",
                "kubectl apply -f - <<'EOF'\na: 1\n\nb: 2\nEOF",
                "cat <<EOF | k apply -f -\nx\nEOF"
            ]
        );
    }

    #[test]
    fn points_are_ends_or_arrows() {
        let web = || Spot::Workload(Place::parse("shop/web").unwrap());
        assert_eq!(Point::parse("shop/web"), Some(Point::End(web())));
        assert_eq!(Point::parse("shop/*"), Some(Point::End(Spot::Namespace("shop".into()))));
        assert_eq!(Point::parse("shop/web -> internet"), Some(Point::Arrow(web(), Spot::Internet)));
        assert_eq!(Point::parse("web"), None);
    }
}
