// One picture on its canvas: a frame with axes, then its marks from back to front.

const version = new URL(import.meta.url).search;
const { drawUpwards } = await import(`../shared/axes.js${version}`);
const { fitted, sizeCanvas } = await import(`../shared/canvas.js${version}`);
const { axisScale } = await import(`./scale.js${version}`);
const { inkOf } = await import(`./ink.js${version}`);
const { drawMark } = await import(`./marks.js${version}`);

const LETTER = 0.52; // of the font size

/** Where the marks go, and how high the whole picture is. */
function layOut(panel, theme, width) {
  const { size } = theme;
  const left = Math.min(Math.ceil(panel.margin * size), 0.42 * width);
  const top = panel.marks.some((mark) => mark.text) ? 1.5 * size : 0.6 * size;
  const bottom = (panel.x.title ? 2.9 : 1.6) * size;
  const box = { left, top, width: Math.max(width - 0.9 * size - left, 1), edge: width };
  box.height = panel.rows * size;
  if (panel.is_equal) keepEqual(box, panel);
  return { box, total: Math.ceil(top + box.height + bottom) };
}

/** A unit as long along both axes: narrower and in the middle, or lower. */
function keepEqual(box, { x, y }) {
  const ratio = (x.high - x.low) / (y.high - y.low);
  const width = Math.min(box.width, box.height * ratio);
  const shift = (box.width - width) / 2;
  Object.assign(box, { left: box.left + shift, shift, width, height: width / ratio });
}

function drawNames(context, panel, box, theme) {
  const { names, colors } = panel.y;
  const step = box.height / names.length;
  const room = box.left - theme.size * (panel.y.title ? 2.2 : 0.8);
  context.textAlign = "right";
  context.textBaseline = "middle";
  names.forEach((name, i) => {
    context.fillStyle = inkOf(colors[i] ?? "exact", theme);
    context.fillText(fitted(context, name, room), box.left - 8, box.top + (i + 0.5) * step);
  });
}

function drawLine(context, x0, y0, x1, y1) {
  context.globalAlpha = 0.12;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
  context.globalAlpha = 0.75;
}

function drawTicks(context, scales, box, theme) {
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  context.lineWidth = 1;
  context.strokeStyle = context.fillStyle = theme.text;
  context.textAlign = "center";
  context.textBaseline = "top";
  let free = -Infinity;
  for (const { value, text } of scales.x.ticks) {
    const x = scales.x.place(value);
    drawLine(context, x, box.top, x, bottom);
    const half = context.measureText(text).width / 2;
    const middle = Math.min(x, box.edge - half);
    if (middle - half < free) continue;
    free = middle + half + 0.4 * theme.size;
    context.fillText(text, middle, bottom + 0.35 * theme.size);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, text } of scales.y.ticks) {
    const y = scales.y.place(value);
    drawLine(context, box.left, y, right, y);
    context.fillText(text, box.left - 6, y);
  }
  context.globalAlpha = 1;
}

function drawTitles(context, panel, box, theme) {
  context.fillStyle = theme.text;
  context.globalAlpha = 0.75;
  if (panel.x.title) {
    context.textAlign = "center";
    context.textBaseline = "top";
    const [middle, bottom] = [box.left + box.width / 2, box.top + box.height];
    context.fillText(panel.x.title, middle, bottom + 1.65 * theme.size);
  }
  if (panel.y.title) drawUpwards(context, panel.y.title, 1 + (box.shift ?? 0), box.top + box.height / 2);
  context.globalAlpha = 1;
}

const ARRAYS = ["x", "y", "x2", "y2", "value", "values", "at"];

/** A mark with its numbers: in the message it names its share of all; a preview has newer ones. */
function numbered(mark, { numbers, levels }, previewed) {
  const found = { ...mark };
  for (const name of ARRAYS) if (mark[name]) found[name] = numbers.subarray(...mark[name]);
  if (mark.levels) found.levels = levels.subarray(...mark.levels);
  return mark.key ? Object.assign(found, previewed?.[mark.key]) : found;
}

/** Draw, and give back what was drawn where: `{marks, scales, box}`. */
export function drawPanel(canvas, panel, sections, theme, width, previewed) {
  const { box, total } = layOut(panel, theme, width);
  const context = sizeCanvas(canvas, width, total);
  context.clearRect(0, 0, width, total);
  context.font = `${theme.size.toFixed(1)}px ${theme.family}`;
  const across = Math.max(2, Math.round(box.width / (8 * LETTER * theme.size)));
  const up = Math.max(2, Math.round(box.height / (2 * theme.size)));
  const scales = {
    x: axisScale(panel.x, box.left, box.left + box.width, across),
    y: axisScale(panel.y, box.top + box.height, box.top, up),
  };
  const marks = panel.marks.map((mark) => numbered(mark, sections, previewed));
  const isGround = ({ kind }) => kind === "image"; // the lines of the axes stay visible on it
  for (const mark of marks.filter(isGround)) drawMark(context, mark, scales, box, theme);
  drawTicks(context, scales, box, theme);
  if (panel.y.names.length) drawNames(context, panel, box, theme);
  drawTitles(context, panel, box, theme);
  for (const mark of marks) if (!isGround(mark)) drawMark(context, mark, scales, box, theme);
  return { marks, scales, box };
}
