/**
 * Keeps the site for use without a network: exactly the files of one build, never some of two.
 *
 * `cargo xtask build` writes before this `BUILD`, the hash of the build, and `FILES`, the name of each file
 * with the hash of its content; the page is `./`. What plain Trunk serves has neither: there is no build to
 * keep, and a worker that an earlier build left on the same address takes itself away.
 */

const IS_BUILT = typeof BUILD === "string";

/** One address may have several sites, each under a path of its own; no path holds a space. */
const OURS = `netpol ${registration.scope} `;

const CACHE = OURS + (IS_BUILT ? BUILD : "");

/** The browser holds each file against its hash. Where one differs, as while a site is replaced, none is kept. */
async function keep() {
  const requests = Object.entries(FILES).map(([file, integrity]) => new Request(file, { integrity, cache: "no-cache" }));
  const cache = await caches.open(CACHE);
  await cache.addAll(requests);
}

async function forgetOthers() {
  const others = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  if (!IS_BUILT) await registration.unregister();
}

/** The file of the build that `url` asks for. */
function fileAt(url) {
  const [address] = url.split(/[?#]/);
  if (!IS_BUILT || !address.startsWith(registration.scope)) return undefined;
  const name = address.slice(registration.scope.length);
  const file = name === "" || name === "index.html" ? "./" : name;
  return Object.hasOwn(FILES, file) ? file : undefined;
}

/** From the network only where the browser has thrown the cache away, which it does with all of it. */
async function kept(file, request) {
  return (await caches.match(file, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request);
}

addEventListener("install", (event) => event.waitUntil(IS_BUILT ? keep() : skipWaiting()));

addEventListener("activate", (event) => event.waitUntil(forgetOthers()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const file = request.method === "GET" ? fileAt(request.url) : undefined;
  if (file) event.respondWith(kept(file, request));
});

// A page that was loaded goes on with its own build until its user says otherwise.
addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});
