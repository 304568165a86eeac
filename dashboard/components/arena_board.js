// Loader of the arena's board. This text travels with every message, so it only fetches the
// modules under dashboard/static/arena_board/ once and hands each message on to them.

/** Where the app is mounted: Streamlit's own script sits at `<base>/static/js/`. */
function appBase() {
  const script = document.querySelector('script[type="module"][src*="static/js/"]');
  const address = script ? script.src : location.href;
  return address.replace(/static\/js\/[^/]*$/, "");
}

/** The modules of one version; the version is in the address, so no cache can mix two. */
function loadModules(version) {
  const cache = (globalThis.__arenaBoardModules ??= new Map());
  if (!cache.has(version)) {
    const address = new URL(`app/static/arena_board/main.js?v=${version}`, appBase());
    const loading = import(address);
    loading.catch(() => cache.delete(version)); // a dropped connection may be tried again
    cache.set(version, loading);
  }
  return cache.get(version);
}

function showFailure(root, error) {
  root.textContent =
    "The pictures could not be loaded. Reload the page; if that does not help, check that " +
    `server.enableStaticServing is on. (${error.message})`;
}

export default function (component) {
  if (!component.data) return undefined;
  const message = unpackPayload(component.data);
  const draw = (root, isNewest) =>
    loadModules(message.meta.version).then(
      (modules) => {
        if (!isNewest() || !root.isConnected) return;
        root.__dispose = modules.dispose;
        modules.update(root, message);
      },
      (error) => isNewest() && showFailure(root, error),
    );
  const dispose = (root) => root.__dispose?.(root);
  return drawWhenMounted(component.parentElement, ".arena-board", draw, dispose);
}
