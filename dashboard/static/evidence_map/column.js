// The column that never changes: its top is log p(x), whatever q is; q only moves the split.

const version = new URL(import.meta.url).search; // never mix two versions
const { drawUpwards } = await import(`../shared/axes.js${version}`);
const { clipped, tracePath } = await import(`../shared/canvas.js${version}`);
const { fixed } = await import(`../shared/numbers.js${version}`);
const { linearTicks } = await import(`../shared/ticks.js${version}`);
const { DASH, drawn, haloed, inkOf } = await import(`./ink.js${version}`);

const SPANS = [0.5, 1, 2, 5, 10, 20, 50, 100, 240]; // nats below log p(x)
const FULL = 0.85; // of the span that the divergence may take
const ABOVE = 0.16; // of the height, above log p(x): a sum that is too large would show there
const MOST = 200; // nats of divergence: more is cut off and said
const TORN = 5; // px

/** The span of the axis: it grows at once; it shrinks when q rests, and well below. */
export function nextSpan(scene) {
  const { kl } = scene.shown;
  if (Number.isNaN(kl)) return;
  const fits = (span, room = FULL) => kl <= room * span;
  const wanted = SPANS.find((span) => fits(span)) ?? SPANS[SPANS.length - 1];
  if (!scene.span || wanted > scene.span) scene.span = wanted;
  else if (!scene.isMoving) {
    scene.span = SPANS.find((span) => span >= wanted && (span >= scene.span || fits(span, 0.6 * FULL)));
  }
}

export function drawColumn(scene) {
  const { area, context } = scene.panels.column;
  const { meta: { exact }, theme, words } = scene;
  context.clearRect(0, 0, area.outerWidth, area.outerHeight);
  if (!exact) return sayWaiting(context, area, theme, words.exact_waiting);
  nextSpan(scene);
  const top = area.top + ABOVE * area.height;
  const unit = ((1 - ABOVE) * area.height) / scene.span;
  const y = (value) => top + (exact.log_p - value) * unit;
  drawTicks(scene, y);
  clipped(context, { ...area, width: area.outerWidth - area.left }, () => {
    drawParts(scene, y);
    drawExact(scene, y);
  });
  return undefined;
}

function sayWaiting(context, area, theme, text) {
  Object.assign(context, { font: theme.font(0.85), fillStyle: theme.muted, textAlign: "center", textBaseline: "middle" });
  const [x, middle] = [area.outerWidth / 2, area.top + area.height / 2];
  text.split("\n").forEach((line, i) => context.fillText(line, x, middle + 1.4 * i * theme.size));
}

function drawTicks({ panels: { column: { area, context } }, meta: { exact }, theme, span, words }, y) {
  const values = linearTicks(exact.log_p - span, exact.log_p + (span * ABOVE) / (1 - ABOVE), 6, true);
  Object.assign(context, { font: theme.font(0.78), fillStyle: theme.muted, textAlign: "right", textBaseline: "middle", strokeStyle: theme.line, lineWidth: 1 });
  for (const { value, text } of values) {
    context.beginPath();
    context.moveTo(area.left, Math.round(y(value)) + 0.5);
    context.lineTo(area.left + area.width, Math.round(y(value)) + 0.5);
    context.stroke();
    context.fillText(text, area.left - 6, y(value));
  }
  const zero = y(0);
  if (zero > area.top && zero < area.top + area.height) {
    drawn(context, { strokeStyle: theme.text, lineWidth: 1.5 }, () => {
      tracePath(context, 2, (i) => [area.left + i * area.width, zero]);
      context.stroke();
    });
  }
  Object.assign(context, { font: theme.font(0.85), fillStyle: theme.text });
  drawUpwards(context, words.nats, 1, area.top + area.height / 2);
}

/** The ELBO below, the divergence above it; both meet where q says. */
function drawParts(scene, y) {
  const { panels: { column: { area, context, bar } }, shown: { elbo, kl }, meta: { colors }, theme } = scene;
  const bottom = area.top + area.height;
  const isCut = kl > MOST || y(elbo) > bottom - 14;
  const [sum, meeting] = [y(elbo + kl), Math.min(y(elbo), bottom - 14)];
  const boxes = [[colors.elbo, meeting, bottom], [colors.kl, Math.min(sum, meeting), meeting]];
  for (const [color, from, to] of boxes) {
    context.fillStyle = color;
    context.fillRect(bar.left, from, bar.width, to - from);
  }
  tear(context, theme, bar, bottom);
  if (isCut) tear(context, theme, bar, meeting + 2);
  const labels = [
    ["KL", kl, colors.kl, (Math.max(sum, area.top) + meeting) / 2],
    ["ELBO", elbo, colors.elbo, (meeting + bottom) / 2],
  ];
  nameParts(scene, labels, isCut);
}

/** A torn edge: the bar goes on below, where there is no room. */
function tear(context, theme, bar, bottom) {
  const steps = Math.max(4, 2 * Math.round(bar.width / 14));
  context.beginPath();
  for (let i = 0; i <= steps; i++) {
    context[i ? "lineTo" : "moveTo"](bar.left + (i * bar.width) / steps, bottom - (i % 2 ? TORN : 0));
  }
  drawn(context, { strokeStyle: theme.ground, lineWidth: 4, lineJoin: "miter" }, () => context.stroke());
}

function nameParts({ panels: { column: { area, context, bar } }, theme, words, shown }, labels, isCut) {
  const line = 1.15 * theme.size;
  const [top, bottom] = [area.top + ABOVE * area.height + 0.9 * line, area.top + area.height - 1.2 * line];
  const approximate = shown.isFinal ? "" : "≈ ";
  const lower = Math.max(Math.min(labels[1][3], bottom), top + 2.4 * line);
  const upper = Math.min(Math.max(labels[0][3], top), lower - 2.4 * line);
  const places = [upper, lower];
  const x = bar.left + bar.width + 7;
  labels.forEach(([name, value, color], i) => {
    Object.assign(context, { fillStyle: inkOf(color, theme), textAlign: "left", textBaseline: "middle" });
    context.font = theme.font(0.85, 600);
    haloed(context, theme, name, x, places[i], context.fillStyle);
    context.font = theme.font(0.85);
    haloed(context, theme, `${approximate}${fixed(value, 2)}`, x, places[i] + line, context.fillStyle);
  });
  if (!isCut) return;
  Object.assign(context, { font: theme.font(0.74), fillStyle: theme.muted });
  haloed(context, theme, words.clipped, x, places[1] - line, theme.muted);
}

/** log p(x): the line that no q moves. */
function drawExact({ panels: { column: { area, context } }, meta: { exact }, theme, words }, y) {
  const top = y(exact.log_p);
  drawn(context, { strokeStyle: theme.text, lineWidth: 2 * theme.thickness, dash: DASH }, () => {
    tracePath(context, 2, (i) => [area.left + i * area.width, top]);
    context.stroke();
  });
  Object.assign(context, { font: theme.font(0.85, 600), textAlign: "right", textBaseline: "bottom" });
  haloed(context, theme, `${words.log_p} ${fixed(exact.log_p, 2)}`, area.left + area.width, top - 4, theme.text);
}
