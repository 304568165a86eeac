// Pointer, keyboard and buttons.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { listenToKeys } = await import(`../shared/keys.js${version}`);
const { listenToPointer } = await import(`../shared/pointer.js${version}`);

const KEY_STEPS = 60; // arrow key presses across the base's picture

/** `actions` as `actionsOf` in main.js makes them. */
export function listen({ ui }, actions) {
  ui.play.onclick = actions.play;
  ui.time.oninput = () => {
    actions.stop();
    actions.setTime(Number(ui.time.value));
  };
  listenToKeys(ui.time, { play: actions.play });
  for (const button of ui.modes) button.onclick = () => actions.setMode(button.dataset.mode);
  for (const button of ui.shows) button.onclick = () => actions.toggle(button.dataset.show);
  for (const name of ["base", "mapped"]) listenOn(ui[name].over, name, actions);
}

function listenOn(canvas, name, actions) {
  let held = -1; // the centre that is dragged
  const move = (x, y) => (held >= 0 ? actions.drag(held, x, y) : actions.probeAt(name, x, y));
  listenToPointer(canvas, {
    press: (x, y) => {
      held = name === "mapped" ? actions.grab(x, y) : -1;
      move(x, y);
    },
    drag: move,
    release: () => {
      if (held >= 0) actions.drop();
      held = -1;
    },
  });
  listenToKeys(canvas, {
    move: (arrow, speed) => actions.move(arrow, speed / KEY_STEPS),
    choose: actions.choose,
    play: actions.play,
    home: actions.home,
  });
}
