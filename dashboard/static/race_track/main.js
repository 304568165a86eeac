// A race of optimisers in a plane, and what they minimise over the steps. All steps came at once:
// playing needs no server.

const version = new URL(import.meta.url).search;
const { listenToKeys } = await import(`../shared/keys.js${version}`);
const { setText, setLabel, watchWidth } = await import(`../shared/scene.js${version}`);
const { dress, fill } = await import(`../shared/words.js${version}`);
const { drawRace } = await import(`./pictures.js${version}`);

const STEPS_PER_SECOND = 25;

const SKELETON = `
  <div class="strip">
    <button class="play" type="button"></button>
    <button class="reset" type="button" data-text="reset"></button>
    <input type="range" min="0" step="1" data-label="slider"/>
    <output></output>
  </div>
  <canvas role="img"></canvas>`;

/** Take a message: called for every rerun of the page, and when the theme changes. */
export function update(root, { meta, sections }) {
  const scene = (root.__scene ??= createScene(root));
  const isNew = scene.meta?.identity !== meta.identity;
  Object.assign(scene, { meta, sections });
  if (isNew) {
    pause(scene);
    scene.step = meta.steps; // opens on the finished race
  }
  dress(root, meta.words);
  scene.ui.slider.max = String(meta.steps);
  setLabel(scene.ui.canvas, meta.alt);
  scene.observer ??= watchWidth(root, () => draw(scene));
  draw(scene);
  root.removeAttribute("aria-busy");
}

export function dispose(root) {
  const scene = root.__scene;
  if (!scene) return;
  pause(scene);
  scene.observer?.disconnect();
  scene.observer = null;
}

function createScene(root) {
  root.innerHTML = SKELETON;
  const find = (selector) => root.querySelector(selector);
  const ui = {
    play: find(".play"), reset: find(".reset"), slider: find("input"), output: find("output"),
    canvas: find("canvas"),
  };
  const scene = { root, ui, step: 0, frame: null };
  const goTo = (step) => {
    pause(scene);
    scene.step = Math.min(Math.max(step, 0), scene.meta.steps);
    draw(scene);
  };
  const toggle = () => (scene.frame ? pause(scene) : play(scene));
  ui.play.onclick = toggle;
  ui.reset.onclick = () => goTo(0);
  ui.slider.oninput = () => goTo(Number(ui.slider.value));
  listenToKeys(ui.slider, {
    move: ([dx, dy], speed) => goTo(Math.round(scene.step) + (dx || dy) * speed),
    home: () => goTo(0),
    play: toggle,
  });
  return scene;
}

function draw(scene) {
  const { root, ui, meta } = scene;
  if (root.clientWidth === 0) return;
  const step = Math.round(scene.step);
  drawRace(root, ui.canvas, scene, step);
  setText(ui.play, scene.frame ? meta.words.pause : meta.words.play);
  setText(ui.output, fill(meta.words.step, { step, steps: meta.steps }));
  ui.slider.value = String(step);
}

function pause(scene) {
  cancelAnimationFrame(scene.frame);
  scene.frame = null;
  if (scene.meta) setText(scene.ui.play, scene.meta.words.play);
}

function play(scene) {
  const { steps } = scene.meta;
  if (scene.step >= steps) scene.step = 0;
  let last = performance.now();
  const tick = (now) => {
    scene.step = Math.min(steps, scene.step + ((now - last) * STEPS_PER_SECOND) / 1000);
    last = now;
    scene.frame = scene.step < steps ? requestAnimationFrame(tick) : null;
    draw(scene);
  };
  scene.frame = requestAnimationFrame(tick);
  setText(scene.ui.play, scene.meta.words.pause);
}
