// What a link carries of the map: colours, what is shown, the time of the walk, the probe.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { makeView, placesText, readPlaces } = await import(`../shared/view.js${version}`);

const MODES = ["density", "logdet"];

export const viewOf = (scene) =>
  makeView(
    () => ({
      mode: scene.mode,
      ...scene.shows,
      t: scene.playing ? 1 : Number((scene.time / scene.timeline.total).toFixed(3)),
      probe: scene.isProbed ? placesText([scene.z]) : "",
    }),
    (text) => scene.send?.("view", text),
  );

/** Where the probe stands before anybody moves it. */
export const firstProbe = (meta) => (meta.base === "normal" ? [0.6, -0.5] : [0.6, 0.4]);

/** Show what an opening says; what it does not name is as the map opens by itself. */
export function take(scene, { mode, grid = true, data = true, samples = false, t = 1, probe, play }) {
  const [z] = readPlaces(probe, 2);
  const time = play ? 0 : t * scene.timeline.total;
  scene.mode = MODES.includes(mode) ? mode : MODES[0];
  Object.assign(scene.shows, { grid, data, samples });
  Object.assign(scene, { time, playing: Boolean(play), lastFrame: null });
  Object.assign(scene, { isProbed: Boolean(z), z: z ?? firstProbe(scene.meta) });
}
