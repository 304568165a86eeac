// What the visitor has chosen: which q, the numbers of one's own, the twin, the zoom.

const version = new URL(import.meta.url).search; // never mix two versions
const { axesOf, covarianceOf, ofAxes, proposal, scalesOf } = await import(`./gaussian.js${version}`);

export const KEYS = ["prior", "encoder", "diagonal", "full", "posterior", "mine"];
export const ZOOMS = ["all", "fit", "close"];

/** Six digits: what a link carries is the very q that is shown. */
const snap = (value) => Number(value.toPrecision(6));
const held = (value, low, high) => Math.min(Math.max(value, low), high);

/** The key of the q that is shown: the chosen one, or what stands in while there is none. */
export function shownKey({ choice, meta }) {
  if (choice === "mine" || meta.proposals[choice]) return choice;
  return meta.proposals.encoder ? "encoder" : "prior";
}

/** `{mean, covariance}` of the q that is shown, without its twin. */
export function numbersOf(scene) {
  const key = shownKey(scene);
  if (key !== "mine") return scene.meta.proposals[key];
  const { mean, scales, rho } = dimensioned(scene.mine, scene.meta.latent_dim);
  return { mean, covariance: covarianceOf(scales, rho) };
}

function dimensioned({ mean, scales, rho }, dim) {
  return { mean: mean.slice(0, dim), scales: scales.slice(0, dim), rho: dim === 2 ? rho : 0 };
}

/** Means, scales and correlation of the q that is shown, as its fields have them. */
export function fieldsOf(scene) {
  const { mean, covariance } = numbersOf(scene);
  const { scales, rho } = scalesOf(covariance);
  return { mean: mean.map(snap), scales: scales.map(snap), rho: snap(rho) };
}

/** Take over: from here on q is the visitor's own, within its bounds. `axes`: as it was dragged. */
export function setMine(scene, { mean, covariance, axes }) {
  const { bounds, latent_dim: dim } = scene.meta;
  const { scales, rho } = scalesOf(axes ? ofAxes(axes) : covariance);
  const own = scene.mine;
  for (let i = 0; i < dim; i++) {
    own.mean[i] = snap(held(mean[i], -bounds.mean, bounds.mean));
    own.scales[i] = snap(held(scales[i], bounds.least_scale, bounds.most_scale));
  }
  if (dim === 2) own.rho = snap(held(rho, -bounds.rho, bounds.rho));
  scene.choice = "mine";
  const isHeld = own.scales.slice(0, dim).some((scale, i) => scale !== snap(scales[i]));
  rebuild(scene, isHeld || own.rho !== snap(rho) ? null : axes); // axes of a shape that was refused are none
}

/** q anew, after any change of what it is. */
export function rebuild(scene, axes = null) {
  const { mean, covariance } = numbersOf(scene);
  scene.q = proposal(mean, covariance, scene.twin);
  scene.axes = axes ?? axesOf(covariance);
}

/** Whether what a worker has found is of the q that is shown. */
export function isAtRest(scene) {
  const of = scene.meta.rest?.of;
  if (!of || of.q !== scene.choice || shownKey(scene) !== scene.choice || of.twin !== scene.twin) return false;
  if (of.q !== "mine") return true;
  return Object.entries(ownNumbers(scene)).every(([name, value]) =>
    Math.abs(of[name] - value) <= 1e-9 * Math.max(1, Math.abs(value)));
}

/** m₁, m₂, s₁, s₂, ρ of one's own q, by the keys of a link, as far as there are dimensions. */
function ownNumbers({ mine, meta }) {
  const [m1, m2] = mine.mean;
  const [s1, s2] = mine.scales;
  return meta.latent_dim === 2 ? { m1, m2, s1, s2, rho: mine.rho } : { m1, s1 };
}

/** The view, by the keys of the options that stand for it. */
export function readView(scene) {
  const { choice, mine, twin, zoom } = scene;
  const [m1, m2] = mine.mean;
  const [s1, s2] = mine.scales;
  return { q: choice, m1, m2, s1, s2, rho: mine.rho, twin, zoom };
}

/** Show what an opening says, as far as it can be. */
export function takeView(scene, view) {
  const { bounds } = scene.meta;
  const number = (name, low, high, other) =>
    Number.isFinite(view[name]) ? held(view[name], low, high) : other;
  const { mine } = scene;
  mine.mean = [1, 2].map((i) => number(`m${i}`, -bounds.mean, bounds.mean, mine.mean[i - 1]));
  mine.scales = [1, 2].map((i) =>
    number(`s${i}`, bounds.least_scale, bounds.most_scale, mine.scales[i - 1]));
  mine.rho = number("rho", -bounds.rho, bounds.rho, mine.rho);
  if (KEYS.includes(view.q)) scene.choice = view.q;
  if (ZOOMS.includes(view.zoom)) scene.zoom = view.zoom;
  if (typeof view.twin === "boolean") scene.twin = view.twin;
  rebuild(scene);
}
