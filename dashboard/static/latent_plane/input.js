// Pointer and keyboard: both end in setCursor, keepCursor, pin or clear.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { listenToKeys } = await import(`../shared/keys.js${version}`);
const { listenToPointer } = await import(`../shared/pointer.js${version}`);

const KEY_STEPS = 40; // arrow key presses across the plane's half width × 2

/** `actions` as `actionsOf` in main.js makes them. */
export function listen(ui, actions) {
  for (const name of ["plane", "grid"]) {
    const canvas = ui[name].overlayCanvas;
    const follow = (x, y) => actions.setCursor(actions.locate(name, x, y));
    listenToPointer(canvas, {
      press: (x, y) => actions.keepCursor(actions.locate(name, x, y)),
      drag: (x, y) => actions.keepCursor(actions.locate(name, x, y)),
      hover: follow,
      click: (x, y) => actions.pin(actions.locate(name, x, y)),
    });
    listenToKeys(canvas, {
      move: (arrow, speed) => actions.move(arrow, speed / KEY_STEPS),
      choose: actions.choose,
      home: actions.home,
      enter: () => actions.pin(null),
      remove: actions.clear,
    });
  }
  ui.clear.onclick = () => actions.clear();
}
