/** Marks beside rules that say how much comes of each. */

import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { gutter, GutterMarker } from "@codemirror/view";

/**
 * @typedef {object} Use
 * @property {number} at where the rule begins, in UTF-16 code units
 * @property {string} mark a number, or a word
 * @property {string} says the same in a sentence
 */

class Mark extends GutterMarker {
  constructor(use) {
    super();
    this.use = use;
  }

  eq(other) {
    return other.use.mark === this.use.mark;
  }

  toDOM() {
    const element = document.createElement("span");
    element.className = this.use.mark === "unused" ? "cm-use cm-unused" : "cm-use";
    element.textContent = this.use.mark === "unused" ? "0" : this.use.mark;
    element.title = this.use.says;
    return element;
  }
}

const replace = StateEffect.define();

const marks = StateField.define({
  create: () => RangeSet.empty,
  update(known, transaction) {
    let set = known.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(replace)) set = effect.value;
    return set;
  },
});

/**
 * Replaces all marks.
 *
 * @param {Use[]} uses in any order
 * @param {import("@codemirror/state").Text} doc
 */
export function setUses(uses, doc) {
  const lines = uses.map((use) => new Mark(use).range(doc.lineAt(Math.min(use.at, doc.length)).from));
  return replace.of(RangeSet.of(lines, true));
}

/** What is marked beside a line, in a sentence. */
export function useAt(state, { from, to }) {
  let says;
  state.field(marks).between(from, to, (_from, _to, mark) => {
    says = mark.use.says;
    return false;
  });
  return says;
}

/** A column that is there where there are marks. */
export const usesGutter = [
  marks,
  gutter({ class: "cm-uses", markers: (view) => view.state.field(marks), renderEmptyElements: false }),
];
