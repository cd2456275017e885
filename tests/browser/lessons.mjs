// What the lessons' own files say must hold, read here once more and by other code than the page's.

import { readFileSync } from "node:fs";

const STEP = /^ {2}- title: (?<title>.*)$/;
const ROW = /^ {6}- \{(?<fields>[^}]*)\}/;
const FIELD = /(\w+): ("[^"]*"|[^,]*)/g;

/**
 * @typedef {object} Row an expectation
 * @property {string} from `namespace/workload`, or an address
 * @property {string} [curl] `host[:port]`
 * @property {string} [to] `namespace/workload`, where it is no `curl`
 * @property {string} got
 */

/**
 * The steps of a walkthrough with their expectations, in order.
 *
 * @param {string} file its name without `.yaml`
 * @returns {{title: string, steps: {title: string, expect: Row[]}[]}}
 */
export const walkthrough = (file) => lesson(`walkthroughs/${file}`);

/** Likewise of any lesson, by its path below `lessons/`. */
export function lesson(path) {
  const text = readFileSync(new URL(`../../lessons/${path}.yaml`, import.meta.url), "utf8");
  const title = /^title: (.*)$/m.exec(text)[1];
  const steps = [];
  for (const line of text.slice(text.indexOf("\nsteps:")).split("\n")) {
    const step = STEP.exec(line);
    if (step) steps.push({ title: step.groups.title, expect: [] });
    const row = ROW.exec(line);
    if (row) steps.at(-1).expect.push(fields(row.groups.fields));
  }
  return { title, steps };
}

const fields = (text) =>
  Object.fromEntries([...text.matchAll(FIELD)].map(([, name, value]) => [name, value.replaceAll('"', "").trim()]));

/** What is typed at each step of a walkthrough, by its file's name without `.yaml`: the lines of each. */
export function typed(file) {
  const path = `../../lessons/typed/${file.replace(/^\d-/, "")}.sh`;
  const script = readFileSync(new URL(path, import.meta.url), "utf8");
  return script.split(/^== \d+\n/m).map((part) => part.split("\n").filter((line) => line !== ""));
}
