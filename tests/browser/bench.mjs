// What an edit costs: the medians of the page's User Timing measures over edits of the three-tier scenario at its
// last step, in the release build.
//
//     cargo xtask build && cargo xtask serve        # says where the site is
//     NETPOL_SITE=http://127.0.0.1:8080/ node tests/browser/bench.mjs [EDITS]
//
// `CHROME` names the browser where it is no Chromium in one of the usual places. Nothing fails here: figures
// depend on the machine, and are for a person to compare.

import { chromium } from "@playwright/test";

import { details, editor, expectArrow, open, startLesson } from "./app.mjs";
import config from "./playwright.config.mjs";

const EDITS = Number(process.argv[2] ?? 50);

/** Edits before those that count: the engine's code is compiled, the caches are warm. */
const WARM_UP = 10;

const MEASURES = ["edit", "parse", "evaluate", "scene", "render"].map((name) => `netpol:${name}`);

const [FROM, TO] = ["backend-tier/backend", "database-tier/database"];

const { baseURL, viewport, launchOptions } = config.use;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", ...defined(launchOptions) });
try {
  const page = await browser.newPage({ baseURL, viewport });
  await open(page);
  await startLesson(page, "Three tiers");
  await (await details(page, "Lesson")).getByRole("button", { name: /^9/ }).click();
  await expectArrow(page, FROM, TO, "allowed");

  console.log(`${browser.browserType().name()} ${browser.version()}, three tiers, step 9, ${EDITS} edits each; milliseconds`);
  // In a comment no verdict changes; in the selector's value that lets the backend in, arrows turn at every key.
  await report(page, "a key in a comment", async () => {
    await editor(page).click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("# \n");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("End");
  });
  await report(page, "a key that turns arrows", async () => {
    await page.keyboard.press("Control+Home");
    const line = editor(page).getByText(/^\s+tier: backend$/).first();
    await line.click();
    await page.keyboard.press("End");
    await page.keyboard.press("x");
    await expectArrow(page, FROM, TO, "blocked");
    await page.keyboard.press("Backspace");
    await expectArrow(page, FROM, TO, "allowed");
  });
} finally {
  await browser.close();
}

/** Types and takes back one letter where `place` puts the cursor, and prints what that took. */
async function report(page, name, place) {
  await place();
  await edit(page, WARM_UP);
  await page.evaluate(() => performance.clearMeasures());
  await edit(page, EDITS);
  const durations = await page.evaluate(() =>
    performance.getEntriesByType("measure").map(({ name, duration }) => ({ name, duration })),
  );
  console.log(`\n${name}`);
  for (const measure of MEASURES) {
    const sorted = durations
      .filter(({ name }) => name === measure)
      .map(({ duration }) => duration)
      .sort((one, other) => one - other);
    const at = (share) => (sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(2);
    console.log(`  ${measure.padEnd(16)} median ${at(0.5)}   90 % ${at(0.9)}   most ${at(1)}   of ${sorted.length}`);
  }
}

async function edit(page, count) {
  const edits = () => page.evaluate(() => performance.getEntriesByName("netpol:edit").length);
  const before = await edits();
  for (let done = 0; done < count; done += 1) {
    await page.keyboard.press(done % 2 === 0 ? "x" : "Backspace");
    await page.waitForFunction(
      (wanted) => performance.getEntriesByName("netpol:edit").length >= wanted,
      before + done + 1,
    );
  }
}

/** Without the options that are not given, so that they do not stand in for others. */
function defined(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
