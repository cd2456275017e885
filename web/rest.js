/**
 * Fetches the rest of the page's code.
 *
 * `cargo xtask build` splits the WebAssembly in two, names the second part in `<meta name="netpol-rest">`, and
 * has every call that goes there look first whether it has come: where it has not, `restNow` is called. What
 * plain Trunk builds is in one piece; then the page names no rest and nothing is fetched.
 */

let first;
let coming;

function restUrl() {
  const name = document.querySelector('meta[name="netpol-rest"]')?.content;
  return name && new URL(name, document.baseURI).href;
}

/** Remembers the exports of the first part, which the rest imports. */
export function announce(exports) {
  first = exports;
}

/**
 * Fetches the rest while the page goes on.
 *
 * @returns {Promise<boolean>} whether it is there now
 */
export function fetchRest() {
  const url = restUrl();
  coming ??= url
    ? WebAssembly.instantiateStreaming(fetch(url), { "": first }).then(
        () => true,
        // A host that does not call it `application/wasm`, or a network that comes and goes.
        () => false,
      )
    : Promise.resolve(true);
  return coming;
}

/** Fetches the rest while everything waits: only where it is called before it came. */
export function restNow() {
  const request = new XMLHttpRequest();
  request.open("GET", restUrl(), false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error("the rest of the page's code could not be fetched");
  const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0));
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { "": first });
  coming = Promise.resolve(true);
}
