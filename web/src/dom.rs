//! The browser, as far as the page needs more of it than elements.

pub mod background;
pub mod clipboard;
pub mod download;
pub mod editor;
pub mod locks;
pub mod offsets;
pub mod rest;
pub mod source;
pub mod store;
pub mod tab;
pub mod timing;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, SvgElement};

/// Gives the focus to the first element that a CSS selector finds.
pub fn focus(selector: &str) {
    let element = gloo::utils::document().query_selector(selector).ok().flatten();
    // One that is not shown leaves the focus where it is.
    match element.map(JsCast::dyn_into::<HtmlElement>) {
        Some(Ok(element)) => drop(element.focus()),
        Some(Err(element)) => {
            let _ = element.dyn_into::<SvgElement>().map(|element| element.focus());
        }
        None => {}
    }
}
