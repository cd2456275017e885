// The stage within other people's pages: as high as what it shows, with a way out, and what is needed to put it there.

import { readFile } from "node:fs/promises";

import { arrow, clickArrow, copyAll, editor, expectArrow, open, picture, stage, started } from "./app.mjs";
import { expect, expectAccessible, ready, screenshots, test } from "./fixtures.mjs";

const EXAMPLE = new URL("../../docs/embed.html", import.meta.url);

const [FRONTEND, DATABASE] = ["frontend-tier/frontend", "database-tier/database"];

/** Serves a page beside the site. */
const serve = (context, baseURL, body) =>
  context.route(`${baseURL}outer.html`, (route) => route.fulfill({ contentType: "text/html", body }));

/** The repository's own example, which stands beside `dist/`. */
async function openExample(page, context, baseURL) {
  await serve(context, baseURL, (await readFile(EXAMPLE, "utf8")).replace("../dist/", "./"));
  await page.goto("./outer.html");
  const frame = page.frameLocator("iframe");
  await expect(frame.locator("#stage [data-verdict]").first()).toBeVisible();
  return frame;
}

test("the stage stands alone", async ({ page }, testInfo) => {
  const editors = [];
  page.on("request", (request) => /\/editor-/.test(request.url()) && editors.push(request.url()));
  await page.goto("./?embed=1");
  await ready(page);
  await expectArrow(page, FRONTEND, DATABASE, "allowed");
  await expect(page.getByRole("link", { name: "Open in the playground" })).toBeVisible();
  for (const role of ["navigation", "textbox", "tab"]) await expect(page.getByRole(role)).toHaveCount(0);
  await expect(page.getByRole("banner").getByRole("button")).toHaveCount(0);
  await expect(page.getByText("Everything stays in this page")).toBeHidden();
  await clickArrow(page, FRONTEND, DATABASE);
  await expect(arrow(page, FRONTEND, DATABASE)).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("region", { name: "Details" })).toBeHidden();
  expect(editors, "an editor that nobody sees is not fetched").toEqual([]);
  await expectAccessible(page);
  await screenshots(page, testInfo, "embed");
});

test("with the editor, an edit turns an arrow", async ({ page }, testInfo) => {
  await open(page, "./?embed=1&editor=1");
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await expect(arrow(page, FRONTEND, DATABASE)).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expectArrow(page, FRONTEND, DATABASE, "allowed");
  await expectAccessible(page);
  await screenshots(page, testInfo, "embed-editor");
});

test("an editor to be read can be read and copied, and not written", async ({ page }) => {
  await open(page, "./?embed=1&editor=1&readonly=1");
  const before = await copyAll(page);
  expect(before).toContain("kind: Namespace");
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.type("# mine");
  await page.keyboard.press("Control+v");
  expect(await copyAll(page)).toBe(before);
  await expectArrow(page, FRONTEND, DATABASE, "allowed");
  for (const name of ["Add a file", "This file"]) await expect(page.getByRole("button", { name })).toBeHidden();
  await page.getByRole("tab", { name: "cluster.yaml" }).dblclick();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("the way out opens what is there, edits as well, in a tab of its own", async ({ page, baseURL }) => {
  await open(page, "./?embed=1&editor=1");
  const link = page.getByRole("link", { name: "Open in the playground" });
  await link.focus();
  const before = await link.getAttribute("href");
  expect(before.startsWith(`${baseURL}#v1=`)).toBe(true);
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# mine\n");
  await link.hover();
  await expect(link).not.toHaveAttribute("href", before);
  const [whole] = await Promise.all([page.waitForEvent("popup"), link.click()]);
  await started(whole);
  await expect(whole.getByRole("banner")).toBeVisible();
  await expect(editor(whole)).toContainText("# mine");
  expect(await picture(whole)).toEqual(await picture(page));
  expect(await whole.evaluate(() => window.opener)).toBe(null);
});

test("the example's frame is as high as what it shows, whatever its width", async ({ page, context, baseURL }, testInfo) => {
  const frame = await openExample(page, context, baseURL);
  const heights = () =>
    frame.locator("html").evaluate((root) => ({ content: Math.ceil(root.getBoundingClientRect().height), frame: innerHeight }));
  const expectFits = () =>
    expect(async () => {
      const { content, frame } = await heights();
      expect(content).toBe(frame);
    }).toPass();
  const seen = new Set();
  for (const width of [1440, 700, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await expectFits();
    seen.add((await heights()).frame);
    // Nothing is cut off sideways either, or squeezed to nothing.
    const diagram = await frame.locator(".diagram").boundingBox();
    expect(diagram.width).toBeGreaterThan(300);
    expect(diagram.height).toBeGreaterThan(150);
  }
  expect(seen.size).toBeGreaterThan(1);
  await screenshots(page, testInfo, "example", expectFits);
});

test("the wheel scrolls the page around it, and with Ctrl zooms", async ({ page, context, baseURL }) => {
  const frame = await openExample(page, context, baseURL);
  await page.setViewportSize({ width: 1440, height: 500 });
  const drawn = frame.locator(".diagram > g");
  const before = await drawn.getAttribute("transform");
  await frame.locator(".node").first().hover();
  const at = await page.evaluate(() => scrollY);
  await page.mouse.wheel(0, 100);
  await page.waitForFunction((at) => scrollY > at, at);
  expect(await drawn.getAttribute("transform")).toBe(before);
  await frame.locator(".node").first().hover();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  await expect(drawn).not.toHaveAttribute("transform", before);
});

test("a page is told heights alone, and the example listens to its frame alone", async ({ page, context, baseURL }) => {
  await page.addInitScript(() => {
    if (window !== top) return;
    window.told = [];
    addEventListener("message", ({ data }) => window.told.push(data));
  });
  await openExample(page, context, baseURL);
  await page.waitForFunction(() => window.told.length > 0);
  const told = await page.evaluate(() => window.told);
  for (const message of told) {
    expect(message).toEqual({ type: "netpol-playground:height", height: expect.any(Number) });
    expect(message.height).toBeGreaterThanOrEqual(320);
  }
  const height = () => page.locator("iframe").first().evaluate((frame) => frame.style.height);
  const before = await height();
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const other = document.createElement("iframe");
        other.srcdoc = "<script>parent.postMessage({ type: 'netpol-playground:height', height: 7 }, '*')</script>";
        addEventListener("message", ({ data }) => data.height === 7 && resolve());
        document.body.append(other);
      }),
  );
  expect(await height()).toBe(before);
});

test("the share dialog gives a badge and a frame, and they work", async ({ page, context, baseURL }, testInfo) => {
  await open(page);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: "Share this scenario" });
  const link = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
  const copied = async (label, said) => {
    await dialog.locator("label").filter({ hasText: label }).getByRole("button", { name: "Copy" }).click();
    await expect(dialog.getByRole("status")).toContainText(said);
    return page.evaluate(() => navigator.clipboard.readText());
  };
  await screenshots(page, testInfo, "share", () => expect(dialog).toBeVisible());

  const badge = await copied("Markdown badge", "Badge copied.");
  const [, image, target] = /^\[!\[[\w ]+\]\(([^()]+)\)\]\(([^()]+)\)$/.exec(badge);
  expect(target).toBe(link);
  expect(image).toBe(`${baseURL}badge.svg`);
  const drawn = await page.evaluate(async (src) => {
    const picture = Object.assign(new Image(), { src });
    await picture.decode();
    return [picture.naturalWidth, picture.naturalHeight];
  }, image);
  expect(drawn).toEqual([190, 20]);

  const html = await copied("HTML to embed it", "HTML copied.");
  const before = await picture(page);
  const outer = await context.newPage();
  await serve(context, baseURL, `<!doctype html><title>Outer</title>${html}`);
  await outer.goto("./outer.html");
  const inner = outer.frameLocator("iframe");
  await expect(inner.locator("#stage [data-verdict]").first()).toBeVisible();
  expect(await picture(inner)).toEqual(before);
  await expect(inner.getByRole("button", { name: "Share" })).toHaveCount(0);
  await expect(stage(inner)).toBeVisible();
});
