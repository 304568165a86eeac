// Points of the latent plane: prior quantiles, the lattice, and full vectors z.

const LINEAR_REACH = 3; // linear spacing spans ±3 σ_z

/** Φ⁻¹(u): Acklam's rational approximation, sharpened by one Halley step with Φ. */
export function normalQuantile(u) {
  const z = acklam(u);
  const error = normalCdf(z) - u;
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
  return z - step / (1 + (z * step) / 2);
}

function acklam(u) {
  if (u < 0.02425) return acklamTail(u);
  if (u > 1 - 0.02425) return -acklamTail(1 - u);
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269,
    -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
    -13.28068155288572, 1];
  const q = u - 0.5;
  const r = q * q;
  return (q * horner(a, r)) / horner(b, r);
}

function acklamTail(u) {
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
    4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const q = Math.sqrt(-2 * Math.log(u));
  return horner(c, q) / horner(d, q);
}

const horner = (coefficients, x) => coefficients.reduce((sum, c) => sum * x + c, 0);

/** Φ(z); the tail is computed from erfc, so that it keeps its digits. */
export function normalCdf(z) {
  return z < 0 ? 0.5 * erfc(-z / Math.SQRT2) : 1 - 0.5 * erfc(z / Math.SQRT2);
}

/** erfc(x) for x >= 0: Maclaurin series near 0, continued fraction (Lentz, backwards) beyond. */
function erfc(x) {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * sum && n < 80; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

/** Where a fraction 0..1 of the decoded grid's side lies along a latent dimension. */
export function fractionToZ(meta, axis, u) {
  const centre = meta.prior_mean[meta.dims[axis]];
  const inside = Math.min(Math.max(u, 0.001), 0.999);
  const unit =
    meta.spacing === "quantile" ? normalQuantile(inside) : LINEAR_REACH * (2 * inside - 1);
  return centre + meta.prior_scale * unit;
}

/** The inverse of fractionToZ. */
export function zToFraction(meta, axis, z) {
  const unit = (z - meta.prior_mean[meta.dims[axis]]) / meta.prior_scale;
  return meta.spacing === "quantile" ? normalCdf(unit) : (unit / LINEAR_REACH + 1) / 2;
}

/** How many axes the latent plane has: one if L = 1, else two. */
export const axisCount = (meta) => (meta.latent_dim === 1 ? 1 : 2);

const CURVE_DETAIL = 8; // a curve in data space takes more points than a row of images

/** How many points each row of the lattice has. */
export const latticeColumns = (meta) =>
  meta.kind === "plane" && axisCount(meta) === 1 ? CURVE_DETAIL * meta.grid_size : meta.grid_size;

/** The n values that the grid shows along one axis, ascending. */
export function latticeValues(meta, axis) {
  const n = latticeColumns(meta);
  return Array.from({ length: n }, (_, i) => fractionToZ(meta, axis, (i + 0.5) / n));
}

/** The grid's points with shape [rows, columns, L]; the top row has the largest second value. */
export function lattice(meta) {
  const columns = latticeValues(meta, 0);
  const rows = axisCount(meta) === 2 ? latticeValues(meta, 1).reverse() : [null];
  const zs = new Float32Array(rows.length * columns.length * meta.latent_dim);
  let k = 0;
  for (const b of rows) {
    for (const a of columns) zs.set(fullVector(meta, [a, b]), meta.latent_dim * k++);
  }
  return { zs, rows: rows.length, columns: columns.length };
}

/** z of length L: the chosen dimensions from `point`, the others at the prior mean. */
export function fullVector(meta, point) {
  const z = Float32Array.from(meta.prior_mean);
  for (let axis = 0; axis < axisCount(meta); axis++) z[meta.dims[axis]] = point[axis];
  return z;
}

/** The prior mean, as a point of the plane. */
export function priorPoint(meta) {
  return meta.dims.slice(0, axisCount(meta)).map((d) => meta.prior_mean[d]);
}
