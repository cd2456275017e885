//! The terminal: what is typed beside the cluster.

use std::rc::Rc;

use netpol_kubectl::{Event as ShellEvent, Output};
use netpol_lessons::edit;
use netpol_syntax::{FileId, Location, SourceFile};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::guide;
use super::pointing;
use super::store::{self, Entry, Store, View, scenario_files, source_file};
use crate::components::Act;
use crate::derive::ByPointer;
use crate::dom::focus;
use crate::state::{Action, AppState, FileAction, Selection};

/// As many commands as stay on the screen.
const SCREEN: usize = 300;

/// What the terminal needs.
#[derive(PartialEq, Properties)]
pub struct TerminalProps {
    /// The state.
    pub state: ByPointer<AppState>,
    /// Takes the actions.
    pub act: Act,
}

/// Where the learner is in the history: how far back, and what was being typed.
#[derive(Default)]
struct Recall {
    back: usize,
    typed: String,
}

/// The terminal.
#[component]
pub fn Terminal(props: &TerminalProps) -> Html {
    store::use_store();
    let (log, input) = (use_node_ref(), use_node_ref());
    let typed = use_state_eq(String::new);
    store::quietly(|store| store.settle(&props.state.files));
    let recall = use_mut_ref(Recall::default);
    let (screen, prompt) =
        store::with(|store| (store.screen.clone(), store.shell.prompt())).unwrap_or_default();

    // What was printed last is what one wants to see.
    use_effect_with(screen.clone(), {
        let log = log.clone();
        move |_| {
            if let Some(log) = log.cast::<Element>() {
                log.set_scroll_top(log.scroll_height());
            }
        }
    });
    use_effect_with((), |()| focus("#terminal-input"));

    let enter = {
        let (state, act, typed, recall) =
            (props.state.clone(), props.act.clone(), typed.clone(), Rc::clone(&recall));
        move |text: String| {
            *recall.borrow_mut() = Recall::default();
            typed.set(String::new());
            if text.trim().is_empty() && guide::go_on(&state) {
                return;
            }
            run(&state, &act, &text);
        }
    };
    let onkeydown = {
        let (typed, recall, enter) = (typed.clone(), Rc::clone(&recall), enter.clone());
        let (state, act) = (props.state.clone(), props.act.clone());
        Callback::from(move |event: KeyboardEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            let text = field.value();
            let is_plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
            match event.key().as_str() {
                // The field shows a line; what was recalled may have several.
                "Enter" if is_plain && typed.replace('\n', "") == text => enter(typed.to_string()),
                "Enter" if is_plain => enter(text),
                "ArrowUp" if is_plain => {
                    if let Some(earlier) = remembered(&mut recall.borrow_mut(), &text, 1) {
                        typed.set(earlier);
                    }
                }
                "ArrowDown" if is_plain => {
                    if let Some(later) = remembered(&mut recall.borrow_mut(), &text, -1) {
                        typed.set(later);
                    }
                }
                // From an empty line Tab leads on, as everywhere.
                "Tab" if is_plain && !event.shift_key() && !text.is_empty() => {
                    let cursor = at_cursor(&field, &text).0.len();
                    typed.set(completed(&state, &text, cursor));
                }
                "c" if event.ctrl_key() && !event.shift_key() && selected_nothing(&field) => {
                    interrupt(&text);
                    typed.set(String::new());
                }
                "l" if event.ctrl_key() => {
                    store::change(|store| store.screen.clear());
                }
                // As a shell's own line has them, where the browser leaves them to the page.
                "a" if event.ctrl_key() => put_cursor(&field, 0),
                "e" if event.ctrl_key() => put_cursor(&field, text.len()),
                "u" | "w" | "k" if event.ctrl_key() => {
                    let (before, after) = at_cursor(&field, &text);
                    typed.set(match event.key().as_str() {
                        "u" => after.to_owned(),
                        "k" => before.to_owned(),
                        _ => {
                            let kept = before.trim_end();
                            let start = kept.rfind(' ').map_or(0, |space| space + 1);
                            kept.get(..start).unwrap_or_default().to_owned() + after
                        }
                    });
                }
                "d" if event.ctrl_key() && text.is_empty() => enter("exit".to_owned()),
                "Escape" => {
                    act.dispatch(Action::SetTerminal(false));
                    focus("#panel-body");
                }
                _ => return,
            }
            event.prevent_default();
        })
    };
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    // Several lines are several commands, but for a last one that is not ended: it can still be changed.
    let onpaste = {
        let (typed, enter) = (typed.clone(), enter.clone());
        Callback::from(move |event: Event| {
            let Some(text) = pasted(&event).filter(|text| text.trim_end_matches(['\n', '\r']).contains('\n'))
            else {
                return;
            };
            event.prevent_default();
            let field: HtmlInputElement = event.target_unchecked_into();
            let text = field.value() + &text.replace("\r\n", "\n");
            let (lines, last) = text.rsplit_once('\n').unwrap_or_default();
            enter(lines.to_owned());
            typed.set(last.to_owned());
        })
    };
    let onclose = {
        let act = props.act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::SetTerminal(false)))
    };
    let onclear = Callback::from(|_: MouseEvent| {
        store::change(|store| store.screen.clear());
        focus("#terminal-input");
    });
    // A click anywhere leads to where one types, unless something is being selected to be copied.
    let onclick = Callback::from(|_: MouseEvent| {
        let is_nothing = gloo::utils::window()
            .get_selection()
            .ok()
            .flatten()
            .is_none_or(|selection| selection.is_collapsed());
        if is_nothing {
            focus("#terminal-input");
        }
    });
    html! {
        <section class="terminal" aria-label="Terminal">
            <div class="terminal-bar">
                <h2>{ "Terminal" }</h2>
                <small>{ "kubectl, curl, cat and more. Nothing of it leaves this page." }</small>
                <span class="space"></span>
                <button type="button" class="btn plain" onclick={onclear}>{ "Clear" }</button>
                <button type="button" class="btn plain" onclick={onclose} aria-label="Close the terminal">{ "Close" }</button>
            </div>
            <div class="terminal-screen" ref={log} {onclick}>
                <div role="log" aria-label="Output">
                    if screen.is_empty() {
                        <p class="welcome">{ "Type " }<code>{ "help" }</code>{ " to see what there is, " }<kbd>{ "Tab" }</kbd>{ " to complete, " }<kbd>{ "↑" }</kbd>{ " for what you typed before." }</p>
                    }
                    { for screen.iter().map(entry) }
                </div>
                <label class="terminal-line">
                    <span class="prompt">{ prompt.clone() }</span>
                    <input id="terminal-input" ref={input} type="text" aria-label="Command" value={typed.to_string()}
                        autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="send"
                        {oninput} {onkeydown} {onpaste} />
                </label>
            </div>
        </section>
    }
}

fn entry(entry: &Entry) -> Html {
    html! {
        <div class="entry">
            <pre class="typed"><span class="prompt">{ entry.prompt.to_string() }</span>{ entry.typed.to_string() }</pre>
            if !entry.output.is_empty() { <pre>{ entry.output.to_string() }</pre> }
        </div>
    }
}

/// What stands before the cursor, and what behind it.
fn at_cursor<'t>(field: &HtmlInputElement, text: &'t str) -> (&'t str, &'t str) {
    // The browser counts in UTF-16.
    let cursor = field.selection_start().ok().flatten().map_or(usize::MAX, |at| at as usize);
    let mut units = 0;
    let at = text.char_indices().find(|(_, letter)| {
        let is_there = units >= cursor;
        units += letter.len_utf16();
        is_there
    });
    text.split_at(at.map_or(text.len(), |(at, _)| at))
}

fn put_cursor(field: &HtmlInputElement, at: usize) {
    let at = u32::try_from(at).ok();
    let _ = field.set_selection_start(at);
    let _ = field.set_selection_end(at);
}

fn selected_nothing(field: &HtmlInputElement) -> bool {
    field.selection_start().ok().flatten() == field.selection_end().ok().flatten()
}

fn pasted(event: &Event) -> Option<String> {
    let data = js_sys::Reflect::get(event, &"clipboardData".into()).ok()?;
    data.dyn_into::<web_sys::DataTransfer>().ok()?.get_data("text").ok()
}

/// What was typed before (`by` is 1) or after (-1) what the line shows.
fn remembered(recall: &mut Recall, text: &str, by: isize) -> Option<String> {
    let history = store::with(|store| store.shell.history().to_vec())?;
    let back = recall.back.checked_add_signed(by).filter(|back| *back <= history.len())?;
    if recall.back == 0 {
        recall.typed = text.to_owned();
    }
    recall.back = back;
    Some(match back {
        0 => std::mem::take(&mut recall.typed),
        // What has several lines was pasted, and runs again as it was.
        back => history.get(history.len() - back)?.clone(),
    })
}

/// The line with what Tab makes of it: all that the offers have in common; where that is nothing more, they are shown.
fn completed(state: &AppState, text: &str, cursor: usize) -> String {
    let cursor = if text.is_char_boundary(cursor) { cursor } else { text.len() };
    let (before, after) = text.split_at_checked(cursor).unwrap_or((text, ""));
    let found = store::quietly(|store| {
        store.shell.set_files(&scenario_files(&state.files));
        store.shell.complete(before)
    });
    let Some(found) = found else { return text.to_owned() };
    let Some(first) = found.offers.first() else { return text.to_owned() };
    let kept = before.get(..before.len() - found.replaces).unwrap_or_default();
    let word = before.get(before.len() - found.replaces..).unwrap_or_default();
    if found.offers.len() == 1 {
        let end = if first.ends_with(['=', '/']) { "" } else { " " };
        return format!("{kept}{first}{end}{}", after.trim_start());
    }
    let common = found.offers.iter().fold(first.as_str(), |common, offer| {
        let same = common.chars().zip(offer.chars()).take_while(|(one, other)| one == other);
        let length: usize = same.map(|(letter, _)| letter.len_utf8()).sum();
        common.get(..length).unwrap_or_default()
    });
    if common.len() <= word.len() {
        store::change(|store| {
            let offers = found.offers.join("  ") + "\n";
            print(store, text, offers);
        });
        return text.to_owned();
    }
    format!("{kept}{common}{after}")
}

/// Ctrl C: what is typed stays on the screen and is not run.
fn interrupt(text: &str) {
    store::change(|store| {
        print(store, &format!("{text}^C"), String::new());
        store.shell.interrupt();
    });
}

fn print(store: &mut Store, typed: &str, output: String) {
    let prompt = store.shell.prompt();
    store.screen.push(Entry { prompt: prompt.into(), typed: typed.into(), output: output.into() });
    let over = store.screen.len().saturating_sub(SCREEN);
    store.screen.drain(..over);
}

/// Runs what was typed, line by line, as if each had been entered.
pub fn run(state: &AppState, act: &Act, text: &str) {
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    run_all(state, act, &lines);
}

/// Runs commands, each of which may have several lines.
pub fn run_all(state: &AppState, act: &Act, commands: &[String]) {
    let mut told = Told::default();
    let changed = store::change(|store| {
        store.settle(&state.files);
        store.shell.set_files(&scenario_files(&state.files));
        for line in commands {
            let before = guide::rehearsal(store);
            let prompt = store.shell.prompt();
            let output = store.shell.run(line);
            store.screen.push(Entry {
                prompt: prompt.into(),
                typed: line.as_str().into(),
                output: output.text.as_str().into(),
            });
            guide::typed(store, before, line, &output);
            follow(store, &mut told, &output);
        }
        let over = store.screen.len().saturating_sub(SCREEN);
        store.screen.drain(..over);
        let files: Vec<SourceFile> = store.shell.store().files().iter().map(source_file).collect();
        (files != *state.files).then_some(files)
    });
    if let Some(Some(files)) = changed {
        act.dispatch(Action::File(FileAction::Set(files)));
    }
    if let Some(place) = told.place {
        act.dispatch(Action::GoTo(place));
    }
    if told.exits {
        act.dispatch(Action::SetTerminal(false));
    }
}

/// What commands ask of the page, once their files are there.
#[derive(Default)]
struct Told {
    /// Whether the terminal is to be closed.
    exits: bool,
    /// The lines that the editor is to show.
    place: Option<Location>,
}

/// What a command does besides printing.
fn follow(store: &mut Store, told: &mut Told, output: &Output) {
    for event in &output.events {
        match event {
            ShellEvent::Clear => store.screen.clear(),
            ShellEvent::Exit => told.exits = true,
            ShellEvent::Edit { file, object } => {
                let files = store.shell.store().files();
                let Some(at) = files.iter().position(|known| known.name == *file) else { continue };
                let span = files.get(at).zip(object.as_ref());
                let span = span.and_then(|(file, object)| edit::locate(&file.text, object));
                let file = FileId(u32::try_from(at).unwrap_or_default());
                told.place = Some(Location { file, span: span.unwrap_or_default() });
            }
            ShellEvent::Probe(legs) => pointing::light(legs, pointed(store)),
        }
    }
}

/// What the step of a lesson points out.
fn pointed(store: &Store) -> Option<Selection> {
    let View::Guide(guide, tutor) = &store.view else { return None };
    let point = guide.steps.get(tutor.step())?.point.as_ref()?;
    let analysis = store.shell.store().analysis();
    pointing::selection(point, analysis).filter(|_| tutor.is_done(guide, analysis))
}
