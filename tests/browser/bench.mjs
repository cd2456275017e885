// What an edit costs, from the input event to the end of the DOM's update, and how smoothly the stage moves: medians of
// the page's User Timing measures and intervals between frames, in the release build, without a GPU.
//
//     cargo xtask bench --browser
//
// builds the site, serves it and says where it, the browser and the generated clusters are (`NETPOL_SITE`, `CHROME`,
// `NETPOL_CLUSTERS`). Nothing fails here: figures depend on the machine, and are for a person to compare.

import { readFileSync } from "node:fs";

import { chromium } from "@playwright/test";

import { details, dropFile, editor, expectArrow, open, showFile, stage, startEmpty, startLesson } from "./app.mjs";
import { expect } from "./fixtures.mjs";
import config from "./playwright.config.mjs";

const EDITS = 30;

/** Edits before those that count: the engine's code is compiled, the caches are warm. */
const WARM_UP = 10;

/** How often the page's processor is slowed down. */
const SLOWER = [1, 4];

/** Of an edit, and of its parts. */
const MEASURES = ["edit", "parse", "evaluate", "scene", "render"].map((name) => `netpol:${name}`);

/**
 * A frame within two refreshes of a screen at 60 Hz, which are 33.3 milliseconds, is smooth enough. The browser's clock has
 * tenths, and two of them to both sides; the next refresh is at 50.
 */
const FRAME = 33.6;

const { baseURL, viewport, launchOptions } = config.use;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", ...defined(launchOptions) });
try {
  console.log(`${browser.browserType().name()} ${browser.version()}, ${EDITS} edits each; milliseconds`);
  await scenario("three tiers, its last step", 8, openThreeTiers);
  await scenario("30 workloads, 10 policies", 16, openCluster("90-10"));
  await scenario("1,000 pods, 100 policies", 50, openCluster("1000-100"));
  await scenario("5,000 pods, 500 policies", 200, openCluster("5000-500"));
  await moving("1,000 workloads", openCluster("3000-300"));
} finally {
  await browser.close();
}

/** Prints what edits of a scenario cost; its median should be at most `aim`, and `aim` times as much when slowed. */
async function scenario(name, aim, openIt) {
  console.log(`\n${name}; netpol:edit is to be at most ${aim}`);
  const page = await browser.newPage({ baseURL, viewport, serviceWorkers: "block" });
  await openIt(page);
  for (const slower of SLOWER) {
    await slowDown(page, slower);
    // In a comment no verdict changes; with a selector's value, arrows turn at every key.
    await report(page, `a key in a comment${times(slower)}`, "x", async () => {
      await top(page);
      await page.keyboard.press("End");
    });
    await report(page, `a key that turns arrows${times(slower)}`, "x", async () => {
      await top(page);
      await editor(page).getByText(/^\s+(app|tier): \S+$/).first().click();
      await page.keyboard.press("End");
    });
  }
  await page.close();
}

async function openThreeTiers(page) {
  const [from, to] = ["backend-tier/backend", "database-tier/database"];
  await open(page);
  await startLesson(page, "Three tiers");
  await (await details(page, "Lesson")).getByRole("button", { name: /^9/ }).click();
  await expectArrow(page, from, to, "allowed");
  await comment(page);
}

/** Opens a generated cluster, its policies in a file of their own, one that all of a namespace depends on first. */
function openCluster(name) {
  const text = readFileSync(`${process.env.NETPOL_CLUSTERS}/${name}.yaml`, "utf8");
  const [cluster, policies] = text.split("# policies\n");
  const mine = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: edited
  namespace: ${/^ {2}namespace: (\S+)$/m.exec(cluster)[1]}
spec:
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector: {}
      podSelector:
        matchLabels:
          tier: backend
`;
  return async (page) => {
    page.setDefaultTimeout(120_000);
    await open(page);
    await startEmpty(page);
    await dropFile(page, "cluster.yaml", cluster);
    await dropFile(page, "policies.yaml", `${mine}---\n${policies}`);
    await showFile(page, "policies.yaml");
    await expect(stage(page).locator("[data-verdict]").first()).toBeAttached({ timeout: 60_000 });
    await comment(page);
  };
}

/** Begins the file with a comment. */
async function comment(page) {
  await top(page);
  await page.keyboard.type("# \n");
}

async function top(page) {
  await editor(page).focus();
  await page.keyboard.press("Control+Home");
}

/** Types and takes back one letter where `place` puts the cursor, and prints what that took. */
async function report(page, name, letter, place) {
  await place();
  await edit(page, letter, WARM_UP);
  await page.evaluate(() => performance.clearMeasures());
  await edit(page, letter, EDITS);
  const durations = await page.evaluate(() =>
    performance.getEntriesByType("measure").map(({ name, duration }) => ({ name, duration })),
  );
  console.log(`  ${name}`);
  for (const measure of MEASURES) {
    const of = sorted(durations.filter(({ name }) => name === measure).map(({ duration }) => duration));
    if (of.length > 0) console.log(`    ${measure.padEnd(16)} ${shares(of, [0.5, 0.9, 1])}   of ${of.length}`);
  }
}

async function edit(page, letter, count) {
  const edits = () => page.evaluate(() => performance.getEntriesByName("netpol:edit").length);
  const before = await edits();
  for (let done = 0; done < count; done += 1) {
    await page.keyboard.press(done % 2 === 0 ? letter : "Backspace");
    await page.waitForFunction(
      (wanted) => performance.getEntriesByName("netpol:edit").length >= wanted,
      before + done + 1,
    );
  }
}

/** Prints how long frames are while the stage moves. */
async function moving(name, openIt) {
  console.log(`\n${name}; 95 % of frames are to be within ${FRAME}`);
  const page = await browser.newPage({ baseURL, viewport, serviceWorkers: "block" });
  await openIt(page);
  await stage(page).getByRole("button", { name: "Unfold all" }).click();
  const canvas = stage(page).locator(".canvas");
  for (const [view, what, move] of [
    ["Matrix", "scrolling the matrix", (step) => page.mouse.wheel(step % 3 === 0 ? 60 : 0, step % 3 === 0 ? 0 : 90)],
    ["Diagram", "panning the diagram", (step, at) => page.mouse.move(at.x + 4 * (step % 40), at.y + 2 * (step % 40))],
  ]) {
    await stage(page).getByRole("button", { name: view, exact: true }).click();
    const { x, y, width, height } = await canvas.boundingBox();
    const at = { x: x + width / 3, y: y + height / 3 };
    await page.mouse.move(at.x, at.y);
    if (view === "Diagram") await page.mouse.down();
    const frames = await framesDuring(page, async () => {
      for (let step = 1; step <= 150; step += 1) await move(step, at);
    });
    await page.mouse.up();
    const smooth = frames.filter((frame) => frame <= FRAME).length / frames.length;
    console.log(`  ${what.padEnd(22)} ${shares(frames, [0.5, 0.95, 1])}   ${(smooth * 100).toFixed(1)} % within ${FRAME}, of ${frames.length}`);
  }
  await page.close();
}

/** The intervals between frames while `work` goes on. */
async function framesDuring(page, work) {
  await page.evaluate(() => {
    window.frames_ = [];
    const note = (at) => {
      window.frames_?.push(at);
      if (window.frames_) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  await work();
  const at = await page.evaluate(() => {
    const noted = window.frames_;
    window.frames_ = undefined;
    return noted;
  });
  return sorted(at.slice(1).map((time, index) => time - at[index]));
}

async function slowDown(page, rate) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
}

function times(slower) {
  return slower === 1 ? "" : `, ${slower} times slower`;
}

function sorted(numbers) {
  return numbers.sort((one, other) => one - other);
}

function shares(sorted, wanted) {
  const at = (share) => (sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(1).padStart(7);
  const name = (share) => ({ 0.5: "median", 1: "most" })[share] ?? `${share * 100} %`;
  return wanted.map((share) => `${name(share)} ${at(share)}`).join("   ");
}

/** Without the options that are not given, so that they do not stand in for others. */
function defined(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
