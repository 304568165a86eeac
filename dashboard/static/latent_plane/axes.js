// Scales, ticks, axis ranges that do not jitter, and the drawing of a frame with axes.

const LADDER = 1.25; // ratio between neighbouring axis ranges
const BASE_REACH = 3.2; // first range: prior mean ± 3.2 σ_z
const OUTSIDE_ALLOWED = 0.02;
const PATIENCE = 20; // updates for which a smaller range must suffice before the axes shrink

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
export const subscript = (n) => [...String(n)].map((digit) => SUBSCRIPTS[digit]).join("");

/** A number with a true minus sign. */
export function formatNumber(value, digits = 2) {
  if (!Number.isFinite(value)) return "–";
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** About three significant digits, for values in the data's own units. */
export function formatValue(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(1).replace("-", "−");
  return formatNumber(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** Round values in [lo, hi], about `count` of them. */
export function ticks(lo, hi, count) {
  const raw = (hi - lo) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= raw) ?? 10);
  const values = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step; k++) {
    values.push(k === 0 ? 0 : k * step);
  }
  return { values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/**
 * The plane's centre and half width. It grows as soon as more than 2 % of the points are outside,
 * in steps of a ladder, and shrinks only after a smaller range has sufficed for a while.
 */
export function nextRange(previous, meta, means) {
  const centre = heldCentre(previous, meta);
  const least = Math.max(meta.prior_scale, (meta.extent ?? 0) / BASE_REACH);
  const wanted = Math.max(rung(least), rung(neededReach(meta, means, centre) / BASE_REACH));
  const restarted = previous && meta.step < previous.step;
  let { level, patience } = previous && !restarted ? previous : { level: wanted, patience: 0 };
  patience = wanted < level ? patience + 1 : 0;
  if (wanted > level || patience > PATIENCE) [level, patience] = [wanted, 0];
  return { centre, level, patience, step: meta.step, half: BASE_REACH * LADDER ** level };
}

const rung = (size) => Math.ceil(Math.log(Math.max(size, 1e-6)) / Math.log(LADDER) - 1e-6);

/** The centre follows a learned prior mean only when that has moved visibly. */
function heldCentre(previous, meta) {
  const point = meta.dims.map((d) => meta.prior_mean[d] ?? 0);
  const moved = (a, k) => Math.abs(a - point[k]) > 0.5 * meta.prior_scale;
  return previous && !previous.centre.some(moved) ? previous.centre : point;
}

/** The half width that leaves at most 2 % of the points outside. */
function neededReach(meta, means, centre) {
  const width = meta.latent_dim === 1 ? 1 : 2;
  const reaches = [];
  for (let k = 0; k + width <= means.length; k += width) {
    let reach = Math.abs(means[k] - centre[0]);
    if (width === 2) reach = Math.max(reach, Math.abs(means[k + 1] - centre[1]));
    if (Number.isFinite(reach)) reaches.push(reach);
  }
  if (reaches.length === 0) return 0;
  reaches.sort((a, b) => a - b);
  return reaches[Math.ceil((1 - OUTSIDE_ALLOWED) * reaches.length) - 1];
}

/** Pixel maps of a plot area for x in [x0, x1] and y in [y0, y1] (y upwards), and back. */
export function makeScales(area, [x0, x1], [y0, y1]) {
  return {
    x: (value) => area.left + ((value - x0) / (x1 - x0)) * area.width,
    y: (value) => area.top + ((y1 - value) / (y1 - y0)) * area.height,
    xOf: (pixel) => x0 + ((pixel - area.left) / area.width) * (x1 - x0),
    yOf: (pixel) => y1 - ((pixel - area.top) / area.height) * (y1 - y0),
  };
}

/** Frame, tick marks with numbers, and titles. `x.ticks` is [[pixel, text], ...]. */
export function drawAxes(context, area, theme, { x, y }) {
  const { left, top, width, height } = area;
  const bottom = top + height;
  context.save();
  context.strokeStyle = theme.line;
  context.fillStyle = theme.muted;
  context.lineWidth = 1;
  context.font = theme.font(0.78);
  context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const [pixel, text] of x.ticks) {
    context.fillRect(Math.round(pixel), bottom, 1, 4);
    context.fillText(text, pixel, bottom + 6);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [pixel, text] of y?.ticks ?? []) {
    context.fillRect(left - 4, Math.round(pixel), 4, 1);
    context.fillText(text, left - 7, pixel);
  }
  drawTitles(context, area, theme, x.title, y?.title);
  context.restore();
}

/** Titles along the outer edges of a panel. */
export function drawTitles(context, area, theme, xTitle, yTitle) {
  context.save();
  context.fillStyle = theme.text;
  context.font = theme.font(0.88);
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(xTitle, area.left + area.width / 2, area.outerHeight - 1);
  if (yTitle) {
    context.translate(1, area.top + area.height / 2);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "top";
    context.fillText(yTitle, 0, 0);
  }
  context.restore();
}
