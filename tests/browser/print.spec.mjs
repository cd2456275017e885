// On paper: the picture or the table, and the reason for what is selected; in light colours, without what one would press.

import { clickArrow, detailsPanel, open, stage } from "./app.mjs";
import { expect, test } from "./fixtures.mjs";

const [FRONTEND, DATABASE] = ["frontend-tier/frontend", "database-tier/database"];

/** Nothing of this is on paper. */
async function expectNoControls(page) {
  for (const role of ["banner", "contentinfo", "toolbar", "tablist", "tab", "textbox", "navigation"]) {
    await expect(page.getByRole(role)).toHaveCount(0);
  }
}

test.describe("dark on the screen", () => {
  test.use({ colorScheme: "dark" });

  test("the diagram as wide as the page, then why, on white", async ({ page }, testInfo) => {
    await open(page);
    await clickArrow(page, FRONTEND, DATABASE);
    // What is zoomed in is printed as a whole.
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.pdf({ path: testInfo.outputPath("diagram.pdf"), format: "A4", printBackground: true });
    await page.setViewportSize({ width: 718, height: 1000 });
    await page.emulateMedia({ media: "print" });
    await expectNoControls(page);
    const diagram = page.locator(".diagram");
    const { x, y, width, height } = await diagram.boundingBox();
    expect(width).toBeGreaterThan(650);
    expect(x + width).toBeLessThanOrEqual(718);
    const inside = await page.locator(".diagram .node").evaluateAll((nodes) =>
      nodes.map((node) => node.getBoundingClientRect()).map(({ left, top, right, bottom }) => ({ left, top, right, bottom })),
    );
    expect(inside.length).toBeGreaterThan(2);
    for (const { left, top, right, bottom } of inside) {
      expect(left).toBeGreaterThanOrEqual(x);
      expect(right).toBeLessThanOrEqual(x + width);
      expect(top).toBeGreaterThanOrEqual(y);
      expect(bottom).toBeLessThanOrEqual(y + height);
    }
    const why = detailsPanel(page, "Why");
    await expect(why.getByRole("heading", { name: "frontend → database" })).toBeVisible();
    expect((await why.boundingBox()).y).toBeGreaterThanOrEqual(y + height);
    const ink = await page.locator(".node .title").first().evaluate((text) => getComputedStyle(text).fill);
    expect(ink).toBe("rgb(28, 36, 48)");
    await page.screenshot({ path: testInfo.outputPath("diagram.png"), fullPage: true });
  });
});

test("a lesson's text and the files stay on the screen", async ({ page }) => {
  await open(page);
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".diagram")).toBeVisible();
  await expect(page.getByRole("tabpanel")).toHaveCount(0);
});

test("the matrix is printed with all of its cells", async ({ page }, testInfo) => {
  await page.setViewportSize({ width: 700, height: 300 });
  await open(page);
  await stage(page).getByRole("button", { name: "Matrix" }).click();
  const cells = page.locator(".cell");
  await expect(cells.first()).toBeVisible();
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await expectNoControls(page);
  const rows = page.locator(".matrix tbody tr");
  const count = Number(await page.getByRole("grid").getAttribute("aria-rowcount")) - 2;
  await expect(rows).toHaveCount(count);
  for (const row of await rows.all()) await expect(row).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath("matrix.png"), fullPage: true });
  await page.pdf({ path: testInfo.outputPath("matrix.pdf"), format: "A4", printBackground: true });
});
