// Names of axes, columns and points as they are written on the page.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { fixed, measured, subscript } = await import(`../shared/numbers.js${version}`);
const { axisCount } = await import(`./prior.js${version}`);

export const axisTitle = (meta, axis) => `z${subscript(meta.dims[axis] + 1)}`;

/** `name (unit)` of a data column. */
export function columnTitle(meta, j) {
  const name = meta.columns[j] ?? `x${subscript(j + 1)}`;
  return meta.units[j] ? `${name} (${meta.units[j]})` : name;
}

/** `z = (0.53, −1.20)`, or `z₁ = 0.53` where L = 1. */
export function pointText(meta, point) {
  if (axisCount(meta) === 1) return `z = ${fixed(point[0])}`;
  const inside = point.map((value) => fixed(value)).join(", ");
  const names = meta.latent_dim === 2 ? "z" : `(${axisTitle(meta, 0)}, ${axisTitle(meta, 1)})`;
  return `${names} = (${inside})`;
}

/** The decoded vector in words, for data with named columns. */
export function vectorText(meta, vector) {
  const parts = Array.from(vector, (value, j) => `${columnTitle(meta, j)} = ${measured(value)}`);
  return parts.join(", ");
}
