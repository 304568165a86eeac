// Importance weights w_k = p(x, z_k) / q(z_k) of K draws, by their logarithms, and what they say.

const version = new URL(import.meta.url).search; // never mix two versions
const { drawFrom, logProposal } = await import(`./gaussian.js${version}`);

/** log Σ exp of `factor` times the values. */
function logSumExp(values, factor = 1) {
  let top = -Infinity;
  for (const value of values) top = Math.max(top, factor * value);
  let total = 0;
  for (const value of values) total += Math.exp(factor * value - top);
  return top + Math.log(total);
}

/** Draws [K, L], their normalised weights [K], log p̂ ± its error, and the effective sample size. */
export function weigh(problem, q, noise, count) {
  const z = drawFrom(q, noise, count);
  const logs = problem.logJoint(z, count).map((value, k) => value - logProposal(q, z, k));
  const [one, two] = [logSumExp(logs), logSumExp(logs, 2)];
  const ess = Math.exp(2 * one - two);
  const shares = logs.map((value) => Math.exp(value - one));
  return {
    z, count, ess, shares,
    sorted: Float64Array.from(shares).sort().reverse(),
    logP: one - Math.log(count),
    error: Math.sqrt(Math.max(count / ess - 1, 0) / (count - 1)), // of one draw: NaN
  };
}
