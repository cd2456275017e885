// The page's code comes in two parts. The picture needs the first alone; what is asked for before the rest has
// come is there all the same.

import { editor, started } from "./app.mjs";
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

test("typing goes on while the rest is on its way, and what is typed outlives the page", async ({ page }) => {
  const held = await holdRest(page);
  await page.goto("./", { waitUntil: "commit" });
  await started(page);
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# mine\n");
  // Long enough for a pause in typing to be noticed: there is no draft yet that it could be written to.
  await expect(page.getByText("edited")).toBeAttached();
  await page.waitForFunction(() => performance.getEntriesByName("netpol:edit").length > 0);
  expect(held.urgent).toBe(0);
  await page.reload({ waitUntil: "commit" });
  held.release();
  await started(page);
  await expect(editor(page)).toContainText("# mine");
});

test("a rest that comes late is told until it comes", async ({ page, console }) => {
  console.expect(/request failed: .*-rest-/);
  console.expect(/Failed to load resource/);
  let fails = true;
  await page.route(REST, (route) => (fails ? route.abort("connectionfailed") : route.continue()));
  await page.goto("./");
  await ready(page);
  await expect(page.getByRole("alert")).toContainText("could not be fetched yet");
  await expect(page.locator("#stage [data-verdict]").first()).toBeAttached();
  fails = false;
  await expect(page.getByRole("alert")).not.toContainText("could not be fetched yet", { timeout: 15_000 });
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
});

test("where the page cannot go on without the rest it says so and keeps the work", async ({ page, console }) => {
  console.expect(/request failed: .*-rest-/);
  console.expect(/Failed to load resource/);
  console.expect(/uncaught: .*could not be fetched/);
  let fails = true;
  await page.route(REST, (route) => (fails ? route.abort("connectionfailed") : route.continue()));
  await page.goto("./");
  await started(page);
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# mine\n");
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.locator(".lost")).toContainText("Your text is kept");
  fails = false;
  await page.getByRole("button", { name: "Reload" }).click();
  await started(page);
  await expect(editor(page)).toContainText("# mine");
});
