// Joined in front of the script of a component that is drawn by modules, so it exports nothing.

/** Where the app is mounted: Streamlit's own script sits at `<base>/static/js/`. */
function appBase() {
  const script = document.querySelector('script[type="module"][src*="static/js/"]');
  const address = script ? script.src : location.href;
  return address.replace(/static\/js\/[^/]*$/, "");
}

/** The modules in `folder`; the version is in the address, so no cache can mix two. */
function loadModules(folder, version) {
  const cache = (globalThis.__componentModules ??= new Map());
  const path = `app/static/${folder}/main.js?v=${version}`;
  if (!cache.has(path)) {
    const loading = import(new URL(path, appBase()));
    loading.catch(() => cache.delete(path)); // a dropped connection may be tried again
    cache.set(path, loading);
  }
  return cache.get(path);
}

/** Hand each message on to `update(root, message)` of the modules under dashboard/static/`folder`/. */
function drawByModules(component, folder, selector, version) {
  if (!component.data) return undefined;
  const message = unpackPayload(component.data);
  message.send = component.setStateValue;
  const draw = (root, isNewest) =>
    loadModules(folder, version).then(
      (modules) => {
        if (!isNewest() || !root.isConnected) return;
        root.__dispose = modules.dispose;
        modules.update(root, message);
      },
      (error) => {
        const words = message.meta.words.failed.replace("{reason}", () => error.message);
        if (isNewest()) root.textContent = words;
      },
    );
  const dispose = (root) => root.__dispose?.(root);
  return drawWhenMounted(component.parentElement, selector, draw, dispose);
}
