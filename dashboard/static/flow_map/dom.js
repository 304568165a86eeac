// The elements of the component, and their sizes.

const { sizeCanvas } = await import(`./plot.js${new URL(import.meta.url).search}`);

const SKELETON = `
  <div class="bar" role="group" aria-label="Walk through the layers">
    <button type="button" class="play"></button>
    <input type="range" class="time" min="0" max="1" step="0.001" aria-label="Time: from base to data">
    <output class="where"></output>
    <span class="modes" role="group" aria-label="Colours">
      <button type="button" data-mode="density">density</button>
      <button type="button" data-mode="logdet">log |det J|</button>
    </span>
    <span class="layers-shown" role="group" aria-label="Shown on the pictures">
      <button type="button" data-show="grid">grid</button>
      <button type="button" data-show="data">data</button>
      <button type="button" data-show="samples">samples</button>
    </span>
  </div>
  <div class="pair">
    <figure class="base"><figcaption><strong>Base</strong> <span></span></figcaption>
      <div class="stage"><canvas class="sheet" aria-hidden="true"></canvas><canvas class="over"
        role="application" tabindex="0"></canvas></div></figure>
    <figure class="mapped"><figcaption><strong></strong> <span></span></figcaption>
      <div class="stage"><canvas class="sheet" aria-hidden="true"></canvas><canvas class="over"
        role="application" tabindex="0"></canvas></div></figure>
  </div>
  <div class="scale" hidden><canvas role="img"></canvas></div>
  <section class="probe" aria-label="Probe">
    <div class="numbers"></div>
    <div class="matrices"></div>
  </section>
  <p class="hint">Click or drag on either picture, or use <kbd>←</kbd><kbd>↑</kbd><kbd>→</kbd><kbd>↓</kbd>
    (<kbd>Shift</kbd>: faster, <kbd>Home</kbd>: centre), to move the probe. Evaluated in your browser.
    <span class="one-way" hidden><b>Here on the base only: a place in the data has no one z.</b></span></p>
  <p class="live" aria-live="polite"></p>`;

/** Build the page once; returns the elements by their use. */
export function build(root) {
  root.innerHTML = SKELETON;
  const find = (selector) => root.querySelector(selector);
  const panel = (name) => ({
    title: find(`.${name} strong`),
    caption: find(`.${name} figcaption span`),
    stage: find(`.${name} .stage`),
    sheet: find(`.${name} .sheet`),
    over: find(`.${name} .over`),
  });
  return {
    play: find(".play"), time: find(".time"), where: find(".where"),
    modes: [...root.querySelectorAll("[data-mode]")],
    shows: [...root.querySelectorAll("[data-show]")],
    base: panel("base"), mapped: panel("mapped"),
    scale: find(".scale"), scaleCanvas: find(".scale canvas"),
    hint: find(".one-way"), numbers: find(".numbers"), matrices: find(".matrices"), live: find(".live"),
  };
}

/** Fit both pictures to the width that the page gives. */
export function layOut(scene) {
  const { ui, theme } = scene;
  scene.panels = {};
  for (const name of ["base", "mapped"]) {
    const width = Math.max(ui[name].stage.clientWidth, 60);
    const [left, bottom] = [Math.round(2.9 * theme.size), Math.round(2.5 * theme.size)];
    const side = Math.max(width - left - 6, 20);
    const area = { left, top: 4, side, height: side + bottom + 4 };
    scene.panels[name] = {
      area,
      sheet: sizeCanvas(ui[name].sheet, width, area.height),
      over: sizeCanvas(ui[name].over, width, area.height),
    };
  }
  const width = Math.min(ui.scale.parentElement.clientWidth - 3 * theme.size, 34 * theme.size);
  scene.panels.scale = { width, context: sizeCanvas(ui.scaleCanvas, width, 2.6 * theme.size) };
}
