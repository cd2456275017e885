// Bundles the editor into the site that Trunk is staging, under a name that holds the content's hash, and
// names it in the page. Trunk runs this after each build; bundling takes a fraction of a second, so
// nothing is kept between two. Only a release is made small, which takes some seconds.

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const PLACEHOLDER = '<meta name="netpol-editor" content="">';

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

const { TRUNK_STAGING_DIR: site, TRUNK_PROFILE: profile } = process.env;
if (!site) fail("`TRUNK_STAGING_DIR` is not set: this runs as a hook of `trunk build`");

const { build } = await import("esbuild").catch(() => fail("esbuild is missing: run `npm ci` first"));
const { minify } = await import("terser").catch(() => fail("Terser is missing: run `npm ci` first"));

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: [join(here, "src", "editor.js")],
  bundle: true,
  // There is no grammar, and so no tree to colour or fold by.
  alias: Object.fromEntries(["@lezer/common", "@lezer/highlight"].map((name) => [name, join(here, "src", "no-grammar.js")])),
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "warning",
});
// After brotli Terser leaves 3 KB less than esbuild does.
const text = outputFiles[0].text;
const bundle = profile === "release" ? (await minify(text, { module: true, ecma: 2020, compress: { passes: 3 } })).code : text;
const name = `editor-${createHash("sha256").update(bundle).digest("hex").slice(0, 16)}.js`;
await writeFile(join(site, name), bundle);
await writeFile(join(site, "editor-licenses.txt"), await licenses(metafile));

const page = join(site, "index.html");
const html = await readFile(page, "utf8");
if (!html.includes(PLACEHOLDER)) fail(`${relative(root, page)} has no \`${PLACEHOLDER}\``);
await writeFile(page, html.replace(PLACEHOLDER, PLACEHOLDER.replace('""', `"./${name}"`)));

// The bundle holds no comments, so its packages' licences, which ask to be kept, stand beside it.
async function licenses({ inputs }) {
  const packages = new Set();
  for (const path of Object.keys(inputs)) {
    const match = /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
    if (match) packages.add(match[1]);
  }
  const texts = [...packages].sort().map(async (folder) => {
    const { name, version } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    return `${name} ${version}\n\n${(await readFile(join(root, folder, "LICENSE"), "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join("\n----\n\n");
}
