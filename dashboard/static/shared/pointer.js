// Mouse, pen and touch on an element, as one.

const CLICK = 6; // px a press may move and still be a click

/**
 * Follow the pointer. `actions`, each optional and with the place in the element's pixels and the
 * event: press, drag (while pressed), hover (while not), click, release (after any press).
 */
export function listenToPointer(element, actions) {
  let pressed = null;
  const tell = (name, event) => actions[name]?.(event.offsetX, event.offsetY, event);
  element.onpointerdown = (event) => {
    pressed = [event.clientX, event.clientY];
    element.setPointerCapture?.(event.pointerId);
    tell("press", event);
  };
  element.onpointermove = (event) => tell(pressed ? "drag" : "hover", event);
  element.onpointerup = (event) => {
    const [x, y] = pressed ?? [Number.NaN, Number.NaN];
    pressed = null;
    if (Math.hypot(event.clientX - x, event.clientY - y) < CLICK) tell("click", event);
    tell("release", event);
  };
  element.onpointercancel = (event) => {
    pressed = null;
    tell("release", event);
  };
}
