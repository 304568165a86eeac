// While a peak or the place is dragged: both densities, D*, the integrand and R, by quadrature.

const version = new URL(import.meta.url).search;
const { integral, logDensity, nodesOf, spaced } = await import(`./densities.js${version}`);
const { LOSSES } = await import(`./losses.js${version}`);
const { movedSides } = await import(`./moves.js${version}`);

const NODES = 4001; // as `core/divergences/line.py`
const DEEPEST = 30;

const held = (value, far) => Math.min(Math.max(value, -far), far);
const one = (value) => [value];

/** New numbers for the marks of the board, by their keys. */
export function preview(given, handles) {
  const { d, g } = movedSides(given, handles.densities ?? {});
  const place = handles.critic?.x?.x ?? given.x;
  const loss = LOSSES[given.loss];
  const drawn = lanes(given, loss, d, g);
  const isBounded = given.loss !== "wasserstein"; // its best D is the server's
  return {
    ...drawn.densities,
    ...(isBounded ? { ...drawn.best, ...ways(given, loss, d, g) } : {}),
    ...around(given, loss, d, g, place, isBounded),
  };
}

/** The densities, D* and the integrand on the stretch that is seen. */
function lanes({ ends, count, atEqual }, loss, data, model) {
  const x = spaced(ends[0], ends[1], count);
  const [logP, logQ] = [logDensity(data, x), logDensity(model, x)];
  const [p, q] = [logP.map(Math.exp), logQ.map(Math.exp)];
  const least = logP.map((value, i) => -0.5 * loss.weighted(value, logQ[i]));
  const equal = p.map((value, i) => 0.5 * atEqual * (value + q[i]));
  return {
    densities: { p_d: { y: p }, fill_d: { y: p }, p_g: { y: q }, fill_g: { y: q } },
    best: {
      best: { y: logP.map((value, i) => held(loss.optimum(value - logQ[i]), DEEPEST)) },
      inner: { y: least },
      integrand: { y: least },
      equal: { y: equal },
      gap: { y: equal, y2: least },
    },
  };
}

/** R* as bars and words, and the divergence that it is. */
function ways({ atEqual, trained }, loss, data, model) {
  const nodes = nodesOf(data, model, NODES);
  const [logP, logQ] = [logDensity(data, nodes), logDensity(model, nodes)];
  const risk = -0.5 * integral(nodes, logP.map((value, i) => loss.weighted(value, logQ[i])));
  const bar = { x: [0, risk] };
  const values = trained === null ? [risk, risk, risk] : [risk, risk, risk, trained];
  const words = values.map((value) => ` ${value.toFixed(4)}`);
  return {
    way0: bar, way1: bar, way2: bar,
    way_numbers: { x: values.map((value) => Math.max(value, 0)), texts: words },
    divergence: { x: [0, atEqual - risk] },
    divergence_rule: { x: one(atEqual - risk), text: (atEqual - risk).toFixed(4) },
  };
}

/** What stands at one x: t, what every answer costs there, and where that is on f. */
function around({ alphas, costCount, mostT, mostLogT, largeT }, loss, data, model, place, isBounded) {
  const [logP] = logDensity(data, one(place));
  const [logQ] = logDensity(model, one(place));
  const logT = Math.min(logP - logQ, mostLogT);
  const t = Math.exp(logT);
  const all = spaced(alphas[0], alphas[1], costCount);
  const unit = t >= largeT ? t : 1;
  const cost = (alpha) => (loss.cost(alpha) * t + loss.cost(-alpha)) / unit;
  const found = { here: { x: one(place) }, costs: { y: all.map(cost) }, ratio: { x: one(Math.min(t, mostT)) } };
  if (!isBounded) return found;
  const best = loss.optimum(logT);
  return {
    ...found,
    least: { x: one(best), y: one(-loss.curve(logT) / unit) },
    least_rule: { x: one(best), text: "" },
    dot: { x: one(Math.min(t, mostT)), y: one(loss.curve(logT)) },
  };
}
