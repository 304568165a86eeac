// The marks: areas, lines, points, rules across, bars, arrows and texts.

const version = new URL(import.meta.url).search;
const { clipped, fillDisc, tracePath } = await import(`../shared/canvas.js${version}`);
const { drawContours, drawImage } = await import(`./fields.js${version}`);
const { inkOf } = await import(`./ink.js${version}`);

const placesOf = ({ x, y }, scales) => (i) => [scales.x.place(x[i]), scales.y.place(y[i])];

function area(context, { x, y, y2 }, scales) {
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(scales.x.place(x[i]), scales.y.place(y[i]));
  for (let i = x.length - 1; i >= 0; i--) {
    context.lineTo(scales.x.place(x[i]), scales.y.place(y2[i]));
  }
  context.fill();
}

function line(context, mark, scales) {
  tracePath(context, mark.x.length, placesOf(mark, scales));
  context.stroke();
}

function points(context, mark, scales, _box, theme) {
  const radius = mark.size * (0.5 + theme.width / 4);
  const placeOf = placesOf(mark, scales);
  for (let i = 0; i < mark.x.length; i++) fillDisc(context, placeOf(i), radius);
}

function rules(context, { x, text }, scales, box) {
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  for (const value of x) {
    const px = scales.x.place(value);
    context.beginPath();
    context.moveTo(px, box.top);
    context.lineTo(px, bottom);
    context.stroke();
    if (!text) continue;
    context.textBaseline = "bottom";
    const half = context.measureText(text).width / 2;
    context.textAlign = px + half > right ? "right" : "center";
    context.fillText(text, px + half > right ? right : px, box.top - 2);
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

/** From (x, y) to (x2, y2), or level to x2; a dot where it starts, a head where it ends. */
function arrows(context, { x, x2, y, y2 }, scales, _box, theme) {
  for (let i = 0; i < x.length; i++) {
    const [from, to] = [
      [scales.x.place(x[i]), scales.y.place(y[i])],
      [scales.x.place(x2[i]), scales.y.place(y2 ? y2[i] : y[i])],
    ];
    fillDisc(context, from, 0.9 * theme.width);
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    if (!(length > 0.5)) continue;
    context.lineWidth = 0.7 * theme.width;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
    const [along, across] = [Math.min(3.2 * theme.width, length) / length, (1.8 * theme.width) / length];
    context.beginPath();
    context.moveTo(...to);
    context.lineTo(to[0] - along * dx + across * dy, to[1] - along * dy - across * dx);
    context.lineTo(to[0] - along * dx - across * dy, to[1] - along * dy + across * dx);
    context.fill();
  }
}

function texts(context, mark, scales) {
  const placeOf = placesOf(mark, scales);
  context.textAlign = mark.align;
  context.textBaseline = "middle";
  mark.texts.forEach((text, i) => {
    const [x, y] = placeOf(i);
    if (Number.isFinite(x) && Number.isFinite(y)) context.fillText(text, x, y);
  });
}

const PAINTERS = {
  area, line, points, rules, bars, arrows, texts, image: drawImage, contours: drawContours,
};

/** How thick, and how dashed, the lines of a mark are. */
function setPen(context, mark, theme) {
  context.strokeStyle = context.fillStyle = inkOf(mark.color, theme);
  context.globalAlpha = mark.color === "muted" ? 0.6 : mark.opacity;
  context.lineWidth = (mark.is_thin ? 0.5 : mark.is_dashed ? 0.8 : 1) * theme.width;
  if (mark.is_dashed) context.setLineDash(mark.is_thin ? [2, 3] : theme.dash);
}

export function drawMark(context, mark, scales, box, theme) {
  const draw = () => {
    setPen(context, mark, theme);
    PAINTERS[mark.kind](context, mark, scales, box, theme);
  };
  const slack = mark.kind === "image" || mark.kind === "contours" ? 0 : 4; // px: a half dot
  if (mark.kind !== "rules") return clipped(context, box, draw, slack);
  context.save(); // the text of a rule stands above the area
  draw();
  return context.restore();
}
