// One picture on its canvas: a frame with axes, then its marks from back to front.

const version = new URL(import.meta.url).search;
const { axisScale } = await import(`./axes.js${version}`);
const { drawMark } = await import(`./marks.js${version}`);
const { hitsOf } = await import(`./hover.js${version}`);

const LETTER = 0.52; // of the font size

function sizeCanvas(canvas, width, height) {
  const density = Math.min(devicePixelRatio || 1, 3);
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w || canvas.height !== h) {
    [canvas.width, canvas.height] = [w, h];
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Where the marks go, and how high the whole picture is. */
function layOut(panel, theme, width) {
  const { size } = theme;
  const hasNames = panel.y.names.length > 0;
  const left = Math.min(Math.ceil(panel.margin * size), 0.42 * width);
  const top = panel.marks.some((mark) => mark.text) ? 1.5 * size : 0.6 * size;
  const bottom = (panel.x.title ? 2.9 : 1.6) * size;
  const height = panel.rows * size;
  const box = { left, top, right: width - 0.9 * size, edge: width, bottom: top + height };
  return { box, total: Math.ceil(top + height + bottom), hasNames };
}

/** The name, cut short where there is no room for it. */
function fitted(context, name, room) {
  let text = name;
  while (text.length > 3 && context.measureText(text).width > room) {
    text = `${text.slice(0, -2).trimEnd()}…`;
  }
  return text;
}

function drawNames(context, panel, box, theme) {
  const { names, colors } = panel.y;
  const step = (box.bottom - box.top) / names.length;
  const room = box.left - theme.size * (panel.y.title ? 2.2 : 0.8);
  context.textAlign = "right";
  context.textBaseline = "middle";
  names.forEach((name, i) => {
    context.fillStyle = colors[i] ?? theme.text;
    context.fillText(fitted(context, name, room), box.left - 8, box.top + (i + 0.5) * step);
  });
}

function drawTicks(context, scales, box, theme) {
  context.lineWidth = 1;
  context.strokeStyle = theme.text;
  context.fillStyle = theme.text;
  const line = (x0, y0, x1, y1) => {
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  };
  context.textAlign = "center";
  context.textBaseline = "top";
  let free = -Infinity;
  for (const { value, text } of scales.x.ticks) {
    const x = scales.x.place(value);
    context.globalAlpha = 0.12;
    line(x, box.top, x, box.bottom);
    const half = context.measureText(text).width / 2;
    const middle = Math.min(x, box.edge - half);
    if (middle - half < free) continue;
    free = middle + half + 0.4 * theme.size;
    context.globalAlpha = 0.75;
    context.fillText(text, middle, box.bottom + 0.35 * theme.size);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, text } of scales.y.ticks) {
    const y = scales.y.place(value);
    context.globalAlpha = 0.12;
    line(box.left, y, box.right, y);
    context.globalAlpha = 0.75;
    context.fillText(text, box.left - 6, y);
  }
  context.globalAlpha = 1;
}

function drawTitles(context, panel, box, theme) {
  context.fillStyle = theme.text;
  context.globalAlpha = 0.75;
  context.textAlign = "center";
  if (panel.x.title) {
    context.textBaseline = "top";
    context.fillText(panel.x.title, (box.left + box.right) / 2, box.bottom + 1.65 * theme.size);
  }
  if (panel.y.title) {
    context.save();
    context.translate(1, (box.top + box.bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "top";
    context.fillText(panel.y.title, 0, 0);
    context.restore();
  }
  context.globalAlpha = 1;
}

/** Draw, and give back what can be pointed at. */
export function drawPanel(canvas, panel, numbers, theme, width) {
  const { box, total, hasNames } = layOut(panel, theme, width);
  const context = sizeCanvas(canvas, width, total);
  context.font = `${theme.size.toFixed(1)}px ${theme.family}`;
  const across = Math.max(2, Math.round((box.right - box.left) / (8 * LETTER * theme.size)));
  const up = Math.max(2, Math.round((box.bottom - box.top) / (2 * theme.size)));
  const scales = {
    x: axisScale(panel.x, box.left, box.right, across),
    y: axisScale(panel.y, box.bottom, box.top, up),
  };
  drawTicks(context, scales, box, theme);
  if (hasNames) drawNames(context, panel, box, theme);
  drawTitles(context, panel, box, theme);
  const part = (range) => range && numbers.subarray(range[0], range[1]);
  const marks = panel.marks.map((mark) => ({
    ...mark,
    x: part(mark.x), y: part(mark.y), x2: part(mark.x2), y2: part(mark.y2),
    value: part(mark.value),
  }));
  for (const mark of marks) drawMark(context, mark, scales, box, theme);
  return hitsOf(marks, scales, box);
}
