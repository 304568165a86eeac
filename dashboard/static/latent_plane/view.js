// What a link carries of the plane: cursor, pins, hidden classes.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { makeView, placesText, readPlaces } = await import(`../shared/view.js${version}`);
const { axisCount } = await import(`./prior.js${version}`);

/** The view of a scene; `scene.kept` is where the visitor has put the cursor, not where it passes. */
export const viewOf = (scene) =>
  makeView(
    () => ({
      cursor: scene.kept ? placesText([scene.kept]) : "",
      pins: placesText(scene.pins),
      hide: [...scene.hidden].sort((a, b) => a - b).join(","),
    }),
    (text) => scene.send?.("view", text),
  );

/** Show what an opening says, as far as this latent space has room for it. */
export function take(scene, { cursor, pins, hide }) {
  const size = axisCount(scene.meta);
  const [kept] = readPlaces(cursor, size);
  Object.assign(scene, { kept: kept ?? null, moved: Boolean(kept), chosen: 0 });
  if (kept) scene.cursor = kept;
  scene.pins = readPlaces(pins, size).slice(0, 2);
  const labels = (hide ?? "").split(",").filter(Boolean).map(Number);
  scene.hidden = new Set(labels.filter((label) => label < scene.meta.classes.length));
}
