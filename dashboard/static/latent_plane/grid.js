// The decoded grid as a job: done at once if cheap, else a slice in each animation frame.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { decode, toRaw } = await import(`../shared/decoder.js${version}`);
const { lattice } = await import(`./prior.js${version}`);

const CHUNK = 16; // points per decode() call, about half a ms at 784-256-2
const FIRST_SLICE = 25; // ms: a grid this cheap is finished in one frame
const SLICE = 10; // ms of later frames, and of all while the pointer moves: it comes first
const POINTING = 200; // ms after a move during which the pointer counts as moving
const MAX_AGE = 300; // ms: a grid is finished at least this often, whatever arrives

/** Ask for a grid from the newest weights. */
export function requestGrid(scene, now) {
  const age = now - (scene.grid?.finished ?? -Infinity);
  // An almost finished grid is worth finishing; so is any if the last one is getting old.
  if (scene.job && (age > MAX_AGE || scene.job.done > scene.job.count / 2)) {
    scene.gridWanted = true;
    return;
  }
  startJob(scene);
}

function startJob(scene) {
  const { zs, rows, columns } = lattice(scene.meta);
  const count = rows * columns;
  const values = new Float32Array(count * scene.decoder.dataDim);
  const { meta, decoder, arrays } = scene;
  scene.job = { zs, rows, columns, count, values, meta, decoder, arrays, done: 0, slices: 0 };
  scene.gridWanted = false;
}

/** Work on the job for one frame; returns whether a grid was finished. */
export function advanceGrid(scene, clock) {
  const pointing = clock() - (scene.lastMove ?? -Infinity) < POINTING;
  const { job } = scene;
  if (!job) return false;
  const { decoder, meta } = job;
  const deadline = clock() + (job.slices++ > 0 || pointing ? SLICE : FIRST_SLICE);
  while (job.done < job.count && clock() < deadline) {
    const size = Math.min(CHUNK, job.count - job.done);
    const zs = job.zs.subarray(job.done * meta.latent_dim);
    decode(decoder, zs, size, job.values.subarray(job.done * decoder.dataDim));
    job.done += size;
  }
  if (job.done < job.count) return false;
  toRaw(job.values, job.count, job.arrays.scale, job.arrays.shift);
  scene.grid = { ...job, finished: clock() };
  scene.job = null;
  scene.stats.grids += 1;
  if (scene.gridWanted) startJob(scene);
  return true;
}
