//! Files that the page gives to the user.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

#[wasm_bindgen(module = "/picture.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn png(svg: &str, width: f64, height: f64) -> Result<JsValue, JsValue>;
}

/// Lets the browser save `text` as a file.
///
/// # Errors
/// Where the browser has no room for it.
pub fn save(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let how = BlobPropertyBag::new();
    how.set_type(kind);
    save_blob(name, &Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &how)?)
}

/// The same for bytes.
///
/// # Errors
/// Where the browser has no room for them.
pub fn save_bytes(name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let bytes = Uint8Array::from(bytes);
    save_blob(name, &Blob::new_with_u8_array_sequence(&Array::of1(&bytes))?)
}

/// The same for a picture of this size, as PNG.
///
/// # Errors
/// Where the browser cannot draw it, or has no room for it.
pub async fn save_png(name: &str, svg: &str, (width, height): (f64, f64)) -> Result<(), JsValue> {
    save_blob(name, &png(svg, width, height).await?.dyn_into()?)
}

fn save_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = gloo::utils::document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}
