// From values to pixels and back, and a frame with axes around an area.
//
// An area is where marks go: {left, top, width, height}; its canvas, or its share of one, ends at
// outerHeight and begins at outerLeft (0 unless it is given).

/** Pixel maps of an area for x in [x0, x1] and y in [y0, y1] (y upwards), and back. */
export function makeScales(area, [x0, x1], [y0, y1]) {
  return {
    x: (value) => area.left + ((value - x0) / (x1 - x0)) * area.width,
    y: (value) => area.top + ((y1 - value) / (y1 - y0)) * area.height,
    xOf: (pixel) => x0 + ((pixel - area.left) / area.width) * (x1 - x0),
    yOf: (pixel) => y1 - ((pixel - area.top) / area.height) * (y1 - y0),
  };
}

/** Ticks as drawAxes takes them: [pixel, text]. */
export const placed = (ticks, place) => ticks.map(({ value, text }) => [place(value), text]);

/** Frame, tick marks with numbers, and titles. `x.ticks` is [[pixel, text], …]. */
export function drawAxes(context, area, theme, { x, y }) {
  const { left, top, width, height } = area;
  const bottom = top + height;
  context.save();
  context.strokeStyle = theme.line;
  context.fillStyle = theme.muted;
  context.lineWidth = 1;
  context.font = theme.font(0.78);
  context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const [pixel, text] of x.ticks) {
    context.fillRect(Math.round(pixel), bottom, 1, 4);
    context.fillText(text, pixel, bottom + 6);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [pixel, text] of y?.ticks ?? []) {
    context.fillRect(left - 4, Math.round(pixel), 4, 1);
    context.fillText(text, left - 7, pixel);
  }
  drawTitles(context, area, theme, x.title, y?.title);
  context.restore();
}

/** Titles along the outer edges of a picture. */
export function drawTitles(context, area, theme, xTitle, yTitle) {
  context.save();
  context.fillStyle = theme.text;
  context.font = theme.font(0.88);
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(xTitle, area.left + area.width / 2, area.outerHeight - 1);
  if (yTitle) drawUpwards(context, yTitle, (area.outerLeft ?? 0) + 1, area.top + area.height / 2);
  context.restore();
}

/** A text turned to read upwards, right of x and centred on y. */
export function drawUpwards(context, text, x, y) {
  context.save();
  context.translate(x, y);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.textBaseline = "top";
  context.fillText(text, 0, 0);
  context.restore();
}
