// Editing: what is pasted and typed turns arrows, every arrow leads back to its lines, and what is wrong is said
// without taking anything else away.

import {
  arrow,
  changed,
  clickArrow,
  copyAll,
  details,
  detailsPanel,
  dropFile,
  editor,
  expectArrow,
  fileTab,
  markedLines,
  open,
  paste,
  picture,
  showFile,
  stage,
  startEmpty,
  startLesson,
} from "./app.mjs";
import { expect, test } from "./fixtures.mjs";

const pod = (name) => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  labels:
    app: ${name}
spec:
  containers:
  - name: main
    image: nginx
    ports:
    - containerPort: 80
`;

const CLUSTER = [pod("web"), pod("api")].join("---\n");

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api-takes-web
spec:
  podSelector:
    matchLabels:
      app: api
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: web
`;

/** The API server refuses it: a range needs a beginning. */
const REFUSED = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: half-a-range
spec:
  podSelector: {}
  ingress:
  - ports:
    - protocol: TCP
      endPort: 90
`;

const [WEB, API] = ["default/web", "default/api"];

/** Two pods that reach each other, and an empty file for policies. */
async function openTwoPods(page) {
  await open(page);
  await startEmpty(page);
  await paste(page, CLUSTER);
  await expectArrow(page, WEB, API, "allowed");
  await expectArrow(page, API, WEB, "allowed");
  await showFile(page, "policies.yaml");
}

/** Types at the end of the line that holds `text`. */
async function typeAfter(page, text, typed) {
  await editor(page).getByText(text, { exact: true }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(typed);
}

const stale = (page) => page.getByRole("button", { name: "Showing the last readable state" });
const squiggles = (page) => page.locator(".cm-lintRange-error");
const gutterMarks = (page) => page.locator(".cm-lint-marker-error");
const problemsTab = (page) => page.getByRole("tablist", { name: "Details" }).getByRole("tab", { name: /^Problems/ });

test("a separator that is typed as the last line leaves the editor whole", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await paste(page, pod("web"));
  await editor(page).press("Control+End");
  await page.keyboard.type("---");
  await page.keyboard.press("Enter");
  await page.keyboard.type("kind: Namespace");
  // A gutter that failed on the way would show no mark any more; the console would tell of it, too.
  const separator = page.locator(".cm-line").filter({ hasText: /^---$/ });
  await expect(separator).toHaveCount(1);
  await expect(page.locator(".cm-foldGutter .cm-gutterElement:visible").filter({ hasText: "⌄" })).not.toHaveCount(0);
});

test("what is pasted stands on the stage, and typing turns an arrow there and back", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, POLICY);
  // Nothing turns: web is let in, and nothing else is there but DNS, which asks nobody.
  await expectArrow(page, WEB, API, "allowed");

  await typeAfter(page, "app: web", "site");
  await expectArrow(page, WEB, API, "blocked");
  await expect(arrow(page, WEB, API)).toHaveAttribute("data-changed", "true");
  await expectArrow(page, API, WEB, "allowed");
  await expect(changed(page)).toHaveText("1 closed: web → api");

  for (const _ of "site") await page.keyboard.press("Backspace");
  await expectArrow(page, WEB, API, "allowed");
  await expect(changed(page)).toHaveText("1 opened: web → api");
});

test("edits are compared with a state that is pinned, until it is let go", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, POLICY);
  const footer = page.getByRole("contentinfo");
  await footer.getByRole("button", { name: "Pin" }).click();
  const pinned = footer.getByRole("button", { name: "Pinned" });
  await expect(pinned).toHaveAttribute("aria-pressed", "true");
  await expect(footer).toContainText("nothing changed since then");

  await typeAfter(page, "app: web", "site");
  await expect(changed(page)).toHaveText("1 closed: web → api since then");
  await typeAfter(page, "app: api", "x");
  // The policy is about no one now: all is open, as it was.
  await expectArrow(page, WEB, API, "allowed");
  await expect(footer).toContainText("nothing changed since then");
  await expect(arrow(page, WEB, API)).not.toHaveAttribute("data-changed");

  await pinned.click();
  await expect(changed(page), "what the last edit did").toHaveText("1 opened: web → api");
});

test("an edit that opens and closes says how many, and lists them", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, POLICY.replace("app: web", "app: nobody"));
  await expectArrow(page, WEB, API, "blocked");
  // The policy guards the other pod instead.
  await paste(page, POLICY.replace("app: web", "app: nobody").replace("app: api", "app: web"));
  await expectArrow(page, WEB, API, "allowed");
  await expectArrow(page, API, WEB, "blocked");
  await expect(changed(page)).toHaveText("1 opened, 1 closed");
  await changed(page).click();
  await page.getByRole("contentinfo").getByRole("listitem").filter({ hasText: /api.*web/ }).getByRole("button").click();
  await expect(detailsPanel(page, "Why").getByRole("heading", { name: "api → web" })).toBeVisible();
});

test("a click on an arrow tells the policy and the rule, each of which leads to its lines", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, `${POLICY}---\n${POLICY.replace("api-takes-web", "web-alone").replace("app: api", "app: web")}`);
  await showFile(page, "cluster.yaml");

  await clickArrow(page, WEB, API);
  await expect(arrow(page, WEB, API)).toHaveAttribute("aria-pressed", "true");
  const why = detailsPanel(page, "Why");
  await expect(why.getByRole("heading", { name: "web → api" })).toBeVisible();
  await expect(why.locator("[data-verdict]")).toContainText("Allowed");
  const allowed = why.getByText(/^Allowed by api-takes-web, ingress rule 1/);
  await allowed.getByRole("button", { name: "ingress rule 1" }).click();
  await expect(page.getByRole("textbox", { name: "Editor: policies.yaml" })).toBeFocused();
  await expect(fileTab(page, "policies.yaml")).toHaveAttribute("aria-selected", "true");
  await expect(markedLines(page)).toHaveText(["  - from:", "    - podSelector:", "        matchLabels:", "          app: web"]);

  await clickArrow(page, API, WEB);
  await expect(why.locator("[data-verdict]")).toContainText("Blocked");
  await why.getByRole("button", { name: "web-alone" }).first().click();
  await expect(markedLines(page)).toHaveText(["  name: web-alone"]);
  await page.keyboard.type("# ");
  await expect(markedLines(page), "an edit takes the mark away").toHaveCount(0);
});

test("the reason changes with the text, while the arrow stays selected", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, POLICY);
  await clickArrow(page, WEB, API);
  const verdict = detailsPanel(page, "Why").locator("[data-verdict]");
  await expect(verdict).toHaveAttribute("data-verdict", "allowed");
  await typeAfter(page, "app: web", "site");
  await expect(verdict).toHaveAttribute("data-verdict", "blocked");
  await expect(arrow(page, WEB, API)).toHaveAttribute("aria-pressed", "true");
});

test("broken YAML is marked, counted and waited for, and the picture stays", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, POLICY);
  await expectArrow(page, API, WEB, "allowed");
  const before = await picture(page);

  await typeAfter(page, "podSelector:", " [");
  await expect(stale(page)).toBeVisible();
  await expect(squiggles(page).first()).toBeVisible();
  await expect(gutterMarks(page).first()).toBeVisible();
  await expect(problemsTab(page)).toHaveAccessibleName(/\b[1-9]\d* problems?/);
  await expect(fileTab(page, "policies.yaml")).toHaveAccessibleName(/\b[1-9]\d* problems?/);
  expect(await picture(page)).toEqual(before);

  // All else is alive: an arrow can be asked about, and the badge leads to what is wrong.
  await clickArrow(page, WEB, API);
  await expect(detailsPanel(page, "Why").getByRole("heading", { name: "web → api" })).toBeVisible();
  await stale(page).click();
  const problem = detailsPanel(page, "Problems").locator("[data-severity=error]").first();
  await expect(problem).toContainText(/policies\.yaml:\d+/);
  await problem.getByRole("button").first().click();
  await expect(editor(page)).toBeFocused();
  await expect(markedLines(page).first()).toBeVisible();

  await editor(page).getByText("podSelector: [", { exact: true }).click();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await expect(stale(page)).toBeHidden();
  await expect(squiggles(page)).toHaveCount(0);
  await expect(detailsPanel(page, "Problems").getByRole("heading", { name: "Errors" })).toHaveCount(0);
  expect(await picture(page)).toEqual(before);
});

test("a document that cannot be read hides no other", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, `a: [\n---\n${POLICY.replace("app: web", "app: nobody")}`);
  await expectArrow(page, WEB, API, "blocked");
  await expect(page.getByRole("button", { name: "1 document cannot be read and is left out" })).toBeVisible();
});

test("a policy that the API server refuses is left out, and both the stage and Problems say so", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, REFUSED);
  const note = stage(page).getByRole("button", { name: "1 policy is refused and left out" });
  await expect(note).toBeVisible();
  // It would have isolated both.
  await expectArrow(page, WEB, API, "allowed");
  await note.click();
  const problem = detailsPanel(page, "Problems").locator("[data-severity=error]");
  await expect(problem).toContainText("spec.ingress[0].ports[0].endPort");
  await expect(problem).toContainText("policies.yaml:10");
  await problem.getByRole("button").first().click();
  await expect(markedLines(page)).toHaveText([/endPort: 90/]);

  await typeAfter(page, "- protocol: TCP", "\nport: 80");
  await expect(note).toBeHidden();
  await expect(detailsPanel(page, "Problems").getByRole("heading", { name: "No problems" })).toBeVisible();
});

test("objects of other kinds are passed over and counted", async ({ page }) => {
  await openTwoPods(page);
  const widget = (name) => `apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: ${name}\n`;
  await paste(page, `${widget("one")}---\n${widget("two")}`);
  const problems = await details(page, "Problems");
  await expect(problems.locator("[data-severity=note]")).toContainText("2 objects of kind Widget");
  await expect(problemsTab(page), "a note is no problem").toHaveAccessibleName("Problems");
  await expectArrow(page, WEB, API, "allowed");
});

test("empty files invite to begin", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await expect(page.locator("[data-from]")).toHaveCount(0);
  await expect(editor(page)).toContainText("Paste Kubernetes YAML here");
  await stage(page).getByRole("button", { name: /^Three tiers/ }).click();
  await expectArrow(page, "frontend-tier/frontend", "database-tier/database", "allowed");
  // Whoever deletes everything comes back to it.
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await expect(page.getByRole("heading", { name: "Paste your pods and policies" })).toBeVisible();
});

test("undo brings back the text and the picture", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, POLICY.replace("app: web", "app: nobody"));
  await expectArrow(page, WEB, API, "blocked");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await expectArrow(page, WEB, API, "allowed");
  await page.keyboard.press("Control+z");
  await expectArrow(page, WEB, API, "blocked");
  expect(await copyAll(page)).toBe(POLICY.replace("app: web", "app: nobody"));
  await page.keyboard.press("Control+y");
  await expectArrow(page, WEB, API, "allowed");
});

test("a file can be added, named and taken away, and any object may stand in any file", async ({ page }) => {
  await openTwoPods(page);
  await page.getByRole("button", { name: "Add a file" }).click();
  await expect(page.getByRole("textbox", { name: "Editor: more.yaml" })).toBeVisible();
  await paste(page, `${pod("job")}---\n${POLICY.replace("app: web", "app: job")}`);
  await expectArrow(page, "default/job", API, "allowed");
  await expectArrow(page, WEB, API, "blocked");

  await fileTab(page, "more.yaml").dblclick();
  const dialog = page.getByRole("dialog", { name: "Rename the file" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("job.yaml");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Editor: job.yaml" })).toBeVisible();

  await page.getByRole("button", { name: "This file" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(fileTab(page, "job.yaml")).toHaveCount(0);
  await expectArrow(page, WEB, API, "allowed");
});

test("files can be dropped on the editor", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await dropFile(page, "pods.yaml", CLUSTER.replaceAll("\n", "\r\n"));
  await expect(page.getByRole("textbox", { name: "Editor: pods.yaml" })).toBeVisible();
  await expectArrow(page, WEB, API, "allowed");
  expect(await copyAll(page), "lines end as everywhere").toBe(CLUSTER);
});

const BOMB = [
  "a: &a [x, x, x, x, x, x, x, x, x, x]",
  ...Array.from("bcdefghi", (name, at) => `${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[at]}`).join(", ")}]`),
].join("\n");

for (const [what, text] of [
  ["nine mebibytes", `# ${"x".repeat(9 * 1024 * 1024)}\n`],
  ["a bomb of aliases", BOMB],
  ["brackets without end", "[".repeat(100_000)],
]) {
  test(`refuses ${what}, and all else goes on`, async ({ page }) => {
    await openTwoPods(page);
    await dropFile(page, "large.yaml", text);
    await expect(fileTab(page, "large.yaml")).toHaveAccessibleName(/1 problem$/);
    const problems = await details(page, "Problems");
    await expect(problems.locator("[data-severity=error]")).toHaveCount(1);
    await expectArrow(page, WEB, API, "allowed");
    await showFile(page, "policies.yaml");
    await paste(page, POLICY.replace("app: web", "app: nobody"));
    await expectArrow(page, WEB, API, "blocked");
  });
}

test("the picture waits for no editor, and what is typed before it comes stays", async ({ page }) => {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(/\/editor-[^/]*\.js$/, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto("./");
  await expectArrow(page, "frontend-tier/frontend", "database-tier/database", "allowed");
  await editor(page).fill(CLUSTER);
  await expectArrow(page, WEB, API, "allowed");
  await expect(page.locator(".cm-content")).toHaveCount(0);
  release();
  await expect(page.locator(".cm-content")).toBeVisible();
  expect(await copyAll(page)).toBe(CLUSTER);
});

test("another port asks another question", async ({ page }) => {
  await openTwoPods(page);
  await paste(page, `${POLICY}    ports:\n    - port: 8080\n`);
  await expectArrow(page, WEB, API, "blocked");
  await page.getByRole("button", { name: /^Ports: / }).click();
  await page.getByRole("textbox", { name: "Other port" }).fill("8080");
  await page.keyboard.press("Enter");
  await expectArrow(page, WEB, API, "allowed");
  await expect(page.getByRole("button", { name: /^Ports: .*8080/ })).toBeVisible();
});

test("each edit leaves its User Timing measures", async ({ page }) => {
  await open(page);
  await startLesson(page, "Three tiers");
  await expectArrow(page, "frontend-tier/frontend", "database-tier/database", "allowed");
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.evaluate(() => performance.clearMeasures());
  await page.keyboard.type("#");
  const names = () => page.evaluate(() => [...new Set(performance.getEntriesByType("measure").map(({ name }) => name))].sort());
  await expect
    .poll(names)
    .toEqual(["netpol:edit", "netpol:evaluate", "netpol:parse", "netpol:render", "netpol:scene"]);
  const [edit, ...parts] = await page.evaluate(() =>
    ["edit", "parse", "evaluate", "scene", "render"].map((name) => {
      const [{ startTime, duration }] = performance.getEntriesByName(`netpol:${name}`);
      return { name, from: startTime, to: startTime + duration };
    }),
  );
  for (const part of parts) {
    expect(part.from, `${part.name} begins within the edit`).toBeGreaterThanOrEqual(edit.from);
    expect(part.to, `${part.name} ends within the edit`).toBeLessThanOrEqual(edit.to);
  }
});

test("of many files the one that is shown has its tab in view, and all can be added to", async ({ page }) => {
  await open(page);
  for (const name of ["some", "others", "further", "more", "last"]) await dropFile(page, `${name}-policies.yaml`, "# nothing yet\n");
  const files = page.getByRole("region", { name: "Files" });
  const pane = await files.boundingBox();
  const isInPane = async (locator) => {
    const { x, width } = await locator.boundingBox();
    return x >= pane.x && x + width <= pane.x + pane.width;
  };
  for (const name of ["last-policies.yaml", "cluster.yaml", "further-policies.yaml"]) {
    await fileTab(page, name).focus();
    await showFile(page, name);
    expect(await isInPane(fileTab(page, name)), name).toBe(true);
  }
  await dropFile(page, "very-last-policies.yaml", "# nothing yet\n");
  await expect.poll(() => isInPane(fileTab(page, "very-last-policies.yaml"))).toBe(true);
  for (const name of ["Add a file", "This file"]) expect(await isInPane(files.getByRole("button", { name }))).toBe(true);
});
