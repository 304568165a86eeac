// Normalised weights, the largest first, and how many draws they are worth.

const version = new URL(import.meta.url).search; // never mix two versions
const { drawAxes, makeScales, placed } = await import(`../shared/axes.js${version}`);
const { clipped, tracePath } = await import(`../shared/canvas.js${version}`);
const { measured } = await import(`../shared/numbers.js${version}`);
const { logTicks } = await import(`../shared/ticks.js${version}`);
const { DASH, drawn, haloed, inkOf } = await import(`./ink.js${version}`);

const LOWEST = 1e-6;

/** Weights with their ranks, of the worker where it has them, else of the browser's own draws. */
function weightsOf(scene, rest) {
  if (rest?.weights) {
    const { rest_weights: values, rest_ranks: ranks } = scene.arrays;
    return { count: values.length, values, rankOf: (i) => ranks[i] };
  }
  const { sorted } = scene.weights;
  return { count: sorted.length, values: sorted, rankOf: (i) => i + 1 };
}

/** `facts`: what the numbers beside the picture say, see readout.js. */
export function drawWeights(scene, facts) {
  const { area, context } = scene.panels.weights;
  const { theme, words } = scene;
  const K = facts.count;
  context.clearRect(0, 0, area.outerWidth, area.outerHeight);
  const last = Math.log10(Math.max(K, 2));
  const raw = makeScales(area, [0, last], [Math.log10(LOWEST), 0]);
  const x = (rank) => raw.x(Math.log10(Math.max(rank, 1)));
  const y = (share) => raw.y(Math.log10(Math.max(share, LOWEST)));
  clipped(context, area, () => {
    drawLevel(scene, area, y(1 / K));
    drawShares(scene, facts, area, x, y);
    drawSize(scene, facts, area, x);
  }, 2);
  drawAxes(context, area, theme, {
    x: { ticks: placed(logTicks(1, Math.max(K, 2), 5), x), title: words.rank },
    y: { ticks: placed(logTicks(LOWEST, 1, 4), y), title: words.share },
  });
}

/** Where every weight lies when all are equal. */
function drawLevel({ panels: { weights: { context } }, theme, words }, area, level) {
  drawn(context, { strokeStyle: theme.muted, lineWidth: 1 }, () => {
    tracePath(context, 2, (i) => [area.left + i * area.width, level]);
    context.stroke();
  });
  Object.assign(context, { font: theme.font(0.74), textAlign: "right", textBaseline: "bottom" });
  haloed(context, theme, words.equal, area.left + area.width - 4, level - 2, theme.muted);
}

function drawShares(scene, facts, area, x, y) {
  const { panels: { weights: { context } }, meta: { colors }, theme } = scene;
  const { count, values, rankOf } = weightsOf(scene, facts.rest);
  const bottom = area.top + area.height;
  drawn(context, { strokeStyle: colors.model, fillStyle: colors.model, lineWidth: 2 * theme.thickness }, () => {
    tracePath(context, count, (i) => [x(rankOf(i)), y(values[i])]);
    context.stroke();
    context.lineTo(x(rankOf(count - 1)), bottom);
    context.lineTo(x(rankOf(0)), bottom);
    context.globalAlpha = 0.18;
    context.fill();
    context.globalAlpha = 1;
    for (let i = 0; i < Math.min(count, 12); i++) {
      context.beginPath();
      context.arc(x(rankOf(i)), y(values[i]), 2.5, 0, 2 * Math.PI);
      context.fill();
    }
  });
}

/** The effective sample size: measured, and exact where that is a number. */
function drawSize(scene, { ess, exactEss }, area, x) {
  const { panels: { weights: { context } }, meta: { colors }, theme, words } = scene;
  const lines = [[ess, colors.model, [], `${words.ess} ${measured(ess)}`]];
  if (exactEss !== null) lines.push([exactEss, theme.text, DASH, `${words.exact} ${measured(exactEss)}`]);
  lines.sort((one, other) => one[0] - other[0]);
  for (const [size, color, dash] of lines) {
    drawn(context, { strokeStyle: color, lineWidth: 2 * theme.thickness, dash }, () => {
      tracePath(context, 2, (i) => [x(size), area.top + i * area.height]);
      context.stroke();
    });
  }
  lines.forEach(([size, color, , text], row) => {
    const share = (x(size) - area.left) / area.width;
    const isLeft = share > 0.72 || (row === 0 && lines.length > 1 && share > 0.3);
    Object.assign(context, { font: theme.font(0.78), textAlign: isLeft ? "right" : "left", textBaseline: "bottom" });
    const level = area.top + area.height - (0.5 + 1.35 * row) * theme.size;
    haloed(context, theme, text, x(size) + (isLeft ? -5 : 5), level, inkOf(color, theme));
  });
}
