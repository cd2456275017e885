// Learning: a lesson by keyboard, challenges, an exam, progress that is kept and taken along, and a challenge that is written and shared.

import { readFileSync } from "node:fs";

import { clickArrow, command, details, editor, learning, open, openCourse, openTerminal, paste, screen, showFile, started, type } from "./app.mjs";
import { SIZES, expect, expectAccessible, screenshots, test } from "./fixtures.mjs";

const button = (page, name) => learning(page).getByRole("button", { name, exact: typeof name === "string" });
const heading = (page, name) => learning(page).getByRole("heading", { name });

/** Begins a lesson or a challenge from the list. */
async function begin(page, title) {
  await learning(page).getByRole("button", { name: new RegExp(`^${title}`) }).first().click();
  await expect(heading(page, "Learn NetworkPolicies")).toHaveCount(0);
}

/** Begins an exam from the list. */
async function beginExam(page, title) {
  await begin(page, title);
  await button(page, "Begin").click();
}

/** Moves the focus by Tab until an element has it that `locator` names. */
async function tabTo(page, locator) {
  for (let steps = 0; steps < 120; steps += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    // In the editor, where Tab indents, Escape comes first.
    if (await page.locator(".editor:focus-within").count()) await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab does not lead there");
}

const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-ingress
  namespace: vault
spec:
  podSelector: {}
`;

test("a lesson is learned from start to end by keyboard", async ({ page }) => {
  test.slow();
  await open(page);
  await tabTo(page, page.getByRole("button", { name: "Learn", exact: true }));
  await page.keyboard.press("Enter");
  await expect(heading(page, "Learn NetworkPolicies")).toBeVisible();
  await tabTo(page, button(page, /^What a policy selects/));
  await page.keyboard.press("Enter");
  await expect(heading(page, /^1\. /)).toBeVisible();

  const write = async (line) => {
    await tabTo(page, command(page));
    await page.keyboard.type(line);
    await page.keyboard.press("Enter");
  };
  const policy = (selector) =>
    `kubectl apply -f - <<EOF\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: guard, namespace: bakery}\nspec: {podSelector: ${selector}}\nEOF`;
  // What says the same in other words counts as well.
  await write("k get po -n bakery --show-labels");
  await expect(learning(page)).toContainText("Done.");
  await page.keyboard.press("Enter");
  await expect(heading(page, /^2\. /)).toBeVisible();
  await write("kubectl exec counter -n bakery -- curl -m 2 oven");
  await expect(learning(page)).toContainText("Done.");
  await page.keyboard.press("Enter");
  await expect(heading(page, /^3\. /)).toBeVisible();
  for (const line of policy("{matchLabels: {app: oven}}").split("\n")) await write(line);
  await expect(learning(page)).toContainText("Done.");
  await page.keyboard.press("Enter");
  await expect(heading(page, /^4\. /)).toBeVisible();
  // Its arrow is one button on the way through the panel.
  await tabTo(page, button(page, "Select it for me"));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tab", { name: "Why" })).toHaveAttribute("aria-selected", "true");
  await tabTo(page, page.getByRole("tab", { name: "Why" }));
  await page.keyboard.press("End");
  await expect(learning(page)).toContainText("Done.");
  await tabTo(page, button(page, "Next step"));
  await page.keyboard.press("Enter");
  await expect(heading(page, /^5\. /)).toBeFocused();
  for (const line of policy("{}").split("\n")) await write(line);
  await expect(learning(page)).toContainText("Done.");
  await page.keyboard.press("Enter");
  await write("kubectl describe netpol guard -n bakery");
  await expect(learning(page)).toContainText("Done.");
  await page.keyboard.press("Enter");
  await expect(heading(page, "Lesson done")).toBeVisible();
  await tabTo(page, button(page, "All lessons"));
  await page.keyboard.press("Enter");
  await expect(button(page, /^What a policy selects/)).toContainText("done");
});

test("a step is done by a click on the stage, and what it is about stands out", async ({ page }) => {
  await open(page);
  await openCourse(page);
  await begin(page, "What a policy selects");
  for (const number of [1, 2, 3]) {
    await expect(heading(page, new RegExp(`^${number}\\. `))).toBeVisible();
    await button(page, "Run it for me").click();
    await button(page, "Next step").click();
  }
  await clickArrow(page, "bakery/counter", "bakery/oven").catch(() => clickArrow(page, "bakery/oven", "bakery/counter"));
  await details(page, "Lesson");
  // The line has two directions; the one that is meant can be chosen in Why.
  if (!(await learning(page).getByText("Done.").isVisible())) {
    await details(page, "Why");
    await page.getByRole("button", { name: "The way back" }).click();
    await details(page, "Lesson");
  }
  await expect(learning(page)).toContainText("Done.");
});

test("a challenge is failed, hinted and solved, and a shown solution does not count", async ({ page }) => {
  await open(page);
  await openCourse(page);
  await begin(page, "Nobody gets in");
  await button(page, "Check").click();
  await expect(learning(page)).toContainText("Not yet");
  await expect(learning(page)).toContainText("vault/ledger reaches vault/archive on TCP 80, and must not.");
  // And what decides it.
  await expect(learning(page).locator(".because")).toContainText("archive");

  // In the wrong namespace.
  await showFile(page, "policies.yaml");
  await paste(page, DENY.replace("  namespace: vault\n", ""));
  await expect(learning(page)).toContainText("The files have changed since.");
  await button(page, "Check").click();
  await expect(learning(page)).toContainText("Not yet");
  await button(page, "Hint 1 of 3").click();
  await expect(learning(page).locator(".hints")).toContainText("only for pods of its own namespace");
  await button(page, "Hint 2 of 3").click();
  await button(page, "Hint 3 of 3").click();
  await expect(learning(page).locator(".hints li")).toHaveCount(3);

  // Right, and with more lines than it needs.
  await paste(page, `${DENY}  policyTypes: [Ingress]\n`);
  await button(page, "Check").click();
  await expect(learning(page)).toContainText("Solved");
  await expect(learning(page).locator(".verdict .stars")).toHaveAccessibleName("2 stars of 3");
  await paste(page, DENY);
  await button(page, "Check").click();
  await expect(learning(page).locator(".verdict .stars")).toHaveAccessibleName("3 stars of 3");
  await button(page, "All lessons").click();
  await expect(button(page, /^Nobody gets in/).locator(".stars")).toHaveAccessibleName("3 stars of 3");

  await begin(page, "One label is missing");
  await learning(page).getByText("Solution", { exact: true }).click();
  await button(page, "Show the solution").click();
  await expect(learning(page)).toContainText("kubectl label pod intake -n clinic --overwrite records=reader");
  await openTerminal(page);
  await type(page, "kubectl label pod intake -n clinic --overwrite records=reader");
  await button(page, "Check").click();
  await expect(learning(page)).toContainText("this does not count");
  await button(page, "All lessons").click();
  await expect(button(page, /^One label is missing/).locator(".stars")).toHaveAccessibleName("0 stars of 3");
});

test("what opens more than it must loses a star and says what", async ({ page }) => {
  await open(page);
  await openCourse(page);
  await begin(page, "One label is missing");
  await openTerminal(page);
  await type(page, "kubectl label pod intake -n clinic records=reader", "kubectl label pod kiosk -n clinic records=reader");
  await button(page, "Check").click();
  await expect(learning(page)).toContainText("2 labels have changed, and 1 may.");
  await type(page, "kubectl label pod kiosk -n clinic records-");
  await button(page, "Check").click();
  await expect(learning(page).locator(".verdict .stars")).toHaveAccessibleName("3 stars of 3");
  await expect(learning(page)).toContainText("Least privilege");
});

test("an exam goes to its report, and the way to what was missed", async ({ page }) => {
  await page.clock.install();
  await open(page);
  await openCourse(page);
  // Its clock runs once it is begun, and not before.
  await begin(page, "CKAD: services and networking");
  await expect(learning(page)).toContainText("6 tasks in 30 minutes.");
  await expect(learning(page).getByRole("timer")).toHaveCount(0);
  await button(page, "Begin").click();
  await expect(learning(page).getByRole("timer")).toHaveText(/^(30:00|29:5\d)$/);
  await expect(heading(page, /^Task 1 of 6/)).toBeVisible();
  const challenge = "deny-app-ingress";
  const structure = readFileSync(new URL(`../../lessons/challenges/${challenge}.yaml`, import.meta.url), "utf8");
  const solution = /\nsolution:\n {2}apply: \|\n((?: {4}.*\n|\n)+)/.exec(structure)[1].replaceAll(/^ {4}/gm, "");
  await showFile(page, "policies.yaml");
  await paste(page, solution);
  await button(page, "Next task").click();
  await expect(heading(page, /^Task 2 of 6/)).toBeVisible();
  await openTerminal(page);
  await type(page, "kubectl get pods -A");
  // A reload keeps what was answered, and the clock goes on.
  await page.reload();
  await started(page);
  await expect(heading(page, /^Task 2 of 6/)).toBeVisible();
  await expect(learning(page).locator(".step-list")).toContainText("begun");
  await learning(page).locator(".step-list button").first().click();
  await expect(editor(page)).toContainText("NetworkPolicy");
  // When time is up it ends by itself.
  await page.clock.fastForward("31:00");
  await expect(heading(page, "Not passed")).toBeVisible();
  await expect(learning(page)).toContainText("4 of 35 points, 11 %");
  await expect(learning(page).getByRole("img", { name: "right", exact: true })).toHaveCount(1);
  await expect(learning(page)).toContainText("Not answered.");
  await button(page, /^Lesson: /).first().click();
  await expect(learning(page).locator("progress")).toBeVisible();
  // The report can be read again.
  await button(page, "All lessons").click();
  await button(page, "Last report").click();
  await expect(heading(page, "Not passed")).toBeVisible();
});

test("progress survives a reload, and is exported and imported", async ({ page, freshPage }) => {
  await open(page);
  await openCourse(page);
  await begin(page, "Nobody gets in");
  await showFile(page, "policies.yaml");
  await paste(page, DENY);
  await button(page, "Check").click();
  await expect(learning(page)).toContainText("Solved");
  await page.reload();
  await started(page);
  // It goes on where it was, with what was written.
  await expect(heading(page, "Nobody gets in")).toBeVisible();
  await expect(learning(page).locator(".best .stars")).toHaveAccessibleName("3 stars of 3");
  await button(page, "All lessons").click();
  await expect(button(page, /^Nobody gets in/).locator(".stars")).toHaveAccessibleName("3 stars of 3");
  const download = page.waitForEvent("download");
  await button(page, "Export").click();
  const file = await (await download).path();

  const other = await freshPage();
  await open(other);
  await openCourse(other);
  await expect(button(other, /^Nobody gets in/).locator(".stars")).toHaveAccessibleName("0 stars of 3");
  await learning(other).locator("input[type=file]").setInputFiles({ name: "other.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await expect(learning(other)).toContainText("This file holds no progress of this page.");
  await learning(other).locator("input[type=file]").setInputFiles(file);
  await expect(learning(other)).toContainText("Imported.");
  await expect(button(other, /^Nobody gets in/).locator(".stars")).toHaveAccessibleName("3 stars of 3");
});

test("a challenge is written, shared, and solved by somebody else", async ({ page, freshPage }) => {
  await open(page);
  await openCourse(page);
  await begin(page, "Nobody gets in");
  await button(page, "All lessons").click();
  await button(page, "Write a challenge").click();
  await expect(learning(page)).toContainText("Take a start first.");
  await button(page, "Take the files as the start").click();
  await showFile(page, "policies.yaml");
  await paste(page, DENY);
  await expect(page.locator('#stage [data-verdict="blocked"]').first()).toBeAttached();
  await button(page, "Take the files as the solution").click();
  await expect(learning(page).getByRole("textbox", { name: /^Goal/ })).toHaveValue(/block all -> all/);
  await learning(page).getByRole("textbox", { name: "Title" }).fill("Close the vault");
  await learning(page).getByRole("textbox", { name: "Task" }).fill("Nothing may reach `vault`.");
  await learning(page).getByRole("textbox", { name: /^Hints/ }).fill("Look at `podSelector`.\nSelect all of them.");
  await expect(learning(page)).toContainText("The solution meets the goal, and the start does not.");
  const link = await learning(page).getByRole("textbox", { name: "Link" }).inputValue();
  // What is being written outlives a reload.
  await page.reload();
  await started(page);
  await expect(learning(page).getByRole("textbox", { name: "Title" })).toHaveValue("Close the vault");
  await expect(learning(page)).toContainText("The solution meets the goal, and the start does not.");
  // A goal that the solution does not meet is told.
  await learning(page).getByRole("textbox", { name: /^Goal/ }).fill("pass office/clerk -> vault/ledger");
  await expect(learning(page)).toContainText("The solution does not meet the goal");

  // A link that is opened in one tab does not put out what another tab got.
  const [first, second] = [await page.context().newPage(), await page.context().newPage()];
  await open(first);
  await openCourse(first);
  await second.goto(link);
  await started(second);
  await expect(heading(second, "Close the vault")).toBeVisible();
  await learning(page).getByRole("textbox", { name: /^Goal/ }).fill("block all -> vault/*");
  await learning(page).getByRole("textbox", { name: "Title" }).fill("Lock the vault");
  const another = await learning(page).getByRole("textbox", { name: "Link" }).inputValue();
  await first.goto(another);
  await expect(heading(first, "Lock the vault")).toBeVisible();
  const third = await page.context().newPage();
  await open(third);
  await openCourse(third);
  await expect(button(third, /^Close the vault/)).toBeVisible();
  await expect(button(third, /^Lock the vault/)).toBeVisible();

  const other = await freshPage();
  await other.goto(link);
  await started(other);
  await expect(heading(other, "Close the vault")).toBeVisible();
  await button(other, "Check").click();
  await expect(learning(other)).toContainText("Not yet");
  await button(other, "Hint 1 of 2").click();
  await showFile(other, "policies.yaml");
  await paste(other, DENY);
  await button(other, "Check").click();
  await expect(learning(other)).toContainText("Solved");
  await other.reload();
  await started(other);
  await button(other, "All lessons").click();
  await expect(button(other, /^Close the vault/).locator(".stars")).toHaveAccessibleName("3 stars of 3");
});

test("the lessons are fetched only when they are opened", async ({ page }) => {
  const fetched = [];
  page.on("request", (request) => fetched.push(request.url()));
  await open(page);
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  const learned = () => fetched.filter((url) => /-learn-|\/lessons-/.test(url));
  expect(learned()).toEqual([]);
  await openCourse(page);
  expect(learned()).toHaveLength(2);
});

test("where the lessons cannot be fetched it says so, and the next try succeeds", async ({ page, console }) => {
  console.expect(/request failed: .*lessons-/);
  console.expect(/Failed to load resource/);
  let fails = true;
  await page.route(/\/lessons-/, (route) => (fails ? route.abort("connectionfailed") : route.continue()));
  await open(page);
  await page.getByRole("button", { name: "Learn", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("The lessons could not be fetched.");
  fails = false;
  await openCourse(page);
});

test("the list, a lesson, a challenge and the report look as meant and are accessible", async ({ page }, testInfo) => {
  test.slow();
  const look = async (name, shown) => {
    await page.setViewportSize(SIZES.wide);
    await expectAccessible(page);
    await screenshots(page, testInfo, name, async () => {
      const narrow = page.viewportSize().width < 800;
      if (narrow) await page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: "Lesson" }).click();
      await expect(shown).toBeVisible();
    });
    await page.setViewportSize(SIZES.wide);
  };
  await open(page);
  await openCourse(page);
  await look("learn-list", heading(page, "Learn NetworkPolicies"));
  await begin(page, "What a policy selects");
  await button(page, "Run it for me").click();
  await expect(screen(page)).toContainText("app=oven");
  await look("learn-lesson", learning(page).getByText("Done."));
  await button(page, "All lessons").click();
  await begin(page, "Nobody gets in");
  await page.getByRole("button", { name: "Close the terminal" }).click();
  await button(page, "Check").click();
  await look("learn-challenge", learning(page).getByText("Not yet"));
  await button(page, "All lessons").click();
  await beginExam(page, "CKS: minimize what can be reached");
  await look("learn-exam", learning(page).getByRole("timer"));
  await button(page, "Finish the exam").click();
  await button(page, "Really finish: 8 tasks are not begun").click();
  await look("learn-report", heading(page, "Not passed"));
  await button(page, "All lessons").click();
  await button(page, "Write a challenge").click();
  await look("learn-author", heading(page, "Write a challenge"));
});

test("a reload goes on with the files of a lesson, a challenge and an exam, edited or not", async ({ page }) => {
  await open(page);
  await openCourse(page);
  await begin(page, "What a policy selects");
  await page.reload();
  await started(page);
  await expect(heading(page, /^1\. /)).toBeVisible();
  await expect(page.locator('#stage [data-end="bakery/oven"]')).toBeVisible();
  await button(page, "All lessons").click();
  await beginExam(page, "CKAD: services and networking");
  await showFile(page, "policies.yaml");
  await paste(page, "# answered\n");
  await button(page, "Next task").click();
  await expect(heading(page, /^Task 2 of 6/)).toBeVisible();
  await learning(page).locator(".step-list button").first().click();
  await expect(heading(page, /^Task 1 of 6/)).toBeVisible();
  await page.reload();
  await started(page);
  await expect(heading(page, /^Task 1 of 6/)).toBeVisible();
  await expect(editor(page)).toContainText("# answered");
  // Another challenge in between is no answer.
  await button(page, "All lessons").click();
  await begin(page, "Nobody gets in");
  await expect(page.locator('#stage [data-end="vault/ledger"]')).toBeVisible();
  await button(page, "All lessons").click();
  await begin(page, "CKAD: services and networking");
  await expect(heading(page, /^Task 1 of 6/)).toBeVisible();
  await expect(editor(page)).toContainText("# answered");
});

test("what was graded is explained only while it is there", async ({ page }) => {
  await open(page);
  await openCourse(page);
  await begin(page, "Nobody gets in");
  await openTerminal(page);
  await button(page, "Check").click();
  await expect(learning(page).locator(".because")).toBeVisible();
  await type(page, "kubectl delete pod archive -n vault");
  await expect(learning(page)).toContainText("The files have changed since.");
  await expect(learning(page).locator(".because")).toHaveCount(0);
  await button(page, "Check").click();
  await expect(learning(page)).toContainText("Pod/vault/archive is not to be deleted.");
});

test("what was left is gone on with, and can be started over", async ({ page }) => {
  await open(page);
  await openCourse(page);
  await begin(page, "Nobody gets in");
  await showFile(page, "policies.yaml");
  await paste(page, DENY);
  await button(page, "Hint 1 of 3").click();
  await button(page, "All lessons").click();
  await begin(page, "What a policy selects");
  await expect(page.locator('#stage [data-end="bakery/oven"]')).toBeVisible();
  await button(page, "All lessons").click();
  await begin(page, "Nobody gets in");
  await expect(page.locator('#stage [data-end="vault/ledger"]')).toBeVisible();
  await expect(editor(page)).toContainText("deny-ingress");
  await expect(learning(page).locator(".hints li")).toHaveCount(1);
  await button(page, "Start over").click();
  await expect(editor(page)).not.toContainText("deny-ingress");
  await expect(learning(page).locator(".hints li")).toHaveCount(0);
  // Once started over, what was there before does not come back.
  await button(page, "All lessons").click();
  await begin(page, "Nobody gets in");
  await expect(editor(page)).not.toContainText("deny-ingress");
});
