//! Keeps the editor and the state in step: what is typed goes up, everything else comes down.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use gloo::utils::window;
use js_sys::Reflect;
use netpol_assist::Assistant;
use netpol_syntax::{Severity, SourceFile};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::components::{Act, PLACEHOLDER};
use crate::derive::{ByPointer, Evaluated, Problems};
use crate::dom::editor::{self, Calls, Editor, EditorChange, EditorDiagnostic, EditorFix, Options};
use crate::dom::offsets::Utf16;
use crate::dom::{rest, tab, timing};
use crate::state::{Action, FileAction, Reveal};

/// What the editor is to show.
#[derive(Clone)]
pub struct EditorInput {
    /// The files.
    pub files: ByPointer<Vec<SourceFile>>,
    /// The one in the editor.
    pub shown: usize,
    /// Counts what was opened as a whole.
    pub opening: u32,
    /// The lines to be shown.
    pub reveal: Option<Reveal>,
    /// What is wrong in the files.
    pub problems: ByPointer<Problems>,
    /// What they describe, as far as it could be read last.
    pub evaluated: ByPointer<Evaluated>,
    /// Whether the page is dark.
    pub dark: bool,
}

impl EditorInput {
    fn file(&self) -> Option<&SourceFile> {
        self.files.get(self.shown)
    }
}

/// What the editor has at the moment.
#[derive(Default)]
struct Held {
    opening: u32,
    file: Option<SourceFile>,
    /// All files as they were when it was given the last one.
    files: Rc<Vec<SourceFile>>,
    diagnostics: Option<Vec<EditorDiagnostic>>,
    revealed: u32,
}

/// Puts an editor into `host` as soon as there is one, in place of `plain`; whether there is.
#[hook]
pub fn use_editor(host: &NodeRef, plain: &NodeRef, input: &EditorInput, act: &Act) -> bool {
    let editor = use_state(|| None::<Editor>);
    let held = use_mut_ref(Held::default);
    // What the closures of the editor look at, which live longer than a render.
    let latest = use_mut_ref(|| input.clone());
    latest.replace(input.clone());

    use_effect_with((), {
        let (host, plain, act) = (host.clone(), plain.clone(), act.clone());
        let (editor, held, latest) = (editor.clone(), Rc::clone(&held), Rc::clone(&latest));
        move |()| {
            let calls = Rc::new(calls(act, &held, &latest));
            let kept = Rc::clone(&calls);
            spawn_local(async move {
                if tab::is_without_editor() {
                    return;
                }
                let Some(host) = host.cast::<HtmlElement>() else { return };
                // Without it the plain text area stays, which can do all that matters.
                let Ok(created) = create(&host, &latest, &calls).await else { return };
                timing::next_task().await;
                take_over(&created, &plain, &held, &latest);
                editor.set(Some(created));
            });
            move || drop(kept)
        }
    });

    let ready = (*editor).clone();
    let file = input.file().cloned();
    use_effect_with((ready.is_some(), input.opening, file), {
        let (ready, held, input) = (ready.clone(), Rc::clone(&held), input.clone());
        move |_| {
            if let Some(editor) = ready {
                show_file(&editor, &mut held.borrow_mut(), &input);
            }
        }
    });
    use_effect_with((ready.is_some(), input.problems.clone(), input.shown), {
        let (ready, held, input) = (ready.clone(), Rc::clone(&held), input.clone());
        move |_| {
            if let Some(editor) = ready {
                show_diagnostics(&editor, &mut held.borrow_mut(), &input);
                show_uses(&editor, &input);
            }
        }
    });
    use_effect_with((ready.is_some(), input.reveal), {
        let (ready, plain, input) = (ready.clone(), plain.clone(), input.clone());
        move |_| show_lines(ready.as_ref(), &plain, &mut held.borrow_mut(), &input)
    });
    use_effect_with((ready.is_some(), input.dark), {
        let ready = ready.clone();
        move |(_, dark)| {
            if let Some(editor) = ready {
                editor.set_dark(*dark);
            }
        }
    });
    ready.is_some()
}

fn calls(act: Act, held: &Rc<RefCell<Held>>, latest: &Rc<RefCell<EditorInput>>) -> Calls {
    let (held, input) = (Rc::clone(held), Rc::clone(latest));
    let on_change = Closure::new(move |text: String, edit: JsValue| {
        let text: Arc<str> = text.into();
        let file = input.borrow().shown;
        if let Some(known) = &mut held.borrow_mut().file {
            known.text = Arc::clone(&text);
        }
        if let Some(started) = Reflect::get(&edit, &"startedAt".into()).ok().and_then(|at| at.as_f64()) {
            timing::edit_began(started);
        }
        act.dispatch(Action::File(FileAction::Edit { file, text }));
    });
    let assistant = Rc::new(OnceCell::new());
    let (known, input) = (Rc::clone(&assistant), Rc::clone(latest));
    Calls {
        on_change,
        complete: Closure::new(move |before: String, after: String| {
            // What knows the fields comes with the rest: nobody waits for it with a letter typed.
            if !rest::is_here() {
                return JsValue::UNDEFINED;
            }
            let evaluated = input.borrow().evaluated.clone();
            let assistant = assistant.get_or_init(Assistant::new);
            editor::completions(assistant.complete(&before, &after, &evaluated.analysis.cluster))
        }),
        describe: Closure::new(move |before: String, after: String| {
            rest::is_here().then(|| known.get_or_init(Assistant::new).describe(&before, &after)).flatten()
        }),
        format: Closure::new(|text: String| rest::is_here().then(|| netpol_assist::format(&text)).flatten()),
    }
}

async fn create(
    host: &HtmlElement,
    latest: &Rc<RefCell<EditorInput>>,
    calls: &Calls,
) -> Result<Editor, JsValue> {
    let (file, dark) = {
        let input = latest.borrow();
        (input.file().cloned().unwrap_or_else(|| SourceFile::new("", "")), input.dark)
    };
    let options = Options {
        label: "Editor",
        name: &file.name,
        text: &file.text,
        dark,
        read_only: tab::is_read_only(),
        placeholder: PLACEHOLDER,
    };
    editor::create(host, &options, calls).await
}

/// Gives the new editor what was typed while it was on its way, and the cursor, where the text area had it.
fn take_over(editor: &Editor, plain: &NodeRef, held: &Rc<RefCell<Held>>, latest: &Rc<RefCell<EditorInput>>) {
    let input = latest.borrow();
    {
        let mut held = held.borrow_mut();
        held.opening = input.opening;
        held.files = Rc::clone(&input.files.0);
        held.file = input.file().cloned();
    }
    if let Some(file) = input.file() {
        editor.open_file(&file.name, &file.text);
    }
    let Some(plain) = plain.cast::<HtmlTextAreaElement>() else { return };
    let has_focus = gloo::utils::document().active_element().as_ref() == Some(plain.as_ref());
    if let Some(cursor) = plain.selection_start().ok().flatten().filter(|_| has_focus) {
        if let Some(host) =
            plain.parent_element().and_then(|parent| parent.query_selector(".code").ok().flatten())
        {
            // A hidden element takes no focus, and the next render comes a moment too late for the next key.
            let _ = host.remove_attribute("hidden");
        }
        editor.reveal(cursor, cursor, true);
        editor.clear_reveal();
    }
}

fn show_file(editor: &Editor, held: &mut Held, input: &EditorInput) {
    let Some(file) = input.file() else { return };
    if held.opening != input.opening {
        editor.open_file(&file.name, &file.text);
        editor.close_all();
        editor.begin_with(&file.text);
        held.diagnostics = None;
    } else if held.file.as_ref().is_none_or(|known| known != file) {
        let is_there = |name: &Arc<str>| input.files.iter().any(|file| file.name == *name);
        let names = held.files.iter().map(|file| &file.name);
        let gone: Vec<&Arc<str>> = names.filter(|name| !is_there(name)).collect();
        match gone.as_slice() {
            [old] if held.files.len() == input.files.len() => editor.rename_file(old, &file.name),
            gone => gone.iter().for_each(|name| editor.close_file(name)),
        }
        keep_undo(editor, held, input, file);
        editor.open_file(&file.name, &file.text);
        held.diagnostics = None;
    }
    held.opening = input.opening;
    held.files = Rc::clone(&input.files.0);
    held.file = Some(file.clone());
}

/// Gives the editor what the page changed in files that it does not show, so that each change is a step of undo there.
fn keep_undo(editor: &Editor, held: &Held, input: &EditorInput, next: &SourceFile) {
    let is_shown = |file: &SourceFile| held.file.as_ref().is_some_and(|known| known.name == file.name);
    for file in input.files.iter().filter(|file| !is_shown(file)) {
        let before = held.files.iter().find(|before| before.name == file.name);
        let Some(before) = before.filter(|before| !Arc::ptr_eq(&before.text, &file.text)) else { continue };
        editor.open_file(&file.name, &before.text);
        if file.name != next.name {
            editor.open_file(&file.name, &file.text);
        }
    }
}

fn show_diagnostics(editor: &Editor, held: &mut Held, input: &EditorInput) {
    let Some(file) = input.file() else { return };
    let offsets = Utf16::new(&file.text);
    let found = input.problems.listed.iter().map(|problem| &problem.diagnostic);
    let diagnostics = found.filter_map(|diagnostic| {
        let at = diagnostic.at.filter(|at| at.file.index() == input.shown)?;
        Some(EditorDiagnostic {
            from: offsets.offset(at.span.start),
            to: offsets.offset(at.span.end),
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "info",
            },
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            fix: diagnostic.fix.as_ref().filter(|_| !tab::is_read_only()).and_then(|fix| {
                let is_shown = fix.edits.iter().all(|edit| edit.at.file.index() == input.shown);
                let changes = fix.edits.iter().map(|edit| EditorChange {
                    from: offsets.offset(edit.at.span.start),
                    to: offsets.offset(edit.at.span.end),
                    insert: edit.text.clone(),
                });
                is_shown.then(|| EditorFix { title: fix.title.clone(), changes: changes.collect() })
            }),
        })
    });
    let diagnostics: Vec<EditorDiagnostic> = diagnostics.collect();
    let known = held.diagnostics.as_deref().unwrap_or_default();
    if known != diagnostics {
        editor.set_diagnostics(&diagnostics);
    }
    held.diagnostics = Some(diagnostics);
}

/// Marks each rule with how much comes of it.
fn show_uses(editor: &Editor, input: &EditorInput) {
    let (Some(file), Some(uses)) = (input.file(), &input.problems.uses) else { return };
    let offsets = Utf16::new(&file.text);
    let own = uses.iter().filter(|each| each.at.file.index() == input.shown);
    editor.set_uses(own.map(|each| {
        let (mark, says) = match (each.pairs, each.outside) {
            (0, false) if each.within => {
                ("own".to_owned(), "By this rule a workload's own pods reach each other".to_owned())
            }
            (0, false) => ("unused".to_owned(), "Nothing comes of this rule now".to_owned()),
            (0, true) => {
                ("ip".to_owned(), "By this rule something passes to or from addresses outside".to_owned())
            }
            (1, _) => ("1".to_owned(), "One connection passes by this rule now".to_owned()),
            (pairs, _) => (pairs.to_string(), format!("{pairs} connections pass by this rule now")),
        };
        (offsets.offset(each.at.span.start), mark, says)
    }));
}

fn show_lines(editor: Option<&Editor>, plain: &NodeRef, held: &mut Held, input: &EditorInput) {
    let Some(reveal) = input.reveal.filter(|reveal| reveal.count != held.revealed) else { return };
    let Some(file) = input.file().filter(|_| reveal.file == input.shown) else { return };
    held.revealed = reveal.count;
    let offsets = Utf16::new(&file.text);
    let (from, to) = (offsets.offset(reveal.span.start), offsets.offset(reveal.span.end));
    if let Some(editor) = editor {
        // On a small screen the focus would bring up the keyboard and hide what was asked for.
        let has_room =
            || window().match_media("(min-width: 801px)").ok().flatten().is_some_and(|query| query.matches());
        editor.reveal(from, to, reveal.focus && has_room());
    } else if let Some(plain) = plain.cast::<HtmlTextAreaElement>() {
        // A text area scrolls to its selection when it takes the focus.
        let _ = plain.set_selection_range(from, to);
        if reveal.focus {
            let _ = plain.focus();
        }
    }
}
