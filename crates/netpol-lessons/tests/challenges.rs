//! Every challenge is played: its solution gets all stars, each wrong answer fails for the reason that it claims, the start is
//! no solution, and what is said names nothing that is not there.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it cannot go on")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use netpol_lessons::{
    Catalogue, Challenge, Draft, ExamSet, Grade, LESSONS, capture, goal_from_text, goal_to_text,
};

fn lessons() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The ids of all challenges, by name; or those that `CHALLENGES` names, a comma between.
fn ids() -> Vec<String> {
    let only = std::env::var("CHALLENGES").ok();
    let only: Option<Vec<&str>> = only.as_deref().map(|only| only.split(',').collect());
    let files = fs::read_dir(lessons().join("challenges")).unwrap();
    let mut ids: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned()))
        .filter(|id| only.as_ref().is_none_or(|only| only.contains(&id.as_str())))
        .collect();
    ids.sort();
    ids
}

fn structure(id: &str) -> String {
    read(&lessons().join(format!("challenges/{id}.yaml")))
}

fn words(id: &str) -> String {
    read(&lessons().join(format!("en/challenges/{id}.yaml")))
}

fn challenge(id: &str) -> Challenge {
    Challenge::parse(id, &structure(id), &words(id)).unwrap_or_else(|diagnostics| {
        let told: Vec<String> =
            diagnostics.iter().map(|it| format!("{}: {} {:?}", it.id, it.message, it.at)).collect();
        panic!("{id}: {}", told.join("\n"))
    })
}

fn told(grade: &Grade) -> Vec<String> {
    grade.faults.iter().map(ToString::to_string).collect()
}

#[test]
fn each_solution_gets_all_stars() {
    for id in ids() {
        let challenge = challenge(&id);
        let grade = challenge.grade(&challenge.solved());
        assert!(grade.passes(), "{id}: {:#?}", told(&grade));
        assert_eq!(
            grade.stars(),
            3,
            "{id}: {} of {} lines, {:?}",
            grade.lines,
            grade.model_lines,
            grade.loose
        );
        assert!(grade.flows.0 > 1, "{id}: there is hardly a flow to judge by");
    }
}

#[test]
fn no_start_is_a_solution() {
    for id in ids() {
        let challenge = challenge(&id);
        assert!(!challenge.grade(&challenge.start).passes(), "{id}");
    }
}

#[test]
fn each_wrong_answer_fails_for_the_reason_that_it_claims() {
    for id in ids() {
        let challenge = challenge(&id);
        assert!(challenge.wrong.len() >= 2, "{id}: there are two typical wrong answers");
        for wrong in &challenge.wrong {
            let grade = challenge.grade(&challenge.after(&wrong.answer));
            assert_eq!(
                grade.first_fault().as_deref(),
                Some(wrong.fails.as_str()),
                "{id}: {:#?}",
                told(&grade)
            );
        }
    }
}

#[test]
fn each_is_told_whole() {
    for id in ids() {
        let challenge = challenge(&id);
        let words = &challenge.words;
        assert_eq!(words.hints.len(), 3, "{id}: three hints");
        assert_eq!(words.wrong.len(), challenge.wrong.len(), "{id}: a word to each wrong answer");
        let texts =
            [&words.title, &words.task, &words.solved].into_iter().chain(&words.hints).chain(&words.wrong);
        assert!(texts.into_iter().all(|text| !text.trim().is_empty()), "{id}: something is not said");
        assert!(words.title.len() <= 48, "{id}: `{}` is too long for a list", words.title);
        assert!((1..=3).contains(&challenge.level), "{id}: level {}", challenge.level);
        assert!((1..=10).contains(&challenge.weight), "{id}: weight {}", challenge.weight);
        assert!(!challenge.sets.is_empty(), "{id}: it is in no exam");
    }
}

/// What is in backticks in `text`.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The words of a text as manifests spell them.
fn names(text: &str) -> BTreeSet<&str> {
    let is_name = |char: char| char.is_ascii_alphanumeric() || ".-_/".contains(char);
    text.split(|char| !is_name(char))
        .map(|name| name.trim_matches(['.', '-', '/']))
        .filter(|it| !it.is_empty())
        .collect()
}

#[test]
fn what_is_said_names_nothing_that_is_not_there() {
    // The fields of policies, and what a learner types.
    let fields = read(&lessons().join("../crates/netpol-assist/src/fields.yaml"));
    let mut known = names(&fields);
    known.extend(names("apiVersion kind metadata namespace name labels spec kubectl get describe label apply -f --overwrite --show-labels -n"));
    for id in ids() {
        let structure = structure(&id);
        let here = names(&structure);
        let challenge = challenge(&id);
        let words = &challenge.words;
        let texts = [&words.task, &words.solved].into_iter().chain(&words.hints).chain(&words.wrong);
        for text in texts {
            assert_eq!(text.matches('`').count() % 2, 0, "{id}: {text}");
            for quoted in quoted(text) {
                for name in names(quoted) {
                    let is_there = here.contains(name)
                        || known.contains(name)
                        || name.split(['.', '/']).all(|part| here.contains(part) || known.contains(part))
                        || here.iter().any(|it| it.split('/').any(|part| part == name));
                    assert!(is_there, "{id}: there is no `{name}`: {text}");
                }
            }
        }
    }
}

#[test]
fn the_catalogue_has_each_of_them_once() {
    let catalogue = Catalogue::parse(&read(&lessons().join("catalogue.yaml"))).unwrap();
    let files = |folder: &str| -> BTreeSet<String> {
        let files = fs::read_dir(lessons().join(folder)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned())).collect()
    };
    for (folder, listed) in [("challenges", &catalogue.challenges), ("course", &catalogue.course)] {
        let once: BTreeSet<String> = listed.iter().cloned().collect();
        assert_eq!(once.len(), listed.len(), "{folder}: something is listed twice");
        assert_eq!(once, files(folder), "{folder}");
        assert_eq!(once, files(&format!("en/{folder}")), "en/{folder}");
    }
    let known: BTreeSet<&str> = LESSONS.iter().map(|lesson| lesson.id).collect();
    assert!(catalogue.walkthroughs.iter().all(|id| known.contains(id.as_str())));
    for plan in &catalogue.exams {
        assert!((1..=100).contains(&plan.pass) && plan.minutes >= 10, "{}", plan.id);
        for id in &plan.tasks {
            assert!(catalogue.challenges.contains(id), "{}: there is no `{id}`", plan.id);
        }
    }
    for id in &catalogue.challenges {
        let lesson = challenge(id).lesson;
        assert!(
            lesson.as_ref().is_some_and(|it| catalogue.course.contains(it)),
            "{id}: {lesson:?} is no lesson"
        );
    }
}

#[test]
fn exams_have_enough_to_choose_from() {
    if std::env::var("CHALLENGES").is_ok() {
        return;
    }
    let all: Vec<Challenge> = ids().iter().map(|id| challenge(id)).collect();
    assert!(all.len() >= 40, "{}", all.len());
    for set in ExamSet::ALL {
        let of_set = all.iter().filter(|it| it.sets.contains(&set));
        let levels: BTreeSet<u8> = of_set.clone().map(|it| it.level).collect();
        assert!(of_set.count() >= 12, "{}", set.as_str());
        assert_eq!(levels.len(), 3, "{}: of each difficulty", set.as_str());
    }
}

#[test]
fn what_is_captured_of_a_solution_is_met_by_it_and_by_no_start() {
    for id in ids() {
        let challenge = challenge(&id);
        let draft = Draft {
            start: challenge.start.clone(),
            solution: challenge.solved(),
            goal: capture(&challenge.solved()),
            scope: challenge.bounds.scope,
            words: challenge.words.clone(),
        };
        let goal = goal_to_text(&draft.goal);
        assert_eq!(goal_from_text(&goal).as_ref(), Ok(&draft.goal), "{id}");
        let files = draft.compose();
        let composed = Challenge::parse(&id, &files.structure, &files.words);
        let composed = composed.unwrap_or_else(|told| panic!("{id}: {told:#?}\n{goal}"));
        let grade = composed.grade(&challenge.solved());
        assert!(grade.passes(), "{id}: {:#?}\n{goal}", told(&grade));
        assert!(composed.grade(&composed.solved()).passes(), "{id}: the composed solution");
        // What only how it is written tells apart is beyond what an example can say.
        if capture(&challenge.start) != draft.goal {
            assert!(!composed.grade(&challenge.start).passes(), "{id}: the start is no solution\n{goal}");
        }
    }
}

#[test]
fn what_is_open_to_a_private_address_is_open() {
    let challenge = challenge("deny-app-egress");
    let mut answer = challenge.solved();
    let leak = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: leak, namespace: bureau}\nspec:\n  \
                podSelector: {}\n  policyTypes: [Egress]\n  egress: [{to: [{ipBlock: {cidr: 169.254.0.0/16}}]}]\n";
    if let Some(policies) = answer.last_mut() {
        policies.text.push_str(&format!("---\n{leak}"));
    }
    let grade = challenge.grade(&answer);
    let first = grade.first_fault().unwrap_or_default();
    assert!(first.ends_with("-> 169.254.0.0:1 passes"), "{first}");
}

#[test]
fn curl_is_run_in_pods_that_are_named() {
    let structure = structure("one-label").replace("- same: all -> all", "- pass: pods curl records:5432");
    let told = Challenge::parse("c", &structure, &words("one-label")).unwrap_err();
    assert!(told.iter().any(|it| it.message.contains("not from `pods`")), "{told:?}");
}
