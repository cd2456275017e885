/**
 * The smallest single change that turns `before` into `after`, or `null` where they are equal.
 * What is outside it keeps its cursor, folds and marks.
 *
 * @param {string} before
 * @param {string} after
 * @returns {{from: number, to: number, insert: string} | null} offsets in `before`, in UTF-16 code units
 */
export function smallestChange(before, after) {
  if (before === after) return null;
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let same = 0;
  while (
    same < shortest - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  ) {
    same += 1;
  }
  // Neither border may cut a surrogate pair in two.
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  if (same > 0 && isLowSurrogate(before.charCodeAt(before.length - same))) same -= 1;
  return { from: start, to: before.length - same, insert: after.slice(start, after.length - same) };
}

const isHighSurrogate = (unit) => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit) => unit >= 0xdc00 && unit <= 0xdfff;
