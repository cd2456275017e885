// Ctrl K: everything that can be gone to or done, and what can be taken along.

import { readFile } from "node:fs/promises";

import { arrow, detailsPanel, editor, open, showFile, stage } from "./app.mjs";
import { expect, expectAccessible, screenshots, test } from "./fixtures.mjs";

const palette = (page) => page.getByRole("dialog", { name: "Go to or do" });

async function ask(page, words) {
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeVisible();
  await page.keyboard.type(words);
}

/** Chooses what is found first, and gives what the browser saves then. */
async function saved(page, words) {
  await ask(page, words);
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test("a few letters lead to a workload, a namespace, a file and a view", async ({ page }, testInfo) => {
  await open(page);
  await ask(page, "datab");
  const options = palette(page).getByRole("option");
  await expect(options.first()).toHaveText("database-tier/databaseworkload");
  await expect(options.first()).toHaveAttribute("aria-selected", "true");
  await expectAccessible(page);
  await screenshots(page, testInfo, "palette");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.keyboard.press("Enter");
  await expect(palette(page)).toHaveCount(0);
  await expect(detailsPanel(page, "Why").getByRole("heading", { level: 2 })).toHaveText("database");

  await ask(page, "kube-system name");
  await page.keyboard.press("Enter");
  await expect(detailsPanel(page, "Why").getByRole("heading", { level: 2 })).toHaveText("kube-system");

  await ask(page, "file");
  await page.keyboard.press("ArrowDown");
  await expect(options.nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(options.last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toHaveCount(0);

  await ask(page, "policies");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Editor: policies.yaml" })).toBeVisible();

  await ask(page, "matrix");
  await page.keyboard.press("Enter");
  await expect(stage(page).getByRole("grid")).toBeVisible();
});

test("it opens over the editor and from the menu, closes by the same keys, and says where nothing is found", async ({ page }) => {
  await open(page);
  await showFile(page, "policies.yaml");
  await editor(page).focus();
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toHaveCount(0);
  const header = page.getByRole("banner");
  await header.getByRole("button", { name: "More" }).click();
  await header.getByRole("button", { name: /^Go to or do/ }).click();
  await page.keyboard.type("no such thing");
  await expect(palette(page).getByRole("status")).toHaveText("There is nothing of this name.");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeVisible();
});

test("the diagram and the files can be taken along", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page);
  const svg = await saved(page, "svg");
  expect(svg.name).toBe("netpol.svg");
  const text = svg.bytes.toString();
  expect(text).toContain("frontend-tier/frontend");
  // As dark as the page, and without anything from elsewhere.
  expect(text).toContain('fill="#0f141b"');
  expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|<style|style=/);

  const png = await saved(page, "png");
  expect(png.name).toBe("netpol.png");
  expect(png.bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  // Twice as sharp as the picture's own size.
  const [, width, height] = /viewBox="\S+ \S+ (\S+) (\S+)"/.exec(text);
  const size = [png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)];
  expect(size).toEqual([Math.round(2 * width), Math.round(2 * height)]);
  // Something is drawn: the ground is not all there is.
  expect(png.bytes.length).toBeGreaterThan(10_000);

  const zip = await saved(page, "zip");
  expect(zip.name).toBe("netpol.zip");
  for (const name of ["cluster.yaml", "policies.yaml"]) expect(zip.bytes.includes(name)).toBe(true);
  expect(zip.bytes.includes("name: frontend")).toBe(true);
  await expect(arrow(page, "frontend-tier/frontend", "database-tier/database")).toBeAttached();
});
