//! The editor's handle, as `web/editor/src/editor.js` gives it. Offsets are UTF-16 code units.

use netpol_assist::{Completions, Insertion, Offer};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen(module = "/editor/glue.js")]
extern "C" {
    /// Fetches the editor and creates one inside `host`.
    #[wasm_bindgen(catch, js_name = createEditor)]
    async fn create_editor(host: &HtmlElement, options: &JsValue) -> Result<JsValue, JsValue>;
    /// A text as a QR code.
    #[wasm_bindgen(catch, js_name = qrCode)]
    async fn qr_code_js(text: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// An editor on the page.
    #[derive(Clone)]
    pub type Editor;

    #[wasm_bindgen(method, js_name = openFile)]
    pub fn open_file(this: &Editor, name: &str, text: &str);
    #[wasm_bindgen(method, js_name = setDoc)]
    fn set_doc_with(this: &Editor, text: &str, how: &JsValue);
    #[wasm_bindgen(method, js_name = closeFile)]
    pub fn close_file(this: &Editor, name: &str);
    #[wasm_bindgen(method, js_name = closeAll)]
    pub fn close_all(this: &Editor);
    #[wasm_bindgen(method, js_name = renameFile)]
    pub fn rename_file(this: &Editor, from: &str, to: &str);
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    fn set_diagnostics_js(this: &Editor, diagnostics: &JsValue);
    #[wasm_bindgen(method, js_name = setUses)]
    fn set_uses_js(this: &Editor, uses: &JsValue);
    #[wasm_bindgen(method, js_name = reveal)]
    fn reveal_with(this: &Editor, from: u32, to: u32, how: &JsValue);
    #[wasm_bindgen(method, js_name = clearReveal)]
    pub fn clear_reveal(this: &Editor);
    #[wasm_bindgen(method, js_name = setDark)]
    pub fn set_dark(this: &Editor, dark: bool);
    #[wasm_bindgen(method)]
    pub fn destroy(this: &Editor);
}

/// What the editor is created with.
pub struct Options<'a> {
    /// Names it to screen readers.
    pub label: &'a str,
    /// The first file's name.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Whether the page is dark.
    pub dark: bool,
    /// Whether the user is to change nothing.
    pub read_only: bool,
    /// Shown in an empty file.
    pub placeholder: &'a str,
}

/// A diagnostic as the editor takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditorDiagnostic {
    /// The first code unit.
    pub from: u32,
    /// One past the last.
    pub to: u32,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What mends it within the shown file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<EditorFix>,
}

/// A button beside a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditorFix {
    /// What it says.
    pub title: String,
    /// What it changes.
    pub changes: Vec<EditorChange>,
}

/// A replacement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditorChange {
    /// The first code unit.
    pub from: u32,
    /// One past the last.
    pub to: u32,
    /// What stands there then.
    pub insert: String,
}

/// What the editor calls.
pub struct Calls {
    /// Told of the user's edits: the text, and an object whose `startedAt` is when the input event came.
    pub on_change: Closure<dyn FnMut(String, JsValue)>,
    /// Asked what may stand between two texts.
    pub complete: Closure<dyn FnMut(String, String) -> JsValue>,
    /// Asked what the field is about whose name stands between them.
    pub describe: Closure<dyn FnMut(String, String) -> Option<String>>,
    /// Asked for a text with its indentation set right.
    pub format: Closure<dyn FnMut(String) -> Option<String>>,
}

/// Creates an editor inside `host`.
///
/// # Errors
/// Where the editor's bundle cannot be had.
pub async fn create(host: &HtmlElement, options: &Options<'_>, calls: &Calls) -> Result<Editor, JsValue> {
    let assistant = object(&[
        ("complete", calls.complete.as_ref().clone()),
        ("describe", calls.describe.as_ref().clone()),
        ("format", calls.format.as_ref().clone()),
    ]);
    let given = object(&[
        ("label", options.label.into()),
        ("name", options.name.into()),
        ("doc", options.text.into()),
        ("dark", options.dark.into()),
        ("readOnly", options.read_only.into()),
        ("placeholder", options.placeholder.into()),
        ("onChange", calls.on_change.as_ref().clone()),
        ("assistant", assistant),
    ]);
    create_editor(host, &given).await.map(JsCast::unchecked_into)
}

impl Editor {
    /// Gives the shown file a text whose history begins here.
    pub fn begin_with(&self, text: &str) {
        self.set_doc_with(text, &object(&[("keepUndo", false.into())]));
    }

    /// Replaces the shown file's diagnostics.
    pub fn set_diagnostics(&self, diagnostics: &[EditorDiagnostic]) {
        let json = netpol_lessons::to_json(&diagnostics);
        self.set_diagnostics_js(&js_sys::JSON::parse(&json).unwrap_or_else(|_| js_sys::Array::new().into()));
    }

    /// Replaces what the shown file's rules are marked with: the offset, the mark and what it says in words.
    pub fn set_uses(&self, uses: impl Iterator<Item = (u32, String, String)>) {
        let list = js_sys::Array::new();
        for (at, mark, says) in uses {
            list.push(&object(&[("at", at.into()), ("mark", mark.into()), ("says", says.into())]));
        }
        self.set_uses_js(&list);
    }

    /// Scrolls to a range, marks its lines and puts the cursor at its beginning.
    pub fn reveal(&self, from: u32, to: u32, focus: bool) {
        self.reveal_with(from, to, &object(&[("focus", focus.into())]));
    }
}

/// A QR code: so many squares wide and high, the dark ones as the path of an SVG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCode {
    /// The width, which is the height.
    pub size: u32,
    /// The path.
    pub path: String,
}

/// A text as a QR code; `None` where it is too long for one.
pub async fn qr_code(text: &str) -> Option<QrCode> {
    let code = qr_code_js(text).await.ok()?;
    let get = |name: &str| js_sys::Reflect::get(&code, &name.into()).ok();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it counts squares")]
    let size = get("size")?.as_f64()? as u32;
    Some(QrCode { size, path: get("path")?.as_string()? })
}

/// What the editor offers, as `web/editor/src/assist.js` says.
pub fn completions(found: Completions) -> JsValue {
    let offers = js_sys::Array::new();
    for Offer { label, detail, doc, insert } in found.options {
        let (text, is_snippet) = match insert {
            Insertion::Text(text) => (text, false),
            Insertion::Snippet(text) => (text, true),
        };
        offers.push(&object(&[
            ("label", label.into()),
            ("detail", detail.into()),
            ("doc", doc.into()),
            ("text", text.into()),
            ("snippet", is_snippet.into()),
        ]));
    }
    let replaces = u32::try_from(found.replaces).unwrap_or_default();
    object(&[("replaces", replaces.into()), ("offers", offers.into())])
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in entries {
        // A plain object takes any property.
        let _ = js_sys::Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}
