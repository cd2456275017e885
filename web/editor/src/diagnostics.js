/** The page's diagnostics as the editor's squiggles, gutter marks and hover texts. */

import { withCode } from "./code.js";

/**
 * @typedef {object} Diagnostic
 * @property {number} from start of the span, in UTF-16 code units
 * @property {number} to its end, exclusive; equal to `from` for a place between two characters
 * @property {"error" | "warning" | "info" | "hint"} severity
 * @property {string} message one sentence, code in `backticks`
 * @property {string} [help] what to do about it
 * @property {{title: string, changes: {from: number, to: number, insert: string}[]}} [fix] what mends it, in the
 *   text that the page knew when it told of it
 */

/**
 * Diagnostics for `@codemirror/lint`. They may be older than the text, so every span is cut to it; and to its first line,
 * since a squiggle under a whole object hides what it is about.
 *
 * @param {Diagnostic[]} diagnostics
 * @param {import("@codemirror/state").Text} doc
 */
export function toLint(diagnostics, doc) {
  return diagnostics.map(({ from, to, severity, message, help, fix }) => {
    const start = Math.min(from, doc.length);
    const end = Math.min(Math.max(to, start), doc.lineAt(start).to);
    // `message` is what a screen reader is told and the list of problems shows.
    return { from: start, to: end, severity, message, renderMessage: () => render(message, help), actions: actions(fix) };
  });
}

/** The page takes fixes back with every edit, so that what is offered fits the text. */
function actions(fix) {
  if (!fix) return [];
  const apply = (view) => view.dispatch({ changes: fix.changes, scrollIntoView: true, userEvent: "input.complete" });
  return [{ name: fix.title.replaceAll("`", ""), apply }];
}

function render(message, help) {
  const element = document.createElement("span");
  element.append(...withCode(message));
  if (help) {
    const line = document.createElement("span");
    line.className = "cm-diagnostic-help";
    line.append(...withCode(help));
    element.append(line);
  }
  return element;
}
