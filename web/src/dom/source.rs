//! Files from elsewhere, as `web/source.js` fetches them.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/source.js")]
extern "C" {
    #[wasm_bindgen(js_name = askedSource)]
    fn asked_source() -> Option<Array>;
    #[wasm_bindgen(js_name = forgetSource)]
    fn forget_source();
    #[wasm_bindgen(catch, js_name = fetchSource)]
    async fn fetch_source(url: &str) -> Result<JsValue, JsValue>;
}

/// A file that the page's address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its whole address.
    pub url: String,
    /// Whose it is.
    pub host: String,
    /// What it is called.
    pub name: String,
}

/// What is asked for by `?src=`.
pub fn asked() -> Option<Source> {
    let asked = asked_source()?;
    let text = |at| asked.get(at).as_string();
    Some(Source { url: text(0)?, host: text(1)?, name: text(2)? })
}

/// Takes the question out of the page's address.
pub fn forget() {
    forget_source();
}

impl Source {
    /// Fetches it.
    ///
    /// # Errors
    /// A sentence that says why it cannot be had.
    pub async fn fetch(&self) -> Result<String, String> {
        let fetched = fetch_source(&self.url).await;
        let text = |value: &JsValue| value.as_string().unwrap_or_default();
        fetched.map(|fetched| text(&fetched)).map_err(|error| text(&error))
    }
}
