// The numbers beside the pictures, and what a screen reader is told.

const version = new URL(import.meta.url).search; // never mix two versions
const { fixed, measured, readable, significant } = await import(`../shared/numbers.js${version}`);
const { setLabel, setText } = await import(`../shared/scene.js${version}`);
const { fill } = await import(`../shared/words.js${version}`);
const { fieldsOf, isAtRest, shownKey } = await import(`./state.js${version}`);

/** Bound and divergence as they are shown: the worker's where they are of this q. */
export function shownSplit(scene) {
  const { rest } = scene.meta;
  if (!isAtRest(scene) || rest.elbo === undefined) return scene.split;
  return { elbo: rest.elbo, elboError: rest.elbo_error, kl: rest.kl, klError: rest.kl_error, isFinal: true };
}

/** What the weights say: K, log p̂ ± its error, ESS, and what is exactly known of it. */
export function factsOf(scene) {
  const { meta, weights, chi } = scene;
  const rest = isAtRest(scene) && meta.rest.log_p_hat !== undefined ? meta.rest : null;
  const count = rest ? meta.num_samples : weights.count;
  const moment = chi?.logMoment;
  return {
    rest,
    count,
    logP: rest ? rest.log_p_hat : weights.logP,
    error: rest ? rest.standard_error : weights.error,
    ess: rest ? rest.ess : weights.ess,
    largest: rest?.weights ? scene.arrays.rest_weights[0] : weights.sorted[0],
    exactEss: Number.isFinite(moment) && moment !== null ? count * Math.exp(-moment) : null,
    variance: !chi ? "unknown" : moment === Infinity ? "infinite" : "finite",
  };
}

function withError(value, error, isFinal) {
  if (!isFinal) return `≈ ${fixed(value, 2)}`;
  return error ? `${fixed(value, 3)} ± ${readable(error, 4)}` : fixed(value, 4);
}

export function residualOf({ shown, meta: { exact } }) {
  return exact ? shown.elbo + shown.kl - exact.log_p : Number.NaN;
}

export function drawNumbers(scene, facts) {
  const { ui, words, shown, meta } = scene;
  const { exact } = meta;
  const how = exact && (exact.how === "closed form" ? words.how_closed : words.how_quadrature);
  const logP = exact ? withError(exact.log_p, exact.error > 1e-9 ? exact.error : null, true) : words.waiting;
  setText(ui.logP, logP);
  setText(ui.how, how ?? "");
  setText(ui.elbo, withError(shown.elbo, shown.elboError, shown.isFinal));
  setText(ui.kl, exact ? withError(shown.kl, shown.klError, shown.isFinal) : words.waiting);
  const residual = `${shown.isFinal ? "=" : "≈"} ${readable(residualOf(scene), 4)}`;
  setText(ui.residual, exact ? fill(words.residual, { residual }) : "");
  setText(ui.positive, exact && exact.log_p > 0 ? words.positive : "");
  drawWeightNumbers(scene, facts);
}

function drawWeightNumbers(scene, facts) {
  const { ui, words, meta } = scene;
  const error = Number.isFinite(facts.error) ? ` ± ${readable(facts.error, 3)}` : "";
  setText(ui.hat, `${fixed(facts.logP, 3)}${error}`);
  setText(ui.exactBeside, meta.exact ? fixed(meta.exact.log_p, 3) : words.waiting);
  setText(ui.ess, fill(words.ess_of, { ess: measured(facts.ess), count: significant(facts.count, 6) }));
  setText(ui.exactEss, exactEssText(words, facts));
  const share = percent(facts.largest);
  setText(ui.largest, facts.count === 1 ? words.one_draw : fill(words.largest, { share, count: significant(facts.count, 6) }));
  const isPart = !facts.rest && meta.num_samples > facts.count;
  setText(ui.part, isPart ? fill(words.part, { count: facts.count, all: significant(meta.num_samples, 6) }) : "");
}

function exactEssText(words, { exactEss, variance }) {
  if (variance === "unknown") return words.variance_unknown;
  if (variance === "infinite") return words.variance_infinite;
  return exactEss === null ? words.variance_finite : measured(exactEss);
}

const percent = (share) => {
  if (share > 0.9995) return "> 99.9 %";
  return `${significant(100 * share, share > 0.1 ? 3 : 2)} %`;
};

/** q in words: its name and its numbers. */
export function proposalText(scene) {
  const { mean, scales, rho } = fieldsOf(scene);
  const numbers = (values) => values.map((value) => significant(value, 3)).join(", ");
  const text = fill(scene.words.spoken_q, {
    name: scene.words[`q_${shownKey(scene)}`], mean: numbers(mean), scales: numbers(scales),
  });
  const more = scales.length === 2 ? `, ρ ${significant(rho, 2)}` : "";
  return `${text}${more}${scene.twin ? `, ${scene.words.spoken_twin}` : ""}`;
}

export const spokenText = (scene) =>
  fill(scene.words.spoken, {
    q: proposalText(scene), elbo: fixed(scene.shown.elbo, 2), kl: fixed(scene.shown.kl, 2),
  });

/** What the pictures are, and the numbers that they show. */
export function drawLabels(scene, facts) {
  const { ui, words, meta, shown } = scene;
  const { exact } = meta;
  const logP = exact ? fixed(exact.log_p, 2) : words.waiting;
  setLabel(ui.map.overlayCanvas, fill(words.map_label, { q: proposalText(scene), count: scene.weights.count }));
  setLabel(ui.columnCanvas, fill(words.column_label, { log_p: logP, elbo: fixed(shown.elbo, 2), kl: fixed(shown.kl, 2) }));
  setLabel(ui.weightsCanvas, fill(words.weights_label, { count: facts.count, share: percent(facts.largest), ess: measured(facts.ess) }));
}
