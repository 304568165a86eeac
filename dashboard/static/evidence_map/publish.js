// A window for tests and measurements: `globalThis.__evidenceMap[key]`.

const version = new URL(import.meta.url).search; // never mix two versions
const { covarianceOf } = await import(`./gaussian.js${version}`);
const { residualOf } = await import(`./readout.js${version}`);
const { numbersOf } = await import(`./state.js${version}`);

export function publish(scene) {
  const { actions } = scene;
  (globalThis.__evidenceMap ??= {})[scene.meta.key] = {
    scene,
    get counters() {
      return { ...scene.stats };
    },
    q: () => ({ key: scene.choice, ...numbersOf(scene), twin: scene.twin }),
    elbo: () => scene.shown.elbo,
    kl: () => scene.shown.kl,
    errors: () => [scene.shown.elboError ?? null, scene.shown.klError ?? null],
    isFinal: () => Boolean(scene.shown.isFinal),
    residual: () => residualOf(scene),
    logPHat: () => scene.facts.logP,
    ess: () => scene.facts.ess,
    exactEss: () => scene.facts.exactEss,
    variance: () => scene.facts.variance,
    weights: () => Array.from(scene.weights.shares),
    draws: () => Array.from(scene.weights.z),
    window: () => ({ centre: scene.window.centre, half: scene.window.half }),
    logJoint: (z) => Array.from(scene.problem.logJoint(Float64Array.from(z), z.length / scene.problem.dim)),
    /** q of one's own: its mean, and a covariance, or standard deviations and correlation. */
    setQ: ({ mean, covariance, scales, rho = 0, twin = scene.twin }) => {
      if (twin !== scene.twin) actions.twin(twin);
      actions.change({ mean, covariance: covariance ?? covarianceOf(scales, rho) });
    },
    choose: actions.choose,
    zoom: actions.zoom,
  };
}
