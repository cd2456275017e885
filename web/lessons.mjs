// Puts the texts of lessons and challenges, and the styles of what shows them, into the site that Trunk is staging: one
// file, which the page fetches where somebody wants to learn. Its name, which holds its content's hash, stands in the page.

import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const PLACEHOLDER = '<meta name="netpol-lessons" content="">';

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

const { TRUNK_STAGING_DIR: site } = process.env;
if (!site) fail("`TRUNK_STAGING_DIR` is not set: this runs as a hook of `trunk build`");

const lessons = join(root, "lessons");
const texts = { "catalogue.yaml": await readFile(join(lessons, "catalogue.yaml"), "utf8") };
for (const folder of ["course", "challenges", "typed", "en/course", "en/challenges"]) {
  for (const name of (await readdir(join(lessons, folder))).sort()) {
    texts[`${folder}/${name}`] = await readFile(join(lessons, folder, name), "utf8");
  }
}
// Lessons that show are called by their ids, without the number that orders them.
for (const folder of ["walkthroughs", "recipes"]) {
  for (const name of (await readdir(join(lessons, folder))).sort()) {
    const id = name.replace(/^\d-/, "");
    texts[`lessons/${id}`] = await readFile(join(lessons, folder, name), "utf8");
  }
}
const { transform } = await import("esbuild").catch(() => fail("esbuild is missing: run `npm ci` first"));
const styles = await readFile(join(root, "web", "learn.css"), "utf8");
texts["learn.css"] = (await transform(styles, { loader: "css", minify: true, charset: "utf8" })).code;
const bundle = JSON.stringify(texts);
const name = `lessons-${createHash("sha256").update(bundle).digest("hex").slice(0, 16)}.json`;
await writeFile(join(site, name), bundle);

const page = join(site, "index.html");
const html = await readFile(page, "utf8");
if (!html.includes(PLACEHOLDER)) fail(`index.html has no \`${PLACEHOLDER}\``);
await writeFile(page, html.replace(PLACEHOLDER, PLACEHOLDER.replace('""', `"./${name}"`)));
