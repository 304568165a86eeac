// Decoded values as a surface in the plane of the data: the lattice of z, warped by the decoder.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { drawAxes, makeScales, placed } = await import(`../shared/axes.js${version}`);
const { clipped } = await import(`../shared/canvas.js${version}`);
const { linearTicks } = await import(`../shared/ticks.js${version}`);
const { drawPath, drawPin, drawRing } = await import(`./marks.js${version}`);
const { axisCount } = await import(`./prior.js${version}`);
const { columnTitle } = await import(`./titles.js${version}`);

const MARGIN = 0.18; // of the data's span, around the data
// Corners of the lattice: top left, top right, bottom left, bottom right. Every cell has its own
// mixture, so a cell can be found again on the other picture.
const CORNERS = [[64, 98, 224], [206, 76, 178], [18, 160, 138], [240, 158, 32]];

/** Colour of the cell in column i and row j (from the top) of an n × n lattice. */
export function cellColor(i, j, n, alpha) {
  const u = i / Math.max(n - 2, 1);
  const v = j / Math.max(n - 2, 1);
  const weights = [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v];
  const mix = (channel) =>
    Math.round(weights.reduce((sum, w, k) => sum + w * CORNERS[k][channel], 0));
  return `rgba(${mix(0)}, ${mix(1)}, ${mix(2)}, ${alpha})`;
}

/** Pixel maps with equal units on both axes around all data, in raw units; fixed by the data. */
function dataScales(scene) {
  const area = scene.panels.grid.area;
  const { data_points: data } = scene.arrays;
  const bounds = data ? boundsOf(scene, data) : [[-3, 3], [-3, 3]];
  const half = (0.5 + MARGIN) * Math.max(...bounds.map(([lo, hi]) => hi - lo), 1e-6);
  const range = ([lo, hi]) => [(lo + hi) / 2 - half, (lo + hi) / 2 + half];
  return { ...makeScales(area, range(bounds[0]), range(bounds[1])), ranges: bounds.map(range) };
}

function boundsOf({ arrays }, data) {
  if (arrays.bounds?.data === data) return arrays.bounds.value;
  const value = [[Infinity, -Infinity], [Infinity, -Infinity]];
  for (let k = 0; k < data.length; k++) {
    const j = k % 2;
    const raw = data[k] * arrays.scale[j] + arrays.shift[j];
    value[j] = [Math.min(value[j][0], raw), Math.max(value[j][1], raw)];
  }
  arrays.bounds = { data, value };
  return value;
}

export function drawGrid(scene) {
  const { area, base } = scene.panels.grid;
  const scales = dataScales(scene);
  base.clearRect(0, 0, area.outerWidth, area.outerHeight);
  clipped(base, area, () => {
    if (axisCount(scene.meta) === 2) fillCells(scene, scales);
    drawData(scene, scales);
    if (axisCount(scene.meta) === 2) drawMeshLines(scene, scales);
    else drawCurve(scene, scales);
  });
  const axis = (j, map) => ({
    ticks: placed(linearTicks(...scales.ranges[j], 6, true), map),
    title: columnTitle(scene.meta, j),
  });
  drawAxes(base, area, scene.theme, { x: axis(0, scales.x), y: axis(1, scales.y) });
}

/** Pixel position of lattice node k. */
const node = ({ grid }, scales, k) => [scales.x(grid.values[2 * k]), scales.y(grid.values[2 * k + 1])];

function fillCells(scene, scales) {
  const { base } = scene.panels.grid;
  const n = scene.grid.columns;
  for (let j = 0; j + 1 < n; j++) {
    for (let i = 0; i + 1 < n; i++) {
      const k = j * n + i;
      base.fillStyle = cellColor(i, j, n, 0.34);
      base.beginPath();
      for (const corner of [k, k + 1, k + n + 1, k + n]) base.lineTo(...node(scene, scales, corner));
      base.fill();
    }
  }
}

function drawMeshLines(scene, scales) {
  const { base } = scene.panels.grid;
  const n = scene.grid.columns;
  base.lineWidth = 1;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b + 1 < n; b++) {
      segment(base, node(scene, scales, a * n + b), node(scene, scales, a * n + b + 1),
        cellColor(b, a, n, 0.95));
      segment(base, node(scene, scales, b * n + a), node(scene, scales, (b + 1) * n + a),
        cellColor(a, b, n, 0.95));
    }
  }
}

function drawCurve(scene, scales) {
  const { base } = scene.panels.grid;
  const n = scene.grid.columns;
  base.lineCap = "round";
  base.lineWidth = 3.5;
  for (let i = 0; i + 1 < n; i++) {
    segment(base, node(scene, scales, i), node(scene, scales, i + 1), cellColor(i, 0, n, 1));
  }
}

function segment(context, from, to, color) {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/** The data, in their classes' colours where they are the ones whose means are shown. */
function drawData(scene, scales) {
  const { base } = scene.panels.grid;
  const { data_points: data, labels, scale, shift } = scene.arrays;
  if (!data) return;
  const matched = data.length / 2 === labels.length && scene.meta.classes.length > 0;
  base.globalAlpha = 0.6;
  for (let i = 0; 2 * i < data.length; i++) {
    if (matched && scene.hidden.has(labels[i])) continue;
    base.fillStyle = matched ? scene.meta.label_colors[labels[i]] : scene.meta.colors.data;
    const x = scales.x(data[2 * i] * scale[0] + shift[0]);
    const y = scales.y(data[2 * i + 1] * scale[1] + shift[1]);
    base.fillRect(x - 1.25, y - 1.25, 2.5, 2.5);
  }
  base.globalAlpha = 1;
}

export function drawGridOverlay(scene) {
  const { area, overlay } = scene.panels.grid;
  const scales = dataScales(scene);
  const at = (values, k) => [scales.x(values[2 * k]), scales.y(values[2 * k + 1])];
  overlay.clearRect(0, 0, area.outerWidth, area.outerHeight);
  clipped(overlay, area, () => {
    const { theme, strip, vector } = scene;
    if (strip) {
      const all = (values) => Array.from({ length: values.length / 2 }, (_, k) => at(values, k));
      drawPath(overlay, theme, all(strip.trace), 1.5);
      all(strip.values).slice(1, -1).forEach((point) => drawRing(overlay, theme, point, 3));
    }
    drawRing(overlay, theme, at(vector, 0), 7);
    scene.pinValues.forEach((value, k) =>
      drawPin(overlay, theme, at(value, 0), "AB"[k], scene.chosen === k + 1),
    );
  });
}

/** z of the decoded lattice node nearest to the pointer: data space has no z of its own. */
export function locate(scene, px, py) {
  if (!scene.grid) return null;
  const scales = dataScales(scene);
  let nearest = 0;
  let least = Infinity;
  for (let k = 0; k < scene.grid.rows * scene.grid.columns; k++) {
    const [x, y] = node(scene, scales, k);
    const distance = (x - px) ** 2 + (y - py) ** 2;
    if (distance < least) [nearest, least] = [k, distance];
  }
  const { zs, meta } = scene.grid;
  const axes = meta.dims.slice(0, axisCount(meta));
  return axes.map((d) => zs[nearest * meta.latent_dim + d]);
}
