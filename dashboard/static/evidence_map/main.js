// The evidence map: keeps the state of one mounted component and redraws what has changed.
//
// Everything that follows q is computed here, at the pace of the pointer; what a worker has found
// of the q at rest replaces it when it comes. Modules import each other with the version that
// they were loaded with: an upgraded server is never shown by a mixture of old and new ones.

const version = new URL(import.meta.url).search;
const { makeLoop, makeVoice, setText, watchWidth } = await import(`../shared/scene.js${version}`);
const { readTheme } = await import(`../shared/theme.js${version}`);
const { listenToPointer } = await import(`../shared/pointer.js${version}`);
const { makeView } = await import(`../shared/view.js${version}`);
const { dress } = await import(`../shared/words.js${version}`);
const { drawWeights } = await import(`./bars.js${version}`);
const { chiSquared } = await import(`./chi.js${version}`);
const { drawColumn } = await import(`./column.js${version}`);
const { buildControls, drawControls } = await import(`./controls.js${version}`);
const dom = await import(`./dom.js${version}`);
const { isRaining, startRain } = await import(`./draws.js${version}`);
const { advanceFields, isWaiting, requestField } = await import(`./field.js${version}`);
const { scalesOf } = await import(`./gaussian.js${version}`);
const { placeHandles } = await import(`./handles.js${version}`);
const pictures = { 1: await import(`./line.js${version}`), 2: await import(`./plane.js${version}`) };
const { advancePlay, togglePlay } = await import(`./play.js${version}`);
const { drawProbe } = await import(`./probe.js${version}`);
const { makeProblem } = await import(`./problem.js${version}`);
const { publish } = await import(`./publish.js${version}`);
const { drawLabels, drawNumbers, factsOf, shownSplit, spokenText } = await import(`./readout.js${version}`);
const { advance, quickSplit, splitOf, startSplit } = await import(`./split.js${version}`);
const { isAtRest, readView, rebuild, setMine, takeView } = await import(`./state.js${version}`);
const { weigh } = await import(`./weights.js${version}`);
const { insetWindow, isOutside, windowOf } = await import(`./window.js${version}`);

const REST = 150; // ms after the last change
const SLICE = 12; // ms of a frame for what need not be there at once
const BUSY = 3; // ms of it while q moves
const ALL = ["map", "q", "probe", "controls"];
const clock = () => performance.now();

/** Take a message: called for every rerun of the page, and when the theme changes. */
export function update(root, message) {
  const scene = (root.__scene ??= createScene(root));
  scene.observer ??= watchWidth(root, () => {
    readLook(scene);
    dom.layOut(scene);
    scene.loop.touch(...ALL);
  });
  const { opening, words, ...meta } = message.meta;
  scene.send = message.send;
  scene.words = words;
  dress(root, words);
  const before = scene.meta;
  take(scene, { ...message, meta });
  scene.view.open(opening, (view) => takeView(scene, view));
  rebuild(scene, scene.choice === "mine" && !scene.isNew ? scene.axes : null);
  if (inputsOf(scene) === scene.inputs) settleSoon(scene);
  else computeAll(scene);
  fall(scene, before);
  readLook(scene);
  setText(scene.ui.map.title, meta.latent_dim === 1 ? words.map_line : words.map);
  dom.layOut(scene);
  if (scene.isNew || !scene.pressed) settleWindow(scene);
  scene.isNew = false;
  publish(scene);
  scene.loop.touch(...ALL);
  root.removeAttribute("aria-busy");
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
  scene.observer = null;
  const published = globalThis.__evidenceMap;
  if (published?.[scene.meta?.key]?.scene === scene) delete published[scene.meta.key];
}

function createScene(root) {
  const scene = {
    root, ui: dom.build(root), meta: null, turn: 0, choice: "prior", zoom: "fit", twin: false,
    mine: { mean: [0, 0], scales: [1, 1], rho: 0 }, axes: null, window: null, inset: null,
    fields: {}, wanted: {}, handle: 0, probe: null, pressed: false, isMoving: false, resting: null,
    job: null, play: null, rain: null, tallest: 0, span: 0,
    stats: { draws: 0, updates: 0, refined: 0, fields: 0, slowest: 0 },
  };
  scene.loop = makeLoop((parts, now) => drawFrame(scene, parts, now));
  scene.voice = makeVoice(scene.ui.live);
  scene.view = makeView(() => readView(scene), (text) => scene.send?.("view", text));
  scene.actions = actionsOf(scene);
  buildControls(scene);
  listenToPointer(scene.ui.map.overlayCanvas, {
    press: (x, y) => lookAt(scene, x, y),
    drag: (x, y) => lookAt(scene, x, y),
    hover: (x, y) => lookAt(scene, x, y),
  });
  scene.ui.map.overlayCanvas.onpointerleave = () => {
    scene.probe = null;
    scene.loop.touch("q", "probe");
  };
  return scene;
}

function readLook(scene) {
  scene.theme = { ...readTheme(scene.root), thickness: scene.meta.line_width / 2 };
}

/** Another model or datum: what was computed of the old one is of no use. */
function take(scene, { meta, sections, checksums }) {
  const sums = JSON.stringify([meta.problem, meta.latent_dim, checksums.x, checksums.weights]);
  scene.isNew = sums !== scene.sums;
  const isFirst = scene.meta === null;
  if (scene.isNew) {
    scene.problem = makeProblem(meta, sections);
    scene.turn += 1;
    Object.assign(scene, { sums, fields: {}, wanted: {}, job: null, span: 0, tallest: 0, probe: null, play: null });
  }
  Object.assign(scene, { meta, arrays: sections, noiseSum: checksums.noise });
  scene.picture = pictures[meta.latent_dim];
  scene.meanJoint = meta.exact ? scene.problem.logJoint(Float64Array.from(meta.exact.mean), 1)[0] : null;
  scene.noiseCount = sections.noise.length / (meta.latent_dim + 1);
  if (isFirst) startMine(scene);
  scene.stats.updates += 1;
}

/** Draws rain in at first, and those that are new when K has grown. */
function fall(scene, before) {
  const drawn = Math.min(before?.num_samples ?? 0, scene.noiseCount);
  if (scene.noiseCount > drawn) startRain(scene, drawn);
}

function startMine(scene) {
  const { mean, covariance } = scene.meta.proposals.prior;
  const { scales } = scalesOf(covariance);
  scene.mine = { mean: [mean[0], mean[1] ?? 0], scales: [scales[0], scales[1] ?? 1], rho: 0 };
}

/** What the numbers follow from: the page may be run again with nothing of it new. */
const inputsOf = ({ turn, q, meta: { exact }, noiseSum }) =>
  JSON.stringify([turn, exact, noiseSum, q.parts.map(({ mean, covariance }) => [mean, covariance])]);

function settleSoon(scene) {
  clearTimeout(scene.resting);
  scene.resting = setTimeout(() => settle(scene), REST);
}

/** Everything that follows q, within a frame; what is finer is worked on when q rests. */
function computeAll(scene) {
  const { problem, q, meta, arrays } = scene;
  scene.inputs = inputsOf(scene);
  scene.split = quickSplit(problem, q, meta.exact);
  scene.weights = weigh(problem, q, arrays.noise, scene.noiseCount);
  scene.chi = chiSquared(problem, q, meta.exact, meta);
  scene.job = null;
  settleSoon(scene);
}

/** q has come to rest: the window may follow it, and the rules become finer. */
function settle(scene) {
  if (!scene.root.isConnected) return;
  if (!scene.pressed) {
    scene.isMoving = false;
    if (isOutside(scene)) settleWindow(scene);
    scene.loop.touch("map", "q", "controls");
  }
  if (!scene.split.isFinal && !scene.job && !isAtRest(scene)) {
    scene.job = startSplit(scene.problem, scene.q, scene.meta.exact, false);
    scene.loop.touch();
  }
}

function settleWindow(scene) {
  const { picture, meta } = scene;
  if (!scene.window || scene.isNew || scene.window.zoom !== scene.zoom || scene.window.hasExact !== Boolean(meta.exact) || isOutside(scene)) {
    scene.window = { ...windowOf(scene), zoom: scene.zoom, hasExact: Boolean(meta.exact) };
    const window = insetWindow(scene);
    scene.inset = window && { window };
  }
  if (scene.inset) picture.placeInset(scene);
  requestField(scene, meta.latent_dim === 1 ? "line" : "main", plain(scene.window));
  requestField(scene, "inset", scene.inset && plain(scene.inset.window));
}

const plain = ({ centre, half }) => ({ centre, half });

/** One animation frame: first what follows the pointer, then a slice of what can wait. */
function drawFrame(scene, parts, now) {
  const start = clock();
  if (parts.has("change")) {
    computeAll(scene);
    scene.loop.touch("probe");
  }
  const deadline = start + (scene.isMoving ? BUSY : SLICE);
  if (!parts.has("change") && work(scene, () => clock() > deadline)) parts.add("map").add("q");
  const runs = advancePlay(scene, now);
  if (parts.has("map") || parts.has("q") || parts.has("change") || runs || scene.rain) drawPictures(scene, parts, now);
  if (parts.has("probe")) drawProbe(scene);
  if (parts.has("controls") || parts.has("change")) drawControls(scene);
  if (isRaining(scene, now) || runs) scene.loop.touch("q");
  if (isWaiting(scene) || scene.job) scene.loop.touch();
  scene.stats.slowest = Math.max(scene.stats.slowest, clock() - start);
}

/** A slice of the fields and of the finer rules; whether there is something new to draw. */
function work(scene, isLate) {
  let isNew = advanceFields(scene, isLate);
  if (isNew) scene.stats.fields += 1;
  if (scene.job && !isWaiting(scene) && advance(scene.job, isLate)) {
    scene.split = { ...splitOf(scene.job), isFinal: true };
    scene.job = null;
    scene.stats.refined += 1;
    isNew = true;
  }
  return isNew;
}

function drawPictures(scene, parts, now) {
  scene.shown = shownSplit(scene);
  const facts = factsOf(scene);
  scene.facts = facts;
  const isNewRange = scene.picture.nextRange?.(scene);
  if (parts.has("map") || isNewRange) scene.picture.drawBase(scene);
  scene.picture.drawOverlay(scene, now);
  placeHandles(scene);
  drawColumn(scene);
  drawWeights(scene, facts);
  drawNumbers(scene, facts);
  drawLabels(scene, facts);
  scene.stats.draws += 1;
}

function lookAt(scene, x, y) {
  const { area } = scene.panels.map;
  const isInside = x >= area.left && x <= area.left + area.width && y >= area.top && y <= area.top + area.height;
  scene.probe = isInside ? scene.picture.locate(scene, x, y) : null;
  scene.loop.touch("q", "probe");
}

function actionsOf(scene) {
  const changed = () => {
    scene.play = null;
    scene.view.touch();
    scene.voice.say(() => spokenText(scene));
    scene.loop.touch("change", "map");
  };
  const settled = () => {
    settleWindow(scene);
    changed();
  };
  return {
    press: () => (scene.pressed = true),
    release: () => {
      scene.pressed = false;
      settle(scene);
    },
    change: (to) => {
      setText(scene.ui.refusal, "");
      const wasMine = scene.choice === "mine";
      setMine(scene, to);
      scene.isMoving = true;
      scene.play = null;
      scene.view.touch();
      scene.voice.say(() => spokenText(scene));
      scene.loop.touch("change", ...(wasMine ? [] : ["map"])); // the ghost of what was shown
    },
    choose: (key) => {
      scene.choice = key;
      rebuild(scene);
      settled();
    },
    zoom: (key) => {
      scene.zoom = key;
      scene.window = null;
      settled();
    },
    twin: (value) => {
      scene.twin = value;
      rebuild(scene);
      settled();
    },
    play: () => togglePlay(scene),
  };
}
