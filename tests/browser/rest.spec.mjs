// The page's code comes in two parts. The picture needs the first alone; what is asked for before the rest has
// come is there all the same.

import { started } from "./app.mjs";
import { expect, ready, test } from "./fixtures.mjs";

const REST = /-rest-[0-9a-f]+\.wasm$/;

/** Holds back the page's own fetch of the rest until it is let through; counts those that could not wait. */
async function holdRest(page) {
  const held = { urgent: 0 };
  held.comes = new Promise((resolve) => (held.release = resolve));
  await page.route(REST, async (route) => {
    if (route.request().resourceType() === "fetch") await held.comes;
    else held.urgent += 1;
    await route.continue();
  });
  return held;
}

test("the picture does not wait for the rest of the code", async ({ page }) => {
  const held = await holdRest(page);
  // The page counts as loaded only when all has come that it fetches.
  await page.goto("./", { waitUntil: "commit" });
  await started(page);
  await expect(page.locator("#stage [data-verdict]").first()).toBeAttached();
  // Nothing of the start is in the rest.
  expect(held.urgent).toBe(0);
  held.release();
});

test("what is asked for before the rest has come fetches it at once", async ({ page }) => {
  const held = await holdRest(page);
  // The page counts as loaded only when all has come that it fetches.
  await page.goto("./", { waitUntil: "commit" });
  await started(page);
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(held.urgent).toBe(1);
  held.release();
});

test("a rest that cannot be fetched is told, and the picture stays", async ({ page, console }) => {
  console.expect(/request failed: .*-rest-/);
  console.expect(/Failed to load resource/);
  await page.route(REST, (route) => route.abort("connectionfailed"));
  await page.goto("./");
  await ready(page);
  await expect(page.getByRole("alert")).toContainText("Part of this page could not be fetched");
  await expect(page.locator("#stage [data-verdict]").first()).toBeAttached();
});
