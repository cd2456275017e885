// What every browser test starts from: a page whose console stays clean, and the project's helpers.
//
//     import { expect, test } from "./fixtures.mjs";
//     test("…", async ({ page }) => { await page.goto("./"); … });
//
// A test fails where its page logs an error or a warning, throws, or asks for anything outside the site. One
// that provokes such a message says so: `console.expect(/…/)`.

import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect } from "@playwright/test";

export { expect };

/** The two sizes that the page is made for. */
export const SIZES = {
  wide: { width: 1440, height: 900 },
  narrow: { width: 390, height: 844 },
};

export const THEMES = ["light", "dark"];

/** Collects what goes wrong in all pages of one browser context. */
class Messages {
  #expected = [];
  #seen = [];

  /** Says that a message like this is part of the test; the test fails where it does not come. */
  expect(pattern) {
    this.#expected.push({ pattern, came: false });
  }

  add(text) {
    this.#seen.push(text);
  }

  /** What came and was not expected, and what was expected and did not come. */
  faults() {
    const faults = [];
    for (const text of this.#seen) {
      const matching = this.#expected.filter(({ pattern }) => pattern.test(text));
      for (const each of matching) each.came = true;
      if (matching.length === 0) faults.push(text);
    }
    for (const { pattern, came } of this.#expected) {
      if (!came) faults.push(`expected and not logged: ${pattern}`);
    }
    return faults;
  }
}

function watch(context, site, messages) {
  context.on("console", (message) => {
    // What Playwright says where it keeps a test's page from leaving a worker.
    if (message.text() === "Service Worker registration blocked by Playwright") return;
    const { url } = message.location();
    if (["error", "warning"].includes(message.type())) messages.add(`${message.type()}: ${message.text()} (${url})`);
  });
  context.on("weberror", (error) => messages.add(`uncaught: ${error.error().stack ?? error.error()}`));
  context.on("requestfailed", (request) => {
    // A page that is left or reloaded drops what it was fetching.
    const why = request.failure()?.errorText ?? "unknown";
    if (why !== "net::ERR_ABORTED") messages.add(`request failed: ${request.url()} (${why})`);
  });
  context.on("request", (request) => {
    const url = request.url();
    const own = url.startsWith(site) || url.startsWith("data:") || url.startsWith("blob:");
    if (!own) messages.add(`request outside the site: ${url}`);
  });
}

export const test = base.extend({
  /** What the pages of this test log; see `Messages`. */
  console: [
    async ({ context, baseURL }, use) => {
      const messages = new Messages();
      watch(context, baseURL, messages);
      await use(messages);
      expect(messages.faults(), "what the page logged").toEqual([]);
    },
    { auto: true },
  ],

  /**
   * Another user, or the same in a fresh profile: `const page = await freshPage()`. Takes the options of
   * `browser.newContext`; watched like the test's own page.
   */
  freshPage: async ({ browser, baseURL, console: messages }, use) => {
    const contexts = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL, viewport: SIZES.wide, ...options });
      contexts.push(context);
      watch(context, baseURL, messages);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** Waits until the app has drawn its first frame in place of the static page. */
export async function ready(page) {
  await expect(page.locator("#stage")).toBeAttached();
  await page.evaluate(() => document.fonts.ready);
}

/** Fails where axe finds a violation of WCAG 2.2 AA, in the whole page or in what `selector` names. */
export async function expectAccessible(page, selector) {
  const axe = new AxeBuilder({ page });
  if (selector) axe.include(selector);
  const { violations } = await axe
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const told = violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html) }));
  expect(told, "what axe found").toEqual([]);
}

/**
 * Takes a picture of the page in both sizes and both themes, as `<name>-<size>-<theme>.png` in the test's
 * output directory, attached to its report.
 *
 * @param {(page: import("@playwright/test").Page) => Promise<void>} [settle] waits for the page to be as wanted
 */
export async function screenshots(page, testInfo, name, settle = ready) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await settle(page);
      const file = `${name}-${size}-${colorScheme}.png`;
      const path = testInfo.outputPath(file);
      await page.screenshot({ path, animations: "disabled" });
      await testInfo.attach(file, { path, contentType: "image/png" });
    }
  }
}
