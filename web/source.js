/** Files from elsewhere, which the address of the page asks for by `?src=`. Nothing is fetched before the user agrees. */

/** More than the page takes is not fetched to its end. */
const MOST = 8 * 1024 * 1024;

/**
 * What is asked for.
 *
 * @returns {string[] | undefined} its whole address, its host, and the name of its file; nothing where nothing is asked for
 *   that could be fetched
 */
export function askedSource() {
  const asked = new URLSearchParams(location.search).get("src");
  if (!asked || !URL.canParse(asked, document.baseURI)) return undefined;
  const url = new URL(asked, document.baseURI);
  // The page's Content-Security-Policy lets no more through: only this machine is asked without encryption.
  const isHere = ["localhost", "127.0.0.1"].includes(url.hostname) || url.origin === location.origin;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isHere)) return undefined;
  const name = url.pathname.split("/").pop().replace(/(%[0-9A-F]{2}|[^\w.-])+/gi, "-");
  return [url.href, url.host, name || "cluster.yaml"];
}

/** Takes the question out of the address, so that a reload brings back what came of it. */
export function forgetSource() {
  const url = new URL(location.href);
  url.searchParams.delete("src");
  history.replaceState(history.state, "", url);
}

/**
 * Fetches a text.
 *
 * @returns {Promise<string>} rejected with a sentence that says why not
 */
export async function fetchSource(url) {
  const { host } = new URL(url);
  let response;
  try {
    response = await fetch(url, { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" });
  } catch {
    throw `${host} cannot be reached, leads elsewhere, or does not allow other sites' pages to read this address (CORS).`;
  }
  if (!response.ok) throw `${host} answered with status ${response.status}.`;
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  try {
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      size += value.length;
      if (size > MOST) {
        await reader.cancel();
        break;
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    throw `${host} broke off.`;
  }
  throw "The file is larger than 8 MiB.";
}
