// The diagram moves and zooms as the pointer does, whatever the shape of the stage.

import { open, stage } from "./app.mjs";
import { expect, test } from "./fixtures.mjs";

const node = (page) => stage(page).locator('.node[data-end="backend-tier/backend"] > rect');

async function middle(locator) {
  const { x, y, width, height } = await locator.boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 1440, height: 480 },
  { width: 390, height: 844 },
]) {
  const size = `${viewport.width} by ${viewport.height}`;

  test(`what is dragged stays under the pointer, at ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await open(page);
    const shown = node(page);
    const before = await middle(shown);
    const { x, y } = await stage(page).locator(".canvas").boundingBox();
    await page.mouse.move(x + 8, y + 40);
    await page.mouse.down();
    await page.mouse.move(x + 48, y + 70, { steps: 4 });
    const expected = { x: before.x + 40, y: before.y + 30 };
    const isThere = async () => {
      const now = await middle(shown);
      return Math.hypot(now.x - expected.x, now.y - expected.y) < 1;
    };
    expect(await isThere(), "while it is dragged").toBe(true);
    await page.mouse.up();
    await expect.poll(isThere, "and when it is let go").toBe(true);
    // The click that ends it selects nothing.
    await expect(stage(page).locator(".selected")).toHaveCount(0);
  });

  test(`the wheel zooms about the pointer, at ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await open(page);
    const shown = node(page);
    const before = await middle(shown);
    const { width } = await shown.boundingBox();
    await page.mouse.move(before.x, before.y);
    await page.mouse.wheel(0, -200);
    await expect.poll(async () => (await shown.boundingBox()).width / width).toBeGreaterThan(1.2);
    const after = await middle(shown);
    expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThan(2);
  });
}

test("the legend tells lines, marks and keys, and closes by Escape", async ({ page }) => {
  await open(page);
  const button = stage(page).getByRole("button", { name: "Legend" });
  await button.click();
  const legend = stage(page).locator(".legend");
  await expect(legend.getByRole("heading")).toHaveText(["Arrows", "Workloads", "Keys"]);
  await expect(legend).toContainText("Some of it passes");
  await expect(legend.locator("svg")).toHaveCount(5);
  await page.keyboard.press("Escape");
  await expect(legend).toHaveCount(0);
  await expect(button).toBeFocused();
});
