//! The rest of the page's code, which the first picture does not wait for: see `web/rest.js`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/rest.js")]
extern "C" {
    fn announce(exports: &JsValue);
    #[wasm_bindgen(js_name = fetchRest)]
    async fn fetch_rest() -> JsValue;
    #[wasm_bindgen(catch, js_name = restNow)]
    fn rest_now() -> Result<(), JsValue>;
}

/// What to say where the rest could not be fetched.
pub const MISSING: &str = "Part of this page could not be fetched. Check the connection, then reload.";

/// Says where the rest will find this part. Before anything that may be in the rest is called.
pub fn begin() {
    announce(&wasm_bindgen::exports());
}

/// Fetches the rest; whether it is there now.
pub async fn load() -> bool {
    fetch_rest().await.is_truthy() || rest_now().is_ok()
}
