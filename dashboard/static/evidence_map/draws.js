// K draws, as points whose area is their normalised weight; they rain in when K grows.

const version = new URL(import.meta.url).search; // never mix two versions
const { fillDisc } = await import(`../shared/canvas.js${version}`);
const { drawn } = await import(`./ink.js${version}`);

const WHOLE = 0.085; // radius of a point that owns all the weight, as a share of the width
const MARK = 1.2; // px: where a point lies whose weight is too small to see
const [STAGGER, FALL] = [320, 260]; // ms: together at most 600

const still = () => globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Let the draws from number `from` on fall to their places. */
export function startRain(scene, from) {
  if (still() || from >= scene.weights.count) return;
  scene.rain = { from, count: scene.weights.count - from, start: null };
}

/** How far draw k has fallen, 0 to 1; `now` of the frame. */
function fallen({ rain }, k, now) {
  if (!rain || k < rain.from) return 1;
  rain.start ??= now;
  const wait = (STAGGER * (k - rain.from)) / rain.count;
  const share = Math.min(Math.max((now - rain.start - wait) / FALL, 0), 1);
  return share * share; // it falls
}

/** Whether draws still fall. */
export function isRaining(scene, now) {
  const { rain } = scene;
  if (rain && rain.start !== null && now - rain.start > STAGGER + FALL) scene.rain = null;
  return scene.rain !== null;
}

/** Draw them; `place(k)` is the place of draw k, `room` the largest radius that there is room for. */
export function drawDraws(scene, context, area, now, place, room = Infinity) {
  const { weights, meta, theme } = scene;
  const whole = Math.min(WHOLE * area.width, room);
  drawn(context, { fillStyle: meta.colors.model, strokeStyle: theme.ground, lineWidth: 1 }, () => {
    for (let k = 0; k < weights.count; k++) {
      const share = fallen(scene, k, now);
      if (share === 0) continue;
      const [x, y] = place(k);
      const from = area.top - 10;
      const point = [x, from + share * (y - from)];
      const radius = whole * Math.sqrt(weights.shares[k]);
      context.globalAlpha = 0.55;
      fillDisc(context, point, MARK);
      context.globalAlpha = 0.8;
      if (radius <= MARK) continue;
      fillDisc(context, point, radius);
      context.stroke();
    }
  });
}
