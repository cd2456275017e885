//! Files that are dropped on the page.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use netpol_syntax::SourceFile;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DragEvent, Element, FileList};
use yew::prelude::*;

use crate::components::Act;
use crate::state::{Action, FileAction};

/// Adds what is dropped on `pane`; whether files are being dragged over it.
#[hook]
pub fn use_dropped_files(pane: &NodeRef, act: &Act) -> bool {
    let over = use_state_eq(|| false);
    use_effect_with((), {
        let (pane, act, over) = (pane.clone(), act.clone(), over.clone());
        move |()| {
            let listeners = pane.cast::<Element>().map(|pane| {
                ["dragover", "dragleave", "drop"].map(|kind| {
                    let (act, over) = (act.clone(), over.clone());
                    // Before the editor, which would write a file's text into the one that is shown.
                    let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
                    EventListener::new_with_options(&pane, kind, options, move |event| {
                        let Some(event) = event.dyn_ref::<DragEvent>() else { return };
                        if !has_files(event) {
                            return;
                        }
                        event.prevent_default();
                        event.stop_propagation();
                        over.set(event.type_() == "dragover");
                        if event.type_() == "drop"
                            && let Some(files) = event.data_transfer().and_then(|data| data.files())
                        {
                            add(&files, act.clone());
                        }
                    })
                })
            });
            move || drop(listeners)
        }
    });
    *over
}

fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

fn add(files: &FileList, act: Act) {
    let files: Vec<web_sys::File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
    spawn_local(async move {
        let mut added = Vec::new();
        for file in files {
            // A file that went away since it was dropped is no file.
            if let Some(text) = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
                added.push(SourceFile::new(file.name(), text));
            }
        }
        act.dispatch(Action::File(FileAction::Add(added)));
    });
}
