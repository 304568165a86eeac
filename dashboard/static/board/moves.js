// Where handles are, and how the server hears of it.
//
// A handle follows the pointer at once; its place goes to the server while it moves and at the
// end. What comes back may be older than that: each sent place has a turn, the server says which
// it has seen, and until it has seen the last one the browser's own place stays.
//
// Of two messages in quick succession the server may hear the last one only. So what is said of
// one handle waits until the server has seen what was said of another.

const SEND_EVERY = 80; // ms while a handle moves

export const keyOf = ({ panel, handle }) => JSON.stringify([panel.name, handle.name]);
export const held = (value, [low, high]) => Math.min(Math.max(value, low), high);

/** Where a handle is: where the visitor has put it, or else where the message says. */
export function stateOf(scene, view) {
  const { handle } = view;
  const put = scene.moved.get(keyOf(view));
  if (!put) return handle;
  return { ...put, x: handle.moves === "y" ? handle.x : put.x, y: handle.moves === "x" ? handle.y : put.y };
}

/** Forget the visitor's places that the server has seen, but for one that is just moving. */
export function settleMoves(scene, turn) {
  scene.seen = turn;
  for (const [key, state] of scene.moved) {
    if (state.turn <= turn && scene.dragging !== key) scene.moved.delete(key);
  }
}

/** Say what had to wait; called when what the server has seen is drawn. */
export function goOn(scene) {
  while (scene.queue.length && isAnswered(scene)) scene.queue.shift()();
}

/** Forget the visitor's places in a picture whose handles are others now. */
export function forgetMoves(scene, panel) {
  for (const key of scene.moved.keys()) {
    if (JSON.parse(key)[0] === panel.name) scene.moved.delete(key);
  }
}

/** Put a handle somewhere, as far as its bounds and its axis let it, and send that. */
export function moveHandle(scene, view, change) {
  const { handle } = view;
  const { x, y, width } = { ...stateOf(scene, view), ...change };
  scene.moved.set(keyOf(view), {
    x: handle.moves === "y" ? handle.x : held(x, handle.x_bounds),
    y: handle.moves === "x" ? handle.y : held(y, handle.y_bounds),
    width: width === null ? null : held(width, handle.width_bounds),
    turn: Number.POSITIVE_INFINITY, // until it is sent
  });
  if (scene.waiting && keyOf(scene.waiting) !== keyOf(view)) sendMove(scene, scene.waiting, true);
  clearTimeout(scene.sending);
  scene.waiting = view;
  const send = () => sendMove(scene, view, !scene.dragging);
  const wait = SEND_EVERY - (performance.now() - scene.sentAt);
  if (wait <= 0) send();
  else scene.sending = setTimeout(send, wait);
}

/** Send where a handle is; `isFinal` when it has come to rest. */
export function sendMove(scene, view, isFinal) {
  clearTimeout(scene.sending);
  scene.waiting = null;
  const state = scene.moved.get(keyOf(view));
  if (!state || state.isFinal) return; // nothing new
  if (!isAnswered(scene) && scene.saidOf !== keyOf(view)) {
    scene.queue.push(() => sendMove(scene, view, isFinal));
    return;
  }
  scene.sentAt = performance.now();
  Object.assign(state, { turn: nextTurn(scene, keyOf(view)), isFinal });
  const { x, y, width } = state;
  const place = { panel: view.panel.name, handle: view.handle.name, x, y, width };
  tell(scene, { act: "move", ...place, is_final: isFinal });
}

/** Do something now, or when the server has seen all that was said before. */
export function inTurn(scene, act) {
  scene.queue.push(act);
  goOn(scene);
}

/** Ask for one more handle of a picture, at a place in values of its axes. */
export function addHandle(scene, panel, x, y) {
  nextTurn(scene, null);
  tell(scene, { act: "add", panel: panel.name, handle: "", x, y, width: null, is_final: true });
}

/** Ask for a handle to go, if it may. */
export function removeHandle(scene, view) {
  if (!view.handle.is_removable) return;
  const { x, y, width } = stateOf(scene, view);
  const place = { panel: view.panel.name, handle: view.handle.name, x, y, width };
  nextTurn(scene, null);
  tell(scene, { act: "remove", ...place, is_final: true });
}

const isAnswered = (scene) => scene.turn <= scene.seen;

/** Above those of an earlier visit. */
function nextTurn(scene, of) {
  scene.saidOf = of;
  return (scene.turn = Math.max(scene.turn + 1, Date.now()));
}

const tell = (scene, what) => scene.send("handles", JSON.stringify({ ...what, turn: scene.turn }));
