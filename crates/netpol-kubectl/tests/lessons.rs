//! Every guided lesson is played: each step is open until what it asks for has been done, and done then.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it cannot go on")]

use std::fs;
use std::path::{Path, PathBuf};

use netpol_kubectl::{Shell, Tutor};
use netpol_lessons::{Catalogue, Guide, GuideTask, LESSONS, LessonSet, Place, Point, Spot, check};

fn lessons() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons")
}

fn read(path: &str) -> String {
    let path = lessons().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The guided lessons of the course by their ids, or those that `LESSONS` names, a comma between.
fn course() -> Vec<Guide> {
    let only = std::env::var("LESSONS").ok();
    let ids = match &only {
        Some(only) => only.split(',').map(str::to_owned).collect(),
        None => Catalogue::parse(&read("catalogue.yaml")).unwrap().course,
    };
    let guide = |id: &String| {
        let (structure, words) = (read(&format!("course/{id}.yaml")), read(&format!("en/course/{id}.yaml")));
        Guide::parse(id, &structure, &words).unwrap_or_else(|diagnostics| {
            let told: Vec<String> =
                diagnostics.iter().map(|it| format!("{}: {} {:?}", it.id, it.message, it.at)).collect();
            panic!("{id}: {}", told.join("\n"))
        })
    };
    ids.iter().map(guide).collect()
}

fn walkthroughs() -> Vec<Guide> {
    let sources = LESSONS.iter().filter(|source| source.set == LessonSet::Walkthrough);
    let typed = |id: &str| read(&format!("typed/{id}.sh"));
    sources.map(|source| Guide::of_walkthrough(&source.lesson().unwrap(), &typed(source.id))).collect()
}

/// What is not there of a point.
fn missing(shell: &Shell, point: &Point) -> Option<String> {
    let cluster = &shell.store().analysis().cluster;
    let spots = match point {
        Point::End(spot) => vec![spot],
        Point::Arrow(from, to) => vec![from, to],
    };
    spots.into_iter().find_map(|spot| match spot {
        Spot::Internet => None,
        Spot::Namespace(name) => cluster.namespace(name).is_none().then(|| name.clone()),
        Spot::Workload(Place::Address(_)) => None,
        Spot::Workload(place @ Place::Named { namespace, name }) => {
            let is_there =
                cluster.pod(namespace, name).is_some() || cluster.workload(namespace, name).is_some();
            (!is_there).then(|| place.to_string())
        }
    })
}

/// Plays it as its author would, and gives what was printed.
fn play(guide: &Guide) -> String {
    let mut shell = Shell::new(&guide.files);
    let mut tutor = Tutor::at(0);
    let mut screen = String::new();
    for (at, step) in guide.steps.iter().enumerate() {
        let place = format!("{}: step `{}`", guide.id, step.id);
        assert_eq!(tutor.step(), at);
        assert!(!tutor.is_done(guide, shell.store().analysis()), "{place} is done before it begins");
        match &step.task {
            GuideTask::Type(commands) | GuideTask::Make(commands) => {
                assert!(!commands.is_empty(), "{place} asks for nothing");
                for command in commands {
                    let before = shell.rehearsal();
                    let output = shell.run(command);
                    assert_ne!(shell.prompt(), "> ", "{place}: {command} is not finished");
                    assert!(!output.text.contains("not found in this shell"), "{place}: {}", output.text);
                    assert!(
                        tutor.typed(guide, before, command, &output),
                        "{place}: {command} does not count"
                    );
                    screen += &format!("$ {command}\n{}", output.text);
                }
            }
            GuideTask::Select(point) => {
                assert_eq!(missing(&shell, point), None, "{place}: there is nothing to select");
                tutor.selected(guide, point);
            }
        }
        let analysis = shell.store().analysis();
        for expectation in &step.expect {
            let checked = check(analysis, expectation).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert!(checked.holds, "{place}: {expectation}, but it is {}", checked.got.as_str());
        }
        assert!(tutor.is_done(guide, analysis), "{place} is not done");
        if let Some(point) = &step.point {
            assert_eq!(missing(&shell, point), None, "{place}: there is nothing to point at");
        }
        tutor.advance();
    }
    screen
}

#[test]
fn every_lesson_of_the_course_can_be_played() {
    for guide in course() {
        let screen = play(&guide);
        if std::env::var("LESSONS").is_ok() {
            println!("== {}\n{screen}", guide.id);
        }
    }
}

#[test]
fn every_walkthrough_can_be_typed() {
    for guide in walkthroughs() {
        play(&guide);
    }
}

#[test]
fn every_lesson_is_told_whole_and_short() {
    let course = course();
    for guide in &course {
        let id = &guide.id;
        assert!((3..=8).contains(&guide.steps.len()), "{id}: {} steps", guide.steps.len());
        assert!((2..=10).contains(&guide.minutes), "{id}: {} minutes", guide.minutes);
        assert!(guide.title.len() <= 48 && !guide.about.is_empty(), "{id}");
        for step in &guide.steps {
            let texts = [Some(&step.title), Some(&step.text), step.notice.as_ref()];
            for text in texts.into_iter().flatten() {
                assert!(!text.trim().is_empty(), "{id}: step `{}` says nothing", step.id);
                assert_eq!(text.matches('`').count() % 2, 0, "{id}: {text}");
            }
            assert!(step.text.split_whitespace().count() <= 120, "{id}: step `{}` is long", step.id);
        }
    }
    if std::env::var("LESSONS").is_err() {
        assert!(course.len() >= 12, "{}", course.len());
    }
}

#[test]
fn other_ways_to_say_the_same_count() {
    let structure = "minutes: 2\ncluster: |\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\nsteps:\n- id: look\n  type: kubectl get pods\n";
    let words = "title: t\nabout: a\nsteps:\n- {id: look, title: Look, text: Look.}\n";
    let guide = Guide::parse("g", structure, words).unwrap();
    for (typed, counts) in [
        ("k get po", true),
        ("kubectl  get pod", true),
        ("kubectl get pods -o wide", false),
        ("echo hi", false),
    ] {
        let mut shell = Shell::new(&guide.files);
        let (mut tutor, before) = (Tutor::at(0), shell.rehearsal());
        let output = shell.run(typed);
        assert_eq!(tutor.typed(&guide, before, typed, &output), counts, "{typed}");
        assert_eq!(tutor.is_done(&guide, shell.store().analysis()), counts, "{typed}");
    }
}
