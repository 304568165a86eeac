// The model looked into at one z: f(z) beside the datum x, as images or as numbers.

const version = new URL(import.meta.url).search; // never mix two versions
const { fixed, measured, significant, subscript } = await import(`../shared/numbers.js${version}`);
const { mosaic, place } = await import(`../shared/mosaic.js${version}`);
const { setText } = await import(`../shared/scene.js${version}`);
const { fill } = await import(`../shared/words.js${version}`);
const { numbersOf } = await import(`./state.js${version}`);

const SHOWN = 6; // numbers of a datum

export function drawProbe(scene) {
  const { ui, problem, meta, panels, words } = scene;
  const z = scene.probe ?? numbersOf(scene).mean;
  const mean = problem.meanAt(Float64Array.from(z));
  const { image_shape: shape } = meta.problem;
  ui.pictures.hidden = !shape;
  ui.values.hidden = Boolean(shape);
  if (shape) {
    for (const [panel, values] of [[panels.datum, problem.x], [panels.decoded, mean]]) {
      place(panel.context, mosaic(values, 1, 1, shape), 0, 0, panel.width, panel.height);
    }
  } else drawValues(ui, problem.x, mean);
  const at = fill(scene.probe ? words.probe_at : words.probe_mean, { z: z.map((value) => significant(value, 3)).join(", ") });
  const density = meta.exact ? problem.logJoint(Float64Array.from(z), 1)[0] - meta.exact.log_normaliser : null;
  setText(ui.where, at);
  setText(ui.density, density === null ? "" : fill(words.density_at, { value: fixed(density, 1) }));
}

function drawValues(ui, x, mean) {
  const count = Math.min(x.length, SHOWN);
  const [body] = ui.values.tBodies;
  while (body.rows.length > count) body.deleteRow(-1);
  while (body.rows.length < count) {
    const row = body.insertRow();
    for (let k = 0; k < 3; k++) row.insertCell();
  }
  for (let j = 0; j < count; j++) {
    const texts = [x.length === 1 ? "" : `x${subscript(j + 1)}`, measured(x[j]), measured(mean[j])];
    texts.forEach((text, k) => setText(body.rows[j].cells[k], text));
  }
}
