// Nodes and weights: of expectations under N(0, I), and of panels along a line.
// The same rules as core/evidence: integrals.py, digit.py, panels.py and core/quadrature.py.

export const REACH = 6.5; // standard deviations that a trapezoidal rule spans

const made = new Map();
const once = (name, make) => made.get(name) ?? made.set(name, make()).get(name);

/** Gauss–Hermite for N(0, 1): exact for polynomials of degree below 2 count (Newton's steps). */
function hermiteAxis(count) {
  const nodes = new Array(count).fill(0);
  const weights = new Array(count).fill(0);
  let x = 0;
  for (let i = 0; i < Math.ceil(count / 2); i++) {
    x = guess(i, x, nodes, count);
    let slope = 1;
    for (let turn = 0; turn < 50; turn++) {
      let [value, before] = [Math.PI ** -0.25, 0];
      for (let j = 0; j < count; j++) {
        const next = x * Math.sqrt(2 / (j + 1)) * value - Math.sqrt(j / (j + 1)) * before;
        [value, before] = [next, value];
      }
      slope = Math.sqrt(2 * count) * before;
      x -= value / slope;
      if (Math.abs(value / slope) < 1e-15) break;
    }
    [nodes[i], nodes[count - 1 - i]] = [x, -x];
    weights[i] = weights[count - 1 - i] = 2 / slope ** 2;
  }
  return { nodes: nodes.map((node) => Math.SQRT2 * node), weights: toOne(weights) };
}

/** Where to look for the next root, the largest first. */
function guess(i, x, nodes, n) {
  if (i === 0) return Math.sqrt(2 * n + 1) - 1.85575 * (2 * n + 1) ** (-1 / 6);
  if (i === 1) return x - (1.14 * n ** 0.426) / x;
  if (i === 2) return 1.86 * x - 0.86 * nodes[0];
  if (i === 3) return 1.91 * x - 0.91 * nodes[1];
  return 2 * x - nodes[i - 2];
}

function trapezoidAxis(count, reach) {
  const nodes = Array.from({ length: count }, (_, i) => reach * ((2 * i) / (count - 1) - 1));
  return { nodes, weights: toOne(nodes.map((node) => Math.exp(-0.5 * node * node))) };
}

function toOne(weights) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** `{noise [N, L] flat, weights [N], count}` of one axis's rule in L dimensions. */
function product({ nodes, weights }, dim) {
  const n = nodes.length;
  const count = n ** dim;
  const noise = new Float64Array(count * dim);
  const all = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const [i, j] = [Math.floor(k / n ** (dim - 1)), k % n];
    noise[k * dim] = nodes[i];
    if (dim === 2) noise[2 * k + 1] = nodes[j];
    all[k] = weights[i] * (dim === 2 ? weights[j] : 1);
  }
  return { noise, weights: all, count };
}

export const hermite = (dim, count) =>
  once(`hermite ${dim} ${count}`, () => product(hermiteAxis(count), dim));

export const trapezoid = (dim, count, reach = REACH) =>
  once(`trapezoid ${dim} ${count} ${reach}`, () => product(trapezoidAxis(count, reach), dim));

const [FINE, COARSE] = [31, 15]; // nodes of a panel, and of the coarser rule within

/** Fejér's second rule on [−1, 1] (Waldvogel 2006). */
function fejer(count) {
  const angles = Array.from({ length: count }, (_, i) => (Math.PI * (i + 1)) / (count + 1));
  const weights = angles.map((angle) => {
    let series = 0;
    for (let odd = 1; odd <= count; odd += 2) series += Math.sin(odd * angle) / odd;
    return (4 * Math.sin(angle) * series) / (count + 1);
  });
  return { nodes: angles.map((angle) => -Math.cos(angle)), weights };
}

/** Places `z` along a line and both rules' `weights` of ∫ g, for panels with these ends. */
export function panels(edges) {
  const fine = once("fine", () => fejer(FINE));
  const coarse = once("coarse", () => fejer(COARSE));
  const count = (edges.length - 1) * FINE;
  const found = { z: new Float64Array(count), fine: new Float64Array(count), coarse: new Float64Array(count), count };
  for (let p = 0; p + 1 < edges.length; p++) {
    const half = 0.5 * (edges[p + 1] - edges[p]);
    for (let i = 0; i < FINE; i++) {
      const k = p * FINE + i;
      found.z[k] = edges[p] + half * (1 + fine.nodes[i]);
      found.fine[k] = half * fine.weights[i];
      found.coarse[k] = i % 2 ? half * coarse.weights[(i - 1) / 2] : 0;
    }
  }
  return found;
}

/** Sorted, each once. */
export const sorted = (edges) => [...new Set(edges)].sort((a, b) => a - b);

const [FIRST_REACH, MOST_REACH, DEPTH] = [4, 4096, 60];
const [FIRST_PANELS, MOST_PANELS, TOLERANCE] = [32, 1024, 1e-10];

/** log ∫ exp(g(z)) dz along the whole line; `logs(z, count)` gives g; panels end at `ends`. */
export function logLineIntegral(logs, ends) {
  let reach = FIRST_REACH;
  while (reach < MOST_REACH && !isCovered(logs, reach)) reach *= 2;
  const held = ends.map((end) => Math.min(Math.max(end, -reach), reach));
  for (let count = FIRST_PANELS; ; count *= 2) {
    const even = Array.from({ length: count + 1 }, (_, i) => reach * ((2 * i) / count - 1));
    const rule = panels(sorted([...even, ...held]));
    const values = logs(rule.z, rule.count);
    const top = values.reduce((a, b) => Math.max(a, b), -Infinity);
    let [fine, coarse] = [0, 0];
    for (let k = 0; k < rule.count; k++) {
      const share = Math.exp(values[k] - top);
      fine += rule.fine[k] * share;
      coarse += rule.coarse[k] * share;
    }
    if (Math.abs(coarse / fine - 1) < TOLERANCE || count >= MOST_PANELS) return top + Math.log(fine);
  }
}

function isCovered(logs, reach) {
  const z = Float64Array.from({ length: 1001 }, (_, i) => reach * (i / 500 - 1));
  const values = logs(z, z.length);
  const top = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return Math.max(values[0], values[1000]) < top - DEPTH;
}
