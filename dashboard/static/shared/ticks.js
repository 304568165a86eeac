// Round numbers along an axis, with their texts: `[{value, text}, …]`.

const { fixed, powerOfTen, significant } = await import(
  `./numbers.js${new URL(import.meta.url).search}`
);

/** About `count` round values within a range; `isEven` gives all the same number of digits. */
export function linearTicks(low, high, count, isEven = false) {
  const raw = (high - low) / Math.max(1, count);
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((s) => s >= raw * 0.999);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found = [];
  for (let i = Math.ceil(low / step - 1e-6); i * step <= high + step * 1e-6; i++) {
    const value = Number((i * step).toPrecision(9));
    found.push({ value, text: isEven && value ? fixed(value, digits) : significant(value, 6) });
  }
  return found;
}

/** Decades; every second or third of many; 2 and 5 of few. */
export function logTicks(low, high, count) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-6), Math.floor(Math.log10(high) + 1e-6)];
  const found = [];
  const stride = Math.max(1, Math.ceil((last - first + 1) / count));
  for (let e = first; e <= last; e += stride) {
    const value = 10 ** e;
    found.push({ value, text: Math.abs(e) > 3 ? powerOfTen(e) : significant(value, 2) });
  }
  if (found.length >= 3) return found;
  for (let e = first - 1; e <= last; e++) {
    for (const m of [2, 5]) {
      const value = m * 10 ** e;
      if (value >= low * 0.999 && value <= high * 1.001) {
        found.push({ value, text: significant(value, 2) });
      }
    }
  }
  return found.sort((a, b) => a.value - b.value);
}
