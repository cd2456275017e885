import { chromium } from "@playwright/test";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const all = [];
for (let i = 0; i < 5; i++) {
  const page = await (await browser.newContext({ viewport: { width: 412, height: 823 }, serviceWorkers: "block" })).newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.addInitScript(() => {
    window.__long = [];
    new PerformanceObserver((l) => { for (const e of l.getEntries()) window.__long.push([Math.round(e.startTime), Math.round(e.duration)]); }).observe({ type: "longtask", buffered: true });
  });
  await page.goto(process.env.URL);
  await page.waitForSelector(".cm-content", { state: "attached" });
  await page.waitForTimeout(2500);
  const r = await page.evaluate(() => ({ long: window.__long, tbt: window.__long.reduce((s, [, d]) => s + Math.max(0, d - 50), 0), m: performance.getEntriesByType("measure").map((e) => [e.name, Math.round(e.startTime), Math.round(e.duration)]).slice(0, 8) }));
  console.log(JSON.stringify(r));
  all.push(r.tbt);
  await page.close();
}
console.log("median tbt", all.sort((a, b) => a - b)[2]);
await browser.close();
