/**
 * The page's editor: CodeMirror 6 with YAML, for several files of which one is shown.
 *
 * Offsets are UTF-16 code units everywhere. Line breaks are `\n` alone: a text given with `\r\n` is
 * normalised, which shifts offsets, so normalise before analysing. Colours come from the page's CSS
 * variables (`--pane`, `--ink`, `--line`, …, see `theme.js`), so a change of theme needs no redraw.
 *
 * @typedef {object} EditorOptions
 * @property {string} [name] the first file's name
 * @property {string} [doc] its text
 * @property {string} label names the editor to screen readers; the file's name is added
 * @property {boolean} [dark] whether the page's theme is dark
 * @property {boolean} [readOnly] whether the user may read and copy, but change nothing
 * @property {string} [placeholder] shown in an empty file
 * @property {(text: string, edit: Edit) => void} [onChange] after each change of the text by the user,
 *   undo and redo among them; not after `setDoc` or `openFile`. Called synchronously, within the input event
 *   or the microtask after it.
 * @property {import("./assist.js").Assistant} [assistant] knows what may be written, and what fields are about
 * @property {(offset: number) => void} [onCursor] after the cursor moved, by whatever means
 *
 * @typedef {object} Edit
 * @property {{from: number, to: number, insert: string}[]} changes in order, offsets in the text before
 * @property {number} startedAt the time stamp of the input event behind the change, on the clock of
 *   `performance.now()`
 *
 * @typedef {object} Editor
 * @property {(text: string, how?: {keepUndo?: boolean}) => void} setDoc gives the shown file another text:
 *   as one step of its undo history, touching only what differs (the default), or with a history that
 *   starts here (`keepUndo: false`)
 * @property {(name: string, text: string) => void} openFile shows the file of that name. Each file has its
 *   own undo history, cursor, folds and scroll position; where the text differs from what the file last
 *   held, the difference is one undo step
 * @property {(from: string, to: string) => void} renameFile keeps a file's history under its new name
 * @property {(name: string) => void} closeFile forgets a file's history; the shown one stays until the next
 *   `openFile`
 * @property {() => void} closeAll forgets every file's history but what is shown
 * @property {(diagnostics: import("./diagnostics.js").Diagnostic[]) => void} setDiagnostics replaces those
 *   of the shown file
 * @property {(uses: import("./uses.js").Use[]) => void} setUses marks the rules of the shown file; marks go with the text
 *   until they are replaced
 * @property {(from: number, to: number, how?: {focus?: boolean}) => void} reveal puts the cursor at `from`,
 *   scrolls to the range and marks its lines until the next edit or reveal
 * @property {() => void} clearReveal takes the mark away
 * @property {(dark: boolean) => void} setDark tells the editor which theme the page has
 * @property {() => string} text the shown file's text
 * @property {() => void} focus
 * @property {() => void} destroy removes the editor from its host; no call may follow
 */

import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { bracketMatching, foldKeymap } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorSelection, EditorState } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";

import { about, aboutKeymap } from "./about.js";
import { assistance, describing } from "./assist.js";
import { smallestChange } from "./change.js";
import { toLint } from "./diagnostics.js";
import { revealedLines, setRevealed } from "./reveal.js";
import { look } from "./theme.js";
import { setUses, usesGutter } from "./uses.js";
import { language } from "./yaml.js";

export { qrCode } from "./qr.js";

/** Marks a change that the page made, which it need not be told of. */
const fromPage = Annotation.define();

/** Gives each editor of a page a hint with an id of its own. */
let editors = 0;

const normalise = (text) => text.replace(/\r\n?/g, "\n");

/** Describes how Tab works here, for those who cannot see that it indents. */
function keyboardHint() {
  const hint = document.createElement("div");
  hint.id = `editor-keys-${(editors += 1)}`;
  hint.hidden = true;
  hint.textContent = "Tab indents. Press Escape and then Tab to leave the editor. Control I says what a line is about.";
  return hint;
}

function changesOf(update) {
  const changes = [];
  update.changes.iterChanges((from, to, _fromNow, _toNow, inserted) => {
    changes.push({ from, to, insert: inserted.toString() });
  });
  return changes;
}

/**
 * Creates an editor inside `host`, which gives it its size.
 *
 * @param {HTMLElement} host
 * @param {EditorOptions} options
 * @returns {Editor}
 */
export function createEditor(host, options) {
  const theme = new Compartment();
  const hint = keyboardHint();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** What every file but the shown one was left with, by name. */
  const left = new Map();
  let shown = options.name ?? "";
  let dark = options.dark ?? false;
  let inputAt = 0;

  const darkness = () => EditorView.darkTheme.of(dark);
  const noteInput = (event) => {
    inputAt = event.timeStamp;
    return false;
  };
  const tell = EditorView.updateListener.of((update) => {
    if (update.docChanged && !update.transactions.some((transaction) => transaction.annotation(fromPage))) {
      const startedAt = inputAt || performance.now();
      inputAt = 0;
      options.onChange?.(update.state.doc.toString(), { changes: changesOf(update), startedAt });
    }
    if (update.selectionSet) options.onCursor?.(update.state.selection.main.head);
  });

  const extensions = [
    lineNumbers(),
    usesGutter,
    lintGutter(),
    language,
    highlightSpecialChars(),
    history(),
    drawSelection({ cursorBlinkRate: still ? 0 : 1200 }),
    dropCursor(),
    EditorState.allowMultipleSelections.of(true),
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    about,
    keymap.of(aboutKeymap(describing(options.assistant))),
    keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap, indentWithTab]),
    look,
    revealedLines,
    theme.of(darkness()),
    // Not for the browser to edit either, which would write styles of its own into what it deletes.
    options.readOnly ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : [],
    options.placeholder ? placeholder(options.placeholder) : [],
    options.assistant && !options.readOnly ? assistance(options.assistant) : [],
    EditorView.contentAttributes.of(() => ({
      "aria-label": shown ? `${options.label}: ${shown}` : options.label,
      "aria-describedby": hint.id,
      spellcheck: "false",
      // Editable content takes the focus by itself; this says so to tools that look for the attribute.
      tabindex: "0",
    })),
    EditorView.domEventHandlers({
      keydown: noteInput,
      beforeinput: noteInput,
      paste: noteInput,
      cut: noteInput,
      drop: noteInput,
    }),
    tell,
  ];
  const fresh = (text) => EditorState.create({ doc: normalise(text), extensions });

  // In a tree of its own, whose style sheets are made and not written into the page: its Content-Security-Policy lets no
  // style stand inline.
  const frame = document.createElement("div");
  frame.style.height = "100%";
  const root = frame.attachShadow({ mode: "open", delegatesFocus: true });
  root.append(hint);
  host.append(frame);
  const view = new EditorView({ parent: root, root, state: fresh(options.doc ?? "") });

  function setDoc(text, { keepUndo = true } = {}) {
    if (!keepUndo) {
      view.setState(fresh(text));
      return;
    }
    const changes = smallestChange(view.state.doc.toString(), normalise(text));
    if (changes) view.dispatch({ changes, annotations: [fromPage.of(true), isolateHistory.of("full")] });
  }

  return {
    setDoc,

    openFile(name, text) {
      if (name !== shown) {
        left.set(shown, { state: view.state, scroll: view.scrollSnapshot() });
        const before = left.get(name);
        left.delete(name);
        shown = name;
        view.setState(before?.state ?? fresh(text));
        // The theme may have changed since the file was last shown.
        const effects = [theme.reconfigure(darkness())];
        if (before) effects.push(before.scroll);
        view.dispatch({ effects });
      }
      setDoc(text);
    },

    renameFile(from, to) {
      if (from === shown) {
        shown = to;
        view.dispatch({});
      } else if (left.has(from)) {
        left.set(to, left.get(from));
        left.delete(from);
      }
    },

    closeFile(name) {
      left.delete(name);
    },

    closeAll() {
      left.clear();
    },

    setDiagnostics(diagnostics) {
      view.dispatch(setDiagnostics(view.state, toLint(diagnostics, view.state.doc)));
    },

    setUses(uses) {
      view.dispatch({ effects: setUses(uses, view.state.doc) });
    },

    reveal(from, to, { focus = false } = {}) {
      const { doc } = view.state;
      const start = Math.min(from, doc.length);
      const end = Math.min(Math.max(to, start), doc.length);
      const height = (doc.lineAt(end).number - doc.lineAt(start).number + 1) * view.defaultLineHeight;
      // What does not fit is shown from its beginning.
      const scroll =
        height > view.scrollDOM.clientHeight
          ? EditorView.scrollIntoView(start, { y: "start", yMargin: view.defaultLineHeight })
          : EditorView.scrollIntoView(EditorSelection.range(start, end), { y: "center" });
      view.dispatch({
        selection: { anchor: start },
        effects: [setRevealed.of({ from: start, to: end }), scroll],
      });
      if (focus) view.focus();
    },

    clearReveal() {
      view.dispatch({ effects: setRevealed.of(null) });
    },

    setDark(value) {
      dark = value;
      view.dispatch({ effects: theme.reconfigure(darkness()) });
    },

    text() {
      return view.state.doc.toString();
    },

    focus() {
      view.focus();
    },

    destroy() {
      view.destroy();
      frame.remove();
    },
  };
}
