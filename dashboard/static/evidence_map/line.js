// The posterior along one latent dimension: densities of it, of q and of the prior.

const version = new URL(import.meta.url).search; // never mix two versions
const { drawAxes, makeScales, placed } = await import(`../shared/axes.js${version}`);
const { clipped, tracePath } = await import(`../shared/canvas.js${version}`);
const { linearTicks } = await import(`../shared/ticks.js${version}`);
const { drawDraws } = await import(`./draws.js${version}`);
const { cellAt } = await import(`./field.js${version}`);
const { gaussian, logDensity, logProposal } = await import(`./gaussian.js${version}`);
const { DASH, drawn, haloed } = await import(`./ink.js${version}`);
const { drawPaths } = await import(`./play.js${version}`);
const { shownKey } = await import(`./state.js${version}`);

const DETAIL = 320; // places along a curve
const FLOOR = 0.17; // of the height, below the densities, where the draws lie
const RUNG = 1.5; // between two ranges of the upright axis
const LEAST = 0.25; // a density

const rangeOf = ({ centre, half }) => [centre[0] - half, centre[0] + half];

export const scalesOf = (scene) => {
  const { area } = scene.panels.map;
  return makeScales(area, rangeOf(scene.window), [(-FLOOR * scene.tallest) / (1 - FLOOR), scene.tallest]);
};

const peakOfParts = (q) => Math.exp(-q.parts[0].logVolume - 0.5 * Math.log(2 * Math.PI)) / q.parts.length;

/** The range of densities: grows at once, shrinks only when q is at rest. */
export function nextRange(scene) {
  const prior = 1 / Math.sqrt(2 * Math.PI * scene.meta.prior.variance);
  const { line } = scene.fields;
  const exact = line && scene.meta.exact ? Math.exp(line.top - scene.meta.exact.log_normaliser) : 0;
  // A spike of q alone does not flatten everything else: it is cut off three times as high.
  const fixed = Math.max(prior, exact, LEAST);
  const wanted = 1.2 * Math.max(fixed, Math.min(peakOfParts(scene.q), 3 * fixed));
  const rung = RUNG ** Math.ceil(Math.log(wanted) / Math.log(RUNG) - 1e-9);
  const isHeld = scene.isMoving && rung < scene.tallest;
  if (isHeld || rung === scene.tallest) return false;
  scene.tallest = rung;
  return true;
}

function traceDensity(context, scales, [low, high], density) {
  const place = (i) => low + (i / (DETAIL - 1)) * (high - low);
  tracePath(context, DETAIL, (i) => [scales.x(place(i)), scales.y(density(place(i)))]);
}

export function drawBase(scene) {
  const { area, base } = scene.panels.map;
  const { theme, window, meta, words } = scene;
  const scales = scalesOf(scene);
  base.clearRect(0, 0, area.outerWidth, area.outerHeight);
  clipped(base, area, () => {
    const prior = gaussian(meta.prior.mean, [[meta.prior.variance]]);
    drawn(base, { strokeStyle: meta.colors.data, lineWidth: 1.5 }, () => {
      traceDensity(base, scales, rangeOf(window), (z) => Math.exp(logDensity(prior, [z], 0)));
      base.stroke();
    });
    for (const key of meta.ghosts) drawGhost(scene, base, scales, key);
    drawPosterior(scene, base, scales);
    drawn(base, { strokeStyle: theme.line }, () => {
      tracePath(base, 2, (i) => [area.left + i * area.width, scales.y(0)]);
      base.stroke();
    });
  });
  const ticks = linearTicks(0, scene.tallest, 4, true);
  drawAxes(base, area, theme, {
    x: { ticks: placed(linearTicks(...rangeOf(window), 6, true), scales.x), title: "z" },
    y: { ticks: placed(ticks, scales.y), title: words.density },
  });
}

function drawGhost(scene, base, scales, key) {
  const ghost = scene.meta.proposals[key];
  if (!ghost || shownKey(scene) === key) return;
  const own = gaussian(ghost.mean, ghost.covariance);
  drawn(base, { strokeStyle: scene.meta.colors.model, globalAlpha: 0.5, lineWidth: 1.5 }, () => {
    traceDensity(base, scales, rangeOf(scene.window), (z) => Math.exp(logDensity(own, [z], 0)));
    base.stroke();
  });
}

function drawPosterior({ fields: { line }, meta: { exact }, theme }, base, scales) {
  if (!line || !exact) return;
  const place = (i) => [
    scales.x(cellAt(line, 0, i)),
    scales.y(Math.exp(line.values[i] - exact.log_normaliser)),
  ];
  drawn(base, { strokeStyle: theme.text, lineWidth: 2 * theme.thickness, dash: DASH }, () => {
    tracePath(base, line.values.length, place);
    base.stroke();
  });
}

export function drawOverlay(scene, now) {
  const { area, overlay } = scene.panels.map;
  const { q, meta, theme, weights } = scene;
  const scales = scalesOf(scene);
  overlay.clearRect(0, 0, area.outerWidth, area.outerHeight);
  clipped(overlay, area, () => {
    const color = meta.colors.model;
    drawn(overlay, { strokeStyle: color, fillStyle: color, lineWidth: 2.2 * theme.thickness }, () => {
      traceDensity(overlay, scales, rangeOf(scene.window), (z) => Math.exp(logProposal(q, [z], 0)));
      overlay.stroke();
      overlay.lineTo(area.left + area.width, scales.y(0));
      overlay.lineTo(area.left, scales.y(0));
      overlay.globalAlpha = 0.18;
      overlay.fill();
    });
    const floor = area.top + area.height * (1 - FLOOR / 2);
    drawDraws(scene, overlay, area, now, (k) => [scales.x(weights.z[k]), floor], 0.47 * FLOOR * area.height);
    drawPaths(scene, overlay, ([z]) => [scales.x(z), floor]);
  });
  nameCurves(scene, overlay, area);
}

/** What the curves are, in their own look. */
function nameCurves({ meta, theme, words }, context, area) {
  const names = [
    [words.exact_posterior, theme.text, DASH],
    ["q", meta.colors.model, []],
    [words.q_prior, meta.colors.data, []],
  ];
  Object.assign(context, { font: theme.font(0.76), textAlign: "left", textBaseline: "middle" });
  names.forEach(([name, color, dash], i) => {
    const y = area.top + (1 + 1.25 * i) * theme.size;
    drawn(context, { strokeStyle: color, lineWidth: 2, dash }, () => {
      tracePath(context, 2, (k) => [area.left + 8 + 22 * k, y]);
      context.stroke();
    });
    haloed(context, theme, name, area.left + 36, y, theme.text);
  });
}

export const locate = (scene, px) => [scalesOf(scene).xOf(px)];
export const placeInset = () => {};
