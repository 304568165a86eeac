// The board: words where they changed, and every picture drawn anew.

const version = new URL(import.meta.url).search;
const { drawPanel } = await import(`./panel.js${version}`);
const { hitOf } = await import(`./hover.js${version}`);

const SKELETON = `
  <div class="top">
    <div class="story" data-slot="story"></div>
    <div class="measured">
      <div data-slot="strips"></div>
      <div class="provenance" data-words="provenance"></div>
      <div class="verdict" data-words="verdict"></div>
    </div>
  </div>
  <div class="table measured" data-words="table"></div>
  <div data-words="sweep_title"></div>
  <div class="sweeps" data-slot="sweeps"></div>
  <div class="legend" data-words="sweep_note"></div>
  <div data-words="submissions"></div>
  <div class="tip" hidden></div>`;

function build(root) {
  root.innerHTML = SKELETON;
  const scene = { slots: {}, words: {}, told: {}, tip: root.querySelector(".tip") };
  for (const node of root.querySelectorAll("[data-slot]")) scene.slots[node.dataset.slot] = node;
  for (const node of root.querySelectorAll("[data-words]")) scene.words[node.dataset.words] = node;
  return scene;
}

/** One canvas per picture of a slot; those that stay keep theirs. */
function canvasesOf(slot, panels) {
  const names = panels.map((panel) => panel.name);
  const have = [...slot.children];
  if (have.map((canvas) => canvas.dataset.name).join() !== names.join()) {
    const fresh = panels.map(({ name }) => {
      const kept = have.find((canvas) => canvas.dataset.name === name);
      if (kept) return kept;
      const canvas = document.createElement("canvas");
      canvas.dataset.name = name;
      canvas.setAttribute("role", "img");
      return canvas;
    });
    slot.replaceChildren(...fresh);
  }
  return [...slot.children];
}

/** Colours and type of the page, as a canvas needs them. */
function readTheme(root, meta) {
  const style = getComputedStyle(root);
  return {
    size: 0.8 * Number.parseFloat(style.fontSize),
    family: style.fontFamily,
    text: style.color,
    width: meta.line_width,
    dash: meta.dash,
  };
}

function drawAll(root) {
  const { __scene: scene, __message: { meta, sections } } = root;
  if (root.clientWidth === 0) return;
  const theme = readTheme(root, meta);
  for (const [name, slot] of Object.entries(scene.slots)) {
    const panels = meta.slots[name] ?? [];
    const canvases = canvasesOf(slot, panels);
    const widths = canvases.map((canvas) => canvas.clientWidth); // read all, then draw
    panels.forEach((panel, i) => {
      const hits = drawPanel(canvases[i], panel, sections.numbers, theme, widths[i]);
      if (canvases[i].getAttribute("aria-label") !== panel.alt) {
        canvases[i].setAttribute("aria-label", panel.alt);
      }
      canvases[i].onpointermove = (event) => showTip(root, canvases[i], hits, event);
      canvases[i].onpointerleave = () => (scene.tip.hidden = true);
    });
  }
}

function showTip(root, canvas, hits, event) {
  const { tip } = root.__scene;
  const text = hitOf(hits, event.offsetX, event.offsetY);
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const [own, board] = [canvas.getBoundingClientRect(), root.getBoundingClientRect()];
  const left = own.left - board.left + event.offsetX + 12;
  tip.style.left = `${Math.max(0, Math.min(left, board.width - tip.offsetWidth))}px`;
  tip.style.top = `${own.top - board.top + event.offsetY - tip.offsetHeight - 10}px`;
}

export function update(root, message) {
  const scene = (root.__scene ??= build(root));
  root.__message = message;
  root.classList.toggle("is-stale", message.meta.is_stale);
  for (const [name, node] of Object.entries(scene.words)) {
    const html = message.meta.words[name] ?? "";
    if (scene.told[name] === html) continue;
    scene.told[name] = html;
    node.innerHTML = html;
  }
  if (!root.__observer) {
    root.__observer = new ResizeObserver(() => drawAll(root));
    root.__observer.observe(root);
  }
  scene.tip.hidden = true;
  drawAll(root);
  root.removeAttribute("aria-busy");
}

export function dispose(root) {
  root.__observer?.disconnect();
  root.__observer = null;
}
