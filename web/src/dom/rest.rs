//! The rest of the page's code, which the first picture does not wait for: see `web/rest.js`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/rest.js")]
extern "C" {
    fn announce(exports: &JsValue);
    #[wasm_bindgen(js_name = fetchRest)]
    async fn fetch_rest() -> JsValue;
    #[wasm_bindgen(js_name = restCame)]
    async fn rest_came();
    #[wasm_bindgen(js_name = restNow)]
    fn rest_now();
    #[wasm_bindgen(js_name = restIsHere)]
    fn rest_is_here() -> bool;
}

/// What to say where the rest could not be fetched.
pub const MISSING: &str = "Part of this page could not be fetched yet. It is tried again every few seconds.";

/// Says where the rest will find this part. Before anything that may be in the rest is called.
pub fn begin() {
    let exports = wasm_bindgen::exports();
    if exports.is_undefined() {
        // Never so. But the stubs, which are written when the compiler is done, need the import.
        rest_now();
    }
    announce(&exports);
}

/// Fetches the rest; whether it is there now.
pub async fn load() -> bool {
    fetch_rest().await.is_truthy()
}

/// Whether the rest is there already.
pub fn is_here() -> bool {
    rest_is_here()
}

/// Waits until the rest is there, however often it must be tried.
pub async fn came() {
    rest_came().await;
}
