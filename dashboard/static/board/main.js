// The board: words where they changed, and every picture drawn anew.

const version = new URL(import.meta.url).search;
const { makeVoice, setLabel, watchWidth } = await import(`../shared/scene.js${version}`);
const { readTheme } = await import(`../shared/theme.js${version}`);
const { lead, leave, placeHandles } = await import(`./handles.js${version}`);
const { tipAt } = await import(`./hover.js${version}`);
const layout = await import(`./layout.js${version}`);
const { addHandle, goOn, inTurn, settleMoves } = await import(`./moves.js${version}`);
const { drawPanel } = await import(`./panel.js${version}`);
const { previewOf } = await import(`./preview.js${version}`);

const TIP_GAP = 12; // px

/** Take a message: called for every rerun of the page, and when the theme changes. */
export function update(root, message) {
  const scene = (root.__scene ??= createScene());
  scene.observer ??= watchWidth(root, () => drawAll(root));
  root.__message = message;
  const { meta } = message;
  scene.words = meta.words;
  scene.send = message.send;
  settleMoves(scene, meta.turn);
  scene.changed = () => redrawSoon(root);
  layout.placesOf(root, scene, meta.layout);
  layout.tellHtml(scene, meta.html);
  layout.fade(scene, meta.stale);
  scene.tip.hidden = true;
  drawAll(root);
  root.removeAttribute("aria-busy");
  goOn(scene);
}

/** Stop everything that runs by itself; a later update() starts it again. */
export function dispose(root) {
  const scene = root.__scene;
  if (!scene) return;
  scene.observer?.disconnect();
  scene.voice.stop();
  clearTimeout(scene.sending);
  cancelAnimationFrame(scene.redrawing);
  scene.observer = null;
}

function createScene() {
  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  const live = Object.assign(document.createElement("p"), { className: "live" });
  live.setAttribute("aria-live", "polite");
  return {
    tip, live, voice: makeVoice(live), places: null, told: {},
    moved: new Map(), queue: [], dragging: null,
    turn: 0, seen: 0, saidOf: null, sentAt: Number.NEGATIVE_INFINITY,
  };
}

/** The theme, in the sizes of the board's pictures. */
function themeOf(root, meta) {
  const { size, ...theme } = readTheme(root);
  const family = getComputedStyle(root).fontFamily;
  return { ...theme, size: 0.8 * size, family, width: meta.line_width, dash: meta.dash };
}

function drawAll(root) {
  const { __scene: scene, __message: { meta, sections } } = root;
  if (root.clientWidth === 0) return;
  const theme = themeOf(root, meta);
  const all = Object.entries(scene.places.pictures).flatMap(([name, place]) => {
    const panels = meta.slots[name] ?? [];
    return layout.picturesOf(place, panels).map((picture, i) => ({ picture, panel: panels[i] }));
  });
  const widths = all.map(({ picture }) => picture.clientWidth); // read all, then draw
  const previewed = previewOf(root);
  all.forEach(({ picture, panel }, i) => {
    const canvas = picture.firstChild;
    picture.__drawn = drawPanel(canvas, panel, sections, theme, widths[i], previewed);
    setLabel(canvas, panel.alt);
    canvas.onpointermove = (event) => {
      showTip(root, picture, event);
      follow(scene, picture, panel, event);
    };
    canvas.onclick = panel.takes_points ? (event) => addAt(scene, picture, panel, event) : null;
    canvas.style.cursor = panel.takes_points ? "copy" : "";
    canvas.onpointerleave = () => {
      scene.tip.hidden = true;
      leave(scene);
    };
    placeHandles(scene, picture, panel, picture.__drawn, theme);
  });
  layout.reachWideHtml(scene, meta.words.wide);
}

/** Draw once more with the next frame, if the browser can say what a moved handle changes. */
function redrawSoon(root) {
  const scene = root.__scene;
  if (!root.__message.meta.preview) return;
  cancelAnimationFrame(scene.redrawing);
  scene.redrawing = requestAnimationFrame(() => drawAll(root));
}

/** A handle that follows the mouse, where the picture has one and the mouse is in its area. */
function follow(scene, picture, panel, { pointerType, offsetX, buttons }) {
  if (!panel.follower || pointerType !== "mouse" || buttons) return;
  const { box, scales } = picture.__drawn;
  if (offsetX < box.left || offsetX > box.left + box.width) return;
  const nodes = Object.values(scene.places.pictures).flatMap((place) => [...place.children]);
  const handle = nodes.flatMap((node) => [...node.children]);
  const node = handle.find(({ dataset }) => dataset.handle === panel.follower);
  if (node) lead(scene, node, scales.x.valueAt(offsetX));
}

/** A click in the area of the axes asks for a handle there. */
function addAt(scene, picture, panel, { offsetX, offsetY }) {
  const { box, scales } = picture.__drawn;
  const [x, y] = [offsetX - box.left, offsetY - box.top];
  if (x < 0 || y < 0 || x > box.width || y > box.height) return;
  const at = [scales.x.valueAt(offsetX), scales.y.valueAt(offsetY)];
  inTurn(scene, () => {
    picture.__adds = true; // the new one is chosen when it comes
    addHandle(scene, panel, ...at);
  });
}

function showTip(root, picture, event) {
  const { tip } = root.__scene;
  const text = tipAt(picture.__drawn, event.offsetX, event.offsetY);
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const [own, board] = [picture.getBoundingClientRect(), root.getBoundingClientRect()];
  const left = own.left - board.left + event.offsetX + TIP_GAP;
  tip.style.left = `${Math.max(0, Math.min(left, board.width - tip.offsetWidth))}px`;
  tip.style.top = `${own.top - board.top + event.offsetY - tip.offsetHeight - 10}px`;
}
