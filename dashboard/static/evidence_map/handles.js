// What the visitor takes q by: its centre, its principal axes, a knob that turns it.

const version = new URL(import.meta.url).search; // never mix two versions
const { listenToKeys } = await import(`../shared/keys.js${version}`);
const { significant } = await import(`../shared/numbers.js${version}`);
const { listenToPointer } = await import(`../shared/pointer.js${version}`);
const { setLabel } = await import(`../shared/scene.js${version}`);
const { numbersOf } = await import(`./state.js${version}`);

const NAMES = { 1: ["centre", "width"], 2: ["centre", "major", "minor", "turn"] };
const NEAREST = { fine: 26, coarse: 46 }; // px from the centre: a small q still can be taken
const KNOB = 30; // px beyond the end of the longer axis
const STEPS = 30; // presses of an arrow key from the middle of the map to its edge
const WIDER = 1.1;
const TURN = Math.PI / 60;

const nearest = () =>
  NEAREST[globalThis.matchMedia("(pointer: coarse)").matches ? "coarse" : "fine"];

/** Direction of an axis on the screen, y downwards; the knob is opposite the longer axis. */
function directionOf(name, { angle }) {
  if (name === "width") return [1, 0];
  const turn = angle + { major: 0, minor: Math.PI / 2, turn: Math.PI }[name];
  return [Math.cos(turn), -Math.sin(turn)];
}

/** Where a handle is, in pixels of the stage. */
function placeOf(scene, name) {
  const { panels: { map: { area } }, picture, axes } = scene;
  const { mean } = numbersOf(scene);
  const scales = picture.scalesOf(scene);
  const dim = mean.length;
  const x = scales.x(mean[0]);
  const y = dim === 2 ? scales.y(mean[1]) : area.top + 0.62 * area.height;
  if (name === "centre") return within(area, [x, y]);
  const unit = scales.x(1) - scales.x(0);
  const size = unit * axes.sizes[name === "minor" ? 1 : 0];
  const reach = Math.max(size, nearest()) + (name === "turn" ? KNOB : 0);
  const [dx, dy] = directionOf(name, axes);
  return within(area, [x + reach * dx, y + reach * dy]);
}

const within = ({ left, top, width, height }, [x, y]) => [
  Math.min(Math.max(x, left), left + width),
  Math.min(Math.max(y, top), top + height),
];

/** Put the handles where they are, as elements over the picture. */
export function placeHandles(scene) {
  const holder = scene.ui.handles;
  const names = NAMES[scene.meta.latent_dim];
  if (holder.dataset.names !== names.join()) {
    holder.dataset.names = names.join();
    holder.replaceChildren(...names.map((name) => makeHandle(scene, name)));
    scene.handle = 0;
    markChosen(scene);
  }
  holder.style.setProperty("--ink", scene.meta.colors.model);
  for (const node of holder.children) {
    const [x, y] = placeOf(scene, node.dataset.handle);
    node.style.translate = `calc(${x.toFixed(1)}px - 50%) calc(${y.toFixed(1)}px - 50%)`;
    describe(scene, node);
  }
}

function describe(scene, node) {
  const name = node.dataset.handle;
  const { mean } = numbersOf(scene);
  const { axes, words, meta: { bounds } } = scene;
  const at = mean.map((value) => significant(value, 3)).join(", ");
  const [values, now, low, high] = {
    centre: () => [at, mean[0], -bounds.mean, bounds.mean],
    turn: () => [`${significant((180 * axes.angle) / Math.PI, 3)}°`, (180 * axes.angle) / Math.PI, -180, 180],
    major: () => sizeValues(axes.sizes[0], bounds),
    width: () => sizeValues(axes.sizes[0], bounds),
    minor: () => sizeValues(axes.sizes[1], bounds),
  }[name]();
  setLabel(node, words[`handle_${name}`]);
  const said = { valuenow: now, valuemin: low, valuemax: high, valuetext: values };
  for (const [key, value] of Object.entries(said)) node.setAttribute(`aria-${key}`, value);
}

const sizeValues = (size, { least_scale: low, most_scale: high }) => [significant(size, 3), size, low, high];

/** One handle is in the order of Tab; brackets go on to the others. */
function markChosen(scene) {
  [...scene.ui.handles.children].forEach((node, i) => (node.tabIndex = i === scene.handle ? 0 : -1));
}

function choose(scene, i) {
  const nodes = scene.ui.handles.children;
  scene.handle = (i + nodes.length) % nodes.length;
  markChosen(scene);
  nodes[scene.handle].focus({ preventScroll: true });
}

function makeHandle(scene, name) {
  const node = document.createElement("div");
  node.className = `handle ${name}`;
  node.dataset.handle = name;
  node.setAttribute("role", "slider");
  followPointer(scene, node, name);
  followKeys(scene, node, name);
  return node;
}

function followPointer(scene, node, name) {
  let start = null;
  const at = ({ clientX, clientY }) => {
    const { left, top } = scene.ui.handles.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  listenToPointer(node, {
    press: (_x, _y, event) => {
      event.preventDefault(); // no text is selected on the way
      choose(scene, [...scene.ui.handles.children].indexOf(node));
      const { mean } = numbersOf(scene);
      const middle = name === "centre" ? at(event) : centreOf(scene);
      start = { mean: [...mean], axes: scene.axes, from: at(event), middle };
      scene.actions.press();
    },
    drag: (_x, _y, event) => start && scene.actions.change(dragged(scene, name, start, at(event))),
    release: () => {
      start = null;
      scene.actions.release();
    },
  });
}

function centreOf(scene) {
  const scales = scene.picture.scalesOf(scene);
  const { mean } = numbersOf(scene);
  return [scales.x(mean[0]), mean.length === 2 ? scales.y(mean[1]) : 0];
}

/** q with a handle dragged from `start.from` to a pixel. */
function dragged(scene, name, start, [px, py]) {
  const { mean, axes, from, middle } = start;
  const scales = scene.picture.scalesOf(scene);
  if (name === "centre") {
    const by = [scales.xOf(px) - scales.xOf(from[0]), scales.yOf(py) - scales.yOf(from[1])];
    return { mean: mean.map((value, i) => value + by[i]), axes };
  }
  if (name === "turn") {
    const angleOf = ([x, y]) => Math.atan2(middle[1] - y, x - middle[0]);
    return { mean, axes: { ...axes, angle: axes.angle + angleOf([px, py]) - angleOf(from) } };
  }
  const direction = directionOf(name, axes);
  const along = ([x, y]) => (x - middle[0]) * direction[0] + (name === "width" ? 0 : (y - middle[1]) * direction[1]);
  const factor = Math.max(along([px, py]), 1) / Math.max(along(from), 1);
  return { mean, axes: scaled(axes, name === "minor" ? 1 : 0, factor) };
}

const scaled = (axes, i, factor) => ({
  ...axes,
  sizes: axes.sizes.map((size, k) => (k === i ? size * factor : size)),
});

function followKeys(scene, node, name) {
  const change = (to) => scene.actions.change({ mean: numbersOf(scene).mean, axes: scene.axes, ...to });
  listenToKeys(node, {
    move: ([dx, dy], speed) => {
      if (name === "centre") change({ mean: stepped(scene, [dx, dy], speed) });
      else if (name === "turn") change({ axes: { ...scene.axes, angle: scene.axes.angle - (dx - dy) * speed * TURN } });
      else change({ axes: scaled(scene.axes, name === "minor" ? 1 : 0, WIDER ** ((dx + dy) * speed)) });
    },
    choose: (side) => choose(scene, scene.handle + side),
    widen: (side) => {
      const factor = WIDER ** side;
      const sizes = scene.axes.sizes.map((size, i) =>
        name === "minor" || name === "major" ? (i === (name === "minor" ? 1 : 0) ? size * factor : size) : size * factor);
      change({ axes: { ...scene.axes, sizes } });
    },
    play: scene.actions.play,
  });
}

/** Half a standard deviation at most, so that a narrow q is placed as finely as a wide one. */
function stepped(scene, arrow, speed) {
  const { half } = scene.window;
  const step = Math.min(half / STEPS, Math.max(0.5 * scene.axes.sizes[0], half / (10 * STEPS)));
  return numbersOf(scene).mean.map((value, i) => value + arrow[i] * speed * step);
}
