// Pointer and keyboard: both end in setCursor, pin or clear.

const CLICK = 6; // pixels a press may move and still be a click
const KEY_STEPS = 40; // arrow key presses across the plane's half width × 2
const FAST = 5;

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

/** `actions`: setCursor(point), pin(point), clear(), home(), locate(name, x, y), step(). */
export function listen(ui, actions) {
  for (const name of ["plane", "grid"]) {
    const canvas = ui[name].overlayCanvas;
    const pointOf = (event) => actions.locate(name, event.offsetX, event.offsetY);
    let pressed = null;
    canvas.onpointermove = (event) => actions.setCursor(pointOf(event));
    canvas.onpointerdown = (event) => {
      pressed = [event.clientX, event.clientY];
      canvas.setPointerCapture?.(event.pointerId);
      actions.setCursor(pointOf(event));
    };
    canvas.onpointerup = (event) => {
      const click = pressed && isClick(pressed, event);
      pressed = null;
      if (click) actions.pin(pointOf(event));
    };
    canvas.onpointercancel = () => (pressed = null);
    canvas.onkeydown = (event) => handleKey(event, actions);
  }
  ui.clear.onclick = () => actions.clear();
}

const isClick = ([x, y], event) => Math.hypot(event.clientX - x, event.clientY - y) < CLICK;

function handleKey(event, actions) {
  const arrow = ARROWS[event.key];
  if (arrow) actions.move(arrow, (event.shiftKey ? FAST : 1) / KEY_STEPS);
  else if (event.key === "Home") actions.home();
  else if (event.key === "Escape") actions.clear();
  else if (event.key === "Enter" || event.key === " ") actions.pin(null);
  else return;
  event.preventDefault(); // arrows and space would scroll the page
}
