//! The files' tabs, with what can be done to a file.

use std::rc::Rc;

use netpol_syntax::SourceFile;
use yew::prelude::*;

use super::Act;
use super::icons::{MORE, PLUS, icon};
use super::menu::Menu;
use super::tabs::{Tab, Tabs};
use crate::derive::Problems;
use crate::state::{Action, Dialog, FileAction};

/// The tabs of `files`, of which `shown` is in the editor, with how many problems each has.
pub fn file_tabs(files: &[SourceFile], shown: usize, problems: &Problems, act: &Act) -> Html {
    let tabs = files.iter().enumerate().map(|(index, file)| {
        let problems = problems.per_file.get(index).copied().unwrap_or(0);
        Tab { label: Rc::<str>::from(file.name.as_ref()).into(), problems }
    });
    let file = |action: FileAction| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(Action::File(action.clone())))
    };
    let rename = {
        let act = act.clone();
        move |file: usize| act.dispatch(Action::SetDialog(Some(Dialog::Rename(file))))
    };
    let onselect = {
        let act = act.clone();
        Callback::from(move |index: usize| act.dispatch(Action::File(FileAction::Show(index))))
    };
    let onrename = {
        let (rename, shown) = (rename.clone(), shown);
        Callback::from(move |_: MouseEvent| rename(shown))
    };
    html! {
        <div class="file-tabs">
            <Tabs id="file" label="Files" tabs={tabs.collect::<Vec<_>>()} selected={Some(shown)} controls="editor"
                {onselect} onrename={Callback::from(rename)} />
            <button type="button" class="btn quiet" aria-label="Add a file" title="Add a file" onclick={file(FileAction::AddEmpty)}>
                { icon(PLUS) }
            </button>
            <span class="space"></span>
            <Menu button={icon(MORE)} label="This file" class="quiet" right=true>
                <button type="button" class="item" onclick={onrename}>{ "Rename…" }</button>
                <button type="button" class="item" disabled={files.len() < 2} onclick={file(FileAction::Remove(shown))}>{ "Remove" }</button>
            </Menu>
        </div>
    }
}
