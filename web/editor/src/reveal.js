/** The lines that a click elsewhere in the page leads to: marked until the next edit or the next click. */

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

/** Marks the lines from `from` to `to`, or none where the value is `null`. */
export const setRevealed = StateEffect.define();

const line = Decoration.line({ class: "cm-revealed" });

function decorate(doc, { from, to }) {
  const first = doc.lineAt(from);
  const marks = [line.range(first.from)];
  for (let at = first; at.to < to && at.number < doc.lines; ) {
    at = doc.line(at.number + 1);
    // A range that ends with a line break does not hold the line after it.
    if (at.from < to) marks.push(line.range(at.from));
  }
  return Decoration.set(marks);
}

/** The extension that shows what `setRevealed` says. */
export const revealedLines = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setRevealed)) return effect.value ? decorate(transaction.newDoc, effect.value) : Decoration.none;
    }
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});
