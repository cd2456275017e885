/** The page's diagnostics as the editor's squiggles, gutter marks and hover texts. */

/**
 * @typedef {object} Diagnostic
 * @property {number} from start of the span, in UTF-16 code units
 * @property {number} to its end, exclusive; equal to `from` for a place between two characters
 * @property {"error" | "warning" | "info" | "hint"} severity
 * @property {string} message one sentence, code in `backticks`
 * @property {string} [help] what to do about it
 */

/**
 * Diagnostics for `@codemirror/lint`. They may be older than the text, so every span is cut to `length`.
 *
 * @param {Diagnostic[]} diagnostics
 * @param {number} length of the text, in UTF-16 code units
 */
export function toLint(diagnostics, length) {
  return diagnostics.map(({ from, to, severity, message, help }) => {
    const start = Math.min(from, length);
    const end = Math.min(Math.max(to, start), length);
    // `message` is what a screen reader is told and the list of problems shows.
    return { from: start, to: end, severity, message, renderMessage: () => render(message, help) };
  });
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

/** What stands in backticks becomes a `code` element; what is pasted never becomes markup. */
function withCode(text) {
  return text.split(/`([^`]*)`/).map((part, index) => {
    if (index % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}
