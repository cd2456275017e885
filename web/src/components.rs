//! What the page looks like: props come down, actions go up.

mod confirm_dialog;
mod diagram;
mod dialog;
mod drafts_dialog;
mod editor_pane;
mod embed_foot;
mod empty;
mod file_tabs;
mod footer;
mod header;
mod icons;
mod keeping;
mod legend;
mod lesson;
mod matrix_table;
mod menu;
mod moving;
mod notice;
mod opening;
mod palette;
mod pane_tabs;
mod ports;
mod probe;
mod problems;
mod rename_dialog;
mod scene_line;
mod scene_node;
mod scene_svg;
mod share_dialog;
mod side_panel;
mod source_dialog;
mod stage;
mod stage_bar;
mod step_bar;
#[cfg(test)]
mod still;
mod tabs;
mod why;
mod words;

pub use confirm_dialog::confirm_dialog;
pub use drafts_dialog::DraftsDialog;
pub use editor_pane::{EditorPane, PLACEHOLDER};
pub use embed_foot::embed_foot;
pub use footer::footer;
pub use header::header;
pub use lesson::check;
pub use notice::notice_bar;
pub use palette::Palette;
pub use pane_tabs::pane_tabs;
pub use rename_dialog::RenameDialog;
pub use share_dialog::ShareDialog;
pub use side_panel::side_panel;
pub use source_dialog::SourceDialog;
pub use stage::Stage;
pub use step_bar::step_bar;
pub use why::story;
pub use words::with_code;

use yew::prelude::UseReducerDispatcher;

use crate::state::AppState;

/// What components send their actions to.
pub type Act = UseReducerDispatcher<AppState>;
