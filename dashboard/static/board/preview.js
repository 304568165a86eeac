// What a lesson's own module computes while a handle moves: until the server's answer is there.

const version = new URL(import.meta.url).search;

const modules = new Map(); // by folder: the module, or nothing while it is on its way

/** The module in a folder: null while it is on its way, or could not be had. */
function moduleOf(folder) {
  if (!modules.has(folder)) {
    modules.set(folder, null);
    const address = new URL(`../${folder}/preview.js${version}`, import.meta.url); // a lesson's own
    import(address).then((found) => modules.set(folder, found), () => modules.delete(folder));
  }
  return modules.get(folder);
}

/** Where the handles are that were moved, by picture and name: `{picture: {name: {x, y, width}}}`. */
function placesNow(scene) {
  const places = {};
  for (const [key, { x, y, width }] of scene.moved) {
    const [picture, name] = JSON.parse(key);
    (places[picture] ??= {})[name] = { x, y, width };
  }
  return places;
}

/** New arrays for marks by their keys; nothing while no handle was moved, or none can be told. */
export function previewOf(root) {
  const { __scene: scene, __message: { meta } } = root;
  if (!meta.preview) return undefined;
  const found = moduleOf(meta.preview.module); // fetched before it is needed
  if (!scene.moved.size || !found) return undefined;
  return found.preview(meta.preview.given, placesNow(scene));
}
