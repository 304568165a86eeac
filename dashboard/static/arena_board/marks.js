// The marks: areas, lines, points, rules across, bars and arrows.

function inkOf(mark, theme) {
  return mark.color === "exact" || mark.color === "muted" ? theme.text : mark.color;
}

/** Runs of places that are finite: the pen lifts between them. */
function tracePath(context, xs, ys, scales) {
  let isDown = false;
  for (let i = 0; i < xs.length; i++) {
    const [px, py] = [scales.x.place(xs[i]), scales.y.place(ys[i])];
    const isThere = Number.isFinite(px) && Number.isFinite(py);
    if (isThere) context[isDown ? "lineTo" : "moveTo"](px, py);
    isDown = isThere;
  }
}

function area(context, { x, y, y2 }, scales) {
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(scales.x.place(x[i]), scales.y.place(y[i]));
  for (let i = x.length - 1; i >= 0; i--) {
    context.lineTo(scales.x.place(x[i]), scales.y.place(y2[i]));
  }
  context.fill();
}

function line(context, mark, scales) {
  context.beginPath();
  tracePath(context, mark.x, mark.y, scales);
  context.stroke();
}

function points(context, { x, y, size }, scales, _box, theme) {
  const radius = size * (0.5 + theme.width / 4);
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [scales.x.place(x[i]), scales.y.place(y[i])];
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    context.beginPath();
    context.arc(px, py, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

function rules(context, { x, text }, scales, box) {
  for (const value of x) {
    const px = scales.x.place(value);
    context.beginPath();
    context.moveTo(px, box.top);
    context.lineTo(px, box.bottom);
    context.stroke();
    if (!text) continue;
    context.textBaseline = "bottom";
    const half = context.measureText(text).width / 2;
    context.textAlign = px + half > box.right ? "right" : "center";
    context.fillText(text, px + half > box.right ? box.right : px, box.top - 2);
  }
}

/** A mean: a tick, and a bar as long as its standard error on both sides. */
function bars(context, { x, x2, y }, scales, _box, theme) {
  for (let i = 0; i < x.length; i++) {
    const [from, to, py] = [scales.x.place(x[i]), scales.x.place(x2[i]), scales.y.place(y[i])];
    const middle = (from + to) / 2;
    context.lineWidth = 2 * theme.width;
    context.beginPath();
    context.moveTo(from, py);
    context.lineTo(to, py);
    context.stroke();
    context.lineWidth = 1.5 * theme.width;
    context.beginPath();
    context.moveTo(middle, py - 0.75 * theme.size);
    context.lineTo(middle, py + 0.75 * theme.size);
    context.stroke();
  }
}

function arrows(context, { x, x2, y }, scales, _box, theme) {
  for (let i = 0; i < x.length; i++) {
    const [from, to, py] = [scales.x.place(x[i]), scales.x.place(x2[i]), scales.y.place(y[i])];
    context.beginPath();
    context.arc(from, py, 0.9 * theme.width, 0, 2 * Math.PI);
    context.fill();
    const length = Math.abs(to - from);
    if (!(length > 0.5)) continue;
    context.lineWidth = 0.7 * theme.width;
    context.beginPath();
    context.moveTo(from, py);
    context.lineTo(to, py);
    context.stroke();
    const head = Math.min(3.2 * theme.width, length) * Math.sign(to - from);
    context.beginPath();
    context.moveTo(to, py);
    context.lineTo(to - head, py - 1.8 * theme.width);
    context.lineTo(to - head, py + 1.8 * theme.width);
    context.fill();
  }
}

const PAINTERS = { area, line, points, rules, bars, arrows };

export function drawMark(context, mark, scales, box, theme) {
  context.save();
  if (mark.kind !== "rules") {
    context.beginPath();
    context.rect(box.left - 4, box.top - 4, box.right - box.left + 8, box.bottom - box.top + 8);
    context.clip();
  }
  context.strokeStyle = context.fillStyle = inkOf(mark, theme);
  context.globalAlpha = mark.color === "muted" ? 0.6 : mark.opacity;
  context.lineWidth = (mark.is_thin ? 0.5 : mark.is_dashed ? 0.8 : 1) * theme.width;
  if (mark.is_dashed) context.setLineDash(mark.is_thin ? [2, 3] : theme.dash);
  PAINTERS[mark.kind](context, mark, scales, box, theme);
  context.restore();
}
