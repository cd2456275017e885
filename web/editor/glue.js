/**
 * The border between the page's WebAssembly and its editor.
 *
 * The editor is a bundle of its own, fetched at run time by `createEditor`, so that the picture does not
 * wait for it. The page names the bundle in `<meta name="netpol-editor">`; its file name holds a hash of
 * its content. wasm-bindgen copies this file under a name that does not change with its content, so a
 * browser may pair an old copy of it with a new page: it must stay this thin, and hand everything through.
 *
 * In Rust, with `wasm-bindgen-futures` among the dependencies:
 *
 *     #[wasm_bindgen(module = "/editor/glue.js")]
 *     extern "C" {
 *         #[wasm_bindgen(catch, js_name = createEditor)]
 *         async fn create_editor(host: &HtmlElement, options: &JsValue) -> Result<JsValue, JsValue>;
 *     }
 *
 * What the options and the returned handle are is said in `src/editor.js`.
 */

let loading;

function load() {
  const url = document.querySelector('meta[name="netpol-editor"]')?.content;
  if (!url) return Promise.reject(new Error("the page names no editor in `<meta name=\"netpol-editor\">`"));
  // A failed fetch is forgotten, so that a later call may succeed.
  loading ??= import(new URL(url, document.baseURI).href).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/**
 * Fetches the editor, once, and creates one inside `host`.
 *
 * @param {HTMLElement} host an empty element that gives the editor its size
 * @param {import("./src/editor.js").EditorOptions} options
 * @returns {Promise<import("./src/editor.js").Editor>} rejected where the bundle cannot be had
 */
export async function createEditor(host, options) {
  const editor = await load();
  // Its code has just run for the first time; what it makes is put off into a task of its own.
  await new Promise((resolve) => setTimeout(resolve));
  return editor.createEditor(host, options);
}

/**
 * A text as a QR code, by what comes with the editor.
 *
 * @param {string} text
 * @returns {Promise<{size: number, path: string}>} rejected where the text is too long, or the bundle cannot be had
 */
export async function qrCode(text) {
  const editor = await load();
  return editor.qrCode(text);
}
