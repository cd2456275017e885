// Workloads put elsewhere within their namespace: dragged, by keys and by buttons; kept, shared and put back.

import { details, detailsPanel, dropFile, open, stage, startEmpty } from "./app.mjs";
import { SIZES, expect, expectAccessible, screenshots, test } from "./fixtures.mjs";

const pod = (name) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}\n---\n`;

const node = (page, name) => stage(page).locator(`.node[data-end="shop/${name}"]`);

const box = (page, name) => node(page, name).locator("rect").boundingBox();

/** The workloads of the namespace from the top down, those beside one another from the left. */
async function rows(page) {
  const places = await stage(page)
    .locator('.node[data-end^="shop/"]')
    .evaluateAll((nodes) =>
      nodes.map((node) => {
        const { x, y } = node.querySelector("rect").getBoundingClientRect();
        return { name: node.dataset.end.replace("shop/", ""), x: Math.round(x), y: Math.round(y) };
      }),
    );
  const tops = [...new Set(places.map(({ y }) => y))].sort((one, other) => one - other);
  const row = (top) => places.filter(({ y }) => y === top).sort((one, other) => one.x - other.x);
  return tops.map((top) => row(top).map(({ name }) => name).join(" "));
}

async function begin(page) {
  await open(page);
  await startEmpty(page);
  await dropFile(page, "cluster.yaml", ["api", "cache", "db"].map(pod).join(""));
  await expect(node(page, "db")).toBeVisible();
  expect(await rows(page)).toEqual(["api", "cache", "db"]);
}

/** Drags a node to a point that is given from another one's frame, and holds it there until `then` is through. */
async function drag(page, name, to, then = async () => {}) {
  const from = await box(page, name);
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await then();
  await page.mouse.up();
}

test("a workload that is dragged to a free place of its namespace stays there", async ({ page }, testInfo) => {
  await begin(page);
  const [api, cache, db] = await Promise.all(["api", "cache", "db"].map((name) => box(page, name)));
  const gap = { x: cache.x + cache.width / 2, y: (cache.y + cache.height + db.y) / 2 };
  await drag(page, "api", gap, async () => {
    // It is shown where it will stand, and no line says that something is allowed.
    const ghost = await stage(page).locator(".ghost").boundingBox();
    expect(Math.abs(ghost.y - cache.y)).toBeLessThan(3);
    await expect(stage(page).locator(".wire")).toHaveAttribute("d", "");
    await testInfo.attach("moving.png", { body: await page.screenshot(), contentType: "image/png" });
  });
  await expect.poll(() => rows(page)).toEqual(["cache", "api", "db"]);
  await expect(stage(page).locator(".selected")).toHaveCount(0);

  // Beside the others a column of its own.
  const last = await box(page, "db");
  await drag(page, "db", { x: last.x + last.width + 12, y: api.y + 10 });
  await expect.poll(() => rows(page)).toEqual(["cache db", "api"]);
  // An edit of the policies moves nothing, and a pod that is added none of the others.
  await dropFile(page, "more.yaml", pod("queue"));
  await expect(node(page, "queue")).toBeVisible();
  expect(await rows(page)).toEqual(["cache db", "api", "queue"]);
  // Outside of its namespace there is no place for it.
  const away = await box(page, "api");
  await drag(page, "api", { x: away.x - 80, y: away.y + away.height + 160 });
  expect(await rows(page)).toEqual(["cache db", "api", "queue"]);
});

test("the keyboard moves a workload and keeps it in focus", async ({ page }) => {
  await begin(page);
  await node(page, "api").focus();
  await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(() => rows(page)).toEqual(["cache", "api", "db"]);
  await expect(node(page, "api")).toBeFocused();
  await page.keyboard.press("Alt+ArrowRight");
  await expect.poll(() => rows(page)).toEqual(["cache", "db api"]);
  await expect(node(page, "api")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  expect(await rows(page)).toEqual(["cache", "db api"]);
});

test("what was moved outlives a reload, travels in the link, and can be put back", async ({ page, browser }, testInfo) => {
  await begin(page);
  await node(page, "api").click();
  const why = detailsPanel(page, "Why");
  await why.getByRole("button", { name: "Move it down" }).click();
  await why.getByRole("button", { name: "Move it down" }).click();
  await expect.poll(() => rows(page)).toEqual(["cache", "db", "api"]);
  await expect(why.getByRole("button", { name: "Move it down" })).toBeDisabled();
  await screenshots(page, testInfo, "moved");
  await page.setViewportSize(SIZES.wide);
  await expectAccessible(page);

  await page.getByRole("banner").getByRole("button", { name: "Share" }).click();
  const link = await page.getByRole("dialog").getByRole("textbox", { name: /link/i }).inputValue();
  const elsewhere = await (await browser.newContext()).newPage();
  await open(elsewhere, link);
  await expect.poll(() => rows(elsewhere)).toEqual(["cache", "db", "api"]);
  await elsewhere.context().close();
  await page.keyboard.press("Escape");

  await page.reload();
  await expect.poll(() => rows(page)).toEqual(["cache", "db", "api"]);
  await node(page, "api").click();
  await (await details(page, "Why")).getByRole("button", { name: "Put it back" }).click();
  await expect.poll(() => rows(page)).toEqual(["api", "cache", "db"]);
  await expect(detailsPanel(page, "Why").getByRole("button", { name: "Put it back" })).toHaveCount(0);
});
