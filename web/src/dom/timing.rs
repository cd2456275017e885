//! When things happen: User Timing, which says what each stage of an edit took, for the browser's tools and for tests; and
//! what is put off into a task of its own.

use std::cell::Cell;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
    #[wasm_bindgen(js_namespace = performance, js_name = measure, catch)]
    fn performance_measure(name: &str, options: &Object) -> Result<JsValue, JsValue>;
}

thread_local! {
    static EDIT_BEGAN: Cell<Option<f64>> = const { Cell::new(None) };
}

/// Milliseconds since the page began.
pub fn clock() -> f64 {
    now()
}

/// Leaves the measure `name`, from `start` until now.
pub fn measure(name: &str, start: f64) {
    let options = Object::new();
    // A plain object takes any property.
    let _ = Reflect::set(&options, &"start".into(), &start.into());
    let _ = Reflect::set(&options, &"end".into(), &now().into());
    // Refused only where `start` lies in the future: then there is nothing to tell.
    let _ = performance_measure(name, &options);
}

/// Does `work` and leaves the measure `name` of it.
pub fn measured<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = now();
    let result = work();
    measure(name, start);
    result
}

/// Notes when the input event of an edit came, in milliseconds on the clock of [`clock`].
pub fn edit_began(at: f64) {
    EDIT_BEGAN.with(|began| began.set(Some(at)));
}

/// The DOM shows what there is to show: leaves `netpol:edit`, where an edit was on its way.
pub fn edit_shown() {
    if let Some(start) = EDIT_BEGAN.with(Cell::take) {
        measure("netpol:edit", start);
    }
}

/// Goes on in a task of its own, before which the browser can draw and take what is typed.
pub async fn next_task() {
    TimeoutFuture::new(0).await;
}
