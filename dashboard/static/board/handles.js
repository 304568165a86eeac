// Points that the visitor drags: elements over the canvas, so that they take the focus, and touch.

const version = new URL(import.meta.url).search;
const { listenToKeys } = await import(`../shared/keys.js${version}`);
const { significant } = await import(`../shared/numbers.js${version}`);
const { listenToPointer } = await import(`../shared/pointer.js${version}`);
const { setLabel } = await import(`../shared/scene.js${version}`);
const { fill } = await import(`../shared/words.js${version}`);
const { inkOf } = await import(`./ink.js${version}`);
const moves = await import(`./moves.js${version}`);

const { held, keyOf, stateOf } = moves;

const KEY_STEPS = 60; // arrow key presses across the picture
const WIDER = 1.1;

const nodesOf = (picture) => [...picture.children].slice(1); // the canvas comes first

/** Put the handles of a drawn picture where they are. */
export function placeHandles(scene, picture, panel, drawn, theme) {
  const names = panel.handles.map(({ name }) => name);
  let hadFocus = false;
  if (nodesOf(picture).map(({ dataset }) => dataset.handle).join("\n") !== names.join("\n")) {
    const nodes = panel.handles.map(({ name }) => makeNode(scene, picture, name));
    const { activeElement } = picture.getRootNode();
    const known = nodesOf(picture).map(({ dataset }) => dataset.handle);
    const added = picture.__adds ? names.findIndex((name) => !known.includes(name)) : -1;
    if (added >= 0) Object.assign(picture, { __chosen: added, __adds: false });
    hadFocus = added >= 0 || nodesOf(picture).includes(activeElement);
    picture.replaceChildren(picture.firstChild, ...nodes);
    moves.forgetMoves(scene, panel);
    scene.dragging = null; // what was held is gone
  }
  nodesOf(picture).forEach((node, i) => {
    node.__view = { panel, drawn, handle: panel.handles[i] };
    node.classList.toggle("is-small", panel.handles[i].is_small);
    node.style.setProperty("--ink", inkOf(panel.handles[i].color, theme));
    show(scene, node);
  });
  picture.__chosen = held(picture.__chosen ?? 0, [0, Math.max(names.length - 1, 0)]);
  markChosen(picture);
  if (hadFocus) nodesOf(picture)[picture.__chosen]?.focus({ preventScroll: true });
}

function makeNode(scene, picture, name) {
  const node = document.createElement("div");
  node.className = "handle";
  node.dataset.handle = name;
  node.setAttribute("role", "slider");
  node.append(document.createElement("span"));
  node.onfocus = () => {
    picture.__chosen = nodesOf(picture).indexOf(node);
    markChosen(picture);
  };
  followPointer(scene, picture, node);
  followKeys(scene, picture, node);
  return node;
}

/** A handle goes where the mouse is over a picture, unless one is being dragged. */
export function lead(scene, node, x) {
  const key = keyOf(node.__view);
  if (scene.dragging && scene.dragging !== key) return;
  Object.assign(scene, { dragging: key, led: node });
  moves.moveHandle(scene, node.__view, { x });
  scene.changed();
  show(scene, node);
}

/** The mouse has left: what it led has come to rest. */
export function leave(scene) {
  const { led } = scene;
  scene.led = null;
  if (!led || scene.dragging !== keyOf(led.__view)) return;
  scene.dragging = null;
  moves.sendMove(scene, led.__view, true);
}

/** The place of a handle in words. */
function placeText(scene, view) {
  const { panel, handle } = view;
  const { x, y, width } = stateOf(scene, view);
  const text = fill(scene.words[`place_${handle.moves}`], {
    x: significant(x), y: significant(y), x_title: panel.x.title, y_title: panel.y.title,
  });
  if (width === null) return text;
  return `${text}, ${fill(scene.words.place_width, { width: significant(width) })}`;
}

function show(scene, node) {
  const view = node.__view;
  const { x, y, width } = stateOf(scene, view);
  const { box, scales } = view.drawn;
  node.style.left = `${held(scales.x.place(x), [box.left, box.left + box.width])}px`;
  node.style.top = `${held(scales.y.place(y), [box.top, box.top + box.height])}px`;
  const ring = node.firstChild;
  ring.hidden = width === null || !view.handle.has_ring;
  if (!ring.hidden) {
    ring.style.width = `${Math.abs(scales.x.place(x + width) - scales.x.place(x - width))}px`;
    ring.style.height = `${Math.abs(scales.y.place(y + width) - scales.y.place(y - width))}px`;
  }
  setValues(scene, node, x, y);
}

function setValues(scene, node, x, y) {
  const { handle } = node.__view;
  const isUpright = handle.moves === "y";
  const [low, high] = isUpright ? handle.y_bounds : handle.x_bounds;
  setLabel(node, handle.title);
  const values = { orientation: isUpright ? "vertical" : "horizontal", valuemin: low, valuemax: high,
    valuenow: isUpright ? y : x, valuetext: placeText(scene, node.__view) };
  for (const [name, value] of Object.entries(values)) node.setAttribute(`aria-${name}`, value);
}

function say(scene, node) {
  scene.voice.say(() => `${node.__view.handle.title}: ${placeText(scene, node.__view)}`);
}

function move(scene, node, change) {
  moves.moveHandle(scene, node.__view, change);
  scene.changed();
  show(scene, node);
  say(scene, node);
}

/** One handle of each picture is in the order of Tab; brackets go on to the others. */
function markChosen(picture) {
  nodesOf(picture).forEach((node, i) => (node.tabIndex = i === picture.__chosen ? 0 : -1));
}

function choose(scene, picture, i) {
  const nodes = nodesOf(picture);
  picture.__chosen = (i + nodes.length) % nodes.length;
  markChosen(picture);
  nodes[picture.__chosen].focus({ preventScroll: true });
  say(scene, nodes[picture.__chosen]);
}

/** The handle that is chosen goes: if another had to go first, the one that has the focus now. */
function removeChosen(scene, picture) {
  const node = nodesOf(picture)[picture.__chosen];
  if (node) moves.removeHandle(scene, node.__view);
}

function followPointer(scene, picture, node) {
  let grip = [0, 0]; // from the handle's centre to where it was taken
  const centre = () => [node.offsetLeft, node.offsetTop];
  const at = ({ clientX, clientY }) => {
    const { left, top } = picture.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  listenToPointer(node, {
    press: (_x, _y, event) => {
      event.preventDefault(); // no text is selected on the way
      scene.led = null;
      grip = at(event).map((pixel, k) => pixel - centre()[k]);
      scene.dragging = keyOf(node.__view);
      choose(scene, picture, nodesOf(picture).indexOf(node));
    },
    drag: (_x, _y, event) => {
      const { scales } = node.__view.drawn;
      const [px, py] = at(event).map((pixel, k) => pixel - grip[k]);
      move(scene, node, { x: scales.x.valueAt(px), y: scales.y.valueAt(py) });
    },
    release: () => {
      scene.dragging = null;
      moves.sendMove(scene, node.__view, true);
    },
  });
}

function followKeys(scene, picture, node) {
  listenToKeys(node, {
    move: ([dx, dy], speed) => {
      const { drawn: { box, scales } } = node.__view;
      const { x, y } = stateOf(scene, node.__view);
      const step = speed / KEY_STEPS; // in pixels: equal factors on a logarithmic axis
      move(scene, node, {
        x: scales.x.valueAt(scales.x.place(x) + dx * step * box.width),
        y: scales.y.valueAt(scales.y.place(y) - dy * step * box.height),
      });
    },
    choose: (side) => choose(scene, picture, picture.__chosen + side),
    widen: (side) => {
      const { width } = stateOf(scene, node.__view);
      if (width !== null) move(scene, node, { width: width * WIDER ** side });
    },
    remove: () => moves.inTurn(scene, () => removeChosen(scene, picture)),
  });
}
