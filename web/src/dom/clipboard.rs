//! The clipboard.

use wasm_bindgen_futures::JsFuture;

/// Puts `text` onto the clipboard; whether the browser allowed it.
pub async fn copy(text: &str) -> bool {
    let navigator = gloo::utils::window().navigator();
    // Absent where the page does not come over a secure connection.
    let has_clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|it| it.is_object());
    has_clipboard && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}
