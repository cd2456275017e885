/**
 * Fetches the rest of the page's code, and then what keeps the site for use without a network.
 *
 * `cargo xtask build` splits the WebAssembly in two, names the second part in `<meta name="netpol-rest">`, and
 * has every call that goes there look first whether it has come: where it has not, `restNow` is called. What
 * plain Trunk builds is in one piece; then the page names no rest and nothing is fetched.
 */

/** How long to wait before trying again, in milliseconds. */
const PAUSE = 5000;

let first;
let coming;
let isHere = false;

function restUrl() {
  const name = document.querySelector('meta[name="netpol-rest"]')?.content;
  return name && new URL(name, document.baseURI).href;
}

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  // Not by streaming: that would ask the host to call it `application/wasm`.
  await WebAssembly.instantiate(await response.arrayBuffer(), { "": first });
  isHere = true;
  // The page does without.
  import(new URL("offline.js", document.baseURI).href).catch(() => {});
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
  coming ??= (url ? fetched(url) : Promise.resolve()).then(
    () => true,
    () => {
      coming = undefined;
      return false;
    },
  );
  return coming;
}

/** Whether the rest is there. */
export function restIsHere() {
  return isHere || !restUrl();
}

/** Waits until the rest is there, however often it takes. */
export async function restCame() {
  while (!(await fetchRest())) await new Promise((resolve) => setTimeout(resolve, PAUSE));
}

/** Fetches the rest while everything waits: only where it is called before it came. */
export function restNow() {
  const request = new XMLHttpRequest();
  try {
    request.open("GET", restUrl(), false);
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
  } catch {
    lost();
  }
  if (request.status !== 200) lost();
  const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0));
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { "": first });
  coming = Promise.resolve(true);
  isHere = true;
}

/** The page cannot go on: says so, over everything else, and leaves the work for the page that comes after. */
function lost() {
  dispatchEvent(new Event("pagehide"));
  const cover = document.createElement("div");
  cover.className = "lost";
  cover.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = "Part of this page could not be fetched. Your text is kept: check the connection, then reload.";
  const reload = document.createElement("button");
  reload.type = "button";
  reload.className = "btn pri";
  reload.textContent = "Reload";
  reload.addEventListener("click", () => location.reload());
  cover.append(words, reload);
  document.body.append(cover);
  reload.focus();
  throw new Error("the rest of the page's code could not be fetched");
}
