// Canvases: their size, clipping, and lines that lift the pen.

/** Size a canvas for the screen's density; returns its context in CSS pixels. */
export function sizeCanvas(canvas, width, height) {
  const density = Math.min(devicePixelRatio || 1, 3);
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(density, 0, 0, density, 0, 0);
  return context;
}

/** Draw inside of an area only, and `slack` pixels around it. */
export function clipped(context, { left, top, width, height }, draw, slack = 0) {
  context.save();
  context.beginPath();
  context.rect(left - slack, top - slack, width + 2 * slack, height + 2 * slack);
  context.clip();
  draw();
  context.restore();
}

/** A path through `placeOf(i)` for i < count; the pen is lifted where there is no place. */
export function tracePath(context, count, placeOf) {
  context.beginPath();
  let isDown = false;
  for (let i = 0; i < count; i++) {
    const [x, y] = placeOf(i);
    const isThere = Number.isFinite(x) && Number.isFinite(y);
    if (isThere) context[isDown ? "lineTo" : "moveTo"](x, y);
    isDown = isThere;
  }
}

/** A filled disc, where there is a place for it. */
export function fillDisc(context, [x, y], radius) {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** A text cut short where there is no room for it. */
export function fitted(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  let kept = text;
  while (kept.length > 2 && context.measureText(`${kept}…`).width > room) {
    kept = kept.slice(0, -1).trimEnd();
  }
  return `${kept}…`;
}
