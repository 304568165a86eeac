// Pointer, keyboard and buttons.

const KEY_STEPS = 60; // arrow key presses across the base's picture
const FAST = 5;

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

/** `actions` as `actionsOf` in main.js makes them. */
export function listen({ ui }, actions) {
  ui.play.onclick = actions.play;
  ui.time.oninput = () => {
    actions.stop();
    actions.setTime(Number(ui.time.value));
  };
  for (const button of ui.modes) button.onclick = () => actions.setMode(button.dataset.mode);
  for (const button of ui.shows) button.onclick = () => actions.toggle(button.dataset.show);
  for (const name of ["base", "mapped"]) listenOn(ui[name].over, name, actions);
}

function listenOn(canvas, name, actions) {
  let [pressed, held] = [false, -1];
  const move = ({ offsetX: x, offsetY: y }) =>
    held >= 0 ? actions.drag(held, x, y) : actions.probeAt(name, x, y);
  canvas.onpointerdown = (event) => {
    pressed = true;
    canvas.setPointerCapture?.(event.pointerId);
    held = name === "mapped" ? actions.grab(event.offsetX, event.offsetY) : -1;
    move(event);
  };
  canvas.onpointermove = (event) => pressed && move(event);
  const end = () => {
    if (pressed && held >= 0) actions.drop();
    [pressed, held] = [false, -1];
  };
  canvas.onpointerup = canvas.onpointercancel = end;
  canvas.onkeydown = (event) => {
    const arrow = ARROWS[event.key];
    if (arrow) actions.move(arrow, (event.shiftKey ? FAST : 1) / KEY_STEPS);
    else if (event.key === "Home") actions.home();
    else return;
    event.preventDefault(); // arrows would scroll the page
  };
}
