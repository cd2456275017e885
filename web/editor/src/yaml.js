/** YAML as the editor knows it: highlighting, and folding of mappings and of whole documents. */

import { yaml } from "@codemirror/lang-yaml";
import { foldService } from "@codemirror/language";

/** Folding walks no further than this many lines in search of a document's end. */
const LONGEST_FOLDED_DOCUMENT = 20_000;

/** A `---` line folds its document, up to the last line that says something before the next `---`. */
const foldDocument = foldService.of((state, lineStart, lineEnd) => {
  if (!isSeparator(state.doc.sliceString(lineStart, lineEnd))) return null;
  const first = state.doc.lineAt(lineStart).number + 1;
  // One that is just being typed at the end has nothing to fold yet, and no next line to ask for.
  if (first > state.doc.lines) return null;
  const lines = state.doc.iterLines(first, Math.min(state.doc.lines + 1, first + LONGEST_FOLDED_DOCUMENT));
  let last = 0;
  let number = first;
  for (const text of lines) {
    if (isSeparator(text)) break;
    if (text.trim() !== "") last = number;
    number += 1;
  }
  return last === 0 ? null : { from: lineEnd, to: state.doc.line(last).to };
});

const isSeparator = (text) => /^---(\s|$)/.test(text);

/** The language of every file. */
export const language = [yaml(), foldDocument];
