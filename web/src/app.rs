//! The whole page: the state, what follows from it, and the components that show it.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use crate::components::{
    DraftsDialog, EditorPane, Palette, RenameDialog, ShareDialog, SourceDialog, Stage, confirm_dialog,
    embed_foot, footer, header, notice_bar, pane_tabs, side_panel, step_bar,
};
use crate::derive::{ByPointer, Reading, use_derived};
use crate::dom::{rest, tab, timing};
use crate::hooks::{use_drafts, use_keys, use_learning, use_link, use_next_task, use_rest, use_theme};
use crate::learn::Terminal;
use crate::start::Begin;
use crate::state::{AppState, Dialog, Pane};

/// What the page opens with.
#[derive(PartialEq, Properties)]
pub struct AppProps {
    /// The work, the theme, a notice.
    pub begin: Begin,
    /// What the work says.
    pub reading: ByPointer<RefCell<Reading>>,
}

/// The page.
#[component]
pub fn App(props: &AppProps) -> Html {
    let Begin { work, draft, notice, theme, is_whole } = &props.begin;
    let state = use_reducer(|| {
        let mut state = AppState::new(work.clone(), *theme, notice.clone());
        state.read_only = tab::is_read_only();
        state
    });
    let derived = use_derived(&state, &props.reading);
    let render_began = timing::clock();
    let dark = use_theme(state.theme);
    let open_draft = use_drafts(&state, draft.clone());
    use_link(&state, *is_whole);
    use_rest(&state);
    use_learning(&state);
    use_effect(move || {
        timing::measure("netpol:render", render_began);
        timing::edit_shown();
    });

    use_keys(&state);
    let is_settled = use_next_task();

    let act = state.dispatcher();
    let edited = state.is_edited();
    let holds = derived.checks.iter().all(|check| check.holds);
    let shared = ByPointer(Rc::new((*state).clone()));
    let derived = ByPointer(Rc::new(derived));
    let dialog = state.dialog.map(|dialog| match dialog {
        Dialog::Share => html! { <ShareDialog work={state.work()} act={act.clone()} /> },
        Dialog::Drafts => html! { <DraftsDialog onopen={open_draft} act={act.clone()} /> },
        Dialog::Replace(place) => confirm_dialog(place, &act),
        Dialog::Source => html! { <SourceDialog act={act.clone()} /> },
        Dialog::Palette => {
            html! { <Palette state={shared.clone()} derived={derived.clone()} {dark} act={act.clone()} /> }
        }
        Dialog::Rename(file) => {
            html! { <RenameDialog {file} files={Rc::clone(&state.files)} act={act.clone()} /> }
        }
    });
    let pane = match state.pane {
        Pane::Files => "files",
        Pane::Stage => "stage",
        Pane::Why => "why",
        Pane::Lesson => "lesson",
    };
    html! {
        <div class="page" data-pane={pane} data-lesson={state.lesson.is_some().to_string()}>
            { header(state.lesson, (edited, holds), state.theme, &act) }
            { notice_bar(state.notice.as_deref(), &act) }
            { step_bar(state.lesson, &act) }
            <main class="panes">
                // The picture first, and what stands beside it in a task of its own.
                if is_settled {
                    <EditorPane files={ByPointer(Rc::clone(&state.files))} shown={state.shown} opening={state.opening}
                        reveal={state.reveal} problems={ByPointer(Rc::clone(&derived.problems))}
                        evaluated={ByPointer(Rc::clone(&derived.shown))} {dark} act={act.clone()} />
                } else {
                    <section class="pane files"></section>
                }
                <Stage state={shared.clone()} derived={derived.clone()} act={act.clone()} />
                if is_settled {
                    { side_panel(&shared, &derived, &act) }
                } else {
                    <section class="pane side"></section>
                }
            </main>
            // One child, open or not: another number of children would build all of them anew.
            { if state.terminal { html! { <Terminal state={shared.clone()} act={act.clone()} /> } } else { html! {} } }
            { footer(&derived, state.pinned, state.terminal, &act) }
            // The way out of a part comes with the rest of the code, which is missing only where it could not be fetched.
            { if tab::is_part() && rest::is_here() { embed_foot(&shared) } else { pane_tabs(state.pane, &act) } }
            { dialog.unwrap_or_default() }
        </div>
    }
}
