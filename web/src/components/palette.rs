//! Everything that can be gone to or done, found by a few letters.

use std::rc::Rc;

use netpol_lessons::{LESSONS, archive};
use netpol_syntax::{FileId, Location, Span, TextEdit};
use netpol_view::{EndKey, Scene, Theme, svg};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Act;
use super::dialog::DialogBox;
use crate::derive::{ByPointer, Derived};
use crate::dom::download;
use crate::hooks::{Learning, open_learning};
use crate::lessons::{self, Place};
use crate::state::{
    Action, AppState, Dialog, FileAction, Files, Pane, Panel, Selection, ThemeChoice, View, Work,
};

/// So many are offered at a time: what one can look through at once.
const OFFERED: usize = 12;

/// What the palette needs.
#[derive(PartialEq, Properties)]
pub struct PaletteProps {
    /// The state.
    pub state: ByPointer<AppState>,
    /// What follows from it.
    pub derived: ByPointer<Derived>,
    /// Whether the page is dark, as the pictures are then that are taken along.
    pub dark: bool,
    /// Takes the actions.
    pub act: Act,
}

/// Something that can be chosen.
#[derive(Clone)]
struct Choice {
    name: String,
    kind: &'static str,
    /// Both, in small letters, for what is asked to be found in. Of plain letters: tables for all others weigh 8 KB.
    text: String,
    does: Does,
}

#[derive(Clone)]
enum Does {
    Act(Action),
    Begin(Place),
    Learn(Learning),
    SaveSvg(Rc<Scene>),
    SavePng(Rc<Scene>),
    SaveFiles,
    /// A file, by its position.
    Format(usize),
}

/// The palette.
#[component]
pub fn Palette(props: &PaletteProps) -> Html {
    let PaletteProps { state, derived, dark, act } = props;
    let asked = use_state_eq(String::new);
    let active = use_state_eq(|| 0_usize);
    let choices = use_memo((state.clone(), derived.clone()), |(state, derived)| choices(state, derived));
    let found = matching(&choices, &asked);
    let more = found.len().saturating_sub(OFFERED);
    let offered: Rc<Vec<Choice>> = Rc::new(found.into_iter().take(OFFERED).cloned().collect());
    let at = (*active).min(offered.len().saturating_sub(1));

    let close = {
        let act = act.clone();
        Callback::from(move |()| act.dispatch(Action::SetDialog(None)))
    };
    let choose = {
        let (act, offered, files, dark) = (act.clone(), Rc::clone(&offered), Rc::clone(&state.files), *dark);
        Rc::new(move |at: usize| {
            if let Some(choice) = offered.get(at) {
                act.dispatch(Action::SetDialog(None));
                run(choice.does.clone(), &act, &files, dark);
            }
        })
    };
    let oninput = {
        let (asked, active) = (asked.clone(), active.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            {
                asked.set(input.value());
                active.set(0);
            }
        })
    };
    let onkeydown = {
        let (choose, active, count) = (Rc::clone(&choose), active.clone(), offered.len());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => active.set((at + 1) % count.max(1)),
                "ArrowUp" => active.set((at + count.saturating_sub(1)) % count.max(1)),
                "Enter" => choose(at),
                _ => return,
            }
            // Else it would move the cursor, or press the button that the focus goes back to.
            event.prevent_default();
        })
    };
    let options = offered.iter().enumerate().map(|(index, choice)| {
        let choose = Rc::clone(&choose);
        let onclick = Callback::from(move |_: MouseEvent| choose(index));
        html! {
            <li id={format!("choice-{index}")} class="item" role="option" aria-selected={(index == at).to_string()} {onclick}>
                <span>{ choice.name.clone() }</span><small>{ choice.kind }</small>
            </li>
        }
    });
    html! {
        <DialogBox title="Go to or do" onclose={close}>
            <label class="field">{ "A workload, a namespace, a file, or what is to be done" }
                <input type="text" value={asked.to_string()} autofocus=true role="combobox" aria-expanded="true" aria-controls="choices"
                    aria-activedescendant={(!offered.is_empty()).then(|| format!("choice-{at}"))} autocomplete="off" spellcheck="false"
                    {oninput} {onkeydown} />
            </label>
            <ul id="choices" class="choices" role="listbox" aria-label="What there is">{ for options }</ul>
            <p class="hint" role="status">
                { match (offered.is_empty(), more) {
                    (true, _) => "There is nothing of this name.".to_owned(),
                    (_, 0) => String::new(),
                    (_, more) => format!("and {more} more: a few more letters find them"),
                } }
            </p>
        </DialogBox>
    }
}

/// All that can be chosen: what is done most first, then what the cluster has.
fn choices(state: &AppState, derived: &Derived) -> Vec<Choice> {
    let mut choices = Vec::new();
    let mut add = |name: &str, kind: &'static str, does: Does| {
        let text = format!("{name} {kind}").to_ascii_lowercase();
        choices.push(Choice { name: name.to_owned(), kind, text, does });
    };
    let act = |action: Action| Does::Act(action);
    add("Share", "do", act(Action::SetDialog(Some(Dialog::Share))));
    add("Diagram", "show", act(Action::SetView(View::Diagram)));
    add("Matrix", "show", act(Action::SetView(View::Matrix)));
    for (name, panel) in [
        ("Why", Panel::Why),
        ("Problems", Panel::Problems),
        ("Probe", Panel::Probe),
        ("Lesson", Panel::Lesson),
    ] {
        add(name, "show", act(Action::SetPanel(panel)));
    }
    let pin =
        if state.pinned { "Compare with the state before each edit" } else { "Compare with this state" };
    add(pin, "do", act(Action::SetPinned(!state.pinned)));
    if let Some(scene) = &derived.scene {
        add("Download the diagram as SVG", "do", Does::SaveSvg(Rc::clone(scene)));
        add("Download the diagram as PNG", "do", Does::SavePng(Rc::clone(scene)));
    }
    if !state.moved.is_empty() {
        add("Put all workloads back", "do", act(Action::PutBack(None)));
    }
    add("Download all files as ZIP", "do", Does::SaveFiles);
    if !state.read_only {
        add("Format the file", "do", Does::Format(state.shown));
    }
    add("Learn: course, challenges, exams", "show", Does::Learn(Learning::Course));
    if !state.read_only {
        add("Terminal", "show", Does::Learn(Learning::Terminal));
    }
    add("Recent drafts", "do", act(Action::SetDialog(Some(Dialog::Drafts))));
    add("Start empty", "do", act(Action::Open(Box::new(Work::empty()))));
    for (name, theme) in
        [("light", ThemeChoice::Light), ("dark", ThemeChoice::Dark), ("as the system", ThemeChoice::System)]
    {
        if theme != state.theme {
            add(&format!("Theme: {name}"), "do", act(Action::SetTheme(theme)));
        }
    }
    for (lesson, source) in LESSONS.iter().enumerate() {
        add(source.title, "example", Does::Begin(Place { lesson, step: 0 }));
    }
    for (at, file) in state.files.iter().enumerate() {
        add(&file.name, "file", act(Action::File(FileAction::Show(at))));
    }
    let pairs = &derived.pairs;
    // Of what lies outside, some only opens connections.
    let is_outside = |end: &&EndKey| matches!(end, EndKey::Outside(_));
    let sources = pairs.sources().iter().filter(is_outside);
    let sources =
        sources.filter(|end| !pairs.destinations().iter().rev().take_while(is_outside).any(|it| it == *end));
    for end in pairs.destinations().iter().chain(sources) {
        let kind = if matches!(end, EndKey::Outside(_)) { "outside" } else { "workload" };
        add(end.as_str(), kind, act(Action::Select(Some(Selection::End(end.clone())))));
    }
    for namespace in derived.shown.analysis.cluster.namespaces.rows() {
        let end = EndKey::Namespace(namespace.name.clone());
        add(&namespace.name, "namespace", act(Action::Select(Some(Selection::End(end)))));
    }
    choices
}

/// Those that have all of the words in them; those first that begin with them.
fn matching<'a>(choices: &'a [Choice], asked: &str) -> Vec<&'a Choice> {
    let asked = asked.trim().to_ascii_lowercase();
    let has_all = |choice: &&Choice| asked.split_whitespace().all(|word| choice.text.contains(word));
    // `shop/web` is found by its own name as well.
    let begins = |choice: &&Choice| choice.text.split('/').take(2).any(|name| name.starts_with(&asked));
    let (first, others): (Vec<&Choice>, Vec<&Choice>) = choices.iter().filter(has_all).partition(begins);
    first.into_iter().chain(others).collect()
}

fn run(does: Does, act: &Act, files: &Files, dark: bool) {
    let theme = if dark { Theme::Dark } else { Theme::Light };
    let refused = {
        let act = act.clone();
        move || act.dispatch(Action::SetNotice(Some("The browser has no room for this download.".into())))
    };
    match does {
        Does::Act(action) => {
            // A narrow screen has room for one of them.
            let pane = match &action {
                Action::File(_) => Some(Pane::Files),
                Action::Select(_) => Some(Pane::Why),
                Action::SetView(_) => Some(Pane::Stage),
                _ => None,
            };
            act.dispatch(action);
            if let Some(pane) = pane {
                act.dispatch(Action::SetPane(pane));
            }
        }
        Does::Begin(place) => lessons::begin(place, act),
        Does::Learn(what) => open_learning(what, act),
        Does::SaveSvg(scene) => {
            if download::save("netpol.svg", "image/svg+xml", &svg(&scene, theme)).is_err() {
                refused();
            }
        }
        Does::SavePng(scene) => spawn_local(async move {
            let size = (scene.content.width, scene.content.height);
            if download::save_png("netpol.png", &svg(&scene, theme), size).await.is_err() {
                refused();
            }
        }),
        Does::Format(shown) => {
            let Some(file) = files.get(shown) else { return };
            let Some(text) = netpol_assist::format(&file.text) else {
                let notice = format!(
                    "{} stays as it is: it cannot be read as YAML, or holds a text whose spaces count.",
                    file.name
                );
                return act.dispatch(Action::SetNotice(Some(notice.into())));
            };
            let id = FileId(u32::try_from(shown).unwrap_or(u32::MAX));
            let span = Span::new(0, u32::try_from(file.text.len()).unwrap_or(u32::MAX));
            let edit = TextEdit { at: Location { file: id, span }, text };
            act.dispatch(Action::File(FileAction::Change { of: Rc::clone(files), edits: vec![edit] }));
            act.dispatch(Action::SetPane(Pane::Files));
        }
        Does::SaveFiles => {
            let archive = archive::zip(files.iter().map(|file| (file.name.as_ref(), file.text.as_ref())));
            if download::save_bytes("netpol.zip", &archive).is_err() {
                refused();
            }
        }
    }
}
