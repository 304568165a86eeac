// A flow in the plane, evaluated in double precision: forward with its Jacobian, and the inverse.
//
// Dimension 1 never depends on another, and dimension 2 on one number c only (z₁, or x₁ when the
// flow is conditioned on x). So a layer's Jacobian needs one tangent: numbers here are pairs
// [value, derivative with respect to c] wherever c may enter.

const LOG_LEAST = Math.log(1e-3); // as in core/flow/spline.py
const LOG_SCALE_BOUND = Math.log(1e3); // as in core/flow/config.py

const add = (a, b) => [a[0] + b[0], a[1] + b[1]];
const sub = (a, b) => [a[0] - b[0], a[1] - b[1]];
const mul = (a, b) => [a[0] * b[0], a[0] * b[1] + a[1] * b[0]];
const div = (a, b) => [a[0] / b[0], (a[1] * b[0] - a[0] * b[1]) / (b[0] * b[0])];
const exp = (a) => [Math.exp(a[0]), Math.exp(a[0]) * a[1]];
const scaled = (a, factor) => [a[0] * factor, a[1] * factor];
const constant = (value) => [value, 0];

function softClamp(raw, bound) {
  const damping = 1 + Math.abs(raw[0] / bound);
  return [raw[0] / damping, raw[1] / (damping * damping)];
}

/** Cut the flat weights into layers; `meta.layers` names sizes and offsets. */
export function makeFlow(meta, weights) {
  const layers = meta.layers.map((layer) => ({
    ...layer,
    tensors: layer.tensors.map(({ offset, size }) => weights.subarray(offset, offset + size)),
  }));
  const { interval, conditioned_on: on, amplitude, frequency, flips, base } = meta;
  return { layers, interval, on, amplitude, frequency, flips, base };
}

/** Parameters of both dimensions, as pairs, for the number c that dimension 2 may depend on. */
function condition(layer, c) {
  const { conditioner, per_dim: count, tensors } = layer;
  if (conditioner === "cumulative_sum") return [[constant(0)], [[c, 1]]];
  if (conditioner === "none") {
    const own = (i) => Array.from({ length: count }, (_, p) => constant(tensors[0][i * count + p]));
    return count ? [own(0), own(1)] : [[], []];
  }
  const out = network(layer, c);
  const pairs = out.value.map((value, i) => [value, out.tangent[i]]);
  return [pairs.slice(0, count), pairs.slice(count)];
}

function network({ sizes, tensors }, c) {
  let value = [c, 0]; // the second input reaches no parameter of either dimension
  let tangent = [1, 0];
  for (let i = 0; i + 1 < sizes.length; i++) {
    const [weight, bias] = [tensors[2 * i], tensors[2 * i + 1]];
    const [nextValue, nextTangent] = [new Array(sizes[i + 1]), new Array(sizes[i + 1])];
    for (let row = 0; row < sizes[i + 1]; row++) {
      let [v, t] = [bias[row], 0];
      for (let col = 0; col < sizes[i]; col++) {
        const w = weight[row * sizes[i] + col];
        v += w * value[col];
        t += w * tangent[col];
      }
      const silent = i + 2 < sizes.length && v <= 0; // ReLU
      nextValue[row] = silent ? 0 : v;
      nextTangent[row] = silent ? 0 : t;
    }
    [value, tangent] = [nextValue, nextTangent];
  }
  return { value, tangent };
}

/** Bins of a spline: starts, sizes and slopes, as pairs. */
function knots(h, [low, high]) {
  const count = (h.length + 1) / 3;
  const shares = (raw) => {
    const held = raw.map((r) => softClamp(r, LOG_LEAST / 2));
    const top = Math.max(...held.map((r) => r[0]));
    const powers = held.map((r) => exp([r[0] - top, r[1]]));
    const total = powers.reduce(add);
    return powers.map((power) => scaled(div(power, total), high - low));
  };
  const starts = (sizes) => {
    const found = [constant(low)];
    for (const size of sizes.slice(0, -1)) found.push(add(found.at(-1), size));
    return found;
  };
  const widths = shares(h.slice(0, count));
  const heights = shares(h.slice(count, 2 * count));
  const inner = h.slice(2 * count).map((raw) => exp(softClamp(raw, LOG_LEAST)));
  const slopes = [constant(1), ...inner, constant(1)];
  return { left: starts(widths), widths, bottom: starts(heights), heights, slopes };
}

const binOf = (value, starts) => starts.slice(1).filter((start) => value >= start[0]).length;

/** x as a pair and dτ/dz, for z in the spline's interval (Durkan et al. 2019, equation 4). */
function splineForward(z, h, interval) {
  const [low, high] = interval;
  if (z < low || z > high) return { x: constant(z), slope: 1 };
  const table = knots(h, interval);
  const k = binOf(z, table.left);
  const [d0, d1] = [table.slopes[k], table.slopes[k + 1]];
  const s = div(table.heights[k], table.widths[k]);
  const t = div(sub(constant(z), table.left[k]), table.widths[k]);
  const rest = mul(t, sub(constant(1), t));
  const square = mul(t, t);
  const den = add(s, mul(sub(add(d0, d1), scaled(s, 2)), rest));
  const num = mul(table.heights[k], add(mul(s, square), mul(d0, rest)));
  const away = sub(constant(1), t);
  const above = add(add(mul(d1, square), scaled(mul(s, rest), 2)), mul(d0, mul(away, away)));
  const slope = (s[0] * s[0] * above[0]) / (den[0] * den[0]);
  return { x: add(table.bottom[k], div(num, den)), slope };
}

function splineInverse(x, h, interval) {
  const [low, high] = interval;
  if (x < low || x > high) return x;
  const table = knots(h, interval);
  const k = binOf(x, table.bottom);
  const [d0, d1] = [table.slopes[k][0], table.slopes[k + 1][0]];
  const [width, height] = [table.widths[k][0], table.heights[k][0]];
  const s = height / width;
  const rise = x - table.bottom[k][0];
  const bend = rise * (d0 + d1 - 2 * s);
  const a = height * (s - d0) + bend;
  const b = height * d0 - bend;
  const c = -s * rise;
  const root = Math.sqrt(Math.max(b * b - 4 * a * c, 0));
  return table.left[k][0] + width * Math.min(Math.max((2 * c) / (-b - root), 0), 1);
}

/** `{x: pair, slope}` of τ(z; h). */
function tau(flow, layer, z, h) {
  if (layer.transformer === "additive") return { x: add(constant(z), h[0]), slope: 1 };
  if (layer.transformer === "spline") return splineForward(z, h, flow.interval);
  if (layer.transformer === "affine") {
    const scale = exp(softClamp(h[0], LOG_SCALE_BOUND));
    return { x: add(scaled(scale, z), h[1]), slope: scale[0] };
  }
  const { amplitude: a, frequency: b } = flow;
  return { x: constant(z + a * Math.sin(b * z)), slope: 1 + a * b * Math.cos(b * z) };
}

/** The z of z + a sin(bz) = x for ab ≤ 1: it rises, so the middle tells on which side z lies. */
function waveInverse({ amplitude: a, frequency: b }, x) {
  let [low, high] = [x - a, x + a];
  for (let i = 0; i < 60; i++) {
    const middle = 0.5 * (low + high);
    if (middle + a * Math.sin(b * middle) < x) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

function tauInverse(flow, layer, x, h) {
  if (layer.transformer === "wave") return waveInverse(flow, x);
  if (layer.transformer === "additive") return x - h[0][0];
  if (layer.transformer === "spline") return splineInverse(x, h, flow.interval);
  return (x - h[1][0]) * Math.exp(-softClamp(h[0], LOG_SCALE_BOUND)[0]);
}

/** Whether some τ turns back: the wave with ab > 1. */
export const folds = (flow) =>
  flow.amplitude * flow.frequency > 1 &&
  flow.layers.some(({ transformer }) => transformer === "wave");

export const isInvertible = (flow) => !folds(flow);

const swapped = ([one, two]) => [two, one];

/** Every layer's input, output and Jacobian [[a, 0], [c, d]], in the layer's own order. */
export function evaluate(flow, z) {
  let u = z;
  const stages = flow.layers.map((layer, k) => {
    const own = condition(layer, 0)[0];
    const first = tau(flow, layer, u[0], own);
    const c = flow.on === "z" ? u[0] : first.x[0];
    const second = tau(flow, layer, u[1], condition(layer, c)[1]);
    const through = flow.on === "z" ? 1 : first.slope;
    const stage = {
      input: u,
      output: [first.x[0], second.x[0]],
      jacobian: [first.slope, 0, second.x[1] * through, second.slope],
    };
    u = flow.flips[k] ? swapped(stage.output) : stage.output;
    return stage;
  });
  return { stages, x: u };
}

/** f⁻¹(x), or null where a layer has none. */
export function invert(flow, x) {
  if (!isInvertible(flow)) return null;
  let u = x;
  for (let k = flow.layers.length - 1; k >= 0; k--) {
    const layer = flow.layers[k];
    if (flow.flips[k]) u = swapped(u);
    const first = tauInverse(flow, layer, u[0], condition(layer, 0)[0]);
    const c = flow.on === "z" ? first : u[0];
    u = [first, tauInverse(flow, layer, u[1], condition(layer, c)[1])];
  }
  return u;
}

/** Product of 2 × 2 matrices [a, b, c, d], row by row. */
export const product = ([a, b, c, d], [e, f, g, h]) => [
  a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h,
];

export const determinant = ([a, b, c, d]) => a * d - b * c;

const SWAP = [0, 1, 1, 0];

/** The Jacobian of the whole flow: layers and flips, data last. */
export function composite(flow, stages) {
  return stages.reduce((whole, stage, k) => {
    const through = product(stage.jacobian, whole);
    return flow.flips[k] ? product(SWAP, through) : through;
  }, [1, 0, 0, 1]);
}

/** The Jacobian by central differences of f. */
export function differences(flow, z, step = 1e-5) {
  const at = (i, sign) => evaluate(flow, z.map((v, j) => (i === j ? v + sign * step : v))).x;
  const column = (i) => at(i, 1).map((v, j) => (v - at(i, -1)[j]) / (2 * step));
  const [[a, c], [b, d]] = [column(0), column(1)];
  return [a, b, c, d];
}

/** log p_Z in nats. */
export function logBase(flow, [z1, z2]) {
  if (flow.base === "normal") return -0.5 * (z1 * z1 + z2 * z2) - Math.log(2 * Math.PI);
  return Math.min(z1, z2) >= 0 && Math.max(z1, z2) <= 1 ? 0 : -Infinity;
}
