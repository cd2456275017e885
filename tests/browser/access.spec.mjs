// Whoever cannot use a mouse, sees little or nothing, or has a small screen, can do all of it as well.

import {
  arrow,
  choose,
  clickArrow,
  details,
  detailsPanel,
  editor,
  open,
  paste,
  stage,
  startEmpty,
  startLesson,
} from "./app.mjs";
import { expect, expectAccessible, SIZES, test, THEMES } from "./fixtures.mjs";

const [FRONTEND, DATABASE] = ["frontend-tier/frontend", "database-tier/database"];

/** What may be in view, and how one gets there. */
const VIEWS = {
  "first view": async () => {},
  "Why, of an arrow": (page) => clickArrow(page, FRONTEND, DATABASE),
  "Why, of a workload": (page) => page.locator(`[data-end="${FRONTEND}"]`).press("Enter"),
  "the last step of a lesson": async (page) => {
    await startLesson(page, "Three tiers");
    await detailsPanel(page, "Lesson").getByRole("button", { name: /^9/ }).click();
    await expect(detailsPanel(page, "Lesson").getByRole("heading", { name: /^Step 9/ })).toBeVisible();
  },
  Problems: async (page) => {
    await startEmpty(page);
    await paste(page, "apiVersion: v1\nkind: Widget\n---\nkind: Pod\n---\na: [\n");
    const problems = await details(page, "Problems");
    await expect(problems.locator("[data-severity]").first()).toBeVisible();
  },
  Probe: async (page) => {
    const probe = await details(page, "Probe");
    for (const host of ["database.database-tier", "nowhere"]) {
      await probe.getByRole("textbox", { name: "Command" }).fill(`curl ${host}`);
      await page.keyboard.press("Enter");
      await expect(probe.getByRole("heading", { name: new RegExp(host) })).toBeVisible();
    }
  },
  "the share dialog": async (page) => {
    await page.getByRole("button", { name: "Share" }).click();
    await expect(page.getByRole("dialog").getByRole("status")).toContainText("characters");
  },
  "the drafts dialog": async (page) => {
    await choose(page, "More", "Recent drafts…");
    await expect(page.getByRole("dialog", { name: "Recent drafts" })).toBeVisible();
  },
  "the rename dialog": async (page) => {
    await page.getByRole("button", { name: "This file" }).click();
    await page.getByRole("button", { name: "Rename…" }).click();
    await expect(page.getByRole("dialog", { name: "Rename the file" })).toBeVisible();
  },
  "the question before a step": async (page) => {
    await startLesson(page, "Three tiers");
    await editor(page).click();
    await page.keyboard.type("#");
    await detailsPanel(page, "Lesson").getByRole("button", { name: "Next step" }).click();
    await expect(page.getByRole("dialog", { name: "Replace your edits?" })).toBeVisible();
  },
  "the empty state": startEmpty,
  "the matrix": async (page) => {
    await stage(page).getByRole("button", { name: "Matrix" }).click();
    await expect(page.getByRole("grid")).toBeVisible();
  },
  "the menu of ports": async (page) => {
    await page.getByRole("button", { name: /^Ports: / }).click();
    await expect(page.getByRole("textbox", { name: "Other port" })).toBeVisible();
  },
};

for (const theme of THEMES) {
  test.describe(`axe finds nothing, ${theme}`, () => {
    test.use({ colorScheme: theme, reducedMotion: "reduce" });
    for (const [name, reach] of Object.entries(VIEWS)) {
      test(name, async ({ page }) => {
        await open(page);
        await reach(page);
        await expectAccessible(page);
      });
    }

    for (const pane of ["Files", "Stage", "Why", "Lesson"]) {
      test(`narrow: ${pane}`, async ({ page }) => {
        await page.setViewportSize(SIZES.narrow);
        await open(page);
        await showPane(page, pane);
        await expectAccessible(page);
      });
    }
  });
}

async function showPane(page, pane) {
  const button = page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: pane });
  await button.click();
  await expect(button).toHaveAttribute("aria-current", "page");
}

const focused = (page) => page.locator(":focus");

const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);

/** To the next stop; in the editor, where Tab indents, Escape comes first. */
async function tab(page) {
  if (await focused(page).and(editor(page)).count()) await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
}

/** Presses Tab until what `wanted` names has the focus; fails where a whole round does not find it. */
async function tabTo(page, wanted) {
  const stops = 100;
  for (let count = 0; count < stops; count += 1) {
    await tab(page);
    if (await hasFocus(wanted)) return;
  }
  throw new Error(`no way to ${wanted} in ${stops} tabs`);
}

/** Fails where what has the focus looks the same without it. */
async function expectFocusSeen(page) {
  const element = await focused(page).elementHandle();
  const { x, y, width, height } = await element.boundingBox();
  const room = 4;
  const clip = {
    x: Math.max(0, x - room),
    y: Math.max(0, y - room),
    width: width + 2 * room,
    height: height + 2 * room,
  };
  const look = () => page.screenshot({ clip, animations: "disabled", caret: "initial" });
  const seen = await look();
  await element.evaluate((element) => element.blur());
  const unseen = await look();
  await element.focus();
  const label = await element.evaluate((element) => element.outerHTML.slice(0, 120));
  expect(seen.equals(unseen), `looks the same without the focus: ${label}`).toBe(false);
}

test("by keyboard alone, an arrow is reached from its workload, and its rule from the arrow", async ({ page }) => {
  await open(page);
  await startLesson(page, "Three tiers");
  await tabTo(page, page.getByRole("slider", { name: "Lesson step" }));
  for (let step = 1; step < 3; step += 1) await page.keyboard.press("ArrowRight");
  await expect(arrow(page, FRONTEND, DATABASE)).toHaveAttribute("data-verdict", "blocked");

  await tabTo(page, page.locator(`[data-end="${DATABASE}"]`));
  await expectFocusSeen(page);
  await page.keyboard.press("Enter");
  const why = detailsPanel(page, "Why");
  await expect(why.getByRole("heading", { name: "Can be reached from" })).toBeVisible();
  await tabTo(
    page,
    why.locator("section").filter({ hasText: "Can be reached from" }).getByRole("button", { name: /^✓?\s*backend/ }),
  );
  await expectFocusSeen(page);
  await page.keyboard.press("Enter");
  await expect(why.getByRole("heading", { name: "backend → database" })).toBeVisible();
  await tabTo(page, why.getByRole("button", { name: "ingress rule 1" }));
  await expectFocusSeen(page);
  await page.keyboard.press("Enter");
  await expect(editor(page)).toBeFocused();
  await expect(page.locator(".cm-revealed")).toHaveText([/- from:/, /namespaceSelector:/, /matchLabels:/, /tier: backend/]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(editor(page), "the editor lets the focus go").not.toBeFocused();
});

test("every stop of the tab key shows the focus", async ({ page }) => {
  test.slow();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page);
  await page.keyboard.press("Tab");
  const first = await focused(page).elementHandle();
  let stops = 0;
  do {
    if (!(await focused(page).and(editor(page)).count())) await expectFocusSeen(page);
    stops += 1;
    await tab(page);
    // The browser's own controls come between the last stop and the first.
    if ((await focused(page).count()) === 0) break;
  } while (!(await first.evaluate((element) => element === document.activeElement)));
  expect(stops).toBeGreaterThan(20);
});

test("menus and dialogs open, keep the focus and give it back by keyboard", async ({ page }) => {
  await open(page);
  const examples = page.getByRole("button", { name: "Examples" });
  await examples.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("banner").getByRole("button", { name: /^Default deny/ })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("banner").getByRole("button", { name: /^Two namespaces/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(examples).toBeFocused();

  const share = page.getByRole("button", { name: "Share" });
  await share.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Share this scenario" });
  await expect(dialog).toBeVisible();
  expect(await dialog.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(share).toBeFocused();
});

test("the theme follows the system, and the switch outlives a reload", async ({ page }) => {
  const html = page.locator("html");
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page);
  await expect(html).toHaveClass("dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expect(html).not.toHaveClass("dark");
  await page.getByRole("button", { name: "Theme: as the system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await expect(html).toHaveClass("dark");
  await page.reload();
  await expect(page.getByRole("button", { name: "Theme: dark" })).toBeVisible();
  await expect(html).toHaveClass("dark");
});

test.describe("390 px wide", () => {
  test.use({ viewport: SIZES.narrow, hasTouch: true });

  /** Nothing is cut off, and nothing makes the page itself scroll sideways. */
  async function expectFits(page) {
    const { page: width, view } = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      view: document.documentElement.clientWidth,
    }));
    expect(width).toBeLessThanOrEqual(view);
    const outside = await page.getByRole("button").evaluateAll((buttons) => {
      const scrolls = (element) =>
        element && (["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
      return buttons
        .filter((button) => button.checkVisibility() && !(button instanceof SVGElement) && !scrolls(button.parentElement))
        .filter((button) => button.getBoundingClientRect().right > innerWidth + 0.5)
        .map((button) => button.outerHTML.slice(0, 120));
    });
    expect(outside, "buttons out of view").toEqual([]);
  }

  test("each pane fits, and no page scrolls sideways", async ({ page }) => {
    await open(page);
    await expectFits(page);
    for (const pane of ["Files", "Stage", "Why", "Lesson"]) {
      await showPane(page, pane);
      await expectFits(page);
    }
  });

  test("a tap on an arrow leads to its reason and on to its lines", async ({ page }) => {
    await open(page);
    await showPane(page, "Lesson");
    await detailsPanel(page, "Lesson").getByRole("button", { name: "Next step" }).click();
    await showPane(page, "Stage");
    await expect(arrow(page, FRONTEND, DATABASE)).toHaveAttribute("data-verdict", "blocked");
    await clickArrow(page, FRONTEND, DATABASE);
    await page.getByRole("button", { name: /frontend → database/ }).and(page.locator(".callout")).click();
    const why = detailsPanel(page, "Why");
    await expect(why.getByRole("heading", { name: "frontend → database" })).toBeVisible();
    await expectFits(page);
    await why.getByRole("button", { name: "default-deny-all" }).first().click();
    await expect(editor(page)).toBeVisible();
    await expect(page.locator(".cm-revealed")).toHaveText([/name: default-deny-all/]);
  });
});

test("the focus stays in the panel where what was clicked is gone", async ({ page }) => {
  await open(page);
  await clickArrow(page, "frontend-tier/frontend", "backend-tier/backend");
  const why = detailsPanel(page, "Why");
  await why.getByRole("button", { name: "All about frontend" }).focus();
  await page.keyboard.press("Enter");
  await expect(why.getByRole("heading", { name: "frontend", exact: true })).toBeVisible();
  await expect(page.getByRole("tabpanel", { name: "Why" })).toBeFocused();
  // From there the keyboard goes on.
  await page.keyboard.press("Tab");
  await expect(why.locator(":focus")).toHaveCount(1);
});
