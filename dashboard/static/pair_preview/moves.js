// What the densities become when a handle is dragged: `lessons/divergences/pair_moves.py` in the browser.

const SHOULDER = "s";
const SAME = 1e-4; // a width that differs by less was not changed

const held = (value, low, high) => Math.min(Math.max(value, low), high);

/** The given sides with every moved handle of the picture of densities taken in. */
export function movedSides(given, handles) {
  const sides = { d: given.data, g: given.model };
  for (const [name, place] of Object.entries(handles)) {
    const letter = name[0];
    const isShoulder = name.endsWith(SHOULDER);
    const number = Number.parseInt(name.slice(1), 10);
    if (!sides[letter]?.[number]) continue;
    sides[letter] = moved(sides[letter], number, isShoulder, place, given.bounds);
  }
  return sides;
}

function moved(components, k, isShoulder, { x, y, width }, bounds) {
  const [weight, centre, sd] = components[k];
  const put = (row) => components.map((old, i) => (i === k ? row : old));
  const wide = (value) => held(value, bounds.leastSd, bounds.mostSd);
  if (isShoulder) return put([weight, centre, wide(x - centre)]);
  if (width !== null && Math.abs(width - sd) > SAME * sd) return put([weight, centre, wide(width)]);
  const there = put([weight, held(x, -bounds.mostCentre, bounds.mostCentre), sd]);
  return components.length === 1 ? there : weighed(there, k, y * sd * Math.sqrt(2 * Math.PI), bounds);
}

/** One component has this share of the whole, as far as that may be; the others the rest. */
function weighed(components, k, wanted, { leastWeight }) {
  const share = held(wanted, leastWeight, 1 - leastWeight * (components.length - 1));
  const rest = components.reduce((sum, [w], i) => (i === k ? sum : sum + w), 0);
  const lifted = components.map(([w], i) =>
    Math.max(i === k ? share : (w / rest) * (1 - share), leastWeight));
  const excess = lifted.reduce((sum, w) => sum + w, 0) - 1;
  const others = lifted.map((w, i) => (i === k ? -1 : w));
  lifted[others.indexOf(Math.max(...others))] -= excess;
  return components.map(([, c, s], i) => [lifted[i], c, s]);
}
