//! The files: their tabs, and the editor for the one that is shown.
//!
//! Until the editor's bundle is there a plain text area does its work, and the rest of the page never knows.

use yew::prelude::*;

use super::Act;
use super::file_tabs::file_tabs;
use crate::derive::{ByPointer, Evaluated, Problems};
use crate::dom::{tab, timing};
use crate::hooks::{EditorInput, use_dropped_files, use_editor};
use crate::state::{Action, FileAction, Reveal, normalise};
use netpol_syntax::SourceFile;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// What the pane needs.
#[derive(PartialEq, Properties)]
pub struct EditorPaneProps {
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
    /// Takes the actions.
    pub act: Act,
}

/// What an empty file says.
pub const PLACEHOLDER: &str = "Paste Kubernetes YAML here";

/// The pane.
#[component]
pub fn EditorPane(props: &EditorPaneProps) -> Html {
    let EditorPaneProps { files, shown, act, .. } = props;
    let (pane, host, plain) = (use_node_ref(), use_node_ref(), use_node_ref());
    let is_ready = use_editor(
        &host,
        &plain,
        &EditorInput {
            files: files.clone(),
            shown: *shown,
            opening: props.opening,
            reveal: props.reveal,
            problems: props.problems.clone(),
            evaluated: props.evaluated.clone(),
            dark: props.dark,
        },
        act,
    );
    let is_over = use_dropped_files(&pane, act) && !tab::is_read_only();

    let file = files.get(*shown);
    let text = file.map(|file| file.text.to_string()).unwrap_or_default();
    let name = file.map(|file| file.name.to_string()).unwrap_or_default();
    let oninput = {
        let (act, file) = (act.clone(), *shown);
        Callback::from(move |event: InputEvent| {
            let Some(area) = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok())
            else {
                return;
            };
            timing::edit_began(event.time_stamp());
            act.dispatch(Action::File(FileAction::Edit { file, text: normalise(&area.value()) }));
        })
    };
    html! {
        <section class={classes!("pane", "files", is_over.then_some("over"))} aria-label="Files" ref={pane}>
            { file_tabs(files, *shown, &props.problems, act) }
            <div id="editor" class="editor" role="tabpanel" aria-labelledby={format!("file-{shown}")}>
                <div class="code" ref={host} hidden={!is_ready}></div>
                if !is_ready {
                    <textarea class="plain" ref={plain} aria-label={format!("Editor: {name}")} value={text} {oninput}
                        readonly={tab::is_read_only()} placeholder={PLACEHOLDER} spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off" />
                }
            </div>
        </section>
    }
}
