// Steps of variational inference, from every start: lines, and a dot that runs along each.

const version = new URL(import.meta.url).search; // never mix two versions
const { fillDisc, tracePath } = await import(`../shared/canvas.js${version}`);
const { drawn, haloed, inkOf } = await import(`./ink.js${version}`);

const LENGTH = 3200; // ms of a whole run
const ALL = 400; // ms at its end, with all of every path

/** Start the run, or stop it. */
export function togglePlay(scene) {
  const can = scene.meta.paths.length > 0;
  scene.play = scene.play || !can ? null : { start: null, share: 0 };
  scene.loop.touch("q", "controls");
}

/** Go on to a time; whether it runs on. */
export function advancePlay(scene, now) {
  const { play } = scene;
  if (!play) return false;
  play.start ??= now;
  play.share = Math.min((now - play.start) / LENGTH, 1);
  if (now - play.start > LENGTH + ALL) {
    scene.play = null;
    scene.loop.touch("controls");
  }
  return scene.play !== null;
}

const pointOf = ({ path, sections }, t, mirror) =>
  Array.from(sections.subarray(t * path.dim, (t + 1) * path.dim), (value) => mirror * value);

/** Every path, faint; while the run lasts, as far as it has come, with a dot at its end. */
export function drawPaths(scene, context, place) {
  const { meta, arrays, play, theme } = scene;
  meta.paths.forEach((path, n) => {
    const held = { path, sections: arrays[`path_${n}`] };
    for (const mirror of path.is_mirrored ? [1, -1] : [1]) {
      const at = (t) => place(pointOf(held, t, mirror));
      const last = path.count - 1;
      const end = (play?.share ?? 1) * last;
      const whole = Math.floor(end);
      const points = Array.from({ length: whole + 1 }, (_, t) => at(t));
      if (whole < last) points.push(between(points[whole], at(whole + 1), end - whole));
      const tip = points[points.length - 1];
      drawn(context, { strokeStyle: path.color, lineWidth: 2, globalAlpha: play ? 1 : 0.45 }, () => {
        tracePath(context, points.length, (t) => points[t]);
        context.stroke();
        context.fillStyle = path.color;
        for (let t = 0; t <= whole; t++) fillDisc(context, points[t], 1.8);
      });
      if (!play) continue;
      drawn(context, { fillStyle: path.color, strokeStyle: theme.ground, lineWidth: 2 }, () => {
        fillDisc(context, tip, 6);
        context.stroke();
      });
      context.font = theme.font(0.78);
      context.textAlign = "left";
      haloed(context, theme, path.title, tip[0] + 10, tip[1], inkOf(path.color, theme));
    }
  });
}

const between = (from, to, share) => from.map((value, i) => value + share * (to[i] - value));
