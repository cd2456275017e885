//! The later parts of the page's code, which the first picture does not wait for: see `web/rest.js`.

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
    #[wasm_bindgen(js_name = fetchLearn)]
    async fn fetch_learn() -> JsValue;
    #[wasm_bindgen(js_name = lessonTexts)]
    async fn lesson_texts_by_path() -> JsValue;
    #[wasm_bindgen(js_name = learnNow)]
    fn learn_now();
    #[wasm_bindgen(js_name = standOut)]
    fn stand_out_by(styles: &str);
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
        learn_now();
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

/// Fetches what those who learn need, and gives the texts of lessons and challenges: an object whose keys are their paths.
/// Nothing where something could not be fetched.
pub async fn load_learning() -> Option<JsValue> {
    Some(fetch_learn().await).filter(JsValue::is_object)
}

/// Fetches the texts of lessons and challenges, as above, without what shows them.
pub async fn lesson_texts() -> Option<JsValue> {
    Some(lesson_texts_by_path().await).filter(JsValue::is_object)
}

/// Has something on the page stand out, as these styles say.
pub fn stand_out(styles: &str) {
    stand_out_by(styles);
}
