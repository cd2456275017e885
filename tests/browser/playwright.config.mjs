// The browser tests: this machine's Chromium, against the built site.
//
// `cargo xtask test --only browser` serves `dist/` and says where it and the browser are, in `NETPOL_SITE` and
// `CHROME`; what follows `--` goes to Playwright: `cargo xtask test --only browser -- --grep share`.

import { defineConfig } from "@playwright/test";

const site = process.env.NETPOL_SITE;
if (!site) throw new Error("`NETPOL_SITE` is not set: run these tests by `cargo xtask test --only browser`");

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  outputDir: "../../target/browser-tests",
  // Nothing is retried: a test that fails now and then has found something.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  reporter: [["list"]],
  // For machines that have much else to do: how fast the page is, is the benchmarks' to say.
  timeout: 120_000,
  snapshotPathTemplate: "{testDir}/scenes/{arg}{ext}",
  // As much as other fonts' edges make.
  expect: { timeout: 15_000, toHaveScreenshot: { maxDiffPixelRatio: 0.01, animations: "disabled" } },
  use: {
    baseURL: site,
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    trace: "retain-on-failure",
    // A test's routes are to see every request; offline.spec.mjs lets workers be.
    serviceWorkers: "block",
    launchOptions: {
      executablePath: process.env.CHROME || undefined,
      args: [
        // Root, as in a container, cannot have Chromium's own sandbox; the pages here are ours.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
