//! This tab: what it remembers, its address, whether it is a page of its own.

use gloo::utils::{document_element, window};
use wasm_bindgen::JsValue;
use web_sys::Storage;

const THEME: &str = "netpol:theme";
const DRAFT: &str = "netpol:draft";
const LEFT: &str = "netpol:left";
/// Where this tab keeps what it is learning.
pub const STUDY: &str = "netpol:study";

/// Whether the address asks for a part of the page, by `?embed=1`. `index.html` looks there before the first frame and
/// leaves what it finds at the root element, for the styles.
pub fn is_part() -> bool {
    is_asked("data-embed")
}

/// Whether the editor is left out: of a part it is shown by `&editor=1`.
pub fn is_without_editor() -> bool {
    is_part() && !is_asked("data-editor")
}

/// Whether the files are to stay as they are: of a part, by `&readonly=1`.
pub fn is_read_only() -> bool {
    is_asked("data-readonly")
}

#[inline(never)]
fn is_asked(name: &str) -> bool {
    document_element().get_attribute(name).is_some()
}

/// Whether the page stands inside another one, or is to; then it keeps nothing.
pub fn is_embedded() -> bool {
    if is_part() {
        return true;
    }
    let window = window();
    match window.top() {
        Ok(Some(top)) => top != window,
        // Another site's page may not even be asked.
        _ => true,
    }
}

/// The theme that was chosen, if one was.
pub fn remembered_theme() -> Option<String> {
    local()?.get_item(THEME).ok()?
}

/// Remembers a theme, where the browser lets it.
pub fn remember_theme(theme: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(THEME, theme);
    }
}

/// The draft that this tab works on. A duplicated tab has the same until it takes one of its own.
pub fn draft() -> Option<String> {
    session()?.get_item(DRAFT).ok()?
}

/// Remembers the draft that this tab works on, over reloads.
pub fn set_draft(id: &str) {
    if let Some(storage) = session() {
        let _ = storage.set_item(DRAFT, id);
    }
}

/// Leaves a text for the page that comes after this one in this tab: at once, which a page that is being left
/// cannot ask of a database.
pub fn leave(text: &str) {
    if let Some(storage) = session() {
        // Where it does not fit, what was written last is what there is.
        let _ = storage.set_item(LEFT, text);
    }
}

/// Whether this tab has anything of an earlier page: a draft, or what one left.
pub fn has_past() -> bool {
    let has = |storage: &Storage, key| storage.get_item(key).ok().flatten().is_some();
    session().is_some_and(|storage| has(&storage, DRAFT) || has(&storage, LEFT))
}

/// Whether this tab was in the midst of a lesson, a challenge or an exam.
pub fn is_learning() -> bool {
    session().and_then(|storage| storage.get_item(STUDY).ok().flatten()).is_some()
}

/// Forgets that it was.
pub fn forget_learning() {
    if let Some(storage) = session() {
        let _ = storage.remove_item(STUDY);
    }
}

/// Whether the address holds a challenge.
pub fn is_challenge() -> bool {
    ["challenge=", "challenge%3D"].iter().any(|start| fragment().starts_with(start))
}

/// Takes what the page before left.
pub fn take_left() -> Option<String> {
    let storage = session()?;
    let text = storage.get_item(LEFT).ok()??;
    let _ = storage.remove_item(LEFT);
    Some(text)
}

/// The page's address without its fragment.
pub fn address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// The address of the page as a whole: without what it asks for, and without its fragment.
pub fn page() -> String {
    address().split('?').next().unwrap_or_default().to_owned()
}

/// What follows `#` in the address.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Takes the fragment out of the address, without a step in the tab's history.
pub fn clear_fragment() {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address()));
    }
}

/// Whether the page was reloaded, rather than opened.
pub fn was_reloaded() -> bool {
    let entry = || {
        let performance = js_sys::Reflect::get(&window(), &"performance".into()).ok()?;
        let get = js_sys::Reflect::get(&performance, &"getEntriesByType".into()).ok()?;
        let get: js_sys::Function = wasm_bindgen::JsCast::dyn_into(get).ok()?;
        let entries = get.call1(&performance, &"navigation".into()).ok()?;
        let entry = js_sys::Reflect::get_u32(&entries, 0).ok()?;
        js_sys::Reflect::get(&entry, &"type".into()).ok()?.as_string()
    };
    entry().as_deref() == Some("reload")
}

fn local() -> Option<Storage> {
    window().local_storage().ok()?
}

fn session() -> Option<Storage> {
    window().session_storage().ok()?
}
