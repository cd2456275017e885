// The terminal: kubectl and curl as a learner types them, and what the stage and the files make of it.

import { arrow, command, editor, expectArrow, fileTab, open, openTerminal, screen, stage, startEmpty, type } from "./app.mjs";
import { SIZES, expect, expectAccessible, screenshots, test } from "./fixtures.mjs";
import { typed, walkthrough } from "./lessons.mjs";

/** What a shell in a pod shows of an outcome. */
const SEEN = {
  ok: /Welcome to nginx!/,
  "no-dns": /curl: \(28\) Resolving timed out/,
  timeout: /curl: \(28\) Connection timed out/,
};

for (const file of ["1-frontend-backend-dns", "3-three-tier"]) {
  test(`the walkthrough ${file} can be typed`, async ({ page }) => {
    test.slow();
    const { steps } = walkthrough(file);
    await open(page);
    await startEmpty(page);
    await openTerminal(page);
    const pods = new Set();
    const scripts = typed(file);
    for (const [at, step] of steps.entries()) {
      for (const line of scripts[at]) {
        const run = /^kubectl run (\S+)(?: -n (\S+))?/.exec(line);
        if (run) pods.add(`${run[2] ?? "default"}/${run[1]}`);
      }
      if (scripts[at].length > 0) await type(page, ...scripts[at]);
      for (const { from, curl, got } of step.expect) {
        const [namespace, name] = from.split("/");
        // What comes from outside no shell in the cluster can try; and pods have other addresses here than in the lesson.
        if (!name || !curl || /^\d/.test(curl)) continue;
        const target = pods.has(from) ? name : `deploy/${name}`;
        const printed = await type(page, `kubectl exec ${target} -n ${namespace} -- curl -sS -m 5 ${curl}`);
        expect(printed, `${step.title}: ${from} curl ${curl}`).toMatch(SEEN[got]);
      }
    }
    // What was made in the shell stands in the files and on the stage.
    await expect(fileTab(page, "policies.yaml")).toBeVisible();
    await expect(stage(page).locator(".node").first()).toBeVisible();
  });
}

test("arrows turn while one types, and the way of a curl lights up", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await openTerminal(page);
  await type(page, "kubectl run web --image=nginx --port=80 --expose", "kubectl run client --image=curlimages/curl");
  await expectArrow(page, "default/client", "default/web", "allowed");
  expect(await type(page, "kubectl exec client -- curl -s web")).toContain("Welcome to nginx!");
  // The stroke is wider for a moment, and then as before.
  const width = () =>
    arrow(page, "default/client", "default/web").first().evaluate((group) => {
      const back = document.querySelector('[data-from="default/web"][data-to="default/client"] .stroke');
      return parseFloat(getComputedStyle(group.querySelector(".stroke") ?? back).strokeWidth);
    });
  await expect.poll(width).toBe(4);
  await expect.poll(width, { timeout: 10_000 }).toBeLessThan(4);
  const deny = "kubectl apply -f - <<'EOF'\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}}\nEOF";
  expect(await type(page, ...deny.split("\n"))).toContain("networkpolicy.networking.k8s.io/deny created");
  await expectArrow(page, "default/client", "default/web", "blocked");
  expect(await type(page, "k exec client -- curl -s -m 2 web")).toContain("exit code 28");
});

test("history, completion, interrupting and clearing work as in a shell", async ({ page }) => {
  await open(page);
  await openTerminal(page);
  await type(page, "kubectl get ns");
  await type(page, "echo two");
  await command(page).press("ArrowUp");
  await expect(command(page)).toHaveValue("echo two");
  await command(page).press("ArrowUp");
  await expect(command(page)).toHaveValue("kubectl get ns");
  await command(page).press("ArrowDown");
  await command(page).press("ArrowDown");
  await expect(command(page)).toHaveValue("");

  await command(page).pressSequentially("kubectl des");
  await command(page).press("Tab");
  await expect(command(page)).toHaveValue("kubectl describe ");
  await command(page).pressSequentially("netw");
  await command(page).press("Tab");
  await expect(command(page)).toHaveValue(/^kubectl describe networkpolic/);
  await command(page).press("Control+c");
  await expect(command(page)).toHaveValue("");
  await expect(screen(page)).toContainText("^C");
  await command(page).press("Control+l");
  await expect(screen(page).locator(".entry")).toHaveCount(0);

  // From an empty line Tab leads on, and Escape out.
  await command(page).press("Escape");
  await expect(command(page)).toHaveCount(0);
});

test("several lines that are pasted are several commands", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page);
  await startEmpty(page);
  await openTerminal(page);
  await page.evaluate(() => navigator.clipboard.writeText("kubectl create ns shop\nkubectl run a -n shop --image=nginx\nkubectl get pods -n shop"));
  await command(page).press("Control+v");
  await expect(screen(page)).toContainText("pod/a created");
  await expect(command(page)).toHaveValue("kubectl get pods -n shop");
  await command(page).press("Enter");
  await expect(screen(page).locator(".entry").last()).toContainText("1/1     Running");
  // One step back in the editor takes back what the shell wrote.
  await expect(stage(page).locator('.node[data-end="shop/a"]')).toBeVisible();
});

test("edit opens the object in the editor, and what is not there says what is near", async ({ page }) => {
  await open(page);
  await openTerminal(page);
  expect(await type(page, "kubectl get pds")).toContain("pds");
  expect(await type(page, "kubctl get pods")).toContain("did you mean kubectl?");
  await type(page, "kubectl edit svc database -n database-tier");
  await expect(page.getByRole("textbox", { name: "Editor: cluster.yaml" })).toBeFocused();
});

test("the terminal is accessible and looks as meant", async ({ page }, testInfo) => {
  await open(page);
  await openTerminal(page);
  await type(page, "kubectl get pods,svc -A -o wide");
  await type(page, "kubectl exec deploy/frontend -n frontend-tier -- curl -s -m 2 database.database-tier");
  await expectAccessible(page);
  await screenshots(page, testInfo, "terminal", async () => {
    await expect(command(page)).toBeVisible();
  });
  await page.setViewportSize(SIZES.wide);
});

test("a pod that is gone again lights up all the same, and here-documents come back from the history", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await openTerminal(page);
  await type(page, "kubectl run web --image=nginx --port=80 --expose");
  const tried = await type(page, "kubectl run tmp --rm -it --image=busybox --restart=Never -- wget -qO- -T 2 web");
  expect(tried).toContain("Welcome to nginx!");
  expect(await type(page, "kubectl get pods")).not.toContain("tmp");
  await type(page, "kubectl create ns lab; cat <<EOF > note.txt", "one", "two", "EOF");
  await command(page).press("ArrowUp");
  await command(page).press("Enter");
  expect(await type(page, "cat note.txt")).toBe("one\ntwo\n");
  await type(page, "vi new.yaml");
  await expect(page.getByRole("textbox", { name: "Editor: new.yaml" })).toBeFocused();
});

test("the line is edited as a shell's, and Ctrl ` leads to the terminal and closes it", async ({ page }) => {
  await open(page);
  await startEmpty(page);
  await openTerminal(page);
  const line = command(page);
  await line.fill("kubectl get pods -A");
  await line.press("Control+w");
  await expect(line).toHaveValue("kubectl get pods ");
  await line.press("Control+a");
  await line.pressSequentially("echo ");
  await expect(line).toHaveValue("echo kubectl get pods ");
  await line.press("Control+k");
  await expect(line).toHaveValue("echo ");
  await line.press("Control+u");
  await expect(line).toHaveValue("");
  await editor(page).click();
  await page.keyboard.press("Control+`");
  await expect(line).toBeFocused();
  await page.keyboard.press("Control+`");
  await expect(line).toHaveCount(0);
});
