// What is decoded under the cursor, and along the straight line between two pinned points.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { measured } = await import(`../shared/numbers.js${version}`);
const { setText } = await import(`../shared/scene.js${version}`);
const { fill } = await import(`../shared/words.js${version}`);
const { decode, toRaw } = await import(`../shared/decoder.js${version}`);
const { fullVector } = await import(`./prior.js${version}`);
const { columnTitle, pointText, vectorText } = await import(`./titles.js${version}`);

const STEPS = 10; // pictures on the line A -> B, both ends included
const TRACE_DETAIL = 12; // points per step of the smooth path that a plane shows

/** Decode points of the plane; returns raw values with shape [count, D]. */
export function decodePoints(scene, points) {
  const { meta, decoder, arrays } = scene;
  const zs = new Float32Array(points.length * meta.latent_dim);
  points.forEach((point, k) => zs.set(fullVector(meta, point), k * meta.latent_dim));
  const values = new Float32Array(points.length * decoder.dataDim);
  decode(decoder, zs, points.length, values);
  return toRaw(values, points.length, arrays.scale, arrays.shift);
}

export function decodeCursor(scene) {
  scene.vector = decodePoints(scene, [scene.cursor]);
  scene.stats.decodes += 1;
}

/** Decode the pins, and the line between them once there are two. */
export function decodePins(scene) {
  scene.pinValues = scene.pins.map((pin) => decodePoints(scene, [pin]));
  scene.strip = null;
  if (scene.pins.length < 2) return;
  scene.strip = { steps: STEPS, values: decodePoints(scene, line(scene.pins, STEPS)) };
  if (scene.meta.kind === "plane") {
    const count = TRACE_DETAIL * (STEPS - 1) + 1;
    scene.strip.trace = decodePoints(scene, line(scene.pins, count));
  }
}

/** `count` points at equal distances on the straight line between two points. */
function line([a, b], count) {
  const at = (t) => a.map((value, j) => value + t * (b[j] - value));
  return Array.from({ length: count }, (_, k) => at(k / (count - 1)));
}

export const stripSteps = STEPS;

export function drawReadout(scene) {
  const { ui, meta, vector } = scene;
  setText(ui.point, pointText(meta, scene.cursor));
  setText(ui.others, othersText(meta));
  if (meta.kind === "table") fillTable(scene);
  if (meta.kind === "plane") {
    setText(ui.decoded, fill(meta.words.decoded, { vector: vectorText(meta, vector) }));
  }
}

function othersText({ latent_dim, dims, words }) {
  const count = latent_dim - dims.length;
  if (count <= 0) return "";
  return count === 1 ? words.other : fill(words.others, { count });
}

function fillTable({ ui, meta, vector }) {
  const names = meta.columns.map((_, j) => columnTitle(meta, j));
  const known = ui.table.dataset.names;
  if (known !== names.join("\n")) {
    ui.table.dataset.names = names.join("\n");
    ui.table.replaceChildren(...names.flatMap((name) => {
      const [term, value] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      return [term, value];
    }));
  }
  ui.table.querySelectorAll("dd").forEach((cell, j) => setText(cell, measured(vector[j])));
}

/** The line under the readout: what to do next, or what is shown. */
export function drawPinText(scene) {
  const { ui, meta, pins, strip } = scene;
  const [a, b] = pins.map((pin) => pointText(meta, pin).replace(/^.*= /, ""));
  const invite = meta.kind === "plane" ? meta.words.pin_first : "";
  const texts = [invite, meta.words.pin_second, meta.words.walk];
  setText(ui.pins, fill(texts[pins.length], { a, b, steps: strip?.steps }));
  const visible = Boolean(strip) && meta.kind !== "plane";
  ui.strip.hidden = !visible;
  ui.stripEmpty.hidden = visible || meta.kind === "plane";
  ui.clear.hidden = pins.length === 0;
  ui.pins.parentElement.hidden = texts[pins.length] === "";
}

/** What a screen reader is told of the place that the cursor was moved to. */
export function spokenText({ meta, cursor, vector }) {
  const values = { point: pointText(meta, cursor), vector: vectorText(meta, vector) };
  return fill(meta.kind === "image" ? meta.words.spoken_image : meta.words.spoken, values);
}
