// The elements of the component, and their sizes.

const { sizeCanvas } = await import(`../shared/canvas.js${new URL(import.meta.url).search}`);

const pressed = (kind, name) => `<button type="button" data-${kind}="${name}" data-text="${name}"></button>`;
const figure = (name, title) => `
    <figure class="${name}"><figcaption><strong data-text="${title}"></strong> <span></span></figcaption>
      <div class="stage"><canvas class="sheet" aria-hidden="true"></canvas><canvas class="over"
        role="application" tabindex="0"></canvas></div></figure>`;

const SKELETON = `
  <div class="bar" role="group" data-label="walk">
    <button type="button" class="play"></button>
    <input type="range" class="time" min="0" max="1" step="0.001" data-label="time">
    <output class="where"></output>
    <span class="modes" role="group" data-label="colours">
      ${pressed("mode", "density")}
      ${pressed("mode", "logdet")}
    </span>
    <span class="layers-shown" role="group" data-label="shown">
      ${pressed("show", "grid")}
      ${pressed("show", "data")}
      ${pressed("show", "samples")}
    </span>
  </div>
  <div class="pair">${figure("base", "base_title")}${figure("mapped", "data_title")}
  </div>
  <div class="scale" hidden><canvas role="img" data-label="scale"></canvas></div>
  <section class="probe" data-label="probe">
    <div class="numbers"></div>
    <div class="matrices"></div>
  </section>
  <p class="hint"><span data-html="hint"></span>
    <span class="one-way" hidden><b data-text="one_way"></b></span></p>
  <p class="live" aria-live="polite"></p>`;

/** Build the page once; returns the elements by their use. */
export function build(root) {
  root.innerHTML = SKELETON;
  const find = (selector) => root.querySelector(selector);
  const panel = (name) => ({
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
    const height = side + bottom + 4;
    const area = { left, top: 4, side, width: side, height: side, outerHeight: height };
    scene.panels[name] = {
      area,
      sheet: sizeCanvas(ui[name].sheet, width, height),
      over: sizeCanvas(ui[name].over, width, height),
    };
  }
  const width = Math.min(ui.scale.parentElement.clientWidth - 3 * theme.size, 34 * theme.size);
  scene.panels.scale = { width, context: sizeCanvas(ui.scaleCanvas, width, 2.6 * theme.size) };
}
