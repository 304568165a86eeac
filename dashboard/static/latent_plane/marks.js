// Marks that lie over the pictures: cross, ring, pins, paths. All readable on any ground.

/**
 * The cursor's cross through a plot area; only the vertical line where `both` is false. The place
 * itself stays free for `gap` pixels on every side.
 */
export function drawCross(context, area, theme, [x, y], both, gap = 0) {
  const [right, bottom] = [area.left + area.width, area.top + area.height];
  context.strokeStyle = theme.text;
  context.globalAlpha = both ? 0.35 : 0.9;
  context.lineWidth = both ? 1 : 2;
  context.beginPath();
  segments(area.top, bottom, y, both ? gap : 0, (from, to) => {
    context.moveTo(x, from);
    context.lineTo(x, to);
  });
  if (both) {
    segments(area.left, right, x, gap, (from, to) => {
      context.moveTo(from, y);
      context.lineTo(to, y);
    });
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** The parts of a line from `low` to `high` that leave `gap` on either side of `at` free. */
function segments(low, high, at, gap, draw) {
  if (gap === 0) return draw(low, high);
  if (at - gap > low) draw(low, at - gap);
  if (at + gap < high) draw(at + gap, high);
  return undefined;
}

/** A ring with a halo, visible on dots, pictures and both themes. */
export function drawRing(context, theme, [x, y], radius = 6) {
  const thickness = Math.min(2.25, 0.5 * radius);
  for (const [color, width] of [[theme.ground, 2.2 * thickness], [theme.text, thickness]]) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** A line through pixel points, with a halo. */
export function drawPath(context, theme, points, thickness = 2) {
  context.lineJoin = "round";
  for (const [stroke, width] of [[theme.ground, 2.5 * thickness], [theme.text, thickness]]) {
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.beginPath();
    points.forEach(([x, y], k) => context[k ? "lineTo" : "moveTo"](x, y));
    context.stroke();
  }
}

/** A disc with a letter: a pinned point; in the colour of what has the focus where keys move it. */
export function drawPin(context, theme, [x, y], letter, isChosen) {
  const radius = 0.68 * theme.size;
  context.fillStyle = isChosen ? theme.accent : theme.text;
  context.strokeStyle = theme.ground;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.fillStyle = theme.ground;
  context.font = theme.font(0.8, 700);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(letter, x, y + 0.5);
}
