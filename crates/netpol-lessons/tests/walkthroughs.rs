//! Every lesson plays: each step's text holds what was applied, and everything it promises to show is seen.

use std::collections::BTreeMap;

use netpol_engine::Analysis;
use netpol_lessons::{
    LESSONS, Lesson, LessonSet, ObjectRef, ScenarioFile, check, edit, opening, state, touched,
};
use netpol_syntax::{FileId, Limits, Node, NodeKind, Severity, SourceFile, Value, parse};

fn lessons() -> Vec<Lesson> {
    let lessons: Vec<Lesson> = LESSONS.iter().filter_map(|source| source.lesson().ok()).collect();
    assert_eq!(lessons.len(), LESSONS.len(), "a lesson is faulty");
    lessons
}

fn analyse(files: &[ScenarioFile]) -> Analysis {
    let files: Vec<SourceFile> =
        files.iter().map(|file| SourceFile::new(file.name.as_str(), file.text.as_str())).collect();
    Analysis::read(&files, &Limits::PAGE)
}

/// A tree as JSON would have it, keys sorted.
fn show(node: Node<'_>) -> String {
    match node.kind() {
        NodeKind::Scalar(scalar) => match scalar.value {
            Value::Str(text) => format!("{text:?}"),
            value => format!("{value:?}"),
        },
        NodeKind::Sequence => format!("[{}]", node.items().map(show).collect::<Vec<_>>().join(", ")),
        NodeKind::Mapping => {
            let entries: BTreeMap<_, _> =
                node.entries().map(|(key, value)| (key.as_str(), show(value))).collect();
            format!("{entries:?}")
        }
    }
}

/// The objects of a text, which must be without fault.
fn objects(text: &str) -> BTreeMap<ObjectRef, String> {
    let parsed = parse(FileId(0), text, &Limits::PAGE);
    assert_eq!(parsed.diagnostics, [], "in\n{text}");
    let mut objects = BTreeMap::new();
    for document in &parsed.documents {
        objects.extend(ObjectRef::of(document.root()).map(|object| (object, show(document.root()))));
    }
    assert_eq!(objects.len(), parsed.documents.len(), "each has a name of its own in\n{text}");
    objects
}

/// The objects after each step, by what the lesson's data says and no text was edited for; labels aside.
fn expected_objects(lesson: &Lesson, step: usize) -> BTreeMap<ObjectRef, String> {
    let mut expected = objects(&lesson.cluster);
    for step in lesson.steps.iter().take(step + 1) {
        for object in &step.delete {
            assert!(expected.remove(object).is_some(), "{object}");
        }
        expected.extend(objects(&step.apply));
    }
    expected
}

/// What is seen in `analysis` that the step does not say, a line each; and how many rows it has.
fn differences(lesson: &Lesson, step: usize, analysis: &Analysis) -> (Vec<String>, usize) {
    let rows = lesson.steps.get(step).map_or(&[][..], |step| &step.expect);
    let mut differences = Vec::new();
    for row in rows {
        match check(analysis, row) {
            Ok(checked) if checked.holds => assert!(!checked.reports.is_empty()),
            Ok(checked) => differences.push(format!(
                "{} step {}: {row}, but {}",
                lesson.id,
                step + 1,
                checked.got.as_str()
            )),
            Err(unknown) => differences.push(format!("{} step {}: {row}: {unknown}", lesson.id, step + 1)),
        }
    }
    (differences, rows.len())
}

#[test]
fn lessons_are_read_without_fault() {
    for source in LESSONS {
        assert_eq!(source.lesson().err(), None, "{}", source.id);
    }
}

#[test]
fn all_that_the_walkthroughs_promise_is_seen() {
    let mut differences_found = Vec::new();
    let mut rows = 0;
    for lesson in lessons() {
        for step in 0..lesson.steps.len() {
            let analysis = analyse(&state(&lesson, step));
            let errors = analysis.diagnostics.iter().filter(|it| it.severity == Severity::Error);
            differences_found
                .extend(errors.map(|it| format!("{} step {}: {}", lesson.id, step + 1, it.message)));
            let (found, count) = differences(&lesson, step, &analysis);
            differences_found.extend(found);
            rows += count;
        }
    }
    assert_eq!(differences_found, Vec::<String>::new());
    // 114 of the walkthroughs, 28 of the recipes.
    assert_eq!(rows, 142);
}

/// The same on the manifests as the tutorials write them, so that nothing depends on how steps are played.
#[test]
fn they_are_seen_in_the_raw_manifests_too() {
    for lesson in lessons() {
        let mut raw: BTreeMap<ObjectRef, String> = BTreeMap::new();
        let apply = |raw: &mut BTreeMap<ObjectRef, String>, text: &str| {
            for piece in text.split("---\n").filter(|piece| !piece.trim().is_empty()) {
                let parsed = parse(FileId(0), piece, &Limits::PAGE);
                raw.insert(ObjectRef::of(parsed.documents[0].root()).unwrap(), piece.to_owned());
            }
        };
        apply(&mut raw, &lesson.cluster);
        for (at, step) in lesson.steps.iter().enumerate() {
            for object in &step.delete {
                assert!(raw.remove(object).is_some(), "{object}");
            }
            apply(&mut raw, &step.apply);
            for change in &step.label {
                let labels: Vec<_> = change
                    .labels
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", value.as_deref().unwrap()))
                    .collect();
                let (name, labels) = (&change.object.name, labels.join(", "));
                let text = format!(
                    "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"
                );
                raw.insert(change.object.clone(), text);
            }
            let text = raw.values().cloned().collect::<Vec<_>>().join("\n---\n");
            let analysis = analyse(&[ScenarioFile::new("all.yaml", text)]);
            assert_eq!(differences(&lesson, at, &analysis).0, Vec::<String>::new());
        }
    }
}

#[test]
fn every_step_leaves_exactly_its_objects_and_readable_text() {
    for lesson in lessons() {
        let labelled: Vec<_> =
            lesson.steps.iter().flat_map(|step| &step.label).map(|it| &it.object).collect();
        for step in 0..lesson.steps.len() {
            let files = state(&lesson, step);
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(names, ["cluster.yaml", "policies.yaml"]);
            let (cluster, policies) = (objects(&files[0].text), objects(&files[1].text));
            assert!(cluster.keys().all(|object| !object.is_policy()));
            assert!(policies.keys().all(ObjectRef::is_policy));
            let mut found: BTreeMap<_, _> = cluster.into_iter().chain(policies).collect();
            let mut expected = expected_objects(&lesson, step);
            for object in &labelled {
                found.remove(*object);
                expected.remove(*object);
            }
            assert_eq!(found, expected, "{} step {}", lesson.id, step + 1);
            for file in &files {
                let odd = file
                    .text
                    .lines()
                    .find(|line| line.contains(['{', '[']) && !line.contains("{}") && !line.starts_with('#'));
                assert_eq!(odd, None, "flow style in {} step {}", lesson.id, step + 1);
                assert!(file.text.is_empty() || file.text.ends_with('\n') && !file.text.ends_with("\n\n"));
                assert!(!file.text.starts_with("---"));
            }
        }
        assert_eq!(state(&lesson, usize::MAX), state(&lesson, lesson.steps.len() - 1));
    }
}

#[test]
fn playing_again_what_was_played_changes_nothing() {
    for lesson in lessons() {
        for step in 0..lesson.steps.len() {
            for manifest in edit::manifests(&lesson.steps[step].apply) {
                let object = manifest.object.unwrap();
                let files = state(&lesson, step);
                let held = files
                    .iter()
                    .filter_map(|file| Some((file, edit::replace(&file.text, &object, &manifest.text)?)));
                let held: Vec<_> = held.collect();
                assert_eq!(held.len(), 1, "{object}");
                // A label that came at this step is not in the manifest.
                if !lesson.steps[step].label.iter().any(|change| change.object == object) {
                    assert_eq!(held[0].0.text, held[0].1);
                }
            }
        }
    }
}

#[test]
fn spellings_that_a_lesson_shows_stay() {
    let lesson = &lessons()[0];
    let files = state(lesson, 4);
    assert!(
        files[1].text.contains("  - to:\n    ports:\n    - port: 53\n      protocol: TCP\n    - port : 53\n")
    );
    assert!(files[0].text.starts_with(
        "# kubectl run frontend --image=nginx; kubectl run backend --image=nginx\napiVersion: v1\n"
    ));
    let exam = state(&lessons()[3], 7);
    assert!(exam[1].text.contains("  egress:\n  - to:\n    ports:\n    - protocol: TCP\n      port: 53\n"));
}

#[test]
fn labels_come_and_undeclared_namespaces_with_them() {
    let cassandra = &lessons()[3];
    let before = &state(cassandra, 2)[0].text;
    let after = &state(cassandra, 3)[0].text;
    assert_eq!(
        *after,
        before.replace(
            "  name: namespace-cassandra\n---",
            "  name: namespace-cassandra\n  labels:\n    ns: cassandra\n---"
        )
    );
    let default =
        "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: default\n  labels:\n    ns: default\n";
    assert!(state(cassandra, 5)[0].text.ends_with(default));
}

#[test]
fn what_a_step_touches_can_be_shown() {
    for lesson in lessons() {
        for (at, step) in lesson.steps.iter().enumerate() {
            let files = state(&lesson, at);
            let touched = touched(&lesson, at);
            for it in &touched {
                let text = it.span.of(&files[it.file].text);
                assert!(objects(text).into_keys().eq([it.object.clone()]), "{text}");
            }
            let labelled = step.label.iter().map(|change| change.object.clone());
            let mut expected: Vec<_> = objects(&step.apply).into_keys().chain(labelled).collect();
            expected.sort();
            let mut found: Vec<_> = touched.into_iter().map(|it| it.object).collect();
            found.sort();
            assert_eq!(found, expected);
        }
        assert_eq!(touched(&lesson, lesson.steps.len()), []);
    }
}

#[test]
fn the_words_of_a_lesson_are_asked_for_in_one_place() {
    for lesson in lessons() {
        let opening = opening(&lesson);
        assert_eq!(opening.steps.len(), lesson.steps.len());
        assert!(!opening.title.is_empty());
        for (at, step) in opening.steps.iter().enumerate() {
            assert_eq!(step.number, at + 1);
            assert!(!step.title.is_empty());
            // Recipes say what to look at.
            let source = LESSONS.iter().find(|source| source.id == lesson.id);
            assert_eq!(step.body.is_some(), source.is_some_and(|source| source.set == LessonSet::Recipe));
        }
    }
}
