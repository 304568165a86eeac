// The one key table of all pictures, for a picture or a slider that has the focus.
//
// Arrows move (Shift: faster), [ and ] choose a handle, + and − its width, Space plays, Escape
// leaves. Tab is never captured, nor what belongs to the browser (Ctrl, Alt, Meta).

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const FAST = 5;
const OTHERS = {
  "[": ["choose", -1],
  "]": ["choose", 1],
  "+": ["widen", 1],
  "-": ["widen", -1],
  " ": ["play"],
  Home: ["home"],
  Enter: ["enter"],
  Delete: ["remove"],
  Backspace: ["remove"],
};

/** AltGr, which types brackets on many keyboards, looks like Ctrl and Alt together. */
const isShortcut = (event) =>
  (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph");

/**
 * Keys of a focused element. `actions`, each optional: move([dx, dy], speed), choose(±1),
 * widen(±1), play(), home(), enter(), remove().
 */
export function listenToKeys(element, actions) {
  element.onkeydown = (event) => {
    if (isShortcut(event)) return;
    const arrow = ARROWS[event.key];
    const [name, ...rest] = OTHERS[event.key] ?? [];
    if (event.key === "Escape") element.blur();
    else if (arrow && actions.move) actions.move(arrow, event.shiftKey ? FAST : 1);
    else if (name && actions[name]) actions[name](...rest);
    else return;
    event.preventDefault(); // arrows and Space would scroll the page
  };
}
