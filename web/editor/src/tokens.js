/**
 * The tokens of a line of YAML, for colours alone: what a text means is read elsewhere, and every text has tokens,
 * broken ones too. A line is read once and from its start; no input makes it deeper or slower than it is long.
 *
 * @typedef {object} Token
 * @property {number} from code units from the line's start
 * @property {number} to
 * @property {"key" | "text" | "comment" | "sign"} kind
 *
 * @typedef {object} Before what a line takes over from those above it
 * @property {number} block the column that lines are in whose block of text goes on; -1 for none
 * @property {string} quote the quote that is open; empty for none
 * @property {number} brackets how many brackets are open
 */

/** @type {Before} at the beginning of a document */
export const START = Object.freeze({ block: -1, quote: "", brackets: 0 });

const MARKER = /(?:---|\.\.\.)(?=\s|$)|%.*/y;
const SPACE = /[ \t]+/y;
const COMMENT = /#.*/y;
/** A dash or question mark before what it introduces. */
const INDICATOR = /[-?](?=[ \t]|$)/y;
const HEADER = /[|>][-+\d]*(?=[ \t]*(?:[ \t]#.*)?$)/y;
/** An anchor, an alias or a tag. */
const NAME = /[&*!][^\s,[\]{}]*/y;
const COLON = /[ \t]*:(?=[ \t]|$)/y;
/** In brackets a quoted key may have its value right behind the colon. */
const CLOSE_COLON = /[ \t]*:/y;
const REST_OF_QUOTE = { '"': /(?:[^"\\]|\\.?)*("?)/y, "'": /(?:[^']|'')*('?)/y };
const PLAIN = /(?:[^\s:#]|:(?=\S)|(?<=\S)#|[ \t]+(?=[^\s#]))+/y;
const PLAIN_IN_BRACKETS = /(?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}])|(?<=\S)#|[ \t]+(?=[^\s#,[\]{}]))+/y;

/**
 * @param {string} line
 * @param {Before} before
 * @returns {{tokens: Token[], after: Before}}
 */
export function tokensOf(line, before) {
  const tokens = [];
  let at = 0;
  let { block, quote, brackets } = before;
  /** What stands at `at`, if it is such a thing; then `at` is behind it. */
  const take = (pattern, kind) => {
    pattern.lastIndex = at;
    const found = pattern.exec(line);
    if (!found || found[0] === "") return null;
    if (kind) tokens.push({ from: at, to: at + found[0].length, kind });
    at += found[0].length;
    return found;
  };
  /** Whether a colon follows that makes a key of what was taken last. */
  const isKey = (colon) => {
    const text = tokens.at(-1);
    if (!take(colon, "sign")) return false;
    if (text) text.kind = "key";
    return true;
  };
  const end = () => ({ tokens, after: { block, quote, brackets } });

  if (quote) {
    if (take(REST_OF_QUOTE[quote], "text")?.[1] === "") return end();
    // Of an empty line nothing is taken.
    if (at === 0 && line === "") return end();
    quote = "";
    isKey(brackets > 0 ? CLOSE_COLON : COLON);
  } else if (block >= 0) {
    if (line.trim() === "" || line.search(/\S/) > block) {
      at = 0;
      if (line !== "") tokens.push({ from: 0, to: line.length, kind: "text" });
      return end();
    }
    block = -1;
  }

  if (at === 0 && take(MARKER, "sign")) {
    brackets = 0;
    if (line.startsWith("%")) return end();
  }
  // The column of the key or dash that what follows belongs to.
  let column = -1;
  let isAfterSpace = at === 0 || brackets === 0;
  while (at < line.length) {
    if (take(SPACE)) {
      isAfterSpace = true;
      continue;
    }
    const start = at;
    if (isAfterSpace && take(COMMENT, "comment")) break;
    isAfterSpace = false;
    if (brackets === 0 && take(INDICATOR, "sign")) {
      column = start;
      continue;
    }
    const letter = line[at];
    if ("[{".includes(letter) || ("]},".includes(letter) && brackets > 0)) {
      brackets = Math.max(0, brackets + ("[{".includes(letter) ? 1 : letter === "," ? 0 : -1));
      tokens.push({ from: at, to: at + 1, kind: "sign" });
      at += 1;
      isAfterSpace = true;
      continue;
    }
    if (brackets === 0 && take(HEADER, "sign")) {
      block = Math.max(column, 0);
      // A text at the top of a document may stand in its first column.
      if (column < 0) block = -1;
      continue;
    }
    if (take(NAME, "sign")) continue;
    if (letter === '"' || letter === "'") {
      at += 1;
      const closed = REST_OF_QUOTE[letter];
      closed.lastIndex = at;
      const found = closed.exec(line);
      at += found[0].length;
      tokens.push({ from: start, to: at, kind: "text" });
      if (found[1] === "") {
        quote = letter;
        return end();
      }
      if (isKey(brackets > 0 ? CLOSE_COLON : COLON)) column = start;
      continue;
    }
    if (take(brackets > 0 ? PLAIN_IN_BRACKETS : PLAIN, "text")) {
      if (isKey(COLON)) column = start;
      continue;
    }
    // A colon or number sign by itself, or a bracket too many.
    tokens.push({ from: at, to: at + 1, kind: "sign" });
    at += 1;
  }
  return end();
}
