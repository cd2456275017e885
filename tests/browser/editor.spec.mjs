// The editor by itself, through the handle that the page drives it by.

import { smallestChange } from "../../web/editor/src/change.js";
import { expect, expectAccessible, ready, test } from "./fixtures.mjs";

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
spec:
  podSelector: {}
`;

/** A page with an editor of its own in the way of everything else, as `window.editor`. */
async function open(page, options = {}) {
  await page.goto("./");
  await ready(page);
  await page.evaluate(async (given) => {
    const url = document.querySelector('meta[name="netpol-editor"]').content;
    const { createEditor } = await import(new URL(url, document.baseURI).href);
    const host = document.createElement("div");
    host.id = "editor-under-test";
    host.style = "position:fixed;inset:0;z-index:1000;background:var(--pane)";
    document.body.replaceChildren(host);
    window.edits = [];
    window.editor = createEditor(host, {
      label: "Editor",
      name: "policies.yaml",
      onChange: (text, edit) => window.edits.push({ text, ...edit, now: performance.now() }),
      onCursor: (offset) => (window.cursor = offset),
      ...given,
    });
  }, options);
  return page.getByRole("textbox", { name: options.label ?? "Editor" });
}

const text = (page) => page.evaluate(() => window.editor.text());
const edits = (page) => page.evaluate(() => window.edits);

test("the smallest change leaves what both texts share", () => {
  expect(smallestChange("abc", "abc")).toBeNull();
  expect(smallestChange("port: 80\n", "port: 8080\n")).toEqual({ from: 8, to: 8, insert: "80" });
  expect(smallestChange("aaa", "aa")).toEqual({ from: 2, to: 3, insert: "" });
  expect(smallestChange("", "x")).toEqual({ from: 0, to: 0, insert: "x" });
});

test("the smallest change never cuts a character in two", () => {
  // Both begin with the same high surrogate; the second pair of texts ends with the same low one.
  expect(smallestChange("\u{1F600}", "\u{1F601}")).toEqual({ from: 0, to: 2, insert: "\u{1F601}" });
  expect(smallestChange("\u{10400}", "\u{10800}")).toEqual({ from: 0, to: 2, insert: "\u{10800}" });
});

test("tells of what the user types, with the changes and when it began", async ({ page }) => {
  const box = await open(page, { doc: "port: 80" });
  await box.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("8");
  const [edit] = await edits(page);
  expect(edit.text).toBe("port: 808");
  expect(edit.changes).toEqual([{ from: 8, to: 8, insert: "8" }]);
  expect(edit.startedAt).toBeGreaterThan(0);
  expect(edit.startedAt).toBeLessThanOrEqual(edit.now);
  expect(await page.evaluate(() => window.cursor)).toBe(9);
});

test("a text that the page sets is one undo step, which keeps the cursor and is not told of", async ({ page }) => {
  const box = await open(page, { doc: POLICY });
  await box.click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("End");
  const before = await page.evaluate(() => window.cursor);
  await page.evaluate((next) => window.editor.setDoc(next), POLICY.replace("{}", "{matchLabels: {app: web}}"));
  expect(await text(page)).toContain("app: web");
  expect(await edits(page)).toEqual([]);
  await page.keyboard.press("x");
  expect(await text(page)).toContain("networking.k8s.io/v1x");
  expect((await edits(page))[0].changes[0].from).toBe(before);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  expect(await text(page)).toBe(POLICY);
});

test("each file keeps its own history and its place", async ({ page }) => {
  const long = Array.from({ length: 400 }, (_, line) => `line${line}: x`).join("\n");
  const box = await open(page, { doc: long });
  await page.evaluate((end) => window.editor.reveal(end, end, { focus: true }), long.length);
  await expect(page.getByText("line399")).toBeVisible();
  await page.keyboard.type("# mine");
  await page.evaluate(() => window.editor.openFile("cluster.yaml", "kind: Pod"));
  await expect(page.getByRole("textbox", { name: "Editor: cluster.yaml" })).toHaveText("kind: Pod");
  await page.keyboard.press("Control+z");
  expect(await text(page)).toBe("kind: Pod");
  await page.evaluate((own) => window.editor.openFile("policies.yaml", own), `${long}# mine`);
  await expect(page.getByText("line399")).toBeVisible();
  await page.keyboard.press("Control+z");
  expect(await text(page)).not.toContain("mine");
  await expect(box).toBeVisible();
});

test("diagnostics are squiggles, marks in the gutter and a text to hover", async ({ page }) => {
  await open(page, { doc: POLICY });
  const from = POLICY.indexOf("podSelector");
  await page.evaluate((from) => {
    window.editor.setDiagnostics([
      { from, to: from + 11, severity: "error", message: "no such `<b>field</b>`", help: "write `podSelector`" },
      // Older than the text, and so past its end.
      { from: 10_000, to: 10_001, severity: "warning", message: "late" },
    ]);
  }, from);
  await expect(page.locator(".cm-lintRange-error")).toHaveText("podSelector");
  await expect(page.locator(".cm-lint-marker-error")).toBeVisible();
  await page.locator(".cm-lintRange-error").hover();
  const tip = page.locator(".cm-tooltip .cm-diagnostic");
  await expect(tip).toContainText("no such <b>field</b>write podSelector");
  await expect(tip.locator("code")).toHaveText(["<b>field</b>", "podSelector"]);
});

test("reveals lines and marks them until the next edit", async ({ page }) => {
  await open(page, { doc: POLICY.repeat(40) });
  const from = POLICY.length * 30 + POLICY.indexOf("metadata");
  const to = from + "metadata:\n  name: default-deny\n".length;
  await page.evaluate(([from, to]) => window.editor.reveal(from, to, { focus: true }), [from, to]);
  const marked = page.locator(".cm-revealed");
  await expect(marked).toHaveText(["metadata:", "  name: default-deny"]);
  await expect(marked.first()).toBeInViewport();
  expect(await page.evaluate(() => window.cursor)).toBe(from);
  await page.keyboard.type("#");
  await expect(marked).toHaveCount(0);
});

test("a whole document folds at its separator", async ({ page }) => {
  await open(page, { doc: `---\n${POLICY}\n---\n${POLICY}` });
  await page.locator(".cm-foldGutter .cm-gutterElement:visible").filter({ hasText: "⌄" }).first().click();
  await expect(page.locator(".cm-foldPlaceholder")).toBeVisible();
  // The separator with its fold, the blank line, and the second document.
  await expect(page.locator(".cm-line").nth(2)).toHaveText("---");
});

test("Tab indents, and Escape then Tab leaves", async ({ page }) => {
  const box = await open(page, { doc: "a" });
  await box.focus();
  await page.keyboard.press("Tab");
  expect(await text(page)).toBe("  a");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(box).not.toBeFocused();
  expect(await text(page)).toBe("  a");
  await expect(box).toHaveAccessibleDescription(/Press Escape and then Tab to leave/);
});

test("searches with Ctrl-F", async ({ page }) => {
  const box = await open(page, { doc: POLICY });
  await box.click();
  await page.keyboard.press("Control+f");
  await page.keyboard.type("default-deny");
  await expect(page.locator(".cm-searchMatch")).toHaveText("default-deny");
});

for (const theme of ["light", "dark"]) {
  test(`is readable and accessible in the ${theme} theme`, async ({ page }, testInfo) => {
    await open(page, { doc: `# a comment\n${POLICY}`, dark: theme === "dark" });
    await page.evaluate((dark) => document.documentElement.classList.toggle("dark", dark), theme === "dark");
    await page.evaluate(() => {
      window.editor.setDiagnostics([
        { from: 15, to: 25, severity: "error", message: "one" },
        { from: 60, to: 70, severity: "warning", message: "two" },
        { from: 80, to: 88, severity: "info", message: "three" },
      ]);
      window.editor.reveal(70, 100, { focus: true });
    });
    await page.keyboard.press("Control+f");
    await expect(page.locator(".cm-search")).toBeVisible();
    const path = testInfo.outputPath(`editor-${theme}.png`);
    await page.screenshot({ path, animations: "disabled", clip: { x: 0, y: 0, width: 700, height: 320 } });
    await expectAccessible(page, "#editor-under-test");
  });
}
