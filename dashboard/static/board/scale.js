// From data to pixels along one axis and back, and the axis's ticks.

const { linearTicks, logTicks } = await import(
  `../shared/ticks.js${new URL(import.meta.url).search}`
);

/** `{place(value), valueAt(pixel), ticks}` between two pixels, with about `count` ticks. */
export function axisScale(axis, from, to, count) {
  const { low, high } = axis;
  if (axis.is_log) {
    const [a, b] = [Math.log(low), Math.log(high)];
    const place = (v) => from + ((Math.log(v) - a) / (b - a)) * (to - from);
    const valueAt = (pixel) => Math.exp(a + ((pixel - from) / (to - from)) * (b - a));
    return { place, valueAt, ticks: logTicks(low, high, count) };
  }
  const place = (v) => from + ((v - low) / (high - low)) * (to - from);
  const valueAt = (pixel) => low + ((pixel - from) / (to - from)) * (high - low);
  return { place, valueAt, ticks: axis.names.length ? [] : linearTicks(low, high, count) };
}
