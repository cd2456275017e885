/** YAML as the editor knows it: colours, folding by indentation and of whole documents, indenting, comments. */

import { codeFolding, foldGutter, foldService, indentService } from "@codemirror/language";
import { EditorState, RangeSetBuilder } from "@codemirror/state";
import { Decoration, ViewPlugin } from "@codemirror/view";

import { START, tokensOf } from "./tokens.js";

/** Folding walks no further than this many lines in search of an end. */
const LONGEST_FOLD = 20_000;

/** Colours begin no further than this many lines above what is seen. */
const FARTHEST_START = 1_000;

/** Longer lines have no colours. */
const LONGEST_LINE = 10_000;

const marks = Object.fromEntries(
  ["key", "text", "comment", "sign"].map((kind) => [kind, Decoration.mark({ class: `cm-yaml-${kind}` })]),
);

/** Where tokens are read from, so that those from `line` on are right: nothing but a document's own begins a line. */
function startBefore(doc, line) {
  const first = Math.max(1, line - FARTHEST_START);
  for (let number = line; number > first; number -= 1) {
    if (/^[^\s#"'[\]{},]/.test(doc.line(number).text)) return number;
  }
  return first;
}

function colours({ state: { doc }, visibleRanges }) {
  const builder = new RangeSetBuilder();
  let next = 1;
  let before = START;
  for (const { from, to } of visibleRanges) {
    const [first, last] = [doc.lineAt(from).number, doc.lineAt(to).number];
    const start = Math.max(next, startBefore(doc, first));
    if (start > next) before = START;
    for (next = start; next <= last; next += 1) {
      const line = doc.line(next);
      if (line.length > LONGEST_LINE) continue;
      const { tokens, after } = tokensOf(line.text, before);
      before = after;
      if (next < first) continue;
      for (const token of tokens) builder.add(line.from + token.from, line.from + token.to, marks[token.kind]);
    }
  }
  return builder.finish();
}

const colouring = ViewPlugin.define(
  (view) => ({
    decorations: colours(view),
    update(update) {
      if (update.docChanged || update.viewportChanged) this.decorations = colours(update.view);
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);

const isSeparator = (text) => /^---(\s|$)/.test(text);
const indentOf = (text) => text.search(/\S/);

/**
 * A `---` line folds its document, another one what is further in: up to the last line that says something. A list may
 * stand as far in as its key.
 */
const folding = foldService.of((state, lineStart, lineEnd) => {
  const text = state.doc.sliceString(lineStart, lineEnd);
  const indent = indentOf(text);
  const first = state.doc.lineAt(lineStart).number + 1;
  // What is just being typed at the end has nothing to fold yet, and no next line to ask for.
  if (indent < 0 || text[indent] === "#" || first > state.doc.lines) return null;
  const isKey = /:\s*(#.*)?$/.test(text) && !/^\s*-\s/.test(text);
  const isWithin = isSeparator(text)
    ? (line) => !isSeparator(line)
    : (line, at) => !isSeparator(line) && (at > indent || (isKey && at === indent && /^\s*-(\s|$)/.test(line)));
  let [number, last] = [first, 0];
  for (const line of state.doc.iterLines(first, Math.min(state.doc.lines + 1, first + LONGEST_FOLD))) {
    const at = indentOf(line);
    if (at >= 0 && !isWithin(line, at)) break;
    if (at >= 0) last = number;
    number += 1;
  }
  return last === 0 ? null : { from: lineEnd, to: state.doc.line(last).to };
});

/** A new line stands as far in as what is above it: with its key behind dashes, and further behind one without a value. */
const indenting = indentService.of((context, position) => {
  const above = context.lineAt(position, -1);
  const [, indent, dashes, rest] = /^([ ]*)((?:- +)*)(.*)$/.exec(above.text.slice(0, position - above.from)) ?? ["", "", "", ""];
  const column = indent.length + dashes.length;
  if (/:\s*(#.*)?$/.test(rest)) return column + 2;
  return /^[^\s#].*?:\s/.test(rest) ? column : indent.length;
});

/** The language of every file. */
export const language = [
  colouring,
  codeFolding(),
  foldGutter(),
  folding,
  indenting,
  EditorState.languageData.of(() => [{ commentTokens: { line: "#" } }]),
];
