// The part of the latent space that is shown. It stays while q moves, so that nothing flickers.

const version = new URL(import.meta.url).search; // never mix two versions
const { axesOf } = await import(`./gaussian.js${version}`);
const { numbersOf } = await import(`./state.js${version}`);

const PRIOR_REACH = 6.5; // standard deviations of the prior
const CLOSE_REACH = 5; // of the posterior
const ROOM = 1.15;

const widest = (covariance) => axesOf(covariance).sizes[0];

export const priorWindow = ({ meta: { prior } }) => ({
  centre: prior.mean,
  half: PRIOR_REACH * Math.sqrt(prior.variance),
});

/** Around the exact posterior; null while it is not known. */
export function closeWindow({ meta: { exact } }) {
  if (!exact) return null;
  return { centre: exact.mean, half: CLOSE_REACH * widest(exact.covariance) };
}

/** The square that holds the posterior, q, the ghosts and the steps of inference. */
function fitWindow(scene) {
  const { meta } = scene;
  const held = [[numbersOf(scene), 2.5]];
  if (meta.exact) held.push([meta.exact, 4]);
  for (const key of meta.ghosts) if (meta.proposals[key]) held.push([meta.proposals[key], 2]);
  const ends = meta.prior.mean.map((_, i) => {
    const edge = (sign) => held.map(([{ mean, covariance }, reach]) =>
      mean[i] + sign * reach * Math.sqrt(covariance[i][i]));
    const steps = stepsAlong(scene, i);
    return [Math.min(...edge(-1), ...steps), Math.max(...edge(1), ...steps)];
  });
  const half = Math.max(...ends.map(([low, high]) => (high - low) / 2));
  return { centre: ends.map(([low, high]) => (low + high) / 2), half: ROOM * half };
}

/** One coordinate of all steps of inference. */
const stepsAlong = ({ meta: { paths, latent_dim: dim }, arrays }, i) =>
  paths.flatMap((_, n) => Array.from(arrays[`path_${n}`]).filter((_value, k) => k % dim === i));

export function windowOf(scene) {
  if (scene.zoom === "all") return priorWindow(scene);
  return (scene.zoom === "close" && closeWindow(scene)) || fitWindow(scene);
}

/** The other scale: the posterior from near, or from near the whole prior; null: none. */
export function insetWindow(scene) {
  if (scene.meta.latent_dim === 1) return null;
  const other = scene.zoom === "close" ? priorWindow(scene) : closeWindow(scene);
  const isOther = other && Math.abs(Math.log(other.half / scene.window.half)) > Math.log(2);
  return isOther ? other : null;
}

/** Whether q has left the window, so that it must change when q comes to rest. */
export function isOutside(scene) {
  const { centre, half } = scene.window;
  const { mean, covariance } = numbersOf(scene);
  return mean.some((value, i) => Math.abs(value - centre[i]) + Math.sqrt(covariance[i][i]) > half);
}
