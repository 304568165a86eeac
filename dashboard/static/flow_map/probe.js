// The probe: one point's numbers. Area, determinant, Jacobians, density, the way back.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { composite, determinant, differences, evaluate, folds, invert, logBase } = await import(
  `./flow.js${version}`
);
const { readable, scientific } = await import(`../shared/numbers.js${version}`);
const { fill } = await import(`../shared/words.js${version}`);

const EDGE_POINTS = 12; // along each edge of the little square

/** Everything known of a base point. */
export function inspect(flow, z, half) {
  const { stages, x } = evaluate(flow, z);
  const jacobian = composite(flow, stages);
  const diagonals = stages.map(({ jacobian: [a, , , d] }) => a * d);
  const back = invert(flow, x);
  return {
    z, x, stages, jacobian, diagonals, half, flips: flow.flips, folds: folds(flow),
    det: diagonals.reduce((all, one) => all * one, 1) * flow.flips.reduce((s, f) => (f ? -s : s), 1),
    numeric: determinant(differences(flow, z)),
    ratio: Math.abs(areaOf(square(z, half).map((p) => evaluate(flow, p).x))) / (4 * half * half),
    logBase: logBase(flow, z),
    roundTrip: back && Math.hypot(back[0] - z[0], back[1] - z[1]),
  };
}

/** The layers' stages of any point: for outlines, which need no more. */
export const inspectStages = (flow, z) => evaluate(flow, z).stages;

/** The little square's outline, counter-clockwise. */
export function square([x, y], half) {
  const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
  return corners.flatMap(([a, b], n) => {
    const [c, d] = corners[(n + 1) % 4];
    return Array.from({ length: EDGE_POINTS }, (_, m) => {
      const t = m / EDGE_POINTS;
      return [x + half * (a + t * (c - a)), y + half * (b + t * (d - b))];
    });
  });
}

/** Signed area of a polygon. */
export function areaOf(points) {
  let twice = 0;
  points.forEach(([x, y], n) => {
    const [u, v] = points[(n + 1) % points.length];
    twice += x * v - u * y;
  });
  return twice / 2;
}

const pair = ([a, b]) => `(${readable(a, 2)}, ${readable(b, 2)})`;

/** How far the way there and back is off, or why there is no way back. */
function roundTrip({ roundTrip: off, folds: isFolded }, words) {
  if (off !== null) return scientific(off);
  return isFolded ? words.no_inverse : words.no_closed_form;
}

/** The readings, as rows of [what (HTML), value]. */
export function readings(found, words) {
  const logDet = Math.log(Math.abs(found.det));
  const logX = found.logBase - logDet;
  return [
    [words.way, `${pair(found.z)} → ${pair(found.x)}`],
    [words.area_ratio, readable(found.ratio)],
    [words.det_product, readable(Math.abs(found.det))],
    [words.det_numeric, readable(Math.abs(found.numeric))],
    [found.folds ? words.log_density_root : words.log_density,
      `${readable(logX)} = ${readable(found.logBase)} − (${readable(logDet)})`],
    [words.round_trip, roundTrip(found, words)],
  ];
}

/** HTML of a 2 × 2 matrix with its title and what follows from it. */
function matrix(title, [a, b, c, d], note) {
  const cell = (value, zero) => `<td${zero ? ' class="zero"' : ""}>${zero ? "0" : readable(value, 2)}</td>`;
  return `<figure class="matrix"><figcaption>${title}</figcaption><table>
    <tr>${cell(a)}${cell(b, b === 0)}</tr><tr>${cell(c, c === 0)}${cell(d)}</tr></table>
    <small>${note}</small></figure>`;
}

/** Each layer's Jacobian in its own order, and the whole flow's. */
export function matrices(found, words) {
  const log = (det) => ({ value: readable(Math.log(Math.abs(det)), 2) });
  const layers = found.stages.map(({ jacobian }, k) =>
    matrix(fill(words.jacobian_layer, { k: k + 1 }), jacobian, fill(words.log_det_layer, log(found.diagonals[k]))),
  );
  const flips = found.flips.some(Boolean) ? words.jacobian_flips : words.jacobian_no_flips;
  const title = found.stages.length > 1 ? flips : words.jacobian_one;
  return [...layers, matrix(title, found.jacobian, fill(words.log_det_sum, log(found.det)))].join("");
}

/** Draw the square on the base, or where a map carries it. */
export function drawPolygon(context, scales, points, color, width, dash = []) {
  context.save();
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  for (const [x, y] of points) context.lineTo(scales.x(x), scales.y(y));
  context.closePath();
  context.stroke();
  context.restore();
}
