//! The few signs that the page draws itself.

use yew::prelude::*;

/// The mark of the playground: one arrow passes, one does not.
pub fn logo() -> Html {
    html! {
        <svg class="logo" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
            <path class="ok" d="M3 7h13m-4-4 4 4-4 4" />
            <path class="no" d="M19 16H6m4-4-4 4 4 4" />
        </svg>
    }
}

/// A sign of 16 by 16 pixels from its strokes.
pub fn icon(path: &'static str) -> Html {
    html! {
        <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d={path} /></svg>
    }
}

pub const BOXES: &str = "M2 2.5h5v4.5H2zM9 2.5h5v4.5H9zM2 9h5v4.5H2zM9 9h5v4.5H9z";
pub const SUN: &str = "M8 4.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13";
pub const MOON: &str = "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8";
pub const SYSTEM: &str = "M2 3.2h12v8H2zM5.5 13.8h5M8 11.2v2.6";
pub const MORE: &str = "M3 8h.01M8 8h.01M13 8h.01";
pub const CLOSE: &str = "m4 4 8 8m0-8-8 8";
pub const PLUS: &str = "M8 3.5v9M3.5 8h9";
pub const MINUS: &str = "M3.5 8h9";
pub const BACK: &str = "m9.5 4-4 4 4 4";
pub const NEXT: &str = "m6.5 4 4 4-4 4";
pub const LEFT: &str = "M13 8H3m4-4-4 4 4 4";
pub const RIGHT: &str = "M3 8h10M9 4l4 4-4 4";
pub const UP: &str = "M8 13V3M4 7l4-4 4 4";
pub const DOWN: &str = "M8 3v10M4 9l4 4 4-4";
