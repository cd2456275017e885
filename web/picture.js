/** The diagram as pixels. */

/** How many pixels for one of the picture's own: what screens of today show. */
const SHARP = 2;

/** Browsers draw no larger ones. */
const LONGEST_SIDE = 8192;

/**
 * @param {string} svg a picture that needs nothing from elsewhere
 * @param {number} width in its own pixels, as is `height`
 * @returns {Promise<Blob>} as PNG
 */
export async function png(svg, width, height) {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(SHARP, LONGEST_SIDE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("it is too large to be drawn"))));
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
