// After the first visit the page needs no network: a worker keeps exactly the files of one build. A newer build waits until
// the user says so. It is an app that can be installed.

import { createHash } from "node:crypto";
import { createServer } from "node:http";

import { arrow, editor, expectArrow, open, started } from "./app.mjs";
import { expect, expectAccessible, ready, screenshots, test as base } from "./fixtures.mjs";

const BASE = "/another/path/";

/** What a worker is told of its build. */
const STAMP = /^const BUILD="\w+",FILES=(\{.*?\});/;

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("base64");

/** The page and the worker of a newer build: the same but for the page's title. */
const NEXT = "NetworkPolicy Playground, the next";
const nextPage = (page) => page.replace(/<title>.*?<\/title>/, `<title>${NEXT}</title>`);
function nextWorker(worker, page) {
  const [, files] = STAMP.exec(worker);
  const next = { ...JSON.parse(files), "./": `sha256-${sha256(nextPage(page))}` };
  return worker.replace(STAMP, `const BUILD="${sha256(nextPage(page)).slice(0, 8)}",FILES=${JSON.stringify(next)};`);
}

const test = base.extend({
  /**
   * A host of the site for one test alone, which can be told to serve a newer build: `page` and `worker` say which of
   * the two files that differ are the newer build's. With `plain` the worker is as plain Trunk serves it.
   */
  host: async ({}, use) => {
    const site = process.env.NETPOL_SITE;
    const host = { page: false, worker: false, plain: false };
    const text = async (file) => (await fetch(new URL(file, site))).text();
    const server = createServer(async ({ url }, response) => {
      const file = new URL(url, site).pathname.slice(BASE.length);
      const found = await fetch(new URL(file, site));
      let body = Buffer.from(await found.arrayBuffer());
      if (file === "" && host.page) body = nextPage(body.toString());
      if (file === "service-worker.js" && host.worker) body = nextWorker(body.toString(), await text(""));
      if (file === "service-worker.js" && host.plain) body = body.toString().replace(STAMP, "");
      response.writeHead(found.status, { "content-type": found.headers.get("content-type"), "cache-control": "no-cache" });
      response.end(body);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    host.url = `http://127.0.0.1:${server.address().port}${BASE}`;
    await use(host);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  },
  baseURL: ({ host }, use) => use(host.url),
  serviceWorkers: "allow",
});

/** Waits until all files of a build are kept. */
const kept = (page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    return (await caches.keys()).length;
  });

/** Visits the site for the first time, so that the next load comes from what is kept. */
async function visit(page) {
  await open(page);
  expect(await kept(page)).toBe(1);
}

const notice = (page) => page.getByRole("alert").filter({ hasText: "A new version is there." });

/** Puts the newer build on the host, and loads the page, upon which the browser finds it. */
async function publish(page, host) {
  Object.assign(host, { page: true, worker: true });
  await page.reload();
  await started(page);
}

test("without a network the page is there, with all of its parts, and the work", async ({ page, context }) => {
  await visit(page);
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# mine\n");
  await context.setOffline(true);
  await page.reload();
  await started(page);
  await expect(page.locator("#stage [data-verdict]").first()).toBeVisible();
  await expect(editor(page)).toContainText("# mine");
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("dialog", { name: "Share this scenario" })).toBeVisible();
});

test("without a network it opens at any address that is the page's", async ({ page, context }) => {
  await visit(page);
  await context.setOffline(true);
  for (const address of ["./index.html", "./?embed=1", "./?from=elsewhere#v1="]) {
    await page.goto(address);
    await ready(page);
    await expect(page.locator("#stage [data-verdict]").first()).toBeVisible();
  }
});

test("what is kept is the build, file by file", async ({ page, host }) => {
  await visit(page);
  const worker = await (await fetch(`${host.url}service-worker.js`)).text();
  const files = JSON.parse(STAMP.exec(worker)[1]);
  const found = await page.evaluate(async () => {
    const [name] = await caches.keys();
    const cache = await caches.open(name);
    const hash = async (response) => {
      const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
      return `sha256-${btoa(String.fromCharCode(...bytes))}`;
    };
    const of = async (request) => [request.url.slice(document.baseURI.length) || "./", await hash(await cache.match(request))];
    return Object.fromEntries(await Promise.all((await cache.keys()).map(of)));
  });
  expect(found).toEqual(files);
  // All that the page has fetched is among it.
  const fetched = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => name.slice(document.baseURI.length)),
  );
  expect(fetched.filter((file) => !(file in files) && file !== "service-worker.js")).toEqual([]);
  for (const part of [/-rest-\w+\.wasm$/, /^editor-/]) expect(fetched.filter((file) => part.test(file))).toHaveLength(1);
});

test("a newer version is told of, and comes when it is asked for", async ({ page, host }, testInfo) => {
  await visit(page);
  await publish(page, host);
  await expect(notice(page)).toBeVisible();
  await expect(page).not.toHaveTitle(NEXT);
  await expectAccessible(page);
  await screenshots(page, testInfo, "notice", () => expect(notice(page)).toBeVisible());

  // Another reload alone does not bring it.
  await page.reload();
  await started(page);
  await expect(notice(page)).toBeVisible();
  await expect(page).not.toHaveTitle(NEXT);

  await notice(page).getByRole("button", { name: "Reload" }).click();
  await expect(page).toHaveTitle(NEXT);
  await started(page);
  await expect(page.locator("#stage [data-verdict]").first()).toBeVisible();
  await expect(notice(page)).toBeHidden();
  expect(await kept(page), "the older one is gone").toBe(1);
});

test("the notice can be dismissed, and a reload for a newer version keeps the work", async ({ page, host }) => {
  await visit(page);
  await publish(page, host);
  await notice(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(notice(page)).toBeHidden();
  await page.reload();
  await started(page);
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# mine\n");
  await notice(page).getByRole("button", { name: "Reload" }).click();
  await expect(page).toHaveTitle(NEXT);
  await started(page);
  await expect(editor(page)).toContainText("# mine");
});

test("two tabs: the one that is not asked goes on, and takes the newer version when it is", async ({ page, context, host }) => {
  await visit(page);
  await publish(page, host);
  const second = await context.newPage();
  await open(second);
  await expect(notice(second)).toBeVisible();
  await notice(page).getByRole("button", { name: "Reload" }).click();
  await expect(page).toHaveTitle(NEXT);
  await expect(second).not.toHaveTitle(NEXT);
  await expectArrow(second, "frontend-tier/frontend", "database-tier/database", "allowed");
  await notice(second).getByRole("button", { name: "Reload" }).click();
  await expect(second).toHaveTitle(NEXT);
});

test("a build that is only half there is not taken", async ({ page, context, host }) => {
  await visit(page);
  // The worker of the newer build is there already, its page not yet.
  host.worker = true;
  const refused = page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise((resolve) => registration.addEventListener("updatefound", () => resolve(registration.installing)));
    registration.update().catch(() => {});
    const worker = await found;
    while (worker.state !== "redundant") await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
    return worker.state;
  });
  expect(await refused).toBe("redundant");
  await expect(notice(page)).toBeHidden();
  await context.setOffline(true);
  await page.reload();
  await started(page);
  await expect(page).not.toHaveTitle(NEXT);
  await expect(arrow(page, "frontend-tier/frontend", "database-tier/database")).toBeVisible();
});

test("what the browser has thrown away comes from the network", async ({ page }) => {
  await visit(page);
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await page.reload();
  await started(page);
  await expect(page.locator("#stage [data-verdict]").first()).toBeVisible();
});

test("where the site is served while one works on it, a worker that was left takes itself away", async ({ page, host }) => {
  await visit(page);
  host.plain = true;
  await page.reload();
  const left = () =>
    page.evaluate(async () => [
      (await navigator.serviceWorker.getRegistrations()).length,
      (await caches.keys()).length,
    ]);
  await expect.poll(left).toEqual([0, 0]);
});

test("a page inside another page leaves no worker", async ({ page, context, baseURL }) => {
  await context.addInitScript(() => {
    window.registered = 0;
    const { register } = ServiceWorkerContainer.prototype;
    ServiceWorkerContainer.prototype.register = function (...given) {
      window.registered += 1;
      return register.apply(this, given);
    };
  });
  /** How often a page has registered one, when all of the script that does so has run. */
  const registered = (frame) =>
    frame.evaluate(async () => {
      await import(new URL("offline.js", document.baseURI).href);
      return window.registered;
    });
  await context.route(`${baseURL}outer.html`, (route) =>
    route.fulfill({ contentType: "text/html", body: '<!doctype html><title>Outer</title><iframe src="./" width="1200" height="800"></iframe>' }),
  );
  await page.goto("./outer.html");
  await expect(page.frameLocator("iframe").locator("#stage [data-verdict]").first()).toBeVisible();
  expect(await registered(page.frames()[1])).toBe(0);
  // One that is to stand inside another, and one that does not.
  await page.goto("./?embed=1");
  await ready(page);
  expect(await registered(page)).toBe(0);
  await page.goto("./");
  await ready(page);
  expect(await registered(page)).toBe(1);
});

test("it can be installed as an app", async ({ page, context, host }) => {
  await visit(page);
  const browser = await context.newCDPSession(page);
  const { url, errors, data } = await browser.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  expect(url).toBe(`${host.url}manifest.webmanifest`);
  const { name, display, start_url, scope, icons } = JSON.parse(data);
  expect({ name, display }).toEqual({ name: "NetworkPolicy Playground", display: "standalone" });
  for (const address of [start_url, scope]) expect(new URL(address, url).href).toBe(host.url);
  for (const { src, type } of icons) {
    const icon = await fetch(new URL(src, url));
    expect(icon.headers.get("content-type")).toBe(type);
  }
  const { installabilityErrors } = await browser.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
});
