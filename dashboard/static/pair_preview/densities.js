// Mixtures on a line as `core/divergences/line.py` has them: log densities at nodes, and the trapezoid.

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/** log Σ w N(x; c, s²) at every x; components are rows of weight, centre, deviation. */
export function logDensity(components, xs) {
  const total = components.reduce((sum, [w]) => sum + w, 0);
  const heights = components.map(([w, , s]) => Math.log(w / total) - Math.log(s) - HALF_LOG_2PI);
  return Float64Array.from(xs, (x) => {
    const terms = components.map(([, c, s], k) => heights[k] - 0.5 * ((x - c) / s) ** 2);
    const top = Math.max(...terms);
    return top + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0));
  });
}

/** `count` places from one end to the other. */
export function spaced(low, high, count) {
  return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** The nodes of a pair: ten of their own deviations beyond the outermost centres. */
export function nodesOf(data, model, count) {
  const every = [...data, ...model];
  const low = Math.min(...every.map(([, c, s]) => c - 10 * s));
  const high = Math.max(...every.map(([, c, s]) => c + 10 * s));
  return spaced(low, high, count);
}

/** The trapezoid over equally spaced nodes. */
export function integral(nodes, values) {
  const inner = values.reduce((sum, value) => sum + value, 0);
  const ends = (values[0] + values[values.length - 1]) / 2;
  return ((inner - ends) * (nodes[nodes.length - 1] - nodes[0])) / (nodes.length - 1);
}
