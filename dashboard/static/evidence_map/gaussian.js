// Gaussians of one or two dimensions, and what q is made of: one of them, or two mirrored twins.
// The letters are those of core/evidence/proposals.py; z is flat, [n, L].

export const LOG_2PI = Math.log(2 * Math.PI);

/** N(m, C) of numbers `mean` [L] and `covariance` [L][L]. */
export function gaussian(mean, covariance) {
  const dim = mean.length;
  const first = Math.sqrt(covariance[0][0]);
  const across = dim === 2 ? covariance[0][1] / first : 0;
  const second = dim === 2 ? Math.sqrt(covariance[1][1] - across * across) : 1;
  const logVolume = Math.log(first) + Math.log(second);
  const entropy = 0.5 * dim * (1 + LOG_2PI) + logVolume;
  return { dim, mean, covariance, factor: [first, across, second], logVolume, entropy };
}

/** C of standard deviations and their correlation. */
export function covarianceOf([s1, s2], rho) {
  if (s2 === undefined) return [[s1 * s1]];
  return [[s1 * s1, rho * s1 * s2], [rho * s1 * s2, s2 * s2]];
}

/** Standard deviations [L] and correlation of C. */
export function scalesOf(covariance) {
  const scales = covariance.map((row, i) => Math.sqrt(row[i]));
  const rho = scales.length === 2 ? covariance[0][1] / (scales[0] * scales[1]) : 0;
  return { scales, rho };
}

/** What q is made of, in equal shares: N(m, C), and N(−m, C) too where it has a twin. */
export function proposal(mean, covariance, hasTwin) {
  const one = gaussian(mean, covariance);
  const parts = hasTwin ? [one, gaussian(mean.map((value) => -value), covariance)] : [one];
  return { dim: one.dim, parts };
}

/** z = m + Σε of `count` rows of noise, `width` numbers apart, into `z`. */
export function carry({ dim, mean, factor }, noise, width, count, z) {
  for (let k = 0; k < count; k++) {
    const e = noise[k * width];
    z[k * dim] = mean[0] + factor[0] * e;
    if (dim === 2) z[2 * k + 1] = mean[1] + factor[1] * e + factor[2] * noise[k * width + 1];
  }
  return z;
}

/** log N(z_k; m, C), in nats. */
export function logDensity({ dim, mean, factor, logVolume }, z, k) {
  const u = (z[k * dim] - mean[0]) / factor[0];
  const v = dim === 2 ? (z[2 * k + 1] - mean[1] - factor[1] * u) / factor[2] : 0;
  return -0.5 * (u * u + v * v) - logVolume - 0.5 * dim * LOG_2PI;
}

/** log q(z_k), in nats. */
export function logProposal({ parts }, z, k) {
  const one = logDensity(parts[0], z, k);
  if (parts.length === 1) return one;
  const other = logDensity(parts[1], z, k);
  const [high, low] = one > other ? [one, other] : [other, one];
  return high + Math.log1p(Math.exp(low - high)) - Math.LN2;
}

/** K draws of q from noise [K, L + 1], whose last number chooses the twin; flat, [K, L]. */
export function drawFrom({ dim, parts }, noise, count) {
  const [z, own] = [new Float64Array(count * dim), new Float64Array(dim)];
  for (let k = 0; k < count; k++) {
    const row = noise.subarray(k * (dim + 1), (k + 1) * (dim + 1));
    const part = parts.length === 1 || row[dim] < 0 ? parts[0] : parts[1];
    z.set(carry(part, row, dim, 1, own), k * dim);
  }
  return z;
}

/** Principal axes of C: standard deviations, the larger first, and the direction of that one. */
export function axesOf(covariance) {
  if (covariance.length === 1) return { sizes: [Math.sqrt(covariance[0][0])], angle: 0 };
  const [[a, b], [, d]] = covariance;
  const large = (a + d) / 2 + Math.hypot((a - d) / 2, b);
  return {
    sizes: [Math.sqrt(large), Math.sqrt(Math.max(a * d - b * b, 0) / large)],
    angle: 0.5 * Math.atan2(2 * b, a - d),
  };
}

/** C of principal axes. */
export function ofAxes({ sizes, angle }) {
  if (sizes.length === 1) return [[sizes[0] ** 2]];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [one, other] = sizes.map((size) => size * size);
  const across = (one - other) * cos * sin;
  return [
    [one * cos * cos + other * sin * sin, across],
    [across, one * sin * sin + other * cos * cos],
  ];
}

/** C⁻¹. */
export function inverse(matrix) {
  if (matrix.length === 1) return [[1 / matrix[0][0]]];
  const [[a, b], [c, d]] = matrix;
  const det = a * d - b * c;
  return [[d / det, -b / det], [-c / det, a / det]];
}

/** A v. */
export const times = (matrix, vector) =>
  matrix.map((row) => row.reduce((sum, value, j) => sum + value * vector[j], 0));

/** Σ_i w_i A_i of matrices, or of vectors. */
export const blend = (shares, things) =>
  things[0].map((_, i) =>
    Array.isArray(things[0][i])
      ? blend(shares, things.map((thing) => thing[i]))
      : shares.reduce((sum, share, k) => sum + share * things[k][i], 0));
