// Takes comments and white space out of the scripts and styles that Trunk has staged: wasm-bindgen's own and
// ours. Trunk runs this after a release build; while one works on the page, they stay readable.

import { readFile, readdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";

const LOADERS = { ".js": "js", ".css": "css" };

const { TRUNK_STAGING_DIR: site, TRUNK_PROFILE: profile } = process.env;
if (!site) {
  console.error("error: `TRUNK_STAGING_DIR` is not set: this runs as a hook of `trunk build`");
  process.exit(1);
}

if (profile === "release") {
  const { transform } = await import("esbuild");
  for (const entry of await readdir(site, { recursive: true })) {
    const loader = LOADERS[extname(entry)];
    if (!loader) continue;
    const path = join(site, entry);
    const { code } = await transform(await readFile(path, "utf8"), {
      loader,
      minify: true,
      target: loader === "js" ? "es2022" : undefined,
      charset: "utf8",
      legalComments: "none",
    });
    await writeFile(path, code);
  }
}
