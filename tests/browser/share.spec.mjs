// The work travels in a link and survives a reload; no link, tab or reload takes another work away.

import { deflateRawSync, inflateRawSync } from "node:zlib";

import {
  arrow,
  choose,
  clickArrow,
  copyAll,
  detailsPanel,
  editor,
  expectArrow,
  fileTab,
  open,
  paste,
  picture,
  showFile,
  startEmpty,
  started,
  startLesson,
} from "./app.mjs";
import { expect, test } from "./fixtures.mjs";

const CLUSTER = `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: api
  labels: {app: api}
spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 80}]}]}
`;

const POLICY = `# ünïcödé stays what it is: 漢字 🎈
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: nothing-in
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
`;

const [WEB, API] = ["default/web", "default/api"];

/** A work of one's own, in which web does not reach the API. */
async function work(page) {
  await open(page);
  await startEmpty(page);
  await paste(page, CLUSTER);
  await showFile(page, "policies.yaml");
  await paste(page, POLICY);
  await expectWork(page);
}

async function expectWork(page) {
  await expectArrow(page, WEB, API, "blocked");
  await expectArrow(page, API, WEB, "allowed");
}

/** Opens the share dialog and gives its link, closing it again. */
async function share(page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: "Share this scenario" });
  await expect(dialog.getByRole("status")).toContainText("Copied.");
  const link = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await expect(dialog.getByRole("status")).toContainText(`${link.length.toLocaleString("en")} characters.`);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  return link;
}

/** The link of `files`, made here once more and by other code than the page's. */
function encode(...files) {
  const json = JSON.stringify({ version: 1, files });
  return `#v1=${deflateRawSync(json, { level: 9 }).toString("base64url")}`;
}

const decode = (link) => JSON.parse(inflateRawSync(Buffer.from(link.split("#v1=")[1], "base64url")));

/** The drafts that this browser keeps, by their titles, as the dialog lists them. */
async function drafts(page) {
  await choose(page, "More", "Recent drafts…");
  const dialog = page.getByRole("dialog", { name: "Recent drafts" });
  await expect(dialog).toBeVisible();
  return dialog;
}

const draftItems = (dialog) => dialog.getByRole("listitem");

/** Waits until what was edited is written: the list says how many lines a draft has. */
async function expectKept(page, title, lines) {
  await expect(async () => {
    const dialog = await drafts(page);
    try {
      await expect(draftItems(dialog).filter({ hasText: title }).filter({ hasText: `${lines} lines` })).toHaveCount(1, {
        timeout: 500,
      });
    } finally {
      await dialog.getByRole("button", { name: "Close" }).click();
    }
  }).toPass();
}

const TITLE = "cluster.yaml, policies.yaml";
const LINES = `${CLUSTER}${POLICY}`.trimEnd().split("\n").length;

test("a link opened in a fresh profile brings the files, the picture and what is selected", async ({
  page,
  freshPage,
}) => {
  await work(page);
  await clickArrow(page, WEB, API);
  const link = await share(page);
  expect(link).toMatch(/^http:\/\/[^#]+#v1=[\w-]+$/);
  expect(decode(link)).toMatchObject({
    files: [
      { name: "cluster.yaml", text: CLUSTER },
      { name: "policies.yaml", text: POLICY },
    ],
    active: "policies.yaml",
  });
  const before = await picture(page);

  const other = await freshPage();
  await open(other, link);
  await expectWork(other);
  expect(await picture(other)).toEqual(before);
  await expect(arrow(other, WEB, API)).toHaveAttribute("aria-pressed", "true");
  await expect(detailsPanel(other, "Why").getByRole("heading", { name: "web → api" })).toBeVisible();
  await expect(other.getByRole("textbox", { name: "Editor: policies.yaml" })).toBeVisible();
  expect(await copyAll(other)).toBe(POLICY);
  await showFile(other, "cluster.yaml");
  expect(await copyAll(other)).toBe(CLUSTER);
});

test("a lesson's step travels as well", async ({ page, freshPage }) => {
  await open(page);
  await startLesson(page, "Three tiers");
  await detailsPanel(page, "Lesson").getByRole("button", { name: "Next step" }).click();
  await expect(detailsPanel(page, "Lesson").getByRole("heading", { name: /^Step 2 of 9/ })).toBeVisible();
  const link = await share(page);
  const other = await freshPage();
  await open(other, link);
  await expect(detailsPanel(other, "Lesson").getByRole("heading", { name: /^Step 2 of 9/ })).toBeVisible();
});

test("a long link warns that some programs cut it", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  // Names that do not compress.
  const names = Array.from({ length: 400 }, (_, at) => `# ${Math.sin(at + 1).toString(36)}`).join("\n");
  await paste(page, names);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: "Share this scenario" });
  await expect(dialog.getByText(/^Longer than 2,000/)).toBeVisible();
});

test("a reload keeps the work", async ({ page }) => {
  await work(page);
  await expectKept(page, TITLE, LINES);
  await page.reload();
  await started(page);
  await expectWork(page);
  await expect(page.getByRole("textbox", { name: "Editor: policies.yaml" })).toBeVisible();
  expect(await copyAll(page)).toBe(POLICY);
});

test("a reload right after an edit keeps it", async ({ page }) => {
  await work(page);
  await page.reload();
  await started(page);
  await expectWork(page);
});

test("a reload keeps the lesson that was opened, though nothing was edited", async ({ page }) => {
  await open(page);
  await startLesson(page, "Two namespaces and the five default policies");
  const lesson = detailsPanel(page, "Lesson");
  // Its text is fetched; until it comes, the first lesson's step stands there.
  await expect(lesson.getByText("Two namespaces and the five default policies")).toBeVisible();
  await page.reload();
  await started(page);
  await expect(lesson.getByText("Two namespaces and the five default policies")).toBeVisible();
  await lesson.getByRole("button", { name: "Next step" }).click();
  await expect(lesson.getByRole("heading", { name: /^Step 2 of/ })).toBeVisible();
  await page.reload();
  await started(page);
  await expect(lesson.getByRole("heading", { name: /^Step 2 of/ })).toBeVisible();
});

test("who pastes their own cluster over a lesson leaves it with their files", async ({ page }) => {
  await open(page);
  const lesson = detailsPanel(page, "Lesson");
  const leave = lesson.getByRole("button", { name: "Leave the lesson, keep the files" });
  const gone = lesson.getByText("The files hold none of this lesson's pods any more.");
  await expect(leave).toBeVisible();
  await expect(gone).toBeHidden();
  await showFile(page, "cluster.yaml");
  await paste(page, CLUSTER);
  await expect(gone).toBeVisible();
  await expect(lesson.getByRole("heading", { name: "What must hold" })).toBeHidden();
  await leave.click();
  await expect(page.getByRole("banner").getByText("Three tiers")).toBeHidden();
  await expectArrow(page, "default/web", "default/api", "allowed");
  expect(await copyAll(page)).toBe(CLUSTER);
});

test("a second tab begins anew and overwrites nothing", async ({ page, context }) => {
  await work(page);
  await expectKept(page, TITLE, LINES);

  const second = await context.newPage();
  await open(second);
  await startEmpty(second);
  await paste(second, CLUSTER);
  await expectArrow(second, WEB, API, "allowed");
  await expectKept(second, "cluster.yaml", CLUSTER.trimEnd().split("\n").length);

  await page.reload();
  await started(page);
  await expectWork(page);
  await second.reload();
  await started(second);
  await expectArrow(second, WEB, API, "allowed");
  const dialog = await drafts(second);
  await expect(draftItems(dialog)).toHaveCount(2);
});

test("a duplicated tab goes on under a draft of its own", async ({ page }) => {
  await work(page);
  await expectKept(page, TITLE, LINES);
  const [copy] = await Promise.all([page.waitForEvent("popup"), page.evaluate(() => void window.open(location.href))]);
  await started(copy);
  await expectWork(copy);
  await showFile(copy, "policies.yaml");
  await paste(copy, "# gone");
  await expectArrow(copy, WEB, API, "allowed");
  await expectKept(copy, TITLE, CLUSTER.trimEnd().split("\n").length + 1);
  await page.reload();
  await started(page);
  await expectWork(page);
});

test("a draft that another tab has open is opened as a copy", async ({ page, context }) => {
  await work(page);
  await expectKept(page, TITLE, LINES);
  const second = await context.newPage();
  await open(second);
  await draftItems(await drafts(second)).filter({ hasText: TITLE }).getByRole("button", { name: TITLE }).first().click();
  await expectWork(second);
  await showFile(second, "policies.yaml");
  await paste(second, "# gone");
  await expectArrow(second, WEB, API, "allowed");
  await expectKept(second, TITLE, CLUSTER.trimEnd().split("\n").length + 1);
  await page.reload();
  await started(page);
  await expectWork(page);
});

test("an earlier draft can be opened again and deleted", async ({ page }) => {
  await work(page);
  await choose(page, "More", "New, empty");
  await expect(page.getByRole("heading", { name: "Paste your pods and policies" })).toBeVisible();
  const dialog = await drafts(page);
  await draftItems(dialog).getByRole("button", { name: TITLE }).first().click();
  await expect(dialog).toBeHidden();
  await expectWork(page);

  await choose(page, "More", "New, empty");
  await (await drafts(page)).getByRole("button", { name: `Delete ${TITLE}` }).click();
  await expect(draftItems(dialog)).toHaveCount(0);
});

test("a link leaves the draft of whoever opens it alone", async ({ page, context, baseURL }) => {
  await work(page);
  await expectKept(page, TITLE, LINES);
  const link = encode({ name: "linked.yaml", text: CLUSTER });

  // In the same tab, while the page stands.
  await page.evaluate((link) => (location.hash = link), link);
  await expect(fileTab(page, "linked.yaml")).toBeVisible();
  await expectArrow(page, WEB, API, "allowed");
  await editor(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("# mine");
  await expect(page, "the link goes with the first edit").toHaveURL(baseURL);
  await expectKept(page, "linked.yaml", CLUSTER.trimEnd().split("\n").length + 1);
  await draftItems(await drafts(page)).getByRole("button", { name: TITLE }).first().click();
  await expectWork(page);

  // In a new one.
  const second = await context.newPage();
  await open(second, `./${link}`);
  await expect(fileTab(second, "linked.yaml")).toBeVisible();
  await expect(draftItems(await drafts(second)).filter({ hasText: TITLE })).toHaveCount(1);
});

test("a page inside another page keeps nothing", async ({ page, context, baseURL }) => {
  const inner = `./${encode({ name: "embedded.yaml", text: CLUSTER })}`;
  await context.route(`${baseURL}outer.html`, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><title>Outer</title><iframe title="Playground" src="${inner}" width="1200" height="800"></iframe>`,
    }),
  );
  await page.goto("./outer.html");
  const frame = page.frameLocator("iframe");
  await expect(frame.getByRole("tab", { name: "embedded.yaml" })).toBeVisible();
  const box = frame.getByRole("textbox", { name: "Editor: embedded.yaml" });
  await box.press("Control+End");
  await box.press("#");
  await expect(box).toContainText("#");

  // Long enough for a page of its own to have kept an edit made after that one.
  const own = await context.newPage();
  await work(own);
  await expectKept(own, TITLE, LINES);
  await expect(draftItems(await drafts(own))).toHaveCount(1);
});

test.describe("a link that cannot be opened", () => {
  const good = encode({ name: "cluster.yaml", text: CLUSTER });
  const unfit = [
    ["damaged", `${good.slice(0, 20)}AAAA${good.slice(24)}`, /This link is damaged/],
    ["truncated", good.slice(0, -30), /This link is damaged/],
    ["not base64", `${good}%%%`, /This link is damaged/],
    ["of another page", "#section-3", /not a scenario of this page/],
    ["of a newer version", good.replace("v1=", "v2="), /newer version/],
    ["too long", `#v1=${"A".repeat(1_000_001)}`, /too large for a link/],
    ["a bomb", encode({ name: "x", text: "x".repeat(9 * 1024 * 1024) }), /too large for a link/],
    ["two files of one name", encode({ name: "x", text: "" }, { name: "x", text: "" }), /two files have the same/],
  ];
  for (const [what, link, message] of unfit) {
    test(`says so: ${what}`, async ({ page }) => {
      await open(page, `./${link}`);
      const alert = page.getByRole("alert").filter({ hasText: message });
      await expect(alert).toBeVisible();
      // The app is there as usual.
      await expectArrow(page, "frontend-tier/frontend", "database-tier/database", "allowed");
      await alert.getByRole("button", { name: "Dismiss" }).click();
      await expect(alert).toBeHidden();
    });
  }

  test("leaves the work on the page alone", async ({ page }) => {
    await work(page);
    await expectKept(page, TITLE, LINES);
    await page.evaluate(() => (location.hash = "v1=damaged"));
    await expect(page.getByRole("alert").filter({ hasText: "This link is damaged" })).toBeVisible();
    await expectWork(page);
    await page.reload();
    await started(page);
    await expectWork(page);
  });
});

test("the link is a QR code as well, unless it is too long for one", async ({ page }) => {
  await open(page);
  await page.getByRole("banner").getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: "Share this scenario" });
  await dialog.getByText("QR code").click();
  const code = dialog.getByRole("img", { name: "The link as a QR code" });
  await expect(code).toBeVisible();
  // Read back: each version of a code has its own size, and this many letters take one of the larger.
  const link = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
  const size = Number((await code.getAttribute("viewBox")).split(" ")[2]) - 8;
  expect((size - 17) % 4).toBe(0);
  expect(link.length).toBeGreaterThan(300);
  expect(size).toBeGreaterThan(70);
  const finder = await code.locator("path").evaluate((path) => {
    const inside = (x, y) => path.isPointInFill(new DOMPoint(x + 4.5, y + 4.5));
    return [inside(0, 0), inside(1, 1), inside(3, 3), inside(6, 6), inside(7, 7)];
  });
  expect(finder).toEqual([true, false, true, true, false]);
});
