// What multiplies: a small WebAssembly program (multiply.wat), about ten times as fast as loops;
// loops where a browser has no WebAssembly, or none with vectors. Same layout, same arguments.

const version = new URL(import.meta.url).search; // never mix two versions

const PAGE = 65536; // bytes, WebAssembly's unit of memory

async function assembled() {
  const address = new URL(`./multiply.wasm${version}`, import.meta.url);
  const code = await (await fetch(address)).arrayBuffer();
  const { memory, multiply } = (await WebAssembly.instantiate(code)).instance.exports;
  const buffer = () => memory.buffer;
  const reserve = (bytes) => {
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  };
  return { name: "WebAssembly", buffer, reserve, multiply };
}

function loops() {
  let numbers = new Float32Array(PAGE / 4);
  const reserve = (bytes) => {
    if (bytes <= numbers.byteLength) return;
    const larger = new Float32Array(Math.ceil(bytes / 4));
    larger.set(numbers);
    numbers = larger;
  };
  function multiply(x, rows, width, weights, outputs, bias, y, pitch) {
    const [fanIn, from, w, b, to, step] = [width, x, weights, bias, y, pitch].map((n) => n / 4);
    for (let o = 0; o < outputs; o++) {
      for (let r = 0; r < rows; r++) {
        let sum = numbers[b + o];
        for (let i = 0; i < fanIn; i++) {
          sum += numbers[w + o * fanIn + i] * numbers[from + r * fanIn + i];
        }
        numbers[to + r * step + o] = sum;
      }
    }
  }
  return { name: "loops", buffer: () => numbers.buffer, reserve, multiply };
}

export const kernel = await assembled().catch(loops);
