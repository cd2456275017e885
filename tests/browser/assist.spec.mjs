// Writing with help: what is offered at a place, what is written for it, and what a field is about.

import { copyAll, details, editor, expectArrow, open, paste, showFile, startEmpty, startLesson } from "./app.mjs";
import { expect, expectAccessible, screenshots, SIZES, test } from "./fixtures.mjs";

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels:
    app: web
spec:
  containers:
    - name: web
      ports:
        - containerPort: 80
`;

const offers = (page) => page.getByRole("listbox", { name: "Completions" });
const offer = (page, name) => offers(page).getByRole("option", { name });

/** Chooses what is offered under that name, which is typed as far as it takes. */
async function complete(page, typed, name) {
  await page.keyboard.type(typed);
  await expect(offer(page, name).first()).toBeVisible();
  await expect(offers(page).getByRole("option", { selected: true })).toHaveText(name);
  // By a click: an offer that has just come is not taken by a key, which was meant for the text.
  await offer(page, name).first().click();
}

test("a policy is written out of what is offered, with the cluster's own labels", async ({ page }, testInfo) => {
  await open(page);
  await startEmpty(page);
  await paste(page, POD);
  await showFile(page, "policies.yaml");
  await editor(page).focus();
  await page.keyboard.type("kind: NetworkPolicy\n");
  await complete(page, "api", /^apiVersion/);
  await page.keyboard.type("\nmetadata:\nname: web\n");
  await complete(page, "namesp", /^namespace/);
  // Its values are offered at once.
  await expect(offer(page, /^shop/)).toBeVisible();
  await complete(page, "sh", /^shop/);
  await page.keyboard.type("\n");
  await page.keyboard.press("Shift+Tab");
  await complete(page, "sp", /^spec/);
  await complete(page, "podS", /^podSelector/);
  await complete(page, "matchL", /^matchLabels/);
  await complete(page, "a", /^app/);
  await expect(offer(page, /^web/)).toContainText("1 pod");
  await expectAccessible(page);
  await screenshots(page, testInfo, "assist");
  await page.setViewportSize(SIZES.wide);
  await editor(page).focus();
  await complete(page, "w", /^web/);
  expect(await copyAll(page)).toBe(`kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web`);
});

test("a snippet is gone through by Tab", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await editor(page).focus();
  await complete(page, "allow", /^allow from pods/);
  await page.keyboard.type("db");
  await page.keyboard.press("Tab");
  await page.keyboard.type("data");
  const text = await copyAll(page);
  expect(text).toContain("  name: db\n  namespace: data\n");
  expect(text).toContain("port: 5432}");
  expect(text).not.toContain("$");
});

test("a field says what it is about", async ({ page }) => {
  await open(page);
  await startLesson(page, "Three tiers");
  await (await details(page, "Lesson")).getByRole("button", { name: /^2/ }).click();
  await showFile(page, "policies.yaml");
  await editor(page).getByText("podSelector", { exact: true }).first().hover();
  await expect(page.locator(".cm-description")).toContainText("The pods that the policy is about");
});

test("Escape closes what is offered, and then leaves the editor by Tab", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await editor(page).focus();
  await page.keyboard.type("kin");
  await expect(offers(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(offers(page)).toBeHidden();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(editor(page)).not.toBeFocused();
});

const CROOKED = `apiVersion: v1
kind: Pod
metadata:
    name: web
    # Which one it is.
    labels:
            app: web
`;
const STRAIGHT = `apiVersion: v1
kind: Pod
metadata:
  name: web
  # Which one it is.
  labels:
    app: web
`;

test("a file is formatted, by a key and from the palette, and stays as it is where it cannot be read", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await paste(page, CROOKED);
  await editor(page).focus();
  await page.keyboard.press("Shift+Alt+f");
  expect(await copyAll(page)).toBe(STRAIGHT);
  await page.keyboard.press("Control+z");
  expect(await copyAll(page)).toBe(CROOKED);

  const format = async () => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("format");
    await page.keyboard.press("Enter");
  };
  await format();
  await expect.poll(() => copyAll(page)).toBe(STRAIGHT);

  await paste(page, "a: [\n");
  await format();
  await expect(page.getByText(/^cluster\.yaml stays as it is: it cannot be read as YAML/)).toBeVisible();
  expect(await copyAll(page)).toBe("a: [\n");
});

test("Enter behind a finished value begins a new line, however much else is like it", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await editor(page).focus();
  await page.keyboard.type("kind: NetworkPolicy\nspec:\npodSelector:\nmatchExpressions:\n- key: app\noperator: I");
  await expect(offer(page, "In")).toBeVisible();
  await page.keyboard.type("n");
  await expect(offers(page)).toBeHidden();
  await page.keyboard.press("Enter");
  const text = await copyAll(page);
  expect(text).toContain("- key: app\n");
  expect(text).toContain("operator: In\n");
  expect(text).not.toContain("NotIn");
});
