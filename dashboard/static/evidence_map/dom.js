// The elements of the component, and their sizes.

const version = new URL(import.meta.url).search; // never mix two versions
const { sizeCanvas } = await import(`../shared/canvas.js${version}`);

const SKELETON = `
  <div class="body"><div class="pictures">
    <figure class="map" data-slot="plane"><figcaption><strong data-text="map"></strong></figcaption>
      <div class="stage"><canvas class="base" aria-hidden="true"></canvas><canvas
        class="overlay" role="img"></canvas><div class="handles"></div></div>
      <div class="bar"><span class="radios zooms" role="radiogroup" data-label="zoom"></span>
        <button type="button" class="play"></button></div>
    </figure>
    <figure class="column" data-slot="column"><figcaption><strong data-text="column"></strong></figcaption>
      <canvas role="img"></canvas>
      <dl>
        <dt data-text="log_p"></dt><dd><span class="log-p"></span> <small class="how"></small></dd>
        <dt class="elbo-name">ELBO</dt><dd class="elbo"></dd>
        <dt class="kl-name">KL(q ‖ p(z|x))</dt><dd class="kl"></dd>
      </dl>
      <p class="residual"></p><p class="positive"></p>
    </figure>
    <div class="third">
      <figure class="weights" data-slot="weights"><figcaption><strong data-text="weights"></strong></figcaption>
        <canvas role="img"></canvas>
        <dl>
          <dt data-text="estimate"></dt><dd class="hat"></dd>
          <dt data-text="beside"></dt><dd class="exact-beside"></dd>
          <dt data-text="ess_measured"></dt><dd class="ess"></dd>
          <dt data-text="ess_exact"></dt><dd class="exact-ess"></dd>
        </dl>
        <p class="largest"></p><p class="part"></p>
      </figure>
      <section class="probe" data-label="probe">
        <div class="pictures-of">
          <figure><canvas class="datum" role="img" data-label="datum"></canvas><figcaption data-text="datum"></figcaption></figure>
          <figure><canvas class="decoded" role="img" data-label="decoded"></canvas><figcaption>f(z)</figcaption></figure>
        </div>
        <table class="values"><thead><tr><td></td><th scope="col">x</th><th scope="col">f(z)</th></tr></thead><tbody></tbody></table>
        <div class="reading"><p class="where"></p><p class="density"></p></div>
      </section>
    </div>
  </div>
  <div class="controls">
    <div class="bar"><span class="radios choices" role="radiogroup" data-label="proposals"></span>
      <button type="button" class="twin" role="switch" data-text="twin"></button></div>
    <p class="stand-in"></p>
    <div class="fields" role="group" data-label="numbers"></div>
    <p class="refusal" role="alert"></p>
  </div></div>
  <p class="hint" data-html="hint"></p>
  <p class="live" aria-live="polite"></p>`;

const NAMES = {
  handles: ".handles", zooms: ".zooms", play: ".play", choices: ".choices", twin: ".twin",
  standIn: ".stand-in", fields: ".fields", refusal: ".refusal", live: ".live",
  columnCanvas: ".column canvas", weightsCanvas: ".weights canvas",
  logP: ".log-p", how: ".how", elbo: ".elbo", kl: ".kl", residual: ".residual", positive: ".positive",
  hat: ".hat", exactBeside: ".exact-beside", ess: ".ess", exactEss: ".exact-ess",
  largest: ".largest", part: ".part", pictures: ".pictures-of", datum: ".datum", decoded: ".decoded",
  values: ".values", where: ".where", density: ".density",
};

/** Build the page once; returns the elements by their use. */
export function build(root) {
  root.innerHTML = SKELETON;
  const ui = {};
  for (const [name, selector] of Object.entries(NAMES)) ui[name] = root.querySelector(selector);
  ui.map = {
    title: root.querySelector(".map strong"),
    stage: root.querySelector(".stage"),
    baseCanvas: root.querySelector(".base"),
    overlayCanvas: root.querySelector(".overlay"),
  };
  return ui;
}

/** Fit every canvas to the width that the page gives. */
export function layOut(scene) {
  const { ui, theme, meta, root } = scene;
  const { size } = theme;
  root.style.setProperty("--elbo", meta.colors.elbo);
  root.style.setProperty("--kl", meta.colors.kl);
  const width = ui.map.stage.clientWidth;
  const margins = { left: 3 * size, right: 0.6 * size, top: 0.45 * size, bottom: 2.6 * size };
  const inner = width - margins.left - margins.right;
  const tall = meta.latent_dim === 2 ? inner : Math.min(0.85 * inner, 23 * size);
  const height = Math.round(tall + margins.top + margins.bottom);
  const area = areaIn(width, height, margins);
  scene.panels = {
    map: {
      area,
      base: sizeCanvas(ui.map.baseCanvas, width, height),
      overlay: sizeCanvas(ui.map.overlayCanvas, width, height),
    },
    column: columnPanel(ui, size, height),
    weights: weightsPanel(ui, size),
    datum: imagePanel(ui.datum, meta, size),
    decoded: imagePanel(ui.decoded, meta, size),
  };
}

function areaIn(width, height, { left, right, top, bottom }) {
  return {
    left, top, outerWidth: width, outerHeight: height,
    width: Math.max(width - left - right, 1),
    height: Math.max(height - top - bottom, 1),
  };
}

/** As high as the map beside it, with the numbers below. */
function columnPanel(ui, size, beside) {
  const width = ui.columnCanvas.parentElement.clientWidth;
  const height = Math.round(Math.min(Math.max(beside - 7.6 * size, 17 * size), 30 * size));
  const area = areaIn(width, height, { left: 4 * size, right: 0.3 * size, top: 0.3 * size, bottom: 0.3 * size });
  const bar = { left: area.left + 0.5 * size, width: Math.max(area.width - 6.6 * size, 2.4 * size) };
  return { area, bar, context: sizeCanvas(ui.columnCanvas, width, height) };
}

function weightsPanel(ui, size) {
  const width = ui.weightsCanvas.parentElement.clientWidth;
  const height = Math.round(13 * size);
  const margins = { left: 3.4 * size, right: 0.8 * size, top: 0.5 * size, bottom: 2.6 * size };
  return { area: areaIn(width, height, margins), context: sizeCanvas(ui.weightsCanvas, width, height) };
}

function imagePanel(canvas, { problem: { image_shape: shape } }, size) {
  const [rows, columns] = shape ?? [1, 1];
  const density = devicePixelRatio || 1;
  // A whole number of screen pixels for each image pixel, so that all look the same size.
  const width = (Math.max(1, Math.floor((5.4 * size * density) / columns)) * columns) / density;
  const height = (width * rows) / columns;
  return { width, height, context: sizeCanvas(canvas, width, height) };
}
