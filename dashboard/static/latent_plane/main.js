// The latent plane: keeps the state of one mounted component and redraws what has changed.
//
// Every module imports its neighbours with the version that it was loaded with itself. A browser
// may keep modules for days, and an open page keeps them until it is reloaded: without the
// version, an upgraded server could be shown by a mixture of old and new modules.

const version = new URL(import.meta.url).search;
const { whole } = await import(`../shared/numbers.js${version}`);
const { makeLoop, makeVoice, setLabel, setText, watchWidth } = await import(`../shared/scene.js${version}`);
const { readTheme } = await import(`../shared/theme.js${version}`);
const { dress, fill } = await import(`../shared/words.js${version}`);
const { parseDecoder } = await import(`../shared/decoder.js${version}`);
const dom = await import(`./dom.js${version}`);
const { advanceGrid, requestGrid } = await import(`./grid.js${version}`);
const { listen } = await import(`./input.js${version}`);
const { kernel } = await import(`../shared/kernel.js${version}`);
const plane = await import(`./plane.js${version}`);
const { axisCount, fullVector, latticeColumns, priorPoint } = await import(`./prior.js${version}`);
const probe = await import(`./probe.js${version}`);
const { nextRange } = await import(`./range.js${version}`);
const { pointText } = await import(`./titles.js${version}`);
const { take: takeView, viewOf } = await import(`./view.js${version}`);
const kinds = {
  image: await import(`./images.js${version}`),
  plane: await import(`./mesh.js${version}`),
  table: await import(`./heatmaps.js${version}`),
};
const clock = () => performance.now();

/** Take a message: called for every rerun of the page, and when the theme changes. */
export function update(root, message) {
  const scene = (root.__scene ??= createScene(root));
  scene.observer ??= watchWidth(root, () => {
    layOut(scene);
    scene.loop.touch("plane", "grid", "cursor", "pins");
  });
  const theme = readTheme(root);
  const { opening, ...meta } = message.meta;
  scene.send = message.send;
  const news = compare(scene, { ...message, meta }, theme);
  if (news.nothing && opening?.nonce === scene.nonce) return;
  scene.theme = theme;
  scene.nonce = opening?.nonce;
  dress(root, message.meta.words);
  take(scene, { ...message, meta });
  if (news.space) resetPlace(scene);
  scene.view.open(opening, (view) => takeView(scene, view));
  if (!scene.moved) scene.cursor = priorPoint(scene.meta);
  scene.range = nextRange(news.space ? null : scene.range, scene.meta, scene.arrays.means);
  if (news.layout) layOut(scene);
  dom.drawLegend(scene, (label) => toggle(scene, label));
  if (news.grid) requestGrid(scene, clock());
  drawTexts(scene);
  publish(scene);
  scene.loop.touch("plane", "cursor", "pins", "grid");
}

/** Stop everything that runs by itself; a later update() starts it again. */
export function dispose(root) {
  const scene = root.__scene;
  if (!scene) return;
  scene.loop.stop();
  scene.voice.stop();
  scene.view.stop();
  scene.observer?.disconnect();
  scene.observer = null;
  const published = globalThis.__latentPlane;
  if (published?.[scene.meta?.key]?.scene === scene) delete published[scene.meta.key];
}

function createScene(root) {
  const scene = {
    root,
    ui: dom.build(root),
    hidden: new Set(),
    pins: [],
    pinValues: [],
    chosen: 0, // what keys move: the cursor, or a pin
    moved: false,
    kept: null, // where the visitor has put the cursor
    stats: { decodes: 0, grids: 0, draws: 0, updates: 0 },
  };
  scene.loop = makeLoop((parts) => drawFrame(scene, parts));
  scene.voice = makeVoice(scene.ui.live);
  scene.view = viewOf(scene);
  root.removeAttribute("aria-busy");
  listen(scene.ui, actionsOf(scene));
  return scene;
}

/** What a message changes. Equal bytes come again when only the theme or the page changed. */
function compare(scene, { meta, checksums }, theme) {
  const old = scene.meta;
  const same = (...names) =>
    old && names.every((name) => JSON.stringify(old[name]) === JSON.stringify(meta[name]));
  const space = !same("latent_dim", "dims", "kind", "columns", "image_shape");
  const layout = space || !same("grid_size", "classes") || scene.theme?.name !== theme.name;
  const weights = scene.checksums?.weights !== checksums.weights || !same("sizes", "activation", "output");
  const prior = !same("prior_mean", "prior_scale", "spacing", "grid_size");
  const units = ["scale", "shift"].some((name) => scene.checksums?.[name] !== checksums[name]);
  const sections = JSON.stringify(scene.checksums) === JSON.stringify(checksums);
  const nothing = sections && JSON.stringify(old) === JSON.stringify(meta) && !layout;
  return { space, layout, nothing, grid: space || weights || prior || units || layout };
}

function take(scene, { meta, sections, checksums }) {
  const restarted = scene.meta && meta.step < scene.meta.step;
  const newWeights = scene.checksums?.weights !== checksums.weights;
  scene.meta = meta;
  scene.arrays = sections;
  if (newWeights || !scene.decoder || restarted) {
    scene.decoder = parseDecoder(meta.sizes, sections.weights, meta.activation, meta.output);
    scene.stats.updates += 1;
  }
  if (restarted) scene.columnRanges = null;
  scene.checksums = checksums;
}

/** Another latent space: old positions mean nothing there. */
function resetPlace(scene) {
  Object.assign(scene, { moved: false, kept: null, pins: [], chosen: 0, grid: null, job: null, columnRanges: null });
  scene.hidden.clear();
  scene.view.touch();
}

function layOut(scene) {
  const { theme, meta } = scene;
  const height = kinds[meta.kind].stripHeight ?? (() => 0);
  dom.layOut(scene, (width) => height(meta, width, probe.stripSteps, theme.size));
}

/** One animation frame: first what follows the pointer, then a slice of the grid. */
function drawFrame(scene, dirty) {
  const kind = kinds[scene.meta.kind];
  if (dirty.has("cursor")) probe.decodeCursor(scene);
  if (dirty.has("pins")) probe.decodePins(scene);
  if (advanceGrid(scene, clock)) dirty.add("grid");
  if (dirty.has("plane")) plane.drawPlane(scene);
  if (dirty.has("grid") && scene.grid) kind.drawGrid(scene);
  if (dirty.has("grid") || dirty.has("cursor") || dirty.has("pins")) drawCursor(scene, kind, dirty);
  if (scene.job) scene.loop.touch();
}

function drawCursor(scene, kind, dirty) {
  plane.drawPlaneOverlay(scene);
  kind.drawGridOverlay(scene);
  kind.drawProbe?.(scene);
  probe.drawReadout(scene);
  if (dirty.has("pins")) probe.drawPinText(scene);
  if (scene.strip && (dirty.has("pins") || dirty.has("grid"))) kind.drawStrip?.(scene);
  if (dirty.has("cursor")) scene.stats.draws += 1;
}

function drawTexts(scene) {
  const { ui, meta } = scene;
  const { words } = meta;
  const means = meansText(scene);
  const side = latticeColumns(meta);
  const count = axisCount(meta) === 1 ? `${side}` : `${side} × ${side}`;
  const points = fill(words[`points_${meta.spacing}`], { count });
  const title = words[`grid_${meta.kind}`];
  setText(ui.plane.title, words.plane);
  setText(ui.plane.caption, means);
  setText(ui.grid.title, title);
  setText(ui.grid.caption, points);
  const label = (name, caption) =>
    fill(words.plane_label, { title: name, caption, help: words.help });
  setLabel(ui.plane.overlayCanvas, label(words.plane, means));
  setLabel(ui.grid.overlayCanvas, label(title, points));
}

/** How many posterior means are shown, and how many are not. */
function meansText(scene) {
  const { meta, arrays } = scene;
  const n = arrays.means.length / axisCount(meta);
  const outside = plane.countOutside(scene);
  if (n === 0) return "";
  const words = outside > 0 ? meta.words.means_outside : meta.words.means;
  const means = fill(words, { count: whole(n), outside: whole(outside) });
  return arrays.past_means ? fill(meta.words.means_past, { means }) : means;
}

function toggle(scene, label) {
  if (!scene.hidden.delete(label)) scene.hidden.add(label);
  scene.view.touch();
  dom.drawLegend(scene, (other) => toggle(scene, other));
  scene.loop.touch("plane", ...(scene.meta.kind === "plane" ? ["grid"] : []));
}

function actionsOf(scene) {
  const setCursor = (point) => {
    if (!point) return;
    Object.assign(scene, { cursor: point, chosen: 0, moved: true, lastMove: clock() });
    scene.voice.say(() => probe.spokenText(scene));
    scene.loop.touch("cursor");
  };
  const keepCursor = (point) => {
    setCursor(point);
    scene.kept = scene.cursor;
    scene.view.touch();
  };
  const setPins = (pins) => {
    scene.pins = pins;
    scene.chosen = Math.min(scene.chosen, pins.length);
    scene.view.touch();
    scene.loop.touch("pins");
  };
  return {
    setCursor,
    keepCursor,
    pin: (point) => setPins([...(scene.pins.length === 2 ? [] : scene.pins), point ?? scene.cursor]),
    clear: () => setPins([]),
    home: () => keepCursor(priorPoint(scene.meta)),
    choose: (side) => {
      const count = 1 + scene.pins.length;
      scene.chosen = (scene.chosen + side + count) % count;
      scene.loop.touch("pins");
      sayChosen(scene);
    },
    move: (arrow, share) => {
      const { chosen, pins, cursor, range } = scene;
      const from = chosen > 0 ? pins[chosen - 1] : cursor;
      const point = from.map((value, k) => value + 2 * arrow[k] * share * range.half);
      if (chosen === 0) return keepCursor(point);
      setPins(pins.map((pin, k) => (k === chosen - 1 ? point : pin)));
      return sayChosen(scene);
    },
    locate: (name, x, y) =>
      name === "plane" ? locateOnPlane(scene, x, y) : kinds[scene.meta.kind].locate(scene, x, y),
  };
}

function sayChosen(scene) {
  scene.voice.say(() => {
    const { meta, pins, chosen } = scene;
    if (chosen === 0) return probe.spokenText(scene);
    const point = pointText(meta, pins[chosen - 1]);
    return fill(meta.words.spoken_pin, { letter: "AB"[chosen - 1], point });
  });
}

/** z under the pointer on the plane, held inside the axes. */
function locateOnPlane(scene, px, py) {
  const { area } = scene.panels.plane;
  const scales = plane.planeScales(scene);
  const x = Math.min(Math.max(px, area.left), area.left + area.width);
  const y = Math.min(Math.max(py, area.top), area.top + area.height);
  return axisCount(scene.meta) === 1 ? [scales.xOf(x)] : [scales.xOf(x), scales.yOf(y)];
}

/** A window for tests and measurements: `globalThis.__latentPlane[key]`. */
function publish(scene) {
  const actions = actionsOf(scene);
  (globalThis.__latentPlane ??= {})[scene.meta.key] = {
    scene,
    multipliedBy: kernel.name,
    get counters() {
      return { ...scene.stats, step: scene.meta.step };
    },
    cursor: () => Array.from(fullVector(scene.meta, scene.cursor)),
    decoded: () => Array.from(scene.vector ?? []),
    gridValues: () => Array.from(scene.grid?.values ?? []),
    gridPoints: () => Array.from(scene.grid?.zs ?? []),
    text: () => pointText(scene.meta, scene.cursor),
    setCursor: (point) => actions.setCursor(Array.from(point)),
    pin: (point) => actions.pin(Array.from(point)),
    clear: () => actions.clear(),
  };
}
