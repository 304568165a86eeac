// log p(x, z) over the window, computed in slices and kept until model, x or window change.

const version = new URL(import.meta.url).search; // never mix two versions
const { contourSegments } = await import(`../shared/contours.js${version}`);
const { channels, mixed } = await import(`../shared/theme.js${version}`);

export const SIDES = { main: 64, inset: 40, line: 481 };
const DROPS = [0.5, 2, 4.5]; // nats below the peak: 1, 2 and 3 standard deviations of a Gaussian
const HALF = 6; // nats below the peak that halve the heat
const HEAT = 0.5; // of the colour of what is exact, at the peak

/** Ask for a field of a window; the one before is shown until it is there. */
export function requestField(scene, name, window) {
  const wanted = scene.wanted[name];
  const key = window && JSON.stringify([scene.turn, window]);
  if ((wanted?.key ?? null) === key) return;
  scene.wanted[name] = null;
  if (!window) return void delete scene.fields[name];
  if (scene.fields[name]?.turn !== scene.turn) delete scene.fields[name];
  const side = SIDES[name];
  const values = new Float64Array(window.centre.length === 1 ? side : side * side);
  scene.wanted[name] = { key, turn: scene.turn, window, side, values, done: 0, top: -Infinity };
}

export const isWaiting = ({ wanted }) =>
  Object.values(wanted).some((field) => field && field.done < field.values.length);

/** Work on what is asked for until `isLate()`; whether a field was finished. */
export function advanceFields(scene, isLate) {
  let isNew = false;
  for (const [name, field] of Object.entries(scene.wanted)) {
    if (!field) continue;
    while (field.done < field.values.length) {
      if (isLate()) return isNew;
      addRow(scene.problem, field);
      if (field.done < field.values.length) continue;
      scene.fields[name] = field;
      isNew = true;
    }
  }
  return isNew;
}

/** Coordinates of cell i of a field along one axis: its middle. */
export const cellAt = ({ window: { centre, half }, side }, axis, i) =>
  centre[axis] + half * ((2 * i + 1) / side - 1);

function addRow(problem, field) {
  const { side, values, done } = field;
  const z = new Float64Array(side * problem.dim);
  for (let i = 0; i < side; i++) {
    z[i * problem.dim] = cellAt(field, 0, i);
    if (problem.dim === 2) z[2 * i + 1] = cellAt(field, 1, done / side);
  }
  values.set(problem.logJoint(z, side), done);
  for (let i = 0; i < side; i++) field.top = Math.max(field.top, values[done + i]);
  field.done += side;
}

/** The highest log p(x, z) that is known. */
export function peakOf({ fields, meanJoint }) {
  const tops = Object.values(fields).map(({ top }) => top);
  return Math.max(meanJoint ?? -Infinity, ...tops);
}

/** A small picture of a field; halves its heat with every `HALF` nats less, slower further down. */
export function heatPicture(field, peak, theme) {
  const key = [peak, theme.name].join();
  if (field.picture?.key === key) return field.picture.canvas;
  const { side, values } = field;
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  const [ground, ink] = [channels(theme.ground), channels(theme.text)];
  for (let r = 0; r < side; r++) {
    for (let c = 0; c < side; c++) {
      const drop = peak - values[(side - 1 - r) * side + c];
      const [red, green, blue] = mixed(ground, ink, HEAT / (1 + drop / HALF));
      pixels[r * side + c] = (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
    }
  }
  context.putImageData(image, 0, 0);
  field.picture = { key, canvas };
  return canvas;
}

/** Contours of a field as lines of points in z. */
export function contoursOf(field, peak) {
  if (field.contours?.peak === peak) return field.contours.lines;
  const { side, values } = field;
  const place = ([c, r]) => [cellAt(field, 0, c), cellAt(field, 1, r)];
  const lines = DROPS.flatMap((drop) =>
    joined(contourSegments(values, [side, side], peak - drop)).map((line) => line.map(place)));
  field.contours = { peak, lines };
  return lines;
}

/** Segments end to end, so that dashes run on along a line. */
function joined(segments) {
  const nameOf = (point) => point.map((value) => value.toFixed(6)).join();
  const at = new Map();
  const add = (point, segment) => at.set(nameOf(point), [...(at.get(nameOf(point)) ?? []), segment]);
  for (const segment of segments) for (const point of segment) add(point, segment);
  const left = new Set(segments);
  const follow = (line) => {
    for (;;) {
      const end = line[line.length - 1];
      const next = at.get(nameOf(end))?.find((segment) => left.has(segment));
      if (!next) return line;
      left.delete(next);
      line.push(nameOf(next[0]) === nameOf(end) ? next[1] : next[0]);
    }
  };
  const lines = [];
  for (const segment of segments) {
    if (!left.delete(segment)) continue;
    lines.push(follow(follow([...segment]).reverse()));
  }
  return lines;
}
