// Loader of the map of the flow. This text travels with every message, so it only fetches the
// modules under dashboard/static/flow_map/ once and hands each message on to them.

/** Where the app is mounted: Streamlit's own script sits at `<base>/static/js/`. */
function appBase() {
  const script = document.querySelector('script[type="module"][src*="static/js/"]');
  const address = script ? script.src : location.href;
  return address.replace(/static\/js\/[^/]*$/, "");
}

/** The modules of one version; the version is in the address, so no cache can mix two. */
function loadModules(version) {
  const cache = (globalThis.__flowMapModules ??= new Map());
  if (!cache.has(version)) {
    const address = new URL(`app/static/flow_map/main.js?v=${version}`, appBase());
    const loading = import(address);
    loading.catch(() => cache.delete(version)); // a dropped connection may be tried again
    cache.set(version, loading);
  }
  return cache.get(version);
}

function showFailure(root, error) {
  root.textContent =
    "The map of the flow could not be loaded. Reload the page; if that does not help, check that " +
    `server.enableStaticServing is on. (${error.message})`;
}

export default function (component) {
  if (!component.data) return undefined;
  const message = unpackPayload(component.data);
  message.send = component.setStateValue;
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
  return drawWhenMounted(component.parentElement, ".flow-map", draw, dispose);
}
