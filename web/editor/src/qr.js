/** A text as a QR code, of the least redundancy: it is looked at on a screen. */

import { encode } from "uqr";

/**
 * @param {string} text
 * @returns {{size: number, path: string}} how many squares it is wide and high, and the dark ones as the path of an SVG; throws
 *   where the text is too long
 */
export function qrCode(text) {
  const { size, data } = encode(text, { ecc: "L", border: 4 });
  let path = "";
  data.forEach((row, y) => {
    for (let x = 0; x < size; x += 1) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x += 1;
      path += `M${start} ${y}h${x - start + 1}v1H${start}z`;
    }
  });
  return { size, path };
}
