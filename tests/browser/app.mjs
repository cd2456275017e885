// The page as a person sees it: each part by its role and name, and what is done to it by hand.

import { expect } from "./fixtures.mjs";

/** Opens the page, or what `url` adds to its address, and waits until there is an editor to type in. */
export async function open(page, url = "./") {
  await page.goto(url);
  await started(page);
}

/** Waits until the page has started, as after a reload. */
export async function started(page) {
  await expect(stage(page)).toBeAttached();
  // The plain text area has gone, and what takes its place is there.
  await expect(page.locator(".cm-content")).toBeAttached();
}

/** The stage, also while a narrow screen shows another pane. */
export const stage = (page) => page.locator("#stage");

/** The editor of the file that is shown, whichever that is. */
export const editor = (page) => page.getByRole("textbox", { name: /^Editor: / });

export const fileTab = (page, name) =>
  page.getByRole("tablist", { name: "Files" }).getByRole("tab", { name: new RegExp(`^${name.replaceAll(".", "\\.")}`) });

/** Puts a file into the editor. */
export async function showFile(page, name) {
  await fileTab(page, name).click();
  await expect(page.getByRole("textbox", { name: `Editor: ${name}` })).toBeVisible();
}

/** What has been copied. */
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

async function allowClipboard(page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
}

/** Replaces all of the file that is shown by what is pasted. */
export async function paste(page, text) {
  await allowClipboard(page);
  await editor(page).click();
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+v");
}

/** Drops a file on the editor. */
export async function dropFile(page, name, text) {
  const dataTransfer = await page.evaluateHandle(
    ({ name, text }) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name, { type: "application/yaml" }));
      return data;
    },
    { name, text },
  );
  const files = page.getByRole("region", { name: "Files" });
  await files.dispatchEvent("dragover", { dataTransfer });
  await files.dispatchEvent("drop", { dataTransfer });
}

/** All of the file that is shown: copied, since the editor draws only the lines that are in view. */
export async function copyAll(page) {
  await allowClipboard(page);
  await editor(page).focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+c");
  return clipboard(page);
}

/** Turns to a tab of the side panel and gives the panel. */
export async function details(page, name) {
  await page.getByRole("tablist", { name: "Details" }).getByRole("tab", { name: new RegExp(`^${name}`) }).click();
  return detailsPanel(page, name);
}

/** The side panel, where it shows `name`. */
export const detailsPanel = (page, name) => page.getByRole("tabpanel", { name: new RegExp(`^${name}`) });

/** The arrow from one end to the other, alone or in a bundle. */
export const arrow = (page, from, to) =>
  page.locator(`[data-from="${from}"][data-to="${to}"]:not([data-members]), [data-members~="${from}>${to}"]`);

export async function expectArrow(page, from, to, verdict) {
  await expect(arrow(page, from, to), `${from} → ${to}`).toHaveAttribute("data-verdict", verdict);
}

/** Every arrow that is drawn, bundles opened: `from>to` with its verdict. */
export function picture(page) {
  return page.locator("[data-from]").evaluateAll((arrows) =>
    Object.fromEntries(
      arrows
        .flatMap(({ dataset }) => {
          const members = dataset.members?.split(" ") ?? [`${dataset.from}>${dataset.to}`];
          return members.map((member) => [member, dataset.verdict]);
        })
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    ),
  );
}

/** Clicks an arrow on its stroke: halfway along it, where nothing else may lie over it. */
export async function clickArrow(page, from, to) {
  const hit = arrow(page, from, to).locator("path").first();
  const at = await hit.evaluate((path) => {
    const matrix = path.getScreenCTM();
    const length = path.getTotalLength();
    const group = path.closest("[data-from]");
    const points = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8].map((share) =>
      path.getPointAtLength(length * share).matrixTransform(matrix),
    );
    const free = points.find(({ x, y }) => group.contains(document.elementFromPoint(x, y)));
    return free && { x: free.x, y: free.y };
  });
  expect(at, `a place to click on ${from} → ${to}`).toBeTruthy();
  await page.mouse.click(at.x, at.y);
}

/** What the last edit opened and closed, as the footer says it. */
export const changed = (page) => page.getByRole("contentinfo").getByRole("button", { name: /opened|closed/ });

/** The lines that a link in the side panel led to, as the editor marks them. */
export const markedLines = (page) => page.locator(".cm-revealed");

/** Opens a menu of the header and chooses from it. */
export async function choose(page, menu, item) {
  const header = page.getByRole("banner");
  await header.getByRole("button", { name: menu, exact: true }).click();
  await header.getByRole("button", { name: item }).click();
}

export async function startEmpty(page) {
  await choose(page, "Examples", "Start empty");
  await expect(page.getByRole("heading", { name: "Paste your pods and policies" })).toBeVisible();
}

export async function startLesson(page, title) {
  await choose(page, "Examples", title);
  await expect(detailsPanel(page, "Lesson").getByRole("heading", { name: /^Step 1 of/ })).toBeVisible();
}

/** The line of the terminal in which one types. */
export const command = (page) => page.getByRole("textbox", { name: "Command" });

/** What stands in the terminal. */
export const screen = (page) => page.getByRole("log", { name: "Output" });

/** Opens the terminal. */
export async function openTerminal(page) {
  await page.keyboard.press("Control+`");
  await expect(command(page)).toBeFocused();
}

/** Types lines into the terminal, and gives what the last of them printed. */
export async function type(page, ...lines) {
  const before = await screen(page).locator(".entry").count();
  for (const line of lines) {
    await command(page).fill(line);
    await command(page).press("Enter");
  }
  await expect(screen(page).locator(".entry")).toHaveCount(before + lines.length);
  return (await screen(page).locator(".entry").last().locator("pre:not(.typed)").allInnerTexts()).join("");
}

/** Opens all that there is to learn. */
export async function openCourse(page) {
  await page.getByRole("button", { name: "Learn", exact: true }).click();
  await expect(learning(page).getByRole("heading", { name: "Learn NetworkPolicies" })).toBeVisible();
}

/** The panel of the lesson, the challenge or the exam that is on. */
export const learning = (page) => page.locator(".learning");
