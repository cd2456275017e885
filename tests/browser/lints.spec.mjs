// What the lints find: listed and mended, in the list of problems and in the editor, while typing goes on.

import { copyAll, details, editor, expectArrow, open, paste, startEmpty } from "./app.mjs";
import { expect, expectAccessible, screenshots, SIZES, test } from "./fixtures.mjs";

/** One dash too many: the second peer lets in every pod labelled `app: web` of the policy's own namespace. */
const ONE_DASH_TOO_MANY = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels:
    app: web
---
apiVersion: v1
kind: Pod
metadata:
  name: db
  namespace: data
  labels:
    app: db
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: data
spec:
  podSelector:
    matchLabels:
      app: db
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: shop
        # Only the shop's web.
        - podSelector:
            matchLabels:
              app: web
`;

const problem = (panel, id) => panel.locator(`[data-id="${id}"]`);

async function openWith(page, text) {
  await open(page);
  await startEmpty(page);
  await paste(page, text);
}

test("one dash too many is told, and mended by a button", async ({ page }, testInfo) => {
  await openWith(page, ONE_DASH_TOO_MANY);
  const problems = await details(page, "Problems");
  await expect(problem(problems, "two-peers")).toContainText("these are two peers");
  await expectAccessible(page);
  await screenshots(page, testInfo, "lints");
  await page.setViewportSize(SIZES.wide);
  await expectArrow(page, "shop/web", "data/db", "allowed");

  await problem(problems, "two-peers").getByRole("button", { name: /^Make it one peer/ }).click();
  await expect(problem(problems, "two-peers")).toHaveCount(0);
  const mended = await copyAll(page);
  expect(mended).toContain("          podSelector:\n");
  expect(mended).toContain("# Only the shop's web.");

  // As one step of undo.
  await editor(page).focus();
  await page.keyboard.press("Control+z");
  await expect(problem(problems, "two-peers")).toHaveCount(1);
  expect(await copyAll(page)).toBe(ONE_DASH_TOO_MANY);
});

test("the editor offers the same where it underlines", async ({ page }) => {
  await openWith(page, ONE_DASH_TOO_MANY);
  const problems = await details(page, "Problems");
  await problem(problems, "two-peers").getByRole("button").first().click();
  await page.locator(".cm-lintRange-warning").first().hover();
  await page.locator(".cm-tooltip .cm-diagnosticAction").first().click();
  await expect(problem(problems, "two-peers")).toHaveCount(0);
  expect(await copyAll(page)).toContain("          podSelector:\n");
});

test("what was found stays at its place while one types", async ({ page }) => {
  await openWith(page, ONE_DASH_TOO_MANY);
  const problems = await details(page, "Problems");
  await expect(problem(problems, "two-peers")).toContainText("cluster.yaml:37");
  await expect(problem(problems, "two-peers").getByRole("button", { name: /^Make it one peer/ })).toHaveCount(1);
  // The answer to what is typed next never comes.
  await page.evaluate(() => {
    Worker.prototype.postMessage = () => {};
  });
  await editor(page).focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# One\n# Two\n");
  await expect(problem(problems, "two-peers")).toContainText("cluster.yaml:39");
  // What would mend the text of before is not offered for this one.
  await expect(problem(problems, "two-peers").getByRole("button", { name: /^Make it one peer/ })).toHaveCount(0);
});

test("without the second thread the files are read all the same", async ({ page }) => {
  await page.addInitScript(() => {
    window.Worker = class {
      constructor() {
        throw new Error("no workers here");
      }
    };
  });
  await openWith(page, `${ONE_DASH_TOO_MANY}  egres: []\n`);
  const problems = await details(page, "Problems");
  await expect(problem(problems, "unknown-field")).toContainText("egres");
  await expect(problem(problems, "two-peers")).toHaveCount(0);
});

test("each rule is marked with how many connections pass by it", async ({ page }, testInfo) => {
  await openWith(page, `${ONE_DASH_TOO_MANY}    - from:\n        - podSelector:\n            matchLabels:\n              app: nobody\n`);
  const marks = page.locator(".cm-use");
  await expect(marks).toHaveText(["1", "0"]);
  await expect(marks.last()).toHaveAttribute("title", "Nothing comes of this rule now");
  await expectAccessible(page);
  await screenshots(page, testInfo, "uses");
  await page.setViewportSize(SIZES.wide);
  // By a key, for whom no pointer helps; it is read out, too.
  // What is read out stands there for a moment only.
  await page.locator(".cm-announced").evaluate((element) => {
    window.announced = [];
    const hear = () => window.announced.push(element.textContent);
    new MutationObserver(hear).observe(element, { childList: true, subtree: true, characterData: true });
  });
  await editor(page).getByText("nobody").click();
  for (const key of ["ArrowUp", "ArrowUp", "ArrowUp", "Control+i"]) await page.keyboard.press(key);
  const told = page.locator(".cm-description");
  await expect(told).toContainText("Nothing comes of this rule now");
  await expect.poll(() => page.evaluate(() => window.announced.join())).toContain("Nothing comes of this rule now");
  await page.keyboard.press("ArrowDown");
  await expect(told).toHaveCount(0);
  await page.keyboard.press("Control+i");
  await expect(told).toContainText("pods");
  await page.keyboard.press("Escape");
  await expect(told).toHaveCount(0);
  // They go with their lines until there is an answer about the text as it is.
  await editor(page).focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("---\n");
  await expect(marks).toHaveText(["1", "0"]);
});
