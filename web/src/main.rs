//! The playground's page: a thin shell of elements and effects around what the other crates compute.
//!
//! `state` is what the user did, `derive` what follows from it, `components` how that looks, `hooks` where it
//! meets the browser, `dom` what of the browser it needs.

mod app;
mod components;
mod derive;
mod dom;
mod drafts;
mod hooks;
mod learn;
mod lessons;
mod start;
mod state;
mod thread;

use std::cell::RefCell;
use std::rc::Rc;

use derive::{ByPointer, Reading};
use dom::rest;
use dom::timing::next_task;
use wasm_bindgen_futures::spawn_local;

fn main() {
    // The second thread only answers: see `thread`.
    if web_sys::window().is_none() {
        return;
    }
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|panic| gloo::console::error!(panic.to_string())));
    spawn_local(async {
        rest::begin();
        // Each in a task of its own: on a slow machine all at once would keep the browser from anything else for long.
        next_task().await;
        let begin = start::begin().await;
        next_task().await;
        let reading = Rc::new(RefCell::new(Reading::new(&begin.work.files, begin.work.ports)));
        next_task().await;
        let root = gloo::utils::document().get_element_by_id("app");
        let root = root.unwrap_or_else(|| gloo::utils::body().into());
        yew::Renderer::<app::App>::with_root_and_props(
            root,
            app::AppProps { begin, reading: ByPointer(reading) },
        )
        .render();
    });
}
