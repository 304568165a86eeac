// The posterior map of two dimensions: heat and contours of the exact posterior, q and its draws.

const version = new URL(import.meta.url).search; // never mix two versions
const { drawAxes, makeScales, placed } = await import(`../shared/axes.js${version}`);
const { clipped, fillDisc, tracePath } = await import(`../shared/canvas.js${version}`);
const { subscript } = await import(`../shared/numbers.js${version}`);
const { linearTicks } = await import(`../shared/ticks.js${version}`);
const { drawDraws } = await import(`./draws.js${version}`);
const { contoursOf, heatPicture, peakOf } = await import(`./field.js${version}`);
const { axesOf } = await import(`./gaussian.js${version}`);
const { DASH, drawn, haloed, inkOf } = await import(`./ink.js${version}`);
const { drawPaths } = await import(`./play.js${version}`);
const { numbersOf, shownKey } = await import(`./state.js${version}`);

const INSET = 0.3; // of the width
const GAP = 8; // px between the inset and the frame

const rangeOf = ({ centre, half }, axis) => [centre[axis] - half, centre[axis] + half];
const scalesIn = (area, window) => makeScales(area, rangeOf(window, 0), rangeOf(window, 1));

/** Pixel maps of the map. */
export const scalesOf = (scene) => scalesIn(scene.panels.map.area, scene.window);

/** The corner that is farthest from what matters; chosen with the window, not while q moves. */
export function placeInset(scene) {
  const { area } = scene.panels.map;
  const size = INSET * area.width;
  const scales = scalesOf(scene);
  const { exact, ghosts, proposals } = scene.meta;
  const seen = [exact, ...ghosts.map((key) => proposals[key])].filter(Boolean);
  const busy = [numbersOf(scene), ...seen].map(({ mean }) => mean);
  const corners = [[1, 0], [1, 1], [0, 1], [0, 0]].map(([right, down]) => ({
    left: area.left + (right ? area.width - size - GAP : GAP),
    top: area.top + (down ? area.height - size - GAP : GAP),
    width: size,
    height: size,
  }));
  const room = ({ left, top }) =>
    Math.min(...busy.map(([a, b]) =>
      Math.hypot(scales.x(a) - left - size / 2, scales.y(b) - top - size / 2)));
  scene.inset.box = corners.reduce((best, corner) => (room(corner) > room(best) + 1 ? corner : best));
}

export function drawBase(scene) {
  const { area, base } = scene.panels.map;
  const { theme, fields, window } = scene;
  const scales = scalesOf(scene);
  base.clearRect(0, 0, area.outerWidth, area.outerHeight);
  clipped(base, area, () => {
    if (fields.main) drawField(scene, base, scales, fields.main);
    drawPrior(scene, base, scales);
    for (const key of scene.meta.ghosts) drawGhost(scene, base, scales, key);
    if (scene.inset) drawInset(scene);
  });
  const axis = (k, map) => ({
    ticks: placed(linearTicks(...rangeOf(window, k), 5, true), map),
    title: `z${subscript(k + 1)}`,
  });
  drawAxes(base, area, theme, { x: axis(0, scales.x), y: axis(1, scales.y) });
}

function drawField(scene, context, scales, field) {
  const { theme } = scene;
  const peak = peakOf(scene);
  const [x0, x1] = rangeOf(field.window, 0).map(scales.x);
  const [bottom, top] = rangeOf(field.window, 1).map(scales.y);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(heatPicture(field, peak, theme), x0, top, x1 - x0, bottom - top);
  drawn(context, { strokeStyle: theme.text, lineWidth: 1.3, dash: DASH, globalAlpha: 0.8 }, () => {
    for (const line of contoursOf(field, peak)) {
      tracePath(context, line.length, (i) => [scales.x(line[i][0]), scales.y(line[i][1])]);
      context.stroke();
    }
  });
}

/** 1, 2 and 3 standard deviations of the prior. */
function drawPrior({ meta: { prior, colors } }, context, scales) {
  const unit = (scales.x(1) - scales.x(0)) * Math.sqrt(prior.variance);
  drawn(context, { strokeStyle: colors.data, lineWidth: 1, globalAlpha: 0.7 }, () => {
    for (const k of [1, 2, 3]) {
      context.beginPath();
      context.arc(scales.x(prior.mean[0]), scales.y(prior.mean[1]), k * unit, 0, 2 * Math.PI);
      context.stroke();
    }
  });
}

function traceEllipse(context, scales, mean, { sizes, angle }, reach) {
  const unit = scales.x(1) - scales.x(0);
  const [a, b] = sizes.map((size) => reach * size * unit);
  context.beginPath();
  context.ellipse(scales.x(mean[0]), scales.y(mean[1]), a, b, -angle, 0, 2 * Math.PI);
}

function drawGhost(scene, context, scales, key) {
  const ghost = scene.meta.proposals[key];
  if (!ghost || shownKey(scene) === key) return;
  const { theme, words } = scene;
  const axes = axesOf(ghost.covariance);
  drawn(context, { strokeStyle: scene.meta.colors.model, lineWidth: 1.5, globalAlpha: 0.5 }, () => {
    for (const reach of [1, 2]) {
      traceEllipse(context, scales, ghost.mean, axes, reach);
      context.stroke();
    }
    fillDisc(Object.assign(context, { fillStyle: scene.meta.colors.model }), [scales.x(ghost.mean[0]), scales.y(ghost.mean[1])], 2.5);
  });
  const reach = 2 * axes.sizes[0] * (scales.x(1) - scales.x(0));
  Object.assign(context, { font: theme.font(0.76), textAlign: "center", textBaseline: "bottom" });
  const y = scales.y(ghost.mean[1]) - Math.min(reach, 60) - 5;
  haloed(context, theme, words[`q_${key}`], scales.x(ghost.mean[0]), y, theme.muted);
}

/** The other scale in a corner, and on the map where it lies. */
function drawInset(scene) {
  const { base } = scene.panels.map;
  const { theme, inset: { box, window }, fields, words } = scene;
  const scales = scalesIn(box, window);
  drawn(base, { fillStyle: theme.ground }, () => base.fillRect(box.left, box.top, box.width, box.height));
  clipped(base, box, () => {
    if (fields.inset) drawField(scene, base, scales, fields.inset);
    drawPrior(scene, base, scales);
    Object.assign(base, { font: theme.font(0.72, 600), textAlign: "left", textBaseline: "top" });
    const isClose = scene.zoom !== "close";
    haloed(base, theme, isClose ? words.inset_posterior : words.inset_prior, box.left + 5, box.top + 4, theme.text);
  });
  const map = scalesOf(scene);
  const [outer, inner] = window.half > scene.window.half ? [scales, scene.window] : [map, window];
  const [x0, x1] = rangeOf(inner, 0).map(outer.x);
  const [bottom, top] = rangeOf(inner, 1).map(outer.y);
  drawn(base, { strokeStyle: theme.muted, lineWidth: 1.5 }, () => {
    base.strokeRect(box.left, box.top, box.width, box.height);
    base.strokeRect(x0, top, x1 - x0, bottom - top);
  });
}

/** What moves with q. */
export function drawOverlay(scene, now) {
  const { area, overlay } = scene.panels.map;
  const scales = scalesOf(scene);
  overlay.clearRect(0, 0, area.outerWidth, area.outerHeight);
  clipped(overlay, area, () => {
    drawProposal(scene, overlay, scales);
    const { z } = scene.weights;
    drawDraws(scene, overlay, area, now, (k) => [scales.x(z[2 * k]), scales.y(z[2 * k + 1])]);
    drawPaths(scene, overlay, ([a, b]) => [scales.x(a), scales.y(b)]);
    drawProbe(scene, overlay, scales);
  });
  if (!scene.inset) return;
  const { box, window } = scene.inset;
  clipped(overlay, box, () => drawProposal(scene, overlay, scalesIn(box, window)));
}

function drawProposal(scene, context, scales) {
  const { q, axes, meta: { colors }, theme } = scene;
  q.parts.forEach(({ mean }, n) => {
    const own = { strokeStyle: colors.model, fillStyle: colors.model, dash: [] };
    drawn(context, own, () => {
      for (const [reach, alpha] of [[2, 0.1], [1, 0.16]]) {
        traceEllipse(context, scales, mean, axes, reach);
        context.globalAlpha = alpha;
        context.fill();
        context.globalAlpha = n ? 0.6 : 1;
        context.lineWidth = (reach === 1 ? 2.2 : 1.2) * theme.thickness;
        context.stroke();
      }
      fillDisc(context, [scales.x(mean[0]), scales.y(mean[1])], 3);
    });
  });
}

/** A small cross where the model is looked into. */
function drawProbe(scene, context, scales) {
  if (!scene.probe) return;
  const [x, y] = [scales.x(scene.probe[0]), scales.y(scene.probe[1])];
  drawn(context, { strokeStyle: inkOf(scene.theme.text, scene.theme), lineWidth: 1.5 }, () => {
    context.beginPath();
    for (const [dx, dy] of [[7, 0], [0, 7]]) {
      context.moveTo(x - dx, y - dy);
      context.lineTo(x + dx, y + dy);
    }
    context.stroke();
  });
}

/** z under a pixel. */
export function locate(scene, px, py) {
  const scales = scalesOf(scene);
  return [scales.xOf(px), scales.yOf(py)];
}
