// The map of a flow: keeps the state of one mounted component and redraws what has changed.
//
// Every module imports its neighbours with the version that it was loaded with itself, so that an
// upgraded server is never shown by a mixture of old and new modules.

const version = new URL(import.meta.url).search;
const dom = await import(`./dom.js${version}`);
const { invert, logBase, makeFlow, product } = await import(`./flow.js${version}`);
const { listen } = await import(`./input.js${version}`);
const plot = await import(`./plot.js${version}`);
const probe = await import(`./probe.js${version}`);
const sheets = await import(`./sheet.js${version}`);
const walk = await import(`./timeline.js${version}`);

const SECONDS_PER_LAYER = 1.6;
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
  if (dirty.has("base")) drawBase(scene);
  if (dirty.has("mapped")) drawMapped(scene);
  if (dirty.has("base") || dirty.has("probe")) drawBaseOver(scene);
  if (dirty.has("mapped") || dirty.has("probe")) drawMappedOver(scene);
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

const titlesOf = ({ kind, k }, { signs }, count) => {
  const down = signs[k] < 0 ? " (points down)" : "";
  if (kind === "turn") return ["turning the plane …", "… to exchange the dimensions"];
  const name = k === count - 1 ? "x" : "u";
  return [`${name}₁ of layer ${k + 1}`, `${name}₂ of layer ${k + 1}${down}`];
};

function drawBase(scene) {
  const { panels, meta, arrays, theme, sheet, mode } = scene;
  const { sheet: context, area } = panels.base;
  const scales = plot.makeScales(area, meta.base_range);
  clear(context, area);
  clipped(context, area, () => {
    sheets.drawSheet(context, scales, sheet, arrays.base, sheet.total, mode);
    if (scene.shows.grid) {
      sheets.drawGrid(context, scales, meta.side, gridStep(meta), arrays.base, theme);
    }
  });
  plot.drawAxes(context, area, meta.base_range, theme, ["z₁", "z₂"]);
}

const gridStep = (meta) => (meta.side - 1) / meta.cells;

function drawMapped(scene) {
  const { panels, meta, arrays, theme, sheet, timeline, at, centre, mode, shows } = scene;
  const { sheet: context, area } = panels.mapped;
  const moment = walk.momentAt(timeline, scene.time);
  const scales = plot.makeScales(area, meta.data_range);
  walk.latticeAt(scene.stages, timeline, moment, centre, at);
  clear(context, area);
  clipped(context, area, () => {
    sheets.drawSheet(context, scales, sheet, at.places, at.logDet, mode);
    if (shows.grid) sheets.drawGrid(context, scales, meta.side, gridStep(meta), at.places, theme);
    const radius = theme.size / 15;
    if (shows.data) sheets.drawPoints(context, scales, arrays.data, meta.colors.data, radius);
    if (shows.samples && scene.time >= timeline.total) {
      sheets.drawPoints(context, scales, arrays.samples, meta.colors.model, radius);
    }
  });
  const atEnd = scene.time >= timeline.total;
  const titles = atEnd ? meta.titles : titlesOf(moment, timeline, meta.flips.length);
  plot.drawAxes(context, area, meta.data_range, theme, titles);
  drawScale(scene);
}

function clear(context, area) {
  context.clearRect(0, 0, area.left + area.side + 20, area.height);
}

function clipped(context, { left, top, side }, draw) {
  context.save();
  context.beginPath();
  context.rect(left, top, side, side);
  context.clip();
  draw();
  context.restore();
}

/** The colours of log |det J|, with numbers. */
function drawScale(scene) {
  const { ui, panels, sheet, theme } = scene;
  ui.scale.hidden = scene.mode !== "logdet";
  if (ui.scale.hidden) return;
  const { context, width } = panels.scale;
  const bar = theme.size * 0.9;
  context.clearRect(0, 0, width, 3 * theme.size);
  for (let x = 0; x < width; x++) {
    context.fillStyle = sheets.logDetColor((2 * x / width - 1) * sheet.limit, sheet.limit, sheet.colors);
    context.fillRect(x, 0, 1, bar);
  }
  context.fillStyle = theme.muted;
  context.font = theme.font(0.78);
  context.textBaseline = "top";
  const texts = [["left", 0, `−${sheet.limit} shrinks`], ["center", width / 2, "log |det J| (nats): 0 = area kept"],
                 ["right", width, `grows +${sheet.limit}`]];
  for (const [align, x, text] of texts) {
    context.textAlign = align;
    context.fillText(text, x, bar + 4);
  }
}

function inspect(scene) {
  scene.found = probe.inspect(scene.flow, scene.z, scene.half);
  scene.stats.probes += 1;
  scene.ui.numbers.innerHTML = `<table>${probe.readings(scene.found)
    .map(([what, value]) => `<tr><th scope="row">${what}</th><td>${value}</td></tr>`).join("")}</table>`;
  scene.ui.matrices.innerHTML = probe.matrices(scene.found);
  announce(scene);
}

function drawBaseOver(scene) {
  const { panels, meta, theme, z, half } = scene;
  const { over: context, area } = panels.base;
  const scales = plot.makeScales(area, meta.base_range);
  clear(context, area);
  clipped(context, area, () => {
    probe.drawPolygon(context, scales, probe.square(z, half), theme.text, theme.size / 8);
    dot(context, scales, z, theme);
  });
}

function drawMappedOver(scene) {
  const { panels, meta, theme, flow, timeline, found, z, half, centre } = scene;
  const { over: context, area } = panels.mapped;
  const scales = plot.makeScales(area, meta.data_range);
  const moment = walk.momentAt(timeline, scene.time);
  const place = (point) =>
    walk.pointAt(flow, timeline, probe.inspectStages(flow, point), moment, centre);
  clear(context, area);
  clipped(context, area, () => {
    drawPath(scene, context, scales);
    const here = walk.pointAt(flow, timeline, found.stages, moment, centre);
    const [a, b, c, d] = jacobianAt(scene, moment);
    const corners = [[-half, -half], [half, -half], [half, half], [-half, half]].map(
      ([x, y]) => [here[0] + a * x + b * y, here[1] + c * x + d * y],
    );
    probe.drawPolygon(context, scales, corners, theme.text, theme.size / 12, [4, 3]);
    probe.drawPolygon(context, scales, probe.square(z, half).map(place), theme.text, theme.size / 8);
    dot(context, scales, here, theme);
    if (scene.centres && scene.time >= timeline.total) drawHandles(scene, context, scales);
  });
}

/** The Jacobian of the walk so far: layers done, flips done, and a share of the present one. */
function jacobianAt({ flow, timeline, found }, moment) {
  let whole = [1, 0, 0, 1];
  for (let k = 0; k < moment.k; k++) {
    whole = product(found.stages[k].jacobian, whole);
    if (flow.flips[k]) whole = product([0, 1, 1, 0], whole);
  }
  const t = moment.kind === "layer" ? moment.share : 1;
  const [a, b, c, d] = found.stages[moment.k].jacobian;
  whole = product([1 - t + t * a, t * b, t * c, 1 - t + t * d], whole);
  return product(walk.toScreen(timeline, moment), whole);
}

/** The probe's path up to now. */
function drawPath({ flow, timeline, found, time, centre, theme }, context, scales) {
  context.save();
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.75;
  context.lineWidth = theme.size / 12;
  context.beginPath();
  const steps = Math.max(2, Math.ceil(time * 12));
  for (let n = 0; n <= steps; n++) {
    const moment = walk.momentAt(timeline, (time * n) / steps);
    const [x, y] = walk.pointAt(flow, timeline, found.stages, moment, centre);
    context.lineTo(scales.x(x), scales.y(y));
  }
  context.stroke();
  context.restore();
}

function dot(context, scales, [x, y], theme) {
  context.beginPath();
  context.arc(scales.x(x), scales.y(y), theme.size / 4, 0, 2 * Math.PI);
  context.fillStyle = theme.text;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = theme.ground;
  context.stroke();
}

/** Centres of the visitor's mixture, to be dragged. */
function drawHandles({ centres, meta, theme }, context, scales) {
  for (const [x, y] of centres) {
    context.beginPath();
    context.arc(scales.x(x), scales.y(y), theme.size / 2, 0, 2 * Math.PI);
    context.strokeStyle = meta.colors.data;
    context.fillStyle = theme.ground;
    context.lineWidth = 3;
    context.fill();
    context.stroke();
  }
}

function drawBar(scene) {
  const { ui, timeline, time, playing, meta } = scene;
  const moment = walk.momentAt(timeline, time);
  ui.play.textContent = playing ? "⏸" : "▶";
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
      touch(scene, "base", "mapped");
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
    drag: (n, x, y) => drag(scene, n, x, y),
    drop: () => scene.send?.("centres", JSON.stringify(scene.centres)),
  };
}

/** The base point under the pointer; on the data side that of the flow's inverse. */
function locate(scene, name, px, py, setProbe) {
  const { panels, meta, flow, timeline } = scene;
  const range = name === "base" ? meta.base_range : meta.data_range;
  const scales = plot.makeScales(panels[name].area, range);
  const point = [scales.xOf(px), scales.yOf(py)];
  if (name === "base") return setProbe(point);
  if (scene.time < timeline.total) return undefined; // only at the end is a place an x
  const z = invert(flow, point);
  return z?.every(Number.isFinite) ? setProbe(z) : undefined;
}

/** The handle under the pointer, or −1. */
function grab({ centres, panels, meta, theme, time, timeline }, px, py) {
  if (!centres || time < timeline.total) return -1;
  const scales = plot.makeScales(panels.mapped.area, meta.data_range);
  return centres.findIndex(
    ([x, y]) => Math.hypot(scales.x(x) - px, scales.y(y) - py) < theme.size,
  );
}

function drag(scene, n, px, py) {
  const scales = plot.makeScales(scene.panels.mapped.area, scene.meta.data_range);
  const [low, high] = scene.meta.centres_range;
  const held = (value) => Math.min(Math.max(value, low), high);
  scene.centres = scene.centres.map((centre, m) =>
    m === n ? [held(scales.xOf(px)), held(scales.yOf(py))] : centre,
  );
  touch(scene, "mapped");
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
