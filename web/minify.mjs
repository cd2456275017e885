// Takes comments and white space out of the scripts and styles that Trunk has staged: wasm-bindgen's own and
// ours. Trunk runs this after a release build; while one works on the page, they stay readable.

import { readFile, readdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";

const { TRUNK_STAGING_DIR: site, TRUNK_PROFILE: profile } = process.env;
if (!site) {
  console.error("error: `TRUNK_STAGING_DIR` is not set: this runs as a hook of `trunk build`");
  process.exit(1);
}

if (profile === "release") {
  const [{ transform }, { minify }] = await Promise.all([import("esbuild"), import("terser")]);
  /** What takes comments and white space out, by what a file's name ends in. */
  const small = {
    ".css": async (code) => (await transform(code, { loader: "css", minify: true, charset: "utf8", legalComments: "none" })).code,
    ".js": async (code) => (await minify(code, { module: true, ecma: 2022, compress: { passes: 2 } })).code,
  };
  for (const entry of await readdir(site, { recursive: true })) {
    const minified = small[extname(entry)];
    if (!minified) continue;
    const path = join(site, entry);
    await writeFile(path, await minified(await readFile(path, "utf8")));
  }
}
