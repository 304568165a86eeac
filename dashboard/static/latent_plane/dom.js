// The elements of the component, and their sizes.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { axisCount } = await import(`./prior.js${version}`);

const { sizeCanvas } = await import(`../shared/canvas.js${version}`);

const figure = (name) => `
    <figure class="${name}"><figcaption><strong></strong><span></span></figcaption>
      <div class="stage"><canvas class="base" aria-hidden="true"></canvas><canvas
        class="overlay" role="application" tabindex="0"></canvas></div></figure>`;

const SKELETON = `
  <div class="panels">${figure("plane")}${figure("grid")}
  </div>
  <div class="legend" role="group" data-label="legend"></div>
  <section class="probe" data-label="decoder">
    <div class="decoded">
      <strong data-text="decoder"></strong>
      <canvas class="picture" role="img" data-label="picture"></canvas><dl></dl>
    </div>
    <div class="reading">
      <p class="where"><output class="point"></output> <span class="others"></span></p>
      <p class="raw"></p>
      <p class="pins"><span></span> <button type="button" data-text="clear" hidden></button></p>
      <canvas class="strip" role="img" data-label="strip" hidden></canvas>
      <div class="strip-empty"><span data-text="strip_empty"></span></div>
      <p class="hint" data-html="hint"></p>
    </div>
  </section>
  <p class="live" aria-live="polite"></p>`;

/** Build the page once; returns the elements by their use. */
export function build(root) {
  root.innerHTML = SKELETON;
  const find = (selector) => root.querySelector(selector);
  const panel = (name) => ({
    figure: find(`.${name}`),
    title: find(`.${name} strong`),
    caption: find(`.${name} figcaption span`),
    stage: find(`.${name} .stage`),
    baseCanvas: find(`.${name} .base`),
    overlayCanvas: find(`.${name} .overlay`),
  });
  return {
    plane: panel("plane"),
    grid: panel("grid"),
    legend: find(".legend"),
    picture: find(".picture"),
    table: find("dl"),
    point: find(".point"),
    others: find(".others"),
    decoded: find(".raw"),
    pins: find(".pins span"),
    clear: find(".pins button"),
    strip: find(".strip"),
    stripEmpty: find(".strip-empty"),
    live: find(".live"),
  };
}

/** One latent dimension of images: plane above, one long row of images below. */
export const isStacked = (meta) => meta.kind === "image" && axisCount(meta) === 1;

/** Fit every canvas to the width that the page gives. */
export function layOut(scene, stripHeight) {
  const { root, ui, meta, theme } = scene;
  root.classList.toggle("stacked", isStacked(meta));
  root.dataset.kind = meta.kind;
  const size = theme.size;
  scene.panels = { plane: sizePanel(ui.plane, planeHeight(meta, ui, size), size) };
  scene.panels.grid = sizePanel(ui.grid, gridHeight(meta, ui, size), size);
  if (meta.kind === "image" && !isStacked(meta)) keepAspect(scene.panels.grid.area, meta);
  scene.panels.probe = sizePicture(ui, meta);
  const width = ui.pins.closest(".reading").clientWidth;
  const height = meta.kind === "plane" ? 0 : Math.round(stripHeight(width));
  root.style.setProperty("--strip", `${height}px`);
  scene.panels.strip = { width, height, context: sizeCanvas(ui.strip, width, height) };
}

function planeHeight(meta, ui, size) {
  const width = ui.plane.stage.clientWidth;
  if (!isStacked(meta)) return squareHeight(width, size);
  return Math.min(width, 90 + 22 * Math.max(meta.classes.length, 2));
}

/** The height that makes the area inside the axes square. */
function squareHeight(width, size) {
  const { left, right, top, bottom } = marginsOf(size);
  return width - left - right + top + bottom;
}

function gridHeight(meta, ui, size) {
  const width = ui.grid.stage.clientWidth;
  if (!isStacked(meta)) return squareHeight(width, size);
  const margins = marginsOf(size);
  const cell = (width - margins.left - margins.right) / meta.grid_size;
  const [rows, columns] = meta.image_shape;
  return Math.round((cell * rows) / columns + margins.top + margins.bottom);
}

const marginsOf = (size) => ({
  left: Math.round(3.1 * size),
  right: Math.round(0.5 * size),
  top: Math.round(0.45 * size),
  bottom: Math.round(2.6 * size),
});

function sizePanel(elements, height, size) {
  const width = elements.stage.clientWidth;
  const { left, right, top, bottom } = marginsOf(size);
  const area = { left, top, outerWidth: width, outerHeight: height };
  area.width = Math.max(width - left - right, 1);
  area.height = Math.max(height - top - bottom, 1);
  return {
    area,
    base: sizeCanvas(elements.baseCanvas, width, height),
    overlay: sizeCanvas(elements.overlayCanvas, width, height),
  };
}

/** Images that are not square must not be stretched. */
function keepAspect(area, { image_shape: [rows, columns] }) {
  const scale = Math.min(area.width / columns, area.height / rows);
  area.left += (area.width - scale * columns) / 2;
  [area.width, area.height] = [scale * columns, scale * rows];
}

function sizePicture(ui, meta) {
  const holder = ui.picture.parentElement;
  const [rows, columns] = meta.image_shape ?? [1, 1];
  const density = devicePixelRatio || 1;
  const room = Math.min(holder.clientWidth, 220) * density;
  // A whole number of screen pixels for each image pixel, so that all look the same size.
  const width = (Math.max(1, Math.floor(room / columns)) * columns) / density;
  const height = (width * rows) / columns;
  return { width, height, context: sizeCanvas(ui.picture, width, height) };
}

/** One chip per class, in its colour; pressing it hides or shows the class. */
export function drawLegend({ ui, meta, hidden }, onToggle) {
  const key = JSON.stringify([meta.classes, meta.label_colors, [...hidden]]);
  if (ui.legend.dataset.key === key) return;
  ui.legend.dataset.key = key;
  while (ui.legend.children.length > meta.classes.length) ui.legend.lastChild.remove();
  meta.classes.forEach((name, label) => {
    const chip = ui.legend.children[label] ?? ui.legend.appendChild(document.createElement("button"));
    chip.type = "button";
    chip.textContent = name;
    chip.style.setProperty("--chip", meta.label_colors[label] ?? meta.colors.data);
    chip.setAttribute("aria-pressed", String(!hidden.has(label)));
    chip.onclick = () => onToggle(label);
  });
}
