// Scales, ticks and numbers as text.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number with few digits and a true minus sign. */
export function formatNumber(value, digits = 4) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  let text = size !== 0 && (size >= 1e6 || size < 1e-4)
    ? size.toExponential(Math.max(0, digits - 2)).replace("e+", "e").replace("e-", "e−")
    : String(Number(size.toPrecision(digits)));
  if (size >= 1e4 && size < 1e6) text = Math.round(size).toLocaleString("en-US");
  return value < 0 && Number(size.toPrecision(digits)) !== 0 ? `−${text}` : text;
}

function power(exponent) {
  const digits = [...String(Math.abs(exponent))].map((d) => SUPERSCRIPTS[d]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** About `count` round numbers within a range, with their texts. */
function linearTicks(low, high, count) {
  const raw = (high - low) / Math.max(1, count);
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((s) => s >= raw * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-6); i * step <= high + step * 1e-6; i++) {
    const value = Number((i * step).toPrecision(9));
    found.push({ value, text: formatNumber(value, 6) });
  }
  return found;
}

/** Decades; every second or third of many; 2 and 5 of few. */
function logTicks(low, high, count) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-6), Math.floor(Math.log10(high) + 1e-6)];
  const found = [];
  const stride = Math.max(1, Math.ceil((last - first + 1) / count));
  for (let e = first; e <= last; e += stride) {
    const value = 10 ** e;
    found.push({ value, text: Math.abs(e) > 3 ? power(e) : formatNumber(value, 2) });
  }
  if (found.length >= 3) return found;
  for (let e = first - 1; e <= last; e++) {
    for (const m of [2, 5]) {
      const value = m * 10 ** e;
      if (value >= low * 0.999 && value <= high * 1.001) {
        found.push({ value, text: formatNumber(value, 2) });
      }
    }
  }
  return found.sort((a, b) => a.value - b.value);
}

/** From data to pixels along one axis, and its ticks. */
export function axisScale(axis, from, to, count) {
  const { low, high } = axis;
  if (axis.is_log) {
    const [a, b] = [Math.log(low), Math.log(high)];
    const place = (v) => from + ((Math.log(v) - a) / (b - a)) * (to - from);
    return { place, ticks: logTicks(low, high, count) };
  }
  const place = (v) => from + ((v - low) / (high - low)) * (to - from);
  return { place, ticks: axis.names.length ? [] : linearTicks(low, high, count) };
}
