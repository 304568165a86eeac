// Values on a grid over the plane: as an image in a ramp of colours, or as contours.
//
// A grid lies between the values (x_low, y_low) and (x_high, y_high), its lowest row first; its
// cells are of equal size on the page.

const version = new URL(import.meta.url).search;
const { contourSegments } = await import(`../shared/contours.js${version}`);
const { channels, mixed } = await import(`../shared/theme.js${version}`);
const { inkOf } = await import(`./ink.js${version}`);

const LEVELS = 256;

/** Where a grid lies on the page. */
export function gridBox({ extent: [x0, x1, y0, y1] }, scales) {
  const [left, right] = [scales.x.place(x0), scales.x.place(x1)];
  const [bottom, top] = [scales.y.place(y0), scales.y.place(y1)];
  return { left, top, width: right - left, height: bottom - top };
}

/** One colour for each level, evenly between the given ones. */
function rampOf(colors, theme) {
  const stops = colors.map((color) => channels(inkOf(color, theme)));
  return Uint32Array.from({ length: LEVELS }, (_, level) => {
    const t = (level / (LEVELS - 1)) * (stops.length - 1);
    const i = Math.min(Math.floor(t), stops.length - 2);
    const [r, g, b] = mixed(stops[i], stops[i + 1], t - i);
    return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
  });
}

export function drawImage(context, mark, scales, _box, theme) {
  const [rows, columns] = mark.shape;
  const ramp = rampOf(mark.colors, theme);
  const picture = new OffscreenCanvas(columns, rows);
  const ink = picture.getContext("2d");
  const image = ink.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let r = 0; r < rows; r++) {
    const from = (rows - 1 - r) * columns;
    for (let c = 0; c < columns; c++) pixels[r * columns + c] = ramp[mark.levels[from + c]];
  }
  ink.putImageData(image, 0, 0);
  const { left, top, width, height } = gridBox(mark, scales);
  context.imageSmoothingEnabled = mark.is_smooth;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, left, top, width, height);
}

/** What the grid says at a pixel: its level as a value in its range; NaN outside. */
export function imageValueAt(mark, scales, px, py) {
  const [rows, columns] = mark.shape;
  const { left, top, width, height } = gridBox(mark, scales);
  const column = Math.floor(((px - left) / width) * columns);
  const row = rows - 1 - Math.floor(((py - top) / height) * rows);
  if (!(column >= 0 && column < columns && row >= 0 && row < rows)) return Number.NaN;
  const [low, high] = mark.range;
  return low + (mark.levels[row * columns + column] / (LEVELS - 1)) * (high - low);
}

export function drawContours(context, mark, scales) {
  const [rows, columns] = mark.shape;
  const { left, top, width, height } = gridBox(mark, scales);
  const place = ([c, r]) => [
    left + ((c + 0.5) / columns) * width,
    top + height - ((r + 0.5) / rows) * height,
  ];
  context.beginPath();
  for (const level of mark.at) {
    for (const [from, to] of contourSegments(mark.values, mark.shape, level)) {
      context.moveTo(...place(from));
      context.lineTo(...place(to));
    }
  }
  context.stroke();
}
