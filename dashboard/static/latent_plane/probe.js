// What is decoded under the cursor, and along the straight line between two pinned points.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { formatValue } = await import(`./axes.js${version}`);
const { decode, toRaw } = await import(`./decoder.js${version}`);
const { fullVector } = await import(`./prior.js${version}`);
const { columnTitle, pointText, vectorText } = await import(`./titles.js${version}`);

const STEPS = 10; // pictures on the line A -> B, both ends included
const TRACE_DETAIL = 12; // points per step of the smooth path that a plane shows
const SPEECH_PAUSE = 900; // ms between two announcements

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
  if (meta.kind === "plane") setText(ui.decoded, `decoded: ${vectorText(meta, vector)}`);
  announce(scene);
}

function othersText(meta) {
  const others = meta.latent_dim - meta.dims.length;
  if (others <= 0) return "";
  const rest = others === 1 ? "the other dimension stays" : `the other ${others} dimensions stay`;
  return `${rest} at the prior mean`;
}

/** Touch the page only where the text is new: it may be redrawn 60 times a second. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
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
  ui.table.querySelectorAll("dd").forEach((cell, j) => setText(cell, formatValue(vector[j])));
}

/** The line under the readout: what to do next, or what is shown. */
export function drawPinText(scene) {
  const { ui, meta, pins, strip } = scene;
  const [a, b] = pins.map((pin) => pointText(meta, pin).replace(/^.*= /, ""));
  const walk = `From A = ${a} straight to B = ${b}, in ${strip?.steps} equal steps.`;
  const invite = meta.kind === "plane" ? "Click either picture to pin A, click again to pin B." : "";
  const texts = [invite, `A = ${a}. Click again to pin B.`, walk];
  setText(ui.pins, texts[pins.length]);
  const visible = Boolean(strip) && meta.kind !== "plane";
  ui.strip.hidden = !visible;
  ui.stripEmpty.hidden = visible || meta.kind === "plane";
  ui.clear.hidden = pins.length === 0;
  ui.pins.parentElement.hidden = texts[pins.length] === "";
}

/** Tell a screen reader where the cursor was moved to, at most about once a second. */
function announce(scene) {
  if (scene.speech || !scene.announce) return; // silent while only the weights change
  scene.speech = setTimeout(() => {
    Object.assign(scene, { speech: null, announce: false });
    const { meta } = scene;
    const decoded = meta.kind === "image" ? "" : `; decoded ${vectorText(meta, scene.vector)}`;
    setText(scene.ui.live, pointText(meta, scene.cursor) + decoded);
  }, SPEECH_PAUSE);
}
