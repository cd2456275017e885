// Scenes as they were looked at and kept, and that every text has the room which was counted on.
//
// After a change that is meant: `cargo xtask test --only browser -- scenes --update-snapshots`, and look at what changed.

import { details, dropFile, expectArrow, open, showFile, stage, startEmpty, startLesson } from "./app.mjs";
import { cluster, workload } from "./clusters.mjs";
import { expect, test } from "./fixtures.mjs";

const policy = (name, spec) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: team-1}\nspec: ${spec}\n`;

async function openCluster(page, namespaces, each) {
  await open(page);
  await startEmpty(page);
  await dropFile(page, "cluster.yaml", cluster(namespaces, each));
  await dropFile(page, "policies.yaml", policy("front-only", "{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {tier: front}}}]}]}"));
  await stage(page).getByRole("button", { name: "Diagram", exact: true }).click();
  await expect(stage(page).locator('.arrow[data-verdict="blocked"]').first()).toBeAttached();
}

async function toLastStep(page) {
  await startLesson(page, "Three tiers");
  await (await details(page, "Lesson")).getByRole("button", { name: /^9/ }).click();
  await expectArrow(page, "backend-tier/backend", "database-tier/database", "allowed");
}

/** Each scene: how it comes about, and whether all of the page is kept and not the stage alone. */
const SCENES = {
  "empty": { make: (page) => startEmpty(page) },
  "three-tiers-first": { make: (page) => startLesson(page, "Three tiers") },
  "three-tiers-last": { make: toLastStep },
  "40-workloads": { make: (page) => openCluster(page, 4, 10) },
  "300-workloads": { make: (page) => openCluster(page, 12, 25) },
  "matrix": {
    make: async (page) => {
      await toLastStep(page);
      await stage(page).getByRole("button", { name: "Matrix", exact: true }).click();
    },
  },
  "changes": {
    make: async (page) => {
      await startLesson(page, "Three tiers");
      await (await details(page, "Lesson")).getByRole("button", { name: /^2/ }).click();
      await stage(page).getByRole("button", { name: /^Changed/ }).click();
    },
  },
  "narrow": { make: toLastStep, viewport: { width: 390, height: 844 }, whole: true },
  "dark": { make: toLastStep, colorScheme: "dark", whole: true },
};

// What the second thread finds comes when it comes: these pictures are of the page without it.
test.beforeEach(({ page }) =>
  page.addInitScript(() => {
    window.Worker = class {
      constructor() {
        throw new Error("no second thread here");
      }
    };
  }),
);

for (const [name, { make, viewport, colorScheme, whole }] of Object.entries(SCENES)) {
  test(`${name} looks as it did`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page);
    await make(page);
    if (viewport) {
      await page.setViewportSize(viewport);
      await page.getByRole("navigation").getByRole("button", { name: "Stage" }).click();
    }
    // Nothing is pointed at.
    await page.mouse.move(0, 0);
    if (whole) await expect(page).toHaveScreenshot(`${name}.png`);
    else await expect(stage(page)).toHaveScreenshot(`${name}.png`);
  });
}

/** Names as long and as wide as they may be. */
const NAMES = `${workload("m".repeat(63), "w".repeat(63))}---\n${workload("i", "l")}---\n${workload("team", `a-${"0".repeat(40)}-m`)}`;

for (const [name, make] of Object.entries({
  "three tiers": toLastStep,
  "40 workloads": (page) => openCluster(page, 4, 10),
  "the longest names": async (page) => {
    await open(page);
    await startEmpty(page);
    await dropFile(page, "cluster.yaml", NAMES);
    await showFile(page, "cluster.yaml");
    await expect(stage(page).locator(".node")).not.toHaveCount(0);
  },
})) {
  test(`every text of ${name} lies in what it was given room in`, async ({ page }) => {
    await open(page);
    await make(page);
    const beyond = await stage(page).locator(".diagram").evaluate((diagram) => {
      const found = [];
      const check = (texts, holder, what) => {
        const room = holder.getBBox();
        for (const text of texts) {
          if (text.textContent === "") continue;
          const { x, width } = text.getBBox();
          // Half a pixel is how glyphs are placed.
          if (x < room.x - 0.5 || x + width > room.x + room.width + 0.5) {
            found.push(`${what} "${text.textContent}": ${x} + ${width} in ${room.x} + ${room.width}`);
          }
        }
      };
      for (const node of diagram.querySelectorAll(".node")) check(node.querySelectorAll("text"), node.querySelector("rect"), "node");
      for (const label of diagram.querySelectorAll(".label")) check(label.querySelectorAll("text"), label.querySelector("rect"), "label");
      // Headings stand over the lines, in the order of their boxes.
      const boxes = [...diagram.querySelectorAll(".box > rect")];
      const headings = [...diagram.querySelectorAll(".heading")];
      headings.forEach((heading, at) => boxes[at] && check(heading.querySelectorAll("text"), boxes[at], "box"));
      return { found, texts: diagram.querySelectorAll("text").length, headings: headings.length, boxes: boxes.length };
    });
    expect(beyond.found).toEqual([]);
    expect(beyond.texts).toBeGreaterThan(3);
    expect(beyond.headings).toBe(beyond.boxes);
  });
}
