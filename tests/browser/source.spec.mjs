// A file from elsewhere, by `?src=`: asked for first, opened, and told why where it cannot be.

import { createServer } from "node:http";

import { copyAll, editor, fileTab, open } from "./app.mjs";
import { expect, expectAccessible, screenshots, SIZES, test } from "./fixtures.mjs";

const PODS = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {containers: [{name: api, ports: [{containerPort: 80}]}]}
`;

/** Another site, which allows other sites' pages to read one file and says nothing about the other. */
const elsewhere = test.extend({
  site: async ({}, use) => {
    const asked = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      if (request.url === "/pods.yaml") {
        response.writeHead(200, { "Access-Control-Allow-Origin": "*", "Content-Type": "text/plain" }).end(PODS);
      } else if (request.url === "/private.yaml") {
        response.writeHead(200).end(PODS);
      } else {
        response.writeHead(404, { "Access-Control-Allow-Origin": "*" }).end();
      }
    });
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    await use({ address: `http://127.0.0.1:${server.address().port}`, asked });
    server.close();
  },
});

const question = (page) => page.getByRole("dialog", { name: /^Open a file from/ });

elsewhere("a file is fetched when one agrees, and not before", async ({ page, site, console }, testInfo) => {
  console.expect(/outside the site: .*pods\.yaml/);
  await open(page, `./?src=${site.address}/pods.yaml`);
  await expect(question(page)).toContainText(`${site.address}/pods.yaml`);
  await expect(question(page).getByRole("heading")).toHaveText(`Open a file from ${new URL(site.address).host}?`);
  await expectAccessible(page);
  await screenshots(page, testInfo, "source");
  await page.setViewportSize(SIZES.wide);
  expect(site.asked).toEqual([]);

  await question(page).getByRole("button", { name: "Open it", exact: true }).click();
  await expect(page.getByRole("contentinfo")).toContainText("2 workloads");
  await expect(fileTab(page, "pods.yaml")).toBeVisible();
  expect(await copyAll(page)).toBe(PODS);
  expect(site.asked).toEqual(["/pods.yaml"]);
  expect(new URL(page.url()).search).toBe("");

  // A reload brings back the work, and asks nobody.
  await editor(page).focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# Mine\n");
  await expect(editor(page)).toContainText("# Mine");
  await page.reload();
  await expect(editor(page)).toContainText("# Mine");
  await expect(question(page)).toBeHidden();
  expect(site.asked).toEqual(["/pods.yaml"]);
});

elsewhere("who does not agree keeps the page", async ({ page, site }) => {
  await open(page, `./?src=${site.address}/pods.yaml`);
  await question(page).getByRole("button", { name: "Do not open it" }).click();
  await expect(question(page)).toBeHidden();
  await expect(fileTab(page, "cluster.yaml")).toBeVisible();
  expect(site.asked).toEqual([]);
});

elsewhere("why a file cannot be had is said", async ({ page, site, console }) => {
  for (const pattern of [/outside the site: .*missing/, /outside the site: .*private/, /status of 404/, /CORS policy/, /request failed: .*private/, /ERR_FAILED .*private/]) console.expect(pattern);
  await open(page, `./?src=${site.address}/missing.yaml`);
  await question(page).getByRole("button", { name: "Open it", exact: true }).click();
  await expect(question(page).getByRole("alert")).toHaveText(`${new URL(site.address).host} answered with status 404.`);
  await page.goto("about:blank");
  await open(page, `./?src=${site.address}/private.yaml`);
  await question(page).getByRole("button", { name: "Open it", exact: true }).click();
  await expect(question(page).getByRole("alert")).toContainText("does not allow other sites' pages to read this address (CORS)");
});
