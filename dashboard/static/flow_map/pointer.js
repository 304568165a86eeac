// What lies under the pointer: a base point, or a centre of the visitor's mixture.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { invert } = await import(`./flow.js${version}`);
const { makeScales } = await import(`../shared/axes.js${version}`);

/** The base point under the pointer; on the data side that of the flow's inverse. */
export function locate(scene, name, px, py, setProbe) {
  const { panels, meta, flow, timeline } = scene;
  const range = name === "base" ? meta.base_range : meta.data_range;
  const scales = makeScales(panels[name].area, range, range);
  const point = [scales.xOf(px), scales.yOf(py)];
  if (name === "base") return setProbe(point);
  if (scene.time < timeline.total) return undefined; // only at the end is a place an x
  const z = invert(flow, point);
  return z?.every(Number.isFinite) ? setProbe(z) : undefined;
}

/** The handle under the pointer, or −1. */
export function grab({ centres, panels, meta, theme, time, timeline }, px, py) {
  if (!centres || time < timeline.total) return -1;
  const scales = makeScales(panels.mapped.area, meta.data_range, meta.data_range);
  return centres.findIndex(
    ([x, y]) => Math.hypot(scales.x(x) - px, scales.y(y) - py) < theme.size,
  );
}

/** Put centre n under a pixel, as far as centres may go. */
export function drag(scene, n, px, py) {
  const { panels, meta } = scene;
  const scales = makeScales(panels.mapped.area, meta.data_range, meta.data_range);
  putCentre(scene, n, [scales.xOf(px), scales.yOf(py)]);
}

export function putCentre(scene, n, place) {
  const [low, high] = scene.meta.centres_range;
  const held = place.map((value) => Math.min(Math.max(value, low), high));
  scene.centres = scene.centres.map((centre, m) => (m === n ? held : centre));
}
