// Both pictures of the map: sheets below, the probe and what can be dragged above.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { product } = await import(`./flow.js${version}`);
const axes = await import(`../shared/axes.js${version}`);
const { clipped } = await import(`../shared/canvas.js${version}`);
const { significant } = await import(`../shared/numbers.js${version}`);
const { channels } = await import(`../shared/theme.js${version}`);
const { linearTicks } = await import(`../shared/ticks.js${version}`);
const { fill } = await import(`../shared/words.js${version}`);
const probe = await import(`./probe.js${version}`);
const sheets = await import(`./sheet.js${version}`);
const walk = await import(`./timeline.js${version}`);

const TICKS = 6;

const squareScales = (area, range) => axes.makeScales(area, range, range);

function drawSquareAxes(context, area, range, theme, titles) {
  const scales = squareScales(area, range);
  const ticks = linearTicks(...range, TICKS, true);
  axes.drawAxes(context, area, theme, {
    x: { ticks: axes.placed(ticks, scales.x), title: titles[0] },
    y: { ticks: axes.placed(ticks, scales.y), title: titles[1] },
  });
}

function titlesOf({ kind, k }, { signs }, { flips, words }) {
  if (kind === "turn") return [words.turning_x, words.turning_y];
  const name = k === flips.length - 1 ? "x" : "u";
  const second = signs[k] < 0 ? words.layer_axis_down : words.layer_axis;
  return [
    fill(words.layer_axis, { name: `${name}₁`, k: k + 1 }),
    fill(second, { name: `${name}₂`, k: k + 1 }),
  ];
}

export function drawBase(scene) {
  const { panels, meta, arrays, theme, sheet, mode } = scene;
  const { sheet: context, area } = panels.base;
  const scales = squareScales(area, meta.base_range);
  clear(context, area);
  clipped(context, area, () => {
    sheets.drawSheet(context, scales, sheet, arrays.lattice, sheet.total, mode);
    if (scene.shows.grid) {
      sheets.drawGrid(context, scales, sheet, gridStep(meta), arrays.lattice, ink(scene), theme);
    }
  });
  drawSquareAxes(context, area, meta.base_range, theme, ["z₁", "z₂"]);
}

/** The colour of lines: dark on the light colours of log |det J|, in every theme. */
const ink = ({ mode, theme }) => (mode === "logdet" ? "#1b2430" : theme.text);

const gridStep = (meta) => (meta.side - 1) / meta.cells;

export function drawMapped(scene) {
  const { panels, meta, arrays, theme, sheet, timeline, at, centre, mode, shows } = scene;
  const { sheet: context, area } = panels.mapped;
  const moment = walk.momentAt(timeline, scene.time);
  const scales = squareScales(area, meta.data_range);
  walk.latticeAt(scene.stages, timeline, moment, centre, at);
  clear(context, area);
  clipped(context, area, () => {
    if (scene.folds) overlap(context, theme); // sheets on top of one another are seen as such
    sheets.drawSheet(context, scales, sheet, at.places, at.logDet, mode);
    context.globalCompositeOperation = "source-over";
    if (shows.grid) {
      sheets.drawGrid(context, scales, sheet, gridStep(meta), at.places, ink(scene), theme);
    }
    const radius = theme.size / 15;
    if (shows.data) sheets.drawPoints(context, scales, arrays.data, meta.colors.data, radius);
    if (shows.samples && scene.time >= timeline.total) {
      sheets.drawPoints(context, scales, arrays.samples, meta.colors.model, radius);
    }
  });
  const atEnd = scene.time >= timeline.total;
  const titles = atEnd ? meta.titles : titlesOf(moment, timeline, meta);
  drawSquareAxes(context, area, meta.data_range, theme, titles);
  drawScale(scene);
}

/** Draw so that what lies below shines through: darker on light ground, lighter on dark. */
function overlap(context, theme) {
  const [r, g, b] = channels(theme.ground);
  context.globalCompositeOperation = r + g + b > 384 ? "multiply" : "screen";
}

function clear(context, area) {
  context.clearRect(0, 0, area.left + area.side + 20, area.outerHeight);
}

/** The colours of log |det J|, with numbers. */
function drawScale(scene) {
  const { ui, panels, sheet, theme, meta: { words } } = scene;
  ui.scale.hidden = scene.mode !== "logdet";
  if (ui.scale.hidden) return;
  const { context, width } = panels.scale;
  const bar = theme.size * 0.9;
  context.clearRect(0, 0, width, 3 * theme.size);
  for (let x = 0; x < width; x++) {
    context.fillStyle = sheets.logDetColor((2 * x / width - 1) * sheet.limit, sheet.limit, sheet.colors);
    context.fillRect(x, 0, 1, bar);
  }
  context.fillStyle = theme.muted;
  context.font = theme.font(0.78);
  context.textBaseline = "top";
  const texts = [
    ["left", 0, fill(words.scale_low, { limit: significant(-sheet.limit) })],
    ["center", width / 2, words.scale_middle],
    ["right", width, fill(words.scale_high, { limit: `+${significant(sheet.limit)}` })],
  ];
  for (const [align, x, text] of texts) {
    context.textAlign = align;
    context.fillText(text, x, bar + 4);
  }
}

export function drawBaseOver(scene) {
  const { panels, meta, theme, z, half } = scene;
  const { over: context, area } = panels.base;
  const scales = squareScales(area, meta.base_range);
  clear(context, area);
  clipped(context, area, () => {
    probe.drawPolygon(context, scales, probe.square(z, half), ink(scene), theme.size / 8);
    dot(context, scales, z, theme);
  });
}

export function drawMappedOver(scene) {
  const { panels, meta, theme, flow, timeline, found, z, half, centre } = scene;
  const { over: context, area } = panels.mapped;
  const scales = squareScales(area, meta.data_range);
  const moment = walk.momentAt(timeline, scene.time);
  const place = (point) =>
    walk.pointAt(timeline, probe.inspectStages(flow, point), moment, centre);
  clear(context, area);
  clipped(context, area, () => {
    drawPath(scene, context, scales);
    const here = walk.pointAt(timeline, found.stages, moment, centre);
    const [a, b, c, d] = jacobianAt(scene, moment);
    const corners = [[-half, -half], [half, -half], [half, half], [-half, half]].map(
      ([x, y]) => [here[0] + a * x + b * y, here[1] + c * x + d * y],
    );
    probe.drawPolygon(context, scales, corners, ink(scene), theme.size / 12, [4, 3]);
    probe.drawPolygon(context, scales, probe.square(z, half).map(place), ink(scene), theme.size / 8);
    dot(context, scales, here, theme);
    if (scene.centres && scene.time >= timeline.total) drawHandles(scene, context, scales);
  });
}

/** The Jacobian of the walk so far: layers done, flips done, and a share of the present one. */
function jacobianAt({ flow, timeline, found }, moment) {
  let whole = [1, 0, 0, 1];
  for (let k = 0; k < moment.k; k++) {
    whole = product(found.stages[k].jacobian, whole);
    if (flow.flips[k]) whole = product([0, 1, 1, 0], whole);
  }
  const t = moment.kind === "layer" ? moment.share : 1;
  const [a, b, c, d] = found.stages[moment.k].jacobian;
  whole = product([1 - t + t * a, t * b, t * c, 1 - t + t * d], whole);
  return product(walk.toScreen(timeline, moment), whole);
}

/** The probe's path up to now. */
function drawPath(scene, context, scales) {
  const { timeline, found, time, centre, theme } = scene;
  context.save();
  context.strokeStyle = ink(scene);
  context.globalAlpha = 0.75;
  context.lineWidth = theme.size / 12;
  context.beginPath();
  const steps = Math.max(2, Math.ceil(time * 12));
  for (let n = 0; n <= steps; n++) {
    const moment = walk.momentAt(timeline, (time * n) / steps);
    const [x, y] = walk.pointAt(timeline, found.stages, moment, centre);
    context.lineTo(scales.x(x), scales.y(y));
  }
  context.stroke();
  context.restore();
}

function dot(context, scales, [x, y], theme) {
  context.beginPath();
  context.arc(scales.x(x), scales.y(y), theme.size / 4, 0, 2 * Math.PI);
  context.fillStyle = theme.text;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = theme.ground;
  context.stroke();
}

/** Centres of the visitor's mixture, to be dragged. */
function drawHandles({ centres, chosen, meta, theme }, context, scales) {
  centres.forEach(([x, y], n) => {
    context.beginPath();
    context.arc(scales.x(x), scales.y(y), theme.size / 2, 0, 2 * Math.PI);
    context.strokeStyle = meta.colors.data;
    context.fillStyle = theme.ground;
    context.lineWidth = n === chosen - 1 ? 5 : 3;
    context.fill();
    context.stroke();
  });
}
