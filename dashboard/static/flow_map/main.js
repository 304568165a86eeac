// The map of a flow: keeps the state of one mounted component and redraws what has changed.
//
// Every module imports its neighbours with the version that it was loaded with itself, so that an
// upgraded server is never shown by a mixture of old and new modules.

const version = new URL(import.meta.url).search;
const dom = await import(`./dom.js${version}`);
const { folds, isInvertible, logBase, makeFlow } = await import(`./flow.js${version}`);
const { listen } = await import(`./input.js${version}`);
const pictures = await import(`./pictures.js${version}`);
const plot = await import(`./plot.js${version}`);
const { drag, grab, locate } = await import(`./pointer.js${version}`);
const probe = await import(`./probe.js${version}`);
const sheets = await import(`./sheet.js${version}`);
const walk = await import(`./timeline.js${version}`);

const SECONDS_PER_LAYER = 1.6;
const drawn = (path) => `<svg viewBox="0 0 10 10" aria-hidden="true"><path d="${path}"/></svg>`;
const ICONS = { play: drawn("M2 1l7 4-7 4z"), pause: drawn("M2 1h2v8h-2zM6 1h2v8h-2z") };
const SPEECH_PAUSE = 900; // ms between two announcements

/** Take a message: called for every rerun of the page, and when the theme changes. */
export function update(root, message) {
  const scene = (root.__scene ??= createScene(root));
  watchSize(scene);
  const theme = plot.readTheme(root);
  const sameLook = scene.theme?.name === theme.name;
  const key = JSON.stringify([message.meta, message.checksums]);
  scene.send = message.send;
  if (scene.messageKey === key && sameLook) return;
  const moved = scene.meta && JSON.stringify(scene.meta.flips) !== JSON.stringify(message.meta.flips);
  Object.assign(scene, { messageKey: key, theme, meta: message.meta, arrays: message.sections });
  take(scene);
  if (moved || scene.time === null) scene.time = scene.timeline.total;
  open(scene, message.meta.opening);
  dom.layOut(scene);
  drawTexts(scene);
  publish(scene);
  touch(scene, "base", "mapped", "probe");
}

/** Stop everything that runs by itself; a later update() starts it again. */
export function dispose(root) {
  const scene = root.__scene;
  if (!scene) return;
  cancelAnimationFrame(scene.frame);
  clearTimeout(scene.speech);
  scene.observer?.disconnect();
  Object.assign(scene, { frame: null, speech: null, observer: null, playing: false });
  const published = globalThis.__flowMap;
  if (published?.[scene.meta?.key]?.scene === scene) delete published[scene.meta.key];
}

function createScene(root) {
  const scene = {
    root, ui: dom.build(root), dirty: new Set(), frame: null, time: null, playing: false,
    mode: "density", shows: { grid: true, data: true, samples: false }, z: null, centres: null,
    stats: { draws: 0, probes: 0, updates: 0 },
  };
  root.removeAttribute("aria-busy");
  listen(scene, actionsOf(scene));
  return scene;
}

/** What follows from a message: the flow, its walk, the lattice, ranges and colours. */
function take(scene) {
  const { meta, arrays, theme } = scene;
  scene.flow = makeFlow(meta, arrays.weights);
  scene.timeline = walk.makeTimeline(meta.flips);
  scene.stages = walk.prepareLattice(scene.flow, arrays);
  scene.folds = folds(scene.flow);
  const count = arrays.base.length / 2;
  const logs = new Float32Array(count);
  for (let v = 0; v < count; v++) logs[v] = logBase(scene.flow, arrays.base.subarray(2 * v, 2 * v + 2));
  const total = scene.stages.at(-1).after;
  const colors = {
    ground: plot.channels(theme.ground),
    cells: sheets.cellColors(meta.side, meta.cells),
    grows: plot.channels(meta.colors.grows),
    shrinks: plot.channels(meta.colors.shrinks),
  };
  scene.sheet = {
    side: meta.side, masses: sheets.cellMasses(meta.side, logs, arrays.base), colors, peak: meta.base === "normal" ? 1 / (2 * Math.PI) : 1,
    limit: sheets.logDetLimit(total), total,
  };
  scene.at = { places: new Float32Array(2 * count), logDet: new Float32Array(count) };
  scene.centre = meta.base === "normal" ? 0 : 0.5;
  scene.half = meta.base === "normal" ? 0.2 : 0.03;
  scene.z ??= meta.base === "normal" ? [0.6, -0.5] : [0.6, 0.4];
  scene.centres = meta.centres;
  scene.stats.updates += 1;
}

/** Bring the map into the state that an experiment opens with, once. */
function open(scene, opening) {
  if (!opening || opening.nonce === scene.opened) return;
  scene.opened = opening.nonce;
  scene.mode = opening.mode;
  Object.assign(scene.shows, { grid: true, data: opening.data, samples: false });
  Object.assign(scene, { time: opening.play ? 0 : scene.timeline.total, playing: opening.play, lastFrame: null });
}

function watchSize(scene) {
  if (scene.observer) return;
  let width = scene.root.clientWidth;
  scene.observer = new ResizeObserver(() => {
    if (!scene.meta || scene.root.clientWidth === width || !scene.root.isConnected) return;
    width = scene.root.clientWidth;
    dom.layOut(scene);
    touch(scene, "base", "mapped", "probe");
  });
  scene.observer.observe(scene.root);
}

function touch(scene, ...parts) {
  parts.forEach((part) => scene.dirty.add(part));
  scene.frame ??= requestAnimationFrame((now) => drawFrame(scene, now));
}

function drawFrame(scene, now) {
  scene.frame = null;
  if (scene.playing) advance(scene, now);
  const { dirty } = scene;
  scene.dirty = new Set();
  if (dirty.has("probe")) inspect(scene);
  if (dirty.has("base")) pictures.drawBase(scene);
  if (dirty.has("mapped")) pictures.drawMapped(scene);
  if (dirty.has("base") || dirty.has("probe")) pictures.drawBaseOver(scene);
  if (dirty.has("mapped") || dirty.has("probe")) pictures.drawMappedOver(scene);
  scene.stats.draws += 1;
}

function advance(scene, now) {
  const passed = scene.lastFrame ? (now - scene.lastFrame) / 1000 : 0;
  scene.lastFrame = now;
  scene.time += Math.min(passed, 0.1) / SECONDS_PER_LAYER;
  if (scene.time >= scene.timeline.total) {
    Object.assign(scene, { time: scene.timeline.total, playing: false, lastFrame: null });
  }
  drawBar(scene);
  touch(scene, "mapped");
}

function inspect(scene) {
  scene.found = probe.inspect(scene.flow, scene.z, scene.half);
  scene.stats.probes += 1;
  scene.ui.numbers.innerHTML = `<table>${probe.readings(scene.found)
    .map(([what, value]) => `<tr><th scope="row">${what}</th><td>${value}</td></tr>`).join("")}</table>`;
  scene.ui.matrices.innerHTML = probe.matrices(scene.found);
  announce(scene);
}

function drawBar(scene) {
  const { ui, timeline, time, playing, meta } = scene;
  const moment = walk.momentAt(timeline, time);
  const icon = playing ? ICONS.pause : ICONS.play;
  if (scene.icon !== icon) ui.play.innerHTML = scene.icon = icon;
  ui.play.setAttribute("aria-label", playing ? "Stop the walk" : "Walk through the layers");
  ui.time.max = timeline.total;
  ui.time.value = time;
  const layer = meta.layers[moment.k];
  const { kind, k } = moment;
  const place = kind === "turn" ? `flip after layer ${k + 1}` : `layer ${k + 1} of ${meta.layers.length}: ${layer.name}`;
  const text = time >= timeline.total ? "x = f(z)" : time <= 0 ? "base" : place;
  if (ui.where.textContent !== text) ui.where.textContent = text;
}

function drawTexts(scene) {
  const { ui, meta } = scene;
  ui.base.caption.textContent = meta.base_title;
  ui.mapped.title.textContent = "Data";
  ui.mapped.caption.textContent = meta.data_title;
  ui.hint.hidden = isInvertible(scene.flow);
  const help = "Arrow keys move the probe.";
  ui.base.over.setAttribute("aria-label", `Base: ${meta.base_title}, its grid and the probe. ${help}`);
  ui.mapped.over.setAttribute("aria-label", `Mapped density and warped grid: ${meta.data_title}. ${help}`);
  ui.scaleCanvas.setAttribute("aria-label", "Colours of log |det J|, white where area is kept");
  for (const button of ui.modes) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === scene.mode));
  }
  for (const button of ui.shows) {
    button.setAttribute("aria-pressed", String(scene.shows[button.dataset.show]));
  }
  drawBar(scene);
}

/** Tell a screen reader where the probe was moved to, at most about once a second. */
function announce(scene) {
  if (scene.speech || !scene.announced) return;
  scene.speech = setTimeout(() => {
    Object.assign(scene, { speech: null, announced: false });
    const [[, way], , [, det]] = probe.readings(scene.found);
    scene.ui.live.textContent = `${way}, determinant ${det}`;
  }, SPEECH_PAUSE);
}

function actionsOf(scene) {
  const setTime = (time) => {
    scene.time = Math.min(Math.max(time, 0), scene.timeline.total);
    drawBar(scene);
    touch(scene, "mapped");
  };
  const setProbe = (z) => {
    const [low, high] = scene.meta.base_range;
    scene.z = z.map((value) => Math.min(Math.max(value, low), high));
    scene.announced = true;
    touch(scene, "probe");
  };
  return {
    setTime,
    play: () => {
      if (!scene.playing && scene.time >= scene.timeline.total) scene.time = 0;
      Object.assign(scene, { playing: !scene.playing, lastFrame: null });
      drawBar(scene);
      touch(scene, "mapped");
    },
    stop: () => (scene.playing = false),
    setMode: (mode) => {
      scene.mode = mode;
      drawTexts(scene);
      touch(scene, "base", "mapped", "probe");
    },
    toggle: (name) => {
      scene.shows[name] = !scene.shows[name];
      drawTexts(scene);
      touch(scene, "base", "mapped");
    },
    setProbe,
    probeAt: (name, x, y) => locate(scene, name, x, y, setProbe),
    move: ([dx, dy], share) => {
      const [low, high] = scene.meta.base_range;
      setProbe([scene.z[0] + dx * share * (high - low), scene.z[1] + dy * share * (high - low)]);
    },
    home: () => setProbe([scene.centre, scene.centre]),
    grab: (x, y) => grab(scene, x, y),
    drag: (n, x, y) => {
      drag(scene, n, x, y);
      touch(scene, "mapped");
    },
    drop: () => scene.send?.("centres", JSON.stringify(scene.centres)),
  };
}

/** A window for tests and measurements: `globalThis.__flowMap[key]`. */
function publish(scene) {
  const actions = actionsOf(scene);
  (globalThis.__flowMap ??= {})[scene.meta.key] = {
    scene,
    get counters() {
      return { ...scene.stats, step: scene.meta.step, time: scene.time };
    },
    probe: (z) => {
      actions.setProbe(Array.from(z));
      return probe.inspect(scene.flow, scene.z, scene.half);
    },
    places: () => Array.from(scene.at.places),
    setTime: actions.setTime,
  };
}
