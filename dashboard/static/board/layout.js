// The places of the board, built from the layout in its message, and what stands in them.

const { setLabel } = await import(`../shared/scene.js${new URL(import.meta.url).search}`);

const element = (tag, name) => Object.assign(document.createElement(tag), { className: name });

const BUILDERS = {
  row: ({ parts, weights }, places) => {
    const node = element("div", "row");
    const columns = weights.map((weight) => `minmax(0, ${weight}fr)`).join(" ");
    node.style.setProperty("--columns", columns);
    node.append(...parts.map((part) => build(part, places)));
    return node;
  },
  column: ({ parts }, places) => {
    const node = element("div", "column");
    node.append(...parts.map((part) => build(part, places)));
    return node;
  },
  pictures: ({ name, columns }, places) => {
    const node = element("div", "pictures");
    node.style.setProperty("--across", columns);
    node.style.setProperty("--narrow", Math.min(columns, 2));
    places.pictures[name] = node;
    return node;
  },
  html: ({ name, look }, places) => (places.html[name] = element("div", `html ${look}`)),
};

function build(part, places) {
  const node = BUILDERS[part.kind](part, places);
  if (part.name) {
    node.dataset.place = part.name;
    node.dataset.slot = part.name; // what a script of a lesson outlines
  }
  return node;
}

/** The board's places; built anew only where the layout is another. */
export function placesOf(root, scene, layout) {
  const key = JSON.stringify(layout);
  if (scene.layoutKey === key) return scene.places;
  scene.layoutKey = key;
  Object.assign(scene, { told: {}, dragging: null });
  scene.places = { pictures: {}, html: {} };
  root.replaceChildren(build(layout, scene.places), scene.tip, scene.live);
  return scene.places;
}

/** One picture for each panel of a place; those that stay keep their canvas and their handles. */
export function picturesOf(place, panels) {
  const have = [...place.children];
  const names = (nodes) => nodes.map(({ dataset }) => dataset.picture).join("\n");
  if (names(have) !== panels.map(({ name }) => name).join("\n")) {
    const fresh = panels.map(({ name }) => have.find((n) => n.dataset.picture === name) ?? picture(name));
    place.replaceChildren(...fresh);
  }
  return [...place.children];
}

function picture(name) {
  const node = element("div", "picture");
  node.dataset.picture = name;
  node.dataset.slot = `picture-${name}`;
  const canvas = document.createElement("canvas");
  canvas.dataset.name = name;
  canvas.setAttribute("role", "img");
  node.append(canvas);
  return node;
}

/** HTML where it is new. A table wider than its place can be reached, and so scrolled, by keys. */
export function tellHtml(scene, html) {
  for (const [name, node] of Object.entries(scene.places.html)) {
    const text = html[name] ?? "";
    if (scene.told[name] === text) continue;
    scene.told[name] = text;
    node.innerHTML = text;
  }
}

export function reachWideHtml(scene, label) {
  for (const node of Object.values(scene.places.html)) {
    const isWide = node.scrollWidth > node.clientWidth;
    if (isWide === node.hasAttribute("tabindex")) continue;
    node.toggleAttribute("tabindex", isWide);
    if (!isWide) {
      node.removeAttribute("role");
      node.removeAttribute("aria-label");
      continue;
    }
    node.tabIndex = 0;
    node.setAttribute("role", "region");
    setLabel(node, label);
  }
}

/** Places whose numbers are being found anew are faded. */
export function fade(scene, stale) {
  for (const group of Object.values(scene.places)) {
    for (const [name, node] of Object.entries(group)) {
      node.classList.toggle("is-stale", stale.includes(name));
    }
  }
}
