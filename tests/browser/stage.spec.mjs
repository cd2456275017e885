// The diagram moves and zooms as the pointer does, whatever the shape of the stage.

import { open, stage, startLesson } from "./app.mjs";
import { expect, expectAccessible, test } from "./fixtures.mjs";

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

test("two fingers zoom and move, and what is between them stays there", async ({ freshPage }) => {
  const page = await freshPage({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await open(page);
  const shown = node(page);
  const before = await middle(shown);
  const { width } = await shown.boundingBox();
  const touches = await page.context().newCDPSession(page);
  const touch = (type, ...points) =>
    touches.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const around = (apart, right = 0) => [
    [before.x - apart + right, before.y],
    [before.x + apart + right, before.y],
  ];
  await touch("touchStart", around(20)[0]);
  await touch("touchStart", ...around(20));
  for (const apart of [25, 32, 40]) await touch("touchMove", ...around(apart, apart - 20));
  await touch("touchEnd");
  await expect.poll(async () => (await shown.boundingBox()).width / width).toBeGreaterThan(1.8);
  const after = await middle(shown);
  expect(Math.hypot(after.x - before.x - 20, after.y - before.y)).toBeLessThan(3);
  await expect(stage(page).locator(".selected")).toHaveCount(0);
});

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

test("namespaces are left out of the diagram and of the matrix, and come back", async ({ page }) => {
  await open(page);
  const bar = stage(page).getByRole("toolbar", { name: "Stage" });
  const boxes = () => stage(page).locator(".namespace > .box").evaluateAll((boxes) => boxes.map((box) => box.dataset.end).sort());
  const all = ["backend-tier", "database-tier", "frontend-tier", "kube-system", "other"];
  expect(await boxes()).toEqual(all);
  await bar.getByRole("button", { name: "Namespaces" }).click();
  const item = (name) => bar.getByRole("menuitemcheckbox", { name });
  await expect(item("kube-system")).toContainText("system");
  await item("kube-system").click();
  await item("other").click();
  await expect(item("other")).toHaveAttribute("aria-checked", "false");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(bar.getByRole("button", { name: "Namespaces: 3 of 5" })).toBeVisible();
  expect(await boxes()).toEqual(["backend-tier", "database-tier", "frontend-tier"]);
  await expect(stage(page).locator('[data-from^="other/"], [data-to^="other/"], [data-to^="kube-system/"]')).toHaveCount(0);
  await bar.getByRole("button", { name: "Matrix" }).click();
  await expect(stage(page).getByRole("grid")).toContainText("frontend-tier");
  await expect(stage(page).getByRole("grid")).not.toContainText("kube-system");

  // Another work shows all of its own.
  await startLesson(page, "Three tiers");
  await expect(bar.getByRole("button", { name: "Namespaces: 5 of 5" })).toBeVisible();
  expect(await boxes()).toEqual(all);
});
