// The decoder as a function z -> x_hat: x_hat = out(W_K act(... act(W_1 z + b_1) ...) + b_K).
// Its weights lie in the memory of a kernel that multiplies; rows are padded there with zeros.

const version = new URL(import.meta.url).search; // never mix two versions
const { kernel } = await import(`./kernel.js${version}`);

const up = (count, multiple) => Math.ceil(count / multiple) * multiple;

let loaded = null; // the decoder whose weights lie in the kernel's memory

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
  return { layers, activation, output, latentDim: sizes[0][1], dataDim };
}

/** Decode `count` points, `zs` with shape [count, L], into `out` with shape [count, D]. */
export function decode(decoder, zs, count, out) {
  const { layers, latentDim, dataDim } = decoder;
  const rows = up(count, 4);
  const plan = layOut(layers, rows);
  kernel.reserve(4 * plan.length);
  const memory = new Float32Array(kernel.buffer());
  if (loaded !== decoder) layers.forEach((layer, k) => load(memory, layer, plan.layers[k]));
  loaded = decoder;
  copyRows(zs, latentDim, memory.fill(0, plan.x, plan.length), plan.x, up(latentDim, 4), count);
  let x = plan.x;
  layers.forEach(({ fanIn, fanOut }, k) => {
    const { weights, bias, y } = plan.layers[k];
    const [width, pitch] = [up(fanIn, 4), up(fanOut, 4)];
    const from = [4 * x, rows, 4 * width];
    kernel.multiply(...from, 4 * weights, up(fanOut, 2), 4 * bias, 4 * y, 4 * pitch);
    const isLast = k === layers.length - 1;
    apply(isLast ? decoder.output : decoder.activation, memory, y, y + count * pitch);
    x = y;
  });
  const pitch = up(dataDim, 4);
  for (let k = 0; k < count; k++) {
    out.set(memory.subarray(x + k * pitch, x + k * pitch + dataDim), k * dataDim);
  }
}

/** Where everything lies, counted in numbers: weights first, which do not depend on `rows`. */
function layOut(layers, rows) {
  let length = 0;
  const take = (count) => (length += count) - count;
  const places = layers.map(({ fanIn, fanOut }) => ({
    weights: take(up(fanOut, 2) * up(fanIn, 4)),
    bias: take(up(fanOut, 4)),
  }));
  const x = take(rows * up(layers[0].fanIn, 4));
  layers.forEach(({ fanOut }, k) => (places[k].y = take(rows * up(fanOut, 4))));
  return { layers: places, x, length };
}

function load(memory, { fanIn, fanOut, weights, bias }, place) {
  const width = up(fanIn, 4);
  memory.fill(0, place.weights, place.bias + up(fanOut, 4));
  copyRows(weights, fanIn, memory, place.weights, width, fanOut);
  memory.set(bias, place.bias);
}

/** Copy `count` rows of `length` numbers to `place`, where they are `width` apart. */
function copyRows(values, length, memory, place, width, count) {
  if (length === width) return void memory.set(values.subarray(0, count * length), place);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < length; i++) memory[place + k * width + i] = values[k * length + i];
  }
}

function apply(name, y, from, to) {
  if (name === "relu") for (let i = from; i < to; i++) y[i] = y[i] > 0 ? y[i] : 0;
  else if (name === "tanh") for (let i = from; i < to; i++) y[i] = Math.tanh(y[i]);
  else if (name === "silu") for (let i = from; i < to; i++) y[i] /= 1 + Math.exp(-y[i]);
  else if (name === "sigmoid") for (let i = from; i < to; i++) y[i] = 1 / (1 + Math.exp(-y[i]));
}

/** x_hat in the data's own units: raw = x * scale + shift. */
export function toRaw(values, count, scale, shift) {
  const D = scale.length;
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < D; j++) values[k * D + j] = values[k * D + j] * scale[j] + shift[j];
  }
  return values;
}
