/**
 * Completion and what fields are about, both asked of the page, which knows the fields and the cluster.
 *
 * @typedef {object} Assistant
 * @property {(before: string, after: string) => Completions | undefined} complete what may stand between two texts, which are
 *   the document around the cursor: from `---` to `---`
 * @property {(before: string, after: string) => string | undefined} describe what the field is about whose name ends between them;
 *   code in `backticks`
 * @property {(text: string) => string | undefined} format the text with its indentation set right, where it can be read
 *
 * @typedef {object} Completions
 * @property {number} replaces how many code units before the cursor are a beginning of what is offered
 * @property {Offer[]} offers
 *
 * @typedef {object} Offer
 * @property {string} label
 * @property {string} detail a word about it
 * @property {string} doc a sentence about it, maybe empty; code in `backticks`
 * @property {string} text what is written
 * @property {boolean} snippet whether that has `${places}` to be gone through
 */

import { autocompletion, completionKeymap, snippet } from "@codemirror/autocomplete";
import { Prec } from "@codemirror/state";
import { hoverTooltip, keymap } from "@codemirror/view";

import { smallestChange } from "./change.js";
import { withCode } from "./code.js";

/** More lines of a document than these are not looked at. */
const LINES = 2000;

/** The text of the document around a position, on either side of it. */
function around({ doc }, pos) {
  const isBorder = (line) => doc.line(line).text.startsWith("---");
  const at = doc.lineAt(pos).number;
  let [first, last] = [at, at];
  while (first > Math.max(1, at - LINES) && !isBorder(first)) first -= 1;
  while (last < Math.min(doc.lines, at + LINES) && !(last > at && isBorder(last))) last += 1;
  const start = isBorder(first) && first < at ? doc.line(first).to + 1 : doc.line(first).from;
  const end = last > at && isBorder(last) ? doc.line(last).from : doc.line(last).to;
  return [doc.sliceString(start, pos), doc.sliceString(pos, end)];
}

function info(doc) {
  if (!doc) return undefined;
  return () => {
    const element = document.createElement("span");
    element.append(...withCode(doc));
    return element;
  };
}

/** CodeMirror numbers places; like ones are filled in together. */
function numbered(text) {
  const names = [];
  return text.replace(/\$\{([^{}]*)\}/g, (_, name) => {
    if (!names.includes(name)) names.push(name);
    return `\${${names.indexOf(name) + 1}:${name}}`;
  });
}

function option({ label, detail, doc, text, snippet: hasPlaces }) {
  return {
    label,
    detail,
    info: info(doc),
    type: hasPlaces ? "snippet" : undefined,
    apply: hasPlaces ? snippet(numbered(text)) : text,
  };
}

/** Where nothing has been typed yet, only what stands behind a colon or a dash is offered unasked. */
const ASKS_BY_ITSELF = /[\w./]$|[:,[-] $|\[$/;

const source = (assistant) => (context) => {
  const { state, pos, explicit } = context;
  const line = state.doc.lineAt(pos);
  const behind = line.text.slice(pos - line.from);
  // Within a word that is there, what is chosen would stand beside its end.
  if (/^[\w./-]/.test(behind)) return null;
  if (!explicit && !ASKS_BY_ITSELF.test(line.text.slice(0, pos - line.from))) return null;
  const found = assistant.complete(...around(state, pos));
  if (!found?.offers.length) return null;
  const from = pos - found.replaces;
  const typed = state.sliceDoc(from, pos);
  // What is finished is left alone: Enter is to begin a new line then.
  const isWhole = (text) => found.offers.some((offer) => offer.text === text);
  if (!explicit && isWhole(typed)) return null;
  // In the order that they come in, which means something.
  const options = found.offers.map((offer, index) => ({ ...option(offer), boost: -index / 10 }));
  return { from, options, validFor: (text) => /^[\w./-]*$/.test(text) && !isWhole(text) };
};

/** The field that a line is about: where its name stands, and what it is for. */
function fieldOf(assistant, state, { from, text }) {
  const key = /^[ -]*([\w./-]+):(?: |$)/d.exec(text);
  if (!key) return undefined;
  const [start, end] = key.indices[1].map((index) => from + index);
  const doc = assistant.describe(...around(state, end));
  return doc && { start, end, doc };
}

/** What a key under the pointer is about. */
const description = (assistant) =>
  hoverTooltip((view, pos) => {
    const field = fieldOf(assistant, view.state, view.state.doc.lineAt(pos));
    if (!field || pos < field.start || pos > field.end) return null;
    const { start, end, doc } = field;
    const create = () => {
      const dom = document.createElement("div");
      dom.className = "cm-description";
      dom.append(...withCode(doc));
      return { dom };
    };
    return { pos: start, end, create };
  });

const formatting = (assistant) => ({
  key: "Shift-Alt-f",
  run(view) {
    const text = view.state.doc.toString();
    const formatted = assistant.format(text);
    const changes = formatted === undefined ? null : smallestChange(text, formatted);
    if (changes) view.dispatch({ changes, userEvent: "input.format", scrollIntoView: true });
    return true;
  },
});

/** What the field of a line is for, where it has one. */
export const describing = (assistant) => (view, line) => assistant && fieldOf(assistant, view.state, line)?.doc;

/** @param {Assistant} assistant */
export function assistance(assistant) {
  return [
    autocompletion({
      override: [source(assistant)],
      // Where a value comes next, and not behind one.
      activateOnCompletion: ({ apply }) => typeof apply === "string" && apply.endsWith(" "),
      defaultKeymap: false,
      icons: false,
      // Only what goes on from what is typed: Enter takes the first, and must not turn `In` into `NotIn`.
      filterStrict: true,
      maxRenderedOptions: 60,
    }),
    Prec.highest(keymap.of(completionKeymap)),
    keymap.of([formatting(assistant)]),
    description(assistant),
  ];
}
