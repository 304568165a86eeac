// Images as pixels: many in one mosaic, drawn into a box.

const SMOOTH_BELOW = 1.5; // screen pixels per image pixel below which hard edges would alias

/** Write one image of values in [0, 1] as opaque grey pixels into a mosaic of `stride` columns. */
function writeImage(pixels, stride, top, left, values, start, [height, width]) {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const value = values[start + i * width + j];
      const grey = value <= 0 ? 0 : value >= 1 ? 255 : (value * 255 + 0.5) | 0;
      pixels[(top + i) * stride + left + j] = 0xff000000 | (grey * 0x010101);
    }
  }
}

/** A canvas with `rows` × `columns` images, one pixel per value, `margin` black ones around each. */
export function mosaic(values, rows, columns, shape, margin = 0) {
  const [height, width] = shape.map((side) => side + 2 * margin);
  const canvas = new OffscreenCanvas(columns * width, rows * height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer).fill(0xff000000);
  const size = shape[0] * shape[1];
  for (let k = 0; k < rows * columns; k++) {
    const top = Math.floor(k / columns) * height + margin;
    const left = (k % columns) * width + margin;
    writeImage(pixels, canvas.width, top, left, values, k * size, shape);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Draw a mosaic into a box: hard pixels when enlarged, smooth when reduced. */
export function place(context, picture, x, y, width, height) {
  const enlargement = (width * devicePixelRatio) / picture.width;
  context.imageSmoothingEnabled = enlargement < SMOOTH_BELOW;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, x, y, width, height);
}
