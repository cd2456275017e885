//! The reducer, by what it makes of a state.

use std::rc::Rc;
use std::sync::Arc;

use netpol_lessons::Scenario;
use netpol_syntax::{FileId, Location, SourceFile, Span};
use netpol_view::{EndKey, EndKind, PortChoice};
use yew::Reducible;

use super::*;
use crate::lessons;

fn begin(work: Work) -> Rc<AppState> {
    Rc::new(AppState::new(work, ThemeChoice::System, None))
}

fn three_tiers() -> Rc<AppState> {
    begin(Work::lesson(lessons::first().unwrap()).unwrap())
}

fn with_files(files: &[(&str, &str)]) -> Rc<AppState> {
    let files = files.iter().map(|(name, text)| SourceFile::new(*name, *text)).collect();
    begin(Work { files: Rc::new(files), ..Work::empty() })
}

fn names(state: &AppState) -> Vec<&str> {
    state.files.iter().map(|file| file.name.as_ref()).collect()
}

fn at_step(step: usize) -> Place {
    Place { step, ..lessons::first().unwrap() }
}

#[test]
fn a_step_of_an_untouched_lesson_comes_at_once() {
    let state = three_tiers().reduce(Action::GoToStep(at_step(1)));
    assert_eq!((state.lesson, state.dialog), (Some(at_step(1)), None));
    assert!(!state.is_edited());
}

#[test]
fn a_lesson_is_left_with_the_files_as_they_are() {
    let edit = FileAction::Edit { file: 1, text: "# mine\n".into() };
    let edited = three_tiers().reduce(Action::File(edit));
    let left = Rc::clone(&edited).reduce(Action::LeaveLesson);
    assert_eq!((left.lesson, left.panel, &left.files), (None, Panel::Why, &edited.files));
    assert!(!left.is_edited());
    assert_eq!(left.work().title(), "cluster.yaml, policies.yaml");
}

#[test]
fn a_step_shows_what_it_changed_and_leaves_the_focus() {
    let state = three_tiers().reduce(Action::GoToStep(at_step(1)));
    let reveal = state.reveal.unwrap();
    let shown = reveal.span.of(&state.files[reveal.file].text);
    assert!(shown.contains("default-deny-all") && !reveal.focus, "{shown}");
    assert_eq!(state.shown, reveal.file);
}

#[test]
fn a_step_asks_before_it_replaces_edits() {
    let edit = FileAction::Edit { file: 1, text: "# mine\n".into() };
    let edited = three_tiers().reduce(Action::File(edit));
    assert!(edited.is_edited());
    let asked = Rc::clone(&edited).reduce(Action::GoToStep(at_step(1)));
    assert_eq!(asked.dialog, Some(Dialog::Replace(at_step(1))));
    assert_eq!(asked.files, edited.files);
    let replaced = asked.reduce(Action::ReplaceByStep(at_step(1)));
    assert_eq!((replaced.dialog, replaced.is_edited()), (None, false));
}

#[test]
fn edits_that_were_taken_back_are_none() {
    let state = three_tiers();
    let text = Arc::clone(&state.files[1].text);
    let edit =
        |state: Rc<AppState>, text: Arc<str>| state.reduce(Action::File(FileAction::Edit { file: 1, text }));
    let state = edit(edit(state, "x".into()), text);
    assert!(!state.is_edited());
}

#[test]
fn a_dropped_file_fills_an_empty_one_of_its_name_and_hides_no_other() {
    let state = with_files(&[("a.yaml", ""), ("b.yaml", "kind: Pod")]);
    let dropped = ["a.yaml", "b.yaml"].map(|name| SourceFile::new(name, "new\r\n"));
    let state = state.reduce(Action::File(FileAction::Add(dropped.into())));
    assert_eq!(names(&state), ["a.yaml", "b.yaml", "b-2.yaml"]);
    assert_eq!([0, 1, 2].map(|file| &*state.files[file].text), ["new\n", "kind: Pod", "new\n"]);
    assert_eq!(state.shown, 0);
}

#[test]
fn names_stay_apart() {
    let state = with_files(&[("a.yaml", "a"), ("b.yaml", "b")]);
    let rename = |to: &str| Action::File(FileAction::Rename(0, to.to_owned()));
    assert_eq!(names(&Rc::clone(&state).reduce(rename("b.yaml"))), ["a.yaml", "b.yaml"]);
    assert_eq!(names(&Rc::clone(&state).reduce(rename(" "))), ["a.yaml", "b.yaml"]);
    assert_eq!(names(&state.reduce(rename("c.yaml"))), ["c.yaml", "b.yaml"]);
}

#[test]
fn removing_keeps_the_shown_file_and_never_takes_the_last() {
    let state = with_files(&[("a", "a"), ("b", "b"), ("c", "c")]);
    let remove = |file: usize| Action::File(FileAction::Remove(file));
    let state = state.reduce(Action::File(FileAction::Show(2))).reduce(remove(0));
    assert_eq!((names(&state), state.shown), (vec!["b", "c"], 1));
    let state = state.reduce(remove(1)).reduce(remove(0));
    assert_eq!((names(&state), state.shown), (vec!["b"], 0));
}

#[test]
fn the_same_lines_can_be_asked_for_twice() {
    let at = Location { file: FileId(0), span: Span::new(0, 1) };
    let once = with_files(&[("a", "a")]).reduce(Action::GoTo(at));
    let twice = Rc::clone(&once).reduce(Action::GoTo(at));
    assert_ne!(once.reveal.unwrap().count, twice.reveal.unwrap().count);
    let nowhere = Location { file: FileId(9), ..at };
    assert_eq!(Rc::clone(&once).reduce(Action::GoTo(nowhere)).shown, once.shown);
}

#[test]
fn selecting_turns_to_the_reason() {
    let end = EndKey::new(netpol_view::EndKind::Workload, "other/attacker");
    let state = three_tiers();
    assert!(state.panel == Panel::Lesson);
    let state = state.reduce(Action::Select(Some(Selection::End(end))));
    assert!(state.panel == Panel::Why);
}

#[test]
fn files_that_are_to_stay_can_be_looked_at_and_not_changed() {
    let begun = AppState { read_only: true, ..(*three_tiers()).clone() };
    let actions = [
        FileAction::Edit { file: 0, text: "".into() },
        FileAction::AddEmpty,
        FileAction::Add(vec![SourceFile::new("a.yaml", "")]),
        FileAction::Rename(0, "a.yaml".to_owned()),
        FileAction::Remove(0),
    ];
    for action in actions {
        assert!(*Rc::new(begun.clone()).reduce(Action::File(action)) == begun);
    }
    let asked = Rc::new(begun.clone()).reduce(Action::SetDialog(Some(Dialog::Rename(0))));
    assert_eq!(asked.dialog, None);
    assert_eq!(Rc::new(begun).reduce(Action::File(FileAction::Show(1))).shown, 1);
}

#[test]
fn the_latest_question_comes_first_and_once() {
    let ask = |command: &str| Action::Ask(Question { from: "a/b".into(), command: command.into() });
    let state = three_tiers().reduce(ask("curl a")).reduce(ask("curl b")).reduce(ask("curl a"));
    let commands: Vec<&str> = state.probes.iter().map(|question| question.command.as_ref()).collect();
    assert_eq!(commands, ["curl a", "curl b"]);
}

#[test]
fn a_work_comes_back_from_what_keeps_it() {
    let arrow = |from, to| {
        Selection::Arrow(
            EndKey::new(netpol_view::EndKind::Outside, from),
            EndKey::new(netpol_view::EndKind::Workload, to),
        )
    };
    let mut work = three_tiers().work();
    work.ports = PortChoice::parse("UDP 53").unwrap();
    work.selection = Some(arrow("0.0.0.0/0", "frontend-tier/frontend"));
    let json = work.to_scenario().to_json();
    assert!(Work::of(&Scenario::from_json(&json).unwrap()) == work);
}

#[test]
fn the_next_end_that_is_selected_is_where_something_is_allowed_to() {
    let end = |kind, name: &str| EndKey::new(kind, name);
    let (web, db) = (end(EndKind::Workload, "shop/web"), end(EndKind::Workload, "shop/db"));
    let selected =
        |state: Rc<AppState>, end: &EndKey| state.reduce(Action::Select(Some(Selection::End(end.clone()))));
    let begun = selected(three_tiers(), &web).reduce(Action::Allow(Some(web.clone())));
    let chosen = selected(Rc::clone(&begun), &db);
    assert_eq!(chosen.selection, Some(Selection::Arrow(web.clone(), db.clone())));
    assert_eq!((&chosen.allowing, chosen.panel), (&None, Panel::Why));
    // Once.
    assert_eq!(selected(chosen, &db).selection, Some(Selection::End(db)));
    // What was begun ends with an edit, with another step, and where it is given up.
    let edit = Action::File(FileAction::Edit { file: 1, text: "# mine\n".into() });
    for action in
        [edit, Action::GoToStep(at_step(1)), Action::SetHidden(vec!["shop".into()]), Action::Allow(None)]
    {
        assert_eq!(Rc::clone(&begun).reduce(action).allowing, None);
    }
    // Nobody, a namespace, itself.
    let left = Rc::clone(&begun).reduce(Action::Select(None));
    assert_eq!((&left.selection, &left.allowing), (&Some(Selection::End(web.clone())), &None));
    let namespace = end(EndKind::Namespace, "shop");
    assert_eq!(selected(Rc::clone(&begun), &namespace).selection, Some(Selection::End(namespace.clone())));
    assert_eq!(selected(begun, &web).selection, Some(Selection::End(web)));
    assert_eq!(three_tiers().reduce(Action::Allow(Some(namespace))).allowing, None);
}

#[test]
fn what_was_moved_is_part_of_the_work() {
    let state = three_tiers();
    let node = EndKey::new(EndKind::Workload, "default/backend");
    let [from, to] = [1, 2].map(|row| netpol_view::Cell { column: 0, row });
    let state = state.reduce(Action::Move { node: node.clone(), from, to });
    assert_eq!(state.moved.get(&node), Some(to));
    let read = Work::of(&Scenario::from_json(&state.work().to_scenario().to_json()).unwrap());
    assert_eq!(read.moved, state.moved);
    let later = Rc::clone(&state).reduce(Action::GoToStep(at_step(1)));
    assert_eq!(later.moved, state.moved, "a step moves nothing");
    let opened = Rc::clone(&state).reduce(Action::Open(Box::new(Work::empty())));
    assert!(opened.moved.is_empty());
    let back = state.reduce(Action::PutBack(Some(node)));
    assert!(back.moved.is_empty());
}
