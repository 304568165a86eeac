// Joined in front of the script of a component that is drawn by modules, so it exports nothing.

/** Where the app is mounted: Streamlit's own script sits at `<base>/static/js/`. */
function appBase() {
  const script = document.querySelector('script[type="module"][src*="static/js/"]');
  const address = script ? script.src : location.href;
  return address.replace(/static\/js\/[^/]*$/, "");
}

/** The modules of a component; the version is in the address, so no cache can mix two. */
function loadModules(files, version) {
  const cache = (globalThis.__componentModules ??= new Map());
  const [main, ...others] = files.map((file) => `app/static/${file}?v=${version}`);
  if (!cache.has(main)) {
    const load = (path) => import(new URL(path, appBase()));
    for (const path of others) load(path).catch(() => {}); // all at once; main tells of failures
    const loading = load(main);
    loading.catch(() => cache.delete(main)); // a dropped connection may be tried again
    cache.set(main, loading);
  }
  return cache.get(main);
}

/** Whether a newer message was handed on before: Streamlit does not keep their order. */
function isOld({ data, parentElement: parent }) {
  const sent = new DataView(data.buffer, data.byteOffset + data.byteLength - 8).getFloat64(0, true);
  const isOlder = sent < (parent.__sent ?? 0);
  if (!isOlder) parent.__sent = sent;
  return isOlder;
}

/** Hand each message on to `update(root, message)` of the first of `files` in dashboard/static/. */
function drawByModules(component, files, selector, version) {
  if (!component.data || isOld(component)) return undefined;
  const message = unpackPayload(component.data);
  message.send = component.setStateValue;
  const draw = (root, isNewest) =>
    loadModules(files, version).then(
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
