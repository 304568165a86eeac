// χ²(p(z|x) ‖ q) = Var_q w / p(x)², by log (1 + χ²); infinite where q has too thin tails.
// The same as core/evidence/chi_squared.py.

const version = new URL(import.meta.url).search; // never mix two versions
const { axesOf, carry, gaussian, inverse, logDensity, logProposal, ofAxes, times } = await import(
  `./gaussian.js${version}`
);
const { logLineIntegral, trapezoid } = await import(`./rules.js${version}`);
const { blended, lineEdges } = await import(`./split.js${version}`);

const BOUNDARY = 1e-9; // 2/v_p − 1/v_q below this share of 1/v_q counts as infinite variance
const BLENDS = 65; // shares of the twins that are tried as a bound
const [REACH, NODES] = [9, 97];

/** The Gaussian that p²/q is bounded by, the smallest; null where there is none. */
function boundOf(q, posterior) {
  let [best, lowest] = [null, Infinity];
  const tries = q.parts.length === 1 ? 1 : BLENDS;
  for (let i = 0; i < tries; i++) {
    const share = tries === 1 ? 1 : i / (tries - 1);
    const shares = q.parts.length === 1 ? [1] : [share, 1 - share];
    const bound = boundBy(q, shares, posterior);
    if (!bound) continue;
    const size = sizeAt(bound, q, shares, posterior);
    if (size < lowest) [best, lowest] = [bound, size];
  }
  return best;
}

/** Of precision 2V⁻¹ − Σ λ_i C_i⁻¹, where that is positive definite. */
function boundBy(q, shares, posterior) {
  const taken = blended(q, shares);
  const own = inverse(posterior.covariance);
  const left = own.map((row, i) => row.map((value, j) => 2 * value - taken.precision[i][j]));
  if (leastRatio(own, taken.precision) <= BOUNDARY) return null;
  const covariance = inverse(left);
  if (q.dim === 2) covariance[1][0] = covariance[0][1];
  const shift = times(own, posterior.mean).map((value, i) => 2 * value - taken.shift[i]);
  return gaussian(times(covariance, shift), covariance);
}

/** The smallest eigenvalue of 2 A V⁻¹ Aᵀ − I, where Aᵀ A is the inverse of what is taken. */
function leastRatio(own, taken) {
  if (own.length === 1) return (2 * own[0][0]) / taken[0][0] - 1;
  const { factor: [a, b, c] } = gaussian([0, 0], taken); // lower: [[a, 0], [b, c]]
  const white = [[1 / a, 0], [-b / (a * c), 1 / c]];
  const half = white.map((row) => times(own, row)); // A V⁻¹
  const full = half.map((row) => white.map((other) => row[0] * other[0] + row[1] * other[1]));
  const mean = (full[0][0] + full[1][1]) / 2;
  const least = mean - Math.hypot((full[0][0] - full[1][1]) / 2, full[0][1]);
  return 2 * least - 1;
}

function sizeAt(bound, q, shares, posterior) {
  const c = bound.mean;
  const logQ = q.parts.reduce(
    (sum, part, i) => sum + shares[i] * (logDensity(part, c, 0) - Math.log(q.parts.length)), 0);
  return 2 * logDensity(posterior, c, 0) - logQ - logDensity(bound, c, 0);
}

/** log (1 + χ²) of a Gaussian posterior. */
function gaussianMoment(q, posterior) {
  const bound = boundOf(q, posterior);
  if (!bound) return Infinity;
  if (q.parts.length === 1) return Math.max(sizeAt(bound, q, [1], posterior), 0);
  const rule = trapezoid(q.dim, NODES, REACH);
  const z = carry(bound, rule.noise, q.dim, rule.count, new Float64Array(rule.count * q.dim));
  const logs = Float64Array.from({ length: rule.count }, (_, k) =>
    2 * logDensity(posterior, z, k) - logProposal(q, z, k) - logDensity(bound, z, k));
  const top = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logs.reduce((sum, value, k) => sum + rule.weights[k] * Math.exp(value - top), 0);
  return Math.max(top + Math.log(total), 0);
}

/**
 * What is known of χ²: `{logMoment}`, which is Infinity where the weights have no finite variance
 * and null where they have one that is no number here; null where nothing is known.
 */
export function chiSquared(problem, q, exact, meta) {
  if (problem.kind === "decoder") {
    // A bounded decoder leaves the posterior the tails of the prior: no truncated grid can tell.
    const prior = gaussian(meta.problem.prior_mean, isotropic(meta.problem.prior_variance, q.dim));
    if (boundOf(q, prior)) return { logMoment: null };
    return meta.problem.is_bounded ? { logMoment: Infinity } : null;
  }
  if (!exact) return null;
  if (exact.is_gaussian) return { logMoment: gaussianMoment(q, gaussian(exact.mean, exact.covariance)) };
  const logs = (z, count) => {
    const joint = problem.logJoint(z, count);
    return joint.map((value, k) => 2 * (value - exact.log_normaliser) - logProposal(q, z, k));
  };
  return { logMoment: logLineIntegral(logs, lineEdges(q, problem.peak)) };
}

const isotropic = (variance, dim) =>
  ofAxes({ sizes: new Array(dim).fill(Math.sqrt(variance)), angle: 0 });

/** The standard deviation of C that is the largest. */
export const largest = (covariance) => axesOf(covariance).sizes[0];
