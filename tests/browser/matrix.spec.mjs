// The matrix: all pairs as a table that stays quick and readable however large it is.

import { readFile } from "node:fs/promises";

import { detailsPanel, dropFile, open, stage, startEmpty, startLesson } from "./app.mjs";
import { cluster } from "./clusters.mjs";
import { expect, expectAccessible, screenshots, test } from "./fixtures.mjs";

const CLOSED = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: team-1}
spec: {podSelector: {}}
`;

const grid = (page) => page.getByRole("grid");
const cell = (page, label) => grid(page).getByRole("gridcell", { name: label, exact: true });
const button = (page, name) => stage(page).getByRole("button", { name, exact: true });

async function openMatrix(page, namespaces, each) {
  await open(page);
  await startEmpty(page);
  await dropFile(page, "cluster.yaml", cluster(namespaces, each));
  await button(page, "Matrix").click();
  await expect(grid(page)).toBeVisible();
}

test("a small cluster is a table of its workloads, and a click explains", async ({ page }) => {
  await openMatrix(page, 2, 2);
  await expect(grid(page)).toHaveAttribute("aria-rowcount", "8");
  await cell(page, "team-0/app-0 to team-1/bpp-1: TCP 8080 allowed").click();
  await expect(detailsPanel(page, "Why").getByRole("heading", { name: "app-0 → bpp-1" })).toBeVisible();
  await expect(cell(page, "team-0/app-0 to team-1/bpp-1: TCP 8080 allowed")).toHaveAttribute("aria-selected", "true");
});

test("what the last edit turned is marked, and the filters leave out cells", async ({ page }) => {
  await openMatrix(page, 2, 2);
  await dropFile(page, "policies.yaml", CLOSED);
  const blocked = cell(page, "team-0/app-0 to team-1/app-0: TCP 8080 blocked");
  await expect(blocked).toHaveAttribute("data-verdict", "blocked");
  await expect(blocked).toHaveClass(/changed/);
  await stage(page).getByRole("button", { name: /^Changed/ }).click();
  await expect(cell(page, "team-1/app-0 to team-0/app-0: TCP 8080 allowed, not shown")).toBeAttached();
  await stage(page).getByRole("button", { name: /^Changed/ }).click();
  await stage(page).getByRole("button", { name: /^Blocked/ }).click();
  await expect(cell(page, "team-0/app-0 to team-1/app-0: TCP 8080 blocked, not shown")).toBeAttached();
  await expect(grid(page).locator("[data-verdict=blocked]")).toHaveCount(0);
});

test("keys go from cell to cell, Enter explains and folds", async ({ page }) => {
  await openMatrix(page, 2, 2);
  await grid(page).focus();
  const active = () =>
    grid(page).evaluate((grid) => document.getElementById(grid.getAttribute("aria-activedescendant"))?.ariaLabel);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect.poll(active).toMatch(/^team-0\/bpp-1 to /);
  const label = await active();
  await page.keyboard.press("Enter");
  await expect(detailsPanel(page, "Why").locator(".verdict")).toBeVisible();
  await expect(grid(page).locator("[aria-selected=true]")).toHaveAttribute("aria-label", label);
  // The first row is the heading of its group.
  await grid(page).focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Enter");
  await expect(grid(page)).toHaveAttribute("aria-rowcount", "6");
  await page.keyboard.press("Enter");
  await expect(grid(page)).toHaveAttribute("aria-rowcount", "8");
});

test("groups fold into counts, by namespace or by a label", async ({ page }) => {
  await openMatrix(page, 2, 4);
  await grid(page).getByRole("button", { name: "Fold team-0" }).first().click();
  await expect(grid(page).getByRole("gridcell", { name: "team-0 to team-0: 12 of 12 arrows pass" })).toBeVisible();
  await button(page, "Fold all").click();
  await expect(grid(page).getByRole("gridcell", { name: "team-1 to team-0: 16 of 16 arrows pass" })).toBeVisible();
  await page.getByLabel("Group by").selectOption("Label tier");
  await expect(grid(page).getByRole("rowheader", { name: "front", exact: true })).toHaveCount(0);
  await expect(grid(page).getByRole("button", { name: "Fold front" }).first()).toBeVisible();
});

test("what is exported is the table as it is shown", async ({ page }) => {
  await openMatrix(page, 2, 2);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await button(page, "Export").click();
  const download = page.waitForEvent("download");
  await stage(page).getByRole("button", { name: "Download matrix.csv" }).click();
  const csv = await readFile(await (await download).path(), "utf8");
  expect(csv.split("\r\n")[1]).toMatch(/^team-0\/app-0,/);
  expect(csv).toContain("allowed 8080");
  await button(page, "Export").click();
  await stage(page).getByRole("button", { name: "Copy as Markdown" }).click();
  await expect(stage(page).getByText("Copied")).toBeVisible();
  const markdown = await page.evaluate(() => navigator.clipboard.readText());
  expect(markdown).toMatch(/^\| from \/ to \|/);
  expect(markdown.split("\n")[1]).toMatch(/^\|---\|/);
});

test("of two thousand by two thousand only what is in view is in the document", async ({ page }) => {
  test.setTimeout(90_000);
  await openMatrix(page, 40, 50);
  await expect(grid(page).getByRole("gridcell", { name: "team-0 to team-1: 2500 of 2500 arrows pass" })).toBeVisible();
  await button(page, "Unfold all").click();
  await expect(grid(page)).toHaveAttribute("aria-rowcount", String(2000 + 40 + 2));
  const drawn = () => grid(page).getByRole("gridcell").count();
  await expect.poll(drawn).toBeGreaterThan(100);
  expect(await drawn()).toBeLessThan(2000);
  await grid(page).evaluate((grid) => grid.scrollTo(1e7, 1e7));
  await expect(grid(page).getByRole("rowheader", { name: "bpp-49" })).toBeVisible();
  await expect.poll(drawn).toBeLessThan(2000);
  // Keys bring back what they go to.
  await grid(page).focus();
  await page.keyboard.press("Control+Home");
  await expect(grid(page).getByRole("button", { name: "Fold team-0" }).first()).toBeVisible();
});

test("the matrix can be used by everyone, in both sizes and themes", async ({ page }, testInfo) => {
  await openMatrix(page, 6, 8);
  await dropFile(page, "policies.yaml", CLOSED);
  await expect(grid(page).locator("[data-verdict=blocked]").first()).toBeAttached();
  await expectAccessible(page, "#stage");
  await screenshots(page, testInfo, "matrix");
});

test("the three tiers as a matrix", async ({ page }, testInfo) => {
  await open(page);
  await startLesson(page, "Three tiers");
  await button(page, "Matrix").click();
  await expect(grid(page).locator("[data-verdict]").first()).toBeVisible();
  await expectAccessible(page, "#stage");
  await screenshots(page, testInfo, "three-tiers");
});
