/**
 * Fetches the later parts of the page's code, and what keeps the site for use without a network.
 *
 * `cargo xtask build` splits the WebAssembly, names the parts in `<meta name="netpol-rest">` and
 * `<meta name="netpol-learn">`, and has every call that goes there look first whether it has come: where it has not,
 * `restNow` or `learnNow` is called. What plain Trunk builds is in one piece; then the page names no parts and nothing is
 * fetched.
 */

/** How long to wait before trying again, in milliseconds. */
const PAUSE = 5000;

/** The exports of the parts that are here: a later one imports those of all before it, by their numbers. */
const here = {};
/** Parts that are on their way. */
const coming = {};

function urlOf(part) {
  const name = document.querySelector(`meta[name="netpol-${part}"]`)?.content;
  return name && new URL(name, document.baseURI).href;
}

function arrived(part, { exports }) {
  here[part === "rest" ? 1 : 2] = exports;
  coming[part] = Promise.resolve(true);
  // The page does without.
  if (part === "rest") import(new URL("offline.js", document.baseURI).href).catch(() => {});
}

async function fetched(part, url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  // Not by streaming: that would ask the host to call it `application/wasm`.
  const bytes = await response.arrayBuffer();
  arrived(part, (await WebAssembly.instantiate(bytes, here)).instance);
}

/** Remembers the exports of the first part. */
export function announce(exports) {
  here[""] = exports;
}

/**
 * Fetches a part while the page goes on.
 *
 * @returns {Promise<boolean>} whether it is there now
 */
function fetchPart(part) {
  const url = urlOf(part);
  coming[part] ??= (url ? fetched(part, url) : Promise.resolve()).then(
    () => true,
    () => {
      coming[part] = undefined;
      return false;
    },
  );
  return coming[part];
}

export const fetchRest = () => fetchPart("rest");

let lessons;
let pointing;

/**
 * Fetches the texts of lessons and challenges.
 *
 * @returns {Promise<Object | undefined>} the texts by their paths, unless they could not be fetched
 */
export async function lessonTexts() {
  if (lessons) return lessons;
  const response = await fetch(urlOf("lessons")).catch(() => undefined);
  if (response?.ok) lessons ??= await response.json().catch(() => undefined);
  return lessons;
}

/** Fetches those texts, and the code and styles of what shows them. The code builds upon the rest. */
export async function fetchLearn() {
  const [texts, code] = await Promise.all([lessonTexts(), fetchRest().then((came) => came && fetchPart("learn"))]);
  if (!texts || !code) return undefined;
  if (!pointing) {
    const styles = new CSSStyleSheet();
    pointing = new CSSStyleSheet();
    styles.replaceSync(texts["learn.css"]);
    document.adoptedStyleSheets.push(styles, pointing);
  }
  return texts;
}

/** Has something stand out, which these styles say; or nothing. */
export function standOut(styles) {
  pointing?.replaceSync(styles);
}

/** Whether the rest is there. */
export function restIsHere() {
  return 1 in here || !urlOf("rest");
}

/** Waits until the rest is there, however often it takes. */
export async function restCame() {
  while (!(await fetchRest())) await new Promise((resolve) => setTimeout(resolve, PAUSE));
}

/** Fetches a part while everything waits: only where it is called before it came. */
function now(part) {
  const request = new XMLHttpRequest();
  try {
    request.open("GET", urlOf(part), false);
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
  } catch {
    lost();
  }
  if (request.status !== 200) lost();
  const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0));
  arrived(part, new WebAssembly.Instance(new WebAssembly.Module(bytes), here));
}

export const restNow = () => now("rest");

export function learnNow() {
  if (!restIsHere()) restNow();
  now("learn");
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
