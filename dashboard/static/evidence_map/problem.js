// The models: log p(x, z) of one datum x, in nats, and f(z), the mean of p(x|z).
// The same as core/evidence/models.py, and core/vae/inference.py for a decoder.

const version = new URL(import.meta.url).search; // never mix two versions
const { decode, parseDecoder } = await import(`../shared/decoder.js${version}`);
const { LOG_2PI } = await import(`./gaussian.js${version}`);

const CHUNK = 32; // points decoded at once: their pixels stay in the cache

/**
 * `{dim, x, meanAt, logJoint}`: `meanAt(z)` is f(z) [D]; `logJoint(z, count)` with z flat,
 * [count, L], is [count].
 */
export function makeProblem(meta, sections) {
  const { problem, latent_dim: dim } = meta;
  const made = { line, plane, square, decoder }[problem.kind](problem, meta, sections);
  return { dim, kind: problem.kind, ...made };
}

/** log p(x, z) = log N(z; 0, I) + log N(x; f(z), σ²I), f computed one z at a time. */
function standard(x, variance, dim, meanInto) {
  const mean = new Float64Array(x.length);
  const constant = -0.5 * (dim * LOG_2PI + x.length * (LOG_2PI + Math.log(variance)));
  const logJoint = (z, count) => {
    const found = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      let [squared, prior] = [0, 0];
      meanInto(z, k, mean);
      for (let j = 0; j < x.length; j++) squared += (x[j] - mean[j]) ** 2;
      for (let i = 0; i < dim; i++) prior += z[k * dim + i] ** 2;
      found[k] = constant - 0.5 * (squared / variance + prior);
    }
    return found;
  };
  const meanAt = (z) => {
    meanInto(z, 0, mean);
    return Float64Array.from(mean);
  };
  return { x, meanAt, logJoint };
}

const line = ({ x, theta, variance }) =>
  standard([x], variance, 1, (z, k, mean) => (mean[0] = theta * z[k]));

const square = ({ x, scale }) => ({
  ...standard([x], scale * scale, 1, (z, k, mean) => (mean[0] = z[k] * z[k])),
  peak: Math.sqrt(Math.max(x, 0)),
});

const plane = ({ x, weight, bias, variance }) =>
  standard(x, variance, 2, (z, k, mean) => {
    for (let j = 0; j < x.length; j++) {
      mean[j] = bias[j] + weight[j][0] * z[2 * k] + weight[j][1] * z[2 * k + 1];
    }
  });

/** z ~ N(μ, τI), x|z ~ N(f(z), σ²), one σ² or one for each feature and z. */
function decoder(problem, meta, sections) {
  const { x, weights } = sections;
  const [D, dim] = [x.length, meta.latent_dim];
  const hasOwn = problem.log_var === null;
  // Of an own variance's head only the mean goes through the output, so that is done here.
  const output = hasOwn ? "identity" : problem.output;
  const network = parseDecoder(meta.sizes, weights, problem.activation, output);
  const likelihood = hasOwn ? ownVariance(problem, x) : oneVariance(problem, x);
  const out = new Float32Array(CHUNK * network.dataDim);
  const zs = new Float32Array(CHUNK * dim);
  const logJoint = (z, count) => {
    const found = new Float64Array(count);
    for (let from = 0; from < count; from += CHUNK) {
      const size = Math.min(CHUNK, count - from);
      zs.set(z.subarray(from * dim, (from + size) * dim));
      decode(network, zs, size, out);
      for (let k = 0; k < size; k++) {
        found[from + k] = likelihood(out, k * network.dataDim) + logPrior(problem, z, from + k, dim);
      }
    }
    return found;
  };
  const meanAt = (z) => {
    zs.set(z);
    decode(network, zs, 1, out);
    const mean = out.slice(0, D);
    return hasOwn && problem.output === "sigmoid" ? mean.map((value) => 1 / (1 + Math.exp(-value))) : mean;
  };
  return { x, meanAt, logJoint };
}

function logPrior({ prior_mean: centre, prior_variance: variance }, z, k, dim) {
  let squared = 0;
  for (let i = 0; i < dim; i++) squared += (z[k * dim + i] - centre[i]) ** 2;
  return -0.5 * (squared / variance + dim * (LOG_2PI + Math.log(variance)));
}

function oneVariance({ log_var: logVar }, x) {
  const precision = Math.exp(-logVar);
  const constant = x.length * (logVar + LOG_2PI);
  return (out, from) => {
    let squared = 0;
    for (let j = 0; j < x.length; j++) {
      const residual = x[j] - out[from + j];
      squared += residual * residual;
    }
    return -0.5 * (squared * precision + constant);
  };
}

/** The head holds f(z) [D] and a raw log σ² [D], kept above its floor. */
function ownVariance({ output, log_var_floor: floor }, x) {
  const D = x.length;
  return (out, from) => {
    let total = D * LOG_2PI;
    for (let j = 0; j < D; j++) {
      const raw = out[from + D + j] - floor;
      const logVar = floor + Math.max(raw, 0) + Math.log1p(Math.exp(-Math.abs(raw)));
      const head = out[from + j];
      const mean = output === "sigmoid" ? 1 / (1 + Math.exp(-head)) : head;
      total += (x[j] - mean) ** 2 * Math.exp(-logVar) + logVar;
    }
    return -0.5 * total;
  };
}
