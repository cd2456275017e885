/**
 * The page's second thread: what takes long is computed there, while the page goes on.
 *
 * This file is loaded twice. In the page it starts a worker of itself and hands questions over to it; in the worker
 * it fetches the same code that the page runs on, and has it answer. Questions and answers are lists, made and read
 * by `web/src/thread.rs`; what is meant by them is no business of this file.
 */

/** Where the code is: wasm-bindgen's script and its module, as Trunk names them in the page, and the rest of the module. */
function addresses() {
  const href = (selector) => document.querySelector(selector)?.href;
  const rest = document.querySelector('meta[name="netpol-rest"]')?.content;
  return {
    script: href("link[rel=modulepreload]"),
    first: href("link[rel=preload][as=fetch]"),
    rest: rest && new URL(rest, document.baseURI).href,
  };
}

/**
 * Starts the thread.
 *
 * @param {(answer: Array | undefined) => void} onAnswer told each answer, in the order of the questions; or nothing, once, where
 *   the thread broke off: no answer will follow
 * @returns {Worker}
 */
export function startThread(onAnswer) {
  const thread = new Worker(import.meta.url, { type: "module" });
  const lost = () => {
    thread.terminate();
    onAnswer(undefined);
  };
  thread.addEventListener("message", ({ data }) => (data ? onAnswer(data) : lost()));
  thread.addEventListener("error", lost, { once: true });
  thread.postMessage({ addresses: addresses() });
  return thread;
}

/** Asks the thread. */
export function ask(thread, question) {
  thread.postMessage({ question });
}

async function load({ script, first, rest }) {
  const code = await import(script);
  const exports = await code.default({ module_or_path: first });
  if (rest) {
    const response = await fetch(rest);
    if (!response.ok) throw new Error(`${rest}: ${response.status}`);
    await WebAssembly.instantiate(await response.arrayBuffer(), { "": exports });
  }
  return code;
}

if (typeof document === "undefined") {
  let loading;
  addEventListener("message", async ({ data }) => {
    try {
      loading ??= load(data.addresses);
      const code = await loading;
      if (data.question) postMessage(code.examine(data.question));
    } catch {
      postMessage(undefined);
    }
  });
}
