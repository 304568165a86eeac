// The bound and the divergence of one q, each by a rule of its own, in nats:
// ELBO = E_q log p(x, z) + H(q); KL = E_q [log q − log p(x, z)] + the posterior's log normaliser,
// which is no part of log p(x) as it is shown: so ELBO + KL = log p(x) is a check.

const version = new URL(import.meta.url).search; // never mix two versions
const { axesOf, blend, carry, gaussian, inverse, logDensity, logProposal, times } = await import(
  `./gaussian.js${version}`
);
const { hermite, panels, sorted, trapezoid } = await import(`./rules.js${version}`);

const [FINE_REACH, FINE_COUNT] = [9, 81]; // of logarithms of mixtures
const [WIDTHS, PANELS] = [12, 16]; // of a Gaussian along a line
const PATCH = 128; // nodes between two looks at the clock

// For a decoder, as core/evidence/digit.py: up to this standard deviation, nodes per dimension of
// the rule and of the coarser one. A q over many bends needs a rule that minds kinks less.
const RULES = [
  { widest: 0.07, bound: [hermite, 16, 10], gap: [33, 17] },
  { widest: 0.4, bound: [trapezoid, 64, 32], gap: [65, 33] },
  { widest: Infinity, bound: [trapezoid, 100, 50], gap: [131, 65] },
];
// What fits into one frame, of one part and of two; it is said to be approximate.
const QUICK = { 1: { bound: [hermite, 12], gap: [11] }, 2: { bound: [hermite, 10], gap: [11] } };

/** Σ weights · function of the nodes of every part of q, an equal share each. */
function mean(q, rule, values) {
  let total = 0;
  for (const part of q.parts) {
    const z = carry(part, rule.noise, q.dim, rule.count, new Float64Array(rule.count * q.dim));
    const found = values(z, rule.count);
    for (let k = 0; k < rule.count; k++) total += rule.weights[k] * found[k];
  }
  return total / q.parts.length;
}

const each = (count, value) => Float64Array.from({ length: count }, (_, k) => value(k));

/** H(q): closed form for one Gaussian. */
function entropyOf(q) {
  if (q.parts.length === 1) return q.parts[0].entropy;
  const rule = trapezoid(q.dim, FINE_COUNT, FINE_REACH);
  return mean(q, rule, (z, count) => each(count, (k) => -logProposal(q, z, k)));
}

/** ELBO and KL of the line, the plane and the square: exact but for rounding. */
function splitExactly(problem, q, exact) {
  const elbo = mean(q, hermite(q.dim, 16), problem.logJoint) + entropyOf(q);
  if (!exact) return { elbo, kl: Number.NaN };
  return { elbo, kl: problem.peak === undefined ? gaussianKl(q, exact) : squareKl(problem, q, exact) };
}

/** KL of q and a Gaussian posterior; ½(tr V⁻¹C + (m−μ)ᵀV⁻¹(m−μ) − L + log det V/det C) of one. */
function gaussianKl(q, exact) {
  const posterior = gaussian(exact.mean, exact.covariance);
  if (q.parts.length > 1) {
    const excess = (z, k) => logProposal(q, z, k) - logDensity(posterior, z, k);
    const rule = trapezoid(q.dim, FINE_COUNT, FINE_REACH);
    return mean(q, rule, (z, count) => each(count, (k) => excess(z, k)));
  }
  const [part] = q.parts;
  const precision = inverse(exact.covariance);
  const apart = part.mean.map((value, i) => value - exact.mean[i]);
  const along = times(precision, apart);
  let twice = -q.dim + 2 * (posterior.logVolume - part.logVolume);
  for (let i = 0; i < q.dim; i++) {
    twice += apart[i] * along[i];
    for (let j = 0; j < q.dim; j++) twice += precision[i][j] * part.covariance[j][i];
  }
  return 0.5 * twice;
}

/** Ends of panels along a line that resolve every part of q, and the peaks of the square. */
export function lineEdges(q, peak) {
  const ends = q.parts.flatMap(({ mean: [m], factor: [s] }) =>
    Array.from({ length: PANELS + 1 }, (_, i) => m + s * WIDTHS * ((2 * i) / PANELS - 1)));
  return sorted([...ends, -peak, 0, peak]);
}

function squareKl(problem, q, exact) {
  const rule = panels(lineEdges(q, problem.peak));
  const joint = problem.logJoint(rule.z, rule.count);
  let total = 0;
  for (let k = 0; k < rule.count; k++) {
    const logQ = logProposal(q, rule.z, k);
    total += rule.fine[k] * Math.exp(logQ) * (logQ - joint[k] + exact.log_normaliser);
  }
  return total;
}

const widest = (part) => axesOf(part.covariance).sizes[0];

/** What is to be summed for a decoder's q: one task for each part, term and rule. */
function tasksOf(q, isQuick) {
  return q.parts.flatMap((part) => {
    const best = RULES.find((rules) => widest(part) <= rules.widest);
    const { bound: [make, ...counts], gap } = isQuick && q.dim === 2 ? QUICK[q.parts.length] : best;
    return [
      ...counts.map((count, level) => ({ part, term: "bound", level, rule: make(q.dim, count) })),
      ...gap.map((count, level) => ({ part, term: "gap", level, rule: trapezoid(q.dim, count) })),
    ];
  });
}

/** A sum over many nodes that can be left and taken up again: see `advance`. */
export function startSplit(problem, q, exact, isQuick) {
  const tasks = tasksOf(q, isQuick).map((task) => ({ ...task, done: 0, sum: 0 }));
  return { problem, q, exact, tasks, at: 0 };
}

/** Work until `isLate()`; whether all is done. */
export function advance(job, isLate) {
  while (job.at < job.tasks.length) {
    const task = job.tasks[job.at];
    addNodes(job, task);
    if (task.done === task.rule.count) job.at += 1;
    if (isLate()) break;
  }
  return job.at === job.tasks.length;
}

function addNodes({ problem, q }, task) {
  const { part, rule, term } = task;
  const size = Math.min(PATCH, rule.count - task.done);
  const noise = rule.noise.subarray(task.done * q.dim);
  const z = carry(part, noise, q.dim, size, new Float64Array(size * q.dim));
  const joint = problem.logJoint(z, size);
  for (let k = 0; k < size; k++) {
    const value = term === "bound" ? joint[k] : logProposal(q, z, k) - joint[k];
    task.sum += rule.weights[task.done + k] * value;
  }
  task.done += size;
}

/** ELBO and KL of a finished job; errors are the difference to coarser rules, where they ran. */
export function splitOf({ tasks, q, exact }) {
  const of = (term, level) =>
    tasks.filter((task) => task.term === term && task.level === level);
  const total = (found) => found.reduce((sum, task) => sum + task.sum, 0) / q.parts.length;
  const apart = (term) => {
    const coarse = of(term, 1);
    if (coarse.length === 0) return null;
    return of(term, 0).reduce((sum, task, i) => sum + Math.abs(task.sum - coarse[i].sum), 0) / q.parts.length;
  };
  return {
    elbo: total(of("bound", 0)) + entropyOf(q),
    kl: exact ? total(of("gap", 0)) + exact.log_normaliser : Number.NaN,
    elboError: apart("bound"),
    klError: apart("gap"),
  };
}

/** What can be said of a q within a frame; `isFinal` where nothing finer is to come. */
export function quickSplit(problem, q, exact) {
  if (problem.kind !== "decoder") return { ...splitExactly(problem, q, exact), isFinal: true };
  const job = startSplit(problem, q, exact, true);
  advance(job, () => false);
  return { ...splitOf(job), isFinal: q.dim === 1 };
}

/** The precision Σ λ_i C_i⁻¹ and the shift Σ λ_i C_i⁻¹ m_i of parts of q. */
export function blended(q, shares) {
  const precisions = q.parts.map(({ covariance }) => inverse(covariance));
  return {
    precision: blend(shares, precisions),
    shift: blend(shares, q.parts.map((part, i) => times(precisions[i], part.mean))),
  };
}
