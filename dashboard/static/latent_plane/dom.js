// The elements of the component, their sizes and their colours.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { axisCount } = await import(`./prior.js${version}`);

const SKELETON = `
  <div class="panels">
    <figure class="plane"><figcaption><strong>Latent plane</strong><span></span></figcaption>
      <div class="stage"><canvas class="base" aria-hidden="true"></canvas><canvas
        class="overlay" role="application" tabindex="0"></canvas></div></figure>
    <figure class="grid"><figcaption><strong></strong><span></span></figcaption>
      <div class="stage"><canvas class="base" aria-hidden="true"></canvas><canvas
        class="overlay" role="application" tabindex="0"></canvas></div></figure>
  </div>
  <div class="legend" role="group" aria-label="Classes: press to hide or show"></div>
  <section class="probe" aria-label="Decoder under the cursor">
    <div class="decoded">
      <strong>Decoder under the cursor</strong>
      <canvas class="picture" role="img"></canvas><dl></dl>
    </div>
    <div class="reading">
      <p class="where"><output class="point"></output> <span class="others"></span></p>
      <p class="raw"></p>
      <p class="pins"><span></span> <button type="button" hidden>Clear</button></p>
      <canvas class="strip" role="img" hidden></canvas>
      <div class="strip-empty"><span>Click either picture to pin A, click again to pin B:
        the straight line between them is decoded here.</span></div>
      <p class="hint">Move the pointer over either picture: the decoder runs here, in your browser.
        <kbd>←</kbd><kbd>↑</kbd><kbd>→</kbd><kbd>↓</kbd> move the cursor, with <kbd>Shift</kbd>
        faster; <kbd>Home</kbd> prior mean; <kbd>Enter</kbd> pins; <kbd>Esc</kbd> clears.</p>
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

/** Colours and type of Streamlit's theme, as a canvas needs them. */
export function readTheme(root) {
  const style = getComputedStyle(root);
  const size = Number.parseFloat(style.fontSize);
  const color = (name) => style.getPropertyValue(name).trim();
  const font = (em, weight = 400) => `${weight} ${(em * size).toFixed(1)}px ${style.fontFamily}`;
  const theme = {
    size,
    font,
    text: color("--st-text-color"),
    background: color("--st-background-color"),
    line: color("--st-border-color"),
  };
  theme.muted = mixed(theme.text, theme.background, 0.72);
  return { ...theme, name: [theme.text, theme.background, theme.line, font(1)].join() };
}

/** `share` of one colour and the rest of another, as the browser's canvas computes it. */
function mixed(color, ground, share) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  context.fillStyle = ground;
  context.fillRect(0, 0, 1, 1);
  context.globalAlpha = share;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${r}, ${g}, ${b})`;
}

/** Size a canvas for the screen's density; returns its context in CSS pixels. */
export function sizeCanvas(canvas, width, height) {
  const density = Math.min(devicePixelRatio || 1, 3);
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(density, 0, 0, density, 0, 0);
  return context;
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
