// Ranges of the plane's axes that do not jitter.

const LADDER = 1.25; // ratio between neighbouring axis ranges
const BASE_REACH = 3.2; // first range: prior mean ± 3.2 σ_z
const OUTSIDE_ALLOWED = 0.02;
const PATIENCE = 20; // updates for which a smaller range must suffice before the axes shrink

/**
 * The plane's centre and half width. It grows as soon as more than 2 % of the points are outside,
 * in steps of a ladder, and shrinks only after a smaller range has sufficed for a while.
 */
export function nextRange(previous, meta, means) {
  const centre = heldCentre(previous, meta);
  const least = Math.max(meta.prior_scale, (meta.extent ?? 0) / BASE_REACH);
  const wanted = Math.max(rung(least), rung(neededReach(meta, means, centre) / BASE_REACH));
  const restarted = previous && meta.step < previous.step;
  let { level, patience } = previous && !restarted ? previous : { level: wanted, patience: 0 };
  patience = wanted < level ? patience + 1 : 0;
  if (wanted > level || patience > PATIENCE) [level, patience] = [wanted, 0];
  return { centre, level, patience, step: meta.step, half: BASE_REACH * LADDER ** level };
}

const rung = (size) => Math.ceil(Math.log(Math.max(size, 1e-6)) / Math.log(LADDER) - 1e-6);

/** The centre follows a learned prior mean only when that has moved visibly. */
function heldCentre(previous, meta) {
  const point = meta.dims.map((d) => meta.prior_mean[d] ?? 0);
  const moved = (a, k) => Math.abs(a - point[k]) > 0.5 * meta.prior_scale;
  return previous && !previous.centre.some(moved) ? previous.centre : point;
}

/** The half width that leaves at most 2 % of the points outside. */
function neededReach(meta, means, centre) {
  const width = meta.latent_dim === 1 ? 1 : 2;
  const reaches = [];
  for (let k = 0; k + width <= means.length; k += width) {
    let reach = Math.abs(means[k] - centre[0]);
    if (width === 2) reach = Math.max(reach, Math.abs(means[k + 1] - centre[1]));
    if (Number.isFinite(reach)) reaches.push(reach);
  }
  if (reaches.length === 0) return 0;
  reaches.sort((a, b) => a - b);
  return reaches[Math.ceil((1 - OUTSIDE_ALLOWED) * reaches.length) - 1];
}
