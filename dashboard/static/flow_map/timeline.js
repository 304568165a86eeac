// Where everything is at a time: layers bend from the identity, flips turn the plane.
//
// Inside a layer points move straight from input to output, (1 − t) z + t τ(z; h): as τ' > 0, the
// Jacobian's diagonal 1 − t + t τ' never vanishes. A flip exchanges the coordinates, a mirror image:
// moving points straight there would collapse the plane onto its diagonal half way. So the plane
// is turned by 90° instead, and where a mirror remains, the picture before it is drawn with its
// second axis pointing down.

const TURN_LENGTH = 0.6;

/** Segments of the walk, and for each layer the sign of its second axis on the screen. */
export function makeTimeline(flips) {
  const signs = flips.map(() => 1);
  for (let k = flips.length - 2; k >= 0; k--) signs[k] = flips[k] ? -signs[k + 1] : signs[k + 1];
  const segments = [];
  let start = 0;
  flips.forEach((flip, k) => {
    segments.push({ kind: "layer", k, start, length: 1 });
    start += 1;
    if (!flip) return;
    segments.push({ kind: "turn", k, start, length: TURN_LENGTH });
    start += TURN_LENGTH;
  });
  return { signs, segments, total: start };
}

/** `{kind, k, share}` at a time in [0, total]. */
export function momentAt(timeline, time) {
  const held = Math.min(Math.max(time, 0), timeline.total);
  const segment = timeline.segments.findLast(({ start }) => held >= start) ?? timeline.segments[0];
  const share = Math.min((held - segment.start) / segment.length, 1);
  return { kind: segment.kind, k: segment.k, share };
}

/** The matrix from a layer's own coordinates to the screen's, about the base's centre. */
export function toScreen(timeline, { kind, k, share }) {
  const sign = timeline.signs[k];
  if (kind === "layer") return [1, 0, 0, sign];
  // R(±90°) · diag(1, sign_k) = diag(1, sign_{k+1}) · swap decides which way the plane turns.
  const angle = (timeline.signs[k + 1] > 0 ? 1 : -1) * share * (Math.PI / 2);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos, -sin * sign, sin, cos * sign];
}

/** Apply a matrix about a centre. */
export const carried = ([a, b, c, d], [x, y], centre) => [
  centre + a * (x - centre) + b * (y - centre),
  centre + c * (x - centre) + d * (y - centre),
];

/** Layers inputs and outputs of the lattice, and log |det| summed before each layer. */
export function prepareLattice(flow, { lattice, outputs, slopes }) {
  const count = lattice.length / 2;
  let input = lattice;
  let logDet = new Float32Array(count);
  return flow.layers.map((_, k) => {
    const output = outputs.subarray(2 * count * k, 2 * count * (k + 1));
    const slope = slopes.subarray(2 * count * k, 2 * count * (k + 1));
    const stage = { input, output, slope, before: logDet };
    const after = new Float32Array(count);
    for (let v = 0; v < count; v++) {
      after[v] = logDet[v] + Math.log(Math.abs(slope[2 * v] * slope[2 * v + 1]));
    }
    logDet = after;
    input = flow.flips[k] ? exchanged(output) : output;
    return Object.assign(stage, { after });
  });
}

function exchanged(points) {
  const other = new Float32Array(points.length);
  for (let v = 0; v < points.length; v += 2) [other[v], other[v + 1]] = [points[v + 1], points[v]];
  return other;
}

/** Screen positions `[V, 2]` and log |det J| `[V]` of the lattice at a moment. */
export function latticeAt(stages, timeline, moment, centre, into) {
  const { input, output, slope, before, after } = stages[moment.k];
  const t = moment.kind === "layer" ? moment.share : 1;
  const matrix = toScreen(timeline, moment);
  const count = before.length;
  for (let v = 0; v < count; v++) {
    const x = (1 - t) * input[2 * v] + t * output[2 * v];
    const y = (1 - t) * input[2 * v + 1] + t * output[2 * v + 1];
    into.places[2 * v] = centre + matrix[0] * (x - centre) + matrix[1] * (y - centre);
    into.places[2 * v + 1] = centre + matrix[2] * (x - centre) + matrix[3] * (y - centre);
    const one = 1 - t + t * slope[2 * v];
    const two = 1 - t + t * slope[2 * v + 1];
    into.logDet[v] = t === 1 ? after[v] : before[v] + Math.log(Math.abs(one * two));
  }
}

/** A single point at a moment, from `evaluate`'s stages: its place on the screen and its J. */
export function pointAt(timeline, stages, moment, centre) {
  const t = moment.kind === "layer" ? moment.share : 1;
  const { input, output } = stages[moment.k];
  const place = [0, 1].map((i) => (1 - t) * input[i] + t * output[i]);
  return carried(toScreen(timeline, moment), place, centre);
}
