// Decoded values as one small heat map over the latent plane for each column of a table.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { drawTitles } = await import(`../shared/axes.js${version}`);
const { clipped, fitted } = await import(`../shared/canvas.js${version}`);
const { measured } = await import(`../shared/numbers.js${version}`);
const { drawPath, drawPin, drawRing } = await import(`./marks.js${version}`);
const { axisCount, fractionToZ, zToFraction } = await import(`./prior.js${version}`);
const { axisTitle, columnTitle } = await import(`./titles.js${version}`);

const SLACK = 0.5; // a column's colour range shrinks when less than this share of it is in use
// Cividis: even in lightness, the same for colour-blind eyes (Nuñez et al. 2018).
const STOPS = [[0, 34, 78], [53, 69, 108], [102, 105, 112], [148, 142, 119], [200, 184, 102],
  [254, 232, 56]];
const PALETTE = Uint32Array.from({ length: 256 }, (_, k) => {
  const t = (k / 255) * (STOPS.length - 1);
  const i = Math.min(Math.floor(t), STOPS.length - 2);
  const [r, g, b] = STOPS[i].map((c, j) => Math.round(c + (t - i) * (STOPS[i + 1][j] - c)));
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
});

function shade(value, [lo, hi]) {
  const t = hi > lo ? (value - lo) / (hi - lo) : 0.5;
  return PALETTE[Math.max(0, Math.min(255, Math.round(255 * t))) || 0];
}

/** Smallest and largest value of each column on the grid; ranges grow at once, shrink late. */
export function updateRanges(scene) {
  const D = scene.meta.columns.length;
  scene.columnRanges = Array.from({ length: D }, (_, j) => {
    let [lo, hi] = [Infinity, -Infinity];
    for (let k = j; k < scene.grid.values.length; k += D) {
      lo = Math.min(lo, scene.grid.values[k]);
      hi = Math.max(hi, scene.grid.values[k]);
    }
    const held = scene.columnRanges?.[j];
    if (!held || hi - lo < SLACK * (held[1] - held[0])) return [lo, hi];
    return [Math.min(lo, held[0]), Math.max(hi, held[1])];
  });
}

/** Boxes of the small maps: as square as the number of columns allows. */
function boxes(scene) {
  const { area } = scene.panels.grid;
  const D = scene.meta.columns.length;
  const across = axisCount(scene.meta) === 1 ? 1 : Math.ceil(Math.sqrt(D));
  const down = Math.ceil(D / across);
  const caption = scene.theme.size * (across > 3 ? 2.15 : 2.4);
  const gap = scene.theme.size * (across > 3 ? 0.4 : 0.7);
  const width = (area.width - gap * (across - 1)) / across;
  const height = area.height / down - caption - gap;
  return Array.from({ length: D }, (_, j) => {
    const left = area.left + (j % across) * (width + gap);
    const top = area.top + Math.floor(j / across) * (height + caption + gap) + caption;
    return { left, top, width, height, caption };
  });
}

export function drawGrid(scene) {
  updateRanges(scene);
  const { area, base } = scene.panels.grid;
  base.clearRect(0, 0, area.outerWidth, area.outerHeight);
  boxes(scene).forEach((box, j) => {
    base.imageSmoothingEnabled = false;
    base.drawImage(heatMap(scene, j), box.left, box.top, box.width, box.height);
    base.strokeStyle = scene.theme.line;
    base.strokeRect(box.left, box.top, box.width, box.height);
    drawCaption(scene, box, j);
  });
  const second = axisCount(scene.meta) === 2 ? axisTitle(scene.meta, 1) : null;
  drawTitles(base, area, scene.theme, axisTitle(scene.meta, 0), second);
}

function heatMap({ grid, columnRanges }, j) {
  const canvas = new OffscreenCanvas(grid.columns, grid.rows);
  const context = canvas.getContext("2d");
  const image = context.createImageData(grid.columns, grid.rows);
  const pixels = new Uint32Array(image.data.buffer);
  const D = columnRanges.length;
  for (let k = 0; k < pixels.length; k++) {
    pixels[k] = shade(grid.values[k * D + j], columnRanges[j]);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Name, smallest and largest colour in the data's own units, and a ramp where there is room. */
function drawCaption(scene, box, j) {
  const { base } = scene.panels.grid;
  const { theme, meta } = scene;
  const [lo, hi] = scene.columnRanges[j];
  base.textBaseline = "alphabetic";
  base.textAlign = "left";
  base.fillStyle = theme.text;
  base.font = theme.font(0.78, 600);
  const name = fitted(base, columnTitle(meta, j), box.width);
  base.fillText(name, box.left, box.top - 1.3 * theme.size);
  base.font = theme.font(0.74);
  base.fillStyle = theme.muted;
  const y = box.top - 0.32 * theme.size;
  const [low, high] = [measured(lo), measured(hi)];
  const inset = 0.3 * theme.size;
  base.fillText(low, box.left, y);
  base.textAlign = "right";
  base.fillText(high, box.left + box.width, y);
  const from = box.left + base.measureText(low).width + inset;
  const to = box.left + box.width - base.measureText(high).width - inset;
  if (to - from > 12) drawRamp(base, from, y - 0.5 * theme.size, to - from, 0.42 * theme.size);
}

function drawRamp(context, left, top, width, height) {
  const gradient = context.createLinearGradient(left, 0, left + width, 0);
  STOPS.forEach(([r, g, b], k) =>
    gradient.addColorStop(k / (STOPS.length - 1), `rgb(${r}, ${g}, ${b})`),
  );
  context.fillStyle = gradient;
  context.fillRect(left, top, width, height);
}

export function drawGridOverlay(scene) {
  const { area, overlay } = scene.panels.grid;
  overlay.clearRect(0, 0, area.outerWidth, area.outerHeight);
  for (const box of boxes(scene)) {
    const at = (point) => placeInBox(scene.meta, box, point);
    clipped(overlay, box, () => drawOnMap(overlay, scene, box, at));
  }
}

/** Cursor and walk on one map. */
function drawOnMap(overlay, scene, box, at) {
  const { theme, pins, cursor } = scene;
  const large = Math.min(box.width, box.height) > 110; // else pins would hide the map
  if (pins.length === 2) drawPath(overlay, theme, pins.map(at), large ? 2 : 1);
  drawRing(overlay, theme, at(cursor), large ? 5 : 3);
  if (large) pins.forEach((pin, k) => drawPin(overlay, theme, at(pin), "AB"[k], scene.chosen === k + 1));
}

function placeInBox(meta, box, point) {
  const x = box.left + box.width * zToFraction(meta, 0, point[0]);
  if (axisCount(meta) === 1) return [x, box.top + box.height / 2];
  return [x, box.top + box.height * (1 - zToFraction(meta, 1, point[1]))];
}

/** z under the pointer, in whichever map it is. */
export function locate(scene, px, py) {
  const inside = (box) =>
    px >= box.left && px <= box.left + box.width && py >= box.top && py <= box.top + box.height;
  const box = boxes(scene).find(inside);
  if (!box) return null;
  const point = [fractionToZ(scene.meta, 0, (px - box.left) / box.width)];
  if (axisCount(scene.meta) === 1) return point;
  return [...point, fractionToZ(scene.meta, 1, 1 - (py - box.top) / box.height)];
}

const ROW = 1.5; // height of a strip's row, in font sizes
export const stripHeight = (meta, _width, _steps, size) => meta.columns.length * ROW * size;

/** The walk A -> B as a table of colours: one row per column, in that column's heat map colours. */
export function drawStrip(scene) {
  const { context, width, height } = scene.panels.strip;
  const { theme, meta, strip } = scene;
  const D = meta.columns.length;
  const rowHeight = height / D;
  context.font = theme.font(0.78);
  context.textBaseline = "middle";
  const widest = meta.columns.map((_, j) => context.measureText(columnTitle(meta, j)).width);
  const left = Math.min(Math.max(...widest) + 10, 0.4 * width);
  const cell = (width - left) / strip.steps;
  context.clearRect(0, 0, width, height);
  for (let j = 0; j < D; j++) {
    const y = (j + 0.5) * rowHeight;
    context.textAlign = "left";
    context.fillStyle = theme.text;
    context.fillText(fitted(context, columnTitle(meta, j), left - 8), 0, y);
    for (let k = 0; k < strip.steps; k++) {
      const value = strip.values[k * D + j];
      drawCell(context, left + k * cell, j * rowHeight, cell, rowHeight, value, scene, j);
    }
  }
}

function drawCell(context, x, y, width, height, value, scene, j) {
  const range = scene.columnRanges?.[j] ?? [value, value];
  const color = shade(value, range);
  const [r, g, b] = [color & 255, (color >> 8) & 255, (color >> 16) & 255];
  context.fillStyle = `rgb(${r}, ${g}, ${b})`;
  context.fillRect(x, y + 1, width - 1, height - 2);
  const text = measured(value);
  if (context.measureText(text).width > width - 4) return;
  context.textAlign = "center";
  context.fillStyle = 0.3 * r + 0.59 * g + 0.11 * b > 120 ? "#111" : "#fff";
  context.fillText(text, x + width / 2, y + height / 2);
}
