//! The page's second thread, as `web/background.js` gives it.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/background.js")]
extern "C" {
    /// A thread that has been started.
    pub type Thread;

    #[wasm_bindgen(catch, js_name = startThread)]
    fn start_thread(on_answer: &Closure<dyn FnMut(Option<Array>)>) -> Result<Thread, JsValue>;
    #[wasm_bindgen(js_name = ask)]
    fn ask_thread(thread: &Thread, question: &Array);
}

/// Starts the thread; `on_answer` is told each answer in the order of the questions, and `None` where it broke off.
///
/// # Errors
/// Where the browser allows no such thread.
pub fn start(on_answer: &Closure<dyn FnMut(Option<Array>)>) -> Result<Thread, JsValue> {
    start_thread(on_answer)
}

impl Thread {
    /// Asks it something.
    pub fn ask(&self, question: &Array) {
        ask_thread(self, question);
    }
}
