// The editor's colours: the tokens of YAML, line by line. These run without a page.

import { START, tokensOf } from "../../web/editor/src/tokens.js";
import { expect, test } from "./fixtures.mjs";

/** Texts, and their tokens: `k` a key, `t` a text, `c` a comment, `s` a sign. */
const CASES = {
  "a key and its value": ["app: web # front", "k:app s:: t:web c:# front"],
  "a list of maps": ["- from:\n  - - a", "s:- k:from s::\ns:- s:- t:a"],
  "a map in brackets": [`{a: "b c", 'k':v}`, `s:{ k:a s:: t:"b c" s:, k:'k' s:: t:v s:}`],
  "brackets over lines": ["[1, 2\n, {a: b}] : c", "s:[ t:1 s:, t:2\ns:, s:{ k:a s:: t:b s:} s:] s:: t:c"],
  "no comment and no key in a word": ["url: http://a#b", "k:url s:: t:http://a#b"],
  "a text of its own": ["a: |-\n  x: # y\n\n  z\nb: c", "k:a s:: s:|-\nt:  x: # y\n\nt:  z\nk:b s:: t:c"],
  "a text within a list": ["- a: >\n   x\n  b: c", "s:- k:a s:: s:>\nt:   x\nk:b s:: t:c"],
  "a quote over lines": [`a: "b\n\n c" # d`, `k:a s:: t:"b\n\nt: c" c:# d`],
  "quotes in quotes": [`'it''s': "\\"" `, `k:'it''s' s:: t:"\\""`],
  "documents": ["--- # a\n%TAG b\n...", "s:--- c:# a\ns:%TAG b\ns:..."],
  "names": ["&a *b !t v: w", "s:&a s:*b s:!t k:v s:: t:w"],
  "what is broken": ["]: }, a", "k:] s:: t:}, a"],
};

const told = (text) => {
  let before = START;
  const lines = text.split("\n").map((line) => {
    const { tokens, after } = tokensOf(line, before);
    before = after;
    return tokens.map(({ from, to, kind }) => `${kind[0]}:${line.slice(from, to)}`).join(" ");
  });
  return lines.join("\n");
};

for (const [name, [text, tokens]] of Object.entries(CASES)) {
  test(`tokens of ${name}`, () => expect(told(text)).toBe(tokens));
}

test("whatever a line holds, its tokens lie in it one behind the other, and all that is no space is in one", () => {
  const pieces = ["- ", "a", ": ", ":", "#", " #", '"', "'", "[", "]", "{", "}", ",", "|", ">-", "&x", "!", " ", "---", "\\", "\t", "é😀"];
  let seed = 1;
  const next = (below) => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
  const wrong = [];
  for (let round = 0; round < 5_000; round += 1) {
    let before = START;
    for (let number = 0; number < 4; number += 1) {
      const line = Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join("");
      const { tokens, after } = tokensOf(line, before);
      before = after;
      let end = 0;
      for (const { from, to } of [...tokens, { from: line.length, to: line.length + 1 }]) {
        if (from < end || to <= from || line.slice(end, from).trim() !== "") wrong.push(line);
        end = to;
      }
      if (tokens.some(({ to }) => to > line.length)) wrong.push(line);
    }
  }
  expect(wrong).toEqual([]);
});
