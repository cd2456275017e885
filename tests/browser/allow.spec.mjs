// From the drawing to the policy: dragged, by a link in Why, and with the keyboard alone.

import { arrow, changed, clickArrow, copyAll, details, detailsPanel, expectArrow, open, picture, showFile, stage, startEmpty, startLesson, dropFile } from "./app.mjs";
import { SIZES, expect, expectAccessible, screenshots, test } from "./fixtures.mjs";
import { walkthrough } from "./lessons.mjs";

const [FRONTEND, BACKEND, DATABASE, ATTACKER] = [
  "frontend-tier/frontend",
  "backend-tier/backend",
  "database-tier/database",
  "other/attacker",
];

const node = (page, end) => stage(page).locator(`.node[data-end="${end}"]`);

const openings = (page) => detailsPanel(page, "Why").getByRole("heading", { name: "What would open it" }).locator("..");

async function toLastStep(page) {
  await startLesson(page, "Three tiers");
  await (await details(page, "Lesson")).getByRole("button", { name: /^9/ }).click();
  await expectArrow(page, FRONTEND, DATABASE, "blocked");
}

async function drag(page, from, to) {
  const middle = async (end) => {
    const { x, y, width, height } = await node(page, end).locator("rect").boundingBox();
    return [x + width / 2, y + height / 2];
  };
  await page.mouse.move(...(await middle(from)));
  await page.mouse.down();
  await page.mouse.move(...(await middle(to)), { steps: 6 });
  await page.mouse.up();
}

/** What differs between two pictures. */
const difference = (before, after) =>
  Object.keys({ ...before, ...after }).filter((line) => before[line] !== after[line]);

test("what is dragged from one workload to another is allowed, and only that", async ({ page }, testInfo) => {
  await open(page);
  await toLastStep(page);
  const before = await picture(page);
  const text = await copyAll(page);
  await drag(page, FRONTEND, DATABASE);
  await expect(arrow(page, FRONTEND, DATABASE)).toHaveClass(/selected/);
  const best = openings(page).getByRole("listitem").first();
  await expect(best).toContainText("Nothing else opens or closes.");
  await best.getByText("Show the change").click();
  await expect(best.locator(".diff").first()).toContainText("kubernetes.io/metadata.name: frontend-tier");
  await expectAccessible(page);
  await screenshots(page, testInfo, "allow");
  await page.setViewportSize(SIZES.wide);

  await best.getByRole("button", { name: "Allow this" }).click();
  await expectArrow(page, FRONTEND, DATABASE, "allowed");
  await expect(changed(page)).toHaveText("1 opened: frontend → database");
  expect(difference(before, await picture(page))).toEqual([`${FRONTEND}>${DATABASE}`]);
  // There is nothing left to open.
  await expect(openings(page)).toHaveCount(0);

  // One step of undo takes all of it back.
  await page.getByRole("textbox", { name: /^Editor: / }).focus();
  await page.keyboard.press("Control+z");
  await expectArrow(page, FRONTEND, DATABASE, "blocked");
  expect(await copyAll(page)).toBe(text);
});

test("a drag that ends nowhere, or where it began, does nothing", async ({ page }) => {
  await open(page);
  const before = await node(page, FRONTEND).boundingBox();
  for (const [right, down] of [
    [-90, 0],
    [20, 6],
  ]) {
    await page.mouse.move(before.x + before.width / 2, before.y + before.height / 2);
    await page.mouse.down();
    await page.mouse.move(before.x + before.width / 2 + right, before.y + before.height / 2 + down, { steps: 4 });
    await page.mouse.up();
    await expect(stage(page).locator(".selected")).toHaveCount(0);
    await expect(stage(page).locator(".wire")).toHaveAttribute("d", "");
  }
  expect(await node(page, FRONTEND).boundingBox()).toEqual(before);
});

test("a red arrow is opened from Why, in the policy that is nearest to it", async ({ page }) => {
  await open(page);
  await toLastStep(page);
  await clickArrow(page, ATTACKER, BACKEND);
  const first = openings(page).getByRole("listitem").first();
  await expect(first).toContainText("Add an ingress rule to allow-from-frontend");
  await expect(openings(page).getByRole("button", { name: "Insert instead" })).not.toHaveCount(0);
  await first.getByRole("button", { name: "Allow this" }).click();
  await expectArrow(page, ATTACKER, BACKEND, "allowed");
});

test("the three tiers and one that is allowed, with the keyboard alone", async ({ page }) => {
  const lesson = walkthrough("3-three-tier");
  await open(page);
  /** Goes on by the tab key until an element has the focus. */
  const tabTo = async (wanted, key = "Tab") => {
    for (let presses = 0; presses < 150; presses += 1) {
      if (await wanted.evaluate((element) => element === document.activeElement).catch(() => false)) return;
      // The tab key is the editor's own, until it is left.
      const inEditor = await page.evaluate(() => Boolean(document.activeElement.shadowRoot));
      if (inEditor) await page.keyboard.press("Escape");
      await page.keyboard.press(key);
    }
    throw new Error(`150 presses of ${key} do not lead to ${wanted}`);
  };
  await tabTo(page.getByRole("banner").getByRole("button", { name: "Examples" }));
  await page.keyboard.press("Enter");
  await tabTo(page.getByRole("banner").getByRole("button", { name: /^Three tiers/ }));
  await page.keyboard.press("Enter");
  const panel = detailsPanel(page, "Lesson");
  for (const [index, { expect: rows }] of lesson.steps.entries()) {
    await expect(panel.getByRole("heading", { name: new RegExp(`^Step ${index + 1} of`) })).toBeVisible();
    await expect(panel.getByText(`${rows.length} of ${rows.length}`, { exact: true })).toBeVisible();
    if (index + 1 < lesson.steps.length) {
      await tabTo(panel.getByRole("button", { name: "Next step" }));
      await page.keyboard.press("Enter");
    }
  }

  await tabTo(node(page, FRONTEND), "Shift+Tab");
  await page.keyboard.press("a");
  await expect(stage(page).getByRole("status")).toContainText("Choose whom frontend may reach");
  await page.keyboard.press("Escape");
  await expect(stage(page).getByRole("status")).not.toContainText("Choose");
  await page.keyboard.press("a");
  await tabTo(node(page, DATABASE));
  await page.keyboard.press("Enter");
  await expect(detailsPanel(page, "Why").getByRole("heading", { name: "frontend → database" })).toBeVisible();
  const allow = openings(page).getByRole("button", { name: "Allow this" });
  await expect(allow).toBeVisible();
  await tabTo(allow);
  await page.keyboard.press("Enter");
  await expectArrow(page, FRONTEND, DATABASE, "allowed");
});

test("what nothing in the files says is asked for", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await dropFile(
    page,
    "pods.yaml",
    ["one", "other"].map((name) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {containers: [{name: c, image: i}]}\n---\n`).join("") +
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}}\n",
  );
  await node(page, "default/one").focus();
  await page.keyboard.press("Enter");
  await detailsPanel(page, "Why").getByRole("button", { name: "Allow traffic to…" }).click();
  await node(page, "default/other").locator("rect").click();
  await expect(openings(page)).toContainText("Choose a port above the diagram");
  await stage(page).getByRole("button", { name: /^Ports/ }).click();
  await stage(page).getByRole("textbox", { name: /[Pp]ort/ }).fill("8080");
  await page.keyboard.press("Enter");
  await openings(page).getByRole("button", { name: "Allow this" }).click();
  await expectArrow(page, "default/one", "default/other", "allowed");
});

test("undo takes back what was written into a file that was never opened, and into two", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  const pod = (name) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}\n---\n`;
  const deny = (name, direction) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}}\nspec:\n  podSelector: {matchLabels: {app: ${name}}}\n  policyTypes: [${direction}]\n`;
  await dropFile(page, "cluster.yaml", pod("one") + pod("other"));
  await dropFile(page, "policies.yaml", deny("one", "Egress"));
  await dropFile(page, "in.yaml", deny("other", "Ingress"));
  await showFile(page, "cluster.yaml");
  await expectArrow(page, "default/one", "default/other", "blocked");
  await drag(page, "default/one", "default/other");
  await openings(page).getByRole("button", { name: "Allow this" }).click();
  await expectArrow(page, "default/one", "default/other", "allowed");
  for (const file of ["policies.yaml", "in.yaml"]) {
    await showFile(page, file);
    const edited = await copyAll(page);
    expect(edited).toContain("- podSelector:");
    await page.keyboard.press("Control+z");
    await expect.poll(() => copyAll(page)).toBe(deny(...(file === "policies.yaml" ? ["one", "Egress"] : ["other", "Ingress"])));
  }
  await expectArrow(page, "default/one", "default/other", "blocked");
});

test("beside the matrix, too, Escape gives up what was begun, and what is gone ends it", async ({ page }) => {
  await open(page);
  await node(page, FRONTEND).focus();
  await page.keyboard.press("Enter");
  await stage(page).getByRole("button", { name: "Matrix", exact: true }).click();
  const begin = () => detailsPanel(page, "Why").getByRole("button", { name: "Allow traffic to…" }).click();
  const asks = stage(page).getByText("Choose whom frontend may reach");
  await begin();
  await expect(asks).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(asks).toHaveCount(0);
  // What was selected still is.
  await expect(detailsPanel(page, "Why").getByRole("heading", { level: 2 })).toHaveText("frontend");
  await begin();
  await (await details(page, "Lesson")).getByRole("button", { name: "Next step" }).click();
  await expect(asks).toHaveCount(0);
});

test("a workload is isolated as it is, and nothing that is drawn changes", async ({ page }, testInfo) => {
  await open(page);
  await startLesson(page, "Three tiers");
  const before = await picture(page);
  await node(page, BACKEND).click();
  const why = detailsPanel(page, "Why");
  await why.getByRole("button", { name: "Isolate, keep what is drawn" }).click();
  await expect(why.getByText("Nothing that is drawn changes; nothing else passes.")).toBeVisible();
  await why.getByText("Show the change").click();
  await expectAccessible(page);
  await screenshots(page, testInfo, "isolate");
  await page.setViewportSize(SIZES.wide);

  await why.getByRole("button", { name: "Add this policy" }).click();
  await expect(node(page, BACKEND)).toHaveAccessibleName(/isolated for ingress and egress/i);
  expect(await picture(page)).toEqual(before);
  // In one step of undo.
  const text = await copyAll(page);
  expect(text).toContain("name: backend\n");
  await page.keyboard.press("Control+z");
  await expect(node(page, BACKEND)).not.toHaveAccessibleName(/isolated/i);
});
