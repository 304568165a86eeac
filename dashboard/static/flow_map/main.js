// The map of a flow: keeps the state of one mounted component and redraws what has changed.
//
// Every module imports its neighbours with the version that it was loaded with itself, so that an
// upgraded server is never shown by a mixture of old and new modules.

const version = new URL(import.meta.url).search;
const dom = await import(`./dom.js${version}`);
const { folds, isInvertible, logBase, makeFlow } = await import(`./flow.js${version}`);
const { listen } = await import(`./input.js${version}`);
const { fixed } = await import(`../shared/numbers.js${version}`);
const { makeLoop, makeVoice, setLabel, setText, watchWidth } = await import(`../shared/scene.js${version}`);
const { channels, readTheme } = await import(`../shared/theme.js${version}`);
const { dress, fill } = await import(`../shared/words.js${version}`);
const pictures = await import(`./pictures.js${version}`);
const { drag, grab, locate, putCentre } = await import(`./pointer.js${version}`);
const probe = await import(`./probe.js${version}`);
const sheets = await import(`./sheet.js${version}`);
const walk = await import(`./timeline.js${version}`);
const { firstProbe, take: takeView, viewOf } = await import(`./view.js${version}`);

const SECONDS_PER_LAYER = 1.6;
const drawn = (path) => `<svg viewBox="0 0 10 10" aria-hidden="true"><path d="${path}"/></svg>`;
const ICONS = { play: drawn("M2 1l7 4-7 4z"), pause: drawn("M2 1h2v8h-2zM6 1h2v8h-2z") };
const KEYS_REST = 300; // ms after the last key that moved a centre, before it is sent

/** Take a message: called for every rerun of the page, and when the theme changes. */
export function update(root, message) {
  const scene = (root.__scene ??= createScene(root));
  scene.observer ??= watchWidth(root, () => {
    dom.layOut(scene);
    scene.loop.touch("base", "mapped", "probe");
  });
  const theme = readTheme(root);
  const sameLook = scene.theme?.name === theme.name;
  const { opening, ...meta } = message.meta;
  const key = JSON.stringify([meta, opening?.nonce, message.checksums]);
  scene.send = message.send;
  if (scene.messageKey === key && sameLook) return;
  const moved = scene.meta && JSON.stringify(scene.meta.flips) !== JSON.stringify(meta.flips);
  Object.assign(scene, { messageKey: key, theme, meta, arrays: message.sections });
  dress(root, meta.words);
  take(scene);
  if (moved || scene.time === null) scene.time = scene.timeline.total;
  scene.view.open(opening, (view) => takeView(scene, view));
  if (moved) scene.view.touch();
  dom.layOut(scene);
  drawTexts(scene);
  publish(scene);
  scene.loop.touch("base", "mapped", "probe");
}

/** Stop everything that runs by itself; a later update() starts it again. */
export function dispose(root) {
  const scene = root.__scene;
  if (!scene) return;
  scene.loop.stop();
  scene.voice.stop();
  scene.view.stop();
  clearTimeout(scene.resting);
  scene.observer?.disconnect();
  Object.assign(scene, { observer: null, playing: false });
  const published = globalThis.__flowMap;
  if (published?.[scene.meta?.key]?.scene === scene) delete published[scene.meta.key];
}

function createScene(root) {
  const scene = {
    root, ui: dom.build(root), time: null, playing: false, mode: "density",
    shows: { grid: true, data: true, samples: false }, z: null, isProbed: false, centres: null, chosen: 0,
    isHolding: false, stats: { draws: 0, probes: 0, updates: 0 },
  };
  scene.loop = makeLoop((parts, now) => drawFrame(scene, parts, now));
  scene.voice = makeVoice(scene.ui.live);
  scene.view = viewOf(scene);
  root.removeAttribute("aria-busy");
  listen(scene, actionsOf(scene));
  return scene;
}

/** What follows from a message: the flow, its walk, the lattice, ranges and colours. */
function take(scene) {
  const { meta, arrays, theme } = scene;
  scene.flow = makeFlow(meta, arrays.parameters);
  scene.timeline = walk.makeTimeline(meta.flips);
  scene.stages = walk.prepareLattice(scene.flow, arrays);
  scene.folds = folds(scene.flow);
  const count = arrays.lattice.length / 2;
  const logs = new Float32Array(count);
  for (let v = 0; v < count; v++) {
    logs[v] = logBase(scene.flow, arrays.lattice.subarray(2 * v, 2 * v + 2));
  }
  const total = scene.stages.at(-1).after;
  const colors = {
    ground: channels(theme.ground),
    cells: sheets.cellColors(meta.side, meta.cells),
    grows: channels(meta.colors.grows),
    shrinks: channels(meta.colors.shrinks),
  };
  scene.sheet = {
    side: meta.side, masses: sheets.cellMasses(meta.side, logs, arrays.lattice), colors,
    fades: sheets.fading(logs),
    peak: meta.base === "normal" ? 1 / (2 * Math.PI) : 1, limit: sheets.logDetLimit(total), total,
  };
  scene.at = { places: new Float32Array(2 * count), logDet: new Float32Array(count) };
  scene.centre = meta.base === "normal" ? 0 : 0.5;
  scene.half = meta.base === "normal" ? 0.2 : 0.03;
  scene.z ??= firstProbe(meta);
  if (!scene.isHolding || !meta.centres) scene.centres = meta.centres; // else what the visitor moves is newer
  scene.chosen = Math.min(scene.chosen, meta.centres?.length ?? 0);
  scene.stats.updates += 1;
}

function drawFrame(scene, parts, now) {
  if (scene.playing) advance(scene, now);
  if (parts.has("probe")) inspect(scene);
  if (parts.has("base")) pictures.drawBase(scene);
  if (parts.has("mapped")) pictures.drawMapped(scene);
  if (parts.has("base") || parts.has("probe")) pictures.drawBaseOver(scene);
  if (parts.has("mapped") || parts.has("probe")) pictures.drawMappedOver(scene);
  scene.stats.draws += 1;
}

function advance(scene, now) {
  const passed = scene.lastFrame ? (now - scene.lastFrame) / 1000 : 0;
  scene.lastFrame = now;
  scene.time += Math.min(passed, 0.1) / SECONDS_PER_LAYER;
  if (scene.time >= scene.timeline.total) {
    Object.assign(scene, { time: scene.timeline.total, playing: false, lastFrame: null });
    scene.view.touch();
  }
  drawBar(scene);
  scene.loop.touch("mapped");
}

function inspect(scene) {
  scene.found = probe.inspect(scene.flow, scene.z, scene.half);
  scene.stats.probes += 1;
  const { words } = scene.meta;
  const rows = probe.readings(scene.found, words)
    .map(([what, value]) => `<tr><th scope="row">${what}</th><td>${value}</td></tr>`);
  scene.ui.numbers.innerHTML = `<table>${rows.join("")}</table>`;
  scene.ui.matrices.innerHTML = probe.matrices(scene.found, words);
}

function drawBar(scene) {
  const { ui, timeline, time, playing, meta } = scene;
  const moment = walk.momentAt(timeline, time);
  const icon = playing ? ICONS.pause : ICONS.play;
  if (scene.icon !== icon) ui.play.innerHTML = scene.icon = icon;
  const { words } = meta;
  setLabel(ui.play, playing ? words.stop : words.walk);
  ui.time.max = timeline.total;
  ui.time.value = time;
  setText(ui.where, placeText(scene, moment));
}

/** Where the walk is, in words. */
function placeText({ timeline, time, meta: { words, layers } }, { kind, k }) {
  if (time >= timeline.total) return words.at_data;
  if (time <= 0) return words.at_base;
  if (kind === "turn") return fill(words.at_flip, { k: k + 1 });
  return fill(words.at_layer, { k: k + 1, count: layers.length, name: layers[k].name });
}

function drawTexts(scene) {
  const { ui, meta } = scene;
  const { words } = meta;
  ui.base.caption.textContent = meta.base_title;
  ui.mapped.caption.textContent = meta.data_title;
  ui.hint.hidden = isInvertible(scene.flow);
  const help = meta.centres ? words.help_centres : words.help;
  const label = (text, title) => fill(text, { title, help });
  setLabel(ui.base.over, label(words.base_label, meta.base_title));
  setLabel(ui.mapped.over, label(words.data_label, meta.data_title));
  for (const button of ui.modes) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === scene.mode));
  }
  for (const button of ui.shows) {
    button.setAttribute("aria-pressed", String(scene.shows[button.dataset.show]));
  }
  drawBar(scene);
}

/** Tell a screen reader where what was moved is now, or what will be. */
function announce(scene) {
  scene.voice.say(() => {
    const { chosen, centres, meta: { words } } = scene;
    if (chosen > 0) {
      const place = `(${centres[chosen - 1].map((value) => fixed(value)).join(", ")})`;
      return fill(words.spoken_centre, { n: chosen, place });
    }
    const [[, way], , [, det]] = probe.readings(scene.found, words);
    return fill(words.spoken_probe, { way, det });
  });
}

function actionsOf(scene) {
  const setTime = (time) => {
    scene.time = Math.min(Math.max(time, 0), scene.timeline.total);
    scene.view.touch();
    drawBar(scene);
    scene.loop.touch("mapped");
  };
  const setProbe = (z) => {
    const [low, high] = scene.meta.base_range;
    scene.z = z.map((value) => Math.min(Math.max(value, low), high));
    Object.assign(scene, { chosen: 0, isProbed: true });
    scene.view.touch();
    announce(scene);
    scene.loop.touch("probe");
  };
  const drop = () => {
    scene.isHolding = false;
    scene.send?.("centres", JSON.stringify(scene.centres));
  };
  return {
    setTime,
    play: () => {
      if (!scene.playing && scene.time >= scene.timeline.total) scene.time = 0;
      Object.assign(scene, { playing: !scene.playing, lastFrame: null });
      if (!scene.playing) scene.view.touch();
      drawBar(scene);
      scene.loop.touch("mapped");
    },
    stop: () => (scene.playing = false),
    setMode: (mode) => {
      scene.mode = mode;
      scene.view.touch();
      drawTexts(scene);
      scene.loop.touch("base", "mapped", "probe");
    },
    toggle: (name) => {
      scene.shows[name] = !scene.shows[name];
      scene.view.touch();
      drawTexts(scene);
      scene.loop.touch("base", "mapped");
    },
    setProbe,
    probeAt: (name, x, y) => locate(scene, name, x, y, setProbe),
    move: ([dx, dy], share) => {
      const [low, high] = scene.chosen > 0 ? scene.meta.data_range : scene.meta.base_range;
      const [x, y] = scene.chosen > 0 ? scene.centres[scene.chosen - 1] : scene.z;
      const place = [x + dx * share * (high - low), y + dy * share * (high - low)];
      if (scene.chosen > 0) moveCentre(scene, place, drop);
      else setProbe(place);
    },
    choose: (side) => {
      const count = 1 + (scene.centres?.length ?? 0);
      scene.chosen = (scene.chosen + side + count) % count;
      announce(scene);
      scene.loop.touch("mapped");
    },
    home: () => setProbe([scene.centre, scene.centre]),
    grab: (x, y) => {
      const n = grab(scene, x, y);
      if (n >= 0) Object.assign(scene, { isHolding: true, chosen: n + 1 });
      return n;
    },
    drag: (n, x, y) => {
      drag(scene, n, x, y);
      scene.loop.touch("mapped");
    },
    drop,
  };
}

/** Move the chosen centre by keys; sent when they rest. */
function moveCentre(scene, place, drop) {
  scene.isHolding = true;
  putCentre(scene, scene.chosen - 1, place);
  announce(scene);
  scene.loop.touch("mapped");
  clearTimeout(scene.resting);
  scene.resting = setTimeout(drop, KEYS_REST);
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
