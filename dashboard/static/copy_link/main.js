// A button that copies the address of the page, and the key that presses Undo.

const version = new URL(import.meta.url).search;
const { setText } = await import(`../shared/scene.js${version}`);
const { dress } = await import(`../shared/words.js${version}`);
const { listenForUndo } = await import(`./undo.js${version}`);

const SAID_FOR = 2000; // ms that the button says what it has done

const SKELETON = `
  <button type="button"><svg viewBox="0 0 16 16" stroke-width="1.6" aria-hidden="true"><path
    d="M6.5 9.5l3-3M7 4.5l1.2-1.2a3.2 3.2 0 014.5 4.5L11.5 9M9 11.5l-1.2 1.2a3.2 3.2 0 01-4.5-4.5L4.5 7"/></svg><span></span></button>
  <input type="text" readonly hidden data-label="address">
  <span class="live" role="status"></span>`;

/** Take a message: called for every rerun of the page. */
export function update(root, { meta }) {
  const scene = (root.__scene ??= createScene(root));
  scene.words = meta.words;
  scene.forget ??= listenForUndo();
  dress(root, meta.words);
  if (!scene.timer) setText(scene.text, meta.words.label);
  root.removeAttribute("aria-busy");
}

export function dispose(root) {
  const scene = root.__scene;
  if (!scene) return;
  clearTimeout(scene.timer);
  scene.forget?.();
  Object.assign(scene, { timer: null, forget: null });
}

function createScene(root) {
  root.innerHTML = SKELETON;
  const find = (selector) => root.querySelector(selector);
  const scene = { text: find("button span"), field: find("input"), live: find(".live"), timer: null };
  find("button").onclick = () => copy(scene);
  scene.field.onkeydown = (event) => event.key === "Escape" && (scene.field.hidden = true);
  return scene;
}

async function copy(scene) {
  try {
    await navigator.clipboard.writeText(location.href);
    scene.field.hidden = true;
    say(scene, scene.words.copied);
  } catch {
    offer(scene);
  }
}

/** The clipboard is refused, or this is no secure place: the visitor copies from a field. */
function offer(scene) {
  const { field } = scene;
  Object.assign(field, { hidden: false, value: location.href });
  field.focus();
  field.select();
  say(scene, scene.words.by_hand);
}

function say(scene, words) {
  setText(scene.text, words);
  setText(scene.live, words);
  clearTimeout(scene.timer);
  scene.timer = setTimeout(() => {
    scene.timer = null;
    setText(scene.text, scene.words.label);
    setText(scene.live, "");
  }, SAID_FOR);
}
