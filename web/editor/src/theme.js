/** How the editor looks: only roles here, the page's CSS variables say which colour each has. */

import { EditorView } from "@codemirror/view";

/** A squiggle of any colour: a mask, since a background image cannot take a colour from a variable. */
const SQUIGGLE =
  "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='6' height='3'%3E" +
  "%3Cpath d='m0 2.5 2-1.5h1l2 1.5h1' fill='none' stroke='%23000' stroke-width='.9'/%3E%3C/svg%3E\")";

const squiggle = (colour) => ({ backgroundImage: "none", position: "relative", "--squiggle": colour });

const gutterMark = (shape, colour) => ({
  content: '""',
  display: "block",
  width: "8px",
  height: "8px",
  margin: "6px 0 0 1px",
  background: colour,
  ...shape,
});

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--pane)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused .cm-scroller": { boxShadow: "inset 0 0 0 1px var(--accent)" },
  ".cm-scroller": {
    fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    lineHeight: "1.6",
  },
  ".cm-content": { padding: "8px 0", caretColor: "var(--ink)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)" },
  ".cm-placeholder": { color: "var(--dim)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent)",
  },
  ".cm-yaml-key": { color: "var(--key)" },
  ".cm-yaml-text": { color: "var(--str)" },
  ".cm-yaml-comment": { color: "var(--com)" },
  ".cm-yaml-sign": { color: "var(--dim)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 5%, transparent)" },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 14%, transparent)" },
  ".cm-searchMatch": { backgroundColor: "var(--part-bg)", outline: "1px solid var(--part)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--part) 30%, transparent)" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--dim)",
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--no-bg)", color: "var(--no)" },
  ".cm-line.cm-revealed": { backgroundColor: "var(--sel)", boxShadow: "inset 3px 0 var(--accent)" },

  ".cm-gutters": { backgroundColor: "var(--pane)", color: "var(--faint)", border: "none" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "36px", padding: "0 4px 0 6px" },
  ".cm-foldGutter span": { cursor: "pointer", padding: "0 3px" },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--bg)",
    border: "1px solid var(--line)",
    borderRadius: "4px",
    color: "var(--dim)",
    padding: "0 5px",
  },

  ".cm-lintRange-error": squiggle("var(--no)"),
  ".cm-lintRange-warning": squiggle("var(--part)"),
  ".cm-lintRange-info, .cm-lintRange-hint": squiggle("var(--accent)"),
  ".cm-lintRange-active": { backgroundColor: "var(--sel)" },
  ".cm-lintRange::after": {
    content: '""',
    position: "absolute",
    left: 0,
    right: 0,
    bottom: "-2px",
    height: "3px",
    background: "var(--squiggle)",
    pointerEvents: "none",
    mask: `${SQUIGGLE} left bottom repeat-x`,
    WebkitMask: `${SQUIGGLE} left bottom repeat-x`,
  },
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--no)" },
  ".cm-lintPoint-warning:after": { borderBottomColor: "var(--part)" },
  ".cm-lintPoint-info:after": { borderBottomColor: "var(--accent)" },
  ".cm-uses .cm-gutterElement": { padding: "0 2px 0 0", display: "flex", alignItems: "center", justifyContent: "flex-end" },
  ".cm-use": {
    fontSize: "10px",
    lineHeight: "14px",
    minWidth: "16px",
    padding: "0 3px",
    borderRadius: "7px",
    textAlign: "center",
    background: "var(--ok-bg)",
    color: "var(--ok)",
  },
  ".cm-use.cm-unused": { background: "var(--part-bg)", color: "var(--part)" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 2px" },
  // Shape as well as colour tells the marks apart.
  ".cm-lint-marker-error": gutterMark({ borderRadius: "2px" }, "var(--no)"),
  ".cm-lint-marker-warning": gutterMark({ clipPath: "polygon(50% 0, 100% 100%, 0 100%)" }, "var(--part)"),
  ".cm-lint-marker-info, .cm-lint-marker-hint": gutterMark({ borderRadius: "50%" }, "var(--accent)"),

  ".cm-tooltip": {
    backgroundColor: "var(--pane)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    boxShadow: "0 4px 16px rgb(0 0 0 / .14)",
    overflow: "hidden",
  },
  ".cm-diagnostic": { padding: "6px 10px", maxWidth: "46ch", whiteSpace: "normal", borderLeftWidth: "3px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--no)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--part)" },
  ".cm-diagnostic-info, .cm-diagnostic-hint": { borderLeftColor: "var(--accent)" },
  ".cm-diagnostic-help": { display: "block", marginTop: "3px", color: "var(--dim)" },
  ".cm-diagnostic code": { fontFamily: "inherit", color: "var(--key)" },
  ".cm-description": { padding: "6px 10px", maxWidth: "46ch", whiteSpace: "normal", fontSize: "12px" },
  ".cm-description code, .cm-completionInfo code": { fontFamily: "inherit", color: "var(--key)" },
  ".cm-tooltip.cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", fontSize: "12px", maxHeight: "17em", borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px", display: "flex", gap: "16px", lineHeight: "1.5" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--sel)", color: "var(--ink)" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent)", fontWeight: "600" },
  ".cm-completionDetail": { marginLeft: "auto", fontStyle: "normal", color: "var(--dim)" },
  ".cm-tooltip.cm-completionInfo": { padding: "6px 10px", maxWidth: "min(40ch, 80vw)", whiteSpace: "normal", fontSize: "12px" },
  ".cm-snippetField": { backgroundColor: "var(--sel)" },

  ".cm-panels": { backgroundColor: "var(--bg)", color: "var(--ink)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "6px 28px 6px 8px" },
  ".cm-panel.cm-search label": { fontSize: "12px", whiteSpace: "nowrap" },
  ".cm-textfield": {
    backgroundColor: "var(--pane)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "5px",
    padding: "2px 6px",
    minHeight: "26px",
    font: "inherit",
    fontSize: "12px",
  },
  ".cm-textfield::placeholder": { color: "var(--dim)", opacity: 1 },
  ".cm-textfield:focus-visible, .cm-button:focus-visible, .cm-panels button:focus-visible": {
    outline: "2px solid var(--accent)",
    outlineOffset: "1px",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--pane)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "5px",
    minHeight: "26px",
    font: "inherit",
    fontSize: "12px",
  },
  ".cm-panels button[name=close], .cm-dialog-close": {
    color: "var(--ink)",
    fontSize: "16px",
    width: "24px",
    height: "24px",
  },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--sel)", color: "var(--ink)" },
});

/** The editor's look, the same for both themes. */
export const look = theme;
