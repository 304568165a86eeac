// Both pictures of the race: the plane with every path, and the losses over the steps.

const version = new URL(import.meta.url).search;
const { drawAxes, makeScales, placed } = await import(`../shared/axes.js${version}`);
const { clipped, fillDisc, sizeCanvas, tracePath } = await import(`../shared/canvas.js${version}`);
const { readTheme } = await import(`../shared/theme.js${version}`);
const { linearTicks } = await import(`../shared/ticks.js${version}`);

const NARROW = 620; // px: below it the two pictures stand under one another
const FIELD_LEVELS = 12;
const TICKS = 5;

/** Both areas, and the height of all. */
function layOut(width, size) {
  const [left, bottom, gap] = [5 * size, 3.6 * size, 6 * size];
  const height = 20 * size;
  const at = (x, y, wide) => ({
    left: x, top: y, width: wide, height,
    outerLeft: x - 4.2 * size, outerHeight: y + height + 2.8 * size,
  });
  if (width < NARROW) {
    const wide = width - left - 12;
    return [[at(left, 8, wide), at(left, 18 + height + bottom, wide)], 2 * (height + bottom) + 20];
  }
  const half = (width - left - gap - 12) / 2;
  return [[at(left, 8, half), at(left + half + gap, 8, half)], height + bottom + 12];
}

/** An area with its axes; from values to its pixels. */
function frame(context, area, theme, ranges, titles) {
  const scales = makeScales(area, ...ranges);
  const axis = (k, place) => ({
    ticks: placed(linearTicks(...ranges[k], TICKS), place),
    title: titles[k],
  });
  drawAxes(context, area, theme, { x: axis(0, scales.x), y: axis(1, scales.y) });
  return scales;
}

/** The loss over the plane as bands of the text colour: darker is lower. */
function drawField(context, { meta, sections }, scales, color) {
  const [rows, columns] = meta.field.shape;
  const { x: [x0, x1], y: [y0, y1] } = meta.field;
  const picture = new OffscreenCanvas(columns, rows);
  const ink = picture.getContext("2d");
  ink.fillStyle = color;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const level = Math.floor(sections.field[r * columns + c] * FIELD_LEVELS) / FIELD_LEVELS;
      ink.globalAlpha = 0.3 * (1 - level);
      ink.fillRect(c, rows - 1 - r, 1, 1);
    }
  }
  context.imageSmoothingQuality = "high";
  const [left, top] = [scales.x(x0), scales.y(y1)];
  context.drawImage(picture, left, top, scales.x(x1) - left, scales.y(y0) - top);
}

/** A racer's line up to a step, and a dot where it is then. */
function drawRacer(context, placeOf, step, { ink, dash, width, radius }) {
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = width;
  context.setLineDash(dash);
  tracePath(context, step + 1, placeOf);
  context.stroke();
  context.setLineDash([]);
  if (radius > 0) fillDisc(context, placeOf(step), radius);
}

/** Draw the race as it stood after a step. */
export function drawRace(root, canvas, { meta, sections }, step) {
  const theme = readTheme(root);
  const [[plane, curves], height] = layOut(root.clientWidth, 0.8 * theme.size);
  const context = sizeCanvas(canvas, root.clientWidth, height);
  context.clearRect(0, 0, root.clientWidth, height);
  const { x_range, y_range, loss_range, line_width: thick } = meta;
  const inPlane = frame(context, plane, theme, [x_range, y_range], meta.plane_titles);
  const overSteps = frame(context, curves, theme, [[0, meta.steps], loss_range], meta.curve_titles);
  if (meta.field) clipped(context, plane, () => drawField(context, { meta, sections }, inPlane, theme.text));
  const length = meta.steps + 1;
  meta.racers.forEach(({ color, exact }, r) => {
    const pen = { ink: exact ? theme.text : color, dash: exact ? meta.dash : [] };
    const at = (i) => sections.paths.subarray(2 * (r * length + i), 2 * (r * length + i) + 2);
    const place = (i) => [inPlane.x(at(i)[0]), inPlane.y(at(i)[1])];
    const value = (i) => [overSteps.x(i), overSteps.y(sections.losses[r * length + i])];
    const draw = (placeOf, width, radius) => () =>
      drawRacer(context, placeOf, step, { ...pen, width, radius: exact ? 0 : radius });
    clipped(context, plane, draw(place, 0.8 * thick, 2.2 * thick), 4);
    clipped(context, curves, draw(value, thick, 1.6 * thick), 4);
  });
}
