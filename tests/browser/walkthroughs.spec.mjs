// The five walkthroughs and the recipes, played as a learner plays them, held against what their files say must hold.

import { arrow, details, detailsPanel, open, picture, startLesson } from "./app.mjs";
import { expect, test } from "./fixtures.mjs";
import { lesson, walkthrough } from "./lessons.mjs";

const THREE_TIER = walkthrough("3-three-tier");

const OTHERS = ["1-frontend-backend-dns", "2-dev-prod-defaults", "4-cassandra", "5-deployments-and-services"];

const RECIPES = ["1-close-a-namespace", "2-one-client", "3-own-namespace", "4-both-or-either", "5-names-only", "6-no-metadata"];

/** The load balancer's address, and the workload behind it. */
const LOAD_BALANCER = { address: "203.0.113.10", workload: "frontend-tier/frontend" };

/** What an arrow shows of an outcome; a name that is not found says nothing about the connection itself. */
const VERDICTS = { ok: "allowed", timeout: "blocked" };

/** The ends that the diagram draws for a row: each service there is named as the workload behind it. */
function ends({ from, curl }) {
  if (curl === LOAD_BALANCER.address) return { from: "0.0.0.0/0", to: LOAD_BALANCER.workload };
  const [name, namespace] = curl.split(".");
  return { from, to: `${namespace}/${name}` };
}

async function expectStep(page, lesson, index) {
  const panel = detailsPanel(page, "Lesson");
  const { title, expect: rows } = lesson.steps[index];
  await expect(panel.getByRole("heading", { level: 2 })).toHaveText(
    `Step ${index + 1} of ${lesson.steps.length}: ${title.replaceAll("`", "")}`,
  );
  const checks = panel.getByRole("listitem").filter({ has: page.getByRole("img", { name: /hold/ }) });
  await expect(checks).toHaveCount(rows.length);
  for (const [at, row] of rows.entries()) {
    await expect(checks.nth(at)).toContainText(row.from);
    // Port 80 is what `curl` takes where none is given, and so need not be said.
    await expect(checks.nth(at)).toContainText(row.curl?.replace(/:80$/, "") ?? row.to);
    await expect(checks.nth(at)).toContainText(row.got);
    await expect(checks.nth(at)).toHaveAttribute("data-holds", "true");
  }
  await expect(panel.getByText(`${rows.length} of ${rows.length}`, { exact: true })).toBeVisible();
}

const next = (page) => detailsPanel(page, "Lesson").getByRole("button", { name: "Next step" });

/** Types a row into the Probe panel, for each replica that it may come from. */
async function expectProbes(page, { from, curl, got }) {
  const panel = await details(page, "Probe");
  const source = panel.getByRole("combobox", { name: "From" });
  const [namespace, workload] = from.split("/");
  const replicas = workload
    ? await source
        .locator(`option[value^="${namespace}/${workload}"]`)
        .evaluateAll((options) => options.map((option) => option.value))
    : [from];
  expect(replicas.length, `pods of ${from}`).toBeGreaterThan(0);
  for (const replica of replicas) {
    await source.selectOption(workload ? replica : "An address outside");
    if (!workload) await panel.getByRole("textbox", { name: "Address" }).fill(from);
    await panel.getByRole("textbox", { name: "Command" }).fill(`curl ${curl}`);
    await panel.getByRole("button", { name: "Run" }).click();
    const answer = panel.locator(".answer");
    // The answer before this one is about another question.
    await expect(answer.getByRole("heading", { level: 2 })).toHaveText(`${replica} → ${curl}`);
    await expect(answer, `curl ${curl} from ${replica}`).toHaveAttribute("data-outcome", got);
  }
}

test("three tiers: nine steps, each with its ticks, its arrows and its probes", async ({ page }) => {
  test.slow();
  expect(THREE_TIER.steps).toHaveLength(9);
  await open(page);
  await startLesson(page, THREE_TIER.title);
  let before = null;
  for (const [index, step] of THREE_TIER.steps.entries()) {
    await test.step(`step ${index + 1}: ${step.title}`, async () => {
      await expectStep(page, THREE_TIER, index);
      for (const row of step.expect) {
        const { from, to } = ends(row);
        if (row.got in VERDICTS) {
          await expect(arrow(page, from, to), `${from} → ${to}`).toHaveAttribute("data-verdict", VERDICTS[row.got]);
        }
      }
      const now = await picture(page);
      expect(now, "arrows turn at each step").not.toEqual(before);
      before = now;
      for (const row of step.expect) await expectProbes(page, row);
      await details(page, "Lesson");
    });
    if (index + 1 < THREE_TIER.steps.length) await next(page).click();
  }
  await expect(next(page)).toBeDisabled();
});

for (const file of OTHERS) {
  const lesson = walkthrough(file);
  test(`${lesson.title}: every step has its ticks`, async ({ page }) => {
    await open(page);
    await startLesson(page, lesson.title);
    for (const index of lesson.steps.keys()) {
      await test.step(`step ${index + 1}`, () => expectStep(page, lesson, index));
      if (index + 1 < lesson.steps.length) await next(page).click();
    }
    await expect(next(page)).toBeDisabled();
  });
}

test("all 114 expectations are read from the files", () => {
  const lessons = [...OTHERS.map(walkthrough), THREE_TIER];
  const rows = lessons.flatMap(({ steps }) => steps.flatMap(({ expect: rows }) => rows));
  expect(rows).toHaveLength(114);
});

test("after an own edit, a step asks before it replaces it", async ({ page }) => {
  await open(page);
  await startLesson(page, THREE_TIER.title);
  const editor = page.getByRole("textbox", { name: /^Editor: / });
  await editor.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("# mine");
  await next(page).click();
  const question = page.getByRole("dialog", { name: "Replace your edits?" });
  await question.getByRole("button", { name: "Keep my edits" }).click();
  await expect(question).toBeHidden();
  await expectStep(page, THREE_TIER, 0);
  await expect(editor).toContainText("# mine");
  await next(page).click();
  await question.getByRole("button", { name: "Go to step 2" }).click();
  await expectStep(page, THREE_TIER, 1);
  await expect(editor).not.toContainText("# mine");
});

test("steps by the arrow keys, and jumps from the list of steps", async ({ page }) => {
  await open(page);
  await startLesson(page, THREE_TIER.title);
  const slider = page.getByRole("slider", { name: "Lesson step" });
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await expectStep(page, THREE_TIER, 1);
  await page.keyboard.press("ArrowLeft");
  await expectStep(page, THREE_TIER, 0);
  const jump = detailsPanel(page, "Lesson").getByRole("button", { name: THREE_TIER.steps[8].title });
  await jump.click();
  await expectStep(page, THREE_TIER, 8);
  await expect(jump).toHaveAttribute("aria-current", "step");
});

for (const file of RECIPES) {
  test(`the recipe ${file} holds, and says what to look at`, async ({ page }) => {
    const recipe = lesson(`recipes/${file}`);
    await open(page);
    await startLesson(page, recipe.title);
    for (const index of recipe.steps.keys()) {
      if (index > 0) await next(page).click();
      await expectStep(page, recipe, index);
      await expect(detailsPanel(page, "Lesson").locator("article > p").first()).not.toBeEmpty();
    }
    await expect(next(page)).toBeDisabled();
  });
}
