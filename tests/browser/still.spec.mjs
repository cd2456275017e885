// What stands in the page as it is built, before any code has run.

import { open, stage } from "./app.mjs";
import { expect, SIZES, test } from "./fixtures.mjs";

/** Where the diagram's texts are, and what they say. */
const texts = (page) =>
  page.locator("svg.diagram text").evaluateAll((texts) =>
    texts.map((text) => {
      const { x, y } = text.getBoundingClientRect();
      return [text.textContent, Math.round(x), Math.round(y)];
    }),
  );

/** Keeps the page's code back until what this gives is called. */
async function holdCode(page) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(/\.wasm$/, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`without scripts there is the first lesson's picture, where it will be drawn, ${size}`, async ({ browser, baseURL, page }) => {
    const plain = await browser.newContext({ javaScriptEnabled: false, viewport, baseURL });
    const before = await plain.newPage();
    await before.goto("./");
    await expect(before.getByRole("img", { name: "Who reaches whom in three tiers" })).toBeVisible();

    await page.setViewportSize(viewport);
    await open(page);
    await expect(stage(page).locator(".node")).toHaveCount(6);
    const heading = async (page) => (await page.getByText("frontend-tier", { exact: true }).first().boundingBox()).x;
    expect(await heading(before)).toBeCloseTo(await heading(page), 0);
    const names = async (page) => (await texts(page)).map(([text]) => text);
    expect(await names(before)).toEqual(await names(page));
    await plain.close();
  });
}

test("the picture gives its place to what the page draws, which is in the same one", async ({ page }) => {
  const release = await holdCode(page);
  await page.goto("./", { waitUntil: "commit" });
  const still = page.locator(".still svg.diagram");
  await expect(still).toBeVisible();
  const before = await texts(page);
  expect(before.length).toBeGreaterThan(10);
  release();
  await expect(still).toHaveCount(0);
  await expect(stage(page).locator(".node")).toHaveCount(6);
  expect(await texts(page)).toEqual(before);
});

test("no other work begins with that picture", async ({ page }) => {
  const release = await holdCode(page);
  await page.goto("./#nothing-that-can-be-read", { waitUntil: "commit" });
  const still = page.locator(".still svg.diagram");
  await expect(still).toBeAttached();
  await expect(still).toBeHidden();
  release();
  await expect(page.getByRole("alert")).toContainText("link");
});
