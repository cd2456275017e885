// The page as a whole: that it starts, from where it is put, under its own Content-Security-Policy.

import { expect, ready, test } from "./fixtures.mjs";

test("starts under a sub-path with a clean console", async ({ page }) => {
  await page.goto("./");
  await ready(page);
  expect(new URL(page.url()).pathname).toBe("/some/sub/path/");
  await expect(page).toHaveTitle("NetworkPolicy Playground");
});

test("runs no script that was not built into it", async ({ page, console }) => {
  console.expect(/Content Security Policy/);
  await page.goto("./");
  await ready(page);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.body.append(script);
    return Boolean(window.injected);
  });
  expect(ran).toBe(false);
});

test("has an editor that is fetched when asked for", async ({ page }) => {
  await page.goto("./");
  await ready(page);
  // What the page's own glue does.
  const text = await page.evaluate(async () => {
    const url = document.querySelector('meta[name="netpol-editor"]').content;
    const { createEditor } = await import(new URL(url, document.baseURI).href);
    const host = document.createElement("div");
    document.body.append(host);
    const editor = createEditor(host, { doc: "kind: Pod\n", label: "Editor" });
    const text = host.firstElementChild.shadowRoot.querySelector('[role="textbox"]').innerText;
    editor.destroy();
    return text;
  });
  expect(text).toContain("kind: Pod");
});
