// The decoder as a function z -> x_hat: x_hat = out(W_K act(... act(W_1 z + b_1) ...) + b_K).
// Plain loops over Float32Array; sums are kept in double precision.

const ROWS_AT_ONCE = 4; // latent points per inner loop, see multiply()

/** Cut the flat weights into layers; `sizes` is [[out, in], ...], W before b, as packed. */
export function parseDecoder(sizes, flat, activation, output) {
  let start = 0;
  const take = (length) => flat.subarray(start, (start += length));
  const layers = sizes.map(([fanOut, fanIn]) => ({
    fanIn,
    fanOut,
    weights: take(fanOut * fanIn),
    bias: take(fanOut),
  }));
  const dataDim = sizes[sizes.length - 1][0];
  return { layers, activation, output, latentDim: sizes[0][1], dataDim, scratch: [] };
}

/** Decode `count` points, `zs` with shape [count, L], into `out` with shape [count, D]. */
export function decode(decoder, zs, count, out) {
  const { layers, latentDim, dataDim } = decoder;
  const padded = Math.ceil(count / ROWS_AT_ONCE) * ROWS_AT_ONCE;
  let x = scratch(decoder, 0, padded * latentDim);
  x.fill(0, count * latentDim);
  x.set(zs.subarray(0, count * latentDim));
  layers.forEach((layer, k) => {
    const y = scratch(decoder, k + 1, padded * layer.fanOut);
    multiply(x, padded, layer, y);
    const isLast = k === layers.length - 1;
    apply(isLast ? decoder.output : decoder.activation, y, count * layer.fanOut);
    x = y;
  });
  out.set(x.subarray(0, count * dataDim));
}

function scratch(decoder, slot, length) {
  const kept = decoder.scratch[slot];
  if (kept && kept.length >= length) return kept;
  return (decoder.scratch[slot] = new Float32Array(length));
}

/**
 * y = x Wᵀ + b for `rows` points (a multiple of four). Four points and two outputs at once: eight
 * sums stay in registers, and each weight that is loaded is used four times.
 */
function multiply(x, rows, { fanIn, fanOut, weights, bias }, y) {
  for (let o = 0; o < fanOut; o += 2) {
    const p = Math.min(o + 1, fanOut - 1); // an odd last output is computed twice
    const w = o * fanIn;
    const v = p * fanIn;
    for (let r = 0; r < rows; r += ROWS_AT_ONCE) {
      const a = r * fanIn;
      const b = a + fanIn;
      const c = b + fanIn;
      const d = c + fanIn;
      let ao = bias[o], bo = ao, co = ao, to = ao;
      let ap = bias[p], bp = ap, cp = ap, tp = ap;
      for (let i = 0; i < fanIn; i++) {
        const wo = weights[w + i];
        const wp = weights[v + i];
        const xa = x[a + i], xb = x[b + i], xc = x[c + i], xd = x[d + i];
        ao += wo * xa; bo += wo * xb; co += wo * xc; to += wo * xd;
        ap += wp * xa; bp += wp * xb; cp += wp * xc; tp += wp * xd;
      }
      const q = r * fanOut;
      y[q + o] = ao; y[q + fanOut + o] = bo;
      y[q + 2 * fanOut + o] = co; y[q + 3 * fanOut + o] = to;
      y[q + p] = ap; y[q + fanOut + p] = bp;
      y[q + 2 * fanOut + p] = cp; y[q + 3 * fanOut + p] = tp;
    }
  }
}

function apply(name, y, length) {
  if (name === "relu") for (let i = 0; i < length; i++) y[i] = y[i] > 0 ? y[i] : 0;
  else if (name === "tanh") for (let i = 0; i < length; i++) y[i] = Math.tanh(y[i]);
  else if (name === "silu") for (let i = 0; i < length; i++) y[i] /= 1 + Math.exp(-y[i]);
  else if (name === "sigmoid") for (let i = 0; i < length; i++) y[i] = 1 / (1 + Math.exp(-y[i]));
}

/** x_hat in the data's own units: raw = x * scale + shift. */
export function toRaw(values, count, scale, shift) {
  const D = scale.length;
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < D; j++) values[k * D + j] = values[k * D + j] * scale[j] + shift[j];
  }
  return values;
}
