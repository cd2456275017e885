/** What the line at the cursor is about, by a key: seen beside it, and said to those who do not see it. */

import { StateEffect, StateField } from "@codemirror/state";
import { EditorView, showTooltip } from "@codemirror/view";

import { withCode } from "./code.js";
import { useAt } from "./uses.js";

const show = StateEffect.define();

const shown = StateField.define({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

function paragraphs(texts) {
  const dom = document.createElement("div");
  dom.className = "cm-description";
  for (const text of texts) {
    const paragraph = document.createElement("div");
    paragraph.append(...withCode(text));
    dom.append(paragraph);
  }
  return { dom };
}

/** @param {(view: EditorView, line: import("@codemirror/state").Line) => string | undefined} describe what its field is about */
function tell(view, describe) {
  const { state } = view;
  const pos = state.selection.main.head;
  const line = state.doc.lineAt(pos);
  const found = [describe(view, line), useAt(state, line)].filter(Boolean);
  const texts = found.length ? found : ["Nothing is known about this line."];
  view.dispatch({
    effects: [
      show.of({ pos, above: true, create: () => paragraphs(texts) }),
      EditorView.announce.of(texts.join(" ").replaceAll("`", "")),
    ],
  });
  return true;
}

function hide(view) {
  if (!view.state.field(shown)) return false;
  view.dispatch({ effects: show.of(null) });
  return true;
}

/** The extension, and the keys for it. */
export const about = shown;
export const aboutKeymap = (describe) => [
  { key: "Mod-i", run: (view) => tell(view, describe) },
  { key: "Escape", run: hide },
];
