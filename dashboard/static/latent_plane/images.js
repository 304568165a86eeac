// Decoded values as pictures: the grid as one mosaic, the cursor's image, the strip A -> B.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { drawAxes, makeScales } = await import(`../shared/axes.js${version}`);
const { mosaic, place } = await import(`../shared/mosaic.js${version}`);
const { linearTicks } = await import(`../shared/ticks.js${version}`);
const { drawPath, drawPin, drawRing } = await import(`./marks.js${version}`);
const { axisCount, fractionToZ, zToFraction } = await import(`./prior.js${version}`);
const { axisTitle } = await import(`./titles.js${version}`);

const SELF_FRAMED = 16; // images of fewer rows fill their frame: in the grid they need a margin

/** The grid's own coordinates: fractions 0..1 of the prior along each axis. */
const gridScales = (scene) => makeScales(scene.panels.grid.area, [0, 1], [0, 1]);

export function drawGrid(scene) {
  const { area, base } = scene.panels.grid;
  const { values, rows, columns } = scene.grid;
  base.clearRect(0, 0, area.outerWidth, area.outerHeight);
  const shape = scene.meta.image_shape;
  const picture = mosaic(values, rows, columns, shape, shape[0] < SELF_FRAMED ? 1 : 0);
  place(base, picture, area.left, area.top, area.width, area.height);
  drawGridAxes(scene);
}

function drawGridAxes(scene) {
  const { area, base } = scene.panels.grid;
  const scales = gridScales(scene);
  const axis = (k, map) => ({
    ticks: gridTicks(scene.meta, k).map(([u, text]) => [map(u), text]),
    title: axisTitle(scene.meta, k),
  });
  const y = axisCount(scene.meta) === 2 ? axis(1, scales.y) : null;
  drawAxes(base, area, scene.theme, { x: axis(0, scales.x), y });
}

/** [fraction, text] of round values of z; prior quantiles make them unevenly spaced. */
function gridTicks(meta, k) {
  const ticks = linearTicks(fractionToZ(meta, k, 0.02), fractionToZ(meta, k, 0.98), 5, true);
  return ticks.map(({ value, text }) => [zToFraction(meta, k, value), text]);
}

export function drawGridOverlay(scene) {
  const { area, overlay } = scene.panels.grid;
  const { theme, pins, cursor } = scene;
  const scales = gridScales(scene);
  const onGrid = (point) => placeOnGrid(scene, scales, point);
  overlay.clearRect(0, 0, area.outerWidth, area.outerHeight);
  if (pins.length === 2) drawPath(overlay, theme, lineOnGrid(scene, onGrid));
  drawRing(overlay, theme, onGrid(cursor));
  pins.forEach((pin, k) => drawPin(overlay, theme, onGrid(pin), "AB"[k], scene.chosen === k + 1));
}

/** Where z lies on the grid; a z beyond the grid is held at its edge. */
function placeOnGrid({ meta, panels }, scales, point) {
  const fraction = (k) => Math.min(Math.max(zToFraction(meta, k, point[k]), 0), 1);
  const { top, height } = panels.grid.area;
  // With one dimension: on the axis of the one row, not over its images.
  return [scales.x(fraction(0)), axisCount(meta) === 2 ? scales.y(fraction(1)) : top + height];
}

/** The straight line in z, which prior quantiles bend. */
function lineOnGrid(scene, onGrid) {
  const [a, b] = scene.pins;
  return Array.from({ length: 33 }, (_, k) => onGrid(a.map((v, j) => v + (k / 32) * (b[j] - v))));
}

/** z under the pointer. */
export function locate(scene, px, py) {
  const scales = gridScales(scene);
  const point = [fractionToZ(scene.meta, 0, scales.xOf(px))];
  if (axisCount(scene.meta) === 2) point.push(fractionToZ(scene.meta, 1, scales.yOf(py)));
  return point;
}

export function drawProbe(scene) {
  const { context, width, height } = scene.panels.probe;
  const picture = mosaic(scene.vector, 1, 1, scene.meta.image_shape);
  place(context, picture, 0, 0, width, height);
}

/** Height of the strip that fits `width`: square cells for square images. */
export const stripHeight = (meta, width, steps) =>
  Math.min(84, (width - 4 * (steps - 1)) / steps) * (meta.image_shape[0] / meta.image_shape[1]);

export function drawStrip(scene) {
  const { context, width, height } = scene.panels.strip;
  const { values, steps } = scene.strip;
  const [rows, columns] = scene.meta.image_shape;
  const tile = (height * columns) / rows;
  const pitch = Math.min((width - tile) / (steps - 1), tile + 6);
  context.clearRect(0, 0, width, height);
  for (let k = 0; k < steps; k++) {
    const one = values.subarray(k * rows * columns, (k + 1) * rows * columns);
    place(context, mosaic(one, 1, 1, [rows, columns]), k * pitch, 0, tile, height);
  }
}
